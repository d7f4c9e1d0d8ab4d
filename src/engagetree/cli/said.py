"""Speaking: answers go to stdout, everything else (progress, waiting, errors) to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[str, int, int], None]


def console(stderr: bool = False) -> Console:
    """Where to print: coloured in a terminal, plain in a pipe."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, soft_wrap=True)


def say(text: str, style: str = "") -> None:
    """A line on stderr, with nothing in it obeyed as a command by the terminal."""
    console(stderr=True).print("".join(c for c in text if c.isprintable() or c in "\n\t"), style=style or None)


def tell(text: str = "", style: str = "") -> None:
    """A line of the answer, on stdout."""
    from engagetree.render.words import clean

    console().print("\n".join(clean(line) for line in text.split("\n")), style=style or None)


def tell_json(value: Any) -> None:
    """A value as JSON on stdout: times in ISO 8601, unknown as null."""
    print(json.dumps(value, default=plain, ensure_ascii=False, allow_nan=False, indent=2))


def plain(value: object) -> object:
    """What JSON has no form for."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def waiting(text: str) -> None:
    """Another process writes: say whom this one waits for."""
    say(f"{text[:1].upper()}{text[1:]} …")


@contextmanager
def busy(text: str) -> Iterator[None]:
    """A sign of life while something without a measure of progress runs; only in a terminal."""
    err = console(stderr=True)
    if err.is_terminal:
        with err.status(f"{text} …"):
            yield
    else:
        yield


@contextmanager
def watched() -> Iterator[Progress]:
    """A progress bar in a terminal; elsewhere one line for each thing that was done."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield lambda what, done, of: say(f"{what}: {done} of {of} done.") if done == of else None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, of: int) -> None:
            tasks.setdefault(what, bar.add_task(what, total=of) if what not in tasks else None)
            bar.update(tasks[what], completed=done, total=of)

        yield show


def write_out(text: str, out: Path | None) -> None:
    """A text to a file, or to stdout where there is none."""
    if out is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    with placed(out):
        out.write_text(text, "utf-8")


@contextmanager
def placed(path: Path) -> Iterator[None]:
    """Around the writing of a file: says where it is, or in words why it cannot be there."""
    from engagetree.errors import EngagetreeError

    try:
        yield
    except OSError as error:
        found = os.strerror(error.errno) if error.errno else str(error)
        raise EngagetreeError(str(path), f"it cannot be written ({found})", "Choose a place that you may write to.") from None
    say(f"Written: {path}")
