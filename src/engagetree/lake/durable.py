"""On the disk, not only in the system's memory: what the head is about to name has to survive a power cut first."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from engagetree.lake.delta import log_file

T = TypeVar("T")
R = TypeVar("R")


def sync(path: Path) -> None:
    """Waits until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(paths: Iterable[Path]) -> None:
    """The same for many at once: the disk can serve several waits together."""
    together(sync, paths)


def together(work: Callable[[T], R], things: Iterable[T]) -> list[R]:
    """Work that mostly waits for the disk, four at a time, results in order."""
    listed = list(things)
    if len(listed) < 2:
        return [work(thing) for thing in listed]
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(work, listed))


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes: parquet itself does not notice a flipped bit."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(path: Path) -> str:
    """Makes a finished data file durable; returns its SHA-256."""
    digest = sha256(path)
    sync(path)
    return digest


def make_durable(folder: Path, since: int, version: int, files: Iterable[Path] = ()) -> None:
    """A table's commits after `since` up to `version`: the folders that name the data files, the commits in order, the log."""
    sync_all(sorted({file.parent for file in files} | {folder, folder.parent}))
    for number in range(since + 1, version + 1):
        sync(log_file(folder, number))
    sync(folder / "_delta_log")
