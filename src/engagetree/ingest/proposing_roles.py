"""Which column of a file plays which role: by its header, and never against what its cells hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engagetree.ingest.proposing_looks import Look, View
from engagetree.ingest.proposing_times import Times
from engagetree.ingest.proposing_words import LIKE, NAMED, WITHIN, Meant, about, act, bare, private, roles, table

VALUES, ROSTER, SAID = "values", "roster", "said"
"""A column came to its role by what it holds alone; its ids are on the roster; somebody said it."""
RANK = {SAID: 0, ROSTER: 1, NAMED: 2, WITHIN: 3, VALUES: 4, LIKE: 5}

TIMES = ("time", "arrived", "submitted", "joined_call", "start", "joined", "left_call", "left_again", "end", "left")
NUMBERS = ("amount", "length", "score")
NAMES = ("name", "first_name", "last_name")
WHO = ("person", "email", "login", "name", "last_name")
"""Roles by which rows know people, the best first."""
EITHER = ("activity", "aktivitat", "actividad", "activite")
"""Names of what was done as well as of what it was done to: the cells tell which."""
SHORT = frozenset(["p", "a", "x", "e", "y", "n", "1", "0", "yes", "no", "ja", "nein", "si", "oui", "non", "true", "false", "da"])
"""Words that say attended or not only under a header that asks for it."""
LONGEST_ID = 120
EXCEL = (20_000, 70_000)
"""Numbers in which spreadsheets count days since 1900: 1954 to 2091."""


@dataclass(frozen=True)
class Candidate:
    """A column in a role, how it came to it (`named`, `within`, `like`, `values`, `said`) and the name that its header was held against."""

    look: Look
    role: str
    how: str
    name: str = ""

    @property
    def sure(self) -> bool:
        """Whether header and cells speak for it together: a header that only holds a name needs cells of the very sort."""
        if self.how == WITHIN:
            return self.role in (*TIMES, "amount", "score", "email")
        return self.how in (NAMED, ROSTER, SAID) or self.role == "email"

    @property
    def why(self) -> str:
        """How it came to be proposed, in words."""
        said = {
            NAMED: "the header says so",
            WITHIN: f"the header holds “{self.name}”",
            LIKE: f"the header only resembles “{self.name}”",
            VALUES: "by its cells alone",
            ROSTER: "its ids are on the roster",
            SAID: "as you said",
        }[self.how]
        return f"{said}; {held(self.look)}"


def held(look: Look) -> str:
    """What a column holds, in a few words and without anybody's name.

    Texts are shown only of columns that repeat themselves: a list of words, and no list of people.
    """
    if not look.rows:
        return "no rows yet"
    if not look.filled:
        return "empty"
    lack = f", {look.rows - look.filled:,} empty" if look.filled < look.rows else ""
    if look.time:
        return f"times in {look.times.readable if look.times else 0:,} of {look.filled:,} cells{lack}"
    if look.emailed:
        return f"{look.different:,} addresses{lack}"
    if look.number and look.least is not None and look.most is not None and not look.unique:
        return f"numbers from {look.least:,.10g} to {look.most:,.10g}{lack}"
    return f"{look.different:,} different in {look.filled:,} {'row' if look.filled == 1 else 'rows'}{lack}"


def against(role: str, look: Look) -> str:
    """Why the cells of a column contradict a role; empty where they do not."""
    if not look.rows:
        return ""
    if not look.filled:
        return "it is empty, or holds lists"
    if role in TIMES:
        return "" if look.time else _no_time(look)
    if role == "email":
        return "" if look.emailed else "its cells are no e-mail addresses"
    if role in NUMBERS:
        return "" if (look.number and not look.time) or (role == "score" and marked(look)) else "its cells are no numbers"
    if look.time and look.kind != "VARCHAR":
        return "its cells are times"
    if role == "act":
        return _no_act(look)
    if role in (*WHO, *NAMES):
        return _nobody(role, look)
    if look.emailed and role != "owner":
        return "its cells are e-mail addresses"
    if role in ("owner", "reason") and look.number and look.different <= 2:
        return "its cells are yes and no"
    if role in ("thing", "group", "owner", "outcome", "thing_kind", "tool") and look.time and not look.number:
        return "its cells are times"
    return ""


def _no_time(look: Look) -> str:
    if look.number and look.least is not None and look.most is not None and EXCEL[0] <= look.least and look.most <= EXCEL[1]:
        return "its cells are day numbers of a spreadsheet: format the column as a date there and save it again"
    return "its cells are no times that can be read"


def _no_act(look: Look) -> str:
    if not look.listed:
        return "it has too many different words to be a list of acts" if look.different else "it is empty"
    if look.emailed or look.time:
        return "its cells are addresses or times"
    if look.number and not {w for w, _ in look.words} <= {"0", "1", "0.0", "1.0"}:
        return "its cells are numbers"
    return ""


def _nobody(role: str, look: Look) -> str:
    words = {bare(w) for w, _ in look.words}
    if look.listed and words <= {bare(w) for w in (*table()["passed"], *table()["failed"], "0", "1")} and look.different <= 2:
        return "its cells are yes and no"
    if look.longest > LONGEST_ID:
        return "its cells are long texts"
    if look.time and not look.number:
        return "its cells are times"
    if role in NAMES and look.number:
        return "its cells are numbers"
    if look.number and look.mostly(look.filled - look.wholes - look.floats):
        return "its cells are measures, with decimals"
    return ""


def marked(look: Look) -> bool:
    """Whether a column of results says passed and failed, and nothing else."""
    known = {bare(w) for w in (*table()["passed"], *table()["failed"])}
    return look.listed and {bare(w) for w, _ in look.words} <= known


def candidates(view: View, known: frozenset[str] = frozenset()) -> list[Candidate]:
    """Every column in every role that its header allows and its cells do not contradict, the surest first.

    `known` are participants' ids: a column that holds mostly those is the person's, whatever its header.
    """
    found: list[Candidate] = []
    for look in view.looks:
        meant = roles(look.header)
        if private(look.header):  # a date of birth is no time of an act
            meant = tuple(m for m in meant if m.role in (*WHO, *NAMES))
        found += [Candidate(look, m.role, m.how, m.name) for m in meant if not (against(m.role, look) or _silent(m, look))]
        if look.emailed and not any(m.role == "email" for m in meant):
            found.append(Candidate(look, "email", VALUES))
        if look.time and not (any(m.role in TIMES for m in meant) or look.number or private(look.header)):
            found.append(Candidate(look, "time", VALUES))
        if known and look.words and sum(w in known for w, _ in look.words) * 2 > len(look.words):
            found.append(Candidate(look, "person", ROSTER))
        if (
            any(m.name in EITHER for m in meant)
            and len([w for w, _ in look.words if act(w)]) * 2 > look.different
            and not against("act", look)
        ):
            found.append(Candidate(look, "act", WITHIN, "activity"))
        telling = [w for w in acts(look) if bare(w) not in SHORT]
        if not meant and look.listed and look.different > 1 and len(telling) * 2 > look.different and not against("act", look):
            found.append(Candidate(look, "act", VALUES))
    return sorted(_german_names(found), key=lambda c: (RANK[c.how], c.role == "score" and not c.look.number))


def _silent(meant: Meant, look: Look) -> bool:
    """Whether a column that is only like one of acts has not a single word for an act in it."""
    return meant.role == "act" and meant.how != NAMED and bool(look.rows) and not acts(look)


def _german_names(found: list[Candidate]) -> list[Candidate]:
    """“Name” beside “Vorname” is the family's; “Nom” and “Nombre” alone are the whole name."""
    have = {c.role for c in found}
    change = {}
    if "first_name" in have and "last_name" not in have:
        change = {"name": "last_name"}
    elif "first_name" in have and not have & {"last_name", "name"}:
        change = {"first_name": "name"}
    elif "last_name" in have and "first_name" not in have:
        change = {"last_name": "name"}
    return [Candidate(c.look, change.get(c.role, c.role), c.how, c.name) for c in found]


def acts(look: Look) -> list[str]:
    """The words of a column that stand for an act."""
    return [w for w, _ in look.words if (known := act(w)) and known.sure]


def attended(look: Look) -> list[str]:
    """The words of a column that say whether somebody came."""
    return [w for w, _ in look.words if (known := act(w)) and known.sure and known.kind in ("present", "absent")]


def best(found: Iterable[Candidate], wanted: Sequence[str], used: Iterable[str] = ()) -> tuple[Candidate | None, tuple[Candidate, ...]]:
    """The best column for the first of some roles that has one, and the others that are as good."""
    taken = set(used)
    for role in wanted:
        mine = [c for c in found if c.role == role and c.look.header not in taken]
        if mine:
            rivals = tuple(c for c in mine[1:] if RANK[c.how] == RANK[mine[0].how] and c.look.header != mine[0].look.header)
            if role == "score" and mine[0].look.number:
                rivals = tuple(c for c in rivals if c.look.number)  # a mark beside a number says the same, and less of it
            return mine[0], rivals
    return None, ()


def have(found: Iterable[Candidate], *wanted: str) -> bool:
    """Whether any column plays one of these roles."""
    return any(c.role in wanted for c in found)


def subject(view: View) -> tuple[str, str] | None:
    """What rows of a file without a column of acts are about, by its name and its headers, and the word that says so."""
    return about([view.path.stem, *(k.header for k in view.looks)])


def times_of(look: Look) -> Times:
    """The times of a column that has some."""
    return look.times or Times()
