"""The workbook, read back by another library: numbers are numbers, text that looks like a formula is text."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from research_sample import CLAIMS, empty, release

from engagetree.render.research import workbook
from engagetree.research.model import Claim, Institution

RELEASE = release()
BOOK = workbook(RELEASE)


def read(book: bytes) -> dict[str, list[list[Any]]]:
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return {name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in opened.sheet_names}


SHEETS = read(BOOK)


def table(name: str, first: str = "Indicator") -> list[dict[str, Any]]:
    rows = SHEETS[name]
    top = next(i for i, row in enumerate(rows) if row and row[0] == first)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def test_sheets() -> None:
    assert list(SHEETS) == ["Read me", "Findings", "Extent", "Depth", "Reach", "Quality", "Attention", "Year before", "Data", "Definitions"]


def test_a_number_is_a_number_with_its_text_beside_it() -> None:
    row = next(r for r in table("Extent") if r["Indicator"] == "Attendances" and not r["Breakdown"])
    assert row["Value"] == 12480.0 and isinstance(row["Value"], float) and row["Shown"] == "12,480" and row["Missing"] == 6


def test_a_withheld_cell_has_its_text_and_the_rule_and_nothing_else() -> None:
    rows = [r for r in table("Extent") if r["Withheld by"]]
    assert len(rows) == 3
    for row in rows:
        assert row["Shown"] == ".." and [k for k, v in row.items() if v != ""] == ["Indicator", "Breakdown", "Unit", "Shown", "Withheld by"]


def test_an_unknown_number_is_blank_and_says_why() -> None:
    row = next(r for r in table("Quality") if "Krippendorff" in r["Indicator"] and r["Indicator"].startswith("EDGE"))
    assert row["Value"] == "" and "undefined" in row["Why there is no number"]


def test_every_value_that_may_be_shown_is_in_the_data() -> None:
    assert len(table("Data", "indicator")) == len(RELEASE.values) + len([b for b in RELEASE.before if b.indicator != "attention_score"])
    row = next(r for r in table("Data", "indicator") if r["indicator"] == "events" and r["type"] == "talk" and r["depth"] == "D1")
    assert (row["value"], row["year"], row["unit"]) == (41.0, "2025-26", "events")


def test_what_a_guard_stops_is_not_there() -> None:
    text = str(SHEETS)
    assert CLAIMS[1].text not in text and "8888" not in text


def test_the_rule_and_the_licence_are_there() -> None:
    assert all(SHEETS[s][0][0] == RELEASE.profile_says for s in ("Extent", "Depth", "Reach", "Quality", "Attention", "Year before", "Data"))
    assert "CC BY 4.0" in str(SHEETS["Definitions"][0]) and "Invented" in str(SHEETS["Read me"])
    assert "Attention is not quality" in str(SHEETS["Attention"][1])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", "{=1}"])
def test_text_that_looks_like_a_formula_is_text(text: str) -> None:
    book = workbook(replace(RELEASE, institution=Institution(text), claims=(Claim("c", text, "quality"),), notes=(text,)))
    assert str(read(book)["Read me"]).count(repr(text)) == 3
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = "".join(parts.read(n).decode() for n in parts.namelist() if n.startswith("xl/worksheets/"))
        assert "<f>" not in sheets and "<f " not in sheets and "hyperlink" not in sheets


def test_the_same_release_gives_the_same_bytes() -> None:
    assert workbook(RELEASE) == BOOK


def test_a_year_in_which_nothing_was_recorded() -> None:
    assert read(workbook(empty()))["Extent"][-1][0] == "Indicator"
