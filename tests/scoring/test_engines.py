"""One programme on every engine, to the last digit that matters.

It touches every expression of folding and scoring: joins and leaves, prompts while present, acts of several kinds as one, days, rates, caps, work
that falls due later, excusals, an outage, nulls, duplicates and somebody without an event. The expected rows are DuckDB's, which
`test_scoring_oracle.py` holds to a second implementation.
"""

import importlib.util
import shutil
from pathlib import Path

import pytest
from programme import World, act, defined, item, on_engine, person, t

from engagetree.engine import connect

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


def _here(url):
    if url.startswith("spark"):
        if importlib.util.find_spec("pyspark") is None:
            pytest.skip("PySpark is not installed")
        if shutil.which("java") is None and not list(Path("/usr/lib/jvm").glob("*")):
            pytest.skip("Spark needs Java 17, which is not here")
    return url


@pytest.fixture(params=["duckdb://", pytest.param("spark://local[2]", marks=pytest.mark.spark)], scope="module")
def engine(request):
    made = connect(_here(request.param))
    yield made
    made.close()


def run(world, folder, engine):
    folder.mkdir()
    return on_engine(world, folder, engine)


@pytest.mark.parametrize("window", ["cumulative", {"trailing": 1}])
def test_the_same_rows(tmp_path, engine, window):
    world = WORLD.with_(definition={**WORLD.definition, "window": window})
    reference = connect()
    theirs, ours = run(world, tmp_path / "reference", reference), run(world, tmp_path / "engine", engine)
    reference.close()
    assert {p: sorted(rows) for p, rows in ours.items()} == {p: sorted(rows) for p, rows in theirs.items()}
    for period, rows in theirs.items():
        for who, row in rows.items():
            for name, value in row.items():
                found = ours[period][who][name]
                if isinstance(value, float):
                    assert found == pytest.approx(value, abs=1e-9), (period, who, name)
                else:
                    assert found == value, (period, who, name)


def test_an_empty_programme(tmp_path, engine):
    """People and items, not one event: everybody is there, with 0 of what was offered."""
    rows = run(WORLD.with_(events=[]), tmp_path / "empty", engine)["2025-03-03"]
    assert rows["p"]["attendance"] == 0 and rows["p"]["completion"] == 0 and rows["p"]["interaction"] is None
