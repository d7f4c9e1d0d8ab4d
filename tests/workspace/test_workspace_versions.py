"""Versions in a real workspace made from `examples/first-programme`, whose p-mara has attendance 90, interaction 60, contribution 40 and
completion 100. Expected: by hand from those (71 under 0.3, 0.2, 0.3, 0.2; 66 under 0.2, 0.2, 0.4, 0.2), or from another workspace."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from programme import World, alone, bring, defined, item, person, workspace
from pytest import approx

from engagetree.errors import DefinitionError, EngagetreeError, NotFound
from engagetree.workspace import Workspace, create, open_
from engagetree.workspace.adopting import register

FIRST = Path(__file__).parents[2] / "examples" / "first-programme"
TEXT = (FIRST / "programme.yml").read_text("utf-8")
REASON = "The mentors asked for more questions."


def weighed(attendance: float, contribution: float, text: str = TEXT) -> str:
    """The definition with other weights for these two, which both have 0.3; its reason stays."""
    parts = text.split("weight: 0.3")
    assert len(parts) == 3
    return f"{parts[0]}weight: {attendance}{parts[1]}weight: {contribution}{parts[2]}"


MORE = weighed(0.2, 0.4)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("versions") / "first"
    with create(root, FIRST / "programme.yml") as work:
        for name in ("roster", "items", "events"):
            work.take(FIRST / f"{name}.csv")
        work.score()
    return root


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    with open_(shutil.copytree(made, tmp_path / "w")) as opened:
        yield opened


def file(work: Workspace) -> Path:
    return work.root / "programme.yml"


def mara(work: Workspace) -> float:
    return next(r["score"] for r in work.scores().rows() if r["participant"] == "p-mara")


def told(work: Workspace) -> list[tuple[str, bool, str, int]]:
    return [(v.name, v.in_use, v.why, v.scored.periods if v.scored else 0) for v in work.versions()]


# ---- becoming a version


def test_scoring_makes_a_version_only_when_something_was_scored(tmp_path: Path) -> None:
    """Once a scoring that failed for want of a roster left a version behind, and the next edit demanded a reason."""
    with create(tmp_path / "w", FIRST / "programme.yml") as work:
        with pytest.raises(EngagetreeError, match="Import a roster first"):
            work.score()
        assert work.versions() == [] and work.ledger.uses() == []
        file(work).write_text(MORE)
        for name in ("roster", "items", "events"):
            work.take(FIRST / f"{name}.csv")
        work.score()
        assert told(work) == [("v1", True, "First version, for the tutorial.", 2)]


def test_a_version_that_never_scored_demands_no_reason_of_the_next(tmp_path: Path) -> None:
    """As the release before left it: in use, without scores."""
    with create(tmp_path / "w", FIRST / "programme.yml") as work:
        work.ledger.add_definition(work.definition().fingerprint, TEXT, "ana", "First version, for the tutorial.", use=True)
        for name in ("roster", "items", "events"):
            work.take(FIRST / f"{name}.csv")
        file(work).write_text(MORE)
        work.score()
        assert mara(work) == approx(66)


def test_where_no_period_has_begun_the_version_before_stays_in_use(work: Workspace) -> None:
    """Everything was done in March 2025."""
    later = TEXT.replace("starts: 2025-03-03\nends: 2025-03-16", "starts: 2031-03-03").replace(
        "First version, for the tutorial", "Next time"
    )
    file(work).write_text(later)
    with pytest.raises(NotFound, match="no period has begun"):
        work.score()
    assert told(work) == [("v1", True, "First version, for the tutorial.", 2)] and mara(work) == approx(71)


def test_readers_see_the_old_scores_until_the_new_ones_are_complete(work: Workspace) -> None:
    """What the lake holds of a version that the ledger does not name yet is what a kill between the two leaves."""
    other = MORE.replace("First version, for the tutorial.", REASON)
    new = work.adopt(other, REASON).version
    con = sqlite3.connect(work.root / "ledger.db")
    con.execute("UPDATE definitions SET in_use = (fingerprint <> ?)", (new,))
    con.commit()
    con.close()
    assert mara(work) == approx(71)
    work.score()
    assert mara(work) == approx(66) and work.version() == new


# ---- adopt


def test_adopting_scores_all_history_and_keeps_the_old_series(work: Workspace) -> None:
    before = work.scores(history=True).rows()
    version = work.adopt(MORE, REASON)
    assert (version.name, version.in_use, version.why) == ("v2", True, REASON)
    assert mara(work) == approx(66)
    assert file(work).read_text() == MORE.replace("First version, for the tutorial.", REASON)
    assert told(work) == [("v1", False, "First version, for the tutorial.", 2), ("v2", True, REASON, 2)]
    work.use("v1", "to look at it")
    assert work.scores(history=True).rows() == before
    assert work.check(deep=True)[1:] == [], "the note that nothing was validated comes first"


def test_adopting_a_path(work: Workspace, tmp_path: Path) -> None:
    (tmp_path / "more.yml").write_text(MORE)
    assert work.adopt(tmp_path / "more.yml", REASON).name == "v2"
    file(work).write_text(weighed(0.1, 0.5))
    assert work.adopt(file(work), "The file itself, edited.").name == "v3"
    assert work.definition().reason == "The file itself, edited."


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        (MORE, "  \n", "there is no reason"),
        (MORE, "First version, for the tutorial.", "The reason is still that of the version before"),
        (TEXT, "Because.", "is what is in use already"),
        (TEXT + "\n# a comment\n", "Because.", "is what is in use already"),
        (weighed(0.2, 0.3), "Because.", "sum to 0.9"),
        (MORE.replace("completion:", "coverage:"), "Because.", "column of every scores table"),
        ("weights: {}\n", "Because.", "problem"),
        ("nowhere.yml", "Because.", "there is no such file"),
    ],
)
def test_what_is_not_adopted_changes_nothing(work: Workspace, text: str, reason: str, said: str) -> None:
    tables = work.lake.snapshot().versions
    with pytest.raises(EngagetreeError, match=said):
        work.adopt(text, reason)
    assert file(work).read_text() == TEXT and told(work)[0][1] and len(work.versions()) == 1
    assert work.lake.snapshot().versions == tables


def test_an_edit_of_the_file_is_not_lost(work: Workspace) -> None:
    file(work).write_text(weighed(0.1, 0.5))
    with pytest.raises(EngagetreeError, match=r"kept nowhere else: weight of attendance from 0.3 to 0.1; .* --discard"):
        work.adopt(MORE, REASON)
    assert file(work).read_text() == weighed(0.1, 0.5) and len(work.versions()) == 1
    work.adopt(MORE, REASON, discard=True)
    assert mara(work) == approx(66)


def test_an_edit_that_cannot_be_read_is_not_lost_either(work: Workspace) -> None:
    file(work).write_text(TEXT + "oops: [")
    with pytest.raises(EngagetreeError, match=r"cannot be read as it is, and would be lost\. Mend it"):
        work.adopt(MORE, REASON)
    work.adopt(MORE, REASON, discard=True)
    assert mara(work) == approx(66)


def test_adopting_what_the_file_says_needs_no_discarding(work: Workspace) -> None:
    file(work).write_text(MORE)
    work.adopt(MORE, REASON)
    assert work.definition().reason == REASON


def test_adopting_an_earlier_formula_puts_that_version_in_use_again(work: Workspace) -> None:
    work.adopt(MORE, REASON)
    assert work.adopt(TEXT, "Back to what it was.").name == "v1"
    assert len(work.versions()) == 2 and file(work).read_text() == TEXT
    assert [u.reason for u in work.versions()[0].uses] == ["First version, for the tutorial.", "Back to what it was."]


METRICS = "metrics:\n  weekly: {kind: active, taken: attend, window: 7_days, accountable: Ana}\n"


def test_metrics_beside_the_score_stay_when_the_version_changes(work: Workspace) -> None:
    """They are no part of a version: neither an edit of the formula nor anything to lose."""
    file(work).write_text(f"{TEXT}\n{METRICS}")
    work.adopt(MORE, REASON)
    assert [m.key for m in work.definition().metrics] == ["weekly"]
    work.use("v1", "back")
    assert [m.key for m in work.definition().metrics] == ["weekly"]
    assert work.definition().fingerprint == work.version() and METRICS in file(work).read_text()


# ---- use


def test_using_an_earlier_version_again(work: Workspace) -> None:
    first = work.version()
    work.adopt(MORE, REASON)
    again = work.use("v1", "Numbers could not be compared.")
    assert (again.version, again.in_use) == (first, True)
    assert file(work).read_text() == TEXT and mara(work) == approx(71)
    assert [(u.reason, u.until is None) for u in again.uses] == [
        ("First version, for the tutorial.", False),
        ("Numbers could not be compared.", True),
    ]
    assert again.uses[0].until == work.versions()[1].uses[0].since, "a version is in use until the next one is"
    line = [a for a in work.ledger.audit() if a.action == "definition in use"][-1]
    assert json.loads(line.detail) == {"fingerprint": first, "reason": "Numbers could not be compared."}
    work.score()
    assert work.version() == first and len(work.versions()) == 2


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        ("v1", "", "there is no reason"),
        ("v2", "x", "it is in use already"),
        ("v7", "x", r"there is no such version\. There are v1 \("),
        ("now", "x", "is no version yet"),
    ],
)
def test_what_cannot_be_used(work: Workspace, name: str, reason: str, said: str) -> None:
    work.adopt(MORE, REASON)
    with pytest.raises(EngagetreeError, match=said):
        work.use(name, reason)
    assert mara(work) == approx(66) and len(work.ledger.uses()) == 2


def test_an_edit_is_let_go_only_when_told(work: Workspace) -> None:
    work.adopt(MORE, REASON)
    file(work).write_text(file(work).read_text() + "# to be done: ask Bo\n")
    with pytest.raises(EngagetreeError, match=r"\(a comment, the reason or the layout\)"):
        work.use("v1", "back")
    assert "ask Bo" in file(work).read_text() and mara(work) == approx(66)
    work.use("v1", "back", discard=True)
    assert file(work).read_text() == TEXT


def test_the_file_alone_is_put_back(work: Workspace) -> None:
    """The version stays in use, and is not listed as having come into use once more."""
    file(work).write_text(MORE)
    work.use("v1", discard=True)
    assert file(work).read_text() == TEXT and len(work.ledger.uses()) == 1


def test_a_link_stays_a_link(work: Workspace, tmp_path: Path) -> None:
    elsewhere = tmp_path / "kept" / "ours.yml"
    elsewhere.parent.mkdir()
    file(work).rename(elsewhere)
    file(work).symlink_to(elsewhere)
    elsewhere.chmod(0o640)
    work.adopt(MORE, REASON)
    assert file(work).is_symlink() and REASON in elsewhere.read_text() and elsewhere.stat().st_mode & 0o777 == 0o640


# ---- remove


def test_a_version_in_use_cannot_be_removed(work: Workspace) -> None:
    with pytest.raises(EngagetreeError, match=r"v1 .*: it is in use\. Put another one in use first"):
        work.remove("v1")
    assert mara(work) == approx(71)


def test_removing_drops_the_scores_and_keeps_the_version(work: Workspace) -> None:
    work.adopt(MORE, REASON)
    before = work.history("p-mara", ["v1"]).rows()
    assert work.remove("v1").scored is None
    assert told(work) == [("v1", False, "First version, for the tutorial.", 0), ("v2", True, REASON, 2)]
    assert work.lake.snapshot().rows(f"scores-{work.versions()[0].version}") == 0
    assert work.check(deep=True)[1:] == [] and mara(work) == approx(66)
    assert [s.name for s in work.history("p-mara").series] == ["v2"]
    assert work.history("p-mara", ["v1"]).rows() == before, "asked for by name they are made again"


def test_an_earlier_version_without_scores_gets_them_before_it_is_used(work: Workspace) -> None:
    work.adopt(MORE, REASON)
    work.remove("v1")
    work.use("v1", "back")
    assert mara(work) == approx(71)


# ---- differences


def test_differences_and_what_was_edited(work: Workspace) -> None:
    assert work.diff().changes == ()
    work.adopt(MORE, REASON)
    said = "contribution from 0.3 to 0.4, attendance from 0.3 to 0.2, because the mentors asked for more questions."
    assert work.diff("v1", "v2").sentence.endswith(said) and work.diff("v1", "v2").same_measures
    assert work.diff("v2", "v1").because == "", "nobody said why v1 came after v2, because it did not"
    work.use("v1", "The other could not be compared.")
    assert work.diff("v2", "v1").because == "The other could not be compared."
    file(work).write_text(weighed(0.1, 0.5).replace("First version, for the tutorial.", "An idea."))
    assert work.diff("v2", "now").changes == ("contribution from 0.4 to 0.5", "attendance from 0.2 to 0.1")
    assert work.diff().new == "programme.yml" and work.diff().because == "An idea."
    with pytest.raises(NotFound, match="There are v1"):
        work.diff("v1", "v5")


def test_which_versions_measure_the_same(work: Workspace) -> None:
    work.adopt(MORE, REASON)
    work.adopt(MORE.replace("taken: comment", "taken: answer"), "Another act.")
    one, two, three = (v.measures for v in work.versions())
    assert one == two != three


# ---- another cut of time


def test_a_version_by_days_beside_one_by_weeks(tmp_path: Path) -> None:
    """One task, opened on Wednesday 5 March, with which the cohort begins: twelve days of 0 up to the 16th, in two weeks. The days that
    end with a week stand beside it. The tallies are cut as the version in use has them when all is done."""
    weeks = defined({"only": alone(offered="task", taken="submit")}, ends="2025-03-16", reason="by weeks")
    days = {**weeks, "period": "day", "reason": "by days"}
    with workspace(World(weeks), tmp_path) as work:
        bring(work, World(weeks, [person("p")], [item("t", "task", "2025-03-05 10:00")]), tmp_path / "files")
        work.score()
        work.adopt(yaml.safe_dump(days, sort_keys=False), "by days")
        work.use("v1", "by weeks again")
        work.remove("v2")
        found = work.history("p", ["v1", "v2"])
        assert [(p.period, p.score) for p in found.series[0].points] == [("2025-03-03", 0), ("2025-03-10", 0)]
        assert [(p.period, p.score) for p in found.series[1].points] == [(f"2025-03-{n:02}", 0) for n in range(5, 17)]
        both = [m.as_of.date().isoformat() for m in found.moments() if all(m.points)]
        assert both == ["2025-03-10", "2025-03-17"] and len(found.moments()) == 12
        assert work.ledger.fact("folded")["key"][0] == "week"


def test_two_who_decide_at_once(work: Workspace) -> None:
    """The one who comes second is told, and nothing of theirs happens."""
    with open_(work.root) as other:
        other.adopt(MORE, REASON)
    with pytest.raises(EngagetreeError, match=r"somebody put .* in use meanwhile"):
        register(work, work.definition_of("v1"), None)
    assert mara(work) == approx(66) and len(work.ledger.uses()) == 2


def test_a_broken_definition_in_the_file_stops_no_listing(work: Workspace) -> None:
    file(work).write_text("oops: [")
    assert told(work) == [("v1", True, "First version, for the tutorial.", 2)]
    with pytest.raises(DefinitionError):
        work.diff()
