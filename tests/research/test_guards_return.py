"""From an institution's registers through everything that is measured to the guards: the definition's examples as books would have them.

Expected answers are the must-pass set of the domain notes (§5).
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from research_cases import YEAR, register

from engagetree.research import quality
from engagetree.research.definition import indicators, parse
from engagetree.research.guards import blocked, guarded
from engagetree.research.guards.facts import given
from engagetree.research.indicators import measure
from engagetree.research.model import AnnualReturn

ON = date(2025, 10, 1)
DEFINITION = parse("institution: {name: Invented University, invented: true}\n")


def findings(**registers):
    con = duckdb.connect()
    sources = {name: register(con, name, rows) for name, rows in registers.items()}
    values = measure(con, sources, DEFINITION, YEAR, today=date(2026, 9, 1)) + quality.measure(con, sources, DEFINITION, YEAR)
    before = measure(con, sources, DEFINITION, DEFINITION.before(YEAR), today=date(2026, 9, 1))
    made = quality.claimed.claims(con, sources, YEAR)
    known = (*indicators(DEFINITION), *quality.indicators(DEFINITION))
    year = AnnualReturn(DEFINITION.institution, YEAR, known, values, before, made)
    return guarded(year, given(con, sources, DEFINITION, YEAR, DEFINITION.before(YEAR)))


def activities(**more):
    return [{"activity": f"a{n}", "starts_on": ON, "size": 30.0, "count_method": "head_count", **more} for n in range(9)]


EDGE = [
    {"rubric": "edge", "unit": "University", "criterion": c.key, "level": "G", "rater": "r", "on": ON}
    for c in quality.built_in("edge").criteria
]
COAUTHORS = {
    "outputs": [{"output": f"o{n}", "published_on": ON} for n in range(9)],
    "affiliations": [
        {"output": f"o{n}", "author": a, "organisation": a, "organisation_type": kind}
        for n in range(9)
        for a, kind in (("U", "education"), ("C", "company"))
        if n < 3 or a == "U"
    ],
    "decision_roles": [{"role": "r", "project": "p", "held_by": "partner", "right": "vote", "active_from": ON}],
}
MENTIONS = [{"mention": f"m{n}", "output": "o1", "medium": "social", "count": 50.0, "provider": "P", "retrieved_on": ON} for n in range(4)]
DEEP = {"depth": "D2", "depth_evidence": ["input_recorded", "feedback_given"]}


@pytest.mark.parametrize(
    ("registers", "rules"),
    [
        ({"activities": activities()}, ["EM-01"]),
        ({"activities": activities(), "mentions": MENTIONS}, ["EM-01"]),
        ({"activities": activities(), "ratings": EDGE}, ["EM-01", "EM-11"]),
        ({"activities": activities(type="talk")}, ["EM-02"]),
        ({"activities": activities(type="talk", **DEEP)}, []),
        ({"activities": activities(type="talk", **DEEP), "ratings": EDGE}, []),
        (COAUTHORS, []),
        ({"mentions": MENTIONS}, []),
        ({}, []),
    ],
)
def test_examples_and_counter_examples(registers, rules) -> None:
    found = findings(**registers)
    assert [f.rule for f in found] == rules
    assert ("attendances" in blocked(found)) is ("EM-01" in rules)


def test_attention_claimed_as_quality() -> None:
    said = [{"claim": "c", "text": "Our engagement is excellent.", "dimension": "quality", "rests_on": ["o1"], "year": YEAR.key}]
    (found,) = findings(activities=activities(type="talk", **DEEP), mentions=MENTIONS, claims=said)
    assert (found.rule, found.claims) == ("EM-04", ("c",))
    coded = [
        {"item": f"m{n}", "kind": "mention", "code": "useful", "polarity": "+" if n else "-", "coder": c, "on": ON}
        for n in range(4)
        for c in ("x", "y")
    ]
    said[0] |= {"rests_on": ["o1", "m0", "m1", "m2", "m3"], "negatives_sought": True}
    (thin,) = findings(activities=activities(type="talk", **DEEP), mentions=MENTIONS, claims=said, coded=coded)
    assert thin.rule == "EM-06" and "10 coded mentions are the least" in thin.found  # four of 200
