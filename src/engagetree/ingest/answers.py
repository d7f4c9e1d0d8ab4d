"""What a report leaves open, and what was answered. Nothing of it is ever guessed: what stays open is asked, with how to answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engagetree.errors import EngagetreeError

ORDERS = {"day": "the day first, 05/09 is 5 September", "month": "the month first, 05/09 is 9 May", "year": "the year first"}


@dataclass(frozen=True)
class Answers:
    """What whoever imports says of a file. `None` is not answered."""

    zone: str | None = None  # of times without one: Europe/Madrid
    order: str | None = None  # of dates such as 05/09/2022: day | month | year
    session: str | None = None  # the item that the report is about
    cohort: str | None = None
    day: date | None = None  # of a report with times of day only


class OpenQuestion(EngagetreeError):
    """A report can be read, and something in it stays open: `question` is its key in `Answers`, `do` says how to answer."""

    exit_code = 2

    def __init__(self, file: str, question: str, found: str, do: str) -> None:
        self.question = question
        super().__init__(file, found, do)
