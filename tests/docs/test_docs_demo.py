"""`make demo` prints what the README says it prints. 383 enrolments and 180,982 rows of clicks: `wc -l` of the files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from test_docs_run import ROOT, same, spaced


def printed(example: str, work: Path, started: Path | None = None) -> str:
    """What a demo prints. With `started` it runs in a copy that has no .venv beside it, so that its `engagetree` is started already."""
    root = ROOT
    if started is not None:
        root = work.parent / "copy"
        shutil.copytree(ROOT / "examples" / example, root / "examples" / example)
    path = os.pathsep.join([str(started or Path(sys.executable).parent), os.environ["PATH"]])
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("ENGAGETREE_")}, "PATH": path}
    done = subprocess.run([root / "examples" / example / "demo", work], env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    said = spaced(done.stdout)
    assert not re.search(r"\bNone\b|\bnan\b|Traceback", said)
    return said


def demo(example: str, work: Path, started: Path | None = None) -> str:
    said = printed(example, work, started)
    assert not re.search(r"[+−]0(\.0+)?(?![.\d])", said)  # a change of nothing is said in words
    assert (work / "report.html").stat().st_size > 50_000
    return said


def test_the_demo_shows_what_the_readme_shows(tmp_path: Path) -> None:
    said = demo("oulad-aaa-2013j", tmp_path / "demo")
    excerpt = (ROOT / "README.md").read_text("utf-8").partition("<!-- demo -->\n```text\n")[2].partition("```")[0]
    for line in filter(lambda x: x.strip() not in ("", "…"), excerpt.splitlines()):
        assert same(line).search(said), f"{line!r} is not in:\n{said}"
    assert "studentVle.csv.gz: 180,982 = " in said and "studentInfo.csv: 383 = 383 kept" in said


def test_the_live_demo_shows_what_oulad_cannot(tmp_path: Path, started: Path) -> None:
    """Rows: `wc -l` of the files less the header; what was excused and what was down: excusals.csv and outages.csv."""
    said = demo("live-programme", tmp_path / "demo", started)
    for file in ("roster", "items", "meetings", "polls", "platform", "room"):
        rows = len((ROOT / "examples" / "live-programme" / "data" / f"{file}.csv").read_text("utf-8").splitlines()) - 1
        assert f"{file}.csv {rows:,} read = " in said.replace("\n", " ")
    assert len(re.findall(r"mornings-3[ab] Session .* — excused$", said, re.M)) == 2
    assert len(re.findall(r"evenings-4[ab]-prompt\d .* — source was down$", said, re.M)) == 6


def test_the_research_demo_goes_from_registers_to_a_release(tmp_path: Path, started: Path) -> None:
    """Rows: `wc -l` of the files less the header. One claim rests on posts alone, three departments report one lecture: made so."""
    said = printed("research-year", tmp_path / "office", started)
    for file in sorted((ROOT / "examples" / "research-year" / "data").glob("*.csv")):
        rows = len(file.read_text("utf-8").splitlines()) - 1
        assert f"{file.name} {rows:,} read = {rows:,} kept" in said.replace("\n", " "), file.name
    assert "EM-04" in said and "The Moor in 2100" in said and "release 1" in said and "LD-01 error" in said
    assert said.count("ready to send") == 2
