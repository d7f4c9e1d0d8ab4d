"""Others' published KEF self-assessments beside one's own: only of the same year, cluster and version. The tables are copied by hand."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engagetree.institution import Office
from engagetree.render.research import report, workbook
from engagetree.research import terms

OWN = "rubric,unit,unit_level,criterion,rater,level,evidence,on,tool_version\n" + "".join(
    f"kef,Somewhere,institution,{criterion},panel,{level},doc,2026-06-01,KEF5\n"
    for criterion, level in zip(("strategy", "support", "activity", "results", "acting"), "43422", strict=True)
)
THEIRS = """
    UKPRN,Provider name,Cluster,Perspective,Metric,Value,Quintile,Banding,Iteration,Academic year
    10000001,University of Elsewhere,X,Public and community engagement,Aspect 1: Strategy,5,,,KEF5,2025/26
    10000001,University of Elsewhere,X,Public and community engagement,Acting on results,3,,,KEF5,2025/26
    10000001,University of Elsewhere,X,Public and community engagement,Strategy,2,,,KEF4,2024/25
    10000002,Nowhere College,X,Public and community engagement,Strategy,,4,quintile,KEF5,2025/26
    10000003,Another,ARTS,Public and community engagement,Strategy,1,,,KEF5,2025/26
    10000004,Undated,X,Public and community engagement,Strategy,1,,,KEF5,
    10000005,Old,X,Public and community engagement,Strategy,1,,,KEF4,2025/26
"""
TODAY = date(2026, 11, 1)


@pytest.fixture
def told(office: Office, write: Any) -> Any:
    """The office with both tables and a definition that names who stands beside it."""
    office.take(write("ratings.csv", OWN))
    office.take(write("kef.csv", THEIRS), as_="kef")
    path = office.root / "institution.yml"
    text = path.read_text("utf-8")

    def named(*providers: str, cluster: str = "Cluster X") -> Office:
        known = f"identifiers: {{kef_cluster: {cluster}}}\n" if cluster else ""
        path.write_text(f"{text}\n{known}beside: {json.dumps(providers)}\n", "utf-8")
        return office

    return named


def beside(release: Any) -> list[tuple[str, str, str]]:
    return [(v.at("provider"), v.at("criterion"), v.text) for v in release.of("kef_beside")]


def test_named_providers_stand_beside_in_the_order_in_which_they_are_named(told: Any) -> None:
    made = told("10000002", "10000001").release("2025-26", today=TODAY, keep=False)
    assert beside(made) == [("10000002", "strategy", "4 quintile"), ("10000001", "strategy", "5"), ("10000001", "acting", "3")]
    assert not [f for f in made.findings if f.rule == "EM-12"]
    page = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", report(made)))
    table = page[page.index("What others published beside one’s own Every") :]
    assert (
        "Aspect Somewhere (own) Nowhere College University of Elsewhere Strategy 4 In most areas 4 quintile 5 Support 3 Under way — —"
        in table
    )
    assert "no ranking" in table
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook(made))).get_sheet_by_name("Quality").to_python()
    assert sum("what others published" in str(row) for row in rows) == 3
    held = json.loads(terms.files(made)["release.json"])
    assert "University of Elsewhere" in json.dumps(held) and sum(v["indicator"] == "kef_beside" for v in held["values"]) == 3


@pytest.mark.parametrize(
    ("provider", "cluster", "says"),
    [
        ("10000003", "X", "cluster X (University of Somewhere and University of Elsewhere); ARTS (Another)"),
        ("10000004", "X", "year 2025-26 (University of Somewhere and University of Elsewhere); not known (Undated)"),
        ("10000005", "X", "version KEF5 (University of Somewhere and University of Elsewhere); KEF4 (Old)"),
        ("10000009", "X", "not known (10000009)"),
        ("10000002", "", "cluster not known (University of Somewhere); X (University of Elsewhere and Nowhere College)"),
    ],
)  # fmt: skip
def test_an_unlike_side_is_a_finding_and_there_is_no_table(told: Any, provider: str, cluster: str, says: str) -> None:
    made = told("10000001", provider, cluster=cluster).release("2025-26", today=TODAY, keep=False)
    assert beside(made) == []
    (found,) = [f for f in made.findings if f.rule == "EM-12"]
    assert found.severity == "error" and says in found.found and "beside" in found.do
    assert "What others published beside" not in report(made)


def test_a_year_without_ratings_of_ones_own_says_so(told: Any) -> None:
    made = told("10000001").release("2024-25", today=TODAY, keep=False)
    (found,) = [f for f in made.findings if f.rule == "EM-12"]
    assert "version not known (University of Somewhere); KEF4 (University of Elsewhere)" in found.found and beside(made) == []


def test_where_nobody_is_named_nothing_is_said(told: Any, office: Office) -> None:
    made = office.release("2025-26", today=TODAY, keep=False)
    assert beside(made) == [] and not [f for f in made.findings if f.rule == "EM-12"]
    assert [v.level for v in made.of("kef_level")] == ["4", "3", "4", "2", "2"]
