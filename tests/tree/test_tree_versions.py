"""How versions are named and how two differ in words. Expected: written down by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engagetree.definition.model import Definition
from engagetree.definition.read import parse
from engagetree.definition.templates import template
from engagetree.definition.version import differences, fingerprint
from engagetree.errors import NotFound
from engagetree.tree.history import History, Series
from engagetree.tree.versions import Switch, Use, Version, diff, in_use_at, named, short_names, switches

LIVE = parse(template("live-programme"))
NAMES = ("v1", "v2")


def day(n: int) -> datetime:
    return datetime(2025, 3, n, tzinfo=UTC)


def version(name: str, fingerprint: str, *uses: Use) -> Version:
    return Version(name, fingerprint, fingerprint[:7], bool(uses) and uses[-1].until is None, "ana", day(1), "why", "m", uses)


def weighed(**weights: float) -> Definition:
    made = replace(LIVE, signals=tuple(replace(s, weight=weights.get(s.key, s.weight)) for s in LIVE.signals))
    return replace(made, fingerprint=fingerprint(made))


def test_weights_read_as_people_say_them() -> None:
    """The sentence of the issue, with the first rise before the first fall although the definition has them the other way round."""
    told = diff(LIVE, weighed(attendance=0.2, contribution=0.4), NAMES, "The mentors asked for more questions.")
    assert told.sentence == (
        "v1 to v2: contribution from 0.3 to 0.4, attendance from 0.3 to 0.2, because the mentors asked for more questions."
    )
    assert told.same_measures
    back = diff(weighed(attendance=0.2, contribution=0.4), LIVE, ("v2", "v1"))
    assert back.sentence == "v2 to v1: attendance from 0.2 to 0.3, contribution from 0.4 to 0.3."


def test_a_name_at_the_start_of_a_reason_keeps_its_capital() -> None:
    assert diff(LIVE, weighed(attendance=0.2, contribution=0.4), NAMES, "Ana asked.").sentence.endswith(", because Ana asked.")


def test_a_signal_that_comes_or_goes_is_told_with_its_weight_once() -> None:
    without = replace(LIVE, signals=tuple(replace(s, weight=s.weight + 0.1) for s in LIVE.signals if s.key != "contribution"))
    assert diff(LIVE, without, NAMES).changes == (
        "attendance from 0.3 to 0.4",
        "interaction from 0.2 to 0.3",
        "completion from 0.2 to 0.3",
        "contribution removed, which had 0.3",
    )
    assert "contribution added with 0.3" in diff(without, LIVE, NAMES).changes
    assert not any(c.startswith("signal ") for c in diff(without, LIVE, NAMES).changes)
    assert not diff(LIVE, without, NAMES).same_measures


def test_whatever_else_differs_follows_the_weights() -> None:
    bands = tuple(replace(b, at_least=b.at_least + 5) if b.key == LIVE.bands[0].key else b for b in LIVE.bands)
    told = diff(LIVE, replace(weighed(attendance=0.2, contribution=0.4), bands=bands), NAMES).changes
    assert told[:2] == ("contribution from 0.3 to 0.4", "attendance from 0.3 to 0.2")
    assert told[2:] == (f"lower end of band {LIVE.bands[0].key} from 80 to 85",)


def test_a_weight_inside_a_signal() -> None:
    first, *rest = next(s for s in LIVE.signals if len(s.drivers) > 1 and s.combine == "mean").drivers
    signals = tuple(replace(s, drivers=(replace(first, weight=0.0), *rest)) if first in s.drivers else s for s in LIVE.signals)
    (told,) = diff(LIVE, replace(LIVE, signals=signals), NAMES).changes
    key = next(s.key for s in LIVE.signals if first in s.drivers)
    assert told == f"{first.key} in {key} from {first.weight:g} to 0"


def test_nothing_is_told_of_the_same_definition_and_something_of_every_other() -> None:
    """`differences` is empty exactly when the fingerprints agree; so is this."""
    assert diff(LIVE, LIVE, NAMES, "no reason").sentence == "v1 and v2 are the same."
    other = replace(LIVE, window=4)
    assert len(diff(LIVE, other, NAMES).changes) == len(differences(LIVE, other)) == 1


KNOWN = (version("v1", "4f2a91c0aaaa"), version("v2", "4f2a91c0bbbb"), version("v3", "77aa00112233"))


@pytest.mark.parametrize(("asked", "found"), [("v2", "v2"), ("V3", "v3"), ("77", "v3"), ("4f2a91c0b", "v2"), ("4f2a91c0aaaa", "v1")])
def test_names(asked: str, found: str) -> None:
    assert named(asked, KNOWN).name == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("4f2a", r"2 versions begin like this\. Write more of it: v1 \(4f2a91c\), v2 \(4f2a91c\)"),
        ("v9", r"no such version\. There are v1"),
        ("77ab0011", r"no such version\. Did you mean “77aa001”"),
        ("", "no such version"),
    ],
)
def test_unknown_and_doubtful_names(asked: str, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        named(asked, KNOWN)


def test_no_version_yet() -> None:
    with pytest.raises(NotFound, match="Nothing has been scored yet"):
        named("v1", ())


def test_short_names_tell_apart() -> None:
    assert set(short_names([v.version for v in KNOWN]).values()) == {"4f2a91c0a", "4f2a91c0b", "77aa00112"}


def test_switches_in_the_order_in_which_they_came() -> None:
    """v1 on the 1st, v2 on the 5th, v1 again on the 9th."""
    one = version("v1", "a" * 12, Use(day(1), day(5), "ana", "first"), Use(day(9), None, "ana", "back"))
    two = version("v2", "b" * 12, Use(day(5), day(9), "bo", "more questions"))
    found = switches([one, two])
    assert [(s.at.day, s.before, s.after, s.reason) for s in found] == [
        (1, None, "v1", "first"),
        (5, "v1", "v2", "more questions"),
        (9, "v2", "v1", "back"),
    ]
    assert [in_use_at(day(n), found) for n in (1, 2, 5, 6, 10)] == [None, "v1", "v1", "v2", "v1"]


def test_the_period_in_which_the_version_changed() -> None:
    """Periods that end on the 3rd, 8th and 10th; the change of the 8th at 00:00 is the first moment of the third one, which is half-open."""
    from engagetree.findings import Point

    points = tuple(Point(f"p{n}", day(n), 50.0, 40.0, 60.0, "x", 1.0) for n in (3, 8, 10))
    series = Series(version("v1", "a" * 12, Use(day(1), None, "", "")), LIVE, points)
    marks = (
        Switch(day(1), None, "v1", "", ""),
        Switch(day(4), "v1", "v2", "", ""),
        Switch(day(8), "v2", "v3", "", ""),
        Switch(day(10), "v3", "v1", "", ""),
    )
    history = History("everybody", True, (series,), marks)
    assert [[s.after for s in m.switched] for m in history.moments()] == [[], ["v2"], ["v3"]]
    assert [s.after for s in history.later()] == ["v1"]
