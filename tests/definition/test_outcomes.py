"""Outcomes in a definition: read, checked with lines and near names, and no part of the version."""

from __future__ import annotations

import pytest

from engagetree.definition.beside import carried, formula_of
from engagetree.definition.outcomes import Behaviour
from engagetree.definition.read import parse
from engagetree.definition.templates import template
from engagetree.errors import DefinitionError

PLAIN = formula_of(template("on-demand-course"))
GOOD = """outcomes:
  passed: {inside: [completion, attendance.recent_days], at_least: 40}
  dropped: {label: Dropped out, inside: none, good: 0}
  back: {behaviour: {taken: click, after: later_cohort}}
"""


def test_outcomes_are_read() -> None:
    passed, dropped, back = parse(PLAIN + GOOD).outcomes
    assert passed.inside == ("completion", "attendance.recent_days") and passed.at_least == 40 and passed.label == "Passed"
    assert dropped.inside == () and dropped.hoped == "Not dropped out"
    assert back.inside is None and back.behaviour == Behaviour(("click",), 28, "later_cohort")


def test_they_are_no_part_of_the_version_and_are_carried_along() -> None:
    assert parse(PLAIN + GOOD).fingerprint == parse(PLAIN).fingerprint
    assert parse(carried(PLAIN, PLAIN + GOOD)).outcomes[0].inside == ("completion", "attendance.recent_days")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("passed: {inside: completio}", "Did you mean “completion”"),
        ("passed: {inside: [none, completion]}", "stands beside other names"),
        ("passed: {inside: [attendance, interaction, contribution, completion]}", "no score is left"),
        ("passed: {good: 2}", "at most 1"),
        ("passed: {isnide: completion}", "“inside”"),
        ("back: {at_least: 1, behaviour: {taken: click}}", "no effect on a behaviour"),
        ("back: {behaviour: {taken: join}}", "never counted by itself"),
        ("back: {behaviour: {within: 3}}", "`taken` is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, found: str) -> None:
    with pytest.raises(DefinitionError, match=f"line {len(PLAIN.splitlines()) + 2}:") as wrong:
        parse(f"{PLAIN}outcomes:\n  {text}\n")
    assert found in str(wrong.value)
