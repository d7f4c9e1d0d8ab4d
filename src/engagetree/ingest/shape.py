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
SUREST = ("email", "account", "login", "name")
"""What a roster may know somebody by, the surest first."""

IDENTIFIERS: dict[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "e_mail", "mail", "email_address", "e-mail_address"),
    "name": ("name", "full_name", "display_name"),
    "first_name": ("first_name", "given_name", "forename"),
    "last_name": ("last_name", "family_name", "surname"),
    "login": ("login", "username", "user_name"),
    "account": ("account",),
}
"""Kind of identifier in a roster → how its column may be headed, in our own writing."""

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

    A roster may know people by an address or a login instead of a participant's id.

    >>> recognise(["Participant", "at", "kind"]), recognise(["name", "email"]), recognise(["Name", "E-mail", "Cohort"])
    ('events', None, 'roster')
    """
    header = list(header)
    have = {plain(h) for h in header}
    for table, needed in REQUIRED.items():
        beside = have & (set(targets(table)) - set(needed))
        if have.issuperset(needed) and (beside or len(needed) > 2):
            return table
    by_address = set(identifiers(header)) & set(SUREST[:-1]) and not have & {"participant", "at", "kind", "item"}
    return "roster" if by_address and have & {"cohort", "joined_at", "left_at", "owner", "person"} else None


def identifiers(header: Iterable[str]) -> dict[str, str]:
    """Kind of identifier → the header that has it, where a roster says who its people are.

    >>> identifiers(["E-mail", "First name", "Last name", "cohort"])
    {'email': 'E-mail', 'first_name': 'First name', 'last_name': 'Last name'}
    """
    by_plain = {plain(h): h for h in reversed(list(header))}
    return {kind: by_plain[alias] for kind, known in IDENTIFIERS.items() for alias in reversed(known) if alias in by_plain}
