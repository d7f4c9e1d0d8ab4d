"""Versions: what changes a fingerprint and what does not, and how a change is told."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetree.definition.document import document, plain
from engagetree.definition.model import Definition, Driver
from engagetree.definition.read import parse
from engagetree.definition.templates import TEMPLATES, template
from engagetree.definition.version import check_change, content, differences, fingerprint, measures

LIVE = parse(template("live-programme"))

SMALL = """\
programme: p
zone: UTC
period: week
signals:
  doing:
    weight: 1
    accountable: Ana
    drivers:
      done: {offered: [step, part], taken: complete}
bands:
  - {key: all, label: All, at_least: 0}
"""


def test_the_version_is_a_hash_of_what_is_said_and_not_left_out() -> None:
    """The canonical JSON was written by hand; values that are the model's defaults do not stand in it."""
    told = {
        "programme": "p",
        "title": "P",
        "zone": "UTC",
        "period": "week",
        "window": 0.0,
        "signals/doing/label": "Doing",
        "signals/doing/weight": 1.0,
        "signals/doing/accountable": "Ana",
        "signals/doing/drivers/done/label": "Done",
        "signals/doing/drivers/done/taken": ["complete"],
        "signals/doing/drivers/done/offered": ["part", "step"],
        "signals/doing/drivers/done/accountable": "Ana",
        "bands/all/label": "All",
        "bands/all/at_least": 0.0,
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"))
    assert parse(SMALL).fingerprint == hashlib.sha256(canonical.encode()).hexdigest()[:12]


def shuffled(tree: Any, order: random.Random) -> Any:
    """The same mapping with its keys in another order, at every level; lists of kinds too, but not the bands."""
    if isinstance(tree, dict):
        return {k: shuffled(tree[k], order) for k in order.sample(sorted(tree), len(tree))}
    if isinstance(tree, list) and all(isinstance(v, str) for v in tree):
        return order.sample(tree, len(tree))
    return [shuffled(v, order) for v in tree] if isinstance(tree, list) else tree


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(TEMPLATES),
    st.randoms(use_true_random=False),
    st.booleans(),
    st.lists(st.text("ab: #'\"-[]{}&*", max_size=9), max_size=5),
)
def test_order_comments_and_formatting_are_no_version(name: str, order: random.Random, flow: bool, comments: list[str]) -> None:
    tree = shuffled(plain(document(template(name))[0]), order)
    lines = yaml.safe_dump(tree, sort_keys=False, default_flow_style=flow, width=10_000, allow_unicode=True).splitlines()
    for comment in comments:
        lines.insert(order.randint(0, len(lines)), f"# {comment}")
    again = parse("\n".join(lines))
    assert again.fingerprint == parse(template(name)).fingerprint
    assert measures(again) == measures(parse(template(name)))
    assert differences(parse(template(name)), again) == []


def test_the_reason_and_where_it_stands_are_no_version() -> None:
    other = parse(
        template("live-programme").replace("First version, from", "\n\n  Another reason:").replace("reason: \n", "reason: >\n"), "x.yml"
    )
    assert other.reason != LIVE.reason
    assert (fingerprint(other), other.path) == (LIVE.fingerprint, "x.yml")


def spots(definition: Definition) -> dict[tuple[str, ...], Callable[[Any], Definition]]:
    """For every number in a definition, a function that makes the definition with another one there."""
    out: dict[tuple[str, ...], Callable[[Any], Definition]] = {
        ("min_coverage",): lambda v: replace(definition, min_coverage=v),
        ("window",): lambda v: replace(definition, window=v),
    }
    for i, b in enumerate(definition.bands):
        out["bands", b.key, "at_least"] = lambda v, i=i, b=b: replace(definition, bands=put(definition.bands, i, replace(b, at_least=v)))
    for i, s in enumerate(definition.signals):
        out["signals", s.key, "weight"] = lambda v, i=i, s=s: replace(definition, signals=put(definition.signals, i, replace(s, weight=v)))
        for j, d in enumerate(s.drivers):
            for name in ("weight", "target", "half", "floor", "cap"):

                def change(v: Any, i: int = i, j: int = j, s: Any = s, d: Driver = d, name: str = name) -> Definition:
                    other = replace(s, drivers=put(s.drivers, j, replace(d, **{name: v})))
                    return replace(definition, signals=put(definition.signals, i, other))

                out["signals", s.key, "drivers", d.key, name] = change
    return out


def put(values: tuple[Any, ...], at: int, value: Any) -> tuple[Any, ...]:
    return (*values[:at], value, *values[at + 1 :])


def current(definition: Definition, path: tuple[str, ...]) -> Any:
    spot: Any = definition
    for step in path:
        spot = getattr(spot, step) if not isinstance(spot, tuple) else next(x for x in spot if x.key == step)
    return spot


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEMPLATES), st.data())
def test_any_other_number_is_another_version(name: str, data: st.DataObject) -> None:
    old = parse(template(name))
    path = data.draw(st.sampled_from(sorted(spots(old))))
    value = data.draw(st.integers(0, 1000) if path == ("window",) else st.floats(0, 1e6))
    new = spots(old)[path](value)
    if value == current(old, path):
        assert fingerprint(new) == fingerprint(old)
        return
    assert fingerprint(new) != fingerprint(old)
    assert len(differences(old, new)) == 1
    assert [p.level for p in check_change(old, new)] == ["error"], "the reason is still the old one"
    assert check_change(old, replace(new, reason="because")) == []
    weighs = path[-1] in ("weight", "at_least", "min_coverage")
    assert (measures(new) == measures(old)) == weighs


OTHER: dict[str, Any] = {
    "label": "x", "taken": ("x",), "normalise": "percentile", "weight": 0.123, "offered": ("x",), "count": "length", "when": "due",
    "final": True, "while_present": True, "measure": "items", "per": "month", "on": ("x",), "target": 9.5, "half": 9.5, "floor": 0.5,
    "cap": 9.5, "in_time": True, "ahead": 9.5, "last": 9, "source": "x", "unit": "x", "owners": dataclasses.replace(LIVE.signals[0].owners, accountable="x"),
}  # fmt: skip
"""Another value for every field of a driver that makes its version."""


def test_every_field_of_a_driver_is_part_of_the_version() -> None:
    assert set(OTHER) == {f.name for f in dataclasses.fields(Driver)} - {"key", "line"}


@pytest.mark.parametrize("name", OTHER)
def test_what_of_a_driver_means_reading_tallies_again(name: str) -> None:
    made = parse(SMALL)
    signal = made.signals[0]
    driver = replace(signal.drivers[0], **{name: OTHER[name]})
    other = replace(made, signals=(replace(signal, drivers=(driver,)),))
    assert fingerprint(other) != fingerprint(made)
    assert (measures(other) == measures(made)) == (name in ("label", "weight", "unit", "owners"))


@pytest.mark.parametrize(
    ("name", "value", "rereads"),
    [
        ("zone", "Asia/Tokyo", True),
        ("period", "day", True),
        ("window", 3, True),
        ("starts", datetime(2025, 1, 1, tzinfo=UTC), True),
        ("ends", datetime(2025, 1, 1, tzinfo=UTC), True),
        ("min_coverage", 0.9, False),
        ("title", "Other", False),
        ("programme", "other", False),
    ],
)
def test_what_of_a_programme_means_reading_tallies_again(name: str, value: Any, rereads: bool) -> None:
    other = replace(LIVE, **{name: value})
    assert fingerprint(other) != fingerprint(LIVE)
    assert (measures(other) != measures(LIVE)) == rereads


def edited(*pairs: tuple[str, str]) -> Definition:
    text = template("live-programme")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse(text)


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("label: Contribution\n    weight: 0.3", "label: Contribution\n    weight: 0.4"), ("weight: 0.2", "weight: 0.1")],
         ["weight of interaction from 0.2 to 0.1", "weight of contribution from 0.3 to 0.4"]),
        ([("target: 4", "target: 6.5")], ["target of unprompted in interaction from 4 to 6.5"]),
        ([("cap: 20", "source: zoom")], ["cap of unprompted in interaction from 20 to none",
          "source of unprompted in interaction from none to zoom"]),
        ([("taken: [reaction, chat, click]", "taken: [click, chat]")],
         ["taken of unprompted in interaction from chat, click, reaction to chat, click"]),
        ([("at_least: 60", "at_least: 65")], ["lower end of band solid from 60 to 65"]),
        ([("zone: UTC", "zone: Asia/Tokyo"), ("window: cumulative", "window: {trailing: 4}")],
         ["time zone from UTC to Asia/Tokyo", "window from cumulative to the last 4 periods"]),
        ([("combine: product", "combine: mean"), ("count: length,", "count: length, weight: 0.5,"), ("count: presence,", "weight: 0.5,")],
         ["combine of attendance from product to mean", "weight of reached in attendance from 1 to 0.5",
          "weight of stayed in attendance from 1 to 0.5", "count of stayed in attendance from presence to items"]),
        ([("final: true, ", "")], ["final of final_step in completion from yes to no"]),
        ([("accountable: Programme owner", "accountable: Bo")], ["accountable of completion from “Programme owner” to “Bo”"]),
        ([("label: Final step", "label: Last step")], ["label of final_step in completion from “Final step” to “Last step”"]),
        ([("      stayed:", "      remained:")], ["driver remained of attendance added", "driver stayed of attendance removed"]),
        ([("  completion:", "  finishing:")], ["signal finishing added", "signal completion removed"]),
        ([("key: risk", "key: watch")], ["band watch added", "band risk removed"]),
        ([("First version", "Second version")], []),
    ],
)  # fmt: skip
def test_differences_in_words(pairs: list[tuple[str, str]], told: list[str]) -> None:
    assert differences(LIVE, edited(*pairs)) == told


def test_a_change_of_weights_needs_a_reason_of_its_own() -> None:
    pairs = [("label: Contribution\n    weight: 0.3", "label: Contribution\n    weight: 0.4"), ("weight: 0.2", "weight: 0.1")]
    (problem,) = check_change(LIVE, edited(*pairs))
    assert (problem.level, problem.line) == ("error", 15)
    assert template("live-programme").splitlines()[14].startswith("reason:")
    assert "weight of interaction from 0.2 to 0.1; weight of contribution from 0.3 to 0.4" in problem.found
    assert check_change(LIVE, edited(*pairs, ("First version, from the template live-programme.", "Talk counts more."))) == []


def test_without_any_reason_the_file_as_a_whole_is_meant() -> None:
    (problem,) = check_change(LIVE, edited(("target: 4", "target: 5"), ("reason: First version, from the template live-programme.\n", "")))
    assert (problem.level, problem.line, problem.do) == ("error", 0, "Say in `reason:` why.")


@pytest.mark.parametrize(
    "pair", [("label: Completion", "label: Finish"), ("do: Say so", "do: Tell them"), ("accountable: Facilitator", "accountable: Bo")]
)
def test_a_change_of_words_needs_no_reason(pair: tuple[str, str]) -> None:
    new = edited(pair)
    assert new.fingerprint != LIVE.fingerprint
    assert check_change(LIVE, new) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("at_least: 60", "at_least: 61"),
        ("when: due, unit: tasks", "unit: tasks"),
        ("min_coverage: 0.4", "min_coverage: 0.3"),
        ("combine: product  ", "#"),
        ("key: risk", "key: watch"),
        ("period: week", "period: day"),
    ],
)
def test_whatever_moves_a_number_needs_a_reason(pair: tuple[str, str]) -> None:
    pairs = (
        [pair]
        if pair[1] != "#"
        else [pair, ("count: length,", "count: length, weight: 0.5,"), ("count: presence,", "count: presence, weight: 0.5,")]
    )
    assert len(check_change(LIVE, edited(*pairs))) == 1


def test_the_content_covers_the_whole_model() -> None:
    """A field added to the model without a place in the version would let a score move unseen."""
    paths = {p[-1] for p in content(LIVE)}
    models = {f.name for m in (Definition, type(LIVE.signals[0]), Driver, type(LIVE.bands[0])) for f in dataclasses.fields(m)}
    assert models - paths == {
        "key",
        "line",
        "text",
        "path",
        "reason",
        "fingerprint",
        "drivers",
        "owners",
        "bands",
        "metrics",
        "outcomes",
        "tree",
    }
