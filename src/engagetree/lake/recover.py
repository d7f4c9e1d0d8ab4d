"""After a writer died: set aside what was never made durable, and bring every table back to what the head names.

Cheap when nothing happened: a list of each log's names. What is set aside is renamed to `….bad`, never deleted, and never held an
acknowledged row.
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

from engagetree.lake.delta import TableDamagedError, log_file, log_versions, restore
from engagetree.lake.durable import make_durable, sync
from engagetree.ledger import Head, Ledger

ASIDE = "_aside"
MAGIC = b"PAR1"


ENDED = "the process that wrote it was ended"


def sweep(folder: Path, ledger: Ledger, why: str = ENDED, thorough: bool = False) -> list[str]:
    """Brings the lake in `folder` back to the head and marks what was left over as failed; says what it did. Under the writer lock only.

    Looks closely only where an import is still 'writing', or if it is to be `thorough`.
    """
    left, head = ledger.imports("writing"), ledger.head()
    did = [line for table, version in head.versions.items() for line in recover(folder / table, version)] if left or thorough else []
    if left:
        did += _strangers(folder, head)
    moved = {table: _back(folder / table, version) for table, version in head.versions.items()}
    moved = {table: version for table, version in moved.items() if version != head.versions[table]}
    if left or moved:
        ledger.swept([row.import_id for row in left], moved, why)
    return did + [f"{table}: taken back to version {head.versions[table]}" for table in moved]


def _back(folder: Path, version: int) -> int:
    versions = log_versions(folder)
    newest = versions[-1] if versions else -1
    if newest < version:
        do = "Put back the last backup of the workspace; do not write to it before."
        raise TableDamagedError(f"table {folder.name}", f"version {version} is acknowledged, but only {newest} is there", do)
    if newest == version:
        return version
    again = restore(folder, version)
    make_durable(folder, version, again)
    return again


def recover(folder: Path, version: int) -> list[str]:
    """Sets aside what a cut left unreadable in one table's log: staging files, checkpoints, and commits after `version`."""
    log = folder / "_delta_log"
    did = [_aside(path) for path in sorted(log.glob("*.checkpoint*.parquet")) if _version(path) > version or not whole_parquet(path)]
    did += [_aside(path) for path in [log / "_last_checkpoint"] if path.exists() and not _hint_holds(path)]
    later = [number for number in log_versions(folder) if number > version]
    broken = next((number for number in later if not _whole_commit(folder, number)), None)
    did += [_aside(log_file(folder, number)) for number in later if broken is not None and number >= broken]
    for path in log.glob("*#*"):
        path.unlink()
        did.append(f"{folder.name}: staging file {path.name} removed")
    if did:
        sync(log)
    return did


def _version(path: Path) -> int:
    return int(path.name.partition(".")[0])


def _aside(path: Path) -> str:
    path.rename(path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.bad"))
    return f"{path.parent.parent.name}: {path.name} set aside"


def whole_parquet(path: Path) -> bool:
    """Whether a file begins and ends as parquet does."""
    if path.stat().st_size < 12:
        return False
    with path.open("rb") as file:
        begins = file.read(4) == MAGIC
        file.seek(-4, 2)
        return begins and file.read(4) == MAGIC


def _hint_holds(path: Path) -> bool:
    try:
        version = json.loads(path.read_text())["version"]
    except (ValueError, KeyError, TypeError):
        return False
    return path.with_name(f"{version:020d}.checkpoint.parquet").exists()


def _whole_commit(folder: Path, version: int) -> bool:
    try:
        actions = [json.loads(line) for line in log_file(folder, version).read_text().splitlines()]
        added = [action["add"] for action in actions if "add" in action]
        return bool(actions) and all((folder / add["path"]).stat().st_size == add["size"] for add in added)
    except (ValueError, KeyError, TypeError, OSError):
        return False


def _strangers(folder: Path, head: Head) -> list[str]:
    """Tables that no head has ever named: a dead writer had just begun them."""
    found = sorted(path for path in folder.glob("[a-z]*") if path.is_dir() and path.name not in head.versions)
    for path in found:
        if not (path / "_delta_log").exists():
            shutil.rmtree(path)
            continue
        (folder / ASIDE).mkdir(exist_ok=True)
        path.rename(folder / ASIDE / f"{path.name}-{uuid.uuid4().hex}")
    return [f"{path.name}: set aside, it was never finished" for path in found]
