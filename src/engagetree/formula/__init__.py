"""What a definition computes: the names of its columns, and its arithmetic on arrays."""

from engagetree.formula.columns import PRESENCE, RESERVED, Column, columns, derived_kinds, members
from engagetree.formula.values import Vector, driver_value, normalised, offered_of, row_values, signal_value, vector, weighted

__all__ = [
    "PRESENCE", "RESERVED", "Column", "Vector", "columns", "derived_kinds", "driver_value", "members", "normalised", "offered_of",
    "row_values", "signal_value", "vector", "weighted",
]  # fmt: skip
