"""Structured-qualitative evidence: ratings by rubrics, coded evidence, and how far those who judged agree."""

from engagetree.research.quality.agreement import Agreement, alpha, kappa
from engagetree.research.quality.measure import indicators, labels, measure, unknown_rubrics
from engagetree.research.quality.rubric import BUILT_IN, Rubric, built_in
from engagetree.research.quality.settings import rubrics_of

__all__ = [
    "BUILT_IN",
    "Agreement",
    "Rubric",
    "alpha",
    "built_in",
    "indicators",
    "kappa",
    "labels",
    "measure",
    "rubrics_of",
    "unknown_rubrics",
]
