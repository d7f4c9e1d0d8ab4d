"""A proposed map, line by line, from what was seen of a file and what was said about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engagetree.ingest.proposing_lines import Line
from engagetree.ingest.proposing_looks import Look, View
from engagetree.ingest.proposing_parts import (
    Said,
    act_lines,
    attributes,
    decimal_lines,
    mark_lines,
    skip_lines,
    thing_lines,
    times_lines,
)
from engagetree.ingest.proposing_roles import NAMES, SAID, WHO, Candidate, best, candidates, held, subject
from engagetree.ingest.proposing_tables import MEANINGS, chosen, sessions
from engagetree.ingest.proposing_words import NAMED, about, bare, roles, slug, table, unit
from engagetree.ingest.shape import IMPORTED, REQUIRED, targets

WANTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "events": {
        "participant": WHO,
        "at": ("time", "arrived", "submitted", "joined_call", "start", "joined"),
        "kind": ("act",),
        "item": ("thing", "title"),
        "amount": ("amount", "score"),
        "event_id": ("event_id", "id"),
        "source": ("tool",),
    },
    "outcomes": {
        "participant": WHO,
        "value": ("score", "amount"),
        "at": ("time", "submitted", "arrived"),
        "outcome": ("outcome", "thing", "title"),
    },
    "roster": {
        "participant": ("person", "id"),
        "cohort": ("group",),
        "joined_at": ("joined", "start"),
        "left_at": ("left", "end"),
        "owner": ("owner",),
    },
    "excusals": {
        "participant": WHO,
        "from_at": ("start", "joined", "time"),
        "until_at": ("end", "left"),
        "item": ("thing",),
        "reason": ("reason",),
    },
    "outages": {
        "source": ("tool", "thing", "name"),
        "from_at": ("start", "joined", "time"),
        "until_at": ("end", "left"),
        "cohort": ("group",),
        "reason": ("reason",),
    },
    "items": {
        "item": ("thing", "id"),
        "kind": ("thing_kind", "act"),
        "title": ("title", "name"),
        "opens_at": ("start", "time", "joined"),
        "closes_at": ("end", "left"),
        "cohort": ("group",),
    },
}
"""Of each table, which roles may fill a column of ours, the best first."""
SCORED = ("submit", "answer", "complete", "score", "pass", "fail")
"""Kinds of act whose amount may be a score."""
SESSIONED = ("present", "join", "leave", "submit", "answer")
"""Kinds of act that are done to something: without an item they count for little."""
SHEETS = re.compile(r"sheet “(.+?)” was read; the others were not: (.+)")
"""How a workbook says that it has several sheets."""
ASKED = {
    "participant": "Which column says who?",
    "at": "When? A column, or one time for all rows such as 2025-06-30",
    "kind": "What did people do? A column, or one kind of act for all rows such as present",
    "item": "What was it done to? A column, or one item for all rows",
    "value": "Which column holds the result?",
    "outcome": "What is the result called? A column, or one name for all rows",
    "source": "Which tool? A column, or one name for all rows",
    "from_at": "From when? A column, or one time for all rows",
    "until_at": "Until when? A column, or one time for all rows",
}


@dataclass(frozen=True)
class Draft:
    """The lines of a map, and what is to be said besides."""

    table: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


def drafted(view: View, said: Said, known: frozenset[str] = frozenset(), zone: str | None = None) -> Draft:
    """The map that a view of a file suggests. `said` are answers by the name of a line, `known` participants, `zone` the programme's."""
    found = candidates(view, known)
    top = _table(view, found, said)
    name = str(top.value)
    picked = _picked(view, name, found, said)
    lines = [top, *(_column(t, c, rivals) for t, (c, rivals) in picked.items())]
    looks = {t: c.look for t, (c, _) in picked.items()}
    of_kind = _kind(view, name, picked, said)
    lines += of_kind + _missing(view, name, looks, said, of_kind)
    if name == "outcomes" and "value" in looks:
        lines += mark_lines(looks["value"], said)
    used = {k.header for k in looks.values()}
    if name == "roster":
        own, lines = _identifiers(view, found, looks, lines, said)
        used |= own
        kept = attributes([k for k in view.looks if k.header not in used])
        lines += [Line(("attributes",), h, _levels(view, h)) for h in kept]
        used |= set(kept)
    kinds = targets(name)
    times = [k for t, k in looks.items() if kinds[t] == "time"]
    lines += times_lines(times, said, zone)
    lines += decimal_lines([k for t, k in looks.items() if kinds[t] == "number"], said, view.delimiter)
    lines += skip_lines(view, [k for k in view.looks if k.header not in used], name)
    lines += _file(view, said)
    return Draft(name, tuple(lines), _notes(view, name, looks, used))


def _table(view: View, found: list[Candidate], said: Said) -> Line:
    given = said.get("table")
    if given in IMPORTED:
        return Line(("table",), given, f"as you said: {MEANINGS[given]}")
    one = chosen(view, found)
    question = "" if one.sure else f"What are the rows? Perhaps {one.table}: {MEANINGS[one.table]}."
    return Line(("table",), one.table, one.why, not one.sure, question, IMPORTED)


Picked = dict[str, tuple[Candidate, tuple[Candidate, ...]]]


def _picked(view: View, name: str, found: list[Candidate], said: Said) -> Picked:
    """The column for each of ours, and those that would do as well. What was said comes first; nothing is used twice."""
    picked: Picked = {}
    for target in WANTED[name]:
        given = said.get(f"columns.{target}") or said.get(f"constants.{target}")
        if given and (look := view.look(given)):
            picked[target] = (Candidate(look, "", SAID), ())
    for target, wanted in WANTED[name].items():
        if target in picked or f"columns.{target}" in said or f"constants.{target}" in said:
            continue
        one, rivals = best(found, wanted, [c.look.header for c, _ in picked.values()])
        if one is not None and _fits(name, target, one, picked):
            picked[target] = (one, rivals)
    return {t: picked[t] for t in WANTED[name] if t in picked}


def _fits(name: str, target: str, one: Candidate, picked: Picked) -> bool:
    """What a role alone does not decide."""
    if target == "event_id":
        return one.look.unique and one.sure
    if target == "participant" and name == "roster":
        return not one.look.emailed
    if target == "amount":
        return unit(one.look.header) is None and (one.role == "amount" or "kind" not in picked)
    if name == "items" and target == "item":
        return True
    return not (one.role in ("title", "name") and target in ("item", "source") and not one.sure)


def _column(target: str, one: Candidate, rivals: tuple[Candidate, ...]) -> Line:
    key = ("columns", target)
    question = ""
    if rivals and one.how != SAID:
        question = f"Is `{target}` {_or([one.look.header, *(r.look.header for r in rivals)])}?"
    elif one.how != SAID and target == "participant" and one.role in NAMES:
        question = "Names are no ids: two people may share one, and they would lie open in the lake. Is there an id or an e-mail?"
    elif not one.sure and one.how != SAID:
        question = f"Is `{target}` “{one.look.header}”?"
    elif not one.look.rows and one.how != NAMED:
        question = f"Is `{target}` “{one.look.header}”? There are no rows to tell by."
    options = tuple(dict.fromkeys([one.look.header, *(r.look.header for r in rivals)]))
    return Line(key, one.look.header, one.why, bool(question), question, options)


def _or(names: list[str]) -> str:
    shown = [f"“{n}”" for n in dict.fromkeys(names)][:4]
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _kind(view: View, name: str, picked: Picked, said: Said) -> list[Line]:
    """What was done, or what sort of thing it is: the words of a column, or one kind for all rows."""
    if name not in ("events", "items"):
        return []
    if "kind" in picked:
        one = picked["kind"][0]
        if name == "items":
            return thing_lines(one.look, said)
        asked = bool(about([one.look.header])) or bare(one.name) in (
            "presence",
            "present",
            "attended",
            "asistio",
            "presente",
            "a participe",
        )
        return act_lines(one.look, said, asked)
    if "constants.kind" in said or "columns.kind" in said:
        given = said.get("constants.kind") or said.get("columns.kind")
        return [Line(("constants", "kind"), given, "as you said", given is None, ASKED["kind"] if given is None else "")]
    if name == "items":
        words = [view.path.stem, *(c.look.header for c, _ in picked.values())]
        found = about(words, "things")
        return [Line(("constants", "kind"), found[0] if found else None, f"“{found[1]}” is in the name" if found else "", True,
                     "What are they? One kind for all rows", tuple(table()["things"]))]  # fmt: skip
    at = picked["at"][0].role if "at" in picked else ""
    by_time = {"arrived": "present", "submitted": "submit", "joined_call": "present"}.get(at)
    if by_time:
        return [Line(("constants", "kind"), by_time, f"that is what “{picked['at'][0].look.header}” tells the time of")]
    topic = subject(view)
    why = f"“{topic[1]}” is in the name or the header" if topic else "no column says it"
    return [Line(("constants", "kind"), topic[0] if topic else None, why, True, ASKED["kind"], tuple(sorted(table()["kinds"])))]


def _missing(view: View, name: str, looks: Mapping[str, Look], said: Said, of_kind: list[Line]) -> list[Line]:
    """What every row needs and no column says."""
    lines = []
    for target in REQUIRED[name]:
        if target in looks or target == "kind" or (name == "roster" and target == "participant"):
            continue
        given = said.get(f"constants.{target}") or said.get(f"columns.{target}")
        if given:
            lines.append(Line(("constants", target), given, "as you said"))
        elif target in ("participant", "value"):
            near = tuple(k.header for k in view.looks if k.filled or not view.rows)
            lines.append(Line(("columns", target), None, "no column is headed so, or its cells are none", True, ASKED[target], near))
        elif name == "outcomes" and target == "outcome" and "value" in looks:
            lines.append(Line(("constants", target), slug(looks["value"].header), "after the column of the result"))
        else:
            lines.append(Line(("constants", target), None, "no column says it", True, ASKED[target]))
    if name == "events" and "item" not in looks and "columns.item" not in said:
        lines += _one_item(view, said, of_kind)
    return lines


def _one_item(view: View, said: Said, of_kind: list[Line]) -> list[Line]:
    """Acts that are done to something, in a file that does not say to what: perhaps all to one."""
    if "constants.item" in said:
        given = said["constants.item"]
        return [Line(("constants", "item"), given, "as you said")] if given else []
    if any(k.value in SESSIONED for k in of_kind):
        return [Line(("constants", "item"), slug(view.path.stem), "after the file's name", True, ASKED["item"])]
    return []


def _identifiers(
    view: View, found: list[Candidate], looks: Mapping[str, Look], lines: list[Line], said: Said
) -> tuple[set[str], list[Line]]:
    """`identifiers` of a roster: what tools know its people by; and the headers used for it."""
    used = {k.header for k in looks.values()}
    own: set[str] = set()
    made = []
    for kind in ("email", "name", "first_name", "last_name", "login"):
        name = f"identifiers.{kind}"
        given = view.look(said.get(name) or "")
        one, rivals = (Candidate(given, kind, SAID), ()) if given else (None, ()) if name in said else best(found, (kind,), used | own)
        if one is not None:
            own.add(one.look.header)
            line = _column(kind, one, tuple(r for r in rivals if r.look.header not in used))
            made.append(replace(line, key=("identifiers", kind), why=f"{line.why}; stays out of the lake"))
    if "participant" not in looks and not made:
        near = tuple(dict.fromkeys(c.look.header for c in found))
        made.append(Line(("columns", "participant"), None, "no column is headed so", True, ASKED["participant"], near))
    return own, [*lines, *made]


def _levels(view: View, header: str) -> str:
    look = view.look(header)
    return f"{held(look)}: results may be sliced by it" if look else ""


def _file(view: View, said: Said) -> list[Line]:
    lines = []
    if view.encoding:
        told = any(not k.header.isascii() and any(r.how == NAMED for r in roles(k.header)) for k in view.looks)
        shown = next((k.header for k in view.looks if not k.header.isascii()), "")
        sample = f", where its header reads “{shown}”" if shown else ""
        question = "" if told or "encoding" in said else f"Is the file written in {view.encoding}{sample}?"
        lines.append(Line(("encoding",), view.encoding, "it is not UTF-8", bool(question), question, ("cp1252", "cp1250", "latin-1")))
    if view.delimiter:
        lines.append(Line(("delimiter",), view.delimiter, "as the file has it"))
    if view.sheet:
        lines.append(Line(("sheet",), view.sheet, "as you said"))
    elif several := next((m for n in view.notes if (m := SHEETS.match(n))), None):
        names = (several[1], *several[2].split(", "))
        lines.append(Line(("sheet",), several[1], "the first one", True, f"Which sheet: {_or(list(names))}?", names))
    return lines


def _notes(view: View, name: str, looks: Mapping[str, Look], used: set[str]) -> tuple[str, ...]:
    notes = [*view.notes]
    if not view.rows:
        notes.append("the file has a header and no rows: everything is proposed from the header alone")
    if view.broken:
        notes.append(f"{view.broken:,} rows cannot be taken apart and would be refused")
    if len(several := sessions(view)) > 1:
        shown = ", ".join(several[:3]) + (" …" if len(several) > 3 else "")
        notes.append(f"columns {shown} look like a session each: a map reads one act of each row, so turn them into rows first (unpivot)")
    person = looks.get("participant")
    if name == "roster" and person and person.filled > person.different:
        n = person.filled - person.different
        notes.append(f"{n:,} rows repeat an id that stands before: where they differ, all rows of that id are refused")
    if person and person.floats and person.mostly(person.floats):
        notes.append(f"ids in “{person.header}” are written like {person.words[0][0]}: other files may write them without the point")
    if name == "outcomes" and "value" in looks:
        rest = [k.header for k in view.looks if k.number and k.header not in used and _like(k.header, looks["value"].header)]
        if rest:
            shown = ", ".join(rest[:4]) + (" …" if len(rest) > 4 else "")
            more = "1 more column" if len(rest) == 1 else f"{len(rest)} more columns"
            notes.append(f"a map reads one result of each row; {more} ({shown}) would need a map of their own")
    return tuple(notes)


def _like(one: str, other: str) -> bool:
    """Whether two headers share a word: grades beside a grade."""
    return bool(set(re.findall(r"[a-z]{4,}", bare(one))) & set(re.findall(r"[a-z]{4,}", bare(other))))
