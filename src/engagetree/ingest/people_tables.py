"""What exports with one row for each person have in common: a header found by its cells, who a row is about, numbers as written.

Rows are counted as in `meeting_report`: every record that holds anything is a row; headers and totals are merged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.meeting_report import EMAIL
from engagetree.ingest.meeting_text import Record, Text, taken_apart
from engagetree.ingest.meeting_when import day_in, plain, unguarded
from engagetree.ingest.persons import a_person
from engagetree.ingest.seen import Handle, Report

Words = Mapping[str, tuple[str, ...]]
"""Field → the ways in which its header is written, the surest first."""

PROFILE = {
    "first": ("First name", "Vorname", "Nombre", "Prénom", "Nome", "Voornaam"),
    "last": ("Last name", "Surname", "Nachname", "Apellido(s)", "Apellidos", "Nom de famille", "Nom", "Sobrenome", "Cognome", "Achternaam"),
    "number": ("ID number", "ID-Nummer", "Número de ID", "Numéro d'identification", "Número de identificação", "Codice identificativo",
               "ID-nummer"),
    "login": ("Username", "Anmeldename", "Nombre de usuario", "Nom d'utilisateur", "Identificação de usuário", "Gebruikersnaam"),
    "email": ("Email address", "Email", "E-Mail-Adresse", "E-Mail", "Dirección de correo", "Dirección Email", "Correo electrónico",
              "Adresse de courriel", "Endereço de email", "Indirizzo email", "E-mailadres"),
    "institution": ("Institution", "Institución", "Instituição", "Istituzione", "Instelling"),
    "department": ("Department", "Abteilung", "Departamento", "Département", "Dipartimento", "Afdeling"),
    "suspended": ("Suspended", "Gesperrt", "Suspendido", "Suspendu", "Suspenso"),
}  # fmt: skip
"""A person's own columns in Moodle's exports, in some languages."""

NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?|-?[.,]\d+")


@dataclass(frozen=True)
class Grid:
    """A header, where it stands among the records, and the records below it."""

    delimiter: str
    header: Record
    above: tuple[Record, ...]
    rows: tuple[Record, ...]
    whole: bool

    def fault(self, row: Record, needed: int) -> str:
        """Why a record cannot be a row of this header; empty where it can. `needed`: cells without which a row is cut off."""
        if row.fault:
            return row.fault
        width, cells = len(self.header.cells), row.cells
        if any(c.strip() for c in cells[width:]):
            return f"{len(cells)} columns where the header has {width}"
        if len(cells) < needed:
            last = row is self.rows[-1] and not self.whole
            return "the file is cut off in this row" if last else f"{len(cells)} columns where the header has {width}"
        if row is self.rows[-1] and not self.whole and len(self.rows) > 1 and row.cells[-1].strip():
            return "the file is cut off in this row" if _shorter(row.cells[-1], [r.cells[-1] for r in self.rows[:-1] if r.cells]) else ""
        return ""


def _shorter(cell: str, others: Sequence[str]) -> bool:
    """Whether the last cell of a file without its end is shorter than all others that are written alike: it may be cut."""
    digits = [len(o.strip()) for o in others if o.strip().isdigit()]
    return bool(digits) and cell.strip().isdigit() and len(cell.strip()) < min(digits)


def grid(text: Text, is_header: Callable[[Sequence[str]], bool], delimiters: Sequence[str] = ("\t", ",", ";")) -> Grid | None:
    """The table under the first record that is a header, by the delimiter that gives the widest one."""
    found: list[Grid] = []
    for delimiter in delimiters:
        if not any(delimiter in line for line in text.lines):
            continue
        rows = taken_apart(text.lines, delimiter)
        at = next((i for i, r in enumerate(rows[:40]) if not r.fault and is_header(r.cells)), None)
        if at is not None:
            found.append(Grid(delimiter, rows[at], tuple(rows[:at]), tuple(rows[at + 1 :]), text.whole))
    return max(found, key=lambda g: len(g.header.cells), default=None)


def cell(row: Record, i: int | None) -> str:
    """A cell without guard or spaces; empty for `-` and for what is not there."""
    return unguarded(row.cells[i]) if i is not None and 0 <= i < len(row.cells) else ""


def somebody(tool: str, name: str = "", email: str = "", login: str = "", number: str = "", own: str = "") -> Handle | None:
    """Whom a row is about: by address, else the tool's own id, login, the school's number, else the name; None where it names nobody.

    >>> somebody("moodle", "Ana Ruiz", number="s1").key
    'account:moodle:s1'
    """
    shown = " ".join(name.split()) or None
    ways = []
    if EMAIL.fullmatch(email):
        ways.append(Handle("email", email, shown, tool))
    if EMAIL.fullmatch(login) and login.casefold() != email.casefold():
        ways.append(Handle("email", login, shown, tool))
    ways += [Handle(kind, v, shown, tool) for kind, v in (("id", own), ("account", number)) if v]
    if login and not EMAIL.fullmatch(login):
        ways.append(Handle("login", login, shown, tool))
    if not ways:
        return Handle("name", shown, shown, tool, person=a_person(shown)) if shown else None
    first = ways[0]
    return Handle(first.kind, first.value, shown, tool, also=tuple(ways[1:]))


def number(text: str) -> float | None:
    """A number as a platform writes it, with a point or a comma before its decimals; None where it is none.

    >>> [number(t) for t in ("7.5", "7,5", "1,234.5", "-", "EX", "85 %")]
    [7.5, 7.5, 1234.5, None, None, 85.0]
    """
    t = plain(text).removesuffix("%").strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+\.\d+", t):
        t = t.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+", t):
        t = t.replace(".", "")
    return float(t.replace(",", ".")) if NUMBER.fullmatch(t) and len(t) < 20 else None


def unique(names: Sequence[str]) -> list[str]:
    """Names made different where two are the same: the second gets (2).

    >>> unique(["Quiz", "Task", "Quiz"])
    ['Quiz', 'Task', 'Quiz (2)']
    """
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def day_of(file: str, answers: Answers) -> date:
    """The day of an export that does not say when it was made: as answered, or as the file's name has it. Raises OpenQuestion."""
    day = answers.day or day_in(file)
    if day is None:
        raise OpenQuestion(file, "day", "it does not say on which day it was exported", "Say it with --on 2025-03-03.")
    return day


def noon(day: date, answers: Answers) -> datetime:
    """Midday of a day in the zone of the programme, in UTC."""
    zone = ZoneInfo(answers.zone) if answers.zone else UTC
    return (datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=12)).astimezone(UTC)


def refuse(report: Report, row: Record, reason: str) -> None:
    """A record that is not taken."""
    kind = "wrong number of columns" if "columns where" in reason else re.split("[:,]", reason, maxsplit=1)[0][:80]
    report.refused(row.line, kind, reason, list(row.cells) if not row.fault else row.text[:10_000])


def profile(header: Sequence[str], words: Words = PROFILE) -> dict[str, int]:
    """Where a person's own columns stand."""
    return placed(header, words)


@lru_cache(maxsize=64)
def _places(words: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, list[tuple[str, int]]]:
    """A header's text → the fields that it may be, each with its rank among the ways in which the field is written."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, ways in words:
        for rank, way in enumerate(ways):
            found.setdefault(plain(way), []).append((name, rank))
    return found


def placed(header: Sequence[str], words: Words) -> dict[str, int]:
    """Field → column of a header, by the ways in which each field is written.

    >>> placed(["E-Mail", "VORNAME "], PROFILE)
    {'first': 1, 'email': 0}
    """
    places = _places(tuple(words.items()))
    best: dict[str, tuple[int, int]] = {}
    for i, written in enumerate(header):
        for name, rank in places.get(plain(written), ()):
            best[name] = min(best.get(name, (rank, i)), (rank, i))
    found: dict[str, int] = {}
    for name in words:
        if name in best and best[name][1] not in found.values():
            found[name] = best[name][1]
    return found
