"""What happened in the invented term, before any tool wrote anything of it: people, workshops, stays, acts. Nothing here knows engagetree.

Times are local, Madrid; the clocks change on 29 March. A stay is [joined, left) to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

SECOND, LASTS = timedelta(seconds=1), timedelta(minutes=90)

NAMES = """\
Amira Haddad|Ben Okafor|Carla Núñez|Dario Conti|Beatriz Lemos|Emil Sørensen|Ana Ruiz|Farid Aziz|Niamh O'Hara|Goran Petrović
Hanna Virtanen|Maria Costa|Ines Duarte|Jakub Nowak|Karin Lund|Liam Byrne|Mei Tanaka|Nadia Rahman|Oskar Weiss|Katja Brandt
Paula Ferrer|Quentin Moreau|Rosa Marín|Samuel Adeyemi|Tara Singh|Umar Siddiqui|Vera Kolar|Wen Zhao|Xenia Papas|Yusuf Demir
Maria Costa|Zoë Lindqvist|Stella Garner|Arno de Wit|José Ortega Vidal|Bruno Silva|Chiara Greco|Dora Fekete|Elif Kaya|Finn Keller"""

LATE, LEFT, NEVER = "p-39", "p-40", "p-38"
JOINED, GONE = datetime(2026, 4, 13), datetime(2026, 5, 2)
TERM = (datetime(2026, 3, 1), datetime(2026, 6, 1))
HOST = ("Marta Iglesias", "facilitation@example.org")
GUEST = ("Lena Vogt", "lena.vogt@example.com")
PRIVATE = {"p-20": "katja.b@example.net", "p-33": "stargazer@example.net"}
NICKNAME = {"p-33": "stargazer"}
CALLER = ("p-27", "+34 600 111 222")
BOTS = ("Otter.ai Notetaker (Ben Okafor)", "Fireflies.ai Notetaker")


@dataclass(frozen=True)
class Person:
    """Somebody on the roster. `keen` is how likely they are to come, or to do something."""

    id: str
    first: str
    last: str
    email: str
    keen: float

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    def here(self, at: datetime) -> bool:
        """Whether they are on the roster at that moment."""
        begins = JOINED if self.id == LATE else TERM[0]
        return begins <= at < (GONE if self.id == LEFT else TERM[1])


@dataclass(frozen=True)
class Workshop:
    """One of the twelve. `tool` says which file is written; `states` whether that file says when it began and ended."""

    n: int
    day: date
    tool: str
    title: str
    states: str  # planned: the hours of the plan; real: from the first join to the last leave; "": the file does not say

    @property
    def key(self) -> str:
        return f"w{self.n:02}"

    @property
    def opens(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 17)

    @property
    def closes(self) -> datetime:
        return self.opens + LASTS


WORKSHOPS = tuple(
    Workshop(n, date(2026, month, day), tool, title, states)
    for n, (month, day, tool, title, states) in enumerate(
        (
            (3, 3, "zoom-bare", "Kick-off", ""),
            (3, 10, "teams", "Asking questions", "real"),
            (3, 17, "zoom", "Finding data", "planned"),
            (3, 24, "meet", "Reading tables", ""),
            (3, 31, "teams-de", "Drawing charts", "real"),
            (4, 14, "webinar", "An open lecture", "planned"),
            (4, 21, "webex", "Maps", "planned"),
            (4, 28, "bbb", "Surveys", ""),
            (5, 5, "teams-2021", "Interviews", "real"),
            (5, 12, "zoom-resaved", "Writing it up", "planned"),
            (5, 19, "zoom-unique", "Peer review", "planned"),
            (5, 26, "teams-list", "What now?", ""),
        ),
        1,
    )
)

ONE_STAY = ("bbb", "zoom-unique", "webinar")  # written one row for each person, or kept simple: nobody comes back
WITHIN = ("zoom-unique",)  # minutes without times: nobody comes early or stays on
NO_ADDRESS = ("bbb", "teams-list")


@dataclass(frozen=True)
class Stay:
    """Somebody's stay under the name and address that they have in the tool. `person` is None where nobody is known: a device, a bot."""

    person: str | None
    name: str
    email: str
    joined: datetime
    left: datetime
    open: bool = False  # the tool did not note that they left


@dataclass
class Term:
    """All of it. `acts` are (participant, tool, kind, what it was done to); `prompts` (workshop, question, put at, who answered when)."""

    people: list[Person]
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    acts: list[tuple[str, str, str, str]] = field(default_factory=list)
    prompts: list[tuple[str, str, datetime, dict[str, datetime]]] = field(default_factory=list)

    def person(self, key: str) -> Person:
        return self.people[int(key[2:]) - 1]

    def did(self, person: str | None, kind: str, tool: str, times: int = 1, to: str = "") -> None:
        """Somebody of the roster did something; what others do is nobody's."""
        if person is not None:
            self.acts += [(person, tool, kind, to)] * times

    def there(self, workshop: Workshop, person: str, at: datetime) -> bool:
        return any(a <= at < b for a, b in united(self.known(workshop.key, person)))

    def known(self, key: str, person: str) -> list[tuple[datetime, datetime]]:
        return [(s.joined, s.left) for s in self.stays[key] if s.person == person]

    def bounds(self, w: Workshop) -> tuple[datetime, datetime]:
        """From when to when the workshop was, as far as its file can say. Bots and devices are in the room too."""
        if w.states == "planned":
            return w.opens, w.closes
        seen = self.stays[w.key]
        return min(s.joined for s in seen), max(s.left for s in seen if not s.open)

    def seconds(self, w: Workshop, person: str) -> int:
        """Seconds of a person in a workshop: their stays united, clipped to it."""
        opens, closes = self.bounds(w)
        parts = ((max(a, opens), min(b, closes)) for a, b in united(self.known(w.key, person)))
        return sum(int((b - a).total_seconds()) for a, b in parts if b > a)


def united(stays: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Disjoint intervals that cover the same time."""
    found: list[tuple[datetime, datetime]] = []
    for a, b in sorted(stays):
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return found


def plain(name: str) -> str:
    """A name as it stands in an address."""
    letters = str.maketrans("úùñøćëéí", "uunoceei")
    return name.lower().translate(letters).replace("'", "").replace(" ", ".")


def people(random: Random) -> list[Person]:
    """Forty people; two of one name have two addresses."""
    found: list[Person] = []
    for n, name in enumerate(NAMES.replace("\n", "|").split("|"), 1):
        first, _, last = name.partition(" ")
        again = "2" if any(p.name == name for p in found) else ""
        keen = 0.0 if f"p-{n:02}" == NEVER else random.uniform(0.55, 0.98)
        found.append(Person(f"p-{n:02}", first, last, f"{plain(name)}{again}@example.org", keen))
    return found


def shown(p: Person, w: Workshop, random: Random) -> tuple[str, str]:
    """(name, address) under which a tool has somebody in a workshop."""
    name, email = p.name, p.email
    if p.id in PRIVATE and w.n in (2, 3, 4, 5):
        return NICKNAME.get(p.id, name), PRIVATE[p.id]
    if p.id == "p-05" and w.tool.startswith("zoom"):
        return f"Bee ({name})", ""
    if p.id == "p-07":
        return name, email.upper()
    if p.id == "p-29" and w.n in (1, 3):
        return name, email.replace("@", "+zoom@")
    if p.id == "p-35" and w.tool == "bbb":
        return "Jose Ortega Vidal", ""  # without the accent: nobody's by rule
    if p.id in ("p-14", "p-22") and w.tool != "webex":
        return name, ""
    if w.tool.startswith("teams") and p.id in ("p-09", "p-10", "p-15", "p-35"):
        return f"{p.last}, {p.first}", email
    if w.tool.startswith("teams") and p.id in ("p-16", "p-24"):
        return f"{name} (External)", email
    if w.tool == "webinar" and p.id == "p-02":
        return f"2505445126_{name}", email
    if w.tool.startswith("zoom") and random.random() < 0.1:
        return f"{p.first} ({name})", email
    return name, "" if w.tool in NO_ADDRESS else email


def comes(p: Person, w: Workshop, random: Random) -> bool:
    """Whether somebody comes. Of the two of one name only one comes where a file has no addresses."""
    if p.id == "p-31" and w.tool in NO_ADDRESS:
        return False
    always = (p.id in PRIVATE and w.n in (2, 3, 5)) or (p.id in ("p-12", "p-31") and w.n in (5, 8, 12)) or p.id in ("p-05", "p-29", "p-35")
    return p.here(w.opens) and p.id != NEVER and (always or random.random() < p.keen)


def stays_of(p: Person, w: Workshop, random: Random) -> list[Stay]:
    """From when to when: some come early, leave early, come back, or have two devices."""
    name, email = shown(p, w, random)
    joined = w.opens + timedelta(seconds=int(random.triangular(-420, 900, -60)))
    left = w.closes + timedelta(seconds=int(random.triangular(-60, 240, 20)))
    if random.random() < 0.15:
        left = w.opens + timedelta(seconds=random.randint(2400, 4500))
    if w.tool in WITHIN:
        joined, left = max(joined, w.opens + 5 * SECOND), min(left, w.closes - 5 * SECOND)
    whole = Stay(p.id, name, email, joined, left)
    if w.tool in ONE_STAY:
        return [whole]
    way = random.random()
    middle = joined + (left - joined) / 2
    middle -= timedelta(microseconds=middle.microsecond)
    if way < 0.14:  # away for some minutes
        return [Stay(p.id, name, email, joined, middle), Stay(p.id, name, email, middle + random.randint(200, 700) * SECOND, left)]
    if way < 0.24 and w.tool != "meet":  # a second device, or a new join before the old one was given up
        return [whole, Stay(p.id, name, email, middle, min(left + 40 * SECOND, w.closes + 400 * SECOND))]
    return [whole]


def others(w: Workshop) -> list[Stay]:
    """Those who are on no roster, the facilitator, a guest, devices, bots; and who came in another way than by their name."""

    def there(name: str, email: str, a: int, b: int, person: str | None = None) -> Stay:
        return Stay(person, name, email, w.opens + a * SECOND, w.opens + b * SECOND)

    early = 10 if w.tool in WITHIN else -600
    found = [there(HOST[0], "" if w.tool in NO_ADDRESS else HOST[1], early, 5380 if w.tool in WITHIN else 5700)]
    if w.n in (1, 3, 9):
        found.append(there(BOTS[0], "", 31, 5410))
    if w.n in (7, 10):
        found.append(there(BOTS[1], "fred@bots.example.com", 44, 5409))
    if w.n in (1, 7):
        found.append(there("iPhone", "", 600, 4000))
    if w.n == 3:
        found.append(there("Ana’s iPad", "", 700, 4900, "p-07"))
        found.append(there("Bruno Silva", "bruno.silva@example.org", -500, -200, "p-36"))  # tried out the sound, and went again
    if w.n == 7:
        found.append(there(GUEST[0], GUEST[1], 1200, 3600))
    if w.n == 6:
        found.append(there(CALLER[1], "", 300, 5000, CALLER[0]))
    return found


def term(seed: int = 20260303) -> Term:
    """The term, without what people did in and between the workshops."""
    random = Random(seed)
    t = Term(people(random))
    for w in WORKSHOPS:
        found = others(w)
        for p in t.people:
            otherwise = (w.n, p.id) in ((3, "p-36"), (3, "p-07"), (6, CALLER[0]))  # they are among the others
            if comes(p, w, random) and not otherwise:
                found += stays_of(p, w, random)
        if w.tool == "teams-list":
            end = max(s.left for s in found)
            found = [_unnoted(s, end) if n % 9 == 4 else s for n, s in enumerate(found)]
        t.stays[w.key] = found
    return t


def _unnoted(s: Stay, end: datetime) -> Stay:
    """They stayed to the end, and the tool did not note that they left."""
    return Stay(s.person, s.name, s.email, s.joined, end, open=True)


def answers(t: Term, w: Workshop, at: datetime, random: Random, willing: float) -> dict[str, datetime]:
    """Who answers what is put at a moment, and when: some of those who are there, all of them after it, one at once."""
    there = [p.id for p in t.people if t.there(w, p.id, at)]
    who = [p for p in there if random.random() < willing]
    return {p: at if n == 0 else at + (3 + 2 * n) * SECOND for n, p in enumerate(who)}


def moments(n: int, begins: datetime, ends: datetime, random: Random) -> Sequence[datetime]:
    """So many different moments, to the second, in order."""
    span = int((ends - begins).total_seconds())
    return [begins + s * SECOND for s in sorted(random.sample(range(span), n))]
