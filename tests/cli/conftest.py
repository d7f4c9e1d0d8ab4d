"""A way in, and a workspace to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell import FIRST, Run, run_here, run_process


@pytest.fixture(scope="session")
def run() -> Run:
    return run_here


@pytest.fixture(scope="session")
def process() -> Run:
    return run_process


@pytest.fixture(scope="session")
def spring(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the first programme, imported and scored. Tests only read it."""
    work = tmp_path_factory.mktemp("cli") / "spring"
    assert run("init", work, "--definition", FIRST / "programme.yml").returncode == 0
    assert run("import", *sorted(FIRST.glob("*.csv")), "-w", work).returncode == 0
    assert run("score", "-w", work).returncode == 0
    return work
