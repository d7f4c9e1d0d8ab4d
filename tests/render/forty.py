"""An invented programme tree of 40 nodes: the score of `sample` with its 4 signals and 7 drivers, among 28 other metrics."""

from __future__ import annotations

from datetime import date, timedelta

from sample import AS_OF, ATTACK, DEFINITION, data

from engagetree.definition.metrics import Composition, Evidence, Influence, Metric, ProgrammeTree
from engagetree.tree.metrics import Measured, Metrics, Value, nps, share, stickiness, unknown
from engagetree.tree.programme import Planter, Programme, planted

BELIEVED = Evidence("believed", date(2025, 3, 3))
OBSERVED = Evidence("observed", date(2025, 10, 20), "regression on the score without completion", 214, 0.31, (0.05, 0.57))
TESTED = Evidence("tested", date(2025, 6, 2), "delayed start by lot", 120, -2.4, (-4.4, -0.4))
REFUTED = Evidence("refuted", date(2025, 6, 2), "delayed start by lot", 120, 0.1, (-1.9, 2.1))
SINCE, BEFORE = AS_OF - timedelta(days=28), AS_OF - timedelta(days=7)

ACTS = ("questions", "comments", "submissions", "answers", "reactions", "chats", "clicks")


def measured(key: str, kind: str, value: Value, who: str = "Ana Ruiz", **more: object) -> Measured:
    label = str(more.pop("label", key.replace("_", " ").capitalize()))
    window = kind not in ("purpose", "calculated", "people", "score")
    return Measured(Metric(key, label, kind, who, **more), value, SINCE if window else None, AS_OF)  # type: ignore[arg-type]


def counted(n: float) -> Value:
    return Value(n, n=int(n), numerator=n, counted=f"{n:g} of them")


def now() -> list[Measured]:
    from engagetree.stats.nps import Answers

    score = data().whole
    days = [9, 4, 6, 3, 2, 5, 1, 0, 0, 2, 3, 4, 6, 2, *([0] * 14)]
    out = [
        measured("purpose", "purpose", unknown("a purpose has no number"), "Programme", label="People use what they learned"),
        measured("used", "outcome_rate", share(30, 52, "30 of 52", ""), "Programme", threshold=60.0),
        measured("engagement", "score", Value(score.score, score.low, score.high, score.n), "Programme"),
        measured("recommending", "nps", nps(Answers(31, 9, 12), 60, False), "Programme", label="Would recommend it"),
        measured("returning", "retention", share(47, 52, "47 of 52", ""), "Bo Chen"),
        measured("coming_again", "retention", share(6, 9, "6 of 9", ""), "Bo Chen"),
        measured("net", "net_active_ratio", Value(108.3, n=48, numerator=52, denominator=48), "Bo Chen", label="Net active ratio"),
        measured("sticky", "stickiness", stickiness(days, 28, ""), label="Stickiness"),
        measured("a_day", "active", counted(sum((i + 1) * n for i, n in enumerate(days)) / 28), per="day", label="Active a day"),
        measured("in_all", "active", counted(sum(days)), label="Active in 28 days"),
        measured("acts", "acts", counted(700), label="All acts"),
        *(measured(k, "acts", counted(100 + 5 * (i - 3))) for i, k in enumerate(ACTS)),
        measured("polls", "adoption", share(44, 52, "44 of 52", ""), label="Used a poll"),
        measured("breakouts", "adoption", share(21, 52, "21 of 52", ""), label="Used a breakout room", threshold=50.0),
        measured("again", "repeat_use", share(12, 21, "12 of 21", ""), label="Used it more than once", who="Bo Chen"),
        measured("each", "uses_per_adopter", Value(3.4, 2.9, 3.9, 21, 71, 21), label="Uses by adopter"),
        measured("cadence", "cadence", share(200, 310, "200 of 310", ""), "Bo Chen", label="Sessions attended"),
        measured("people", "people", counted(60), "Programme", direction="neither"),
        measured("late", "outcome_rate", unknown("nobody here has an outcome “late” yet"), direction="lower", label="Handed in late"),
        measured("load", "calculated", Value(), label="Acts a head", unit="acts"),
        measured("heads", "people", counted(60), "Programme", label="Heads"),
        measured("helped", "acts", counted(17), label="Helped another"),
        measured("hostile", "acts", counted(1), label=ATTACK),
    ]
    return out


def _edge(cause: str, effect: str, direction: str = "raises", evidence: Evidence = BELIEVED, lag: str = "4 weeks") -> Influence:
    return Influence(cause, effect, direction, lag, evidence)


SHAPE = ProgrammeTree(
    "purpose",
    (
        Composition("sticky", "ratio", ("a_day",), (), "in_all"),
        Composition("acts", "sum", ACTS),
        Composition("load", "ratio", ("acts",), (), "heads"),
    ),
    (
        _edge("used", "purpose", lag="0 days"), _edge("engagement", "used", evidence=OBSERVED), _edge("recommending", "purpose"),
        _edge("returning", "used"), _edge("coming_again", "returning", lag="1 week"), _edge("net", "returning", lag="1 week"),
        _edge("sticky", "engagement"), _edge("load", "engagement"), _edge("polls", "interaction"), _edge("each", "polls"),
        _edge("breakouts", "contribution", evidence=REFUTED), _edge("again", "breakouts"), _edge("cadence", "attendance"),
        _edge("people", "interaction", "lowers", TESTED), _edge("late", "completion.progress", "lowers"), _edge("hostile", "polls"),
        _edge("polls", "returning"), _edge("helped", "recommending"),
    ),
)  # fmt: skip


def forty() -> Programme:
    """The tree, with changes against the week before."""
    found = now()
    values = {m.key: m for m in found}
    then = {m.key: Measured(m.metric, Value(None if m.value.value is None else m.value.value - 3.25)) for m in found if m.key != "polls"}
    then["polls"] = values["polls"]
    score = data().whole
    root, wrong = planted(Planter({m.key: m.metric for m in found}, SHAPE, values, then, score.tree, score.tree))
    return Programme(
        root, "2025-11-17", AS_OF, "2025-11-10", BEFORE, None, DEFINITION.fingerprint, "abcdef012345", score, "engagement", wrong
    )


def all_metrics() -> Metrics:
    return Metrics("2025-11-17", AS_OF, None, DEFINITION.fingerprint, "abcdef012345", tuple(now()))
