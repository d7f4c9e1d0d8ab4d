"""What happens at the door when a verb fails: words on stderr and an exit code, never a traceback."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from engagetree.cli.said import say
from engagetree.errors import EngagetreeError

INTERRUPTED, OWN_BUG = 130, 70

GRACE = 2.0
"""Seconds that the main thread has to hear Ctrl-C."""


class Door(TyperGroup):
    """The group of all verbs. Errors that a user can mend leave with 1; wrong usage is Typer's own business and leaves with 2."""

    def invoke(self, ctx: Any) -> Any:
        pressed = listen()
        try:
            return super().invoke(ctx)
        except EngagetreeError as error:
            say(str(error), "bold")
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(interrupted()) from None
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except Exception as error:
            if pressed:  # a library at work made an error of its own out of it
                raise typer.Exit(interrupted()) from None
            raise typer.Exit(own_bug(error, bool(ctx.params.get("debug")))) from None


def interrupted() -> int:
    """Say so; the exit code."""
    say("Interrupted; nothing half-done was kept. Run the same command again.")
    return INTERRUPTED


def listen() -> list[int]:
    """A list that is empty until Ctrl-C is pressed."""
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, note)
        heard, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        threading.Thread(target=_insist, args=(heard, pressed), daemon=True).start()
    return pressed


def _insist(heard: int, pressed: list[int]) -> None:
    """A library that waits for its own threads does not hear Ctrl-C. Leave all the same: a kill is what the lake is built to survive."""
    while number := os.read(heard, 1):
        if number[0] == signal.SIGINT:
            time.sleep(GRACE)
            if not pressed:
                interrupted()
                os._exit(INTERRUPTED)


def own_bug(error: Exception, debug: bool) -> int:
    """Say that this is our mistake; the exit code."""
    if debug:
        say(traceback.format_exc())
    first = (str(error).strip().splitlines() or [""])[0][:300]
    say(f"Something went wrong that is not your mistake: {type(error).__name__}{': ' + first if first else ''}", "bold")
    say("Nothing half-done was kept.")
    if not debug:
        say("To see where it happened: put --debug right after `engagetree`, or set ENGAGETREE_DEBUG=1. Please report what it shows.")
    return OWN_BUG
