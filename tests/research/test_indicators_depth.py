"""Depth as the evidence carries it: distribution, median, fit, feedback; by hand, and against the guards' own reading of the evidence."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations

import duckdb
import pytest
from research_books import PLAIN, measured

from engagetree.engine import literals
from engagetree.research.guards.depth import backed
from engagetree.research.indicators.activities import achieved
from engagetree.research.indicators.depth import CROSSWALK
from engagetree.research.vocabulary import DEPTH_EVIDENCE, DEPTHS, REQUIRED_EVIDENCE

IN = date(2025, 10, 1)


def act(key, depth=None, evidence=None, **more):
    told = {"activity": key, "type": "talk", "audiences": ["public"], "starts_on": IN, "status": "delivered", "depth": depth}
    return told | {"depth_evidence": list(REQUIRED_EVIDENCE[depth]) if depth and evidence is None else evidence} | more


def test_a_level_stands_only_on_its_evidence_and_the_guards_read_it_alike():
    every = list(chain.from_iterable(combinations(DEPTH_EVIDENCE, n) for n in range(len(DEPTH_EVIDENCE) + 1)))
    con = duckdb.connect()
    for claimed in DEPTHS:
        said = " UNION ALL ".join(
            f"SELECT '{claimed}' AS depth, {literals(e)}::VARCHAR[] AS depth_evidence, {i} AS i" for i, e in enumerate(every)
        )
        found = [d for (d,) in con.execute(f"SELECT {achieved()} FROM ({said}) ORDER BY i").fetchall()]
        assert found == [backed(claimed, e)[0] for e in every]
    assert con.execute(f"SELECT {achieved()} FROM (SELECT NULL AS depth, NULL::VARCHAR[] AS depth_evidence)").fetchone() == (None,)
    assert con.execute(f"SELECT {achieved()} FROM (SELECT 'D7' AS depth, ['decision_right'] AS depth_evidence)").fetchone() == (None,)


def test_the_distribution_by_events_and_by_hours():
    rows = [act("a", "D1", hours=30.0), act("b", "D1", hours=10.0), act("c", "D3", hours=60.0), act("d", hours=100.0)]
    rows = [r | {"size": 10.0, "count_method": "head_count"} for r in rows]
    found = measured(activities=rows)
    assert found.split("depth_activities", "depth") == pytest.approx({"D0": 0, "D1": 2 / 3, "D2": 0, "D3": 1 / 3, "D4": 0, "D5": 0})
    assert found.split("depth_hours", "depth") == pytest.approx({"D0": 0, "D1": 0.4, "D2": 0, "D3": 0.6, "D4": 0, "D5": 0})
    third = found.one("depth_activities", depth="D3")
    assert (third.n, third.missing, third.low, third.high) == (3, 1, 0.25, 0.5)
    share = found.one("involved_share")
    assert (share.value, share.low, share.high) == pytest.approx((1 / 3, 0.25, 0.5))


@pytest.mark.parametrize(
    ("levels", "median", "between"),
    [("D1 D1 D3", "D1", False), ("D1 D2 D4 D5", "D2", True), ("D2 D2", "D2", False), ("D5", "D5", False)],
)
def test_the_median_is_a_level(levels, median, between):
    found = measured(activities=[act(str(i), d) for i, d in enumerate(levels.split())]).one("median_depth")
    assert (found.level, found.value, bool(found.notes)) == (median, None, between)


def test_a_claim_without_evidence_is_capped_and_said():
    rows = [act("a", "D4", ["input_recorded"]), act("b", "D3", []), act("c", "D5"), act("d", "D3", None)]
    found = measured(activities=rows)
    assert found.split("events", "depth") == {"D1": 1, "D2": 1, "D3": 1, "D5": 1}
    assert found.number("depth_capped") == 2 and "claimed as D4 counted as D2" in found.one("depth_capped").notes[0]
    assert found.number("depth_capped", claimed="D3") == 1


def test_fit_asks_only_where_both_are_known():
    rows = [act("a", "D2", intended_depth="D3"), act("b", "D4", intended_depth="D3"), act("c", "D1", intended_depth="D1"), act("d", "D1")]
    fit = measured(activities=rows).one("depth_fit")
    assert (fit.numerator, fit.denominator, fit.missing) == (2, 3, 1)


def test_feedback_is_closed_in_time_or_not_and_pending_ones_wait():
    rows = [
        act("in time", "D2", fed_back_on=date(2025, 12, 29)),  # 89 days after 1 October
        act("late", "D2", fed_back_on=date(2025, 12, 31)),
        act("never", "D3"),
        act("inform", "D1"),
        act("pending", "D4", starts_on=date(2026, 7, 1)),
    ]
    found = measured(activities=rows, today=date(2026, 8, 1)).one("feedback_closure")
    assert (found.numerator, found.denominator) == (1, 3) and found.notes == ("1 whose time is not over are left out",)
    wider = measured(PLAIN + "floors: {feedback_days: 95}", activities=rows, today=date(2026, 8, 1))
    assert wider.one("feedback_closure").numerator == 2


def test_no_depth_on_file_is_no_number():
    found = measured(activities=[act("a"), act("b")])
    for key in ("involved_share", "median_depth", "depth_fit", "feedback_closure"):
        one = found.one(key)
        assert one.value is None and not one.level and one.reason
    assert found.split("events", "depth") == {"not_recorded": 2}


def test_the_crosswalk_names_every_level_once_and_promises_nothing_exact():
    assert [row["depth"] for row in CROSSWALK] == list(DEPTHS)
    assert "iap2" not in CROSSWALK[0] and "wellcome" not in CROSSWALK[5]
