"""`programme.yml` → a checked, frozen `Definition`; or every problem in it at once, each with its line."""

from __future__ import annotations

from pathlib import Path

from engagetree.definition import checks, metric_checks, mistakes, outcome_checks
from engagetree.definition.build import build
from engagetree.definition.document import MOST_BYTES, UnreadableError, document
from engagetree.definition.fields import PROGRAMME
from engagetree.definition.model import Definition
from engagetree.definition.shape import Row, fit
from engagetree.errors import DefinitionError, Problem

MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def read(path: Path) -> Definition:
    """The definition in a file. Raises `DefinitionError` with every error and warning if there is an error."""
    try:
        return parse(_load(path), str(path))
    except UnreadableError as error:
        raise DefinitionError(str(path), [error.problem]) from None


def parse(text: str, path: str = "") -> Definition:
    """The definition in a text; `path` is what messages call it. Raises `DefinitionError`."""
    row, problems = _examine(text)
    if row is None or any(p.level == "error" for p in problems):
        raise DefinitionError(path or "definition", problems)
    return build(row, text, path)


def check(path: Path, validated: bool = False) -> list[Problem]:
    """Every error, warning and note about a file, by line. Never raises for what is in the file, or for its absence.

    `validated` is known to the workspace, not to the file: until it is true, a note says that no outcome has confirmed the score.
    """
    try:
        _, problems = _examine(_load(path))
    except UnreadableError as error:
        return [error.problem]
    return problems if validated else [*problems, mistakes.NEVER_VALIDATED]


def _examine(text: str) -> tuple[Row | None, list[Problem]]:
    try:
        root, problems = document(text)
    except UnreadableError as error:
        return None, [error.problem]
    row = fit(root, PROGRAMME, "definition", "", problems)
    for rule in (*checks.RULES, *mistakes.RULES, *metric_checks.RULES, *outcome_checks.RULES):
        problems += rule(row)
    return row, sorted(problems, key=lambda p: p.line)


def _load(path: Path) -> str:
    """The file's text. Raises `UnreadableError` for what is no readable UTF-8 file of a definition's size."""
    try:
        if not path.exists():
            raise UnreadableError(0, "there is no such file", "Check the path, or write one with `engagetree init`.")
        if not path.is_file():
            raise UnreadableError(0, "is not a file", "Name the definition itself, usually `programme.yml`.")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 4)
    except (OSError, ValueError) as error:
        raise UnreadableError(
            0, f"cannot be opened: {getattr(error, 'strerror', None) or error}", "Check the path and its permissions."
        ) from None
    if len(raw) > MOST_BYTES:
        raise UnreadableError(0, f"is larger than {MOST_BYTES // 1024} KiB", "A definition is a few pages. Is this another file?")
    return _decode(raw)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        name = next((name for mark, name in MARKS if raw.startswith(mark)), "")
        found = f"is {name}, not UTF-8" if name else f"is not UTF-8: the byte 0x{raw[error.start]:02X} does not fit"
        raise UnreadableError(line, found, "Save the file as UTF-8.") from None
