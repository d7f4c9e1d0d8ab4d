"""A value changed where it stands. Expected: by hand, and PyYAML's own reading of the text before and after."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engagetree.definition.edit import edited, written
from engagetree.definition.propose import place, proposed, value
from engagetree.definition.read import parse
from engagetree.definition.templates import template
from engagetree.errors import EngagetreeError, NotFound

TEXT = """\
# ours
zone: UTC      # where
signals:
  a:           # first
    weight: 0.5
    drivers:
      one: {taken: [x, y], weight: 1}
      two:
        taken: z   # z only
        normalise: target
        target: 4
    accountable: me
bands:
- key: high
  at_least: 80
- {key: low, at_least: 0}
"""


@pytest.mark.parametrize(
    ("where", "new", "before", "after"),
    [
        (("zone",), "Europe/Madrid", "zone: UTC  ", "zone: Europe/Madrid  "),
        (("signals", "a", "weight"), 0.30000000000000004, "weight: 0.5", "weight: 0.3"),
        (("signals", "a", "drivers", "one", "weight"), 0.25, "weight: 1}", "weight: 0.25}"),
        (("signals", "a", "drivers", "one", "taken"), ["x"], "[x, y]", "[x]"),
        (("signals", "a", "drivers", "one", "cap"), 5, "weight: 1}", "weight: 1, cap: 5}"),
        (("signals", "a", "drivers", "one", "weight"), None, ", weight: 1}", "}"),
        (("signals", "a", "drivers", "one", "taken"), None, "{taken: [x, y], ", "{"),
        (("signals", "a", "drivers", "two", "target"), None, "        target: 4\n", ""),
        (("signals", "a", "drivers", "two", "cap"), 5, "target: 4\n", "target: 4\n        cap: 5\n"),
        (("signals", "a", "drivers", "two", "taken"), "a: b", "taken: z ", 'taken: "a: b" '),
        (("signals", "a", "label"), "On", "accountable: me\n", "accountable: me\n    label: On\n"),
        (("bands", "high", "at_least"), 70, "at_least: 80", "at_least: 70"),
        (("bands", "low", "do"), "Ask.", "at_least: 0}", "at_least: 0, do: Ask.}"),
        (("min_coverage",), 0.5, "zone: UTC      # where\n", "zone: UTC      # where\nmin_coverage: 0.5\n"),
    ],
)
def test_only_this_changes(where: tuple[str, ...], new: Any, before: str, after: str) -> None:
    assert TEXT.count(before) == 1
    assert edited(TEXT, {where: new}) == TEXT.replace(before, after)


def test_several_at_once_and_the_end_of_the_file() -> None:
    """Also where lines end as on Windows, and where the last one does not end."""
    text = "zone: UTC\r\nperiod: week"
    assert (
        edited(text, {("zone",): "Asia/Tokyo", ("window",): {"trailing": 4}}) == "zone: Asia/Tokyo\r\nperiod: week\nwindow: {trailing: 4}\n"
    )
    assert yaml.safe_load(edited("\ufeffzone: UTC\nperiod: week\n", {("zone",): None, ("period",): "day"})) == {"period": "day"}


def test_what_stands_over_several_lines_is_left_to_people() -> None:
    text = "signals:\n  a:\n    drivers:\n      one:\n        taken:\n          - x\n          - y\n"
    with pytest.raises(EngagetreeError, match="several lines"):
        edited(text, {("signals", "a", "drivers", "one", "taken"): ["x"]})
    with pytest.raises(EngagetreeError, match="no `b`"):
        edited(text, {("signals", "b", "weight"): 1})


plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@given(st.one_of(plain, st.floats(-1e6, 1e6), st.integers(-99, 99), st.booleans(), st.lists(plain, max_size=3)))
def test_what_is_written_is_read_again(given_value: Any) -> None:
    """Expected: PyYAML's reading (numbers to the twelve digits that are written). Words such as `on` are text here, so YAML 1.1 is not asked."""
    text = edited("# ours\nx: 1 # one\n", {("x",): given_value})
    assert text.startswith("# ours\nx: ") and text.endswith(" # one\n")
    from engagetree.definition.document import document
    from engagetree.definition.document import plain as values

    read = values(document(text)[0])["x"]
    if isinstance(given_value, str | list):
        quoted = text.partition("x: ")[2].startswith(('"', "["))
        assert read == given_value or (not quoted and str(read) == given_value)
    else:
        assert read == pytest.approx(given_value, rel=1e-11, abs=1e-300)


@pytest.mark.parametrize("name", ["live-programme", "on-demand-course", "event", "community", "compliance"])
def test_every_weight_of_every_template_can_be_changed(name: str) -> None:
    """The two weights swapped, nothing else: every other line as it was."""
    text = template(name)
    definition = parse(text)
    first, second = definition.signals[0], definition.signals[-1]
    new = proposed(definition, {first.key: second.weight, second.key: first.weight})
    made = parse(new)
    assert [s.weight for s in made.signals] == [second.weight, *(s.weight for s in definition.signals[1:-1]), first.weight]
    assert sum(a != b for a, b in zip(text.splitlines(), new.splitlines(), strict=True)) == (2 if first.weight != second.weight else 0)


def test_bands_that_were_never_written_are_written_out() -> None:
    definition = parse(template("on-demand-course"))
    made = parse(proposed(definition, bands={"at_risk": 45}))
    assert [(b.key, b.at_least) for b in made.bands] == [("high", 80), ("solid", 60), ("risk", 45), ("disengaged", 0)]
    assert [b.do for b in made.bands] == [b.do for b in definition.bands]


def test_places_in_short_and_in_full() -> None:
    definition = parse(template("live-programme"))
    full = ("signals", "interaction", "drivers", "unprompted", "target")
    assert place(definition, "interaction.unprompted.target") == full == place(definition, ".".join(full))
    assert place(definition, "interaction.weight") == ("signals", "interaction", "weight")
    assert place(definition, "bands.at_risk.at_least") == ("bands", "risk", "at_least")
    assert place(definition, "min_coverage") == ("min_coverage",)
    for path, hint in (
        ("interaction.unpromptd.target", "unprompted"),
        ("bands.risk.from", "at_least"),
        ("", "window"),
        ("a.b.c.d.e", "signals"),
    ):
        with pytest.raises(NotFound, match=hint):
            place(definition, path)


def test_values_as_typed() -> None:
    assert [value(x) for x in ("6", "0.5", "true", "none", "", "[a, b]", "page", "{trailing: 4}")] == [
        6, 0.5, True, None, None, ["a", "b"], "page", {"trailing": 4},
    ]  # fmt: skip
    assert written(value("a: b")) in ('"a: b"', "{a: b}")
