"""Headers and maps: which register a header is for, and whether a file has what its map names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from engagetree.errors import ImportRefused, near
from engagetree.research.readers.given import Given
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.propose import proposal
from engagetree.research.readers.shape import CHARACTERISTICS, IDS, LAST_DAYS, REQUIRED, UNFOLDS, kinds, known_names, plain, recognise


def own_map(header: Sequence[str], register: str | None, name: str) -> RegisterMap:
    """The map of a file whose header has a register's own column names. Raises ImportRefused with a proposal where none fits."""
    found = [register] if register else recognise(header)
    if len(found) != 1 or found[0] is None:
        several = " or ".join(f"--as {f}" for f in found)
        raise ImportRefused(name, _no_register(header, found), f"Say which: {several}." if found else proposal(header))
    chosen = found[0]
    known = known_names(chosen)
    columns = {plain(h): h for h in reversed(list(header)) if plain(h) in known}
    unfold: dict[str, str] = {}
    if chosen == "reach" and "characteristic" not in columns:
        unfold = {c: columns[c] for c in CHARACTERISTICS if c in columns}
    ours = {c: h for c, h in columns.items() if c not in unfold and (c in kinds(chosen) or c in LAST_DAYS)}
    m = RegisterMap(chosen, ours, unfold=unfold)
    if missing := _missing(m):
        found_text = f"{chosen} need {_and(missing)}, and the file has no such column"
        raise ImportRefused(name, found_text, proposal(header, [chosen]))
    return m


def _no_register(header: Sequence[str], found: Sequence[str | None]) -> str:
    if found:
        return f"its columns fit several registers: {', '.join(str(f) for f in found)}"
    shown = ", ".join(list(header)[:12]) + (" …" if len(header) > 12 else "")
    return f"no register has these columns: {shown}"


def _missing(m: RegisterMap, beside: Iterable[str] = ()) -> list[str]:
    """Required columns that neither file nor map gives, nor a reader `beside` them."""
    by, into = UNFOLDS.get(m.register, ("", "")) if m.unfold else ("", "")
    have = {*m.columns, *m.constants, by, into, *beside}
    return [c for c in REQUIRED[m.register] if c not in have and not (c == "title" and IDS.get(m.register) in have)]


def _and(names: Sequence[str]) -> str:
    return " and ".join(f"“{n}”" for n in names)


def check_columns(given: Given, m: RegisterMap) -> None:
    headers = Counter(given.header)
    wanted = [*m.columns.values(), *m.unfold.values()]
    lost = [h for h in wanted if h not in headers]
    there = ", ".join(given.header[:30])
    if lost:
        hints = " ".join(f"“{h}”: {hint}" for h in lost if (hint := near(h, headers)))
        which = f"column {_and(lost)} is missing" if len(lost) == 1 else f"columns {_and(lost)} are missing"
        raise ImportRefused(given.name, which, f"{hints} The file has: {there}.".strip())
    if twice := [h for h in wanted if headers[h] > 1]:
        raise ImportRefused(given.name, f"column “{twice[0]}” stands {headers[twice[0]]} times in the header", "Rename all but one.")
    strange = [h for h in given.header if h[0] != "\0" and h not in {*wanted, *m.skip}]
    if m.strict and strange:
        do = f"The file has: {there}. Put each under `columns` or `skip` of a map ({m.origin})."
        raise ImportRefused(given.name, f"these columns are not known: {', '.join(strange[:12])}", do)
    if missing := _missing(m, [h[1:] for h in given.header if h[0] == "\0"]):
        raise ImportRefused(
            given.name, f"{m.register} need {_and(missing)}", f"Name its column in the map, or a constant. The file has: {there}."
        )
