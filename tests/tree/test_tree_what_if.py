"""What-if in a workspace. Expected: an actual scoring under the definition that was supposed (the product itself, by another way), by hand
where a number is named."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from programme import World, bring
from supposable import DEFINITION, world

from engagetree.definition.propose import WeightsError
from engagetree.errors import DefinitionError, EngagetreeError, NotFound
from engagetree.tree.change import SIGNALS, TALLIES, TOTALS, needs
from engagetree.workspace import Workspace, create


def made(root: Path, everything: World) -> Workspace:
    root.mkdir(parents=True)
    (root / "definition.yml").write_text(DEFINITION)
    work = create(root / "work", root / "definition.yml")
    bring(work, everything, root / "files")
    work.score(everything.as_of)
    return work


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with made(tmp_path_factory.mktemp("whatif") / "w", world()) as opened:
        yield opened


def scored_under(root: Path, text: str) -> dict[str, dict[str, Any]]:
    """The latest score of everybody, where this definition was the first and only one."""
    root.mkdir(parents=True)
    (root / "definition.yml").write_text(text)
    with create(root / "work", root / "definition.yml") as other:
        bring(other, world(), root / "files")
        return {r["participant"]: r for r in other.score(world().as_of).rows()}


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "weights": (SIGNALS, {"weights": {"contribution": 0.4, "attendance": 0.2}}),
    "bands": (SIGNALS, {"bands": {"at_risk": 45, "high": 70}}),
    "coverage": (SIGNALS, {"set": {"min_coverage": 0.9}}),
    "a target": (TOTALS, {"set": {"interaction.chat.target": 6}}),
    "a half and a weight": (TOTALS, {"set": {"contribution.questions.half": 1}, "weights": {"attendance": 0.4, "completion": 0.1}}),
    "drivers' weights": (TOTALS, {"set": {"contribution.questions.weight": 0.1, "contribution.tasks.weight": 0.9}}),
    "another normaliser": (
        TOTALS,
        {"set": {"contribution.questions.normalise": "range", "contribution.questions.half": None, "contribution.questions.floor": 1,
                 "contribution.questions.target": 4}},
    ),
    "a mean": (
        TOTALS,
        {"set": {"attendance.combine": "mean", "attendance.reached.weight": 0.5, "attendance.stayed.weight": 0.5}},
    ),
    "a cap": (TALLIES, {"set": {"interaction.chat.cap": 2}}),
    "no cap": (TALLIES, {"set": {"interaction.chat.cap": None}}),
    "kinds": (TALLIES, {"set": {"interaction.chat.taken": ["chat"]}}),
    "a new kind": (TALLIES, {"set": {"contribution.questions.taken": ["question", "wave"]}}),
    "a window": (TALLIES, {"set": {"window": {"trailing": 2}}}),
    "a source": (TALLIES, {"set": {"interaction.answered.source": None}}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_as_scoring_under_it(work: Workspace, tmp_path: Path, name: str) -> None:
    how, change = CHANGES[name]
    found = work.what_if(**change)
    assert needs(work.used(), found.after) == how, "as cheap as it can be"
    expected = scored_under(tmp_path / "other", found.text)
    rows = {r["participant"]: r for r in found.table.to_pylist()}
    before = {r["participant"]: r for r in work.scores().rows()}
    assert rows.keys() == expected.keys() == before.keys()
    for who, r in rows.items():
        assert r["after"] == pytest.approx(expected[who]["score"], abs=1e-9), who
        assert r["band_after"] == expected[who]["band"], who
        assert (r["before"], r["band_before"]) == (before[who]["score"], before[who]["band"])
    assert any(r["before"] != r["after"] or r["band_before"] != r["band_after"] for r in rows.values()) or name in (
        "a new kind",
        "a source",
    )


def test_everybody_is_counted_once(work: Workspace) -> None:
    """Rows and columns of the band table add up to everybody; who changes band is listed, and nobody else."""
    found = work.what_if({"contribution": 0.6, "attendance": 0.0})
    assert sum(map(sum, found.transitions)) == found.n == 5 == sum(found.tens_before) + sum(row[-1] for row in found.transitions[-1:])
    moved = [r for r in found.table.to_pylist() if r["band_before"] != r["band_after"]]
    assert found.moved_count == len(moved) == found.rise + found.fall + found.gain + found.lose
    assert {r["participant"] for r in found.moved.to_pylist()} == {r["participant"] for r in moved} and moved


def test_by_hand(work: Workspace) -> None:
    """`silent` was at all three sessions from end to end (100), answered none of 4 prompts (the 10th was hidden) and never chatted (0), asked
    nothing and handed in neither task (0), and did the one open step (100): 30 + 20 = 50. With attendance 0.1 and contribution 0.5: 10 + 20."""
    found = work.what_if({"attendance": 0.1, "contribution": 0.5})
    row = next(r for r in found.table.to_pylist() if r["participant"] == "silent")
    assert (row["before"], row["after"], row["change"]) == pytest.approx((50, 30, -20))
    assert (row["band_before"], row["band_after"]) == ("risk", "low")


def state(root: Path) -> dict[str, str]:
    files = [p for p in sorted(root.rglob("*")) if p.is_file() and "-wal" not in p.name and "-shm" not in p.name and p.suffix != ".lock"]
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files if p.name != "ledger.db"}


@pytest.mark.parametrize("name", ["weights", "a target", "a cap", "a window"])
def test_nothing_is_stored(work: Workspace, name: str) -> None:
    """No file appears, changes or goes, and the ledger says what it said: head, versions, facts, audit."""

    def ledger() -> list[Any]:
        book = work.ledger
        return [book.head(), book.definitions(), book.uses(), book.scorings(), book.audit(), book.imports()]

    before = state(work.root), ledger()
    work.what_if(**CHANGES[name][1], history=True)
    assert (state(work.root), ledger()) == before


def test_signals_are_enough_for_weights(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """No event and no tally is read: their files could be gone."""
    from engagetree.lake import Snapshot

    real, asked = Snapshot.files, []

    def files(self: Snapshot, table: str, partitions: Any = None) -> list[str]:
        asked.append(table)
        return real(self, table, partitions)

    monkeypatch.setattr(Snapshot, "files", files)
    work.what_if({"contribution": 0.4, "attendance": 0.2})
    work.what_if(set={"interaction.chat.target": 6})
    assert asked and not {"events", "tallies"} & set(asked)


def test_history_is_every_period(work: Workspace, tmp_path: Path) -> None:
    found = work.what_if({"contribution": 0.4, "attendance": 0.2}, history=True)
    assert [p.period for p in found.history] == work.periods()
    assert found.history[-1].before == pytest.approx(found.mean_before) and found.history[-1].after == pytest.approx(found.mean_after)
    for p in found.history:
        one = work.what_if({"contribution": 0.4, "attendance": 0.2}, period=p.period)
        assert (one.n, one.mean_after, one.moved_count) == (p.n, pytest.approx(p.after), p.moved)


def test_adopting_gives_what_was_supposed_and_keeps_the_file_as_it_was_written(tmp_path: Path) -> None:
    """Expected: the file with exactly these three entries changed, comments in place; the scores that were supposed."""
    with made(tmp_path / "w", world()) as own:
        change: dict[str, Any] = {"weights": {"contribution": 0.4, "attendance": 0.2}, "set": {"interaction.chat.target": 6}}
        found = own.what_if(**change)
        own.adopt(own.proposal(**change), "Taking part counts more.")
        text = (own.root / "programme.yml").read_text()
        wanted = DEFINITION.replace("weight: 0.3          # being there", "weight: 0.2          # being there")
        wanted = wanted.replace("contribution:\n    weight: 0.3", "contribution:\n    weight: 0.4").replace(
            "target: 4        #", "target: 6        #"
        )
        assert [line for line in text.splitlines() if not line.startswith("reason:")] == [
            line for line in wanted.splitlines() if not line.startswith("reason:")
        ]
        after = {r["participant"]: r["score"] for r in own.scores().rows()}
        assert after == {r["participant"]: pytest.approx(r["after"], abs=1e-9) for r in found.table.to_pylist()}
        assert own.version() == found.after.fingerprint


def test_imports_since_count_on_both_sides(tmp_path: Path) -> None:
    """A chat more for `late`, imported and not yet scored: the cap is looked at with it on both sides, and it is said."""
    from programme import act

    with made(tmp_path / "w", world()) as own:
        bring(own, World({}, events=[act("all", "2025-03-19 10:00", "chat", f"c{k}") for k in range(3)]), tmp_path / "more")
        found = own.what_if(set={"interaction.chat.cap": 2})
        assert found.notes and "both sides" in found.notes[0]
        stored = {r["participant"]: r["score"] for r in own.scores().rows()}
        row = next(r for r in found.table.to_pylist() if r["participant"] == "all")
        assert row["before"] > stored["all"]


# ---- bad input


def test_weights_that_do_not_sum_to_one_are_offered_scaled(work: Workspace) -> None:
    """By hand: 0.3 + 0.2 + 0.5 + 0.2 = 1.2; each by 1.2: 0.25, 1/6, 5/12, 1/6 in thousandths, of equal remainders the first go up. With
    0.5 kept, the others share 0.5 as 3 : 2 : 2: 0.428, 0.286, 0.286 of it."""
    with pytest.raises(WeightsError, match=r"sum to 1\.2") as error:
        work.what_if({"contribution": 0.5})
    assert error.value.scaled == {"attendance": 0.25, "interaction": 0.167, "contribution": 0.417, "completion": 0.166}
    assert error.value.kept == pytest.approx(
        {"attendance": 0.214, "interaction": 0.143, "contribution": 0.5, "completion": 0.143}, abs=1e-12
    )
    for offer in (error.value.scaled, error.value.kept):
        assert sum(offer.values()) == pytest.approx(1, abs=1e-12)
        assert work.what_if(offer).n == 5
    with pytest.raises(WeightsError, match="percent") as error:
        work.what_if({"attendance": 25, "interaction": 25, "contribution": 25, "completion": 25})
    assert work.what_if(error.value.scaled).n == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": {"contributions": 0.4}}, "Did you mean “contribution”"),
        ({"weights": {"contribution": -0.1}}, "from 0 to 1"),
        ({"weights": {"contribution": float("nan")}}, "from 0 to 1"),
        ({"bands": {"at_rsk": 45}}, "no such band"),
        ({"bands": {"at_risk": 65}}, "not below the 60"),
        ({"set": {"interaction.chats.target": 6}}, "Did you mean “chat”"),
        ({"set": {"interaction.chat.targt": 6}}, "Did you mean “target”"),
        ({"set": {"interaction.chat": 6}}, "no"),
        ({"set": {"interaction.chat.target": 0}}, "must be above 0"),
        ({"set": {"interaction.chat.target": float("inf")}}, "finite"),
        ({"set": {"interaction.chat.weight": 0.9}}, "sum to 1.4"),
        ({"set": {"signals": 3}}, "names a part"),
        ({"set": {"interaction.chat.target": 4}}, "nothing would change"),
        ({"weights": {"contribution": 0.4, "attendance": 0.2}, "period": "2025-03-04"}, "Did you mean .*“2025-03-03”"),
        ({"definition": "nothing.yml"}, "no such file"),
    ],
)
def test_bad_input_is_an_error_in_words(work: Workspace, change: dict[str, Any], said: str) -> None:
    with pytest.raises((EngagetreeError, NotFound, DefinitionError), match=said):
        work.what_if(**change)


def test_numbers_as_json_csv_and_words(work: Workspace) -> None:
    """The three say the same; nothing of JSON is more than JSON can hold."""
    found = work.what_if({"contribution": 0.4, "attendance": 0.2}, history=True)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False, default=str))
    assert told["mean"]["after"] == pytest.approx(found.mean_after) and told["stored"] is False
    assert sum(n for row in told["transitions"].values() for n in row.values()) == 5
    rows = list(csv.DictReader(StringIO(found.result().csv())))
    assert [r["participant"] for r in rows] == ["all", "excused", "late", "never", "silent"]
    said = str(found)
    assert "Nothing is stored" in said and "weight of contribution from 0.3 to 0.4" in said
    html = found._repr_html_()
    assert html.count("<figure") == 2 and "None" not in html and "nan" not in html.lower().replace("tenant", "")


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_as_of_is_that_of_an_explanation(tmp_path: Path, period: str) -> None:
    """Where the name of a period says when it ends, it says what the calendar says, also over a change of clocks and where it is cut short."""
    from dataclasses import replace

    root = tmp_path / "w"
    root.mkdir()
    text = DEFINITION.replace("period: week", f"period: {period}").replace("zone: UTC", "zone: Europe/Madrid")
    (root / "definition.yml").write_text(text)
    with create(root / "work", root / "definition.yml") as own:
        bring(own, replace(world(), as_of=None), root / "files")
        own.score()
        found = own.what_if({"contribution": 0.4, "attendance": 0.2}, history=True)
        assert [(p.period, p.as_of) for p in found.history] == [(k, own.explain("all", k).as_of) for k in own.periods()]
