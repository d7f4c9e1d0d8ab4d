"""When something is wrong: words that say what to do, the exit codes of docs/reference/cli.md, never a traceback, nothing lost."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shell import COMMAND, FIRST, Run, environment

from engagetree.lake.lock import writer_lock

MENDABLE = {
    "no workspace": (["bands", "-w", "nowhere"], "nowhere: there is no workspace. Name one with --workspace, or make one"),
    "no such participant": (["explain", "p-marra"], "Did you mean “p-mara”?"),
    "no such signal": (["explain", "p-mara", "--events", "--node", "contributon"], "Did you mean “contribution”?"),
    "no such band": (["ranking", "--band", "hihg"], "Did you mean “high”?"),
    "no such cohort": (["ranking", "--cohort", "Z"], "There are A, B."),
    "no such cohort of bands": (["bands", "--cohort", "Z"], "There are A, B."),
    "no such owner": (["ranking", "--owner", "Anna"], "Did you mean “Ana”?"),
    "no such period": (["ranking", "--period", "2025-03-04"], "there is no such period"),
    "no day": (["score", "--as-of", "someday"], "Write 2025-03-03 (that day is still in)"),
    "no such engine": (["score", "--engine", "oracle://x"], "Use duckdb://"),
    "no such template": (["init", "new", "--template", "comunity"], "Did you mean “community”?"),
    "no such definition": (["init", "new", "--definition", "nowhere.yml"], "there is no such file"),
    "no such reader": (["import", "nowhere.csv", "--as", "moodle"], "there is no such reader"),
    "no such map": (["import", "nowhere.csv", "--map", "nowhere.yml"], "it cannot be read"),
    "no place for a report": (["report", "--out", "nowhere/r.html"], "Choose a place that you may write to"),
    "no place for a table": (["ranking", "--parquet", "nowhere/s.parquet"], "Choose a place that you may write to"),
}


@pytest.mark.parametrize("name", MENDABLE)
def test_what_a_user_can_mend_leaves_with_1_and_says_how(name: str, run: Run, spring: Path, tmp_path: Path) -> None:
    words, expected = MENDABLE[name]
    done = run(*words, cwd=tmp_path, ENGAGETREE_WORKSPACE=str(spring))
    assert done.returncode == 1 and done.stdout == "", done.stdout
    assert expected in done.stderr


@pytest.mark.parametrize("words", [["scor"], ["score", "--bnad", "x"], ["import"], ["explain", "--events"], ["ranking", "--top", "0"]])
def test_typed_wrongly_leaves_with_2(words: list[str], process: Run) -> None:
    done = process(*words)
    assert done.returncode == 2 and done.stdout == "" and "Error" in done.stderr


def test_check_lists_every_problem_with_its_line(run: Run, tmp_path: Path) -> None:
    text = (FIRST / "programme.yml").read_text("utf-8").replace("weight: 0.3", "weight: 0.4").replace("period: week", "period: fortnight")
    (tmp_path / "programme.yml").write_text(text)
    line = 1 + text.splitlines().index("period: fortnight")
    done = run("check", tmp_path / "programme.yml")
    assert done.returncode == 1
    assert f"error    line {line}: " in done.stdout and "sum to 1.2, not to 1" in done.stdout and "2 errors" in done.stdout
    found = json.loads(run("check", tmp_path / "programme.yml", "--json").stdout)
    assert [p["level"] for p in found].count("error") == 2 and all({"line", "found", "do"} <= p.keys() for p in found)


def test_check_sees_a_changed_byte_only_if_deep(run: Run, spring: Path, tmp_path: Path) -> None:
    work = shutil.copytree(spring, tmp_path / "w")
    file = next(work.glob("lake/roster/*.parquet"))
    raw = bytearray(file.read_bytes())
    raw[20] ^= 1
    file.write_bytes(raw)
    assert run("check", work).returncode == 0
    done = run("check", work, "--deep")
    assert done.returncode == 1 and "its bytes are not as they were written" in done.stdout
    file.unlink()
    assert run("check", work).returncode == 1


def test_a_process_leaves_with_1_too(process: Run, tmp_path: Path) -> None:
    done = process("bands", "-w", tmp_path)
    assert done.returncode == 1 and done.stdout == "" and "there is no workspace" in done.stderr


def test_one_bad_file_does_not_stop_the_others_and_nothing_of_it_is_taken(run: Run, tmp_path: Path) -> None:
    work = tmp_path / "w"
    run("init", work, "--definition", FIRST / "programme.yml")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "half.csv").write_text(
        "participant,at,kind,item\np-joon,2025-03-12 10:00,attend,session-8\np-joon,someday,attend,session-9\n"
    )
    files = [tmp_path / "empty.csv", tmp_path / "half.csv", tmp_path / "nowhere.csv", FIRST / "roster.csv"]
    dry = run("import", *files, "--dry-run", "-w", work)
    assert dry.returncode == 1 and "dry run: nothing was changed" in dry.stdout
    assert json.loads(run("lake", "head", "--json", "-w", work).stdout)["tables"] == []
    done = run("import", *files, "-w", work)
    assert done.returncode == 1
    assert "Together: 6 read = 5 kept + 0 merged + 1 refused. 2 files were refused as a whole." in done.stdout
    assert "line 3: at: `someday` is not a date" in done.stdout
    assert all(f"Nothing of {tmp_path / name} was imported." in done.stderr for name in ("empty.csv", "nowhere.csv"))
    refused = next((work / "refused").glob("*.csv"))
    refused.write_text(refused.read_text("utf-8-sig").replace("someday", "2025-03-13 10:00"))
    again = json.loads(run("import", refused, FIRST / "roster.csv", "--json", "-w", work).stdout)
    assert [(a["read"], a["kept"], a["merged"], a["refused"], a["known"]) for a in again] == [(1, 1, 0, 0, False), (4, 0, 4, 0, True)]


def test_before_anything_is_there_each_verb_says_what_comes_first(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "w", "--definition", FIRST / "programme.yml")
    assert "No version yet" in run("versions", "-w", tmp_path / "w").stdout
    for verb in ("bands", "ranking", "slipping", "explain", "compare", "report"):
        done = run(verb, "-w", tmp_path / "w")
        assert done.returncode == 1 and "nothing has been scored yet. Run `engagetree score`." in done.stderr, verb
    done = run("score", "-w", tmp_path / "w")
    assert done.returncode == 1 and "Import a roster first" in done.stderr


def test_weights_do_not_change_without_a_reason(run: Run, spring: Path, tmp_path: Path) -> None:
    work = shutil.copytree(spring, tmp_path / "w")
    file = work / "programme.yml"
    file.write_text(re.sub(r"weight: 0\.\d", "weight: 0.25", file.read_text("utf-8")))
    done = run("score", "-w", work)
    assert done.returncode == 1 and "changed without a reason" in done.stderr
    file.write_text(file.read_text("utf-8").replace("First version, for the tutorial.", "All four count the same."))
    assert run("score", "-w", work).returncode == 0
    kept = json.loads(run("versions", "--json", "-w", work).stdout)
    assert [(v["in_use"], v["why"]) for v in kept] == [(False, "First version, for the tutorial."), (True, "All four count the same.")]


def started(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *map(str, words)], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )


def test_a_second_writer_waits_and_says_for_whom(spring: Path, tmp_path: Path) -> None:
    work = shutil.copytree(spring, tmp_path / "w")
    with writer_lock(work, "import"):
        process = started("score", "-w", work)
        assert process.stderr is not None
        assert re.match(r"Waiting for import of process \d+ since \d\d:\d\d …", process.stderr.readline())
    process.communicate(timeout=300)
    assert process.returncode == 0


def test_ctrl_c_leaves_with_130_and_the_same_command_works_again(run: Run, spring: Path, tmp_path: Path) -> None:
    work = shutil.copytree(spring, tmp_path / "w")
    with writer_lock(work, "import"):
        process = started("score", "-w", work)
        assert process.stderr is not None and process.stderr.readline().startswith("Waiting")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=300)
    assert process.returncode == 130
    assert said == "Interrupted; nothing half-done was kept. Run the same command again.\n"
    assert run("score", "-w", work).returncode == 0


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3, 0.3, 0.3, 0.6])
def test_ctrl_c_in_the_middle_of_a_query(after: float) -> None:
    """DuckDB makes an error of its own out of it, or does not hear it while it waits for its threads; it is Ctrl-C all the same."""
    code = (
        "import sys, duckdb\nfrom engagetree.cli import app as real\n"
        "@real.app.command()\ndef verb():\n    print('ready', flush=True)\n"
        "    duckdb.sql('SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 1').fetchall()\n"
        "sys.argv = ['engagetree', 'verb']\nreal.main()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130 and said == "Interrupted; nothing half-done was kept. Run the same command again.\n"


def own_bug(*words: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys, typer\nfrom engagetree.cli import app as real\n"
        "@real.app.command()\ndef broken():\n    1 / 0\n"
        "sys.argv = ['engagetree', *sys.argv[1:]]\nreal.main()\n"
    )
    return subprocess.run([sys.executable, "-c", code, *words], env=environment(), capture_output=True, text=True, check=False)


def test_our_own_bug_is_short_and_shows_its_trace_only_when_asked() -> None:
    done = own_bug("broken")
    assert done.returncode == 70 and "Traceback" not in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr and "--debug" in done.stderr
    assert "Traceback" in own_bug("--debug", "broken").stderr


def test_nothing_heavy_is_imported_for_help_and_for_wrong_usage() -> None:
    heavy = {"duckdb", "pyarrow", "ibis", "sqlalchemy", "deltalake", "numpy", "pandas", "scipy", "alembic", "jinja2", "yaml"}
    code = (
        "import sys\nfrom engagetree.cli.app import app\ntry:\n    app([{words}])\nexcept SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {heavy}))"
    )
    for words in ("'--help'", "'score', '--help'", "'scor'"):
        done = subprocess.run(
            [sys.executable, "-c", code.format(words=words, heavy=heavy)], capture_output=True, text=True, env=environment(), check=True
        )
        assert done.stdout.splitlines()[-1] == "[]", words


def test_a_reader_that_stops_early_is_no_error(spring: Path) -> None:
    command = " ".join([*COMMAND, "ranking", "--csv", "-w", str(spring)])
    done = subprocess.run(["bash", "-c", f"{command} | head -n 1"], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("participant,") and "Traceback" not in done.stderr
