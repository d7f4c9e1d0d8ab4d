"""An invented programme for the tests of everything that is shown: sixty people like those of an online course, and the edge cases by name.

Nothing here comes from real people. `data()` is the report, `edge` the single explanations.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from engagetree.definition.model import Band, Definition, Driver, Raci, Signal
from engagetree.findings import Explanation, Node, Point
from engagetree.render.values import BandCounts, Mark, ReportData, Slip

ZONE = ZoneInfo("Europe/Madrid")
AS_OF = datetime(2025, 11, 24, tzinfo=ZONE)  # the week that ended on Sun 23 Nov
WEEKS = 12
ATTACK = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"

BANDS = (
    Band("high", "Highly engaged", 80, "takes part in nearly everything", "Recognise; invite as peer leader."),
    Band("solid", "Solidly engaged", 60, "takes part in most of it", "One small, specific prompt on the soft spot."),
    Band("at_risk", "At risk", 40, "takes part in some of it", "Early, specific contact."),
    Band("low", "Disengaged", 0, "seen little lately", "Ask what is in the way, in person."),
)


def driver(key: str, label: str, weight: float, **more: object) -> Driver:
    return Driver(key, label, ("did",), weight=weight, **{"unit": "items", **more})  # type: ignore[arg-type]


SIGNALS = (
    Signal(
        "attendance",
        "Attendance",
        0.3,
        (driver("reached", "Sessions reached", 1, unit="sessions"), driver("stayed", "Time stayed", 1, unit="seconds")),
        "product",
        Raci("Bo Chen"),
        "Offer the recording and ask which hour suits.",
    ),
    Signal(
        "interaction",
        "Interaction",
        0.2,
        (driver("answers", "Prompts answered", 1, unit="prompts"),),
        "mean",
        Raci("Ana Ruiz"),
        "Ask one question that needs no preparation.",
    ),
    Signal(
        "contribution",
        "Contribution",
        0.3,
        (
            driver("questions", "Questions", 0.4, normalise="target", target=2.0, per="week", unit="questions"),
            driver("submissions", "Submissions", 0.6, unit="tasks"),
        ),
        "mean",
        Raci("Ana Ruiz"),
        "Send one specific prompt: which source would you drop?",
    ),
    Signal(
        "completion",
        "Completion",
        0.2,
        (driver("progress", "Steps done", 0.7, unit="steps"), driver("final", "Final step", 0.3, unit="steps", final=True)),
        "mean",
        Raci("Programme"),
        "Show the next step, not all of them.",
    ),
)

DEFINITION = Definition(
    "spring",
    "Spring course",
    "Europe/Madrid",
    "week",
    0,
    SIGNALS,
    BANDS,
    0.4,
    reason="Contribution counts as much as attendance",
    fingerprint="3f2a9c41be07",
)


def mean(values: list[tuple[float, float]]) -> float:
    return sum(w * v for w, v in values)


def tree(
    values: dict[str, float | None], definition: Definition = DEFINITION, seed: int = 0, reasons: dict[str, str] | None = None
) -> Node:
    """A metric tree in which points and headroom hold exactly, with drivers that average to their signal."""
    rng = random.Random(seed)
    covered = sum(s.weight for s in definition.signals if values.get(s.key) is not None)
    children = tuple(_signal(s, values.get(s.key), covered, rng, (reasons or {}).get(s.key, "")) for s in definition.signals)
    points = [c.points for c in children if c.points is not None]
    score = sum(points) if points and covered >= definition.min_coverage else None
    room = None if score is None else 100 - score
    return Node("score", "Score", "score", score, 1.0, 1.0, score, room, children=children)


def _signal(signal: Signal, value: float | None, covered: float, rng: random.Random, reason: str) -> Node:
    common = {"accountable": signal.owners.accountable, "advice": signal.advice, "combine": signal.combine}
    if value is None:
        return Node(signal.key, signal.label, "signal", None, 0.0, signal.weight, reason=reason or "nothing offered yet", **common)
    weight = signal.weight / covered
    drivers = tuple(_driver(d, value, weight, signal.combine, rng) for d in signal.drivers)
    low, high = max(0.0, value - 9), min(100.0, value + 9)
    return Node(
        signal.key,
        signal.label,
        "signal",
        value,
        weight,
        signal.weight,
        weight * value,
        weight * (100 - value),
        low,
        high,
        children=drivers,
        **common,
    )


def _driver(d: Driver, value: float, weight: float, combine: str, rng: random.Random) -> Node:
    offered = 7200.0 * 9 if d.unit == "seconds" else float(rng.choice((5, 8, 20)))
    if combine == "product":
        own = 100 * (value / 100) ** 0.5
        return Node(
            d.key, d.label, "driver", own, 0.0, 1.0, taken=round(own / 100 * offered), offered=offered, unit=d.unit, how="of those offered"
        )
    w = weight * d.weight
    if d.normalise == "target":
        return Node(
            d.key,
            d.label,
            "driver",
            value,
            w,
            d.weight,
            w * value,
            w * (100 - value),
            taken=round(value / 8),
            unit=d.unit,
            how="in 4.5 weeks, against 2 a week",
        )
    return Node(
        d.key,
        d.label,
        "driver",
        value,
        w,
        d.weight,
        w * value,
        w * (100 - value),
        taken=round(value / 100 * offered),
        offered=offered,
        unit=d.unit,
        how="of those offered",
    )


def person(name: str, values: dict[str, float | None], definition: Definition = DEFINITION, half: float = 6, **more: object) -> Explanation:
    """One participant with a history that ends where they are now."""
    root = tree(values, definition, seed=len(name))
    score = root.value
    low, high = (None, None) if score is None else (max(0.0, score - half), min(100.0, score + half))
    band = definition.band(score)
    covered = sum(s.weight for s in definition.signals if values.get(s.key) is not None)
    easiest = max((c for c in root.children if c.headroom), key=lambda c: c.headroom or 0, default=None)
    told: dict[str, object] = {
        "subject": name,
        "is_cohort": False,
        "n": 1,
        "unscored": int(score is None),
        "cohort": "B",
        "owner": "Ana Ruiz",
        "period": "2025-W47",
        "as_of": AS_OF,
        "version": definition.fingerprint,
        "validated": False,
        "score": score,
        "low": low,
        "high": high,
        "band": band.key if band else None,
        "coverage": covered,
        "reason": "",
        "sentence": "",
        "easiest": easiest.key if easiest and score is not None else None,
        "tree": root,
        "history": history(name, score, definition),
    }
    return Explanation(**{**told, **more})  # type: ignore[arg-type]


def history(name: str, score: float | None, definition: Definition, weeks: int = WEEKS) -> tuple[Point, ...]:
    rng = random.Random(name)
    level, points = score, []
    for back in range(weeks):
        at = AS_OF - timedelta(days=7 * back)
        band = definition.band(level)
        low, high = (None, None) if level is None else (max(0.0, level - 5 - back / 2), min(100.0, level + 5 + back / 2))
        points.append(Point(f"w{weeks - back:02d}", at, level, low, high, band.key if band else None, 1.0 if level is not None else 0.2))
        if level is not None:
            level = min(100.0, max(0.0, level + rng.gauss(1.2, 4)))
        if back == weeks - 2:
            level = None
    return tuple(reversed(points))


@cache
def people() -> tuple[Explanation, ...]:
    """Sixty people: most take part in a good deal, some in little, a few in nothing, two without a score."""
    rng = random.Random(7)
    found = []
    for i in range(58):
        base = min(98.0, max(2.0, rng.gauss(62, 21)))
        values = {s.key: min(100.0, max(0.0, rng.gauss(base + shift, 14))) for s, shift in zip(SIGNALS, (14, -4, -12, 4), strict=True)}
        found.append(person(f"p-{i + 1:03d}", values, cohort="ABC"[i % 3], half=rng.uniform(2, 8)))
    waiting = {"attendance": None, "interaction": None, "contribution": None, "completion": 50.0}
    reason = "20 % of the weight is observed, 40 % needed"
    late = [
        person(f"p-{i:03d}", waiting, cohort="C", reason=reason, unknown=("Contribution: the first moment opens on Thu 27 Nov.",))
        for i in (59, 60)
    ]
    return (*found, *late)


def cohort(name: str, members: tuple[Explanation, ...]) -> Explanation:
    """The mean of some people, with the mean's own range."""
    scored = [m for m in members if m.score is not None]
    values = {s.key: sum(_value(m, s.key) for m in scored) / len(scored) for s in SIGNALS}
    whole = person(name, values, is_cohort=True, half=30 / len(scored) ** 0.5, cohort=None, owner=None)
    return replace(whole, n=len(members), unscored=len(members) - len(scored))


def _value(member: Explanation, key: str) -> float:
    return next(c.value for c in member.tree.children if c.key == key) or 0.0


def bands_over_time(members: tuple[Explanation, ...]) -> tuple[BandCounts, ...]:
    found = []
    for week in range(WEEKS):
        points = [m.history[week] for m in members if m.history]
        counts = {b.key: sum(p.band == b.key for p in points) for b in BANDS}
        found.append(BandCounts(points[0].period, points[0].as_of, counts, sum(p.band is None for p in points)))
    return tuple(found)


def slips(members: tuple[Explanation, ...]) -> tuple[Slip, ...]:
    since = AS_OF - timedelta(days=28)
    first = [
        Slip(m.subject, m.score + 12, m.score, since, "Has not answered 6 of 8 prompts.", True, m.band)
        for m in members[3:8]
        if m.score is not None
    ]
    second = [
        Slip(m.subject, m.score + 5, m.score, since, "Was away for 2 of 3 sessions.", False, m.band)
        for m in members[10:12]
        if m.score is not None
    ]
    return (*first, *second)


def report_data(members: tuple[Explanation, ...], definition: Definition = DEFINITION) -> ReportData:
    groups = tuple(cohort(f"Cohort {c}", tuple(m for m in members if m.cohort == c)) for c in "ABC" if any(m.cohort == c for m in members))
    return ReportData(
        definition=definition,
        as_of=AS_OF,
        version=definition.fingerprint,
        generated_at=datetime(2025, 11, 24, 6, 2, tzinfo=UTC),
        whole=cohort(definition.title, members),
        cohorts=groups,
        people=members,
        people_total=len(members),
        scores=tuple(m.score for m in members),
        bands_over_time=bands_over_time(members),
        slipping=slips(members),
        unknown=(
            "Zoom has not sent anything since Tue 18 Nov: attendance of cohort C has no value in the last week.",
            "2 people joined this week; nothing has been offered to them yet.",
        ),
        sources=(("Moodle", datetime(2025, 11, 24, 5, 0, tzinfo=UTC), 12408), ("Zoom", datetime(2025, 11, 18, 11, 0, tzinfo=UTC), 1204)),
        account=("Import 1, moodle.csv: 12,408 rows read = 11,990 kept + 210 already known + 208 refused.",),
        never_validated_note="Nobody has yet compared these scores with what became of people.",
        attribution=("Invented data, made for tests.",),
        marks=(Mark(AS_OF - timedelta(days=21), "definition 3f2a9c"),),
    )


def data() -> ReportData:
    return report_data(people())


WORKED = {"attendance": 90.0, "interaction": 60.0, "contribution": 40.0, "completion": 100.0}
SILENT = {"attendance": 90.0, "interaction": 60.0, "contribution": 23.0, "completion": 55.0}


def many(n: int) -> Definition:
    """A definition with `n` signals, the smallest with very little weight and a very long name."""
    names = (
        "Attendance",
        "Interaction",
        "Contribution",
        "Completion",
        "Peer review of other groups' drafts",
        "Buddy group",
        "Reflection",
        "A signal whose name goes on and on because nobody shortened it",
        "Ninth",
    )
    raw = [max(0.02, 0.5 / 1.6**i) for i in range(n)]
    signals = tuple(
        Signal(f"s{i}", names[i], w / sum(raw), (driver("only", "Items done", 1),), "mean", Raci("Ana Ruiz")) for i, w in enumerate(raw)
    )
    return replace(DEFINITION, signals=signals, title=f"{n} signals")


def edges() -> dict[str, tuple[Explanation, Definition]]:
    """The edge cases by name."""
    nothing = dict.fromkeys(("attendance", "interaction", "contribution", "completion"), 0.0)
    none = dict.fromkeys(nothing, None)
    wide = many(9)
    return {
        "worked": (person("p-071", WORKED), DEFINITION),
        "silent": (person("Mara Lind", SILENT), DEFINITION),
        "nothing": (person("p-000", nothing, half=0), DEFINITION),
        "full": (person("p-100", dict.fromkeys(nothing, 100.0), half=0), DEFINITION),
        "no score": (person("p-new", none, reason="Not enough data yet: first prompt on Thu 27 Nov", history=()), DEFINITION),
        "partly known": (person("p-part", {**WORKED, "interaction": None}), DEFINITION),
        "crossing": (person("p-cut", dict.fromkeys(nothing, 59.7), half=9), DEFINITION),
        "two": (person("p-two", {"s0": 80.0, "s1": 3.0}, many(2)), many(2)),
        "seven": (person("p-seven", {f"s{i}": 13.0 * i + 7 for i in range(7)}, many(7)), many(7)),
        "nine": (person("p-nine", {f"s{i}": 100.0 - 11 * i for i in range(9)}, wide), wide),
        "long name": (person("Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh " * 3, SILENT), DEFINITION),
        "attack": (person(ATTACK, SILENT, cohort=ATTACK, owner=ATTACK, unknown=(ATTACK,)), DEFINITION),
        "cohort": (cohort("Cohort B", tuple(m for m in people() if m.cohort == "B")), DEFINITION),
    }
