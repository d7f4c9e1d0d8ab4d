"""What is written beside the meetings: polls, a chat, questions, the dashboard of one workshop, a course, registrations, a community."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import xlsxwriter
from plan import HOST, SECOND, TERM, WORKSHOPS, Person, Term, answers, moments
from reports import NUMBER, by_join, named, spaced, table

MADRID = ZoneInfo("Europe/Madrid")
STEPS = (("Read the guide", date(2026, 3, 13)), ("First sketch", date(2026, 4, 3)), ("Second sketch", date(2026, 5, 1)),
         ("Closing form", date(2026, 5, 29)))  # fmt: skip
PAGES = {643: "Welcome", 644: "Where data live", 645: "How to ask", 646: "Reading list"}
TASKS = {651: "Essay", 652: "Poster"}
FORUM = 660
VIDEOS = ("asking", "charts", "maps")


def utc(local: datetime) -> datetime:
    return local.replace(tzinfo=MADRID).astimezone(UTC)


def polls(t: Term, random: Random) -> dict[str, bytes]:
    """Workshop 3 had two polls by name and one without names."""
    w = WORKSHOPS[2]
    rows: list[Sequence[object]] = [
        ["Poll Report", ""], ["Report Generated:", named(w.closes + timedelta(hours=14))],
        ["Topic", "Meeting ID", "Actual Start Time", "Actual Duration (minutes)", "# Participants"],
        [f"Workshop {w.n}: {w.title}", spaced(NUMBER[w.n]), named(w.opens), 90, len(t.stays[w.key])], ["Poll Details"],
    ]  # fmt: skip
    for minute, question in ((20, "Which source, first of all, would you open?"), (50, "Was that enough time?")):
        at = w.opens + timedelta(minutes=minute)
        said = answers(t, w, at, random, 0.75)
        t.prompts.append((w.key, question, at, said))
        rows.append(["#", "User Name", "User Email", "Submitted Date/Time", question])
        for n, (who, when) in enumerate(said.items(), 1):
            face = next(s for s in t.stays[w.key] if s.person == who)
            rows.append([n, face.name, face.email, named(when), random.choice(("Yes", "No", "A;B"))])
            t.did(who, "answer", "zoom")
    rows.append(["#", "User Name", "User Email", "Submitted Date/Time", "How do you feel?"])
    rows += [[n, "Anonymous Attendee", "", named(w.opens + timedelta(minutes=80, seconds=n)), "Fine"] for n in range(1, 9)]
    return {f"PollReport_{NUMBER[w.n]}.csv": b"\xef\xbb\xbf" + table(rows).encode()}


def chat(t: Term, random: Random) -> dict[str, bytes]:
    """Workshop 3's chat as the facilitator saved it: messages, reactions to them, and a private one."""
    w = WORKSHOPS[2]
    there = [s for s in by_join(t, w) if s.person and s.person not in ("p-12", "p-31", "p-36")]
    lines: list[str] = []
    for n, at in enumerate(moments(34, w.opens + 300 * SECOND, w.closes - 300 * SECOND, random)):
        s = random.choice(there) if n != 20 else next(x for x in there if x.person == "p-33")
        if not t.there(w, s.person or "", at):
            continue
        if n % 11 == 5:
            lines.append(f"{at:%H:%M:%S} From  {s.name}  to  {HOST[0]}(Direct Message):\n\tCould you help me?")
        elif n % 7 == 3:
            lines.append(f'{at:%H:%M:%S} From  {s.name}  to  Everyone:\n\tReacted to "I found it there" with 👍')
            t.did(s.person, "reaction", "zoom")
        else:
            lines.append(f"{at:%H:%M:%S} From  {s.name}  to  Everyone:\n\tI found it there: https://data.example.org/\n\tDid you?")
            t.did(s.person, "chat", "zoom")
    lines.append(f"{w.closes:%H:%M:%S} From  {HOST[0]}  to  Everyone:\n\tThank you all!")
    return {"meeting_saved_chat.txt": ("\n".join(lines) + "\n").encode()}


def questions(t: Term, random: Random) -> dict[str, bytes]:
    """The open lecture's questions: by name, and without one."""
    w = WORKSHOPS[5]
    rows: list[Sequence[object]] = [["Question and Answer Report"], ["Topic", "Webinar ID"], [w.title, spaced(NUMBER[w.n])], []]
    rows.append(["#", "Question", "Asker Name", "Asker Email", "Answer(s)"])
    there = [s for s in by_join(t, w) if s.person and not s.name.startswith("+")]
    for n in range(1, 15):
        s = random.choice(there)
        anonymous = n % 5 == 0
        rows.append([n, f"Why, and why not {n}?", "" if anonymous else s.name, "" if anonymous else s.email, f"{HOST[0]}: because"])
        if not anonymous:
            t.did(s.person, "question", "zoom")
    return {f"qa_{NUMBER[w.n]}.csv": table(rows).encode()}


def dashboard(t: Term, random: Random) -> dict[str, bytes]:
    """BigBlueButton: one row for each person, counts, two polls; nobody has an address."""
    w = WORKSHOPS[7]
    opens, closes = t.bounds(w)
    middle = opens + (closes - opens) / 2
    said = [answers(t, w, middle, random, 0.7) for _ in range(2)]
    for n, one in enumerate(said, 1):
        t.prompts.append((w.key, f"Poll {n}", middle, one))
        for who in one:
            t.did(who, "answer", "bbb")
    rows = []
    for s in by_join(t, w):
        n = [random.choice((0, 0, 1, 2, 4)), random.choice((0, 0, 0, 1, 3)), random.choice((0, 0, 1))] if s.person else [2, 0, 0]
        talk = random.choice((0, 0, 45, 180)) if s.person else 2400
        votes = [o.get(s.person or "") for o in said]
        rows.append((s, talk, *n, votes))
        t.did(s.person, "talk", "bbb", int(talk > 0))
        t.did(s.person, "chat", "bbb", n[0])
        t.did(s.person, "reaction", "bbb", n[1] + n[2])
    most = [max(r[i] for r in rows if r[0].person) for i in (1, 2, 3, 4)]
    head = ["Name", "Moderator", "Activity Score", "Talk Time", "Webcam Time", "Messages", "Reactions", "Poll Votes", "Raise Hands", "Join",
            "Left", "Duration", "Ready?", "Which one?"]  # fmt: skip
    lines = [",".join(head)]
    for s, talk, messages, reactions, hands, votes in rows:
        own = sum(2 * x / m for x, m in zip((talk, messages, reactions, hands), most, strict=True) if m)
        own += 2 * sum(v is not None for v in votes) / 2
        score = "0" if s.person is None else f"{round(own, 1):g}"
        cells = [s.name, "TRUE" if s.person is None else "FALSE", score, clock(talk) if talk else "-", "-", messages, reactions,
                 sum(v is not None for v in votes), hands, f"{s.joined:%d/%m/%Y, %H:%M:%S}", f"{s.left:%d/%m/%Y, %H:%M:%S}",
                 clock((s.left - s.joined).total_seconds()), *("Yes" if v else "-" for v in votes)]  # fmt: skip
        lines.append(",".join(f'"{c}"' for c in cells))
    lines.append(",".join(['"Anonymous"', *['""'] * 11, '""', '""']))
    return {"LearningDashboard_Workshop_8.csv": ("\r\n".join(lines) + "\r\n").encode()}


def clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}:{int(seconds) % 60:02}"


def when(p: Person, n: int, random: Random, begins: datetime = TERM[0], ends: datetime = TERM[1]) -> list[datetime]:
    """Moments of somebody on their own, while they are on the roster."""
    return [at for at in moments(n, begins, ends - timedelta(days=2), random) if p.here(at)]


def moodle(t: Term, random: Random) -> dict[str, bytes]:
    """The course log, newest first. It knows people by a number and by their names."""
    rows: list[tuple[datetime, list[object]]] = []

    def note(at: datetime, name: str, context: str, component: str, event: str, description: str) -> None:
        written = f"{at.day}/{at:%m/%y, %H:%M:%S}"
        rows.append((at, [written, name, "-", context, component, event, description, "web", "192.0.2.7"]))

    for p in t.people:
        number = 100 + int(p.id[2:])
        who = f"The user with id '{number}'"
        for at in when(p, int(5 * p.keen), random):
            page = random.choice(list(PAGES))
            note(at, p.name, f"Page: {PAGES[page]}", "Page", "Course module viewed",
                 f"{who} viewed the 'page' activity with course module id '{page}'.")  # fmt: skip
            t.did(p.id, "click", "moodle", to=str(page))
        for task, title in TASKS.items():
            if random.random() < p.keen and (at := next(iter(when(p, 1, random)), None)):
                note(at, p.name, f"Assignment: {title}", "Assignment", "A submission has been submitted.",
                     f"{who} has submitted the submission with id '{task}{number}' for the assignment with course module id '{task}'.")  # fmt: skip
                t.did(p.id, "submit", "moodle", to=str(task))
        if random.random() < 0.25 and (at := next(iter(when(p, 1, random)), None)):
            note(at, p.name, "Forum: Talk", "Forum", "Discussion created",
                 f"{who} has created the discussion with id '{number}' in the forum with course module id '{FORUM}'.")  # fmt: skip
            note(at, p.name, "Forum: Talk", "Forum", "Some content has been posted.",
                 f"{who} has posted content in the forum post with id '{number}' in the discussion '{number}' located in the forum with"
                 f" course module id '{FORUM}'.")  # fmt: skip
            t.did(p.id, "post", "moodle")
    at = datetime(2026, 4, 7, 9)
    note(
        at,
        "Admin User as Ana Ruiz",
        "Course: Workshops",
        "System",
        "Course viewed",
        "The user with id '107' viewed the course with id '3'.",
    )
    note(at + SECOND, "-", "Course: Workshops", "System", "Course backed up", "The user with id '-1' backed up the course with id '3'.")
    head = ["Time", "User full name", "Affected user", "Event context", "Component", "Event name", "Description", "Origin", "IP address"]
    lines = [line for _, line in sorted(rows, key=lambda r: (r[0], str(r[1])), reverse=True)]
    return {"logs_WORKSHOPS_20260531-1012.csv": table([head, *lines]).encode()}


def completion(t: Term, random: Random) -> dict[str, bytes]:
    """Moodle's completion report: four steps with the day on which each is expected."""
    header = ["Email address", *(c for title, day in STEPS for c in (title, f"{day.day} {day:%B %Y}"))]
    lines = ["," + ",".join(f'"{c}"' for c in header)]
    for p in t.people:
        cells = [p.name, p.email]
        for title, day in STEPS:
            due = datetime(day.year, day.month, day.day)
            done = (
                next(iter(when(p, 1, random, due - timedelta(days=9), due + timedelta(days=2))), None) if random.random() < p.keen else None
            )
            cells += ["Completed", str(done)] if done else ["Not completed", ""]
            if done:
                t.did(p.id, "complete", "moodle", to=title)
        lines.append(",".join(f'"{c}"' for c in cells))
    return {"progress.workshops.csv": ("\n".join(lines) + "\n").encode()}


def eventbrite(t: Term, random: Random) -> dict[str, bytes]:
    """Who registered for the kick-off; one ticket was given back, one bought for somebody else."""
    w = WORKSHOPS[0]
    head = ["Order #", "Order Date", "First Name", "Last Name", "Email", "Quantity", "Ticket Type", "Attendee #", "Order Type", "Currency",
            "Total Paid", "Attendee Status"]  # fmt: skip
    rows: list[Sequence[object]] = [head]
    here = [p for p in t.people if p.here(w.opens) and p.id != "p-38"]
    for n, p in enumerate(here, 1):
        at = datetime(2026, 2, 14 + n % 14, 8 + n % 12, (7 * n) % 60)
        status = "Refunded" if p.id == "p-17" else "Attending"
        buyer = here[0].email if p.id == "p-03" else p.email
        rows.append([9000 + n, f"{at:%m/%d/%y %H:%M}", p.first, p.last, buyer, 1, "Free", 7000 + n, "Free Order", "EUR", "0.00", status])
        if status == "Attending":
            t.did(p.id, "rsvp", "eventbrite")
    return {"eventbrite-attendees.csv": table(rows).encode()}


def mentimeter(t: Term, random: Random) -> dict[str, bytes]:
    """Workshop 4's slides: voters without names, so nobody's acts."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 3, 24)})
    sheet = book.add_worksheet("Voters")
    sheet.write_row(0, 0, ["Reading tables"])
    sheet.write_row(2, 0, ["Date (UTC)", "Session", "Voter", "Which row is wrong?: Answer", "How sure?:: Before", "How sure?:: After"])
    for n in range(18):
        sheet.write_row(3 + n, 0, [f"2026-03-24 16:{10 + n}:00", "1", f"v{n:03}", "Row 3" if n % 4 else "", n % 5, n % 5 + 1])
    book.close()
    return {"Workshop 4 - Mentimeter.xlsx": out.getvalue()}


def slack(t: Term, random: Random) -> dict[str, bytes]:
    """The community's export: people with addresses, two channels, a bot, somebody who joins."""
    users = [{"id": f"U{p.id[2:]}", "name": p.first.lower(), "profile": {"email": p.email, "real_name": p.name}} for p in t.people[:30]]
    users += [{"id": "U90", "name": "marta", "profile": {"email": HOST[1], "real_name": HOST[0]}},
              {"id": "B1", "name": "reminder", "is_bot": True, "profile": {}}]  # fmt: skip
    days: dict[str, list[dict[str, object]]] = {}
    for p in t.people[:30]:
        for n, local in enumerate(when(p, random.choice((0, 0, 1, 2, 3)), random)):
            at = utc(local)
            said: dict[str, object] = {"type": "message", "user": f"U{p.id[2:]}", "text": "Look at this", "ts": f"{at.timestamp():.6f}"}
            if n % 2:
                said["thread_ts"] = f"{at.timestamp() - 3600:.6f}"
            elif random.random() < 0.4:
                fan = random.choice([q for q in t.people[:30] if q.id != p.id and q.here(local)])
                said["reactions"] = [{"name": "+1", "users": [f"U{fan.id[2:]}"], "count": 1}]
                t.did(fan.id, "reaction", "slack")
            t.did(p.id, "comment" if n % 2 else "post", "slack")
            days.setdefault(f"{('general', 'help')[n % 2]}/{at:%Y-%m-%d}.json", []).append(said)
    at = utc(datetime(2026, 3, 2, 9))
    days.setdefault("general/2026-03-02.json", []).extend(
        [{"type": "message", "subtype": "channel_join", "user": "U01", "text": "joined", "ts": f"{at.timestamp():.6f}"},
         {"type": "message", "subtype": "bot_message", "bot_id": "B1", "text": "Workshop 1 is tomorrow", "ts": f"{at.timestamp() + 5:.6f}"}]
    )  # fmt: skip
    channels = [{"id": "C1", "name": "general", "members": []}, {"id": "C2", "name": "help", "members": []}]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, part in {"users.json": users, "channels.json": channels, **dict(sorted(days.items()))}.items():
            z.writestr(zipfile.ZipInfo(name, (2026, 6, 1, 0, 0, 0)), json.dumps(part, ensure_ascii=False), zipfile.ZIP_DEFLATED)
    return {"Workshops Slack export Mar 1 2026 - May 31 2026.zip": out.getvalue()}


def statements(t: Term, random: Random) -> dict[str, bytes]:
    """The video player's record store: played and completed, by address."""
    lines: list[str] = []
    for p in t.people:
        for video in VIDEOS:
            if random.random() > 0.6 * p.keen or not (found := when(p, 1, random)):
                continue
            thing = f"https://videos.example.org/{video}"
            for n, (verb, kind) in enumerate((("https://w3id.org/xapi/video/verbs/played", "click"),
                                              ("http://adlnet.gov/expapi/verbs/completed", "complete"))):  # fmt: skip
                if n and random.random() < 0.4:
                    continue
                address = p.email.upper() if p.id == "p-07" else p.email
                lines.append(json.dumps({
                    "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{thing}/{p.id}/{n}")), "actor": {"name": p.name, "mbox": f"mailto:{address}"},
                    "verb": {"id": verb}, "timestamp": (utc(found[0]) + n * timedelta(minutes=6)).isoformat(),
                    "object": {"id": thing, "definition": {"name": {"en": video.title()},
                                                           "type": "https://w3id.org/xapi/video/activity-type/video"}},
                }))  # fmt: skip
                t.did(p.id, kind, "xapi", to=thing)
    return {"statements.jsonl": ("\n".join(lines) + "\n").encode()}


BESIDE: tuple[Callable[[Term, Random], dict[str, bytes]], ...] = (
    polls, chat, questions, dashboard, moodle, completion, eventbrite, mentimeter, slack, statements,
)  # fmt: skip
