"""Scoring: events are folded into tallies once; tallies become signals and scores, one period after the other.

A room: tables in, tables out. `calendar` cuts time, `fold` makes tallies, `offers` counts what was offered, `step` sums tallies, `totals`
adds the sums up and makes scores of them, `explain` takes one row apart.
"""
