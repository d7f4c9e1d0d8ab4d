"""What came of holding a version against an outcome, kept in the ledger under the version's fingerprint: another version has none."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from engagetree.evidence.study import Study
from engagetree.workspace.who import who

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace


def fact_of(version: str) -> str:
    """The ledger's name for what is known of a version."""
    return f"validated-{version}"


def remember(work: Workspace, study: Study) -> None:
    """Keep the study with the version, so that scores and the report can say it. A workspace that cannot be written stays as it is."""
    from sqlalchemy.exc import DBAPIError

    with suppress(DBAPIError, sqlite3.Error):
        known = work.ledger.fact(fact_of(study.version)) or {}
        studies = {**(known.get("studies") or {}), study.outcome: study.to_dict()}
        work.ledger.set_fact(fact_of(study.version), {"latest": study.outcome, "studies": studies})
        work.ledger.note(who(), "evidence", version=study.version, outcome=study.outcome, verdict=study.verdict)


def remembered(work: Workspace, version: str) -> Study | None:
    """The latest study of a version, if there is one."""
    known = work.ledger.fact(fact_of(version)) or {}
    stored = (known.get("studies") or {}).get(known.get("latest", ""))
    return Study.of(stored) if stored else None


def said(study: Study) -> str:
    """In one sentence for beside a score."""
    from engagetree.render.words import date

    circular = "; circularity was not ruled out" if study.circular else ""
    without_it = f", without {', '.join(study.left_out)}" if study.left_out else ""
    return f"Validated against {study.outcome}{without_it}: {study.verdict}, {date(datetime.fromisoformat(study.on))}{circular}."
