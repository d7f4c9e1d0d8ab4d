"""From an exact return through disclosure control into every form: what is withheld is in none of them."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest
from terms_offline import conforms, read_json, read_turtle
from terms_release import INDICATORS, YEAR
from test_terms_cube import broken

from engagetree.research import terms as t
from engagetree.research.disclosure import protect
from engagetree.research.indicators.depth import CROSSWALK
from engagetree.research.model import AnnualReturn, Indicator, Institution, Value
from engagetree.research.terms.ladders import OTHERS, crossings

PEOPLE = Indicator("people", "People", "extent", "count", "people", "Unique participants", counts="people", breakdowns=("age",))
EXACT = AnnualReturn(
    Institution("University of Nowhere", invented=True),
    YEAR,
    (*INDICATORS, PEOPLE),
    (
        Value("people", "2025-26", (), 9174.0, "people", "people", n=9174),
        Value("people", "2025-26", (("age", "16-24"),), 9171.0, "people", "people", n=9171),
        Value("people", "2025-26", (("age", "65+"),), 3.0, "people", "people", n=3),
        Value("events", "2025-26", (), 15.0, "events"),
        Value("attendances", "2025-26", (), None, "attendances", "attendances", low=300.0, count_method="band"),
    ),
)


@pytest.mark.parametrize("profile", ["hesa", "lt5", "threshold10"])
def test_every_form_of_a_protected_year(profile: str) -> None:
    release = protect(EXACT, profile, made_on=date(2026, 9, 30))
    plain, linked, cube, files = t.plain_json(release), t.schema_org(release), t.data_cube(release), t.csvw(release)
    jsonschema.Draft202012Validator(t.plain_schema()).validate(json.loads(json.dumps(plain)))
    assert conforms(read_json(linked)) == "" == conforms(read_turtle(cube)) and broken(read_turtle(cube)) == {}
    assert t.lint(json.dumps(linked)) == ()
    everything = (
        json.dumps([plain, linked], ensure_ascii=False) + cube + "".join(f.decode() for f in files.values()) + t.custom_meta(release)
    )
    assert "9171" not in everything  # 9174 − 9171 are three people
    for row in (v for v in plain["values"] if v.get("cell") == {"age": "65+"}):
        assert row.get("value") != 3 and row.get("n") != 3


def test_the_crosswalk_is_the_one_of_the_indicator_of_depth() -> None:
    """Two tables of the same thing, one in words and one as links: they name the same levels of the same ladders."""
    labels = {(ladder.key, r.code): r.label.casefold() for ladder in OTHERS for r in ladder.rungs}
    linked: dict[tuple[str, str], set[str]] = {}
    for c in crossings():
        ours, theirs = (c.subject, c.object) if c.subject[0] == "depth" else (c.object, c.subject)
        linked.setdefault((ours[1], theirs[0]), set()).add(labels[theirs])
    told = {
        (row["depth"], ladder): {w.casefold() for part in said.split(", ") for w in part.split(" or ")}
        for row in CROSSWALK
        for ladder, said in row.items()
        if ladder != "depth"
    }
    assert linked == told
