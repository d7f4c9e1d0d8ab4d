"""How the times of a column are written, found from every row of it. Which number is the day is decided by the rows or left open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from engagetree.engine import literals
from engagetree.ingest import times
from engagetree.ingest.columns import NUMBERS

SHAPES = 400
"""Ways of writing a time that are looked at in one column: more is a column of texts."""
UNIX_FROM, UNIX_UNTIL = 631_152_000, 4_102_444_800
"""Seconds of 1990 and 2100: between them a number may be a time."""
ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
WHOLE = re.compile(
    r"(?P<before>(?:(?P<weekday>[A-Za-z]{3,9}),?\s+)?)"
    r"(?:(?P<a>\d{1,4})(?P<sep>\.\s|[./-])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{2,4})"
    r"|(?P<day>\d{1,2})(?P<g1>\.?[ -])(?P<month>[^\W\d_]{3,9})(?P<g2>\.?,?[ -])(?P<year>\d{4}|\d{2})"
    r"|(?P<month2>[^\W\d_]{3,9})(?P<g3>\.?\s)(?P<day2>\d{1,2})(?P<g4>,?\s)(?P<year2>\d{4}))"
    r"(?:(?P<gap>,?\s+(?:at|um|a las|à)\s|T|,?\s+|,)(?P<h>\d{1,2})(?P<colon>[:.h])(?P<m>\d{2})(?:(?P=colon)(?P<s>\d{2})"
    r"(?P<f>\.\d{1,6})?)?(?P<half>\s?[AaPp][Mm])?(?P<tail>\s?(?:Uhr|h|UTC|GMT|Z))?(?P<offset>\s?[-+]\d{2}:?\d{2})?)?"
)
DAY, MONTH, YEAR = "day", "month", "year"
ORDERS = (DAY, MONTH, YEAR)
DATES = {DAY: ("%d", "%m", "y"), MONTH: ("%m", "%d", "y"), YEAR: ("y", "%m", "%d")}


@dataclass(frozen=True)
class Times:
    """How many cells are ISO times, are typed, can be read by `fixed` formats, and by the formats of each order of the date's numbers.

    `read` counts rows of dates in numbers by order; `proof` is (line, text) of a row that only this order can read. `bare`: no zone in it.
    """

    typed: bool = False
    iso: int = 0
    fixed: tuple[str, ...] = ()
    fixed_n: int = 0
    ordered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbered: int = 0
    read: Mapping[str, int] = field(default_factory=dict)
    proof: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    sample: str = ""
    bare: bool = True
    zone: str | None = None

    @property
    def readable(self) -> int:
        """Cells that some format reads."""
        return self.iso + self.fixed_n + self.numbered

    def possible(self) -> tuple[str, ...]:
        """The orders that may be meant: those that read most of the dates in numbers, and any that alone reads a row. One is decided."""
        most = max([0, *self.read.values()])
        return tuple(o for o in ORDERS if most and (self.read.get(o) == most or o in self.proof))


def times_of(con: duckdb.DuckDBPyConnection, words: str, kind: str, filled: int) -> Times | None:
    """How the texts of `words` (x, n, line) are written as times; None where they are none."""
    if not filled:
        return None
    if kind != "VARCHAR" and kind not in NUMBERS:
        return Times(typed=True, iso=filled, bare=kind != "TIMESTAMP WITH TIME ZONE") if times.typed("", kind, "UTC") is not None else None
    if unix := _unix(con, words, filled):
        return unix
    if kind != "VARCHAR":
        return None
    shape = "regexp_replace(x, '[0-9]', '9', 'g')"
    rows = con.execute(f"SELECT min(x), sum(n) FROM {words} GROUP BY {shape} ORDER BY 2 DESC, 1 LIMIT {SHAPES}").fetchall()
    iso, bare = _iso(con, words)
    fixed: list[str] = []
    ordered: dict[str, list[str]] = {o: [] for o in ORDERS}
    zone, local = None, bool(iso and bare)
    for text, _ in rows:
        made = written(str(text))
        if made is None or times_iso(str(text)):
            continue
        formats, open_, said = made
        zone = zone or said
        local = local or not (said or any("%z" in f for f in formats.values()))
        for order, one in formats.items():
            target = ordered[order] if open_ else fixed
            if one not in target:
                target.append(one)
    if not (iso or fixed or any(ordered.values())):
        return None
    return _counted(con, words, iso, _sorted(fixed), {o: _sorted(f) for o, f in ordered.items() if f}, (zone, local))


def _sorted(formats: list[str]) -> tuple[str, ...]:
    """Years of two digits first: `%Y` takes them too, and would make them the years 1 to 99."""
    return tuple(sorted(formats, key=lambda f: "%y" not in f))


def maybe(text: str) -> bool:
    """Whether a text may be a time: it is written as one, or is a number as large as the seconds since 1970."""
    return times_iso(text) or bool(re.fullmatch(r"\d{9,13}(\.\d+)?", text)) or written(text) is not None


def times_iso(text: str) -> bool:
    """Whether a text is written as ISO 8601 has it."""
    return bool(re.match(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?$", text))


def written(text: str) -> tuple[dict[str, str], bool, str | None] | None:
    """The formats of a time as written: by order where the order of its numbers is open, the zone that it names.

    >>> written("31/01/2025 10:02")[0]["day"], written("3 Mar 2025, 7:05 pm")[:2]
    ('%d/%m/%Y %H:%M', ({'year': '%d %b %Y, %I:%M %p'}, False))
    >>> written("session 3")
    """
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return {YEAR: "%Y%m%d"}, False, None
    m = WHOLE.fullmatch(text.strip())
    if m is None:
        return None
    clock = _clock(m)
    zone = "UTC" if m["tail"] and m["tail"].strip() in ("UTC", "GMT", "Z") else None
    if m["weekday"] and m["weekday"][:3].casefold() not in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        return None
    before = m["before"].replace(m["weekday"], "%A" if len(m["weekday"]) > 3 else "%a") if m["weekday"] else ""
    if m["a"] is None:
        date = _named(m)
        return ({YEAR: f"{before}{date}{clock}"}, False, zone) if date else None
    first, last = len(m["a"]), len(m["c"])
    if first == 4:
        return ({YEAR: f"{before}%Y{m['sep']}%m{m['sep']}%d{clock}"}, False, zone) if last <= 2 else None
    if first == 3 or last == 3:
        return None
    year = "%Y" if last == 4 else "%y"
    orders = ORDERS[:2] if last == 4 else ORDERS
    made = {o: before + m["sep"].join(year if p == "y" else p for p in DATES[o]) + clock for o in orders}
    return made, True, zone


def _named(m: re.Match[str]) -> str | None:
    month = m["month"] or m["month2"]
    spelled = _month(month)
    if spelled is None:
        return None
    if m["month"]:
        return f"%d{m['g1']}{spelled}{m['g2']}{'%Y' if len(m['year']) == 4 else '%y'}"
    return f"{spelled}{m['g3']}%d{m['g4']}%Y"


def _month(word: str) -> str | None:
    text = word.casefold()
    if text in ENGLISH and text != "may":
        return "%B"
    return "%b" if text in {e[:3] for e in ENGLISH} else None


def _clock(m: re.Match[str]) -> str:
    if not m["h"]:
        return ""
    hour = "%I" if m["half"] else "%H"
    seconds = f"{m['colon']}%S" if m["s"] else ""
    fraction = ".%f" if m["f"] else ""
    half = (" %p" if m["half"].startswith((" ", "\u202f", "\u00a0")) else "%p") if m["half"] else ""
    offset = f"{' ' if m['offset'][0].isspace() else ''}%z" if m["offset"] else ""
    return f"{m['gap']}{hour}{m['colon']}%M{seconds}{fraction}{half}{m['tail'] or ''}{offset}"


def _iso(con: duckdb.DuckDBPyConnection, words: str) -> tuple[int, bool]:
    """How many are ISO times, and whether any of them leaves its zone open."""
    read = f"{times.is_iso('x')} AND coalesce(TRY_CAST(x AS TIMESTAMPTZ)::VARCHAR, TRY_CAST(x AS TIMESTAMP)::VARCHAR) IS NOT NULL"
    query = f"SELECT coalesce(sum(n) FILTER ({read}), 0), coalesce(bool_or({read} AND NOT {times.carries_zone('x')}), FALSE) FROM {words}"
    row = con.execute(query).fetchall()[0]
    return int(row[0]), bool(row[1])


def _unix(con: duckdb.DuckDBPyConnection, words: str, filled: int) -> Times | None:
    """Seconds or milliseconds since 1970, where every cell is such a number."""
    number = "TRY_CAST(x AS DOUBLE)"
    counts = [f"coalesce(sum(n) FILTER ({number} BETWEEN {UNIX_FROM * k} AND {UNIX_UNTIL * k}), 0)" for k in (1, 1000)]
    row = con.execute(f"SELECT {', '.join(counts)}, min(x) FROM {words}").fetchall()[0]
    for n, name in zip(row[:2], times.UNAMBIGUOUS, strict=True):
        if int(n) == filled:
            return Times(fixed=(name,), fixed_n=filled, sample=str(row[2]), bare=False)
    return None


def _counted(
    con: duckdb.DuckDBPyConnection,
    words: str,
    iso: int,
    fixed: tuple[str, ...],
    ordered: dict[str, tuple[str, ...]],
    about: tuple[str | None, bool],
) -> Times:
    """Holds every format against every row."""

    def reads(formats: tuple[str, ...]) -> str:
        return f"(NOT {times.is_iso('x')} AND {_tried(formats)} IS NOT NULL)" if formats else "FALSE"

    by = {o: reads(f) for o, f in ordered.items()}
    any_ = " OR ".join(by.values()) or "FALSE"
    asked = [f"coalesce(sum(n) FILTER ({w}), 0)" for w in (reads(fixed), any_, *by.values())]
    for order, when in by.items():
        only = f"{when} AND NOT ({' OR '.join(w for o, w in by.items() if o != order) or 'FALSE'})"
        asked += [f"min(line) FILTER ({only})", f"arg_min(x, line) FILTER ({only})"]
    row = con.execute(f"SELECT {', '.join(asked)}, min(x) FILTER (({any_}) OR {reads(fixed)}) FROM {words}").fetchall()[0]
    first = 2 + len(by)
    proof = {o: (int(row[n]), str(row[n + 1])) for o, n in zip(by, range(first, len(row) - 1, 2), strict=True) if row[n] is not None}
    zone, local = about
    return Times(
        iso=iso, fixed=fixed, fixed_n=int(row[0]), ordered=ordered, numbered=int(row[1]),
        read={o: int(n) for o, n in zip(by, row[2:first], strict=True)}, proof=proof, sample=str(row[-1] or ""), bare=local, zone=zone,
    )  # fmt: skip


def _tried(formats: tuple[str, ...]) -> str:
    """A format with a zone makes another type, so each is tried by itself."""
    return f"coalesce({', '.join(f'try_strptime(x, {literals([f])})::VARCHAR' for f in formats)})"
