"""Which of our tables a file's rows are for, by the roles that its columns play."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engagetree.ingest.proposing_header import sort_of
from engagetree.ingest.proposing_looks import View
from engagetree.ingest.proposing_roles import NAMES, WHO, Candidate, acts, attended, best, have
from engagetree.ingest.proposing_words import NAMED, about

MEANINGS = {
    "events": "each row is an act of a person at a time",
    "outcomes": "each row is a result that somebody reached",
    "roster": "each row is a person who takes part",
    "items": "each row is something that was offered: a session, a task, a page",
    "excusals": "each row is a time in which somebody is excused",
    "outages": "each row is a time in which a tool saw nothing",
}
ACTING = ("arrived", "submitted", "joined_call")


@dataclass(frozen=True)
class Chosen:
    """A table, why, and whether that is beyond doubt."""

    table: str
    why: str
    sure: bool


def chosen(view: View, found: list[Candidate]) -> Chosen:
    """The table that fits best; `sure` is False where another one would fit as well."""
    who = have(found, *WHO, *NAMES)
    span = have(found, "start") and have(found, "end")
    if span and who and have(found, "reason"):
        return Chosen("excusals", "a person, from when, until when and a reason", True)
    if span and who and have(found, "name", "person", "email") and not have(found, "act", "score"):
        return Chosen("excusals", "a person, from when and until when", False)
    if not who:
        return _of_nobody(found, span)
    return _of_people(view, found)


def sessions(view: View) -> list[str]:
    """Headers of columns that are each a session: a date or a numbered session on top, and in the cells who came."""
    found = []
    for k in view.looks:
        numbered = re.search(r"\d", k.header) and about([k.header], "things")
        if (sort_of(k.header) == "date" or numbered) and k.listed and len(attended(k)) == k.different:
            found.append(k.header)
    return found


def _of_nobody(found: list[Candidate], span: bool) -> Chosen:
    thing = have(found, "thing", "id", "title")
    if span and have(found, "tool") and not have(found, "thing", "title"):
        return Chosen("outages", "a tool, from when and until when, and nobody", True)
    if thing and have(found, "start", "end", "thing_kind", "title"):
        return Chosen(
            "items", "things with a kind or a time, and nobody", have(found, "thing") or (have(found, "id") and have(found, "title"))
        )
    if have(found, "act") and have(found, "time", *ACTING):
        return Chosen("events", "a time and what was done, and no column says who", False)
    if thing or have(found, "group"):
        return Chosen("items", "things, and nobody", False)
    return Chosen("events", "no column says who, so this is open", False)


def _of_people(view: View, found: list[Candidate]) -> Chosen:
    person, _ = best(found, WHO)
    once = person is not None and person.look.different >= 0.98 * view.rows and view.rows > 1
    timed = have(found, "time", *ACTING)
    score, _ = best(found, ("score",))
    done, _ = best(found, ("act",))
    if done and (timed or len(acts(done.look)) == done.look.different > 0):
        return Chosen("events", "a person, a time and what was done" if timed else "a person and what was done", timed and view.rows > 0)
    if score and not have(found, "act"):
        sure = score.how == NAMED and not have(found, "submitted")
        return Chosen("outcomes", f"a person and a result in “{score.look.header}”", sure)
    if once and not timed and len(sessions(view)) > 1:
        return Chosen("roster", "each person stands in one row, with a column for each session", False)
    if once and not timed:
        told = have(found, "joined", "left", "email", "login", "owner", *NAMES) or (
            have(found, "group") and person is not None and person.sure
        )
        return Chosen("roster", "each person stands in one row, and no row says when something was done", told)
    if have(found, *ACTING):
        return Chosen("events", "a person, and when somebody came or handed in", True)
    if timed:
        return Chosen("events", "a person and a time", not once)
    if have(found, "joined") and not have(found, "thing", "amount"):
        return Chosen("roster", "people, and since when", have(found, "left") or have(found, "group"))
    return Chosen("events", "people who stand in several rows", False)
