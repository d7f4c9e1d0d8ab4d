"""One small programme that touches every expression of folding and scoring.

Joins and leaves, prompts while present, acts of several kinds as one, days, rates, caps, work that falls due later, excusals, an outage,
nulls, duplicates and somebody without an event.
"""

from programme import World, act, defined, item, person, t

SIGNALS = {
    "attendance": {
        "weight": 0.3,
        "combine": "product",
        "drivers": {
            "reached": {"offered": "session", "taken": "present", "count": "length"},
            "stayed": {"offered": "session", "taken": "present", "count": "presence"},
        },
    },
    "interaction": {
        "weight": 0.2,
        "drivers": {
            "answers": {"weight": 0.6, "offered": "prompt", "taken": ["answer", "react"], "while_present": True},
            "chats": {"weight": 0.4, "taken": ["chat", "react"], "per": "hour_present", "normalise": "saturating", "half": 2, "cap": 3},
        },
    },
    "contribution": {
        "weight": 0.3,
        "drivers": {
            "days": {"weight": 0.5, "taken": ["chat", "submit"], "measure": "days", "per": "week", "normalise": "target", "target": 3},
            "words": {
                "weight": 0.5,
                "taken": "write",
                "measure": "amount",
                "per": "total",
                "normalise": "range",
                "floor": 10,
                "target": 200,
            },
        },
    },
    "completion": {"weight": 0.2, "drivers": {"tasks": {"offered": "task", "taken": "submit", "when": "due"}}},
}
ITEMS = [
    item("s1", "session", "2025-03-04 10:00", "2025-03-04 11:00"),
    item("s2", "session", "2025-03-11 10:00", "2025-03-11 11:00", source="zoom"),
    item("s3", "session", "2025-03-12 10:00", "2025-03-12 10:30", cohort=None),
    *(item(f"q{n}", "prompt", f"2025-03-04 10:{n}0", parent="s1") for n in (1, 2, 4)),
    item("t1", "task", "2025-03-03 09:00", "2025-03-07 18:00"),
    item("t2", "task", "2025-03-03 09:00", "2025-03-14 18:00"),
]
EVENTS = [
    act("p", "2025-03-04 09:50", "join", "s1"),
    act("p", "2025-03-04 10:25", "leave", "s1"),
    act("p", "2025-03-04 10:20", "join", "s1"),
    act("p", "2025-03-04 10:35", "leave", "s1"),
    act("p", "2025-03-04 10:11", "answer", "q1"),
    act("p", "2025-03-04 10:12", "react", "q1"),
    *(act("p", f"2025-03-04 10:0{n}", "chat", None) for n in range(5)),
    act("p", "2025-03-05 23:30", "submit", "t2"),
    act("p", "2025-03-12 10:00", "present", "s3", 1800),
    act("q", "2025-03-04 10:00", "present", "s1", None),
    act("q", "2025-03-05 10:00", "write", None, 120.5),
    act("q", "2025-03-06 10:00", "write", None, None),
    act("q", "2025-03-13 10:00", "submit", "t1"),
    act("late", "2025-03-12 10:10", "present", "s3", 600),
    act("nobody", "2025-03-12 10:10", "present", "s3", 600),
    act("r", "2025-03-04 10:00:00.600", "join", "s1"),  # fractions of a second: DuckDB would round, Spark would not
    act("r", "2025-03-04 10:19:59.700", "leave", "s1"),
    act("r", "2025-03-04 10:41", "answer", "q4"),  # answered without having been seen
    act("r", "2025-03-12 09:00", "react", "q2"),  # and a week later
    act("r", "2025-03-12 10:00", "present", "s3", 90.9),
    *(act("r", "2025-03-12 23:59:59.900", "chat", None) for _ in range(2)),  # the same row twice
]
PEOPLE = [person("p"), person("q"), person("late", joined_at=t("2025-03-10 12:00")), person("silent"), person("other", None), person("r")]
WORLD = World(
    defined(SIGNALS, zone="Europe/Madrid"),
    PEOPLE,
    ITEMS,
    EVENTS,
    [{"participant": "silent", "item": "s1", "from_at": None, "until_at": None, "reason": "ill"}],
    [{"source": "zoom", "cohort": None, "from_at": t("2025-03-11 00:00"), "until_at": t("2025-03-12 00:00"), "reason": ""}],
)
