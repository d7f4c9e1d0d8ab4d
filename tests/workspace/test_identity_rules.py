"""Whose acts these are: pseudonyms, the rules, and history that follows. Every answer is worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engagetree import identity
from engagetree.identity import Link, linked
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle, Report
from engagetree.ledger import PersonRow
from engagetree.workspace import create

START = datetime(2025, 3, 3, 10, tzinfo=UTC)


def person(pseudonym: str, kind: str, value: str, tool: str = "zoom", same_as: str | None = None, person: bool = True) -> PersonRow:
    return PersonRow(pseudonym, kind, value, value if kind == "name" else None, tool, person, "i", same_as)


ROSTER = [
    person("r-ana", "name", "Ana Ruiz", "roster"),
    person("r-bo", "name", "Bo Li", "roster"),
    person("e-ana", "email", "a@x.org", "roster"),
]
KNOWN = [Link("r-ana", None, "p1", "roster"), Link("e-ana", None, "p1", "roster"), Link("r-bo", None, "p2", "roster")]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (person("h", "name", "ANA  ruiz"), [Link("h", None, "p1", "name")]),
        (person("h", "name", "Ruiz, Ana (External)"), [Link("h", None, "p1", "name")]),
        (person("h", "name", "Annie (Ana Ruiz)"), [Link("h", None, "p1", "name")]),
        (person("h", "name", "Ana Ruis"), []),  # likeness is for people to decide
        (person("h", "name", "iPhone", person=False), [Link("h", None, None, "not a person")]),
        (person("h", "login", "aruiz", same_as="e-ana"), [Link("h", None, "p1", "same row")]),
        (person("h", "email", "someone@x.org"), []),
    ],
)
def test_each_rule(seen, expected):
    assert linked([*ROSTER, seen], KNOWN) == expected


def test_two_people_of_one_name_are_for_people_to_decide():
    twin, known = person("r-ana2", "name", "Ana Ruiz", "roster2"), Link("r-ana2", None, "p9", "roster")
    twin = PersonRow("r-ana2", "name", "ana ruiz", "ana ruiz", "roster", True, "i")
    assert linked([*ROSTER, twin, person("h", "name", "Ana Ruiz")], [*KNOWN, known]) == []


def test_a_rule_is_worked_out_anew_and_a_decision_stands():
    h = person("h", "name", "Ana Ruiz")
    by_rule = [*KNOWN, Link("h", None, "p1", "name")]
    assert linked([*ROSTER, h], by_rule) == []
    moved = [Link("r-ana", None, "p7", "roster"), Link("e-ana", None, "p7", "roster")]
    assert linked([*ROSTER, h], by_rule, moved) == [*moved, Link("h", None, "p7", "name")]
    decided = [*KNOWN, Link("h", None, "p2", "merged")]
    assert linked([*ROSTER, h], decided) == []
    # the roster that knew the name is gone: open again
    assert linked([*ROSTER, h], [Link("h", None, "p1", "name")]) == [Link("h", None, "h", "open")]


def reader(*acts: tuple[Handle, datetime]) -> Reader:
    def stage(con, path, zone, scratch):
        report = Report(path.name, "zoom", header=("who", "when"))
        for line, (who, at) in enumerate(acts, 2):
            report.kept()
            report.act(line, who, at, "attend", "session-1")
        return report.staged(con, scratch)

    return Reader("test", "a report of a test", lambda path: True, stage)


@pytest.fixture
def work(tmp_path):
    with create(tmp_path / "w", Path("examples/first-programme/programme.yml")) as made:
        for name in ("roster", "items"):
            made.take(Path(f"examples/first-programme/{name}.csv"))
        yield made


def taken(work, tmp_path, *acts):
    from engagetree.pipeline import take

    path = tmp_path / f"report-{len(work.imports())}.txt"
    path.write_text(repr(acts))
    return take(work.lake, path, "UTC", work.scratch, reader=reader(*acts))


def attended(work) -> dict[str, float | None]:
    work.score()
    return {r["participant"]: r["attendance"] for r in work.scores("2025-03-03").rows()}


def test_no_name_reaches_the_lake_and_the_history_follows_a_decision(work, tmp_path, laid_down):
    mara = Handle("email", "Mara@Example.org", name="Mara Quell", tool="zoom")
    taken(work, tmp_path, (mara, START), (Handle("name", "Theo", tool="zoom"), START))
    stored = laid_down(work.root / "lake")
    assert "ara@" not in stored and "quell" not in stored
    assert {p.value for p in work.ledger.people()} == {"Mara@Example.org", "Theo"}
    assert all(p.pseudonym in stored for p in work.ledger.people())
    before = attended(work)
    assert before["p-mara"] == 0
    pseudonym = next(p.pseudonym for p in work.ledger.people() if p.kind == "email")
    with work.lake.write("people") as change:
        change.facts({"touches": identity.record(change, [Link(pseudonym, None, "p-mara", "merged")]).isoformat()})
    after = attended(work)
    assert after["p-mara"] > 0 and after["p-theo"] == before["p-theo"]
    with work.lake.write("people") as change:
        change.facts({"touches": identity.record(change, [Link(pseudonym, None, pseudonym, "split")]).isoformat()})
    assert attended(work) == before


def test_the_same_act_under_two_handles_of_one_row_is_one_person(work, tmp_path):
    login = Handle("login", "mq", tool="zoom")
    both = Handle("email", "m@x.org", tool="zoom", also=(login,))
    taken(work, tmp_path, (both, START), (login, START + timedelta(minutes=1)))
    rows = {p.kind: p for p in work.ledger.people()}
    assert rows["login"].same_as == rows["email"].pseudonym
