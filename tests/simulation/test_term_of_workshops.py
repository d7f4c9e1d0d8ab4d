"""A folder of one term's mixed exports, imported by one command: the right people with the right minutes.

The answers are the known truth of `examples/term-of-workshops/truth`, which its generator works out from its own plan of who was where when,
before any file is written; the generator knows nothing of engagetree (`plan.py` imports nothing of it). Minutes are exact to the second, except
where the format itself has whole minutes (`RESOLUTION`). What scores count is worked here from the same truth, by sums.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from engagetree.workspace import Workspace, open_

HERE = Path(__file__).parents[2] / "examples" / "term-of-workshops"
EXPORTS = HERE / "exports"
RESOLUTION = {"meet": 60, "zoom-unique": 60}
"""Seconds: Meet writes times of day to the minute, Zoom's unique users whole minutes, rounded up. All others write seconds."""
PRESENCE = ("present", "join", "leave")

ANSWERED = (
    ("meeting_saved_chat.txt", "zoom:84512346789@2026-03-17T16:00Z"),
    ("qa_91234567890.csv", "zoom:91234567890@2026-04-14T15:00Z"),
    ("eventbrite-attendees.csv", "zoom:2026-03-03T15:50:00Z"),
)
"""(file, which session it is about), as somebody who was there answers."""


def truth(name: str) -> list[dict[str, str]]:
    with (HERE / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(*words: object) -> tuple[int, str, str]:
    """A command as a shell gives it, in this process."""
    from engagetree.cli.app import app

    out, err, code = io.StringIO(), io.StringIO(), 0
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ENGAGETREE_")} | {"COLUMNS": "160"}
    with redirect_stdout(out), redirect_stderr(err), patch.dict(os.environ, kept, clear=True):
        try:
            app([str(w) for w in words], prog_name="engagetree")
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    assert "Traceback" not in err.getvalue()
    return code, out.getvalue(), err.getvalue()


Minutes = dict[tuple[str, str], float]


@dataclass
class Told:
    """The workspace, what the commands said, and what was seen before anybody had said who is who."""

    work: Workspace
    imported: tuple[int, str, str]
    answered: list[tuple[int, str, str]]
    waiting: list[dict[str, str]]
    before: Minutes
    after: Minutes


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The tutorial's way: init, import, answers, review, score."""
    folder = tmp_path_factory.mktemp("term")
    place, review = folder / "work", folder / "review.csv"
    assert run("init", place, "--definition", HERE / "programme.yml")[0] == 0
    imported = run("import", EXPORTS, "-w", place)
    answered = [run("import", EXPORTS / file, "--session", session, "-w", place) for file, session in ANSWERED]
    assert run("people", "rules", "--plus", "same", "-w", place)[0] == 0
    assert run("people", "review", "--out", review, "-w", place)[0] == 0
    with review.open(encoding="utf-8-sig", newline="") as file:
        waiting = list(csv.DictReader(file))
    with open_(place) as work:
        before = minutes(work)
    known = {r["known as"]: r for r in truth("who")}
    with review.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, waiting[0])
        out.writeheader()
        out.writerows({**r, "decision": known[r["value"]]["is"], "why": known[r["value"]]["because"]} for r in waiting)
    assert run("people", "review", "--from", review, "-w", place)[0] == 0
    caller = next(r for r in truth("who") if r["known as"].startswith("+"))
    assert run("people", "merge", caller["known as"], caller["is"], "--why", caller["because"], "-w", place)[0] == 0
    assert run("score", "-w", place)[0] == 0
    with open_(place) as work:
        yield Told(work, imported, answered, waiting, before, minutes(work))


# ---- what the lake has, by plain SQL; whose a handle is, from `people`


def lake(work: Workspace) -> duckdb.DuckDBPyConnection:
    """`acts` (participant, source, kind, item, at, amount) of people on the roster, `sessions` (workshop, item, opens_at, closes_at)."""
    snapshot = work.lake.snapshot()
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE TABLE whose (handle VARCHAR, participant VARCHAR)")
    for k in work.people.known():
        if k.participants:
            con.execute("INSERT INTO whose VALUES (?, ?)", [k.row.pseudonym, k.participants[0]])
    events, items = (f"read_parquet({snapshot.files(t)}, hive_partitioning = false)" for t in ("events", "items"))
    acts = f'SELECT w.participant, source, kind, item, "at", amount FROM {events} e JOIN whose w ON w.handle = e.participant'
    con.execute(f"CREATE TABLE acts AS {acts}")
    con.execute("CREATE TABLE held (workshop VARCHAR, day DATE)")
    for w in truth("workshops"):
        con.execute("INSERT INTO held VALUES (?, ?)", [w["workshop"], w["opens_at"][:10]])
    session = f"SELECT workshop, item, opens_at, closes_at FROM {items} i JOIN held h ON h.day = i.opens_at::DATE WHERE kind = 'session'"
    con.execute(f"CREATE TABLE sessions AS {session}")
    return con


def rows(work: Workspace, query: str) -> list[tuple[Any, ...]]:
    return [tuple(r.values()) for r in lake(work).sql(query).to_arrow_table().to_pylist()]


def minutes(work: Workspace) -> Minutes:
    """(workshop, participant) → seconds: everybody's stays united and clipped to the session, for whoever was seen in it."""
    stays = "kind IN ('present', 'join', 'leave')"
    seen = rows(
        work, f'SELECT workshop, participant, kind, "at", amount, opens_at, closes_at FROM acts JOIN sessions USING (item) WHERE {stays}'
    )
    steps: dict[tuple[Any, ...], list[tuple[datetime, int]]] = defaultdict(list)
    for workshop, who, kind, at, amount, opens, closes in seen:
        mine = steps[workshop, who, opens, closes]
        mine.append((at, -1 if kind == "leave" else 1))
        if kind == "present":
            mine.append((at + timedelta(seconds=amount), -1))
    return {(workshop, who): _there(mine, opens, closes) for (workshop, who, opens, closes), mine in steps.items()}


def _there(steps: list[tuple[datetime, int]], opens: datetime, closes: datetime) -> float:
    """Seconds in which at least one device was there; one that never left was there to the end."""
    total, devices, since = 0.0, 0, opens
    for at, change in [*sorted(steps, key=lambda s: (s[0], -s[1])), (max(closes, *(s[0] for s in steps)), 0)]:
        moment = min(max(at, opens), closes)
        total += (moment - since).total_seconds() if devices else 0.0
        devices, since = devices + change, moment
    return total


# ---- one command, a handful of questions


def test_one_command_takes_the_folder_and_asks_about_three_files(told: Told) -> None:
    """By hand: 22 files; three do not say which meeting they are about. 3/10/26 and 5/12/2026 lie in the programme in one order only."""
    code, out, err = told.imported
    files = sorted(p.name for p in EXPORTS.iterdir())
    asked = [line.removeprefix("A question about ").split(": ")[0] for line in err.splitlines() if line.startswith("A question about ")]
    assert code == 2 and len(files) == 22
    assert sorted(asked) == sorted(file for file, _ in ANSWERED)
    assert [f for f in files if f not in asked and f"\n{f} " not in f"\n{out}"] == []
    assert "refused as a whole" not in out
    assert [code for code, *_ in told.answered] == [0, 0, 0]


def test_every_refused_row_is_one_that_is_nobodys_or_broken(told: Told) -> None:
    """By hand: a leave before its join, a bot and a channel join in Slack, an administrator and the system in Moodle; a ticket given back."""
    _, out, _ = told.imported
    reasons = sorted(line.split(": ", 1)[1] for line in out.splitlines() if line.startswith("  refused "))
    assert reasons == ["a bot's", "leave before join", "nobody's act: the system's", "somebody else, logged in as them",
                       "the system's: channel_join"]  # fmt: skip
    assert [line for _, o, _ in told.answered for line in o.splitlines() if line.startswith("  refused ")] == [
        "  refused 1: the ticket was given back"
    ]


# ---- the right people


def test_whom_no_rule_decides_are_those_that_nobody_could_know(told: Told) -> None:
    """The truth lists them: private addresses, a nickname, a tablet, a missing accent, two of one name, people on no roster."""
    waiting = {r["value"] for r in told.waiting}
    assert waiting == {r["known as"] for r in truth("who") if not r["known as"].startswith("+")}
    nobody = {k.row.value for k in told.work.people.known() if k.state == "nobody"}
    assert nobody == {"iPhone", "Otter.ai Notetaker (Ben Okafor)", "Fireflies.ai Notetaker"}


def test_before_anybody_decides_only_they_are_missing(told: Told) -> None:
    """Nothing is merged by likeness: whoever is not in the list has all their minutes already, and nobody has another's."""
    known = {(r["workshop"], r["participant"]): int(r["seconds"]) for r in truth("minutes")}
    tools = {r["workshop"]: r["tool"] for r in truth("workshops")}
    off = {p for (w, p), s in known.items() if abs(told.before.get((w, p), 0.0) - s) > RESOLUTION.get(tools[w], 0)}
    assert off == {"p-07", "p-12", "p-20", "p-27", "p-33", "p-35"} and set(told.before) < set(known)


# ---- the right minutes


@pytest.mark.parametrize("workshop", truth("workshops"), ids=lambda w: f"{w['workshop']}-{w['tool']}")
def test_minutes_of_everybody_in_a_workshop(told: Told, workshop: dict[str, str]) -> None:
    """Everybody who was there and nobody else, for as long as they were: to the second, or the resolution of the format."""
    expected = {r["participant"]: int(r["seconds"]) for r in truth("minutes") if r["workshop"] == workshop["workshop"]}
    found = {p: s for (w, p), s in told.after.items() if w == workshop["workshop"]}
    assert found.keys() == expected.keys() and len(expected) > 20
    worst = max(abs(found[p] - expected[p]) for p in expected)
    assert worst <= RESOLUTION.get(workshop["tool"], 0)


def test_attendance_says_the_same_minutes(told: Told) -> None:
    """`attendance`, after all answers and decisions, for everybody on the roster then: a tenth of a minute is as fine as it says."""
    tools = {r["workshop"]: r["tool"] for r in truth("workshops")}
    of_day = {r["opens_at"][:10]: r["workshop"] for r in truth("workshops")}
    known = {(r["workshop"], r["participant"]): int(r["seconds"]) / 60 for r in truth("minutes")}
    found = {
        (of_day[f"{r['opens_at']:%Y-%m-%d}"], r["participant"]): r["minutes"]
        for s in told.work.attendance().rows()
        for r in told.work.attendance(s["session"]).rows()
    }
    assert {k for k, m in found.items() if m} == {k for k, m in known.items() if m} and len(found) > 450
    assert [k for k, m in found.items() if abs(m - known.get(k, 0.0)) > RESOLUTION.get(tools[k[0]], 0) / 60 + 0.06] == []
    assert known.keys() <= found.keys() and known["w03", "p-36"] == found["w03", "p-36"] == 0  # there before it opened only


def test_a_workshop_lasts_as_long_as_its_report_can_say(told: Told) -> None:
    found = rows(told.work, "SELECT workshop, opens_at, closes_at FROM sessions ORDER BY 1")
    assert found == [(w["workshop"], *(datetime.fromisoformat(w[c]) for c in ("opens_at", "closes_at"))) for w in truth("workshops")]


# ---- the right acts, and what scores make of them


def test_acts_of_everybody(told: Told) -> None:
    """Every other act, by tool, kind and what it was done to, as often as it was done."""
    acts: Counter[tuple[str, ...]] = Counter()
    other = "SELECT participant, source, kind, coalesce(item, '') AS item, count(*) AS n FROM acts GROUP BY ALL"
    for who, tool, kind, item, n in rows(told.work, other):
        if kind in PRESENCE:
            continue
        to = item.removeprefix("moodle:").removeprefix("cm:") if kind in ("click", "submit", "complete") else ""
        acts[who, tool, kind, to] += n
    assert acts == Counter({(r["participant"], r["tool"], r["act"], r["to"]): int(r["times"]) for r in truth("acts")})


def test_drivers_are_sums_of_the_truth(told: Told) -> None:
    """Taken and offered of every driver at the end of the term; two of the twelve workshops have whole minutes, so up to 120 seconds."""
    held = {w["workshop"]: (datetime.fromisoformat(w["closes_at"]) - datetime.fromisoformat(w["opens_at"])).total_seconds() for w in
            truth("workshops")}  # fmt: skip
    days = {w["workshop"]: w["opens_at"][:10] for w in truth("workshops")}
    roster = {r["participant"]: r for r in _read(EXPORTS / "roster.csv")}
    there, acts = truth("minutes"), truth("acts")
    scores = {r["participant"]: r for r in told.work.scores().rows()}
    assert len(scores) == 39  # p-40 left
    for p, row in scores.items():
        mine = {r["workshop"]: int(r["seconds"]) for r in there if r["participant"] == p and r["seconds"] != "0"}
        offered = sum(s for w, s in held.items() if days[w] >= roster[p]["joined_at"])
        reached = sum(held[w] for w in mine)
        prompts = [r["answered"] == "yes" for r in truth("prompts") if r["participant"] == p]
        done = Counter(r["act"] for r in acts for _ in range(int(r["times"])) if r["participant"] == p and r["tool"] != "xapi")
        gave = sum(done[k] for k in ("chat", "reaction", "question", "post", "comment"))
        assert (row["attendance__reached__taken"], row["attendance__reached__offered"]) == (reached, offered)
        assert abs(row["attendance__stayed__taken"] - sum(mine.values())) <= 120
        assert (row["interaction__answered__taken"], row["interaction__answered__offered"]) == (sum(prompts), len(prompts))
        assert row["contribution__gave__taken"] == gave
        assert row["completion__steps__taken"] == done["complete"]
        assert row["contribution"] == pytest.approx(min(1.0, gave / 10) * 100)
        assert row["attendance"] == pytest.approx(sum(mine.values()) / offered * 100, abs=120 / offered * 100)


def test_the_same_folder_again_changes_nothing_and_asks_nothing(told: Told) -> None:
    code, out, err = run("import", EXPORTS, "-w", told.work.root)
    assert code == 0 and "0 kept" in out.splitlines()[-1] and "A question" not in err
    assert minutes(told.work) == told.after


def test_what_is_exported_gives_the_same_scores_elsewhere(told: Told, tmp_path: Path) -> None:
    """The way round: out of this workspace, into an empty one. The facts are the same, whoever decided what about them; only they go."""
    assert run("export", tmp_path / "out", "-w", told.work.root)[0] == 0
    assert "@example" not in "".join(p.read_text("utf-8") for p in (tmp_path / "out").iterdir())
    assert run("init", tmp_path / "other", "--definition", HERE / "programme.yml")[0] == 0
    code, out, _ = run("import", tmp_path / "out", "-w", tmp_path / "other")
    assert code == 0 and "refused 1" not in out and " 0 refused." in out
    assert run("score", "-w", tmp_path / "other")[0] == 0
    with open_(tmp_path / "other") as other:
        assert other.scores(history=True).rows() == told.work.scores(history=True).rows()
        assert other.attendance().table.drop_columns(["waiting", "nobody"]) == told.work.attendance().table.drop_columns(
            ["waiting", "nobody"]
        )


# ---- the example itself


def test_the_files_are_what_the_generator_makes(tmp_path: Path) -> None:
    """Packed files are compared by what is in them: packing differs between machines."""
    subprocess.run([sys.executable, "-B", HERE / "make_data.py", tmp_path], check=True, timeout=120)
    made = {p.relative_to(tmp_path): _content(p) for p in tmp_path.rglob("*") if p.is_file()}
    kept = {p.relative_to(HERE): _content(p) for d in ("exports", "truth") for p in (HERE / d).iterdir()}
    assert made.keys() == kept.keys()
    assert [str(name) for name in made if made[name] != kept[name]] == []


def _content(path: Path) -> object:
    if path.suffix not in (".zip", ".xlsx"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as z:
        return {n: z.read(n) for n in z.namelist() if path.suffix == ".zip" or n.startswith("xl/worksheets")}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
