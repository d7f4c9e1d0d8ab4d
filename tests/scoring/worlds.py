"""Small programmes at random, for Hypothesis: people who join and leave, sessions, prompts, tasks, acts, excusals, outages, windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from programme import World

START = datetime(2025, 3, 24, tzinfo=UTC)
"""A Monday; the clocks of Madrid change on the Sunday after it."""

COHORTS = ("A", "B")
PEOPLE = ("p1", "p2", "p3")

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
            "final": {"weight": 0.1, "offered": "task", "taken": "complete", "when": "due", "final": True},
            "punctual": {"weight": 0.2, "offered": "task", "taken": ["complete", "submit"], "when": "due", "in_time": True, "ahead": 0.5},
        }
    },
    "rhythm": {
        "drivers": {
            "days": {"weight": 0.5, "taken": ["click", "comment"], "measure": "days", "per": "week", "normalise": "target", "target": 2},
            "amount": {"weight": 0.5, "taken": "submit", "measure": "amount", "per": "day", "normalise": "saturating", "half": 2, "cap": 3, "source": "slido"},
        }
    },
}  # fmt: skip


LATELY: dict[str, Any] = {
    "drivers": {
        "days": {"weight": 0.4, "taken": ["click", "comment"], "measure": "days", "per": "week", "normalise": "target", "target": 2, "last": 2, "cap": 1},
        "amount": {"weight": 0.3, "taken": "submit", "measure": "amount", "per": "day", "normalise": "saturating", "half": 2, "last": 1},
        "spoken": {"weight": 0.3, "taken": "comment", "per": "hour_present", "normalise": "saturating", "half": 1, "last": 3},
    }
}  # fmt: skip
"""A rhythm of late, where the programme's own window is everything."""

NAMES = (
    ("attendance", "interaction"),
    ("contribution", "completion"),
    ("interaction", "rhythm", "completion"),
    ("attendance", "contribution", "rhythm"),
)
WEIGHTS = {2: (0.4, 0.6), 3: (0.45, 0.25, 0.3)}


@st.composite
def definitions(draw: st.DrawFn, windows: tuple[Any, ...] = ("cumulative", {"trailing": 1}, {"trailing": 2})) -> dict[str, Any]:
    """Two or three of the signals, with weights that sum to 1."""
    names = draw(st.sampled_from(NAMES))
    window = draw(st.sampled_from(windows))
    made = {**SIGNALS, "rhythm": LATELY} if window == "cumulative" else SIGNALS
    signals = {n: {"accountable": "x", "weight": w, **made[n]} for n, w in zip(names, WEIGHTS[len(names)], strict=True)}
    return {
        "programme": "tested",
        "zone": draw(st.sampled_from(["UTC", "Europe/Madrid", "America/New_York"])),
        "period": draw(st.sampled_from(["week", "day", "month", "session"])),
        "window": window,
        "min_coverage": draw(st.sampled_from([0.0, 0.4, 0.7])),
        "signals": signals,
    }


def moments() -> st.SearchStrategy[datetime]:
    """Moments on few days and at few times of day, so that edges meet often; 22:30 and 23:55 lie near one midnight or another."""
    days, minutes = (
        st.sampled_from([0, 1, 2, 5, 6, 7, 8]),
        st.sampled_from([0, 9 * 60, 10 * 60, 10 * 60 + 30, 22 * 60 + 30, 23 * 60 + 55]),
    )
    return st.tuples(days, minutes).map(lambda d: START + timedelta(days=d[0], minutes=d[1]))


@st.composite
def items(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Sessions with prompts, and tasks that open, fall due, do neither, or both."""
    out: list[dict[str, Any]] = []
    cohort, source = st.sampled_from([None, None, *COHORTS]), st.sampled_from([None, None, "zoom", "slido"])
    for k in range(draw(st.integers(1, 3))):
        opens, minutes, mine = draw(moments()), draw(st.sampled_from([30, 60, 180])), draw(cohort)
        session = {"item": f"s{k}", "kind": "session", "cohort": mine, "opens_at": opens, "closes_at": opens + timedelta(minutes=minutes)}
        out.append({**session, "source": draw(source)})
        for n in range(draw(st.integers(0, 3))):
            at = opens + timedelta(minutes=5 * draw(st.integers(0, minutes // 5 - 1)))
            out.append({"item": f"q{k}{n}", "kind": "prompt", "cohort": mine, "parent": f"s{k}", "opens_at": at, "source": draw(source)})
    for k in range(draw(st.integers(0, 3))):
        two = sorted([draw(moments()), draw(moments())])
        opens, closes = draw(st.sampled_from([(None, None), (two[0], None), (None, two[0]), (two[0], two[1]), (two[0], two[1])]))
        task = {"item": f"t{k}", "kind": "task", "cohort": draw(cohort), "opens_at": opens, "closes_at": closes}
        out.append({**task, "final": draw(st.booleans()), "source": draw(source)})
    return out


KINDS = {
    "session": ("join", "leave", "join", "leave", "comment"),
    "prompt": ("answer", "answer", "click"),
    "task": ("submit", "complete", "click"),
}
NEAR = (-120, -5, 0, 0, 5, 10, 20, 30, 60, 180, 1440, 4320)
"""Minutes between an item's opening and an act."""


@st.composite
def events(draw: st.DrawFn, made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Acts near the items, sometimes on no item at all; a stay in each session for about half of the people."""
    out = []
    for s in [i for i in made if i["kind"] == "session"]:
        for who in PEOPLE:
            if draw(st.booleans()):
                at = s["opens_at"] + timedelta(minutes=draw(st.sampled_from([-5, 0, 0, 10])))
                out.append(
                    {
                        "participant": who,
                        "at": at,
                        "kind": "present",
                        "item": s["item"],
                        "amount": 60.0 * draw(st.sampled_from([5, 25, 300])),
                    }
                )
    stays = {(e["participant"], e["item"]) for e in out}
    for _ in range(draw(st.integers(0, 16))):
        i, who = draw(st.sampled_from(made)), draw(st.sampled_from(PEOPLE))
        near = i["opens_at"] or i.get("closes_at") or START
        kind = draw(st.sampled_from(KINDS[i["kind"]]))
        if kind in ("join", "leave") and (who, i["item"]) in stays:
            continue
        on = draw(st.sampled_from([i["item"]] * 4 + [None, "unheard-of"])) if kind not in ("join", "leave") else i["item"]
        amount = draw(st.sampled_from([None, 1.0, 5.0])) if kind == "submit" else None
        minutes = draw(st.sampled_from(NEAR[:-2] if kind in ("join", "leave") else NEAR))
        out.append({"participant": who, "at": near + timedelta(minutes=minutes), "kind": kind, "item": on, "amount": amount})
    return [e for n, e in enumerate(out) if e not in out[:n]]


@st.composite
def worlds(draw: st.DrawFn, windows: tuple[Any, ...] = ("cumulative", {"trailing": 1}, {"trailing": 2})) -> World:
    """A programme with everything that can go wrong in it."""
    definition, made = draw(definitions(windows)), draw(items())
    roster = []
    for p in PEOPLE:
        joined, left = draw(st.sampled_from([None, None, draw(moments())])), draw(st.sampled_from([None, None, draw(moments())]))
        if joined and left and left <= joined:
            left = None
        roster.append({"participant": p, "cohort": draw(st.sampled_from(["A", "A", "B"])), "joined_at": joined, "left_at": left})
    excusals, outages = [], []
    for _ in range(draw(st.integers(0, 2))):
        a, b = sorted([draw(moments()), draw(moments())])
        what = draw(st.sampled_from([None, *[i["item"] for i in made]]))
        excusals.append({"participant": draw(st.sampled_from(PEOPLE)), "item": what, "from_at": a, "until_at": b})
    for _ in range(draw(st.integers(0, 2))):
        a, b = sorted([draw(moments()), draw(moments())])
        outages.append(
            {"source": draw(st.sampled_from(["zoom", "slido"])), "cohort": draw(st.sampled_from([None, "A"])), "from_at": a, "until_at": b}
        )
    unique_x = {(x["participant"], x["item"], x["from_at"]): x for x in excusals}
    unique_o = {(x["source"], x["cohort"], x["from_at"]): x for x in outages}
    return World(definition, roster, made, draw(events(made)), list(unique_x.values()), list(unique_o.values()))
