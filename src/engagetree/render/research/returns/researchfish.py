"""Researchfish, engagement activities: one row for each record, with the columns of a mapping that can be changed.

How many were reached goes out as a band and never as a number, so that a small event names nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagetree.render import words
from engagetree.render.research.returns.form import Form, Missing, Table, made
from engagetree.render.research.workbook import Plain
from engagetree.research.model import Release
from engagetree.research.vocabulary import AUDIENCES

FORMS = {
    "talk": "talk or presentation",
    "workshop": "activity, workshop or similar",
    "open_day": "open day or visit",
    "press": "press or media response",
    "working_group": "working group, panel or dialogue",
    "broadcast": "broadcast",
    "digital": "website, blog or social media",
    "publication": "magazine, newsletter or online publication",
}
"""The form of each type of activity, in short words: the list of choices differs between rounds, so give yours as `forms`."""

NEAREST = {
    "performance": "workshop", "exhibition": "workshop", "museum_education": "workshop", "citizen_science": "workshop",
    "consultation": "working_group",
}  # fmt: skip
BANDS = ((1, 10), (11, 50), (51, 100), (101, 500), (501, None))
MOST = 3  # records that are named where many lack the same
PLACES = {"local": "Local", "regional": "Regional", "national": "National", "international": "International"}
MAPPING = {
    "activity": "Outcome ID", "title": "Title", "description": "Description", "form": "Form", "place": "Geographic reach",
    "audience": "Primary audience", "years": "Years", "reached": "Number reached", "official_scheme": "Part of official scheme",
    "results": "Results", "impact": "Impact", "url": "Supporting URL", "award": "Award reference",
}  # fmt: skip
"""Our name of a column → its name in the file. Headings differ between rounds: give your own."""


@dataclass(frozen=True)
class Record:
    """One activity as it is to be sent. `reached` are the ends between which the number lies, (None, None) where nobody knows."""

    activity: str
    title: str
    type: str
    audiences: tuple[str, ...] = ()
    description: str = ""
    place: str = ""
    years: tuple[int, ...] = ()
    reached: tuple[float | None, float | None] = (None, None)
    official_scheme: bool | None = None
    results: str = ""
    impact: str = ""
    urls: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()


def researchfish(
    release: Release, records: Sequence[Record], mapping: Mapping[str, str] | None = None, forms: Mapping[str, str] | None = None
) -> Form:
    """A row for each record and award. `mapping` renames columns, `forms` the forms of types; what they leave out keeps its name."""
    columns, called = MAPPING | dict(mapping or {}), FORMS | dict(forms or {})
    unknown = sorted(set(columns) - set(MAPPING))
    kept = [r for r in records if r.type != "scientific_meeting"]
    rows = tuple(tuple(cells[k] for k in MAPPING) for r in kept for cells in _cells(r, called))
    missing = [Missing(f"Column {k}", "is none of ours", f"They are {', '.join(MAPPING)}.") for k in unknown]
    missing += _together([m for r in kept for m in _lacks(r, called)])
    missing += [] if kept else [Missing("Records", "there is none", "Import activities first.")]
    left = len(records) - len(kept)
    notes = (
        "The number reached is a band: a small event must not name anybody.",
        "A record for several awards stands in several rows; count it once.",
        *((f"{words.plural(left, 'scientific meeting')} left out: no engagement with non-academic publics (EM-08).",) if left else ()),
        "A talk, an exhibition or a consultation goes under the form that is nearest; what was done is in the title.",
    )
    table = Table("Engagement activities", tuple(columns[k] for k in MAPPING), rows)
    title = "Engagement activities for Researchfish"
    return made(release, "researchfish", title, "UKRI and other funders", tables=(table,), missing=tuple(missing), notes=notes)


def band(low: float | None, high: float | None) -> str:
    """The band in which both ends lie, "" where they lie in two or are not known.

    >>> band(3, 3), band(60, 90), band(40, 60), band(600, None), band(None, None)
    ('1 - 10', '51 - 100', '', '501 or more', '')
    """
    for a, b in BANDS:
        if low is not None and low >= a and (b is None or (high is not None and high <= b)):
            return f"{a} - {b}" if b is not None else f"{a} or more"
    return ""


def form(kind: str, forms: Mapping[str, str] = FORMS) -> str:
    """The form of a type of activity, the nearest where it has none of its own; "" where there is none."""
    return forms.get(kind) or forms.get(NEAREST.get(kind, ""), "")


def _cells(r: Record, forms: Mapping[str, str]) -> list[dict[str, Plain]]:
    scheme = {True: "Yes", False: "No", None: ""}[r.official_scheme]
    audience = AUDIENCES.get(r.audiences[0], r.audiences[0]) if r.audiences else ""
    told: dict[str, Plain] = {
        "activity": r.activity, "title": r.title, "description": r.description, "form": form(r.type, forms),
        "place": PLACES.get(r.place, ""), "audience": audience, "years": ",".join(map(str, r.years)), "reached": band(*r.reached),
        "official_scheme": scheme, "results": r.results, "impact": r.impact, "url": " ".join(r.urls), "award": "",
    }  # fmt: skip
    return [told | {"award": award} for award in r.awards or ("",)]


def _together(found: Sequence[Missing]) -> list[Missing]:
    """What many records lack, said once: the first three by name and how many more."""
    groups: dict[tuple[str, str, bool], list[str]] = {}
    for m in found:
        groups.setdefault((m.found, m.do, m.stops), []).append(m.what)
    order = sorted(groups.items(), key=lambda g: not g[0][2])
    return [Missing(_named(names), said, do, stops) for (said, do, stops), names in order]


def _named(names: Sequence[str]) -> str:
    more = [f"{words.count(len(names) - MOST)} more"] if len(names) > MOST else []
    return words.listing([*names[:MOST], *more])


def _lacks(r: Record, forms: Mapping[str, str]) -> list[Missing]:
    name = f"{r.activity} {r.title}".strip()
    out = []
    if not r.title.strip():
        out.append(Missing(name or "A record", "no title", "Give it one."))
    if not form(r.type, forms):
        out.append(Missing(name, f"no form for the type “{r.type or 'not recorded'}”", "Choose one of the types that have a form."))
    if not r.years:
        out.append(Missing(name, "no year", "Give the day on which it began."))
    if not r.audiences:
        out.append(Missing(name, "no audience", "Say for whom it was."))
    if not band(*r.reached):
        out.append(
            Missing(name, "no band of people reached: nobody counted, or the estimate spans two bands", "Give a number or a band.", False)
        )
    if not r.awards:
        out.append(Missing(name, "no award", "Say which grant it belongs to.", False))
    return out
