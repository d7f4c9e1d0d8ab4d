"""The page on readers, followed word for word: its files are written, the package is built and installed, the log is imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from test_docs_run import ROOT

PAGE = (ROOT / "docs" / "how-to" / "add-a-reader.md").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "first-programme"


def block(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)[0]


def test_the_reader_of_the_page_works(tmp_path: Path, laid_down: Callable[[Path], str]) -> None:
    """By hand: five lines, of which one is refused and the first names the room; three acts of two people."""
    package, site = tmp_path / "package", tmp_path / "site"
    (package / "src").mkdir(parents=True)
    (package / "src" / "engagetree_doorlog.py").write_text(block("python"))
    (package / "pyproject.toml").write_text(block("toml"))
    (tmp_path / "hall-3.log").write_text(block("text"))
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        site,
        package,
    ]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    env = {k: v for k, v in os.environ.items() if not k.startswith("ENGAGETREE_")} | {"PYTHONPATH": str(site)}

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).parent / "engagetree"), *map(str, words)], env=env, capture_output=True, text=True, check=False
        )

    work = tmp_path / "work"
    assert run("init", work, "--definition", EXAMPLE / "programme.yml").returncode == 0
    assert "the log of a door counter" in run("readers").stdout
    said = run("import", tmp_path / "hall-3.log", "-w", work, "--json")
    assert said.returncode == 0, said.stderr
    account = json.loads(said.stdout)[0]
    assert (account["read"], account["kept"], account["refused"]) == (5, 4, 1)
    assert account["by_table"]["events"] == 3
    stored = laid_down(work / "lake")
    assert "ana@" not in stored and "hall-3" in stored
