"""What the README and the docs show is run as it stands there, and must print what they say.

A ```console block holds commands after `$ `; each other line must appear in what that command prints, spaces aside; `…` stands for any
text. A ```python block is run in the same folder afterwards; a ```yaml block that begins with a comment naming a file is written to that
file. The folder is empty but for `examples`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    p for p in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")] if re.search(r"^```(console|python)$", p.read_text("utf-8"), re.M)
)
BLOCK = re.compile(r"^```(console|python|yaml)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Shell:
    """A shell whose folder and variables last from command to command."""

    folder: Path
    started: Path

    def run(self, command: str) -> tuple[int, str]:
        state = self.folder / ".state"
        script = f"[ -e {state} ] && . {state}\n{command}\ncode=$?\n{{ export -p; echo cd \"'$PWD'\"; }} > {state}\nexit $code\n"
        path = os.pathsep.join([str(self.started), str(Path(sys.executable).parent), os.environ["PATH"]])
        env = {**os.environ, "PATH": path, "COLUMNS": "80"}
        env.pop("ENGAGETREE_WORKSPACE", None)
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=env, capture_output=True, text=True, timeout=600, check=False)
        return done.returncode, done.stdout + done.stderr


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Each command of a block with the lines that it must print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line)
    return found


def same(expected: str) -> re.Pattern[str]:
    parts = (re.escape(" ".join(p.split())) for p in expected.split("…"))
    return re.compile(".*".join(p.replace(r"\ ", r"\s+") for p in parts))


def spaced(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_page_does_what_it_shows(page: Path, tmp_path: Path, started: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shell = Shell(tmp_path, started)
    for kind, block in BLOCK.findall(page.read_text("utf-8")):
        if kind == "yaml":
            if named := re.match(r"# ([\w.-]+\.yml)\n", block):
                (tmp_path / named[1]).write_text(block)
            continue
        if kind == "python":
            (tmp_path / "block.py").write_text(block)
            code, said = shell.run(f"{sys.executable} block.py")
            assert code == 0, f"{block}\n{said}"
            for line in re.findall(r"#\s+→?\s*(.+)$", block, re.M) if "print" in block else []:
                assert same(line).search(spaced(said)), f"{line!r} is not in:\n{said}"
            continue
        for command, lines in commands(block):
            code, said = shell.run(command)
            assert code == 0, f"$ {command}\n{said}"
            for line in lines:
                assert same(line).search(spaced(said)), f"$ {command}\n{line!r} is not in:\n{said}"


def test_the_runner_can_fail() -> None:
    """By hand: the ellipsis stands for any text, spaces do not matter, all else does."""
    assert same("a … c").search("a  b c") and same("a b").search(spaced("a     b"))
    assert not same("71.0").search("7120") and not same("a … c").search("a b")
