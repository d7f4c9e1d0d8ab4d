"""The lines of a proposed map, each with the reason for it and a mark where somebody must decide; and their YAML, for `mapping.read`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import yaml

OPEN = "# ?"
"""The mark of a line that is open."""
ORDER = (
    "table",
    "columns",
    "constants",
    "values",
    "only",
    "times",
    "identifiers",
    "attributes",
    "skip",
    "encoding",
    "delimiter",
    "sheet",
    "decimal",
)
WIDTH = 100
LISTS = ("only", "attributes", "skip")


@dataclass(frozen=True)
class Line:
    """A line of a map. `key` is its path (`columns.participant`, `values.kind.Joined`); of a list, `value` is one member.

    A line that is `open` has a `question` with the answers that are near; `value` is then the proposal, None where there is none. A line
    whose value is None and that is not `needed` is no line of the map, only something to ask.
    """

    key: tuple[str, ...]
    value: Any
    why: str
    open: bool = False
    question: str = ""
    options: tuple[str, ...] = ()
    needed: bool = True
    instead: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The path as one text, by which the line is answered."""
        return ".".join(self.key)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = asdict(self)
        return {**told, "key": self.name, "options": list(self.options), "instead": list(self.instead)}


def data(lines: Iterable[Line]) -> dict[str, Any]:
    """The map as plain data, as YAML would give it."""
    told: dict[str, Any] = {}
    for line in lines:
        if line.value is None and not line.needed:
            if len(line.key) > 1:
                told.setdefault(line.key[0], None)  # a key with nothing but comments below it
            continue
        if line.key[0] in LISTS:
            told.setdefault(line.key[0], []).append(line.value)
            continue
        at = told
        for part in line.key[:-1]:
            if at.get(part) is None:
                at[part] = {}
            at = at[part]
        at[line.key[-1]] = line.value
    return {k: told[k] for k in ORDER if k in told}


def text(lines: Sequence[Line], head: Iterable[str] = ()) -> str:
    """The map as YAML, every line with its reason."""
    out = [f"# {line}".rstrip() for line in head]
    before: tuple[str, ...] = ()
    for line in sorted(lines, key=lambda k: ORDER.index(k.key[0])):
        if line.key[0] == "skip":
            continue
        above = line.key if line.key[0] in LISTS else line.key[:-1]
        for depth, part in enumerate(above):
            if above[: depth + 1] != before[: depth + 1]:
                out.append(f"{'  ' * depth}{scalar(part)}:")
        before = above
        indent = "  " * len(above)
        said = _comment(line)
        if line.value is None and not line.needed:
            out += [f"{indent}{said}", *([f"{indent}# Keep one of these lines, without its first mark:"] if line.instead else [])]
            out += [f"{indent}# {one}" for one in line.instead]
        elif line.key[0] in LISTS:
            out.append(f"{indent}- {scalar(line.value)}  {said}")
        else:
            shown = "null" if line.value is None and not line.open else scalar(line.value)
            out.append(f"{indent}{scalar(line.key[-1])}:{' ' + shown if shown else ''}  {said}")
    at = next((n for n, one in enumerate(out) if one.split(":")[0] in ORDER[ORDER.index("skip") + 1 :]), len(out))
    out[at:at] = _skipped([line for line in lines if line.key[0] == "skip"])
    return "\n".join(out) + "\n"


def _skipped(lines: Sequence[Line]) -> list[str]:
    """`skip` as one list: those that share a reason together."""
    reasons: dict[str, list[str]] = {}
    for line in lines:
        reasons.setdefault(" ".join(line.why.split()), []).append(scalar(line.value, flow=True))
    out = []
    for why, names in reasons.items():
        rows = _filled(names)
        out += [*(f"  {row}," for row in rows[:-1]), f"  {rows[-1]},  # {why}"]
    return ["skip: [", *out, "]"] if out else []


def _filled(names: list[str]) -> list[str]:
    """Names side by side in lines of at most 100 characters, unless one alone is longer."""
    rows: list[str] = []
    for name in names:
        if rows and len(rows[-1]) + len(name) < WIDTH:
            rows[-1] += f", {name}"
        else:
            rows.append(name)
    return rows


def _comment(line: Line) -> str:
    words = " ".join(line.why.split())
    if not line.open:
        return f"# {words}"
    asked = " ".join(line.question.split())
    return f"{OPEN} {asked}{' ' if asked and words else ''}{'(' + words + ')' if asked and words else words}"


def scalar(value: Any, flow: bool = False) -> str:
    """A value as it stands in YAML on one line, also within a list in brackets (`flow`); an empty one as nothing.

    >>> scalar("Student ID"), scalar("yes"), scalar("a: b"), scalar(None)
    ('Student ID', "'yes'", "'a: b'", '')
    """
    if value is None:
        return ""
    style = '"' if isinstance(value, str) and any(not c.isprintable() for c in value) else None
    made = yaml.safe_dump(value, default_style=style, default_flow_style=True, allow_unicode=True, width=10**9)
    if flow and not made.startswith(("'", '"')):  # a comma or a bracket ends a plain text there
        return scalar([value])[1:-1]
    return made.removesuffix("\n").removesuffix("\n...")
