"""Small programmes at random, for Hypothesis: people who join and leave, sessions, prompts, tasks, acts, excusals, outages, windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from programme import World

START = datetime(2025, 3, 24, tzinfo=UTC)
"""A Monday; the clocks of Madrid change on the Sunday after it."""

DAYS = 16
COHORTS = ("A", "B")
PEOPLE = ("p1", "p2", "p3")
ACTS = ("answer", "comment", "click", "submit", "complete")

SIGNALS: dict[str, dict[str, Any]] = {
    "attendance": {
        "combine": "product",
        "drivers": {
            "reached": {"offered": "session", "taken": "present", "count": "length", "source": "zoom"},
            "stayed": {"offered": "session", "taken": "present", "count": "presence", "source": "zoom"},
        },
    },
    "interaction": {
        "drivers": {
            "prompts": {"weight": 0.7, "offered": "prompt", "taken": ["answer", "click"], "while_present": True, "source": "slido"},
            "unprompted": {"weight": 0.3, "taken": "comment", "per": "hour_present", "normalise": "target", "target": 4, "cap": 2, "source": "slido"},
        }
    },
    "contribution": {
        "drivers": {
            "tasks": {"weight": 0.5, "offered": "task", "taken": "submit", "when": "due"},
            "comments": {"weight": 0.3, "taken": ["comment", "answer"], "per": "session", "normalise": "saturating", "half": 0.5},
            "pages": {"weight": 0.2, "taken": "click", "on": ["task", "prompt"], "measure": "items", "normalise": "range", "floor": 1, "target": 4},
        }
    },
    "completion": {
        "drivers": {
            "progress": {"weight": 0.7, "offered": "task", "taken": ["complete", "submit"]},
            "final": {"weight": 0.3, "offered": "task", "taken": "complete", "when": "due", "final": True},
        }
    },
    "rhythm": {
        "drivers": {
            "days": {"weight": 0.5, "taken": ["click", "comment"], "measure": "days", "per": "week", "normalise": "target", "target": 2},
            "amount": {"weight": 0.5, "taken": "submit", "measure": "amount", "per": "day", "normalise": "saturating", "half": 2, "cap": 3, "source": "slido"},
        }
    },
}  # fmt: skip


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Two or three of the signals, with weights that sum to 1."""
    names = draw(st.lists(st.sampled_from(sorted(SIGNALS)), min_size=2, max_size=3, unique=True).filter(lambda n: n != ["attendance"]))
    weights = {2: (0.4, 0.6), 3: (0.45, 0.25, 0.3)}[len(names)]
    signals = {n: {"accountable": "x", "weight": w, **SIGNALS[n]} for n, w in zip(names, weights, strict=True)}
    return {
        "programme": "tested",
        "zone": draw(st.sampled_from(["UTC", "Europe/Madrid", "America/New_York"])),
        "period": draw(st.sampled_from(["week", "day", "month", "session"])),
        "window": draw(st.sampled_from(["cumulative", {"trailing": 1}, {"trailing": 2}])),
        "min_coverage": draw(st.sampled_from([0.0, 0.4, 0.7])),
        "signals": signals,
    }


def moments(first: int = 0, last: int = DAYS * 24 * 12) -> st.SearchStrategy[datetime]:
    """Moments in steps of five minutes, so that edges meet often."""
    return st.integers(first, last).map(lambda n: START + timedelta(minutes=5 * n))


@st.composite
def items(draw: st.DrawFn) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    cohort = st.sampled_from([None, *COHORTS])
    source = st.sampled_from([None, None, "zoom", "slido"])
    for k in range(draw(st.integers(1, 3))):
        opens, minutes, mine = draw(moments()), draw(st.sampled_from([30, 60, 180])), draw(cohort)
        session = {"item": f"s{k}", "kind": "session", "cohort": mine, "opens_at": opens, "closes_at": opens + timedelta(minutes=minutes)}
        out.append({**session, "source": draw(source)})
        for n in range(draw(st.integers(0, 2))):
            at = opens + timedelta(minutes=5 * draw(st.integers(0, minutes // 5 - 1)))
            out.append({"item": f"q{k}{n}", "kind": "prompt", "cohort": mine, "parent": f"s{k}", "opens_at": at, "source": draw(source)})
    for k in range(draw(st.integers(0, 3))):
        opens = draw(st.none() | moments())
        closes = draw(st.none() | moments()) if opens is None else draw(st.none() | st.integers(0, 1500).map(lambda n, o=opens: o + timedelta(minutes=5 * n)))  # type: ignore[misc]
        out.append({"item": f"t{k}", "kind": "task", "cohort": draw(cohort), "opens_at": opens, "closes_at": closes, "final": draw(st.booleans()), "source": draw(source)})
    return out


@st.composite
def events(draw: st.DrawFn, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    out = []
    for _ in range(draw(st.integers(0, 14))):
        i = draw(st.sampled_from(made))
        near = i.get("opens_at") or i.get("closes_at") or START
        at = draw(st.integers(-6, 50).map(lambda n, a=near: a + timedelta(minutes=5 * n)) | moments())  # type: ignore[misc]
        who = draw(st.sampled_from(PEOPLE))
        if i["kind"] == "session":
            kind = draw(st.sampled_from(["join", "leave", "join", "leave", "comment"]))
            out.append({"participant": who, "at": at, "kind": kind, "item": i["item"]})
        else:
            kind, amount = draw(st.sampled_from(ACTS)), draw(st.none() | st.integers(0, 5).map(float))
            out.append({"participant": who, "at": at, "kind": kind, "item": draw(st.sampled_from([i["item"], i["item"], None])), "amount": amount})
    for s in [i for i in made if i["kind"] == "session"]:
        if draw(st.booleans()):  # somebody with a plain stay, so that prompts are met
            who, late, minutes = draw(st.sampled_from(PEOPLE)), draw(st.integers(-2, 4)), draw(st.integers(1, 30))
            if not any(e["participant"] == who and e["item"] == s["item"] and e["kind"] in ("join", "leave") for e in out):
                at = s["opens_at"] + timedelta(minutes=5 * late)
                out.append({"participant": who, "at": at, "kind": "present", "item": s["item"], "amount": 300.0 * minutes})
    return [e for n, e in enumerate(out) if e not in out[:n]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A programme with everything that can go wrong in it."""
    definition, made = draw(definitions()), draw(items())
    roster = []
    for p in PEOPLE:
        joined = draw(st.none() | st.none() | moments())
        left = draw(st.none() | st.none() | moments())
        if joined and left and left < joined:
            joined, left = left, joined
        roster.append({"participant": p, "cohort": draw(st.sampled_from(["A", "A", "B"])), "joined_at": joined, "left_at": left})
    excusals = []
    for _ in range(draw(st.integers(0, 2))):
        a, b = sorted([draw(moments()), draw(moments())])
        what = draw(st.none() | st.sampled_from([i["item"] for i in made]))
        excusals.append({"participant": draw(st.sampled_from(PEOPLE)), "item": what, "from_at": a, "until_at": b})
    outages = []
    for _ in range(draw(st.integers(0, 2))):
        a, b = sorted([draw(moments()), draw(moments())])
        outages.append({"source": draw(st.sampled_from(["zoom", "slido"])), "cohort": draw(st.sampled_from([None, "A"])), "from_at": a, "until_at": b})
    unique_x = {(x["participant"], x["item"], x["from_at"]): x for x in excusals}
    unique_o = {(x["source"], x["cohort"], x["from_at"]): x for x in outages}
    return World(definition, roster, made, draw(events(made)), list(unique_x.values()), list(unique_o.values()))
