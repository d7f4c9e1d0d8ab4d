"""`engagetree` that is started already: a process with everything imported makes a copy of itself for each command.

Pages and demos have over two hundred commands, and a fresh Python takes more than a second to import what a verb needs. A copy gets the words,
the folder, the variables and the streams of its command and goes in by the same door as a shell does (`engagetree.cli.app.main`), so what it
prints and how it leaves are the same. Fresh starts are tested in tests/cli, in test_docs_reader.py and by the demo of the README.

Run with the number of a listening socket it waits; run with the path of the socket and words it has them done.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress

STREAMS = (0, 1, 2)
UNHEARD = 99
"""The exit code where the copy did not live to tell its own."""


def asked(path: str, words: list[str]) -> int:
    """Have it done, and leave as the copy leaves."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        socket.send_fds(line, [b"streams"], STREAMS)
        line.sendall(json.dumps([words, os.getcwd(), dict(os.environ)]).encode())  # noqa: PTH109, without pathlib it starts sooner
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(16)
    return int(answer) if answer else UNHEARD


def wait(listening: socket.socket) -> None:
    import engagetree.institution
    import engagetree.pipeline
    import engagetree.workspace  # noqa: F401
    from engagetree.cli import app  # noqa: F401

    signal.signal(signal.SIGCHLD, bury)
    while True:
        line, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            done(line)
        line.close()


def bury(*_: object) -> None:
    """Copies that are done are waited for, so that their time counts as time of the tests."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def done(line: socket.socket) -> None:
    """One command, in the copy."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(line, len(b"streams"), len(STREAMS))
    words, folder, variables = json.loads(b"".join(iter(lambda: line.recv(1 << 16), b"")))
    for theirs, ours in zip(streams, STREAMS, strict=True):
        os.dup2(theirs, ours)
        os.close(theirs)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = ["engagetree", *words]
    code = UNHEARD
    try:
        from engagetree.cli.app import main

        main()
        code = 0
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        line.sendall(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        wait(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(asked(sys.argv[1], sys.argv[2:]))
