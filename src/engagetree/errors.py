"""What can go wrong, in words.

Every error that a user can cause or mend is an `EngagetreeError`: it says *which thing*, *what was found* and *what to do*.
Anything else that escapes is our own bug and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class EngagetreeError(Exception):
    """A user error in three parts.

    >>> print(EngagetreeError("week 2025-W60", "there is no such week", "Use 2025-W01 to 2025-W52."))
    week 2025-W60: there is no such week. Use 2025-W01 to 2025-W52.
    """

    exit_code = 1

    def __init__(self, thing: str, found: str, do: str = "") -> None:
        self.thing, self.found, self.do = thing, found, do
        super().__init__(thing, found, do)

    def __str__(self) -> str:
        return f"{self.thing}: {self.found}." + (f" {self.do}" if self.do else "")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file that a person wrote. `line` counts from 1; 0 means the file as a whole."""

    line: int
    where: str
    found: str
    do: str
    level: str = "error"

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.where}: {self.found}. {self.do}".rstrip()


class DefinitionError(EngagetreeError):
    """A definition that cannot be used; carries every problem found in it, not only the first."""

    def __init__(self, path: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        wrong = [p for p in self.problems if p.level == "error"]
        super().__init__(path, f"{len(wrong)} problem{'' if len(wrong) == 1 else 's'} found", "")

    def __str__(self) -> str:
        return "\n".join([f"{self.thing}: {self.found}", *(f"  {p}" for p in self.problems)])


class ImportRefused(EngagetreeError):
    """A file that could not be read at all. Nothing of it was taken, nothing that was there is changed."""


class WorkspaceError(EngagetreeError):
    """A workspace that is missing, damaged, or cannot be written to."""


class WorkspaceBusy(WorkspaceError):
    """Another process is writing and did not finish in time."""


class NotFound(EngagetreeError):
    """A name that nobody announced; near names are suggested."""


def near(name: str, known: Iterable[str]) -> str:
    """A suggestion for a mistyped name, or the empty string.

    >>> near("atendance", ["attendance", "completion"])
    'Did you mean “attendance”?'
    >>> near("zzz", ["attendance"])
    ''
    """
    close = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'“{c}”' for c in close)}?" if close else ""
