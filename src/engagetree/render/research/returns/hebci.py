"""HE-BCI table 5, designated public events: attendances and academic staff time by sub-head and by free or chargeable.

Staff time counts only where its basis is the event itself: preparation, both and unknown stop the return, each activity named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engagetree.render import words
from engagetree.render.research import say
from engagetree.render.research.facts import LABELS, Facts
from engagetree.render.research.returns.form import Form, Missing, Table, made
from engagetree.render.research.returns.narrative import NOTHING, Narrative
from engagetree.render.research.workbook import Plain
from engagetree.research.model import Release, Shown

HEADS = ("2a", "2b", "2c", "2d", "2e")
PAID = (("free", ("free", "false", "False")), ("chargeable", ("chargeable", "true", "True")))
PEOPLE, DAYS = "hebci_attendees", "hebci_staff_days"
EM01 = (
    "Table 5 asks for attendance and staff time. Counts say how much was done, not how far people took part or what it was worth to them: "
    "by themselves they are no engagement metric (EM-01). Read them beside the year’s depth and quality."
)


@dataclass(frozen=True)
class Untimed:
    """An activity whose staff time cannot be returned: `basis` is preparation, both, unknown, or "" where no time is on file."""

    activity: str
    title: str
    basis: str = "unknown"


def hebci(release: Release, untimed: Sequence[Untimed] | None = None, narrative: Narrative = NOTHING) -> Form:
    """Table 5. `untimed` are the activities whose staff time has no right basis; None: only their number is known."""
    facts = Facts.of(release)
    rows = tuple(_row(facts, head) for head in HEADS)
    head = (
        "Sub-head",
        ">Attendees, free",
        ">Attendees, chargeable",
        ">Academic staff days, free",
        ">Academic staff days, chargeable",
        "What to know",
    )
    used = {v.at("hebci") for v in facts.all(PEOPLE)} | {v.at("hebci") for v in facts.all(DAYS)}
    notes = [
        EM01, "A day of academic staff is 8 hours at the event itself; preparation is not in it.",
        "Left out: open days, student unions, simple trading, conferences run for profit, recruitment and widening participation.",
        "A blank is not 0: nothing is on file there, or it is withheld.",
    ]  # fmt: skip
    notes += [f"{q.capitalize()}: {t}" for q in ("online", "other") if (t := narrative.text("hebci", q))]
    missing = tuple(_missing(facts, untimed, used, narrative))
    title = "HE-BCI table 5: designated public events"
    return made(release, "hebci", title, "HESA", tables=(Table("Table 5", head, rows),), missing=missing, notes=tuple(notes))


def _row(facts: Facts, head: str) -> tuple[Plain, ...]:
    cells = [_at(facts, key, head, names) for key in (PEOPLE, DAYS) for _, names in PAID]
    unknown = [_at(facts, key, head, ("not_recorded",)) for key in (PEOPLE, DAYS)]
    told = ["some are withheld"] if any(c is not None and c.withheld for c in cells) else []
    told += ["some where it is not known whether they were free"] if any(c is not None for c in unknown) else []
    return (LABELS["hebci"][head], *(_cell(c) for c in cells), "; ".join(told))


def _at(facts: Facts, key: str, head: str, names: Sequence[str]) -> Shown | None:
    return next((v for n in names if (v := facts.at(key, hebci=head, chargeable=n)) is not None), None)


def _cell(v: Shown | None) -> Plain:
    """A number as a number; a withheld one as its text; nothing where nothing is known."""
    if v is None or (not v.withheld and v.value is None):
        return say.text(v) if v is not None and say.known(v) else None
    return say.text(v) if v.withheld else v.value


def _missing(facts: Facts, untimed: Sequence[Untimed] | None, used: set[str | None], narrative: Narrative) -> list[Missing]:
    out = []
    if not used:
        out.append(Missing("Events", "no designated public event has a number", "Record attendances and staff time of public events."))
    for u in untimed or ():
        out.append(
            Missing(
                f"{u.activity} {u.title}".strip(), _basis(u.basis), "Record the days at the event itself, `staff_time_basis: delivery`."
            )
        )
    lacking = max((v.missing or 0 for v in facts.all(DAYS)), default=0)
    if untimed is None and lacking:
        what = words.plural(lacking, "event")
        out.append(
            Missing("Academic staff time", f"{what} without days whose basis is delivery", "Record `staff_days` and `staff_time_basis`.")
        )
    uncounted = max((v.missing or 0 for v in facts.all(PEOPLE)), default=0)
    if uncounted:
        out.append(
            Missing(
                "Attendees",
                f"nobody counted who came to {words.plural(uncounted, 'event')}",
                "Give the number and how it was counted.",
                False,
            )
        )
    if any(v.at("chargeable") == "not_recorded" for v in (*facts.all(PEOPLE), *facts.all(DAYS))):
        out.append(Missing("Free or chargeable", "not recorded for some events, which stand in no column", "Record `chargeable`."))
    if "2e" in used and not narrative.text("hebci", "online"):
        out.append(
            Missing("2e Other", "no note on how attendees online were counted", "Write it in the narrative, `hebci: online:`.", False)
        )
    if facts.release.profile != "hesa":
        out.append(Missing("Rounding", f"the profile is {facts.release.profile}", "Use the profile `hesa` for HESA’s rules.", False))
    return out


def _basis(basis: str) -> str:
    """What is wrong with a basis of staff time.

    >>> _basis("preparation"), _basis("unknown"), _basis("")
    ('staff time counts preparation', 'staff time has no known basis', 'no staff time is on file')
    """
    told = {"preparation": "counts preparation", "both": "counts preparation too"}
    return f"staff time {told.get(basis, 'has no known basis')}" if basis else "no staff time is on file"
