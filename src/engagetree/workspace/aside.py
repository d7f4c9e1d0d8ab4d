"""A copy of a workspace that shares its files, for what is worked out and thrown away: nothing that happens in it reaches the original."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

PREFIX = ".aside-"

STALE = 86400.0
"""Seconds after which a copy that a killed process left behind is cleared away."""


@contextmanager
def aside(work: Workspace) -> Iterator[Workspace]:
    """The copy, gone when the block ends. Files of the lake are never written twice, so that a second name for each is a copy."""
    _clear(work.root)
    with _folder(work.root) as folder:
        with work.lake.held():
            # The ledger first: what the lake gains meanwhile is ahead of it, as after a power cut, and is set aside by the next writer.
            _ledger(work.root / "ledger.db", folder / "ledger.db")
            if work.lake.folder.exists():
                shutil.copytree(work.lake.folder, folder / "lake", copy_function=_linked)
        copy = type(work)(folder, work.engine)
        try:
            yield copy
        finally:
            copy.close()


@contextmanager
def _folder(root: Path) -> Iterator[Path]:
    """Beside the data, where a file can have a second name; elsewhere if nothing may be written there."""
    try:
        made = tempfile.mkdtemp(prefix=PREFIX, dir=root)
    except OSError:
        made = tempfile.mkdtemp(prefix="engagetree-")
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _clear(root: Path) -> None:
    for left in root.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE:
                shutil.rmtree(left, ignore_errors=True)


def _ledger(source: Path, target: Path) -> None:
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
