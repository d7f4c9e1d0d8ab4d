"""A slice of the people: by cohort, owner, or any further column of the roster. One notion of it for every verb.

`region=North` names one, several are combined: different attributes must all hold, several values of one attribute are alternatives,
and `region=` (or `region=not known`) are those of whom the roster does not say it. A slice is a condition in SQL on rows of scores, which
DuckDB turns into a semi join with the roster: no list of names is ever made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagetree.engine import literal, parquet, quoted
from engagetree.errors import EngagetreeError, NotFound, near
from engagetree.lake import Snapshot
from engagetree.workspace import stored

Where = str | Sequence[str] | Mapping[str, str | Sequence[str | None] | None] | None
"""What verbs take: `"region=North"`, several of them, or `{"region": ["North", "South"], "owner": None}` (None: not known)."""

UNKNOWN = "not known"
"""The group of those of whom the roster does not say an attribute."""

COLUMNS = ("cohort", "owner")
"""What rows of scores name themselves; every other attribute stands in the roster."""

GROUP = "__group"
"""The column that says which group of an attribute a row belongs to; null for not known."""

AND = " & "


@dataclass(frozen=True)
class Slice:
    """A part of the people. `parts` are (attribute, its values; None: not known), `sql` a condition on rows of scores."""

    parts: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    sql: str = "TRUE"

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def label(self) -> str:
        """In words: `region North or South, cohort A`; empty for everybody."""
        from engagetree.render.words import clean, listing

        return ", ".join(f"{clean(a)} {listing([clean(UNKNOWN if v is None else v) for v in values], 'or')}" for a, values in self.parts)


def slice_of(snapshot: Snapshot, where: Where = None, cohort: str | None = None, owner: str | None = None) -> Slice:
    """The slice that is asked for. NotFound with near names for an attribute or a value that the roster does not have."""
    parts = []
    for attribute, values in also(where, cohort=cohort, owner=owner).items():
        check(snapshot, attribute)
        known = values_of(snapshot, attribute)
        parts.append((attribute, tuple(dict.fromkeys(_value(attribute, v, known) for v in values))))
    return Slice(tuple(parts), " AND ".join(condition(snapshot, a, v) for a, v in parts) or "TRUE")


def wishes(where: Where) -> dict[str, list[str | None]]:
    """What is asked for as attribute → values, before anybody looks whether they are there.

    >>> wishes(["region=North", "region=South", "cohort = A"]), wishes("owner="), wishes({"level": None, "region": ["N", "S"]})
    ({'region': ['North', 'South'], 'cohort': ['A']}, {'owner': ['']}, {'level': [None], 'region': ['N', 'S']})
    """
    out: dict[str, list[str | None]] = {}
    if isinstance(where, Mapping):
        return {str(a): [None if x is None else str(x) for x in ([v] if v is None or isinstance(v, str) else v)] for a, v in where.items()}
    for text in [where] if isinstance(where, str) else where or []:
        attribute, sign, value = text.partition("=")
        if not sign or not attribute.strip():
            raise EngagetreeError(f"slice {text}", "it names no value", "Write it as ATTRIBUTE=VALUE, such as cohort=A or region=North.")
        out.setdefault(attribute.strip(), []).append(value.strip())
    return out


def also(where: Where, **more: str | None) -> dict[str, list[str | None]]:
    """A slice with further conditions of the kind `cohort="A"`; None adds nothing.

    >>> also("region=North", cohort="A", owner=None)
    {'region': ['North'], 'cohort': ['A']}
    """
    out = wishes(where)
    for attribute, value in more.items():
        if value is not None:
            out.setdefault(attribute, []).append(value)
    return out


def subject_slice(snapshot: Snapshot, text: str) -> Slice | None:
    """A slice that is named like a person: `region=North`, or `region=North & cohort=A`. None where it is no such text."""
    if "=" not in text:
        return None
    attribute, _, value = text.partition("=")
    if AND in text and value.strip() not in values_of(snapshot, attribute.strip()):
        return slice_of(snapshot, text.split(AND))
    return slice_of(snapshot, text)


def attributes(snapshot: Snapshot) -> list[str]:
    """Everything by which this roster can be sliced."""
    files = snapshot.files("roster")
    if not files:
        return list(COLUMNS)
    found = stored.ask(f"SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM ({_roster(files)}) ORDER BY 1")["name"].to_pylist()
    return [*COLUMNS, *(n for n in found if n not in COLUMNS)]


def check(snapshot: Snapshot, attribute: str) -> str:
    """The attribute itself. NotFound with near names where the roster has no such column."""
    known = COLUMNS if attribute in COLUMNS else attributes(snapshot)
    if attribute not in known:
        do = near(attribute, known) or f"The roster can be sliced by {', '.join(known)}."
        raise NotFound(f"attribute {attribute}", "the roster has no such column", do)
    return attribute


def called(attribute: str, value: str | None) -> str:
    """A group by its name; a number alone says nothing, so its attribute stands before it.

    >>> called("region", "North"), called("level", "2"), called("region", None)
    ('North', 'level 2', 'not known')
    """
    if value is None:
        return UNKNOWN
    return value if any(c.isalpha() for c in value) else f"{attribute} {value}"


def values_of(snapshot: Snapshot, attribute: str) -> list[str]:
    """The values of an attribute in the roster as it is now, sorted."""
    files = snapshot.files("roster")
    if not files:
        return []
    found = stored.ask(f"SELECT DISTINCT {_expression(attribute)} AS v FROM ({_roster(files)}) ORDER BY 1")["v"].to_pylist()
    return [v for v in found if v is not None]


def condition(snapshot: Snapshot, attribute: str, values: Sequence[str | None]) -> str:
    """Which rows of scores belong to these values, in SQL."""
    named = ", ".join(literal(v) for v in values if v is not None)
    if attribute in COLUMNS:
        at = f"nullif({quoted(attribute)}, '')"
        return "(" + " OR ".join(filter(None, [f"{at} IN ({named})" if named else "", f"{at} IS NULL" if None in values else ""])) + ")"
    roster, value = _roster(snapshot.files("roster")), _expression(attribute)
    said = [f"participant IN (SELECT participant FROM ({roster}) WHERE {value} IN ({named}))"] if named else []
    if None in values:
        said.append(f"participant NOT IN (SELECT participant FROM ({roster}) WHERE {value} IS NOT NULL)")
    return "(" + " OR ".join(said) + ")"


def grouped(snapshot: Snapshot, attribute: str | None) -> str:
    """What to write between `FROM rows` and `WHERE` so that each row of scores has its group in the column `__group`."""
    if attribute is None:
        return "CROSS JOIN (SELECT '' AS __group)"
    if attribute in COLUMNS:
        return f"CROSS JOIN LATERAL (SELECT nullif({quoted(attribute)}, '') AS __group)"
    roster = _roster(snapshot.files("roster"))
    return f"LEFT JOIN (SELECT participant, {_expression(attribute)} AS __group FROM ({roster})) USING (participant)"


def _roster(files: Sequence[str]) -> str:
    """The roster as it is now: of two imports of one person, the later."""
    return (
        f"SELECT participant, cohort, owner, attributes FROM {parquet(files)} "
        "QUALIFY row_number() OVER (PARTITION BY participant ORDER BY seq DESC) = 1"
    )


def _expression(attribute: str) -> str:
    """The value of an attribute in a row of the roster; empty is not known."""
    if attribute in COLUMNS:
        return f"nullif({quoted(attribute)}, '')"
    pointer = "/" + attribute.replace("~", "~0").replace("/", "~1")
    return f"nullif(trim(json_extract_string(attributes, {literal(pointer)})), '')"


def _value(attribute: str, value: str | None, known: Sequence[str]) -> str | None:
    """The value as the roster writes it."""
    if value is None or value in known:
        return value
    alike = [k for k in known if k.casefold() == value.casefold()]
    if len(alike) == 1:
        return alike[0]
    if value.casefold() in ("", UNKNOWN):
        return None
    some = f"There are {', '.join(known[:8])}{' and more' if len(known) > 8 else ''}." if known else f"The roster names no {attribute}."
    raise NotFound(f"{attribute} {value}", f"there is no such {attribute}", near(value, known) or some)
