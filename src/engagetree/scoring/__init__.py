"""Scoring: events are folded into tallies once; tallies become signals and scores, one period after the other.

A room: tables in, tables out. `calendar` cuts time, `fold` makes tallies, `offers` counts what was offered, `step` moves the running
totals by one period, `measure` turns totals into values, `explain` puts one row into words that other code can show.
"""
