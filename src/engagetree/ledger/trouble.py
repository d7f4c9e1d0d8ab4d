"""What the system says when a disk is full, a folder may not be written, or a file is damaged: in our words."""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from engagetree.errors import WorkspaceError

FULL = re.compile(r"no space left|disk is full|os error 28|disk quota|out of disk|not enough space", re.I)
LOCKED_DOWN = re.compile(r"permission denied|read-?only|operation not permitted|os error (1|13|30)\b|unable to open database file", re.I)
CODES = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EACCES: LOCKED_DOWN, errno.EPERM: LOCKED_DOWN, errno.EROFS: LOCKED_DOWN}


def in_words(error: BaseException, path: Path, wanted: int = 0) -> WorkspaceError | None:
    """A full disk or a missing permission in words, whichever library met it; None where it is something else.

    `wanted` is the number of bytes that this change was about to hold, where that is known.

    >>> print(in_words(PermissionError(13, "Permission denied"), Path("spring")))
    spring: nothing can be written here. Give yourself write permission on this folder, or work on a copy of it.
    """
    kind = CODES.get(error.errno or 0) if isinstance(error, OSError) else None
    text = f"{type(error).__name__}: {error}"
    if kind is FULL or FULL.search(text):
        return WorkspaceError(str(path), _full(path, wanted), "Make room and run it again; everything that was there before is untouched.")
    if kind is LOCKED_DOWN or LOCKED_DOWN.search(text):
        do = "Give yourself write permission on this folder, or work on a copy of it."
        return WorkspaceError(str(path), "nothing can be written here", do)
    return None


def _full(path: Path, wanted: int) -> str:
    free = free_bytes(path)
    have = "" if free is None else f", {size(free)} are free"
    missing = f" and at least {size(wanted - free)} are missing" if free is not None and wanted > free else ""
    return f"the disk is full{have}{missing}"


def free_bytes(path: Path) -> int | None:
    """Bytes that are free where `path` lies or would lie, or None where the system does not say."""
    for place in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def size(count: float) -> str:
    """A number of bytes for people.

    >>> size(900), size(1_500_000), size(2_340_000_000)
    ('900 bytes', '1.5 MB', '2.3 GB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{int(count)} bytes"


@contextmanager
def ledger_trouble(url: sa.URL) -> Iterator[None]:
    """Turns the database's own errors into ours."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except (sa.exc.OperationalError, sa.exc.DatabaseError) as error:
        raise _ledger_error(url, error) from error


def _ledger_error(url: sa.URL, error: sa.exc.DBAPIError) -> WorkspaceError:
    name, said = url.render_as_string(hide_password=True), str(error.orig)
    path = Path(url.database or ".").parent
    if "locked" in said:
        do = "Another process holds it; wait until that has finished, or end it."
        return WorkspaceError(name, "the ledger has been locked for over 30 seconds", do)
    if "malformed" in said or "not a database" in said or "corrupt" in said:
        return WorkspaceError(name, f"the ledger is damaged ({said})", "Put back the last backup of the workspace.")
    if url.get_backend_name() == "sqlite" and (known := in_words(error, path)):
        return known
    return WorkspaceError(name, f"the ledger cannot be used ({said})", "Check that the address is right and that the database is running.")
