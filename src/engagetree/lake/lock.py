"""One writer at a time: `flock` on `writer.lock`, which the system drops when its holder dies. A file beside it says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engagetree.errors import WorkspaceBusy
from engagetree.ledger.trouble import in_words

POLL_SECONDS = 0.02
SLOWEST_POLL = 0.25


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, as far as is known."""

    pid: int
    what: str
    since: str  # HH:MM, local time of this machine

    def __str__(self) -> str:
        return f"{self.what} of process {self.pid} since {self.since}"


def holder(root: Path) -> Holder | None:
    """Who says to hold the lock of a workspace, or None."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads((root / "writer.json").read_text())
        since = datetime.fromisoformat(said["since"]).astimezone()
        return Holder(int(said["pid"]), str(said["what"]), f"{since:%H:%M}")
    return None


@contextmanager
def writer_lock(root: Path, what: str, on_wait: Callable[[str], None] | None = None, wait_seconds: float = 600) -> Iterator[None]:
    """Holds the lock. Says once for each holder whom it waits for; WorkspaceBusy when the time is up."""
    handle = _open(root / "writer.lock")
    note = root / "writer.json"
    try:
        _take(handle, root, on_wait or (lambda _text: None), time.monotonic() + wait_seconds)
        with suppress(OSError):  # a full disk must not stop what may free it
            note.write_text(json.dumps({"pid": os.getpid(), "what": what, "since": datetime.now().astimezone().isoformat()}))
        try:
            yield
        finally:
            with suppress(OSError):
                note.unlink()
    finally:
        os.close(handle)


@contextmanager
def shared_hold(root: Path) -> Iterator[None]:
    """While this is held no file of the lake is deleted: a backup copies under it."""
    handle = _open(root / "vacuum.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


@contextmanager
def may_delete(root: Path) -> Iterator[bool]:
    """Whether files may be deleted now, that is, no backup holds them; none can begin meanwhile."""
    handle = _open(root / "vacuum.lock")
    try:
        yield _try(handle)
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        if trouble := in_words(error, path.parent):
            raise trouble from error
        raise


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take(handle: int, root: Path, say: Callable[[str], None], until: float) -> None:
    told, pause = None, POLL_SECONDS
    while not _try(handle):
        now = holder(root)
        if now is not None and now != told:
            told = now
            say(f"waiting for {now}")
        if time.monotonic() >= until:
            do = "Try again when it has finished; if it hangs, end that process: nothing is lost by that."
            raise WorkspaceBusy(str(root), f"{now or 'another process'} is still writing", do)
        time.sleep(pause)
        pause = min(pause * 1.3, SLOWEST_POLL)
