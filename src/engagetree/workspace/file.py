"""programme.yml itself: what it says, whether it can be used here, and writing it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from engagetree.definition.model import Definition
from engagetree.definition.read import read
from engagetree.definition.version import fingerprint
from engagetree.errors import DefinitionError, Problem, WorkspaceError
from engagetree.formula.columns import RESERVED
from engagetree.lake.durable import sync

DEFINITION = "programme.yml"


def checked(made: Definition) -> Definition:
    """A definition with its fingerprint. DefinitionError where a signal is named like a column of the scores table."""
    taken = [s for s in made.signals if s.key in RESERVED]
    if taken:
        wrong = [Problem(s.line, f"signal {s.key}", "is the name of a column of the scores table", "Choose another name.") for s in taken]
        raise DefinitionError(made.path, wrong)
    return made if made.fingerprint else replace(made, fingerprint=fingerprint(made))


def zone_of(path: Path) -> str:
    """The programme's zone."""
    return _said(path).zone


def span_of(path: Path) -> tuple[datetime, datetime] | None:
    """[start, end) of the programme, where its definition says both."""
    definition = _said(path)
    return (definition.starts, definition.ends) if definition.starts and definition.ends else None


def _said(path: Path) -> Definition:
    """The definition, read and checked anew when its file has changed: a thousand imports are one command."""
    try:
        about = path.stat()
    except OSError:
        return checked(read(path))  # which says what is wrong
    return _unchanged(path.resolve(), about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=16)
def _unchanged(path: Path, changed: int, size: int) -> Definition:
    return checked(read(path))


def text_of(path: Path) -> str | None:
    """What the file says, letter for letter; None where there is none or it is no text."""
    with suppress(OSError, UnicodeDecodeError):
        return path.read_bytes().decode("utf-8-sig")
    return None


def write(path: Path, text: str) -> None:
    """The file as a whole or not at all, on the disk when this returns; a link stays a link."""
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(text.encode())
        if target.exists():
            shutil.copymode(target, draft)
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise WorkspaceError(str(path), error.strerror or str(error), "Choose a place that you may write to.") from None
