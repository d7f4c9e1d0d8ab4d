"""The answer that stands first: how many need a look, whether that is more or fewer than before, and where the most room is."""

from __future__ import annotations

from datetime import timedelta

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.breakdown import breakdown, easiest
from engagetree.render.values import BandCounts, ReportData

BACK = timedelta(days=28)


def lead(data: ReportData) -> str:
    """`231 of 812 are below 60, 18 fewer than four weeks ago; contribution has the most room.`"""
    cut = look_below(data.definition)
    known = [s for s in data.scores if s is not None]
    if not known:
        return f"Nobody has a score yet: {_why(data)}."
    below = sum(s < cut for s in known)
    gain = easiest(breakdown(data.whole, data.definition))
    room = f"; {words.lower(words.clean(gain.node.label))} has the most room" if gain else ""
    start = f"{words.count(below)} of {words.count(len(data.scores))} {'is' if below == 1 else 'are'} below {words.count(cut)}"
    return f"{start}{_compared(data, below, cut)}{room}."


def waiting(data: ReportData) -> str:
    """`14 have not enough data yet.`, or nothing."""
    n = sum(s is None for s in data.scores)
    return f"{words.count(n)} {'has' if n == 1 else 'have'} not enough data yet." if n else ""


def look_below(definition: Definition) -> float:
    """The cut between the upper and the lower half of the bands: 60 of 80, 60, 40 and 0."""
    return definition.bands[(len(definition.bands) + 1) // 2 - 1].at_least


def _compared(data: ReportData, below: int, cut: float) -> str:
    """How many more or fewer than four weeks ago (or than in the first period, named by its date)."""
    before = _before(data)
    if before is None:
        return ""
    was = sum(before.counts.get(b.key, 0) for b in data.definition.bands if b.at_least < cut)
    when = _when(data, before)
    if was == below:
        return f", as many as {when}"
    return f", {words.count(abs(below - was))} {'more' if below > was else 'fewer'} than {when}"


def _before(data: ReportData) -> BandCounts | None:
    """The last period that ended four weeks ago or earlier, else the first one; never the present one, never one without any score."""
    past = [p for p in data.bands_over_time if p.as_of < data.as_of and p.total > p.unknown]
    old = [p for p in past if data.as_of - p.as_of >= BACK - timedelta(days=1)]
    return old[-1] if old else past[0] if past else None


def _when(data: ReportData, before: BandCounts) -> str:
    weeks, rest = divmod(round((data.as_of - before.as_of) / timedelta(days=1)), 7)
    date = words.date(words.last_day(before.as_of, data.definition.tz))
    return f"{words.small(weeks)} week{'' if weeks == 1 else 's'} ago" if rest == 0 and 0 < weeks <= 12 else f"on {date}"


def _why(data: ReportData) -> str:
    return words.lower(words.clean(data.whole.reason).rstrip(".")) or "too little has been offered or taken part in"
