"""One history under several versions, in `examples/live-programme`. Expected: the weighted mean of the stored signals, worked out here with
plain Python; another workspace that scored with that version alone; counts by plain SQL over the lake's own files."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from pytest import approx

from engagetree.errors import NotFound
from engagetree.workspace import Workspace, create, open_

HERE = Path(__file__).parents[2] / "examples" / "live-programme"
TEXT = (HERE / "programme.yml").read_text("utf-8")
OLD = {"attendance": 0.3, "interaction": 0.2, "contribution": 0.3, "completion": 0.2}
NEW = {**OLD, "attendance": 0.2, "contribution": 0.4}
REASON = "The mentors asked for more questions."


def reweighed() -> str:
    first, second, third = re.split(r"^    weight: 0\.3$", TEXT, flags=re.M)
    return f"{first}    weight: 0.2{second}    weight: 0.4{third}"


def bring(
    work: Workspace, names: tuple[str, ...] = ("roster", "items", "excusals", "outages", "room", "meetings", "polls", "platform")
) -> None:
    for name in names:
        mapping = HERE / f"{name}.map.yml"
        work.take(HERE / "data" / f"{name}.csv", mapping=mapping if mapping.exists() else None)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("histories") / "live"
    with create(root, HERE / "programme.yml") as work:
        bring(work)
        work.score()
        work.adopt(reweighed(), REASON)
    return root


@pytest.fixture(scope="module")
def work(made: Path) -> Iterator[Workspace]:
    with open_(made) as opened:
        yield opened


def mean(weights: dict[str, float], signals: dict[str, float | None]) -> float | None:
    """The score by hand: the weights of what is known, scaled to 1; none below 0.4 of the weight."""
    known = {k: w for k, w in weights.items() if signals[k] is not None}
    total = sum(known.values())
    return sum(w * (signals[k] or 0) for k, w in known.items()) / total if total >= 0.4 - 1e-9 else None


@pytest.mark.parametrize("who", ["p-07", "p-19", "p-23", "p-28", "p-15"])
def test_both_series_are_the_weighted_mean_of_the_same_signals(work: Workspace, who: str) -> None:
    found = work.history(who, ["v1", "v2"])
    assert [len(s.points) for s in found.series] == [len({p.period for s in found.series for p in s.points})] * 2
    for one, two in zip(*(s.points for s in found.series), strict=True):
        assert one.signals == two.signals and (one.period, one.as_of) == (two.period, two.as_of)
        for point, weights in ((one, OLD), (two, NEW)):
            expected = mean(weights, point.signals)
            assert point.score == (None if expected is None else approx(expected, abs=1e-9))


def test_the_stored_scores_of_the_version_in_use_are_its_series(work: Workspace) -> None:
    stored = [r["score"] for r in work.scores(history=True).rows() if r["participant"] == "p-07"]
    assert [p.score for p in work.history("p-07", ["v2"]).series[0].points] == stored


def test_a_mean_and_how_many_would_be_in_another_band(work: Workspace) -> None:
    """By plain SQL over the parquet files that the lake names."""
    found = work.history(None, ["v1", "v2"])
    snapshot, (one, two) = work.lake.snapshot(), [s.version.version for s in found.series]
    files = [snapshot.files(f"scores-{v}", {"2025-04-21"}) for v in (one, two)]
    sql = """SELECT avg(a.score), avg(b.score), count(*), count(*) FILTER (a.band <> b.band)
             FROM read_parquet(?, hive_partitioning = false) a JOIN read_parquet(?, hive_partitioning = false) b USING (participant)
             WHERE a.counted AND a.score IS NOT NULL AND b.score IS NOT NULL"""
    before, after, people, other = duckdb.execute(sql, files).fetchall()[0]
    assert [s.points[-1].score for s in found.series] == [approx(before), approx(after)]
    assert (found.people, found.other_band) == (people, other) and other > 0


def test_a_cohort(work: Workspace) -> None:
    found = work.history("evenings", ["v2", "v1"])
    assert found.is_cohort and [s.name for s in found.series] == ["v2", "v1"], "in the order in which they were asked for"
    rows = work.scores(cohort="evenings").rows()
    scores = [r["score"] for r in rows if r["score"] is not None]
    assert found.series[0].points[-1].score == approx(sum(scores) / len(scores))


def test_by_default_all_that_have_scores(work: Workspace) -> None:
    assert [s.name for s in work.history().series] == ["v1", "v2"] and work.history().subject == "Everybody"
    assert work.history("everybody").rows() == work.history().rows()


def test_the_day_of_change(work: Workspace) -> None:
    """Once, just now: after every period of 2025."""
    found = work.history("p-07")
    (change,) = [s for s in found.switches if s.before]
    assert (change.before, change.after, change.reason) == ("v1", "v2", REASON)
    assert abs((datetime.now(UTC) - change.at).total_seconds()) < 600
    assert found.later() == (change,) and not any(m.switched for m in found.moments())


def test_rows_and_dictionaries_hold_the_same(work: Workspace) -> None:
    found = work.history("p-23", ["v1", "v2"])
    read = list(csv.DictReader(io.StringIO(found.result().csv())))
    told = json.loads(json.dumps(found.to_dict(), default=str))
    assert len(read) == sum(len(s["points"]) for s in told["series"]) == 16
    flat = [(s["name"], p["period"], p["score"]) for s in told["series"] for p in s["points"]]
    assert [(r["name"], r["period"], float(r["score"]) if r["score"] else None) for r in read] == flat
    assert all(r["interaction"] == "" for r in read), "nothing is known of it: empty, never 0"
    assert told["changes"][0]["reason"] == REASON


@pytest.mark.parametrize(("subject", "said"), [("p-007", "Did you mean “p-07”"), ("evening", "Did you mean “evenings”")])
def test_an_unknown_subject(work: Workspace, subject: str, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        work.history(subject)


def test_an_unknown_version(work: Workspace) -> None:
    with pytest.raises(NotFound, match=r"there is no such version\. There are v1 \(\w{7}\), v2"):
        work.history("p-07", ["v3"])


def test_a_version_that_is_only_in_the_file(made: Path, tmp_path: Path) -> None:
    """It is scored to be shown, and is no version by that."""
    with open_(shutil.copytree(made, tmp_path / "w")) as work:
        path = work.root / "programme.yml"
        path.write_text(
            path.read_text().replace("\n    weight: 0.4", "\n    weight: 0.5").replace("\n    weight: 0.2", "\n    weight: 0.1", 1)
        )
        found = work.history("p-07", ["now", "v2"])
        assert [s.name for s in found.series] == ["now", "v2"] and len(work.versions()) == 2
        last = found.series[0].points[-1]
        assert last.score == approx(mean({**NEW, "attendance": 0.1, "contribution": 0.5}, last.signals))


def test_what_lags_is_brought_up_to_date(tmp_path: Path) -> None:
    """Both as in a workspace that had everything from the start and scored with that version alone."""
    late, early = ("polls", "platform"), ("roster", "items", "excusals", "outages", "room", "meetings")
    whole = {}
    for name, text in (("v1", TEXT), ("v2", reweighed())):
        (tmp_path / f"{name}.yml").write_text(text)
        with create(tmp_path / name, tmp_path / f"{name}.yml") as alone:
            bring(alone)
            alone.score()
            whole[name] = [r["score"] for r in alone.scores(history=True).rows() if r["participant"] == "p-19"]
    with create(tmp_path / "w", HERE / "programme.yml") as work:
        bring(work, early)
        work.score()
        work.adopt(reweighed(), REASON)
        bring(work, late)
        assert [v.scored and v.scored.lags for v in work.versions()] == [True, True]
        kept = work.history("p-19", ["v1", "v2"], fresh=False)
        assert [s.lags for s in kept.series] == [True, True] and "not up to date" in str(kept)
        found = work.history("p-19", ["v1", "v2"])
        for s in found.series:
            assert [p.score for p in s.points] == approx(whole[s.name]) and not s.lags
        assert [p.score for p in kept.series[0].points] != approx(whole["v1"])
        seq = work.lake.snapshot().seq
        work.history("p-19", ["v1", "v2"])
        assert work.lake.snapshot().seq == seq, "what is up to date is not touched"


def test_every_version_reaches_as_far_as_the_one_in_use(made: Path, tmp_path: Path) -> None:
    """Scored up to 6 April, five weeks: the other version is not shown beyond."""
    with create(tmp_path / "w", HERE / "programme.yml") as work:
        bring(work)
        work.score(datetime(2025, 4, 6, 22, tzinfo=UTC))
        work.adopt(reweighed(), REASON)
        assert [[p.period for p in s.points][-1] for s in work.history().series] == ["2025-03-31", "2025-03-31"]
        assert [len(s.points) for s in work.history().series] == [5, 5]
