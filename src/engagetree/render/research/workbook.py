"""The year as a workbook: read me, findings, a sheet for each dimension, the year before, tidy data, definitions.

A number is a number, with the text that is shown beside it; a withheld cell has its text and the rule, and nothing else. Text that looks
like a formula stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from engagetree.render import words
from engagetree.render.research import findings, say
from engagetree.render.research.attention import ASIDE
from engagetree.render.research.definitions import ATTRIBUTION
from engagetree.render.research.facts import Facts
from engagetree.render.research.report import span
from engagetree.render.research.sections import sections, year_in_words
from engagetree.research.model import Release, Shown
from engagetree.research.vocabulary import DIMENSIONS

Plain = str | float | int | date | None
WIDEST = 60
MADE = (
    "Shown", "Value", "Low", "High", "Least", "Most", "Interval", "Rests on", "Denominator", "Missing", "Count method", "Level",
    "Verdict", "Baseline",
    "Why there is no number", "Withheld by", "Notes",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its head, its rows; `before` are lines above the table."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]
    before: tuple[str, ...] = ()


def workbook(release: Release) -> bytes:
    """The workbook as XLSX."""
    return written(sheets(release), release.institution.name, release.made_on)


def sheets(release: Release) -> tuple[Sheet, ...]:
    """All sheets in order."""
    facts = Facts.of(release)
    by_dimension = tuple(_dimension(facts, d) for d in DIMENSIONS)
    return (_read_me(facts), _findings(facts), *by_dimension, _before(facts), _tidy(facts), _definitions(facts))


def _read_me(facts: Facts) -> Sheet:
    r = facts.release
    rows: list[tuple[Plain, ...]] = [
        ("Institution", r.institution.name), ("Identifier", r.institution.identifier), ("Year", f"{r.year.key}: {span(r)}"),
        ("Definition", r.definition_version), ("Made with", f"engagetree {r.code_version}"), ("Made on", r.made_on),
        ("Release", r.register_number), ("Disclosure rule", r.profile_says),
    ]  # fmt: skip
    rows += [("Invented", r.institution.note or "An invented example.")] if r.institution.invented else []
    rows += [(words.upper("the year before" if key == "since" else key), said) for key, said in year_in_words(sections(facts))]
    rows += [("Claim", c.text) for c in r.claims]
    rows += [("Not known", note) for note in r.notes]
    rows += [
        ("Least, most", "Between them the value lies whatever the missing answers are."),
        ("Blank", "A blank number is not 0: it is withheld, or not known, and the text beside it says which."),
        ("Source", ATTRIBUTION),
    ]
    return Sheet("Read me", ("", ""), tuple(row for row in rows if row[1]))


def _findings(facts: Facts) -> Sheet:
    found = facts.findings(*findings.ORDER)
    ordered = sorted(found, key=lambda f: findings.ORDER.index(f.severity))
    rows = tuple((findings.SAYS[f.severity], f.rule, f.about, f.found, f.do, ", ".join(f.indicators), ", ".join(f.claims)) for f in ordered)
    return Sheet(
        "Findings", ("What it does", "Rule", "About", "Found", "To mend", "Indicators", "Claims"), rows, (findings.summary(facts),)
    )


def _dimension(facts: Facts, dimension: str) -> Sheet:
    values = [v for i in facts.release.indicators if i.dimension == dimension for v in facts.all(i.key)]
    rows = tuple((_label(v, facts), facts.name(v.cell) if v.cell else "", say.unit(v, facts), *made(v, facts)) for v in values)
    before = (facts.release.profile_says, ASIDE) if dimension == "attention" else (facts.release.profile_says,)
    return Sheet(words.upper(dimension), ("Indicator", "Breakdown", "Unit", *MADE), rows, before)


def _before(facts: Facts) -> Sheet:
    rows = tuple((_label(v, facts), facts.name(v.cell) if v.cell else "", v.year, *made(v, facts)) for v in facts.release.before)
    return Sheet("Year before", ("Indicator", "Breakdown", "Year", *MADE), rows, (facts.release.profile_says,))


def _tidy(facts: Facts) -> Sheet:
    """A row for each value, a column for each dimension of a breakdown, codes instead of labels: for those who calculate on."""
    values = (*facts.release.values, *facts.release.before)
    names = tuple(dict.fromkeys(d for v in values for d, _ in v.cell))
    rows = tuple((v.indicator, v.year, *(v.at(d) for d in names), say.unit(v, facts), *made(v, facts)) for v in values)
    return Sheet(
        "Data", ("indicator", "year", *names, "unit", *(m.lower().replace(" ", "_") for m in MADE)), rows, (facts.release.profile_says,)
    )


def _definitions(facts: Facts) -> Sheet:
    head = (
        "Key",
        "Label",
        "Dimension",
        "Kind",
        "Unit",
        "Formula",
        "Numerator",
        "Denominator",
        "Interval",
        "Beware",
        "Version",
        "Scope",
        "Own",
    )
    rows = tuple(
        (
            i.key, i.label, i.dimension, i.kind, i.unit, i.formula, i.numerator, i.denominator, i.interval, " ".join(i.pitfalls), i.version,
            i.scope, "yes" if i.own else "",
        )
        for i in facts.release.indicators
    )  # fmt: skip
    return Sheet("Definitions", head, rows, (ATTRIBUTION,))


def made(v: Shown, facts: Facts) -> tuple[Plain, ...]:
    """The columns of `MADE` for one value. Of a withheld cell only its text and the rule."""
    if v.withheld:
        return (v.text, *(None,) * 14, v.withheld, None)
    return (
        v.text, v.value, v.low, v.high, v.least, v.most, v.interval, v.n, v.denominator, v.missing, say.counted_by(v, facts), v.level,
        v.verdict,
        facts.baseline(v.baseline), v.reason, "", "; ".join(v.notes),
    )  # fmt: skip


def _label(v: Shown, facts: Facts) -> str:
    indicator = facts.indicators.get(v.indicator)
    return indicator.label if indicator else v.indicator


def written(pages: Iterable[Sheet], title: str, on: date) -> bytes:
    """Sheets as the bytes of a workbook. Every text is written as text, whatever it begins with; the same sheets give the same bytes."""
    from datetime import datetime

    import xlsxwriter  # type: ignore[import-untyped]

    held = BytesIO()
    book = xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": words.clean(title), "comments": "Made with engagetree", "created": datetime(on.year, on.month, on.day)})
    bold, wrapped = (
        book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    for page in pages:
        _sheet(book, page, bold, wrapped, day)
    book.close()
    return held.getvalue()


def _sheet(book: Any, page: Sheet, bold: Any, wrapped: Any, day: Any) -> None:
    sheet = book.add_worksheet(page.name[:31])
    at = 0
    for line in page.before:
        sheet.write_string(at, 0, words.clean(line))
        at += 1
    at += 1 if page.before else 0
    if any(page.head):
        for i, name in enumerate(page.head):
            sheet.write_string(at, i, name, bold)
        sheet.freeze_panes(at + 1, 1)
        if page.rows:
            sheet.autofilter(at, 0, at + len(page.rows), len(page.head) - 1)
        at += 1
    for row in page.rows:
        for i, cell in enumerate(row):
            _cell(sheet, at, i, cell, wrapped, day)
        at += 1
    for i, wide in enumerate(_widths(page)):
        sheet.set_column(i, i, wide)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _cell(sheet: Any, row: int, column: int, cell: Plain, wrapped: Any, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, str):
        sheet.write_string(row, column, words.clean(cell)[:32767], wrapped)
    else:
        sheet.write_number(row, column, cell)


def _widths(page: Sheet) -> Sequence[int]:
    columns = [page.head, *page.rows]
    return [min(WIDEST, 2 + max(len(str(row[i])) if row[i] is not None else 0 for row in columns)) for i in range(len(page.head))]
