"""Looking through the registers of an office."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engagetree.engine import parquet
from engagetree.research.checks_registers import Looked
from engagetree.research.checks_registers import findings as found_in
from engagetree.research.model import Guarded

if TYPE_CHECKING:
    from engagetree.institution.office import Office


def findings(office: Office) -> tuple[Guarded, ...]:
    """What is doubtful in the registers, the gravest first."""
    defined, doubled = office.definition(), tuple(office.duplicates())

    def look(con: Any, sources: dict[str, str]) -> tuple[Guarded, ...]:
        snapshot = office.lake.snapshot()
        ever = {name: parquet(files) for name in ("activities", "attendances") if (files := snapshot.files(name))}
        today = datetime.now(ZoneInfo(defined.zone)).date()
        return found_in(Looked(con, sources, ever, doubled, defined.calendar, today))

    broken = [Guarded("RG-00", "error", "the folder", problem) for lake in (office.lake, office.reach) for problem in lake.verify()]
    return (*broken, *office.read(look, whole=True))
