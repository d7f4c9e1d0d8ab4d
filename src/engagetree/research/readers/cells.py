"""One column of a register as SQL: how its cell is read, what its value is, what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagetree.cells import CONTROLS, Fault, said, shown, yes_or_no
from engagetree.engine import literal, literals
from engagetree.research.readers.bands import band
from engagetree.research.readers.shape import LONG, PERCENT, SIGNED, STRENGTH
from engagetree.research.readers.words import lookup, spelt, suggestion

LONGEST, LONGEST_TEXT = 1_000, 100_000
EARLIEST, LATEST = "1900-01-01", "2100-01-01"
SUGGESTED = 200
"""Unknown words for which a near one is looked for."""


def x(name: str) -> str:
    """The cell of a column, as text."""
    return f'"x_{name}"'


def v(name: str) -> str:
    """The value of a column."""
    return f'"v_{name}"'


def parts(cell: str, separators: str) -> str:
    """A cell taken apart at its separators, blanks and empty parts dropped; null for a null cell."""
    pattern = "|".join("\\" + s if s.isascii() and not s.isalnum() else s for s in separators)
    return f"list_filter(list_transform(string_split_regex({cell}, {literal(pattern)}), lambda p: trim(p)), lambda p: p <> '')"


def text(name: str, spotless: bool) -> tuple[str, list[Fault]]:
    """A text as it stands; `spotless` ones hold no control characters."""
    most, odd = LONGEST_TEXT if name in LONG else LONGEST, f"{name} has a control character"
    long = Fault(f"strlen({x(name)}) > {most}", f"{name} is too long", said(name, x(name), f"has more than {most:,} characters"))
    return x(name), [long, *([] if spotless else [Fault(f"regexp_matches({x(name)}, {literal(CONTROLS)})", odd, literal(odd))])]


def texts(name: str, separators: str, spotless: bool) -> tuple[str, list[Fault]]:
    """A list of texts."""
    return f"CASE WHEN {x(name)} IS NOT NULL THEN list_sort(list_distinct({parts(x(name), separators)})) END", text(name, spotless)[1]


def dotted(cell: str, decimal: str) -> str:
    """A number's text with a point for the decimals and nothing between thousands."""
    if decimal == ",":
        return f"replace(replace({cell}, '.', ''), ',', '.')"
    return f"CASE WHEN regexp_full_match({cell}, '-?[0-9]{{1,3}}([, ][0-9]{{3}})+([.][0-9]+)?') THEN regexp_replace({cell}, '[, ]', '', 'g') ELSE {cell} END"  # noqa: E501


def number(name: str, decimal: str) -> tuple[str, list[Fault]]:
    """A number; most may not lie below nought."""
    value = f"(TRY_CAST({dotted(x(name), decimal)} AS DOUBLE) + 0.0)"
    wrong = f"({x(name)} IS NOT NULL AND coalesce(NOT isfinite({v(name)}), TRUE))"
    faults = [Fault(wrong, f"{name} is not a number", said(name, x(name), "is not a number"))]
    if name not in SIGNED:
        faults.append(Fault(f"{v(name)} < 0", f"{name} is negative", said(name, x(name), "is negative")))
    if name in PERCENT:
        faults.append(Fault(f"{v(name)} > 100", f"{name} is over 100", said(name, x(name), "is more than 100")))
    return value, faults


def whole(name: str) -> tuple[str, list[Fault]]:
    """A whole number, of the range that strengths have."""
    low, high = STRENGTH
    wrong = f"({x(name)} IS NOT NULL AND ({v(name)} IS NULL OR {v(name)} NOT BETWEEN {low} AND {high}))"
    return f"TRY_CAST({x(name)} AS BIGINT)", [
        Fault(wrong, f"{name} is not {low} to {high}", said(name, x(name), f"is not {low}, 2 or {high}"))
    ]


def day(name: str, formats: Sequence[str]) -> tuple[str, list[Fault]]:
    """A day: ISO 8601 (the time of day is dropped), or one of the formats."""
    cell = x(name)
    iso = f"CASE WHEN regexp_matches({cell}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ].*)?$') THEN TRY_CAST(left({cell}, 10) AS DATE) END"
    value = f"coalesce(CAST(try_strptime({cell}, {literals(list(formats))}) AS DATE), {iso})" if formats else iso
    outside = f"({v(name)} < DATE '{EARLIEST}' OR {v(name)} >= DATE '{LATEST}')"
    return value, [
        Fault(f"({cell} IS NOT NULL AND {v(name)} IS NULL)", f"{name} is not a date", said(name, cell, "is not a date")),
        Fault(outside, f"{name} is far away", said(name, cell, f"lies outside {EARLIEST} to {LATEST}")),
    ]


def flag(name: str) -> tuple[str, list[Fault]]:
    """Yes or no."""
    wrong = f"({x(name)} IS NOT NULL AND {v(name)} IS NULL)"
    return yes_or_no(x(name)), [Fault(wrong, f"{name} is not yes or no", said(name, x(name), "is not yes or no"))]


@dataclass(frozen=True)
class Words:
    """The distinct texts of a column of words: `known` text → word (None: nothing), `unknown` text → what to say of it."""

    known: Mapping[str, str | None]
    unknown: Mapping[str, str]


def sorted_out(found: Sequence[str], labels: Mapping[str, str], also: Mapping[str, str], values: Mapping[str, str | None]) -> Words:
    """Which of the texts that occur are words."""
    spellings, given = lookup(labels, also), {spelt(k): word for k, word in values.items()}
    known: dict[str, str | None] = {}
    unknown: dict[str, str] = {}
    for one in found:
        meant = values[one] if one in values else given.get(spelt(one), one)
        if meant is None or spelt(meant) in spellings:
            known[one] = spellings[spelt(meant)] if meant is not None else None
        else:
            unknown[one] = suggestion(meant, labels) if len(unknown) < SUGGESTED else ""
    return Words(known, unknown)


def _case(cell: str, pairs: Mapping[str, str | None]) -> str:
    whens = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in pairs.items())
    return f"CASE {cell} {whens} END" if pairs else "NULL::VARCHAR"


def _not_known(cell: str, words: Words) -> str:
    return f"{cell} NOT IN ({', '.join(literal(w) for w in words.known)})" if words.known else "TRUE"


def _says(name: str, cell: str, words: Words) -> str:
    tails = {w: f"` is none of our words. {tip}".rstrip() for w, tip in words.unknown.items()}
    tail = f"coalesce({_case(cell, tails)}, '` is none of our words.')"
    return f"{literal(name + ': `')} || {shown(cell)} || {tail}"


def word(name: str, words: Words) -> tuple[str, list[Fault]]:
    """One word of a vocabulary."""
    wrong = f"({x(name)} IS NOT NULL AND {_not_known(x(name), words)})"
    return _case(x(name), words.known), [Fault(wrong, f"{name} is none of our words", _says(name, x(name), words))]


def words_of(name: str, words: Words, separators: str) -> tuple[str, list[Fault]]:
    """A list of words of a vocabulary."""
    cut = parts(x(name), separators)
    made = f"list_distinct(list_filter(list_transform({cut}, lambda w: {_case('w', words.known)}), lambda w: w IS NOT NULL))"
    value = f"CASE WHEN {x(name)} IS NOT NULL AND len({made}) > 0 THEN list_sort({made}) END"
    strange = f"list_filter({cut}, lambda w: {_not_known('w', words)})"
    return value, [Fault(f"coalesce(len({strange}), 0) > 0", f"{name} has none of our words", _says(name, f"({strange})[1]", words))]


def banded(name: str, texts_found: Sequence[str], decimal: str) -> dict[str, tuple[str, list[Fault]]]:
    """A number or a band: the values of `name`, `name_low` and `name_high`; `texts_found` are the cells that are no plain number."""
    value, faults = number(name, decimal)
    bands = {one: b for one in texts_found if (b := band(one)) is not None}
    lows = _cast(x(name), {k: low for k, (low, _) in bands.items()})
    highs = _cast(x(name), {k: high for k, (_, high) in bands.items() if high is not None})
    listed = ", ".join(literal(k) for k in bands)
    neither = f"({faults[0].when}{f' AND {x(name)} NOT IN ({listed})' if bands else ''})"
    hint = "is neither a number nor a band such as 51-100 or 501+"
    return {
        name: (value, [Fault(neither, f"{name} is neither number nor band", said(name, x(name), hint)), *faults[1:]]),
        f"{name}_low": (lows, []),
        f"{name}_high": (highs, []),
    }


def _cast(cell: str, pairs: Mapping[str, float]) -> str:
    whens = " ".join(f"WHEN {literal(k)} THEN {n!r}::DOUBLE" for k, n in pairs.items())
    return f"CASE {cell} {whens} END" if pairs else "NULL::DOUBLE"
