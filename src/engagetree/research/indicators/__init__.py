"""Registers and a year → values: SQL reduces, Python decides."""

from engagetree.research.indicators.compared import Comparison, compared
from engagetree.research.indicators.labels import labels
from engagetree.research.indicators.measure import measure

__all__ = ["Comparison", "compared", "labels", "measure"]
