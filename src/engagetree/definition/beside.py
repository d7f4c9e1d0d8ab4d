"""What stands in a definition's text beside its version, the metrics around the score, their tree, outcomes: left out, or carried over."""

from __future__ import annotations

import yaml

from engagetree.definition.read import parse
from engagetree.definition.version import around
from engagetree.errors import EngagetreeError

BESIDE = ("metrics", "tree", "outcomes")

Lines = tuple[list[str], list[str]]


def formula_of(text: str) -> str:
    """The text without those parts: what is kept of it as a version."""
    return _joined(_split(text)[0])


def carried(text: str, other: str) -> str:
    """The text with those parts of another text. EngagetreeError where they cannot be moved by machine."""
    if around(parse(text)) == around(parse(other)):
        return text
    kept, moved = _split(text)[0], _split(other)[1]
    made = _joined([*kept, "\n", *moved] if moved else kept)
    if parse(made).fingerprint != parse(text).fingerprint or around(parse(made)) != around(parse(other)):
        raise EngagetreeError("metrics", "they cannot be moved into this version by machine", "Copy them to it by hand.")
    return made


def _split(text: str) -> Lines:
    """The lines of the formula, and the lines of what stands beside it, each entry with the comments right above it."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return lines, []
    starts = [(k.value, _above(lines, k.start_mark.line)) for k, _ in root.value]
    stops = [*(line for _, line in starts[1:]), len(lines)]
    beside = {i for (key, start), stop in zip(starts, stops, strict=True) if key in BESIDE for i in range(start, stop)}
    return [line for i, line in enumerate(lines) if i not in beside], [lines[i] for i in sorted(beside)]


def _above(lines: list[str], start: int) -> int:
    while start and lines[start - 1].startswith("#"):
        start -= 1
    return start


def _joined(lines: list[str]) -> str:
    """Lines as a text that ends with one line break."""
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines).rstrip("\n") + "\n"
