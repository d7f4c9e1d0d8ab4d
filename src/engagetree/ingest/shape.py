"""What each table asks of a file: its columns, their types, and which must be filled."""

from __future__ import annotations

from collections.abc import Iterable

from engagetree.tables import LAKE

OURS = {"import_id", "seq", "line", "week"}
"""Columns that we add ourselves; no file fills them."""

IMPORTED = ("events", "items", "roster", "excusals", "outages", "outcomes")

REQUIRED: dict[str, tuple[str, ...]] = {
    "events": ("participant", "at", "kind"),
    "outcomes": ("participant", "outcome", "value", "at"),
    "excusals": ("participant", "from_at", "until_at"),
    "outages": ("source", "from_at", "until_at"),
    "items": ("item", "kind"),
    "roster": ("participant",),
}
"""Columns that every row must fill, in the order in which a header is tried."""

NOT_NEGATIVE = {"amount", "seconds"}
SPANS = (("from_at", "until_at"), ("opens_at", "closes_at"), ("joined_at", "left_at"))
"""Pairs of times of which the second may not lie before the first."""


def targets(table: str) -> dict[str, str]:
    """Column → text | number | time | flag, in the order of the table.

    >>> targets("outcomes")
    {'participant': 'text', 'outcome': 'text', 'value': 'number', 'at': 'time'}
    """
    kinds = {"string": "text", "double": "number", "bool": "flag"}
    return {f.name: kinds.get(str(f.type), "time") for f in LAKE[table] if f.name not in OURS}


def plain(header: str) -> str:
    """A header cell as one of our column names would be written: `"  From at "` → `"from_at"`."""
    return "_".join(header.strip().casefold().split())


def recognise(header: Iterable[str]) -> str | None:
    """The table whose required columns a header has, or None.

    >>> recognise(["Participant", "at", "kind"]), recognise(["name", "email"])
    ('events', None)
    """
    have = {plain(h) for h in header}
    for table, needed in REQUIRED.items():
        beside = have & (set(targets(table)) - set(needed))
        if have.issuperset(needed) and (beside or len(needed) > 2):
            return table
    return None
