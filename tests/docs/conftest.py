"""A folder for the front of PATH in which `engagetree` is started already."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shlex import join

import pytest

SERVER = Path(__file__).with_name("already_started.py")


@pytest.fixture(scope="session")
def started() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="et-") as short, socket.socket(socket.AF_UNIX) as listening:  # a socket's path has 108 letters
        folder = Path(short)
        listening.bind(str(folder / "line"))
        listening.listen()
        (folder / "bin").mkdir()
        command = folder / "bin" / "engagetree"
        command.write_text(f'#!/bin/sh\nexec {join([sys.executable, "-IS", str(SERVER), str(folder / "line")])} "$@"\n')
        command.chmod(0o755)
        number = listening.fileno()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ENGAGETREE_")}
        process = subprocess.Popen([sys.executable, str(SERVER), str(number)], pass_fds=[number], env=kept)
        listening.close()  # now it is the process's alone: where that dies nobody waits
        yield command.parent
        process.terminate()
        process.wait()
