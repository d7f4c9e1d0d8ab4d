"""One value as a person wrote it → one checked value. A converter for each kind of field; what does not fit raises `MisfitError`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engagetree.definition.document import Part
from engagetree.definition.fields import NORMALISERS, Field
from engagetree.errors import near

KEY = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
"""Keys name columns (`attendance__reached__taken`), so two underscores in a row are kept for that."""
ID = "^[a-z0-9]+([_-][a-z0-9]+)*$"
LONGEST_KEY = 40
LONGEST_KIND = 100
PREFIXES = ("any:", "days:", "prompted:")
"""Kinds that folding derives begin like this."""
MOST_TRAILING = 1000
YEARS = range(1970, 2200)
MOST = 1e12
"""No number in a definition is larger."""

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(DATE.pattern + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MACHINE_ZONES = ("localtime", "posixrules", "Factory")
RAW = ("none", "raw", "count", "counts", "no", "off", "sum", "total", "identity")


class MisfitError(Exception):
    """A value that does not fit its field: what was found, and what to do."""

    def __init__(self, found: str, do: str, line: int = 0) -> None:
        self.found, self.do, self.line = found, do, line
        super().__init__(found)


def show(value: Any) -> str:
    """A found value in a message: short, on one line, without control characters."""
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        clean = "".join(c if c.isprintable() else "�" for c in value[:61])
        return f"“{clean[:60]}{'…' if len(value) > 60 else ''}”"
    return number(value)


def number(value: float) -> str:
    """A number as people write it.

    >>> number(0.30000000000000004), number(4.0), number(40)
    ('0.3', '4', '40')
    """
    return f"{value:.12g}"


def text(part: Part, field: Field) -> str:
    """Trimmed, not empty, not too long, printable."""
    if isinstance(part.value, int | float):
        raise MisfitError(f"is {show(part.value)}, which is no text", f'Put it in quotes: "{show(part.value)}".')
    if not isinstance(part.value, str):
        raise MisfitError(f"is {show(part.value)}, not a text", "Write a text.")
    value = part.value.strip()
    if not value:
        raise MisfitError("is empty", "Write a text or remove the line.")
    if CONTROL.search(value):
        raise MisfitError(f"holds a control character: {show(value)}", "Remove it.")
    if field.most and len(value) > field.most:
        raise MisfitError(f"is {len(value)} characters long", f"Use at most {field.most:.0f}.")
    return value


def named(pattern: str) -> Callable[[Part, Field], str]:
    def read(part: Part, field: Field) -> str:
        value = text(part, field)
        if len(value) > LONGEST_KEY or not re.fullmatch(pattern, value):
            raise MisfitError(f"is {show(value)}, which cannot name files and columns", name_hint(value))
        return value

    return read


def name_hint(value: str) -> str:
    """How to write a name that was refused."""
    slug = re.sub("[^a-z0-9]+", "_", value.lower()).strip("_0123456789")[:LONGEST_KEY].strip("_")
    like = f", such as `{slug}`" if slug else ""
    return f"Begin with a lower-case letter, use only a–z, digits and single underscores, at most {LONGEST_KEY}{like}."


def kind(part: Part, field: Field) -> str:
    value = text(part, field)
    if len(value) > LONGEST_KIND or "," in value or "\n" in value or value.startswith(PREFIXES):
        raise MisfitError(f"is {show(value)}, which cannot be a kind", "Write one short word, or a list of them in brackets: [page, quiz].")
    return value


def several(one: Callable[[Part, Field], str]) -> Callable[[Part, Field], tuple[str, ...]]:
    """One value, or a list of different ones."""

    def read(part: Part, field: Field) -> tuple[str, ...]:
        if not isinstance(part.value, list):
            return (one(part, field),)
        if not part.value:
            raise MisfitError("is an empty list", "Name at least one or remove the line.")
        values: list[str] = []
        for inner in part.value:
            try:
                value = one(inner, field)
            except MisfitError as wrong:
                raise MisfitError(f"has an entry that {wrong.found}", wrong.do, inner.line) from None
            if value in values:
                raise MisfitError(f"names {show(value)} twice", "Keep one of them.", inner.line)
            values.append(value)
        return tuple(values)

    return read


def one_name(part: Part, field: Field) -> str:
    if isinstance(part.value, list):
        names = ", ".join(str(p.value) for p in part.value if isinstance(p.value, str))
        raise MisfitError(
            f"names a list ({names[:80]})", "Exactly one answers for it. Keep one without brackets and move the others to `responsible`."
        )
    return text(part, field)


def amount(part: Part, field: Field) -> float:
    """A finite number within the field's limits."""
    value = _number(part)
    if field.above is not None and value <= field.above:
        raise MisfitError(f"is {number(value)}", f"It must be above {number(field.above)}.")
    if field.least is not None and value < field.least:
        raise MisfitError(f"is {number(value)}", f"It must be at least {number(field.least)}.")
    if field.most is not None and field.kind != "weight" and value > field.most:  # too high a weight shows in the sum, with the fix
        raise MisfitError(f"is {number(value)}", f"It must be at most {number(field.most)}.")
    return value + 0.0  # no −0


def _number(part: Part) -> float:
    value = part.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        percent = re.fullmatch(r"\s*([0-9]{1,3}(\.[0-9]+)?)\s*%\s*", value) if isinstance(value, str) else None
        do = f"Write {number(float(percent[1]) / 100)}." if percent else "Write a number without quotes, such as 0.3."
        raise MisfitError(f"is {show(value)}, not a number", do)
    if not abs(value) <= MOST:
        raise MisfitError("is too large", "Write a smaller number.")
    return float(value)


def choice(part: Part, field: Field) -> str:
    if isinstance(part.value, str) and part.value in field.choices:
        return part.value
    if field.choices == tuple(NORMALISERS) and str(part.value).lower() in RAW:
        raise MisfitError(
            f"is {show(part.value)}: raw counts live on different scales, and the largest scale would decide the score",
            f"Choose a normaliser: {normalisers()}.",
        )
    hint = near(part.value[:60], field.choices) if isinstance(part.value, str) else ""
    raise MisfitError(f"is {show(part.value)}", f"{hint} Use one of {', '.join(field.choices)}.".strip())


def normalisers() -> str:
    """The normalisers in words, for messages."""
    return "; ".join(f"`{name}`: {words}" for name, words in NORMALISERS.items())


def flag(part: Part, field: Field) -> bool:
    if isinstance(part.value, bool):
        return part.value
    raise MisfitError(f"is {show(part.value)}", "Write true or false.")


def zone(part: Part, field: Field) -> str:
    name = text(part, field)
    if name not in MACHINE_ZONES:
        try:
            ZoneInfo(name)
            return name
        except (LookupError, ValueError, OSError):
            pass
    known = available_timezones()
    place = name.rpartition("/")[2].replace(" ", "_").lower()
    inside = next((f"Did you mean “{z}”?" for z in sorted(known) if place and z.lower().rpartition("/")[2] == place), "")
    hint = near(name[:60], known) or inside
    raise MisfitError(
        f"is {show(name)}, which is not a time zone", f"{hint} Use a name such as Europe/Madrid; an offset knows no summer time.".strip()
    )


def window(part: Part, field: Field) -> int:
    """0 for cumulative, else the number of trailing periods."""
    if part.value == "cumulative":
        return 0
    inner = part.value.get("trailing") if isinstance(part.value, dict) and set(part.value) == {"trailing"} else None
    if inner is None:
        raise MisfitError(f"is {show(part.value)}", "Write `cumulative`, or `{trailing: 4}` for the last four periods.")
    if isinstance(inner.value, bool) or not isinstance(inner.value, int) or not 1 <= inner.value <= MOST_TRAILING:
        raise MisfitError(
            f"trails {show(inner.value)}, not a number of periods", f"Write a whole number from 1 to {MOST_TRAILING}.", inner.line
        )
    return inner.value


def moment(part: Part, field: Field) -> date | datetime:
    """A date, or a date and time (naive: in the programme's zone)."""
    written = part.value.strip() if isinstance(part.value, str) else ""
    kinds = ((DATE, date.fromisoformat), (TIME, datetime.fromisoformat))
    read = next((read for pattern, read in kinds if pattern.fullmatch(written)), None)
    if read is None:
        raise MisfitError(f"is {show(part.value)}, not a date", "Write 2025-03-03, or 2025-03-03 09:00.")
    try:
        value = read(written)
    except ValueError:
        raise MisfitError(f"is {show(part.value)}, a date that does not exist", "Look at the calendar again.") from None
    if value.year not in YEARS:
        raise MisfitError(f"is {show(part.value)}, too far away", f"Use a year from {YEARS.start} to {YEARS.stop - 1}.")
    return value


NODE = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)?$"
"""A metric, a signal, or a driver as `signal.driver`."""
LAG = re.compile(r"^(0|[1-9][0-9]{0,3}) (day|week|month)s?$")


def node(part: Part, field: Field) -> str:
    """The key of a node of the tree."""
    value = text(part, field)
    if len(value) > 2 * LONGEST_KEY + 1 or not re.fullmatch(NODE, value):
        raise MisfitError(f"is {show(value)}, which cannot be a node", "Write the key of a metric or signal, or `signal.driver`.")
    return value


def shares(part: Part, field: Field) -> tuple[tuple[str, float | None, int], ...]:
    """The parts of a node, each (key, weight or none, line): one key, a list of them, or a mapping to weights."""
    if isinstance(part.value, dict):
        if not part.value:
            raise MisfitError("is empty", "Name at least one part.")
        found = [(Part(inner.line, key), inner) for key, inner in part.value.items()]
    else:
        found = [(inner, None) for inner in (part.value if isinstance(part.value, list) else [part])]
        if not found:
            raise MisfitError("is an empty list", "Name at least one part.")
    out: list[tuple[str, float | None, int]] = []
    for named, weight in found:
        try:
            key, share = node(named, field), None if weight is None else _number(weight)
        except MisfitError as wrong:
            raise MisfitError(f"has a part that {wrong.found}", wrong.do, named.line) from None
        if any(key == known for known, _, _ in out):
            raise MisfitError(f"names {show(key)} twice", "Keep one of them.", named.line)
        out.append((key, share, named.line))
    return tuple(out)


def count(part: Part, field: Field) -> int:
    """A whole number within the field's limits."""
    value = amount(part, field)
    if not value.is_integer():
        raise MisfitError(f"is {number(value)}", "Write a whole number.")
    return int(value)


def lag(part: Part, field: Field) -> str:
    """How much later: a whole number of days, weeks or months, always told in one way."""
    found = LAG.fullmatch(part.value.strip()) if isinstance(part.value, str) else None
    if found is None:
        raise MisfitError(f"is {show(part.value)}, no length of time", "Write `0 days`, `4 weeks` or `1 month`.")
    return f"{found[1]} {found[2]}{'' if found[1] == '1' else 's'}"


def interval(part: Part, field: Field) -> tuple[float, float]:
    """[low, high]."""
    if not isinstance(part.value, list) or len(part.value) != 2:
        raise MisfitError(f"is {show(part.value)}, not two numbers", "Write the lower and the upper end: [0.4, 5.8].")
    low, high = (_number(inner) for inner in part.value)
    if low > high:
        raise MisfitError(f"runs from {number(low)} down to {number(high)}", "Write the lower end first.")
    return low, high


READERS: dict[str, Callable[[Part, Field], Any]] = {
    "text": text,
    "key": named(KEY),
    "id": named(ID),
    "kinds": several(kind),
    "names": several(text),
    "one_name": one_name,
    "number": amount,
    "weight": amount,
    "choice": choice,
    "flag": flag,
    "zone": zone,
    "window": window,
    "date": moment,
    "node": node,
    "shares": shares,
    "count": count,
    "lag": lag,
    "interval": interval,
}
"""How each kind of field is read; `map`, `list` and `part` hold parts of their own and are read in `shape.py`."""
