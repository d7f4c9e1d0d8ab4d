"""Makes the files in `data/`: an invented live programme, the same files every time.

    python examples/live-programme/make_data.py [FOLDER]

Nobody in it exists. Two cohorts of twenty, eight weeks from 3 March 2025, two sessions of 90 minutes a week; each person takes part at
random by four inclinations of their own, except for those in `SPECIAL`, who show one thing each. Times are those of Madrid; the clocks
change on 30 March.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2025, 3, 3)
WEEKS, LASTS = 8, timedelta(minutes=90)
COHORTS = {"mornings": ("ana", (1, 3), 9.5), "evenings": ("bo", (0, 2), 18.0)}  # facilitator, weekdays, hour of the day
PROMPTS, MOMENTS = (15, 40, 70), (30, 60)  # minutes after a session begins
STEPS = (2, 4, 6, 8)  # weeks in which a step of the journey is due

JOINED = {"p-11": datetime(2025, 3, 17, 8), "p-28": datetime(2025, 3, 24, 8)}
LEFT = {"p-15": datetime(2025, 4, 4, 12), "p-33": datetime(2025, 4, 11, 12)}
AWAY = ("p-05", datetime(2025, 3, 17), datetime(2025, 3, 24))  # excused for a week
EXCUSED_BUT_CAME = ("p-31", "evenings-5a")  # excused from a session, came for its second half
DOWN = ("evenings", datetime(2025, 3, 24), datetime(2025, 3, 31))  # the polling tool saw nothing of this cohort


@dataclass(frozen=True)
class Person:
    """How likely somebody is to come, to answer a prompt, to speak, and to do what is due."""

    name: str
    cohort: str
    comes: float
    answers: float
    speaks: float
    does: float


SPECIAL = {
    "p-07": (1.0, 0.0, 0.0, 1.0),  # present and silent, hands in nothing but does every step
    "p-19": (0.35, 1.0, 1.0, 0.38),  # often away, answers and speaks whenever there, never came to the last step
    "p-23": (0.0, 0.0, 0.0, 0.0),  # no event at all
    "p-02": (1.0, 1.0, 0.9, 1.0),  # takes part in nearly everything
}


def people(random: Random) -> list[Person]:
    """Forty people, twenty a cohort."""
    out = []
    for n in range(1, 41):
        name, keen = f"p-{n:02}", random.uniform(0.45, 0.98)
        own = SPECIAL.get(name, tuple(min(1.0, max(0.02, random.gauss(keen, 0.14))) for _ in range(4)))
        out.append(Person(name, "mornings" if n <= 20 else "evenings", *own))
    return out


@dataclass(frozen=True)
class Session:
    """One session of a cohort; `begins` is local."""

    name: str
    cohort: str
    week: int
    begins: datetime


def sessions() -> list[Session]:
    """Two a week and cohort: `mornings-1a`, `mornings-1b`, …"""
    return [
        Session(f"{cohort}-{week + 1}{letter}", cohort, week, MONDAY + timedelta(days=7 * week + day, hours=hour))
        for cohort, (_, days, hour) in COHORTS.items()
        for week in range(WEEKS)
        for letter, day in zip("ab", days, strict=True)
    ]


def iso(local: datetime) -> str:
    """A local time as ISO text with its offset from UTC."""
    return local.replace(tzinfo=MADRID).isoformat(timespec="seconds")


def here(person: Person, at: datetime) -> bool:
    """Whether somebody is on the roster then."""
    return JOINED.get(person.name, MONDAY) <= at < LEFT.get(person.name, datetime(2026, 1, 1))


# ---- registers


def roster(everybody: Iterable[Person]) -> list[list[str]]:
    rows = [["participant", "cohort", "joined_at", "left_at", "owner"]]
    for p in everybody:
        joined, left = JOINED.get(p.name), LEFT.get(p.name)
        rows.append([p.name, p.cohort, iso(joined) if joined else "", iso(left) if left else "", COHORTS[p.cohort][0]])
    return rows


def items(held: Iterable[Session]) -> list[list[str]]:
    """Sessions with their prompts and moments; tasks and steps are for both cohorts."""
    rows = [["item", "kind", "cohort", "parent", "title", "opens_at", "closes_at", "final", "source"]]
    for s in held:
        rows.append([s.name, "session", s.cohort, "", f"Session {s.name}", iso(s.begins), iso(s.begins + LASTS), "", "meet"])
        for kind, minutes, source in (("prompt", PROMPTS, "polls"), ("moment", MOMENTS, "meet")):
            for k, m in enumerate(minutes, 1):
                at = s.begins + timedelta(minutes=m)
                rows.append([f"{s.name}-{kind}{k}", kind, s.cohort, s.name, f"{kind.title()} {k} of {s.name}", iso(at), "", "", source])
    for week in range(WEEKS):
        opens, closes = MONDAY + timedelta(days=7 * week), MONDAY + timedelta(days=7 * (week + 1))
        rows.append([f"task-{week + 1}", "task", "", "", f"Task of week {week + 1}", iso(opens), iso(closes), "", "platform"])
    for k, week in enumerate(STEPS, 1):
        closes = MONDAY + timedelta(days=7 * week)
        rows.append(
            [f"step-{k}", "step", "", "", f"Step {k} of the journey", "", iso(closes), "yes" if k == len(STEPS) else "no", "platform"]
        )
    return rows


# ---- what people did


Stay = tuple[datetime, datetime]


def stays(random: Random, p: Person, s: Session) -> list[Stay]:
    """When somebody was in a session, device by device: usually once, with a re-join now and then."""
    slow = 0.28 if p.name == "p-26" and s.week >= 3 else 1.0  # somebody who falls off after the third week
    if p.name == "p-26" and s.week >= 6:
        return []
    if (p.name, s.name) == EXCUSED_BUT_CAME:
        return [(s.begins + LASTS / 2, s.begins + LASTS)]
    if p.name == AWAY[0] and AWAY[1] <= s.begins < AWAY[2]:
        return []
    if not here(p, s.begins) or random.random() >= p.comes * slow:
        return []
    begins = s.begins + timedelta(seconds=random.randint(-240, 180))
    ends = s.begins + LASTS + timedelta(seconds=random.randint(-120, 240))
    if p.name == "p-03":  # laptop and phone at once
        return [(begins, ends), (begins + timedelta(minutes=3), ends - timedelta(minutes=12))]
    if random.random() < 0.12:  # the line broke
        gap = s.begins + timedelta(minutes=random.randint(20, 60))
        return [(begins, gap), (gap + timedelta(minutes=random.randint(2, 15)), ends)]
    if random.random() < 0.10:  # came late or left early
        return [(begins + timedelta(minutes=random.randint(5, 30)), ends)]
    return [(begins, ends)]


def meeting(
    random: Random, everybody: Sequence[Person], held: Sequence[Session]
) -> tuple[list[list[str]], dict[tuple[str, str], list[Stay]]]:
    """The export of the meeting tool, with its own words and day-first dates, and when everybody was where."""
    rows, met = [["Meeting", "Attendee", "Event", "Local time", "Device"]], {}
    for s in held:
        for p in everybody:
            if p.cohort != s.cohort:
                continue
            met[p.name, s.name] = found = stays(random, p, s)
            for k, (a, b) in enumerate(found):
                rows.append([s.name, p.name, "Joined", f"{a:%d/%m/%Y %H:%M:%S}", "phone" if k else "laptop"])
                if p.name != "p-12":  # the tool never noted that p-12 left
                    rows.append([s.name, p.name, "Left", f"{b:%d/%m/%Y %H:%M:%S}", "phone" if k else "laptop"])
    rows.append(["mornings-1a", "p-99", "Joined", "04/03/2025 09:31:00", "laptop"])  # on no roster
    rows.append(["mornings-1a", "p-99", "Left", "04/03/2025 10:58:00", "laptop"])
    rows.append(["evenings-1a", "p-21", "Joined", "31/02/2025 18:00:00", "laptop"])  # there is no such day: refused
    return rows, met


def inside(found: Iterable[Stay], at: datetime) -> bool:
    return any(a <= at < b for a, b in found)


def polls(random: Random, everybody: Sequence[Person], held: Sequence[Session], met: dict[tuple[str, str], list[Stay]]) -> list[list[str]]:
    """Answers, reactions and chat, as the polling tool has them; what it did not see is not there."""
    rows = [["participant", "at", "kind", "item"]]
    for s in held:
        for p in everybody:
            if p.cohort != s.cohort or (p.cohort == DOWN[0] and DOWN[1] <= s.begins < DOWN[2]):
                continue
            for k, m in enumerate(PROMPTS, 1):
                at = s.begins + timedelta(minutes=m)
                if inside(met[p.name, s.name], at) and random.random() < p.answers:
                    rows.append([p.name, iso(at + timedelta(seconds=random.randint(5, 55))), "answer", f"{s.name}-prompt{k}"])
            for kind, often in (("reaction", 3), ("chat", 2)):
                for _ in range(often):
                    at = s.begins + timedelta(seconds=random.randint(60, 5300))
                    if inside(met[p.name, s.name], at) and random.random() < p.speaks * 0.8:
                        rows.append([p.name, iso(at), kind, s.name])
    rows.append(["", iso(datetime(2025, 3, 4, 9, 46)), "answer", "mornings-1a-prompt1"])  # nobody is named: refused
    rows.append(["p-99", iso(datetime(2025, 3, 4, 9, 46)), "answer", "mornings-1a-prompt1"])
    return rows


def room(random: Random, everybody: Sequence[Person], held: Sequence[Session], met: dict[tuple[str, str], list[Stay]]) -> list[list[str]]:
    """What the facilitators noted: questions, and comments at the moments that were meant for them."""
    rows = [["participant", "at", "kind", "item"]]
    for s in held:
        for p in everybody:
            if p.cohort != s.cohort:
                continue
            for k, m in enumerate(MOMENTS, 1):
                at = s.begins + timedelta(minutes=m)
                if inside(met[p.name, s.name], at) and random.random() < p.speaks * 0.8:
                    rows.append([p.name, iso(at + timedelta(seconds=random.randint(30, 400))), "comment", f"{s.name}-moment{k}"])
            at = s.begins + timedelta(seconds=random.randint(600, 5000))
            if inside(met[p.name, s.name], at) and random.random() < p.speaks * 0.7:
                rows.append([p.name, iso(at), "question", s.name])
    return rows


def platform(random: Random, everybody: Sequence[Person]) -> list[list[str]]:
    """Tasks handed in and steps done: some early, some late, some twice."""
    rows = [["participant", "at", "kind", "item"]]
    due = [("submit", f"task-{w + 1}", w, w + 1) for w in range(WEEKS)]
    due += [("complete", f"step-{k}", week - 2, week) for k, week in enumerate(STEPS, 1)]
    for p in everybody:
        for kind, item, first, until in due:
            likely = 0.0 if p.name == "p-26" and until > 5 else p.does
            never = (p.name == "p-07" and kind == "submit") or (p.name == "p-19" and item == "step-4")
            if random.random() >= likely or never:
                continue
            late = random.random() < 0.1 and until < WEEKS
            days = random.uniform(0.1, 5) + 7 * (until - first) if late else random.uniform(0.3, 7 * (until - first) - 0.2)
            at = (MONDAY + timedelta(days=7 * first + days)).replace(microsecond=0)
            if here(p, at):
                rows.append([p.name, iso(at), kind, item])
                if random.random() < 0.06:  # once more, an hour later
                    rows.append([p.name, iso(at + timedelta(hours=1)), kind, item])
    return rows


def outcomes(everybody: Iterable[Person], done: Sequence[Sequence[str]]) -> list[list[str]]:
    """Who said, four weeks after the end, that they use what they learned: likelier for those who did more, and luck."""
    acts: dict[str, int] = {}
    for row in done[1:]:
        acts[row[0]] = acts.get(row[0], 0) + 1
    random = Random(7)
    rows = [["participant", "outcome", "value", "at"]]
    for p in everybody:
        uses = random.random() < 0.1 + 0.075 * min(12, acts.get(p.name, 0)) and p.name not in LEFT
        rows.append([p.name, "uses_it", "1" if uses else "0", iso(datetime(2025, 5, 26, 12))])
    return rows


def write(path: Path, rows: Iterable[Sequence[str]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)


def main(folder: Path) -> None:
    random = Random(20250303)
    everybody, held = people(random), sessions()
    seen, met = meeting(random, everybody, held)
    done = platform(random, everybody)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "roster.csv", roster(everybody))
    write(folder / "items.csv", items(held))
    write(folder / "meetings.csv", seen, ";")
    write(folder / "polls.csv", polls(random, everybody, held, met))
    write(folder / "room.csv", room(random, everybody, held, met))
    write(folder / "platform.csv", done)
    away = [AWAY[0], "", iso(AWAY[1]), iso(AWAY[2]), "moving house"]
    came = [EXCUSED_BUT_CAME[0], EXCUSED_BUT_CAME[1], iso(datetime(2025, 3, 31)), iso(datetime(2025, 4, 1)), "dentist"]
    write(folder / "excusals.csv", [["participant", "item", "from_at", "until_at", "reason"], away, came])
    down = ["polls", DOWN[0], iso(DOWN[1]), iso(DOWN[2]), "its licence had run out"]
    write(folder / "outages.csv", [["source", "cohort", "from_at", "until_at", "reason"], down])
    write(folder / "outcomes.csv", outcomes(everybody, done))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
