"""Versions of the definition in a terminal: which there are, and how two differ."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.render import words
from engagetree.render.lines import add, put, table
from engagetree.tree.versions import Diff, Use, Version

HEAD = ("=Version", "=Fingerprint", "", "=Since", "Who", "Scored", "Measures", "Why")


def show_versions(console: Console, versions: Sequence[Version], zone: ZoneInfo, edit: str = "") -> None:
    """A line for each version, oldest first; below, what programme.yml says that is no version yet."""
    put(console, _wide(versions, zone), lambda: _narrow(versions, zone))
    if edit:
        put(console, Text(edit))


def _wide(versions: Sequence[Version], zone: ZoneInfo) -> Table:
    made = table(*HEAD)
    for v in versions:
        use = Text("in use" if v.in_use else "", style="bold")
        add(made, v.name, v.short, use, since(v, zone), words.clean(v.who or "unknown"), scored(v), alike(v, versions), why(v))
    return made


def _narrow(versions: Sequence[Version], zone: ZoneInfo) -> Table:
    made = table("=Version", "What there is of it")
    for v in versions:
        use = "in use, " if v.in_use else ""
        who = words.clean(v.who or "unknown")
        add(
            made,
            Text(f"{v.name}\n{v.short}", style="bold" if v.in_use else ""),
            f"{use}{since(v, zone)}, {who}: {why(v)}\n{scored(v)}; measures {alike(v, versions)}",
        )
    return made


def since(v: Version, zone: ZoneInfo) -> str:
    """`Mon 3 Mar 2025`, `Mon 3 Mar 2025 to Mon 10 Mar 2025`, or that it never was in use."""
    return _span(v.uses[-1], zone) if v.uses else "never in use"


def _span(use: Use, zone: ZoneInfo) -> str:
    began, ended = (at and words.date(at.astimezone(zone)) for at in (use.since, use.until))
    return f"{began} to {ended}" if ended and ended != began else f"{began}"


def why(v: Version) -> str:
    """Its own reason, and the one for its being used again."""
    own, again = v.why or "no reason given", [u.reason for u in v.uses[1:] if u.reason != v.why]
    return words.clean(f"{own.rstrip('.')}; again: {again[-1]}" if again else own)


def scored(v: Version) -> str:
    """How far there are scores under it."""
    if v.scored is None:
        return "no scores"
    return f"{words.plural(v.scored.periods, 'period')} to {v.scored.last}{', not up to date' if v.scored.lags else ''}"


def alike(v: Version, versions: Sequence[Version]) -> str:
    """Which others measure the same acts: they differ only in weights, bands or words."""
    names = [o.name for o in versions if o.measures == v.measures and o is not v]
    return f"as {words.listing(names)}" if names else "its own"


def show_diff(console: Console, diff: Diff) -> None:
    """The sentence, then what it means for the numbers."""
    put(console, Text(words.clean(diff.sentence)))
    if diff.changes:
        put(console, Text(meaning(diff), style="dim"))


def meaning(diff: Diff) -> str:
    """Whether the drivers themselves are counted in another way."""
    if diff.same_measures:
        return "Both count the same acts in the same way: every difference in a score is the formula's."
    return "They count acts differently: a driver's own value may differ too."
