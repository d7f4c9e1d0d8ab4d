"""A text with another reason, and with the metrics of another text. Expected: written down by hand."""

from __future__ import annotations

import pytest

from engagetree.definition.beside import carried, formula_of
from engagetree.definition.read import parse
from engagetree.definition.reason import plain, with_reason
from engagetree.definition.templates import TEMPLATES, template
from engagetree.definition.version import around

METRICS = """\
# What the sponsors ask for.
metrics:
  weekly: {kind: active, taken: visit, window: 7_days, accountable: Ana}
"""


@pytest.mark.parametrize("name", TEMPLATES)
def test_only_the_reason_differs(name: str) -> None:
    text = template(name)
    made = with_reason(text, "Ana: “less” is more # really")
    assert parse(made).reason == "Ana: “less” is more # really"
    assert parse(made).fingerprint == parse(text).fingerprint
    assert [(a, b) for a, b in zip(text.splitlines(), made.splitlines(), strict=True) if a != b and not a.startswith("reason:")] == []


def test_a_reason_over_several_lines() -> None:
    text = template("event").replace("reason: First version, from the template event.", "reason: >-\n  First\n\n  version.   ")
    made = with_reason(text, "Now on one line.")
    assert parse(made).reason == "Now on one line." and parse(made).fingerprint == parse(text).fingerprint


def test_a_reason_where_there_was_none() -> None:
    text = "".join(line for line in template("event").splitlines(keepends=True) if not line.startswith("reason:"))
    assert parse(with_reason(text, "Asked for.")).reason == "Asked for."


def test_a_reason_is_one_line_that_a_terminal_does_not_obey() -> None:
    assert plain("  two\nlines\x1b[31m and \u2028more ") == "two lines [31m and more"


def test_metrics_go_with_the_file_and_not_with_the_version() -> None:
    one, two = template("event"), template("event").replace("zone:", "# here\nzone:")
    with_metrics = f"{two.rstrip()}\n\n{METRICS}"
    assert formula_of(with_metrics) == formula_of(two)
    made = carried(one, with_metrics)
    assert made == f"{one.rstrip()}\n\n{METRICS}"
    assert around(parse(made)) == around(parse(with_metrics)) != ""
    assert parse(made).fingerprint == parse(one).fingerprint
    assert around(parse(carried(with_metrics, one))) == ""
    assert carried(one, two) == one
