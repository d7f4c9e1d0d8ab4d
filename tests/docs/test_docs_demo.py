"""`make demo` prints what the README says it prints. 383 enrolments and 180,982 rows of clicks: `wc -l` of the files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from test_docs_run import ROOT, same, spaced


def test_the_demo_shows_what_the_readme_shows(tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("ENGAGETREE_")}, "PATH": path}
    demo = ROOT / "examples" / "oulad-aaa-2013j" / "demo"
    done = subprocess.run([demo, tmp_path / "demo"], env=env, capture_output=True, text=True, timeout=300, check=True)
    said = spaced(done.stdout)
    excerpt = (ROOT / "README.md").read_text("utf-8").partition("<!-- demo -->\n```text\n")[2].partition("```")[0]
    for line in filter(lambda x: x.strip() not in ("", "…"), excerpt.splitlines()):
        assert same(line).search(said), f"{line!r} is not in:\n{said}"
    assert "studentVle.csv.gz: 180,982 = " in said and "studentInfo.csv: 383 = 383 kept" in said
    assert not re.search(r"\bNone\b|\bnan\b|[+−]0\b|Traceback", said)
    assert (tmp_path / "demo" / "report.html").stat().st_size > 100_000
