"""The lake as one value: look at a state of it, or change it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engagetree.errors import EngagetreeError, WorkspaceBusy, WorkspaceError
from engagetree.lake.change import Change
from engagetree.lake.commit import commit
from engagetree.lake.delta import LakeFile, TableDamagedError
from engagetree.lake.lock import shared_hold, writer_lock
from engagetree.lake.recover import sweep
from engagetree.lake.snapshot import Snapshot
from engagetree.lake.upkeep import Upkeep, upkeep
from engagetree.lake.verify import verify
from engagetree.ledger import Ledger
from engagetree.ledger.trouble import FULL, free_bytes, in_words, size

T = TypeVar("T")
TRIES = 8


@dataclass(frozen=True)
class Lake:
    """The Delta tables in `<root>/lake`, of the workspace `root`. Readers never wait; writers wait for one another."""

    root: Path
    ledger: Ledger
    lists: dict[tuple[str, int], tuple[LakeFile, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def folder(self) -> Path:
        """Where the tables lie."""
        return self.root / "lake"

    def snapshot(self) -> Snapshot:
        """The state that the ledger's head names now."""
        head = self.ledger.head()
        return Snapshot(head.seq, head.versions, self.folder.absolute(), self.lists)

    def read(self, fn: Callable[[Snapshot], T]) -> T:
        """What `fn` makes of one state of the lake. Where a file of it was deleted meanwhile, it is called again with the present state."""
        for again in range(TRIES):
            snapshot = self.snapshot()
            try:
                return fn(snapshot)
            except TableDamagedError:
                if again == TRIES - 1 or not self._mended():
                    raise
            except Exception:
                if again == TRIES - 1 or not vanished(snapshot):
                    raise
            time.sleep(0.02 * again)
        raise AssertionError("unreachable")

    def _mended(self) -> bool:
        """After a power cut a reader may come first: set aside what is broken, unless a writer is at work (then just try again)."""
        with suppress(WorkspaceBusy):
            try:
                return bool(self.recover(wait_seconds=1))
            except EngagetreeError:
                return False
        return True

    def recover(self, wait_seconds: float = 600) -> list[str]:
        """Does now what the next writer would do first: brings the lake back to the head; says what it set aside."""
        with writer_lock(self.root, "recovery", None, wait_seconds):
            return sweep(self.folder, self.ledger, thorough=True)

    def upkeep(self, order: Mapping[str, Sequence[str]] | None = None, **options: Any) -> Upkeep:
        """Joins small files, sums up the log, deletes files that nobody needs: see `engagetree.lake.upkeep.upkeep`."""
        return upkeep(self, order, **options)

    def verify(self, deep: bool = False) -> list[str]:
        """Everything that is wrong with lake and ledger, in words; empty where all is well. `deep` reads every byte."""
        return verify(self, deep)

    @contextmanager
    def held(self) -> Iterator[Snapshot]:
        """A state of which no file is deleted while the block runs: for backups."""
        with shared_hold(self.root):
            yield self.snapshot()

    def require_space(self, wanted: int) -> None:
        """WorkspaceError where fewer than `wanted` bytes are free: said before the work rather than in the middle of it."""
        free = free_bytes(self.root)
        if free is not None and free < wanted:
            found = f"about {size(wanted)} are needed, {size(free)} are free"
            raise WorkspaceError(str(self.root), found, f"Make room for {size(wanted - free)} more; nothing was changed.")

    @contextmanager
    def write(
        self,
        what: str,
        *,
        source: str = "",
        sha256: str = "",
        reader: str = "",
        who: str = "",
        on_wait: Callable[[str], None] | None = None,
        wait_seconds: float = 600,
    ) -> Iterator[Change]:
        """A change of the lake: visible as a whole when the block ends, not at all when it raises.

        WorkspaceBusy when another writer does not finish in time; WorkspaceError on a full disk or without permission. When the block
        has ended without an error, the change survives a power cut.
        """
        with writer_lock(self.root, what, on_wait, wait_seconds):
            with self._worded(None):
                self.folder.mkdir(parents=True, exist_ok=True)
                sweep(self.folder, self.ledger)
                row = self.ledger.announce(what, source, sha256, reader, who)
                change = Change(row, self.snapshot(), announce=self.ledger.announce_all)
            try:
                with self._worded(change):
                    yield change
                    commit(change, self.ledger)
            except BaseException as error:
                self._undo(change, error)
                raise

    @contextmanager
    def _worded(self, change: Change | None) -> Iterator[None]:
        """A full disk or a missing permission in our words, and only if it is about this workspace."""
        try:
            yield
        except EngagetreeError:
            raise
        except Exception as error:
            ours = FULL.search(f"{error}") or str(self.root) in f"{error}"
            wanted = change.bytes_staged() if change else 0
            if ours and (trouble := in_words(error, self.root, wanted)):
                raise trouble from error
            raise

    def _undo(self, change: Change, error: BaseException) -> None:
        """Back to the head at once if that is possible; else the next writer does it, who finds the import still 'writing'.

        Files go first, so that on a full disk there is room for the rest; but never those of a change that did become visible.
        """
        with suppress(Exception):
            if any(row.import_id == change.import_id for row in self.ledger.imports("writing")):
                change.discard()
                sweep(self.folder, self.ledger, str(error)[:500] or type(error).__name__)


def vanished(snapshot: Snapshot) -> bool:
    """Whether files of a state are gone, as they are an hour after they were replaced."""
    known = [
        (table, file)
        for (table, version), files in list(snapshot.lists.items())
        if snapshot.versions.get(table) == version
        for file in files
    ]
    return any(not (snapshot.folder / table / file.path).exists() for table, file in known)
