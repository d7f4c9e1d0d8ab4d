"""Figures in a notebook. An explanation draws itself when it is the last value of a cell; these are for what is a plain value.

import engagetree as et
from engagetree import notebook

work = et.open("spring-course")
work.explain("p-017")        # draws itself
notebook.bands(work)         # the bands from period to period
notebook.spread(work)        # how scores are spread
notebook.cohorts(work)       # cohorts beside each other; by="region" for other groups
notebook.trend(work)         # the mean through time, with its range
notebook.moved(work)         # who rose and who fell most
"""

from engagetree.notebook.figures import bands, cohorts, history, moved, show, spread, trend

__all__ = ["bands", "cohorts", "history", "moved", "show", "spread", "trend"]
