"""A roster that says who its people are, and addresses where participants stand. Who is who is worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagetree.errors import DefinitionError
from engagetree.ingest.mapping import ColumnMap
from engagetree.workspace import create


@pytest.fixture
def work(tmp_path):
    with create(tmp_path / "w", Path("examples/first-programme/programme.yml")) as made:
        made.take(Path("examples/first-programme/items.csv"))
        yield made


def file(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def attended(work) -> dict[str, float | None]:
    work.score()
    return {r["participant"]: r["attendance"] for r in work.scores("2025-03-03").rows()}


EVENTS = "participant,at,kind,item\nMara@Example.org,2025-03-03T10:00Z,attend,session-1\np-theo,2025-03-03T10:00Z,attend,session-1\n"


def test_addresses_beside_ids_resolve_and_stay_out_of_the_lake(work, tmp_path, laid_down):
    """By hand: Mara is p-mara by the roster's address; Theo's row has a plain id and stays as it is."""
    roster = "participant,cohort,joined_at,email,Full name,login\np-mara,A,2025-03-03,mara@example.org,Mara Quell,mq\np-theo,A,2025-03-03,,Theo Ander,\n"
    work.take(file(tmp_path, "events.csv", EVENTS))
    work.take(file(tmp_path, "roster.csv", roster))
    found = attended(work)
    assert found["p-mara"] == found["p-theo"] > 0
    kinds = sorted((p.kind, p.value) for p in work.ledger.people())
    assert kinds == [("email", "mara@example.org"), ("login", "mq"), ("name", "Mara Quell"), ("name", "Theo Ander")]
    stored = laid_down(work.root / "lake")
    assert not [word for word in ("example.org", "quell", "ander", '"mq"') if word in stored]
    assert '"p-theo"' in stored and all(p.pseudonym in stored for p in work.ledger.people() if p.kind == "email")


@pytest.mark.parametrize("order", [("roster", "events"), ("events", "roster")])
def test_a_roster_without_ids_enrols_by_the_surest_identifier(work, tmp_path, order, laid_down):
    """By hand: one person in two cohorts is two enrolments; session-1 is of cohort A only by the items of the example, if it says so."""
    files = {
        "roster": "email,name,cohort,joined_at\nmara@example.org,Mara Quell,A,2025-03-03\nmara@example.org,Mara Quell,B,2025-03-03\n,Bo Li,A,2025-03-03\n",
        "events": EVENTS,
    }
    for name in order:
        work.take(file(tmp_path, f"{name}.csv", files[name]))
    rows = work.lake.read(lambda s: [(r["participant"], r["person"], r["cohort"]) for r in roster_rows(s)])
    assert sorted(c for _, _, c in rows) == ["A", "A", "B"]
    assert len({p for p, _, _ in rows}) == 3 and len({p for _, p, _ in rows}) == 2
    assert all(len(p) == 20 for p, _, _ in rows)
    stored = laid_down(work.root / "lake")
    assert "example.org" not in stored and "quell" not in stored
    assert all(p in stored for p, _, _ in rows)


def roster_rows(snapshot):
    from engagetree.engine import duck
    from engagetree.pipeline import current

    with duck() as con:
        return current(con, snapshot, "roster").to_pylist()


def test_two_of_one_name_alone_are_refused_and_never_made_one(work, tmp_path):
    taken = work.take(file(tmp_path, "roster.csv", "name,cohort\nAna Ruiz,A\nana ruiz,A\nBo Li,A\n"), as_="roster")
    assert (taken.account.kept, taken.account.refused) == (1, 2)
    assert any("stands for several rows" in n for n in taken.account.notes)


def test_the_same_address_in_another_case_is_the_same_act(work, tmp_path):
    text = "participant,at,kind,item\nA@x.org,2025-03-03T10:00Z,attend,s\na@X.org ,2025-03-03T10:00Z,attend,s\n"
    assert work.take(file(tmp_path, "events.csv", text)).account.merged == 1


def test_an_address_that_two_share_decides_nothing(work, tmp_path):
    roster = "participant,cohort,joined_at,email\np-mara,A,2025-03-03,home@example.org\np-theo,A,2025-03-03,home@example.org\n"
    taken = work.take(file(tmp_path, "roster.csv", roster))
    assert any("stays open" in n for n in taken.account.notes)
    work.take(file(tmp_path, "events.csv", "participant,at,kind,item\nhome@example.org,2025-03-03T10:00Z,attend,session-1\n"))
    assert set(attended(work).values()) == {0}


def test_attributes_never_take_an_address_along(work, tmp_path):
    path = file(tmp_path, "r.csv", "id,team,tutor\np1,red,jane@x.org\n")
    m = tmp_path / "m.yml"
    m.write_text("table: roster\ncolumns: {participant: id}\nattributes: [team, tutor]\n")
    taken = work.take(path, mapping=m)
    assert any("column tutor" in n for n in taken.account.notes)
    (row,) = work.lake.read(roster_rows)
    assert row["attributes"] == '{"team":"red"}'


def test_a_map_names_identifiers_and_says_what_is_wrong_with_them(work, tmp_path):
    path = file(tmp_path, "r.csv", "E-mail,Who,Group\nmara@example.org,Mara Quell,A\n")
    m = tmp_path / "m.yml"
    m.write_text("table: roster\ncolumns: {cohort: Group}\nidentifiers: {email: E-mail, name: Who}\n")
    assert work.take(path, mapping=m).account.kept == 1
    with pytest.raises(DefinitionError, match="Did you mean “email”"):
        ColumnMap.of({"table": "roster", "columns": {"participant": "x"}, "identifiers": {"emial": "E"}})
    with pytest.raises(DefinitionError, match="stays out of the lake"):
        ColumnMap.of({"table": "roster", "columns": {"participant": "x"}, "identifiers": {"email": "E"}, "attributes": ["E"]})
    with pytest.raises(DefinitionError, match="only a roster"):
        ColumnMap.of(
            {"table": "outcomes", "columns": {"participant": "p", "outcome": "o", "value": "v", "at": "a"}, "identifiers": {"email": "E"}}
        )


def test_withdrawing_the_roster_takes_its_words_back(work, tmp_path):
    work.take(Path("examples/first-programme/roster.csv"))
    work.take(file(tmp_path, "events.csv", EVENTS))
    before = attended(work)
    assert before["p-mara"] == 0
    work.take(file(tmp_path, "who.csv", "participant,cohort,joined_at,email\np-mara,A,2025-03-03,mara@example.org\n"))
    assert attended(work)["p-mara"] > 0
    work.withdraw("who.csv")
    assert attended(work) == before
