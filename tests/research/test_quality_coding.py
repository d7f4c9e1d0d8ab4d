"""Coded evidence and claims, from registers to values. Expected numbers are counted by hand from the rows."""

from __future__ import annotations

from datetime import date

import duckdb
import krippendorff
import pytest
from research_cases import YEAR, register

from engagetree.research.quality import measure, rubrics_of
from engagetree.research.quality.claimed import grounds

ON = date(2026, 2, 1)


def coded(item, code, coder="a", polarity="+", **more):
    return {"item": item, "code": code, "coder": coder, "polarity": polarity, "on": ON, "codebook": "1.0", **more}


def measured(rows, **registers):
    con = duckdb.connect()
    sources = {name: register(con, name, given) for name, given in {"coded": rows, **registers}.items()}
    return {(v.indicator, v.cell): v for v in measure(con, sources, None, YEAR)}


ROWS = [
    coded("i1", "trust"),
    coded("i1", "trust", coder="b"),
    coded("i1", "time", polarity="−"),
    coded("i2", "trust", polarity="-"),  # a plain hyphen, as people type it
    coded("i2", "trust", coder="b"),  # the two differ
    coded("i3", "time", polarity="mixed"),
    coded("i4", "time", polarity=None, negative_case=True),
    coded("i5", "trust", on=date(2025, 7, 31)),  # the year before
    coded("i6", None),  # not coded yet
]


def test_items_by_code_and_polarity() -> None:
    found = {tuple(c for _, c in cell): v.value for (key, cell), v in measured(ROWS).items() if key == "coded_items"}
    assert found == {
        ("trust", "+"): 1.0,
        ("trust", "contested"): 1.0,
        ("time", "−"): 1.0,
        ("time", "mixed"): 1.0,
        ("time", "unknown"): 1.0,
    }


def test_negative_cases_and_the_share_coded_twice() -> None:
    found = measured(ROWS)
    assert (found["negative_cases", ()].value, found["negative_cases", ()].n) == (1.0, 4)
    double = found["double_coded_share", ()]
    assert (double.value, double.numerator, double.denominator, double.verdict) == (0.5, 2, 4, "")
    few = measured([coded(f"i{n}", "trust") for n in range(10)] + [coded("i0", "trust", coder="b")])["double_coded_share", ()]
    assert (few.value, few.verdict) == (0.1, "too few coded twice")


def test_agreement_on_codes_is_nominal_alpha_over_items_coded_twice() -> None:
    """i1: trust by both, time by one of two. i2: trust by both, time by neither. So four units: 2/2, 1/2, 2/2, 0/2."""
    found = measured(ROWS)["code_alpha", ()]
    expected = krippendorff.alpha(value_counts=[[0, 2], [1, 1], [0, 2], [2, 0]], level_of_measurement="nominal")
    assert found.value == pytest.approx(expected)
    assert found.n == 2 and found.notes == ("2 coders", "codebook 1.0", "fewer than 20 items: no verdict")


def test_one_coder_and_one_code() -> None:
    assert measured([coded("i1", "trust"), coded("i2", "time")])["code_alpha", ()].reason == "agreement undefined (no item has two coders)"
    both = measured([coded("i1", "trust"), coded("i1", "trust", coder="b")])["code_alpha", ()]
    assert "no variation" in both.reason and both.value is None


def test_codebooks_of_two_versions_are_said() -> None:
    notes = measured([coded("i1", "trust"), coded("i2", "trust", codebook="2.0")])["code_alpha", ()].notes
    assert "codebook 1.0 and 2.0" in notes and "codebooks of different versions are not comparable" in notes
    assert "the codebook has no version" in measured([coded("i1", "trust", codebook=None)])["code_alpha", ()].notes


def claim(key, *rests_on, dimension="quality", sought=True, year="2025-26"):
    return {"claim": key, "text": key, "dimension": dimension, "rests_on": list(rests_on), "negatives_sought": sought, "year": year}


CLAIMS = [
    claim("good", "i1"),
    claim("not looked", "i1", sought=False),
    claim("not said", "i1", sought=None),
    claim("uncoded", "i6"),
    claim("attention", "m1", "out1"),
    claim("long ago", "i1", year="2024-25"),
    claim("wide", "i1", dimension="reach"),
]


def test_claims_of_quality_with_evidence() -> None:
    """Of five claims of quality this year two cite a coded item and say whether cases against them were looked for."""
    found = measured(ROWS, claims=CLAIMS)["backed_claims_share", ()]
    assert (found.value, found.numerator, found.denominator) == (0.4, 2, 5)


def test_what_an_id_is() -> None:
    con = duckdb.connect()
    rows = {
        "claims": [claim("c", "i1", "i6", "m1", "out1", "out2", "edge", "uk_standards", "ours", "change", "m2", "nowhere")],
        "coded": [*ROWS, coded("m2", "trust", kind="mention")],
        "mentions": [{"mention": "m1", "output": "out1"}, {"mention": "m2", "output": "out1"}],
        "outputs": [{"output": "out1"}, {"output": "out2"}],
        "ratings": [{"rubric": "edge"}, {"rubric": "uk_standards"}],
        "impacts": [{"impact": "change"}],
    }
    sources = {name: register(con, name, given) for name, given in rows.items()}
    assert grounds(con, sources, rubrics_of()) == {
        "i1": "coded",
        "m1": "attention",
        "m2": "coded",  # a mention that somebody coded
        "out1": "attention",
        "edge": "assessment",
        "uk_standards": "coded",
        "change": "impact",
    }  # i6 is not coded yet, out2 was never mentioned, the rest is in no register
    assert grounds(con, {"coded": sources["coded"]}, rubrics_of()) == {}
