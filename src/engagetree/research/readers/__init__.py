"""Readers of what institutions keep: cells or records in, rows of a register out, every row accounted for."""
