"""What a report leaves open, and what was answered. Nothing of it is ever guessed: what stays open is asked, with how to answer it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from engagetree.errors import ImportRefused, near

ORDERS = {"day": "the day first, 05/09 is 5 September", "month": "the month first, 05/09 is 9 May", "year": "the year first"}

OPTIONS = {
    "zone": "--zone Europe/Madrid",
    "order": "--date-order day, or month, or year",
    "session": "--session ITEM",
    "cohort": "--cohort NAME",
    "day": "--on 2025-03-03",
    "encoding": "--encoding cp1252",
}
"""Of each question, the option of `engagetree import` that answers it."""

LONGEST_KEY, KEPT = 80, 40


@dataclass(frozen=True)
class Answers:
    """What whoever imports says of a file. `None` is not answered."""

    zone: str | None = None  # of times without one: Europe/Madrid
    order: str | None = None  # of dates such as 05/09/2022: day | month | year
    session: str | None = None  # the item that the report is about
    cohort: str | None = None
    day: date | None = None  # of a report with times of day only
    encoding: str | None = None  # of a text that is not Unicode


NOTHING = Answers()
"""Nothing was said."""


def key_of(answers: Answers) -> str:
    """The answers as a short text, part of the key under which a file is known: other answers make another import of it.

    >>> key_of(NOTHING), key_of(Answers(zone="Europe/Madrid", day=date(2025, 3, 3)))
    ('', ';zone=Europe/Madrid;day=2025-03-03')
    """
    text = "".join(f";{name}={value}" for name, value in vars(answers).items() if value is not None)
    return text if len(text) <= LONGEST_KEY else ";" + hashlib.sha256(text.encode()).hexdigest()[:KEPT]


class OpenQuestion(ImportRefused):
    """A report can be read, and something in it stays open: `question` is its key in `Answers`, `do` says how to answer."""

    exit_code = 2

    def __init__(self, file: str, question: str, found: str, do: str) -> None:
        self.question = question
        super().__init__(file, found, do)


def check_session(session: str, known: Collection[str], file: str) -> str:
    """That the session which was named is an item: `known` are those imported before and those of the file itself.

    Raises OpenQuestion, with what is spelled alike, where it is none of them. Where none is known yet, a sentence that says so; else "".

    >>> check_session("session-7", ["session-7"], "list.csv"), check_session("session-7", [], "list.csv")[:28]
    ('', 'No items are imported yet: “')
    """
    if session in known:
        return ""
    if not known:
        return f"No items are imported yet: “{session}” counts when an item of that name is."
    alike = near(session, known) or "Import first what makes it: your items, or the report of who was there."
    raise OpenQuestion(file, "session", f"there is no item “{session}”", f"{alike} Name one with --session ITEM.")
