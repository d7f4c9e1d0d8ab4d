"""What disclosure control withholds is in no output: an exact year through `protect`, then every serialiser searched for its numbers.

The numbers that must not come out are known here because the exact year is made here.
"""

from __future__ import annotations

import io
import re
from datetime import date
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from research_sample import INDICATORS, YEAR
from rich.console import Console
from test_render_report import Text

from engagetree.render.research import report, tables, workbook
from engagetree.render.research.returns import gripp2, hebci, kef, wellcome
from engagetree.research.disclosure import protect
from engagetree.research.model import AnnualReturn, Guarded, Institution, Release, Value, Year

TYPES = ("talk", "workshop", "exhibition", "consultation", "citizen_science")
PROFILES = ("hesa", "lt5", "threshold10")
KINDS = {i.key: i for i in INDICATORS}


def value(key: str, number: float | None, n: int | None = None, **more: object) -> Value:
    cell = tuple((k, str(v)) for k, v in more.pop("cell", {}).items())  # type: ignore[attr-defined]
    return Value(key, YEAR, cell, number, KINDS[key].unit, KINDS[key].counts, n=n, **more)  # type: ignore[arg-type]


def year(values: tuple[Value, ...], findings: tuple[Guarded, ...] = ()) -> AnnualReturn:
    return AnnualReturn(
        Institution("University of Westhaven", invented=True), Year(YEAR, date(2025, 8, 1), date(2026, 8, 1)), INDICATORS, values,
        findings=findings, labels={}, definition_version="1",
    )  # fmt: skip


def sheet_text(book: bytes) -> str:
    """Every cell of a workbook, read back by another library."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return "\n".join(
        repr(cell).removesuffix(".0") if isinstance(cell, float) else str(cell)
        for n in opened.sheet_names
        for row in opened.get_sheet_by_name(n).to_python()
        for cell in row
    )


def outputs(release: Release) -> dict[str, str]:
    """Every output as text, with the drawings' coordinates left out: lengths are those of shown numbers."""
    said = StringIO()
    tables(release, Console(file=said, width=120))
    forms = (kef(release), hebci(release), gripp2(release), wellcome(release))
    out = {"html": Text(report(release)).text, "terminal": said.getvalue(), "xlsx": sheet_text(workbook(release))}
    return out | {f.key: Text(f.html()).text for f in forms}


def numbers(text: str) -> set[str]:
    """All numbers of a text, as they are written and without separators."""
    found = re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    return {f.replace(",", "").rstrip(".") for f in found}


@pytest.mark.parametrize("profile", PROFILES)
def test_what_a_profile_withholds_is_nowhere(profile: str) -> None:
    """Counts, shares, ends and bases that are unlike any other number of the year."""
    total = 33611
    parts = {"talk": 17203, "workshop": 9871, "exhibition": 6531, "consultation": 2, "citizen_science": 4}
    exact = (
        value("attendances", float(total), total),
        *(value("attendances", float(n), n, cell={"type": t}) for t, n in parts.items()),
        value("follow_up_rate", 3 / 7, 7, low=0.15817, high=0.74954, interval="95 % Wilson", numerator=3.0, denominator=7.0),
        value("hebci_attendees", 3.0, 3, cell={"hebci": "2b", "chargeable": "chargeable"}),
        value("representation_ratio", 0.83917, 9, low=0.31773, high=1.71919, interval="95 % Wilson", numerator=2.0, denominator=9.0,
              baseline="city", cell={"characteristic": "ethnicity", "category": "mixed"}),
    )  # fmt: skip
    release = protect(year(exact), profile)
    hidden = {v.cell: e for v, e in zip(release.values, exact, strict=True) if v.withheld}
    assert hidden
    for name, text in outputs(release).items():
        found = numbers(text)
        for e in hidden.values():
            for number in (e.value, e.low, e.high):
                if number is not None and number > 9:
                    assert f"{number:g}" not in found, (name, e)
                if number is not None and number < 2 and not float(number).is_integer():
                    assert not {f"{100 * number:.0f}.{d}" for d in range(10)} & found and f"{number:.2f}" not in found, (name, e)
        if profile == "threshold10":
            assert (
                not {str(parts[t]) for t in parts if parts[t] > 9 and any(v.at("type") == t and v.withheld for v in release.values)} & found
            )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(10001, 99999), min_size=5, max_size=5, unique=True), st.sampled_from(PROFILES), st.integers(0, 4))
def test_a_small_cell_and_its_complement_come_out_nowhere(counts: list[int], profile: str, small: int) -> None:
    """One of five parts is made 2 to 4. Neither the cell, nor what `protect` hides with it, nor their sum is in any output."""
    parts = [*counts]
    parts[small] = 2 + small % 3
    exact = (value("attendances", float(sum(parts)), sum(parts)), *(value("attendances", float(n), n, cell={"type": t}) for t, n in zip(TYPES, parts, strict=True)))  # fmt: skip
    release = protect(year(exact), profile)
    shown = {f"{v.value:.0f}" for v in release.values if v.value is not None}
    hidden = [int(e.value or 0) for v, e in zip(release.values, exact, strict=True) if v.withheld]
    secret = {str(n) for n in (*hidden, sum(hidden)) if n > 999} - shown
    for name, text in outputs(release).items():
        assert not secret & numbers(text), name


def test_what_a_guard_blocks_is_nowhere() -> None:
    exact = (value("attendances", 48615.0, 48615), value("events", 147.0, 147))
    release = protect(year(exact, (Guarded("EM-01", "error", "The set", "counts only", "Add the type.", ("attendances",)),)))
    for name, text in outputs(release).items():
        assert "48615" not in numbers(text) and "48610" not in numbers(text), name
