"""Which definition is in use: the file's after scoring, an earlier one again, or a new text, always with who, when and why.

In this order: the scores under it are brought up to date, programme.yml is written, the ledger names it. Killed in between, the scores that
readers see are still complete, and the next `score` does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from engagetree.definition import read as reading
from engagetree.definition.beside import carried, formula_of
from engagetree.definition.model import Definition
from engagetree.definition.reason import plain, with_reason
from engagetree.definition.version import around, check_change, differences
from engagetree.errors import DefinitionError, EngagetreeError, NotFound
from engagetree.lake.lock import writer_lock
from engagetree.ledger import DefinitionRow
from engagetree.pipeline import Progress, quiet, scores_table
from engagetree.tree.versions import FILE, Version, named
from engagetree.workspace.file import DEFINITION, checked, text_of, write
from engagetree.workspace.versions import Waiting, ensure, parsed, versions
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace


# ---- what the file says becomes a version by scoring


def check_reason(work: Workspace, new: Definition) -> DefinitionRow | None:
    """The version in use. DefinitionError where the new one changes a number without a reason of its own.

    A version that never scored anything told nobody a number: whatever follows it needs no reason.
    """
    row = work.ledger.current_definition()
    if row is not None and row.fingerprint != new.fingerprint and _has_scores(work, row.fingerprint):
        wrong = check_change(reading.parse(row.text), new)
        if wrong:
            raise DefinitionError(new.path or "definition", wrong)
    return row


def register(work: Workspace, new: Definition, before: DefinitionRow | None, reason: str = "") -> None:
    """Put what was scored in use. NotFound where nothing could be scored: then the version before stays in use."""
    if before is None or before.fingerprint != new.fingerprint:
        _require_scores(work, new)
        with _alone(work, before):
            work.ledger.add_definition(new.fingerprint, new.text, who(), reason or new.reason, use=True)


def _require_scores(work: Workspace, new: Definition) -> None:
    if not _has_scores(work, new.fingerprint):
        do = "Look at `starts` and `ends` of the definition, and at --as-of."
        raise NotFound("scores", "no period has begun, so nothing can be scored", do)


def _has_scores(work: Workspace, version: str) -> bool:
    return bool(work.lake.snapshot().partitions(scores_table(version)))


# ---- an earlier version again, or a new text


def use(work: Workspace, name: str, reason: str, discard: bool = False, progress: Progress = quiet, on_wait: Waiting = None) -> Version:
    """Make an earlier version the one in use again, and programme.yml what it said."""
    if name.strip().lower() in FILE:
        raise NotFound(f"version {name}", "what programme.yml says is no version yet", "It becomes one with `engagetree score`.")
    version = named(name, versions(work))
    row = next(r for r in work.ledger.definitions() if r.fingerprint == version.version)
    if row.in_use and _says(work, row.text):
        raise EngagetreeError(f"version {version}", "it is in use already", "")
    if not row.in_use and not plain(reason):
        raise EngagetreeError(f"version {version}", "there is no reason", "Say with --reason why it comes into use again.")
    _refuse_lost_edit(work, row.text, discard)
    return _switch(work, parsed(row), row.text, plain(reason), progress, on_wait)


def _says(work: Workspace, text: str) -> bool:
    """Whether programme.yml says this of the formula."""
    try:
        return formula_of(text_of(file(work)) or "") == formula_of(text)
    except yaml.YAMLError:
        return False


def adopt(
    work: Workspace, definition: str | Path, reason: str, discard: bool = False, progress: Progress = quiet, on_wait: Waiting = None
) -> Version:
    """Make a definition (its text, or the path of one) the version in use, with this reason in it; all history is scored under it."""
    path = _path(definition)
    name = str(path) if path else "definition"
    made = reading.read(path) if path else reading.parse(str(definition))
    if not plain(reason):
        raise EngagetreeError(name, "there is no reason", "Say why the score is to be made in another way.")
    new = checked(reading.parse(with_reason(made.text, reason), name))
    before = check_reason(work, new)
    if before is not None and before.fingerprint == new.fingerprint:
        raise EngagetreeError(name, "it is what is in use already: no number and no word beside one differs", "")
    if not (path and path.resolve() == file(work).resolve()):
        _refuse_lost_edit(work, made.text, discard)
    known = next((r.text for r in work.ledger.definitions() if r.fingerprint == new.fingerprint), new.text)
    own = around(made) not in ("", around(work.used()) if before else "")
    return _switch(work, new, known, plain(reason), progress, on_wait, keep=not own)


def _path(definition: str | Path) -> Path | None:
    if isinstance(definition, Path) or "\n" not in definition:
        return Path(definition)
    return None


def _refuse_lost_edit(work: Workspace, wanted: str, discard: bool) -> None:
    """What programme.yml says of the formula is kept nowhere unless it is the text of a version, or is what it is to be."""
    now = text_of(file(work))
    if discard or now is None:
        return
    try:
        made = reading.parse(now)
    except DefinitionError:
        do = "Mend it, or let it go with --discard."
        raise EngagetreeError(str(file(work)), "it cannot be read as it is, and would be lost", do) from None
    if formula_of(now) in (formula_of(wanted), *(formula_of(r.text) for r in work.ledger.definitions())):
        return
    found, do = _edit(work, made)
    raise EngagetreeError(str(file(work)), f"it holds an edit that is kept nowhere else{found}", do)


def _edit(work: Workspace, made: Definition) -> tuple[str, str]:
    """What was edited, as far as it can be said, and how it can be kept."""
    row = work.ledger.current_definition()
    told = differences(reading.parse(row.text), made) if row else []
    if not told:
        return " (a comment, the reason or the layout)", "Copy it to another place, or let it go with --discard."
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    return f": {'; '.join(told[:3])}{more}", "Make it a version (`engagetree score`), or let it go with --discard."


def _switch(work: Workspace, new: Definition, text: str, reason: str, progress: Progress, on_wait: Waiting, keep: bool = True) -> Version:
    """Score, write the file, name the version. `keep`: the metrics beside the score stay those that programme.yml has now."""
    before, held = work.ledger.current_definition(), text_of(file(work))
    ensure(work, new, progress=progress, on_wait=on_wait)
    _require_scores(work, new)
    with _alone(work, before, on_wait):
        if text_of(file(work)) != held:
            raise EngagetreeError(str(file(work)), "it was edited meanwhile", "Nothing was changed. Look at the edit and try again.")
        write(file(work), _beside(text, held) if keep else text)
        work.ledger.add_definition(new.fingerprint, text, who(), reason, use=True)
    return named(new.fingerprint, versions(work))


def _beside(text: str, now: str | None) -> str:
    try:
        return carried(text, now) if now is not None else text
    except DefinitionError:
        return text  # what cannot be read holds nothing to carry over


def file(work: Workspace) -> Path:
    """Where the definition lies."""
    return work.root / DEFINITION


@contextmanager
def _alone(work: Workspace, before: DefinitionRow | None, on_wait: Waiting = None) -> Iterator[None]:
    """As the only one who decides; refused where somebody else put another version in use since `before` was looked at."""
    with writer_lock(work.root, "a change of version", on_wait):
        now = work.ledger.current_definition()
        if (now and now.fingerprint) != (before and before.fingerprint):
            found = f"somebody put {now.fingerprint if now else 'none'} in use meanwhile"
            raise EngagetreeError("version", found, "Look at `engagetree versions` and try again.")
        yield
