"""Which files are meant: those of a folder, and those that arrive in one while it is watched."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engagetree.errors import EngagetreeError
from engagetree.ingest import find

EVERY = 5.0
"""Seconds between two looks into a watched folder."""

PARTIAL = (".part", ".crdownload", ".download", ".tmp", ".partial")
"""How a file is called while a browser still fetches it."""

Mark = tuple[int, int]  # size in bytes, when it was changed


def files_of(paths: Iterable[Path], as_: str | None = None) -> list[Path]:
    """The files to import: a folder that is one source (OULAD) as it is, any other as its files in order of name, without hidden ones."""
    found: list[Path] = []
    for path in paths:
        found += _inside(path) if path.is_dir() and as_ is None and not _one_source(path) else [path]
    return found


def _one_source(folder: Path) -> bool:
    try:
        find(folder)
    except EngagetreeError:
        return False
    return True


def _inside(folder: Path) -> list[Path]:
    """The files of a folder. EngagetreeError where it cannot be opened or has none."""
    try:
        found = sorted(p for p in folder.rglob("*") if p.is_file() and not any(n.startswith(".") for n in p.relative_to(folder).parts))
    except OSError as error:
        raise EngagetreeError(str(folder), f"it cannot be opened ({error.strerror})", "Check your rights.") from None
    if not found:
        raise EngagetreeError(str(folder), "there is no file in it", "Name a folder with exports.")
    return found


def arrivals(folder: Path, wait: Callable[[float], None] = time.sleep, every: float = EVERY) -> Iterator[Path]:
    """The files of a folder as they become whole: one that has the same size and time in two looks is. Never ends by itself.

    A file that changes later comes again. Raises EngagetreeError where the folder is none.
    """
    if not folder.is_dir():
        raise EngagetreeError(str(folder), "there is no such folder", "Name a folder to watch.")
    before: dict[Path, Mark] = {}
    given: dict[Path, Mark] = {}
    while True:
        now = _marks(folder)
        for path in sorted(now):
            if now[path][0] and before.get(path) == now[path] != given.get(path):
                given[path] = now[path]
                yield path
        before = now
        wait(every)


def _marks(folder: Path) -> dict[Path, Mark]:
    found: dict[Path, Mark] = {}
    for path in folder.iterdir():
        if path.is_file() and not path.name.startswith(".") and path.suffix.lower() not in PARTIAL:
            try:
                about = path.stat()
            except OSError:  # gone between two looks
                continue
            found[path] = (about.st_size, about.st_mtime_ns)
    return found
