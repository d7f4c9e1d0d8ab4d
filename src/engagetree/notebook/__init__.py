"""Figures in a notebook. An explanation draws itself when it is the last value of a cell; these are for what is a plain value.

import engagetree as et
from engagetree import notebook

work = et.open("spring-course")
work.explain("p-017")        # draws itself
notebook.bands(work)         # the bands from period to period
notebook.spread(work)        # how scores are spread
notebook.cohorts(work)       # cohorts beside each other
"""

from engagetree.notebook.figures import bands, cohorts, history, show, spread

__all__ = ["bands", "cohorts", "history", "show", "spread"]
