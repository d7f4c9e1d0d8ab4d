"""The command line as a newcomer meets it, in a real workspace made from `examples/first-programme`.

`run` goes in by the same door as a shell does, but stays in this process, because starting one takes a second; `process` starts one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "examples" / "first-programme"
COMMAND = [sys.executable, "-m", "engagetree.cli.app"]

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def environment(**extra: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ENGAGETREE_")}
    return {**kept, "COLUMNS": "100", **extra}


def run_here(*words: object, cwd: Path | None = None, **extra: str) -> Done:
    from engagetree.cli.app import app

    out, err, code = StringIO(), StringIO(), 0
    with redirect_stdout(out), redirect_stderr(err), chdir(cwd or Path.cwd()), patch.dict(os.environ, environment(**extra), clear=True):
        try:
            app([str(w) for w in words], prog_name="engagetree")
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    return Done([str(w) for w in words], code, out.getvalue(), err.getvalue())


def run_process(*words: object, cwd: Path | None = None, **extra: str) -> Done:
    command = [*COMMAND, *map(str, words)]
    done = subprocess.run(command, cwd=cwd, env=environment(**extra), capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done
