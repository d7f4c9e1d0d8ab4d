"""The drawings, our own SVG: classes instead of colours, so that one drawing serves light, dark, print and forced colours.

A drawing that holds words is drawn twice, for a wide and a slim page (`both`): text in an SVG that shrinks with its page cannot be read.
"""
