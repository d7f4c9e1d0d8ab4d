"""Everything that is shown. A figure is one value of three parts, always together: a sentence, a drawing, a table.

The same value is shown in the report, the notebook and later the pages. This package reads findings and definitions and nothing else:
it never opens a lake, and it computes no number that a finding does not already hold (it rounds, so that what is printed adds up).
"""
