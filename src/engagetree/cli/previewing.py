"""What the import says beside its account: a preview, one line a file, and what all files have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engagetree.cli.account import NAMES
from engagetree.cli.said import console, tell

if TYPE_CHECKING:
    from engagetree.ingest import Account
    from engagetree.pipeline import Taken
    from engagetree.workspace.preview import Preview

RULES = {
    "id": "by their id",
    "roster": "by the roster",
    "same row": "by another handle of the same row",
    "plus address": "by an address without its plus",
    "account": "by an account or login on the roster",
    "name": "by a name on the roster",
    "merged": "by a decision",
    "split": "on no roster, by a decision",
    "nobody": "no person",
    "on no roster": "on no roster",
    "open": "open",
}


NAMED = 2
"""Files that a note names."""


def tell_preview(p: Preview, zone: ZoneInfo, names: bool) -> None:
    """What the file is, what it would become, who is in it, and the first few rows."""
    from engagetree.render.words import count, listing, plural

    tell(f"  what it is: {p.about} (reader {p.reader})")
    made = [plural(n, *NAMES.get(t, (t, t))) for t, n in p.tables.items() if t not in ("events", "items")]
    made += [f"{count(n)} {kind} (event)" for kind, n in p.kinds.items()] + [f"{count(n)} {kind} (item)" for kind, n in p.things.items()]
    tell(f"  what it becomes: {listing(made) or 'nothing'}")
    if p.people:
        told = [f"{count(n)} {RULES.get(rule, rule)}" for rule, n in p.people.items()]
        tell(f"  people: {plural(sum(p.people.values()), 'handle')}: {', '.join(told)}")
    _rows("the first events", p.events, p, zone, names)
    _rows("the first items", p.items, p, zone, names)


def _rows(title: str, rows: tuple[Any, ...], p: Preview, zone: ZoneInfo, names: bool) -> None:
    from engagetree.render.lines import add, put, table
    from engagetree.render.listing import HEADS

    if not rows:
        return
    tell(f"  {title}:")
    heads = [n for n in rows[0] if any(r[n] not in (None, "") for r in rows)]
    made = table(*(f"  {HEADS.get(n, n.replace('_', ' ').capitalize())}" for n in heads))
    for row in rows:
        add(made, *(f"  {_cell(n, row[n], p, zone, names)}" for n in heads))
    put(console(), made)


def _cell(name: str, value: Any, p: Preview, zone: ZoneInfo, names: bool) -> str:
    from datetime import datetime

    from engagetree.render import words

    if value is None:
        return words.DASH
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if name == "participant" and value in p.names:
        return p.names[value] if names else value[:8]
    return words.quantity(value) if isinstance(value, float) else words.clean(value)


def tell_line(taken: Taken, width: int) -> None:
    """A file in one line, and below it only why rows were refused."""
    from engagetree.render.words import count, listing, plural

    a = taken.account
    made = listing([plural(n, *NAMES.get(t, (t, t))) for t, n in a.by_table.items() if n]) or "nothing new"
    seen = f"  {taken.reader}" if taken.reader else ""
    same = "; imported before" if taken.known else ""
    lost = f" + {count(a.refused)} refused" if a.refused else ""
    tell(f"{a.source:<{width}}{seen}  {count(a.read)} read = {count(a.kept)} kept + {count(a.merged)} merged{lost}: {made}{same}")
    for reason, n in a.reasons.items():
        tell(f"  refused {count(n)}: {reason}")
    if a.refused_file is not None:
        tell(f"  The refused rows are in {a.refused_file}.")


def tell_notes(accounts: list[Account]) -> None:
    """What files had to say, once each, with the files that said it, or how many where they are more than two."""
    from engagetree.render.words import listing, plural

    notes: dict[str, list[str]] = {}
    for a in accounts:
        for note in dict.fromkeys(a.notes):
            notes.setdefault(note, []).append(a.source)
    for note, files in sorted(notes.items(), key=lambda found: -len(found[1])):
        tell(f"note ({listing(files) if len(files) <= NAMED else plural(len(files), 'file')}): {note}")


def tell_people(previews: Sequence[Preview]) -> None:
    """Of several files looked at together, by which rules their people are known."""
    from engagetree.render.words import count

    people: Counter[str] = Counter()
    for p in previews:
        people.update(p.people)
    if people:
        told = ", ".join(f"{count(n)} {RULES.get(rule, rule)}" for rule, n in people.most_common())
        tell(f"People, file by file, as far as they are known before any of these files is imported: {told}.")
