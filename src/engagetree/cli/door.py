"""What happens at the door when a verb fails: words on stderr and an exit code, never a traceback."""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from engagetree.cli.said import say
from engagetree.errors import EngagetreeError

INTERRUPTED, OWN_BUG = 130, 70

GRACE = 2.0
"""Seconds that the main thread has to hear Ctrl-C."""


PRESSED: list[int] = []
"""Signals of Ctrl-C so far in this process."""


class Door(TyperGroup):
    """The group of all verbs. Errors that a user can mend leave with 1; wrong usage is Typer's own business and leaves with 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as error:
            raise typer.Exit(leave(error, bool(ctx.params.get("debug")))) from None


def leave(error: BaseException, debug: bool) -> int:
    """Say what happened; the exit code. After Ctrl-C a library at work may make an error of its own out of it."""
    if PRESSED or isinstance(error, KeyboardInterrupt):
        PRESSED.append(signal.SIGINT)  # heard: nobody need insist
        return interrupted()
    if isinstance(error, EngagetreeError):
        say(str(error), "bold")
        return error.exit_code
    return own_bug(error, debug)


def interrupted() -> int:
    """Say so; the exit code."""
    say("Interrupted; nothing half-done was kept. Run the same command again.")
    return INTERRUPTED


def listen() -> None:
    """From now on a thread waits for Ctrl-C; threads that begin later do not hear it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    """Ctrl-C for the main thread; and if a library at work is deaf to it, leave all the same: the lake is built to survive a kill."""
    PRESSED.append(signal.sigwait({signal.SIGINT}))
    _thread.interrupt_main()
    time.sleep(GRACE)
    if len(PRESSED) == 1:
        interrupted()
        os._exit(INTERRUPTED)


def own_bug(error: BaseException, debug: bool) -> int:
    """Say that this is our mistake; the exit code."""
    if debug:
        say(traceback.format_exc())
    first = (str(error).strip().splitlines() or [""])[0][:300]
    say(f"Something went wrong that is not your mistake: {type(error).__name__}{': ' + first if first else ''}", "bold")
    say("Nothing half-done was kept.")
    if not debug:
        say("To see where it happened: put --debug right after `engagetree`, or set ENGAGETREE_DEBUG=1. Please report what it shows.")
    return OWN_BUG
