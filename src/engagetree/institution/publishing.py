"""What leaves an office, as files: the report, the workbook, data for machines, and the returns that funders ask for.

Everything here is made of a `Release`; rows of single activities, which two returns ask for, are taken to bands first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagetree.engine import literal
from engagetree.errors import EngagetreeError, NotFound, near
from engagetree.render.research import report, workbook
from engagetree.render.research.returns import Form, Narrative, Record, Untimed, gripp2, hebci, kef, narrative, researchfish, wellcome
from engagetree.render.research.returns.narrative import NOTHING
from engagetree.research import terms
from engagetree.research.model import Release, Year

if TYPE_CHECKING:
    from engagetree.institution.office import Office

Made = Callable[[Release], Mapping[str, bytes]]


def _page(release: Release) -> dict[str, bytes]:
    return {"report.html": report(release).encode()}


def _book(release: Release) -> dict[str, bytes]:
    return {"report.xlsx": workbook(release)}


FORMS: dict[str, Made] = {"html": _page, "xlsx": _book, "data": terms.files}
"""What a year can be written as: the report, the workbook, and every machine-readable form (CSV with CSVW, JSON, JSON-LD, RDF)."""


def publish(release: Release, folder: Path, forms: tuple[str, ...] = ("html", "xlsx", "data")) -> list[Path]:
    """Write a release into a folder in these forms; the files written. EngagetreeError for a form that is none, or no right to write."""
    for form in forms:
        if form not in FORMS:
            raise NotFound(f"form {form}", f"there are {', '.join(FORMS)}", near(form, FORMS))
    out = []
    for form in forms:
        for name, data in FORMS[form](release).items():
            out.append(_write(folder / name, data))
    return out


def _write(target: Path, data: bytes) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        raise EngagetreeError(str(target), error.strerror or str(error), "Choose a folder that you may write to.") from None
    return target


# ---- returns

RETURNS = {
    "kef": "UKRI Knowledge Exchange Framework: public and community engagement, five aspects with narrative",
    "hebci": "HE-BCI table 5: attendees and academic staff time of designated public events",
    "gripp2": "GRIPP2 short form: reporting of patient and public involvement in one study",
    "wellcome": "Wellcome: the three outcomes of public engagement",
    "researchfish": "Researchfish: engagement activities, a row for each",
}


def returned(office: Office, release: Release, name: str, told: str | Path | None = None, unit: str = "") -> Form:
    """A return made of a release, with what is missing before it can be sent. `told` is the file of texts, `unit` the study (gripp2)."""
    if name not in RETURNS:
        raise NotFound(f"return {name}", f"there are {', '.join(RETURNS)}", near(name, RETURNS))
    texts = _narrative(told)
    if name == "kef":
        return kef(release, texts, unit)
    if name == "gripp2":
        return gripp2(release, texts, unit)
    if name == "wellcome":
        return wellcome(release, texts)
    if name == "hebci":
        return hebci(release, _untimed(office, release.year), texts)
    return researchfish(release, _records(office, release.year))


def _narrative(told: str | Path | None) -> Narrative:
    if told is None:
        return NOTHING
    try:
        text = Path(told).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EngagetreeError(str(told), getattr(error, "strerror", None) or "it is not UTF-8 text", "Name a YAML file of texts.") from None
    return narrative(text, str(told))


def _delivered(year: Year) -> str:
    return (
        f"starts_on >= {literal(year.starts)} AND starts_on < {literal(year.until)} AND coalesce(status, 'delivered') = 'delivered' "
        "AND coalesce(relation, 'organised') = 'organised'"
    )


def _untimed(office: Office, year: Year) -> tuple[Untimed, ...]:
    """Activities of table 5 whose staff time is not, or not known to be, that of the event itself."""

    def asked(con: Any, sources: dict[str, str]) -> tuple[Untimed, ...]:
        rows = con.execute(
            f"SELECT activity, coalesce(title, activity), coalesce(staff_time_basis, '') FROM {sources['activities']} "
            f"WHERE {_delivered(year)} AND hebci IS NOT NULL AND coalesce(staff_time_basis, '') <> 'delivery' ORDER BY activity"
        ).fetchall()
        return tuple(Untimed(*row) for row in rows)

    return office.read(asked)


def _records(office: Office, year: Year) -> tuple[Record, ...]:
    """The activities of a year as records; sizes go out as bands only."""

    def asked(con: Any, sources: dict[str, str]) -> tuple[Record, ...]:
        came = f"(SELECT activity, count(DISTINCT person) AS n FROM {sources['attendances']} WHERE person IS NOT NULL " \
               "AND coalesce(status, 'attended') = 'attended' AND coalesce(role, 'participant') <> 'staff' GROUP BY activity)"  # fmt: skip
        rows = con.execute(
            "SELECT a.activity, coalesce(a.title, ''), coalesce(a.type, ''), coalesce(a.audiences, []), coalesce(a.description, ''), "
            "coalesce(a.place, ''), a.starts_on, coalesce(a.until, a.starts_on), coalesce(a.size, a.size_low, c.n), "
            "CASE WHEN a.size IS NOT NULL THEN a.size WHEN a.size_low IS NOT NULL THEN a.size_high ELSE c.n END, a.official_scheme, "
            "coalesce(a.results, ''), coalesce(a.impact, ''), coalesce(a.evidence_urls, []), coalesce(a.projects, []) "
            f"FROM {sources['activities']} a LEFT JOIN {came} c USING (activity) WHERE {_delivered(year)} ORDER BY a.activity"
        ).fetchall()
        return tuple(_record(row) for row in rows)

    return office.read(asked)


def _record(row: tuple[Any, ...]) -> Record:
    activity, title, kind, audiences, about, place, starts, until, low, high, scheme, results, impact, urls, projects = row
    years = tuple(range(starts.year, max(starts, until).year + 1))
    return Record(
        activity, title, kind, tuple(audiences), about, place, years, (low, high), scheme, results, impact, tuple(urls), tuple(projects)
    )
