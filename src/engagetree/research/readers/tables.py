"""Tables whose columns are known by many names: Researchfish, HE-BCI table 5, KEF. Their header names are data, in `maps/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from engagetree.definition.document import document, plain
from engagetree.errors import ImportRefused
from engagetree.research.readers.mapping import RegisterMap
from engagetree.research.readers.shape import REQUIRED, kinds
from engagetree.research.readers.shape import plain as plain_name

LOOKED_AT = 60
"""Lines in which a header is looked for that stands below others."""


@dataclass(frozen=True)
class BuiltIn:
    """A table that others publish. `names` are headers under which each of our columns is known; `marks` tell it from other tables."""

    name: str
    about: str
    map: RegisterMap
    names: dict[str, tuple[str, ...]]
    marks: tuple[str, ...]
    skip: tuple[str, ...] = ()


@cache
def built_in() -> dict[str, BuiltIn]:
    """Every one by its name."""
    folder = files("engagetree.research.readers") / "maps"
    found = (_read(entry.name.removesuffix(".yml"), entry.read_text("utf-8")) for entry in sorted(folder.iterdir(), key=lambda e: e.name))
    return {one.name: one for one in found}


def _read(name: str, text: str) -> BuiltIn:
    data = plain(document(text)[0])
    names = {ours: tuple(theirs) for ours, theirs in data["names"].items()}
    values = {c: {str(k): v if v is None else str(v) for k, v in pairs.items()} for c, pairs in (data.get("values") or {}).items()}
    m = RegisterMap(
        data["register"], {}, {k: str(v) for k, v in (data.get("constants") or {}).items()}, values, tuple(data.get("dates") or ()),
        separators=data.get("separators") or ";|", header=data.get("header") or "", strict=bool(data.get("strict")), origin=name,
    )  # fmt: skip
    return BuiltIn(name, data["about"], m, names, tuple(data["marks"]), tuple(data.get("skip") or ()))


def recognised(header: Sequence[str]) -> BuiltIn | None:
    """The table that has these columns: all its marks are there, under any of their names."""
    have = {plain_name(h) for h in header}
    for one in built_in().values():
        if all(have & {plain_name(n) for n in one.names.get(mark, (mark,))} for mark in one.marks):
            return one
    return None


@dataclass(frozen=True)
class Fitted:
    """A map with the names that one file uses; `aside` are columns that no register has, from which others are made."""

    map: RegisterMap
    aside: Mapping[str, str]


def fitted(one: BuiltIn, header: Sequence[str], name: str) -> Fitted:
    """Its map with the names that this file uses. Raises ImportRefused where a needed column goes by no known name."""
    at = {plain_name(h): h for h in reversed(list(header))}
    columns = {
        ours: at[hit] for ours, theirs in one.names.items() if (hit := next((plain_name(t) for t in theirs if plain_name(t) in at), ""))
    }
    ours = set(kinds(one.map.register))
    aside = {c: h for c, h in columns.items() if c not in ours}
    columns = {c: h for c, h in columns.items() if c in ours}
    made = replace(one.map, columns=columns, skip=_skipped(one, header, aside))
    lost = [c for c in REQUIRED[made.register] if c not in columns and c not in made.constants]
    if lost:
        known = "; ".join(f"{c}: {', '.join(one.names.get(c, ()))}" for c in lost)
        do = f"The file has: {', '.join(list(header)[:30])}. Known names are {known}. Give others with a column map (--map)."
        raise ImportRefused(name, f"no column for {' and '.join(lost)} of {one.about}", do)
    return Fitted(made, aside)


def _skipped(one: BuiltIn, header: Sequence[str], aside: Mapping[str, str]) -> tuple[str, ...]:
    known = {plain_name(s) for s in one.skip}
    return tuple(h for h in header if plain_name(h) in known or h in aside.values())


def without_preamble(path: Path, wanted: str, scratch: Path) -> tuple[Path, tuple[str, ...]]:
    """The file itself, or a copy in which lines above the header are blank, so that line numbers stay; and what is to be said.

    The header is the first line with the cell `wanted`; without one, the first with the cell UKPRN, as HESA's tables have it.
    """
    mark = plain_name(wanted or "UKPRN")
    with path.open("rb") as f:
        if f.read(2) in (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"):
            return path, ()
        f.seek(0)
        lines = [f.readline(1 << 16) for _ in range(LOOKED_AT)]
    for n, line in enumerate(lines):
        text = line.decode("utf-8-sig" if n == 0 else "utf-8", "replace")
        if mark in {plain_name(cell.strip().strip('"')) for d in (",", ";", "\t") for cell in text.split(d)}:
            if n == 0 or not any(prior.strip() for prior in lines[:n]):
                return path, ()
            return _blanked(path, n, scratch), (f"{n} lines above the header were passed over",)
    return path, ()


def _blanked(path: Path, above: int, scratch: Path) -> Path:
    target = scratch / f"below-{path.name}"
    with path.open("rb") as f, target.open("wb") as out:
        for n, line in enumerate(f):
            out.write(line if n >= above else b"\n")
    return target
