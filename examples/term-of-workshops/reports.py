"""The reports of meeting tools, as each tool writes them. Layouts by hand, from files of these tools and from other people's parsers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from math import ceil

from plan import HOST, SECOND, Stay, Term, Workshop

NUMBER = {3: "84512346789", 6: "91234567890", 10: "85598765432", 11: "86644433322"}
Rows = Iterable[Sequence[object]]


def table(rows: Rows, delimiter: str = ",", end: str = "\n") -> str:
    """Rows as a tool writes them."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def utf16(text: str) -> bytes:
    """As Teams saves it: little-endian with a mark, lines ending in CRLF."""
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def us(at: datetime, pad: bool = True) -> str:
    """Month first, twelve hours: 03/17/2026 05:03:09 PM."""
    day = f"{at:%m/%d/%Y}" if pad else f"{at.month}/{at.day}/{at:%y},"
    return f"{day} {at:%I:%M:%S %p}" if pad else f"{day} {at.hour % 12 or 12}:{at:%M:%S %p}"


def named(at: datetime) -> str:
    return f"{at:%b %d, %Y %H:%M:%S}"


def minutes(s: Stay) -> int:
    """Zoom rounds up."""
    return max(1, ceil((s.left - s.joined).total_seconds() / 60))


def spent(seconds: float, units: tuple[str, str, str] = ("h", "m", "s")) -> str:
    """1h 1m 55s, or 59 Min. 0 Sek."""
    h, rest = divmod(int(seconds), 3600)
    m, s = divmod(rest, 60)
    gap = " " if len(units[1]) > 1 else ""
    return f"{f'{h}{gap}{units[0]} ' if h else ''}{m}{gap}{units[1]} {s}{gap}{units[2]}"


def zoom_bare(t: Term, w: Workshop) -> dict[str, bytes]:
    head = ["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest", "Recording Consent"]
    rows = [[s.name, s.email, us(s.joined), us(s.left), minutes(s), "No" if s.email else "Yes", "Y"] for s in by_join(t, w)]
    return {"participants_kickoff.csv": table([head, *rows]).encode()}


def zoom(t: Term, w: Workshop) -> dict[str, bytes]:
    rows: list[Sequence[object]] = [*meeting(t, w), [], [
        "Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest", "Recording Consent",
    ]]  # fmt: skip
    rows += [[s.name, s.email, us(s.joined), us(s.left), minutes(s), "No" if s.email else "Yes", "Y"] for s in by_join(t, w)]
    return {f"participants_{NUMBER[w.n]}.csv": b"\xef\xbb\xbf" + table(rows).encode()}


def meeting(t: Term, w: Workshop) -> list[list[object]]:
    """The meeting above the people."""
    people = len({(s.name, s.email) for s in t.stays[w.key]})
    head = ["Meeting ID", "Topic", "Start Time", "End Time", "User Email", "Duration (Minutes)", "Participants"]
    return [head, [NUMBER[w.n], f"Workshop {w.n}: {w.title}", us(w.opens), us(w.closes), HOST[1], 90, people]]


def zoom_resaved(t: Term, w: Workshop) -> dict[str, bytes]:
    """Saved again by Excel: 9:54:15 without the 0, commas to the full width; with rows of the waiting room."""

    def excel(at: datetime) -> str:
        return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S %p}"

    head = ["Name (original name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest", "In Waiting Room"]
    first = [*meeting(t, w)]
    first[1][2:4] = [excel(w.opens), excel(w.closes)]
    rows: list[Sequence[object]] = []
    for n, s in enumerate(by_join(t, w)):
        if n % 5 == 0:
            waited = s.joined - 90 * SECOND
            rows.append([s.name, s.email, excel(waited), excel(s.joined), 2, "Yes", "Yes"])
        rows.append([s.name, s.email, excel(s.joined), excel(s.left), minutes(s), "No" if s.email else "Yes", "No"])
    return {f"participants_{NUMBER[w.n]}.csv": table([*first, [""] * 7, head, *rows], end="\r\n").encode()}


def zoom_unique(t: Term, w: Workshop) -> dict[str, bytes]:
    """“Show unique users”: one row for each, minutes and no times."""
    rows: list[Sequence[object]] = [*meeting(t, w), [], ["Name (Original Name)", "User Email", "Total Duration (Minutes)", "Guest"]]
    rows += [[s.name, s.email, minutes(s), "No" if s.email else "Yes"] for s in by_join(t, w)]
    return {f"participants_{NUMBER[w.n]}.csv": table(rows).encode()}


def webinar(t: Term, w: Workshop) -> dict[str, bytes]:
    """Sections of the host, attendees with those who did not come, and callers. One row is broken, as real ones are."""
    there = [s for s in by_join(t, w) if s.name != HOST[0]]
    host = next(s for s in t.stays[w.key] if s.name == HOST[0])
    columns = ["Join Time", "Leave Time", "Time in Session (minutes)", "Is Guest", "Country/Region Name"]
    came = {s.person for s in there}
    rows: list[Sequence[object]] = [
        ["Attendee Report", ""], ["Report Generated:", named(w.closes + timedelta(hours=15))],
        ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)", "# Registered", "# Cancelled", "Unique Viewers", "Total Users"],
        [w.title, spaced(NUMBER[w.n]), named(w.opens), 90, 40, 1, len(there), len(there)],
        ["Host Details"], ["Attended", "User Name (Original Name)", "Email", *columns],
        ["Yes", *HOST, named(host.joined), named(host.left), minutes(host), "No", "Spain"],
        ["Attendee Details"],
        ["Attended", "User Name (Original Name)", "First Name", "Last Name", "Email", "Registration Time", "Approval Status", *columns],
    ]  # fmt: skip
    for s in there:
        if s.name.startswith("+"):
            continue
        p = t.person(s.person or "")
        whole = ["Yes", s.name, p.first, p.last, s.email, named(w.opens - timedelta(days=9)), "approved"]
        rows.append([*whole, named(s.joined), named(s.left), minutes(s), "Yes", "Spain", "", ""])
        if p.id == "p-10":
            rows.append([*whole, named(s.left), named(s.left - timedelta(minutes=178)), -178, "Yes", "Spain"])
    for p in t.people:
        if p.here(w.opens) and p.id not in came:
            rows.append(
                ["No", p.name, p.first, p.last, p.email, named(w.opens - timedelta(days=8)), "approved", *["--"] * 3, "Yes", "Spain"]
            )
    rows += [["Other Attended"], ["User Name", "Join Time", "Leave Time", "Time in Session (minutes)", "Country/Region Name"]]
    rows += [[s.name, named(s.joined), named(s.left), minutes(s), "Spain"] for s in there if s.name.startswith("+")]
    return {f"attendee_{NUMBER[w.n]}_2026_04_14.csv": b"\xef\xbb\xbf" + table(rows).encode()}


def spaced(number: str) -> str:
    return f"{number[:3]} {number[3:7]} {number[7:]}"


TEAMS = {
    "teams": (
        ("1. Summary", "Meeting title", "Attended participants", "Start time", "End time", "Meeting duration", "Average attendance time"),
        ("2. Participants", "Name", "First Join", "Last Leave", "In-Meeting Duration", "Email", "Participant ID (UPN)", "Role"),
        ("3. In-Meeting Activities", "Name", "Join Time", "Leave Time", "Duration", "Email", "Role"),
        ("h", "m", "s"), ("Organizer", "Attendee"), lambda at: us(at, False).replace(" PM", "\u202fPM"),
    ),
    "teams-de": (
        ("1. Zusammenfassung", "Besprechungstitel", "Anzahl Teilnehmer", "Startzeit", "Endzeit", "Besprechungsdauer", "Durchschnittliche Teilnahmedauer"),
        ("2. Teilnehmer", "Name", "Erster Beitritt", "Letztes Verlassen", "Dauer der Besprechung", "E-Mail", "Teilnehmer-ID (UPN)", "Rolle"),
        ("3. Aktivitäten während der Besprechung", "Name", "Beitrittszeit", "Verlassenszeit", "Dauer", "E-Mail", "Rolle"),
        ("Std.", "Min.", "Sek."), ("Organisator", "Teilnehmer"), lambda at: f"{at:%d.%m.%y, %H:%M:%S}",
    ),
}  # fmt: skip


def teams(t: Term, w: Workshop) -> dict[str, bytes]:
    """The report of 2022 to now, in its sections; section 3 has the stays."""
    summary, second, third, units, roles, at = TEAMS[w.tool]
    opens, closes = t.bounds(w)
    stays = by_join(t, w)
    each: dict[tuple[str, str], list[Stay]] = {}
    for s in stays:
        each.setdefault((s.name, s.email), []).append(s)
    total = [sum((s.left - s.joined).total_seconds() for s in theirs) for theirs in each.values()]
    values = [f"Workshop {w.n}: {w.title}", len(each), at(opens), at(closes), spent((closes - opens).total_seconds(), units),
              spent(sum(total) / len(total), units)]  # fmt: skip
    rows: list[Sequence[object]] = [[summary[0]], *zip(summary[1:], values, strict=True), [], [second[0]], second[1:]]
    for ((name, email), theirs), seconds in zip(each.items(), total, strict=True):
        last = max(s.left for s in theirs)
        rows.append([name, at(theirs[0].joined), at(last), spent(seconds, units), email, email, roles[name != HOST[0]]])
    rows += [[], [third[0]], third[1:]]
    for s in stays:
        seconds = (s.left - s.joined).total_seconds()
        rows.append([s.name, at(s.joined), at(s.left), spent(seconds, units), s.email, roles[s.name != HOST[0]]])
    name = {2: "Workshop 2 - Attendance report 3-10-26.csv", 5: "Workshop 5 - Anwesenheitsbericht 31.03.26.csv"}[w.n]
    return {name: utf16(table(rows, "\t"))}


def teams_2021(t: Term, w: Workshop) -> dict[str, bytes]:
    """The report of 2021: a summary, and one row for each join."""
    opens, closes = t.bounds(w)
    stays = by_join(t, w)
    head = ["Full Name", "Join Time", "Leave Time", "Duration", "Email", "Role", "Participant ID (UPN)"]
    rows: list[Sequence[object]] = [
        ["Meeting Summary"], ["Total Number of Participants", len({(s.name, s.email) for s in stays})], ["Meeting Title", f"Workshop {w.n}"],
        ["Meeting Start Time", us(opens, False)], ["Meeting End Time", us(closes, False)], ["Meeting Id", "f3c1-9"], [], head,
    ]  # fmt: skip
    for s in stays:
        length = spent((s.left - s.joined).total_seconds())
        rows.append([s.name, us(s.joined, False), us(s.left, False), length, s.email, "Presenter", s.email])
    return {"meetingAttendanceReport(Workshop 9).csv": utf16(table(rows, "\t"))}


def teams_list(t: Term, w: Workshop) -> dict[str, bytes]:
    """The list of 2020: a row for each join and each leave; some leaves were not noted."""
    rows: list[tuple[datetime, str, str]] = []
    for s in t.stays[w.key]:
        rows.append((s.joined, s.name, "Joined"))
        if not s.open:
            rows.append((s.left, s.name, "Left"))
    lines = [[name, action, f"{at:%d/%m/%Y, %H:%M:%S}"] for at, name, action in sorted(rows, key=lambda r: (r[1], r[0]))]
    return {"meetingAttendanceList.csv": utf16(table([["Full Name", "User Action", "Timestamp"], *lines], "\t"))}


def meet(t: Term, w: Workshop) -> dict[str, bytes]:
    """One row for each person, times of day to the minute; the duration leaves out when they were away."""
    rows: list[Sequence[object]] = [["First name", "Last name", "Email", "Duration", "Time joined", "Time exited"]]
    each: dict[tuple[str, str], list[Stay]] = {}
    for s in by_join(t, w):
        each.setdefault((s.name, s.email), []).append(s)
    for (name, email), theirs in each.items():
        first, _, last = name.partition(" ")
        whole = sum(int((s.left - s.joined).total_seconds()) for s in theirs) // 60
        length = f"{whole // 60} hr {whole % 60} min" if whole >= 60 else f"{whole} min"
        rows.append([first, last, email, length, f"{theirs[0].joined:%H:%M}", f"{max(s.left for s in theirs):%H:%M}"])
    return {"Workshop 4 (2026-03-24) - Attendance report.csv": table(rows).encode()}


def webex(t: Term, w: Workshop) -> dict[str, bytes]:
    """Every value kept a text by Excel's guard."""
    head = ["Event Name", "Event Start Time", "Event End Time", "Name", "Attendee Email", "Join Time", "Leave Time", "Attendance Duration",
            "Connection Type"]  # fmt: skip
    lines = ["\t".join(head)]
    for s in by_join(t, w):
        cells = [f"Workshop {w.n}: {w.title}", str(w.opens), str(w.closes), s.name, s.email, str(s.joined), str(s.left)]
        lines.append("\t".join([*(f'"=""{c}"""' for c in cells), f"{minutes(s)} mins", '"=""Desktop app"""']))
    return {"webex-attendance-workshop-7.csv": ("\n".join(lines) + "\n").encode()}


def by_join(t: Term, w: Workshop) -> list[Stay]:
    return sorted(t.stays[w.key], key=lambda s: (s.joined, s.name))


REPORTS: dict[str, Callable[[Term, Workshop], dict[str, bytes]]] = {
    "zoom-bare": zoom_bare, "zoom": zoom, "zoom-resaved": zoom_resaved, "zoom-unique": zoom_unique, "webinar": webinar, "teams": teams,
    "teams-de": teams, "teams-2021": teams_2021, "teams-list": teams_list, "meet": meet, "webex": webex,
}  # fmt: skip
