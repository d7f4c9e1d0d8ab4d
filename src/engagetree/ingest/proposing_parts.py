"""The parts of a proposed map that are not columns: how times and numbers are written, what words mean, what is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from engagetree.ingest.columns import NUMBERS
from engagetree.ingest.proposing_lines import Line
from engagetree.ingest.proposing_looks import Look, View
from engagetree.ingest.proposing_roles import SHORT, against, marked, times_of
from engagetree.ingest.proposing_times import ORDERS, Times
from engagetree.ingest.proposing_words import NAMED, about, act, bare, private, roles, slug, table, unit

MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
ORDERED_SO = {"day": "day first", "month": "month first", "year": "year first"}
ATTRIBUTES, MOST_LEVELS, NUMBER_LEVELS, LONGEST_LEVEL = 20, 60, 3, 60
"""How many further columns of a roster are proposed, and how few values (of numbers fewer still) each must have to slice results by."""
EXCUSED = {"excused", "e", "entschuldigt", "justificado", "excuse", "excusee"}

Said = Mapping[str, str | None]


# ---- times


def times_lines(looks: Sequence[Look], said: Said, zone: str | None) -> list[Line]:
    """`times`: the formats of all columns of times together, for a map has one list of them, and their zone."""
    times = [times_of(k) for k in looks if k.time]
    if not times:
        return []
    numbered = [t for t in times if t.numbered]
    fixed = tuple(dict.fromkeys(f for t in times for f in t.fixed))
    lines = _ordered(numbered, fixed, said) if numbered else [_format(fixed, "as every row has it")] if fixed else []
    return [*lines, *_zone(looks, times, said, zone)]


def _format(formats: Sequence[str], why: str) -> Line:
    kept = sorted(dict.fromkeys(formats), key=lambda f: "%y" not in f)
    return Line(("times", "format"), kept[0] if len(kept) == 1 else kept, why)


def _ordered(numbered: list[Times], fixed: tuple[str, ...], said: Said) -> list[Line]:
    """What comes first in dates of numbers: what every column allows, what was said, or open."""
    allowed = [o for o in ORDERS if all(o in t.possible() for t in numbered)]
    known = [o for o in ORDERS if any(o in t.ordered for t in numbered)]

    def formats(order: str) -> tuple[str, ...]:
        return (*(f for t in numbered for f in t.ordered.get(order, ())), *fixed)

    proofs = {o: next((t.proof[o] for t in numbered if o in t.proof), None) for o in known}
    order = said.get("times.order")
    if order in known:
        return [_format(formats(order), f"{ORDERED_SO[order]}, as you said")]
    if len(allowed) == 1 and not any(p for o, p in proofs.items() if o != allowed[0]):
        proof = proofs[allowed[0]]
        why = (
            f"{ORDERED_SO[allowed[0]]}: line {proof[0]} has {proof[1]}"
            if proof
            else f"{ORDERED_SO[allowed[0]]}: the rows allow nothing else"
        )
        return [_format(formats(allowed[0]), why)]
    both = [f"line {p[0]} ({p[1]}) can only have the {ORDERED_SO[o]}" for o, p in proofs.items() if p]
    sample = numbered[0].sample
    found = "; ".join(both) if len(both) > 1 else f"no row decides it, {sample} could be either"
    options = tuple(o for o in known if o in (allowed or known))
    instead = tuple(
        f"{line.key[-1]}: {_yaml(line.value)}  # {line.why}"
        for o in options
        if (line := _format(formats(o), _meaning(o, sample, formats(o))))
    )
    question = f"What comes first in dates such as {sample}?"
    return [Line(("times", "order"), None, found, True, question, options, False, instead)]


def _meaning(order: str, sample: str, formats: Sequence[str]) -> str:
    """What a date would be, by a day that cannot be mistaken."""
    for one in formats:
        with suppress(ValueError):
            day = datetime.strptime(sample, one)
            return f"{ORDERED_SO[order]}: {sample} is {day.day} {MONTHS[day.month - 1]} {day.year}"
    return ORDERED_SO[order]


def _yaml(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _zone(looks: Sequence[Look], times: Sequence[Times], said: Said, zone: str | None) -> list[Line]:
    key = ("times", "zone")
    if said.get("times.zone"):
        return [Line(key, said["times.zone"], "as you said")]
    if any(t.zone for t in times) or any(
        {"utc", "gmt"} & set(k.header.casefold().replace("(", " ").replace(")", " ").split()) for k in looks
    ):
        return [Line(key, "UTC", "the file says so")]
    if any(t.bare for t in times):
        whose = f"the programme's, {zone}" if zone else "the programme's"
        return [
            Line(key, None, f"zone: these times name none and are read in {whose}; write another here if they are not local", needed=False)
        ]
    return []


# ---- numbers


def decimal_lines(looks: Sequence[Look], said: Said, delimiter: str | None) -> list[Line]:
    """`decimal`, decided from every number of the columns that are read as numbers."""
    looks = [k for k in looks if k.number]
    commas, eithers = sum(k.commas for k in looks), sum(k.eithers for k in looks)
    grouped = sum(k.grouped for k in looks)
    dotted = sum(k.points - k.wholes - k.grouped for k in looks)
    key = ("decimal",)
    if said.get("decimal"):
        return [Line(key, said["decimal"], "as you said")]
    if commas and dotted > 0:
        return [Line(key, ".", f"{dotted:,} numbers have a point; {commas:,} with a comma would be refused")]
    if commas:
        return [Line(key, ",", f"{commas:,} numbers have a comma before their decimals")]
    if eithers and dotted <= 0:
        question = "Does the comma in numbers such as 1,234 set off decimals (,) or thousands (.)?"
        return [Line(key, None, "with thousands set off, those rows are refused", True, question, (",", "."), False, ('decimal: ","',))]
    if grouped and dotted <= 0 and delimiter == ";":
        question = "Does the point in numbers such as 1.234 set off decimals (.) or thousands (,)?"
        return [
            Line(key, None, "every number with a point has three digits behind it", True, question, (".", ","), False, ('decimal: ","',))
        ]
    return []


# ---- words


def act_lines(look: Look, said: Said, sure_header: bool) -> list[Line]:
    """`values.kind`: what each word of a column of acts means. Words that are no act are refused, and it is said how many rows that are."""
    asked = sure_header or bool(about([look.header]))
    lines = []
    for word, n in look.words:
        key = ("values", "kind", word)
        if ".".join(key) in said:
            lines.append(Line(key, said[".".join(key)], f"{_times(n)}, as you said"))
            continue
        known = act(word)
        doubt = known is None or not known.sure or (bare(word) in SHORT and not asked)
        if known and known.kind == "absent" and not doubt:
            lines.append(Line(key, None, f"no act: {_rows(n)} rightly refused{_excused(word)}"))
            continue
        kind = None if known is None or known.kind == "absent" else known.kind
        shown = kind or (slug(word) if known is None else None)
        question = f"What is “{word}” ({_times(n)})?" if doubt else ""
        lines.append(
            Line(
                key,
                shown,
                "kept as it stands" if known is None else "" if doubt else _times(n),
                doubt,
                question,
                tuple(sorted(table()["kinds"])),
            )
        )
    return [*lines, Line(("only",), "kind", "another word than these is refused and not kept unread")] if lines else []


def _rows(n: int) -> str:
    return "1 row is" if n == 1 else f"{n:,} rows are"


def _times(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _excused(word: str) -> str:
    return "; who is excused belongs into `excusals`" if bare(word) in EXCUSED else ""


def mark_lines(look: Look, said: Said) -> list[Line]:
    """`values.value`: passed and failed as 1 and 0."""
    if not marked(look) or look.number:
        return []
    passed = {bare(w) for w in table()["passed"]}
    return [
        Line(
            ("values", "value", w),
            said.get(f"values.value.{w}") or ("1" if bare(w) in passed else "0"),
            f"{_times(n)}; an outcome is a number",
        )
        for w, n in look.words
    ]


def thing_lines(look: Look, said: Said) -> list[Line]:
    """`values.kind` of items: what sort of thing each word is."""
    lines = []
    for word, n in look.words if look.listed else ():
        key = ("values", "kind", word)
        if ".".join(key) in said:
            lines.append(Line(key, said[".".join(key)], f"{_times(n)}, as you said"))
            continue
        found = about([word], "things")
        question = "" if found else f"What is “{word}” ({_times(n)})?"
        kinds = tuple(sorted(table()["things"]))
        lines.append(Line(key, found[0] if found else slug(word), _times(n) if found else "kept as it stands", not found, question, kinds))
    return lines


# ---- what is left


def attributes(rest: Sequence[Look]) -> list[str]:
    """Headers of further columns of a roster by which results may be sliced: few values, nobody's address, nothing private."""
    found = []
    for k in rest:
        most = NUMBER_LEVELS if k.number else MOST_LEVELS
        small = 1 < k.different <= most and k.longest <= LONGEST_LEVEL and not k.unique
        if small and not (k.emailed or k.emails or k.time or private(k.header)):
            found.append(k.header)
    return found[:ATTRIBUTES]


def skip_lines(view: View, rest: Sequence[Look], table_: str) -> list[Line]:
    """`skip`: what is left out, each with its reason."""
    lines = [Line(("skip",), h, "stands several times in the header: rename all but one to use it") for h in view.twice]
    lines += [Line(("skip",), k.header, _left_out(k, table_)) for k in rest]
    reasons = list(dict.fromkeys(line.why for line in lines))
    return sorted(lines, key=lambda line: reasons.index(line.why))


def _left_out(look: Look, table_: str) -> str:
    if not look.filled:
        return "it is empty" if look.kind in ("VARCHAR", *NUMBERS) else f"it is empty, or holds what a map cannot read ({look.kind})"
    meant = [m for m in roles(look.header) if m.how == NAMED]
    for m in meant:
        if said := against(m.role, look):
            return f"its header sounds like “{m.role.replace('_', ' ')}”, but {said}"
    if (counts := unit(look.header)) and look.number:
        return f"{counts}: an amount of time is in seconds, and a map cannot multiply"
    if any(m.role == "length" for m in meant):
        return "a length of time without a unit: an amount of time is in seconds"
    if any(m.role == "clock" for m in meant) and not look.time:
        return "a time of day apart from its date: a map cannot put the two together"
    if private(look.header):
        return "about the person, and not for this"
    if look.emailed or any(m.role in ("name", "first_name", "last_name", "email", "login") for m in roles(look.header)):
        return "says who somebody is; only a roster keeps that" if table_ != "roster" else "says who somebody is"
    if look.time:
        return f"a further time, with no place in {table_}"
    if table_ == "roster" and look.listed is False:
        return f"{look.different:,} different values are too many to slice results by"
    return f"no place for it in {table_}"
