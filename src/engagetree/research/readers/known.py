"""The readers of records, and which of them a file is for."""

from __future__ import annotations

from pathlib import Path

from engagetree.research.readers import gtr, openalex, rubric
from engagetree.research.readers.records import Reader

HEAD = 64 << 10

READERS: dict[str, Reader] = {r.name: r for r in (gtr.READER, openalex.READER, rubric.READER)}


def head(path: Path) -> str:
    """The first 64 KB as text."""
    with path.open("rb") as f:
        return f.read(HEAD).decode("utf-8-sig", "replace").lstrip()


def find(path: Path) -> str | None:
    """The reader that recognises a file, or None."""
    text = head(path)
    return next((r.name for r in READERS.values() if r.recognises(text)), None)
