"""Lines that were refused, mended in the file that keeps them, and imported again: as if they had never been refused.

Expected is what the same file gives where nothing was spoilt. The refused file is found by what it holds, as any other file is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from programme import World, alone, defined, history, workspace
from three_tools import ACCOUNTS, ACTS, written

from engagetree.errors import ImportRefused
from engagetree.ingest import find
from engagetree.workspace import Workspace

SIGNALS = {
    "pages": {**alone(taken="click", measure="items", on=["page", "quiz"], per="week", normalise="saturating", half=3), "weight": 0.5},
    "answers": {**alone(taken="answer", measure="amount", per="week", normalise="saturating", half=50), "weight": 0.5},
}
PEOPLE = {"ana": list(ACTS), "bo": list(ACTS)[::2]}
LONG = "x" * 20_000
SPOILT = {
    "log": [('"time": "2025', '"time": "on 2025'), ('"context": {', '"context": {{'), ('"event": ', '"event" ')],
    "xapi": [('"timestamp": "2025', '"timestamp": "on 2025'), ('"account": {', '"acount": {'), ('"verb": {', '"verb": {{')],
    "caliper": [('"eventTime": "2025', '"eventTime": "on 2025'), ('"action": ', '"acted": '), ('"sensor": ', '"sensors": '), ('"data": [', '"data": [[')],
}  # fmt: skip
"""For each tool what is spoilt, on every fourth line one after another: a time, a name, an envelope, the JSON itself."""


def reader(tool: str) -> str:
    return "edx-log" if tool == "log" else tool


def spoilt(tool: str, text: str) -> str:
    lines = text.splitlines()
    for n in range(0, len(lines), 4):
        right, wrong = SPOILT[tool][n // 4 % len(SPOILT[tool])]
        assert right in lines[n]
        lines[n] = lines[n].replace(right, wrong, 1)
    return "\n".join(lines) + "\n"


def mended(tool: str, text: str, only: int | None = None) -> str:
    """The refused rows put right by hand; an event stands there without the spaces that its envelope had."""
    for right, wrong in SPOILT[tool][:only]:
        text = text.replace(wrong, right).replace(wrong.replace(": ", ":"), right.replace(": ", ":"))
    return text


def content(tool: str) -> str:
    text = written(tool, ACTS, PEOPLE)
    if tool == "log":  # with the logger's words in front, and longer than what a refusal shows
        text = text.replace('"session": ""', f'"session": "{LONG}"').replace(
            '{"name"', '2025-03-03 10:00:00,1 INFO 20 [tracking] - {"name"'
        )
    return text


def started(folder: Path, tool: str) -> Workspace:
    work = workspace(World(defined(SIGNALS)), folder)
    rows = "".join(f"{who},A,{ACCOUNTS[tool].format(who)}\n" for who in PEOPLE)
    (folder / "roster.csv").write_text(f"participant,cohort,{'login' if tool == 'log' else 'account'}\n{rows}", "utf-8")
    work.take(folder / "roster.csv")
    return work


def brought(work: Workspace, path: Path, text: str) -> tuple[int, str]:
    """(how many rows were refused, the file that keeps them)."""
    path.write_text(text, "utf-8")
    account = work.take(path).account
    kept = account.refused_file.read_text("utf-8") if account.refused_file else ""
    assert account.read == account.kept + account.merged + account.refused
    return account.refused, kept


def bare(work: Workspace) -> list[str]:
    work.score()
    return sorted(str({k: v for k, v in row.items() if k != "version"}) for rows in history(work).values() for row in rows.values())


@pytest.mark.parametrize("tool", SPOILT)
def test_mended_is_as_if_never_refused(tmp_path: Path, tool: str) -> None:
    text = content(tool)
    with started(tmp_path / "right", tool) as work:
        assert brought(work, tmp_path / "right.txt", text) == (0, "")
        expected = bare(work)
    with started(tmp_path / "mended", tool) as work:
        n, refused = brought(work, tmp_path / "spoilt.txt", spoilt(tool, text))
        assert n == len(range(0, len(text.splitlines()), 4)) and bare(work) != expected
        some, again = brought(work, tmp_path / "some.txt", mended(tool, refused, 1))
        assert 0 < some < n
        assert find(tmp_path / "some.txt").name == reader(tool)
        assert brought(work, tmp_path / "all.txt", mended(tool, again)) == (0, "")
        assert bare(work) == expected


@pytest.mark.parametrize("tool", SPOILT)
def test_each_refused_row_stands_under_its_line_and_reason(tmp_path: Path, tool: str) -> None:
    lines = spoilt(tool, content(tool)).splitlines()
    with started(tmp_path / "w", tool) as work:
        _, refused = brought(work, tmp_path / "x.txt", "\n".join(lines) + "\n")
    told, rows = refused.splitlines()[::2], refused.splitlines()[1::2]
    assert all('"refused":' in line and '"reason":"' in line for line in told)
    if tool == "log":
        assert rows == lines[::4]
        assert [f'"line":{n},' in line for n, line in zip(range(1, len(lines) + 1, 4), told, strict=True)] == [True] * len(rows)


def test_a_refused_file_that_nobody_mended_is_known_and_changes_nothing(tmp_path: Path) -> None:
    with started(tmp_path / "w", "log") as work:
        _, refused = brought(work, tmp_path / "x.txt", content("log").replace("\n", "\n" + "not a line\n" * 30, 1))
        (tmp_path / "y.txt").write_text(refused, "utf-8")
        assert find(tmp_path / "y.txt").name == "edx-log"
        with pytest.raises(ImportRefused, match="no line of it is a tracking event"):
            work.take(tmp_path / "y.txt")
