"""`engagetree why` as it is typed, on `examples/first-programme`: four people in two cohorts, 3 to 16 March 2025, in weeks."""

from __future__ import annotations

import json
import re
from pathlib import Path

from shell import Run

WEEK = ("--from", "2025-03-03", "--to", "2025-03-10")


def test_the_answer_is_one_command(run: Run, spring: Path) -> None:
    """The default is the latest week against the one before, named or not; every number in the column adds up to the last one."""
    done = run("why", "p-mara", "-w", spring)
    assert done.returncode == 0 and done.stdout == run("why", "p-mara", "-w", spring, *WEEK).stdout
    lines = done.stdout.splitlines()
    assert re.match(r"p-mara  \d", lines[0]) and lines[1].startswith("before  ") and re.match(r"(Up|Down|No change)", lines[2])
    tops = [re.search(r"([+−]\d+\.\d|none)$", line) for line in lines[4:-1] if not line.startswith(" ")]
    numbers = [float(m[1].replace("−", "-")) if m and m[1] != "none" else 0.0 for m in tops]
    last = re.search(r"([+−]\d+\.\d)$", lines[-1])
    assert last and round(sum(numbers), 1) == float(last[1].replace("−", "-"))


def test_json_holds_exact_parts(run: Run, spring: Path) -> None:
    for who in ((), ("A",), ("p-mara", "--against", "p-theo"), ("A", "--against", "B")):
        done = run("why", *who, "-w", spring, "--json")
        found = json.loads(done.stdout)
        assert done.returncode == 0 and abs(sum(found["parts"].values()) - found["change"]) < 1e-9


def test_unknown_names_are_told_with_near_ones(run: Run, spring: Path) -> None:
    for words, said in (
        (("p-maro",), "“p-mara”"),
        (("p-mara", "--from", "2025-03-04"), "“2025-03-03”"),
        (("p-mara", "--against", "p-te"), "nobody on the roster"),
        (("p-mara", "--version", "v3"), "no such version"),
        (("p-mara", "--from", "2025-03-03", "--to", "2025-03-03"), "compared with itself"),
        (("p-mara", "--to", "2025-03-03"), "nothing came before"),
    ):
        done = run("why", *words, "-w", spring)
        assert done.returncode == 1 and said in done.stderr and not done.stdout
