"""The same act is the same event, and has the same signal, whether a tracking log, an xAPI statement or a Caliper event tells it.

Expected by hand, beside each act in `three_tools.py`: kind, item, amount; the time is when it was done. The scores are held against those of
the same acts written as our own `events.csv` and `items.csv`, where nothing has to be read from a tool's words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from programme import Row, Scores, World, act, alone, defined, history, in_workspace, item, person, workspace
from three_tools import ACCOUNTS, ACTS, TOOLS, moment, written

from engagetree.engine import connect_duckdb
from engagetree.ingest import find, stage
from engagetree.workspace import Workspace

READERS = {"log": "edx-log", "inside": "edx-log", "xapi": "xapi", "caliper": "caliper"}
PEOPLE = {"ana": list(ACTS), "bo": list(ACTS)[::2], "carla": [name for name in ACTS if "problem" in name or "video" in name]}
SIGNALS = {
    "pages": {**alone(taken="click", measure="items", on=["page", "quiz"], per="week", normalise="saturating", half=3), "weight": 0.2},
    "answers": {**alone(offered=["quiz", "prompt"], taken="answer"), "weight": 0.2},
    "right": {**alone(taken="answer", measure="amount", per="week", normalise="saturating", half=50), "weight": 0.1},
    "talk": {**alone(taken=["post", "comment"], per="week", normalise="saturating", half=0.5), "weight": 0.1},
    "votes": {**alone(taken="reaction", per="week", normalise="saturating", half=0.5), "weight": 0.1},
    "done": {**alone(offered="page", taken="complete"), "weight": 0.1},
    "watched": {**alone(taken="complete", measure="amount", per="week", normalise="saturating", half=60), "weight": 0.1},
    "handed_in": {**alone(offered=["task", "form"], taken="submit"), "weight": 0.1},
}


def read(folder: Path, tool: str, text: str) -> tuple[list[Row], list[Row], Any]:
    """(events, items, account) of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{tool}.txt").write_text(text, "utf-8")
    con = connect_duckdb(folder / "spill")
    try:
        assert find(folder / f"{tool}.txt").name == READERS[tool]
        got = stage(con, folder / f"{tool}.txt", None, "UTC", folder / "scratch")
        tables = {t: con.sql(f"SELECT * FROM {n}").to_arrow_table().to_pylist() for t, n in got.tables.items()}
        return tables.get("events", []), tables.get("items", []), got.account
    finally:
        con.close()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[Row], list[Row], Any]]:
    """What each tool's file of all acts becomes."""
    folder = tmp_path_factory.mktemp("three")
    return {tool: read(folder / tool, tool, written(tool, ACTS, {"ana": list(ACTS)})) for tool in TOOLS}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("name", ACTS)
def test_the_same_act_is_the_same_event(seen: dict[str, tuple[list[Row], list[Row], Any]], name: str, tool: str) -> None:
    expected, (events, items, _) = ACTS[name], seen[tool]
    found = [e for e in events if e["at"] == moment(list(ACTS).index(name), "ana")]
    if getattr(expected, "log" if tool == "inside" else tool) is None:
        assert not found
        return
    [e] = found
    assert (e["kind"], e["amount"]) == (expected.kind, expected.amount)
    if expected.item != "":
        assert e["item"] == expected.item
        assert [i["kind"] for i in items if i["item"] == expected.item] == ([expected.offered] if expected.offered else [])


@pytest.mark.parametrize("tool", TOOLS)
def test_every_act_is_kept_and_known(seen: dict[str, tuple[list[Row], list[Row], Any]], tool: str) -> None:
    events, items, account = seen[tool]
    assert account.read == account.kept == len(events) == len(ACTS) - (READERS[tool] == "edx-log")
    assert not any("no table names" in note for note in account.notes)
    offered = {(a.item, a.offered) for a in ACTS.values() if a.item and a.offered}
    assert {(i["item"], i["kind"]) for i in items if i["kind"] != "forum"} == offered


def by_hand(names: list[str]) -> World:
    """The same acts in our own words, as far as all three tools have a word for them."""
    return World(
        defined(SIGNALS),
        [person(who) for who in PEOPLE],
        [item(i, kind, cohort=None) for i, kind in {(a.item, a.offered) for n, a in ACTS.items() if a.item and a.offered and n in names}],
        [
            act(who, "2025-03-03 00:00", ACTS[n].kind, ACTS[n].item or None, ACTS[n].amount) | {"at": moment(list(ACTS).index(n), who)}
            for who, theirs in PEOPLE.items() for n in theirs if n in names
        ],
    )  # fmt: skip


def by_tool(folder: Path, tool: str, text: str) -> Workspace:
    work = workspace(World(defined(SIGNALS)), folder)
    column = "login" if READERS[tool] == "edx-log" else "account"
    rows = "".join(f"{who},A,{ACCOUNTS[tool].format(who)}\n" for who in PEOPLE)
    for name, content in {"roster.csv": f"participant,cohort,{column}\n{rows}", "acts.txt": text}.items():
        (folder / name).write_text(content, "utf-8")
        assert not work.take(folder / name).account.refused
    work.score()
    return work


def test_the_same_acts_have_the_same_scores(tmp_path: Path) -> None:
    names = [n for n, a in ACTS.items() if a.log and a.xapi and a.caliper]
    expected = history(in_workspace(by_hand(names), tmp_path / "hand"))
    last = expected[max(expected)]
    assert len(expected) >= 4 and last["ana"]["score"] > last["bo"]["score"] > 0 and last["carla"]["score"] > 0
    for tool in TOOLS:
        people = {who: [n for n in theirs if n in names] for who, theirs in PEOPLE.items()}
        assert scores(by_tool(tmp_path / tool, tool, written(tool, ACTS, people))) == bare(expected), tool


def scores(work: Workspace) -> Scores:
    with work:
        return bare(history(work))


def bare(found: Scores) -> Scores:
    """Without the version, which is each workspace's own."""
    return {period: {who: {k: v for k, v in row.items() if k != "version"} for who, row in rows.items()} for period, rows in found.items()}
