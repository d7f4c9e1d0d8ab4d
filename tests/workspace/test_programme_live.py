"""The programme tree of `examples/live-programme`: its numbers are those of `explain` and `metrics`, its parts add up on real values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pytest import approx

import engagetree as et
from engagetree.definition.metrics import Metric, ProgrammeTree
from engagetree.errors import NotFound
from engagetree.pipeline import scores_table
from engagetree.tree.metrics import Measured, Value
from engagetree.tree.programme import Branch, Planter, gaps, planted
from engagetree.workspace import Workspace, create

ROOT = Path(__file__).parents[2] / "examples"
HERE = ROOT / "live-programme"
DATA = HERE / "data"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with create(tmp_path_factory.mktemp("tree") / "work", HERE / "programme.yml") as made:
        for name in ("roster", "items", "excusals", "outages", "outcomes", "room"):
            made.take(DATA / f"{name}.csv")
        for name in ("meetings", "polls", "platform"):
            made.take(DATA / f"{name}.csv", mapping=HERE / f"{name}.map.yml")
        made.score()
        yield made


@pytest.fixture(scope="module")
def nodes(work: Workspace) -> dict[str, Branch]:
    return {b.key: b for _, b in work.tree().walk() if not b.again}


def test_every_metric_and_all_of_the_score_hang_in_it(work: Workspace, nodes: dict[str, Branch]) -> None:
    """Counted in programme.yml: 10 metrics, 4 signals, 9 drivers."""
    d = work.definition()
    assert set(nodes) == {m.key for m in d.metrics} | {s.key for s in d.signals} | {f"{s.key}.{x.key}" for s, x in d.drivers()}
    assert len(nodes) == 10 + 4 + 9
    assert {b.key for b in nodes.values() if b.edge == "guess"} == {
        "used_it", "engagement", "coming_again", "fifth_session", "stickiness", "polls_used", "sessions_attended"}  # fmt: skip


def test_its_numbers_are_those_of_explain_and_of_metrics(work: Workspace, nodes: dict[str, Branch]) -> None:
    told, metrics = work.explain(), work.metrics()
    assert nodes["engagement"].value == approx(told.score, abs=1e-9)
    for signal in told.tree.children:
        assert (nodes[signal.key].value, nodes[signal.key].points, nodes[signal.key].headroom) == (
            signal.value,
            signal.points,
            signal.headroom,
        )
        for driver in signal.children:
            assert nodes[f"{signal.key}.{driver.key}"].value == driver.value
    for m in metrics.values:
        assert nodes[m.key].value == (approx(m.value.value, abs=1e-9) if m.value.value is not None else None), m.key


def test_parts_add_up_on_real_values(work: Workspace, nodes: dict[str, Branch]) -> None:
    """Points of the signals are the score, those of drivers their signal's; active a day over active in 28 days is the stickiness."""
    for period in work.periods():
        for cohort in (None, "mornings", "evenings"):
            tree = work.tree(cohort, period)
            assert tree.mismatches == ()
            by_key = {b.key: b for _, b in tree.walk() if not b.again}
            whole = by_key["engagement"]
            signals = [c for c in whole.children if c.edge == "part"]
            assert sum(s.points or 0.0 for s in signals) == approx(whole.value, abs=1e-9)
            assert sum(s.headroom or 0.0 for s in signals) == approx(100 - (whole.value or 0.0), abs=1e-9)
            sticky, daily, all_ = (by_key[k].value for k in ("stickiness", "active_a_day", "active_in_all"))
            assert (sticky is None) == (daily is None)
            if sticky is not None and daily is not None and all_ is not None:
                assert sticky == approx(100 * daily / all_, abs=1e-9) and by_key["stickiness"].recomputed == approx(sticky, abs=1e-9)


def test_every_stored_row_is_what_its_drivers_make(work: Workspace) -> None:
    """Read from the lake's files: no row of any week is off by 1e-9."""
    snapshot, version = work.lake.snapshot(), work.version()
    for period in work.periods():
        for file in snapshot.files(scores_table(version), {period}):
            table = pq.read_table(file)
            assert max(gaps(table.filter(table["counted"]), work.used()).values()) < 1e-9


def test_changes_are_against_the_period_before(work: Workspace, nodes: dict[str, Branch]) -> None:
    now, before = work.explain(), work.explain(period="2025-04-14")
    then = {n.key: n.value for n in before.tree.children}
    for signal in now.tree.children:
        assert nodes[signal.key].change == approx((signal.value or 0.0) - (then[signal.key] or 0.0), abs=1e-9)
    earlier = work.metrics("2025-04-14")
    assert nodes["coming_again"].before == approx(earlier["coming_again"].value.value)
    assert nodes["used_it"].change is None, "nobody knew in the week before"
    first = work.tree(period="2025-03-03")
    assert first.before == "" and all(b.change is None for _, b in first.walk())


def test_the_thresholds_that_are_missed_are_told(work: Workspace, nodes: dict[str, Branch]) -> None:
    """outcomes.csv: 30 of 40 use it, 75 %; the threshold is 60."""
    assert not nodes["used_it"].missed and nodes["used_it"].room == 0.0
    assert "does not add up" not in str(work.tree())


def test_a_wrong_number_in_the_lake_would_be_told(work: Workspace) -> None:
    """The same tree with a stored score that is one point off: both numbers stand in the sentence."""
    tree, told = work.tree(), work.explain()
    metric = Metric("score", "Score", "score", "Bo")
    now = {"score": Measured(metric, Value(told.score))}
    _, wrong = planted(Planter({"score": metric}, ProgrammeTree("score"), now, {}, told.tree, None, {"": 1.0}))
    assert len(wrong) == 1 and f"its own value is {told.score:.12g}" in wrong[0] and tree.mismatches == ()


def test_as_data_in_words_and_in_a_notebook(work: Workspace) -> None:
    tree = work.tree("mornings")
    data = json.loads(json.dumps(tree.to_dict(), default=str))
    assert data["cohort"] == "mornings" and data["root"]["key"] == "lasting_use" and "definition" not in data and "explanation" not in data
    assert "Engagement" in str(tree) and "may raise it" in str(tree)
    html = tree._repr_html_()
    assert html is not None and "<svg" in html and "never added up" in html and "None" not in html and "nan" not in html
    said = work.metrics("2025-04-21", "mornings")
    drawn = said._repr_html_()
    assert drawn is not None and "Stickiness" in drawn and "None" not in drawn and "Came again" in str(said)


def test_the_report_has_it(work: Workspace, tmp_path: Path) -> None:
    html = work.report(tmp_path / "r.html").read_text("utf-8")
    assert "What surrounds the score?" in html and "Came again the week after" in html and "may raise it" in html


def test_unknown_names(work: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean “evenings”"):
        work.tree("evening")
    with pytest.raises(NotFound, match="there is no such period"):
        work.tree(period="2025-04-22")


def test_without_a_tree_it_is_the_score_alone(tmp_path: Path) -> None:
    """`examples/first-programme` has no metrics: the tree is the score's own, 71 for Mara's four signals by hand; metrics say how to begin."""
    first = ROOT / "first-programme"
    with et.create(tmp_path / "w", first / "programme.yml") as work:
        for name in ("roster", "items", "events"):
            work.take(first / f"{name}.csv")
        work.score()
        tree = work.tree()
        assert tree.root.kind == "score" and tree.root.value == approx(work.explain().score, abs=1e-9)
        assert [b.kind for _, b in tree.walk()].count("signal") == len(work.used().signals)
        with pytest.raises(NotFound, match="Add a `metrics` section"):
            work.metrics()
        assert 'id="around"' not in work.report().read_text("utf-8")
