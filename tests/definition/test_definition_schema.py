"""The JSON Schema against the reader: `jsonschema` is the judge from outside."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_definition_checks import BASE, CASES, edited
from test_definition_hostile import VALUES

from engagetree.definition.document import document, plain
from engagetree.definition.fields import LEVELS, OWNERS
from engagetree.definition.metrics import Composition, Evidence, Influence, Metric, ProgrammeTree
from engagetree.definition.model import Band, Definition, Driver, Raci, Signal
from engagetree.definition.read import parse
from engagetree.definition.schema import SHAPES, schema
from engagetree.definition.templates import TEMPLATES, template
from engagetree.definition.values import READERS
from engagetree.errors import DefinitionError

JUDGE = jsonschema.Draft202012Validator(schema())

BEYOND = {
    # Sums, orders and meanings across fields, and what only a calendar or the zone database knows: no business of a schema.
    *("unknown zone", "a city alone", "an offset", "a zone that is a path", "a zone that is a folder", "the machine's zone"),
    *("a date that cannot be", "a far date", "starts after ends", "weights sum to 0.9", "a hair off", "all zero", "drivers sum to 0.8"),
    *(
        "one of two without",
        "a single driver with a part",
        "weights in a product",
        "a key that is a column",
        "a key twice",
        "a signal twice",
    ),
    *(
        "range upside down",
        "days on items",
        "cap on items",
        "lately in a window",
        "items lately",
        "in time of what is open",
        "ahead of nothing",
        "joins",
        "days present",
        "bands ascending",
        "bands level",
        "bands with a hole",
        "one key for two bands",
    ),
    *("attendance is nearly all", "attendance by another name", "presence alone", "gender", "age band", "on religion"),
    *("education as a signal", "highest education", "control character"),
}


def accepted(text: str) -> bool:
    try:
        parse(text)
    except DefinitionError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_valid(name: str) -> None:
    assert list(JUDGE.iter_errors(plain(document(template(name))[0]))) == []


@pytest.mark.parametrize("name", CASES)
def test_the_schema_refuses_what_one_field_can_tell(name: str) -> None:
    edits, expected = CASES[name]
    valid = JUDGE.is_valid(plain(document(edited(edits))[0]))
    wrong = any(level == "error" for _, level, _ in expected)
    assert valid == (not wrong or name in BEYOND)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from([BASE, *map(template, TEMPLATES)]), st.data())
def test_what_the_reader_takes_the_schema_takes(text: str, data: st.DataObject) -> None:
    tree = plain(document(text)[0])
    spot: Any = tree
    while isinstance(spot, dict | list):
        step = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
        if not isinstance(spot[step], dict | list) or data.draw(st.integers(0, 9)) == 0:
            spot[step] = data.draw(VALUES)
            break
        spot = spot[step]
    written = json.dumps(tree)
    if accepted(written):
        assert JUDGE.is_valid(plain(document(written)[0]))


def test_the_tables_name_every_field_of_the_model_and_no_other() -> None:
    def names(model: type, *aside: str) -> set[str]:
        return {f.name for f in dataclasses.fields(model)} - set(aside)

    def told(level: str) -> list[str]:
        return [f.name for f in LEVELS[level]]

    owners = {f.name for f in OWNERS}
    assert owners == names(Raci)
    assert set(told("driver")) == names(Driver, "key", "owners", "line") | owners
    assert set(told("signal")) == names(Signal, "key", "owners", "line") | owners
    assert set(told("band")) == names(Band)
    assert set(told("definition")) == names(Definition, "fingerprint", "text", "path")
    assert set(told("metric")) == names(Metric, "key", "line")
    assert set(told("tree")) == names(ProgrammeTree, "line")
    assert set(told("composed node")) == names(Composition, "parent", "weights", "line")
    assert set(told("influence")) == names(Influence, "cause", "effect", "line") | {"from", "to"}
    assert set(told("evidence")) == names(Evidence)
    for level in LEVELS:
        assert len(told(level)) == len(set(told(level)))


def test_every_kind_of_field_has_a_reader_and_a_shape() -> None:
    kinds = {f.kind for level in LEVELS.values() for f in level}
    assert set(SHAPES) == kinds
    assert set(READERS) == kinds - {"map", "list", "part"}


def test_a_plain_yaml_reader_of_today_reads_the_same() -> None:
    """PyYAML's own loader, the judge from outside, gives the same values: no word in the template means a flag to one of the two."""
    old = yaml.safe_load(template("live-programme"))
    assert old == plain(document(template("live-programme"))[0])
