"""From an exact year to what may leave: rounding by hand, minimum bases, guards, words, and that nothing goes round it."""

from __future__ import annotations

import ast
import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engagetree
from engagetree.errors import NotFound
from engagetree.research.disclosure import HESA, LT5, PROFILES, THRESHOLD10, Profile, hesa_round, protect, recorded
from engagetree.research.model import AnnualReturn, Claim, Guarded, Indicator, Institution, Release, Shown, Value, Year

YEAR = Year("2025-26", date(2025, 8, 1), date(2026, 8, 1))


def indicator(key: str, kind: str, unit: str, counts: str, dimension: str = "extent", **more: object) -> Indicator:
    return Indicator(key, key.replace("_", " "), dimension, kind, unit, "", counts, **more)  # type: ignore[arg-type]


KINDS = (
    indicator("attendances", "sum", "attendances", "attendances"),
    indicator("people", "count", "people", "people"),
    indicator("participant_hours", "sum", "hours", "hours"),
    indicator("estimated_reach", "sum", "estimated attendances", "attendances"),
    indicator("events", "count", "events", "records"),
    indicator("budget", "sum", "GBP", "money"),
    indicator("first_time", "share", "share", "people"),
    indicator("hours_each", "ratio", "hours per person", "people"),
    indicator("representation_ratio", "ratio", "ratio", "people", "reach"),
    indicator("representation_gap", "index", "percentage points", "people", "reach"),
    indicator("dissimilarity", "index", "index", "people", "reach"),
    indicator("lay_seat_share", "share", "share", "records", "depth"),
    indicator("median_depth", "ordinal", "level", "records", "depth"),
)


def value(key: str, number: float | None = None, *cell: tuple[str, str], **more: object) -> Value:
    kind = next(k for k in KINDS if k.key == key)
    return Value(key, YEAR.key, tuple(cell), number, kind.unit, kind.counts, **more)  # type: ignore[arg-type]


def year(*values: Value, **more: object) -> AnnualReturn:
    return AnnualReturn(Institution("A place"), YEAR, KINDS, values, **more)  # type: ignore[arg-type]


def texts(profile: Profile | str, *values: Value) -> list[str]:
    return [shown.text for shown in protect(year(*values), profile).values]


def one(profile: Profile | str, number: Value) -> Shown:
    return protect(year(number), profile).values[0]


# ---- HESA's standard rounding: the table of the notes, §6.1


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, 0), (2, 0), (2.4, 0), (2.5, 5), (3, 5), (7, 5), (7.4, 5), (7.5, 10), (12, 10), (12.5, 15), (13, 15)],
)
def test_hesa_rounding(count: float, shown: int) -> None:
    assert hesa_round(count) == shown
    assert one(HESA, value("people", count)).text == str(shown)


@given(st.integers(0, 5000))
def test_what_a_reader_knows_of_a_count_is_all_that_is_shown_alike(count: int) -> None:
    """By trying every number near it: `known` is the span of the counts that are shown by the same text."""
    for profile in PROFILES.values():
        if profile.small == "withhold" and profile.is_small(count):
            continue
        alike = [n for n in range(max(0, count - 9), count + 10) if _text(n, profile) == _text(count, profile)]
        assert profile.known(count) == (alike[0], alike[-1])


def _text(count: int, profile: Profile) -> str:
    return "small" if profile is LT5 and 0 < count < 5 else str(count if profile.step == 1 else count and int((count + 2.5) // 5) * 5)


def test_lt5_shows_a_true_nought_and_fewer_than_five() -> None:
    cells = [value("people", n, ("activity_type", str(n))) for n in (0, 1, 4, 5, 7, 8)]
    assert texts("lt5", *cells) == ["0", "fewer than 5", "fewer than 5", "5", "5", "10"]


def test_percentages_of_fewer_than_22_and_a_half_people_are_withheld() -> None:
    few, enough = (value("first_time", 0.5, numerator=n / 2, denominator=n, n=n) for n in (22, 24))
    shown = one("hesa", few)
    assert (shown.text, shown.value, shown.n, shown.denominator, shown.withheld) == (
        "..",
        None,
        None,
        None,
        "a percentage of fewer than 22.5 people",
    )
    assert one("hesa", enough).text == "50 %"


def test_averages_of_seven_or_fewer_are_withheld() -> None:
    assert one("hesa", value("hours_each", 2.25, n=7)).text == ".."
    assert one("hesa", value("hours_each", 2.25, n=8)).text == "2.3"
    assert one("hesa", value("hours_each", 2.25)).withheld == "how many people it rests on is not known"


def test_money_and_records_are_not_rounded_as_people_are() -> None:
    assert texts("hesa", value("budget", 12345.0), value("events", 3.0), value("events", 1.0, ("type", "talk"))) == ["12,345", "3", "1"]


def test_percentages_are_whole_and_bounds_coarse_where_bases_are_rounded() -> None:
    shown = one("hesa", value("first_time", 0.1237, numerator=37, denominator=299, n=299, low=0.0912, high=0.1661))
    assert (shown.text, shown.value, shown.low, shown.high, shown.n, shown.denominator) == ("12 %", 0.12, 0.09, 0.17, 300, 300)


def test_a_ratio_is_as_coarse_as_whole_percent() -> None:
    """x/n = 18/120 against a baseline of 0.10 is 1.5; against 0.002 a step of 0.1 would be a fiftieth of a percent, so 5 is the step."""
    cell = (("characteristic", "age"), ("category", "a"))
    near = value("representation_ratio", 1.5, *cell, numerator=18, denominator=120, n=120, low=0.970, high=2.247)
    far = value("representation_ratio", 18 / 120 / 0.002, *cell, numerator=18, denominator=120, n=120)
    shown = one("hesa", near)
    assert (shown.text, shown.low, shown.high) == ("1.5", 0.9, 2.3)
    assert one("hesa", far).text == "75"


def test_signs() -> None:
    cell = (("characteristic", "age"), ("category", "a"))
    gaps = [value("representation_gap", g, *cell, numerator=30, denominator=120, n=120) for g in (-3.2, 0.3, -0.3, 2.6)]
    assert [one("hesa", gap).text for gap in gaps] == ["−3", "0", "0", "3"]


def test_estimates_keep_their_ends() -> None:
    assert one("hesa", value("estimated_reach", None, low=301, high=None)).text == "at least 300"
    assert one("hesa", value("estimated_reach", None, low=41, high=62)).text == "about 40–60"
    assert one("lt5", value("estimated_reach", None, low=1, high=4)).text == "fewer than 5"


def test_a_level_and_an_unknown() -> None:
    assert one("hesa", value("median_depth", None, level="D3")).text == "D3"
    unknown = one("hesa", value("people", None, reason="there are no pseudonyms"))
    assert (unknown.text, unknown.value, unknown.reason) == ("..", None, "there are no pseudonyms")
    assert one("hesa", value("people", float("nan"))).text == ".."


# ---- beyond rounding


def test_a_tiny_activity_is_a_size_band_in_every_profile() -> None:
    for key, words in (("hesa", "fewer than 5"), ("lt5", "fewer than 5")):
        assert one(key, value("attendances", 3.0, ("activity", "a-1"))).text == words
    assert one("threshold10", value("attendances", 3.0, ("activity", "a-1"))).text == ".."


def test_demographic_percentages_of_one_board_never_leave() -> None:
    cell = (("board", "b-1"), ("characteristic", "ethnicity"), ("category", "x"))
    for profile in PROFILES:
        shown = one(profile, value("first_time", 0.5, *cell, numerator=50, denominator=100, n=100))
        assert shown.text == ".." and "single board" in shown.withheld
    assert one("hesa", value("lay_seat_share", 0.25, ("board", "b-1"), numerator=2, denominator=8)).text == "25 %"


def test_hours_of_a_few_people_are_withheld_and_so_is_what_gives_them_away() -> None:
    hours = [value("participant_hours", h, ("type", t), n=n) for t, h, n in (("a", 31.0, 2), ("b", 60.0, 30), ("c", 400.0, 90))]
    shown = texts("threshold10", *hours, value("participant_hours", 491.0, n=122))
    assert shown[0] == ".." and shown.count("..") == 2  # one more, or it were the total minus the others
    assert texts("hesa", value("participant_hours", 1234.4, n=50)) == ["1,235"]


def test_hours_of_an_hour_each_do_not_say_a_count_that_is_withheld() -> None:
    cells = [("a", 3.0), ("b", 12.0), ("c", 40.0)]
    counts = [value("attendances", n, ("type", t)) for t, n in cells]
    hours = [value("participant_hours", n, ("type", t), n=int(n)) for t, n in cells]
    release = protect(year(*counts, value("attendances", 55.0), *hours, value("participant_hours", 55.0, n=55)), "threshold10")
    away = {s.cell for s in release.of("attendances") if s.text == ".."}
    assert away and away <= {s.cell for s in release.of("participant_hours") if s.text == ".."}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_group_in_which_everybody_is_the_same_is_withheld(profile: str) -> None:
    """40 of 40 at one type of activity: no category of that group is shown, and no reason says why."""

    def share(x: int, n: int, category: str, kind: str) -> Value:
        cell = (("type", kind), ("characteristic", "disability"), ("category", category))
        return value("first_time", x / n, *cell, numerator=x, denominator=n, n=n)

    shown = protect(
        year(share(40, 40, "yes", "talk"), share(0, 40, "no", "talk"), share(50, 90, "yes", "fair"), share(40, 90, "no", "fair")), profile
    )
    assert [s.text for s in shown.values] == ["..", "..", "56 %", "44 %"]
    assert not any("everybody" in s.withheld or "100" in s.withheld for s in shown.values)


def test_a_base_that_is_a_withheld_count_is_not_said() -> None:
    cells = [("a", 3.0), ("b", 12.0), ("c", 40.0)]
    counts = [value("attendances", n, ("type", t)) for t, n in cells]
    share = value("first_time", 0.5, ("type", "b"), numerator=6.0, denominator=12, n=12)
    release = protect(year(*counts, value("attendances", 55.0), share), dataclasses.replace(THRESHOLD10, threshold=5, width=5))
    assert next(s for s in release.of("attendances") if s.at("type") == "b").text == ".."
    assert release.of("first_time")[0].denominator is None and release.of("first_time")[0].n is None


def test_which_numbers_were_small_is_not_said() -> None:
    """A reason for small counts and another for the rest would bound the small ones to 1 … 9."""
    counts = [value("attendances", n, ("type", t)) for t, n in (("a", 3.0), ("b", 12.0), ("c", 40.0))]
    release = protect(year(*counts, value("attendances", 55.0)), "threshold10")
    assert len({s.withheld for s in release.values if s.withheld}) == 1
    assert sum(s.text == ".." for s in release.values) >= 2


# ---- guards and words


def test_nothing_is_published_that_a_guard_blocks() -> None:
    found = (
        Guarded("EM-01", "error", "attendances", "counts alone", "", ("attendances",)),
        Guarded("EM-02", "warning", "x", "y", "", ("events",)),
    )
    before = (dataclasses.replace(value("attendances", 90.0), year="2024-25"),)
    release = protect(year(value("attendances", 100.0), value("events", 3.0), findings=found, before=before), "hesa")
    assert [(s.text, s.value, s.withheld) for s in release.values] == [("..", None, "kept back by guard EM-01"), ("3", 3.0, "")]
    assert release.before[0].text == ".."
    assert release.findings == found


@pytest.mark.parametrize(
    ("words", "leaves"),
    [
        ("We worked with three schools for two years.", True),
        ("She said “it changed how I see the river” to us.", False),
        ('A visitor wrote: "I never knew that it was so near."', False),
        ("The so-called “citizen panel” met.", True),
        ("Dr Jane Example took part.", False),
        ("Write to jane@example.org.", False),
        ("Two participants with a disability came back.", False),
        ("Jane Example spoke.", False),
        ("The people’s voice was heard.", True),
    ],
)
def test_free_text(words: str, leaves: bool) -> None:
    release = protect(year(claims=(Claim("c-1", words, "quality", rests_on=("i-1",)),)), "hesa", names=("Jane Example",))
    assert bool(release.claims) == leaves
    assert leaves or [(f.rule, f.severity, f.claims) for f in release.findings] == [("EM-16", "block", ("c-1",))]
    assert leaves or not any(words in str(finding) for finding in release.findings)


def test_a_quote_with_a_consent_on_file_leaves() -> None:
    claim = Claim("c-1", "She said “it changed how I see the river”.", "quality", rests_on=("i-1",))
    assert protect(year(claims=(claim,)), consents={"i-1": "consent-7"}).claims == (claim,)
    assert protect(year(claims=(claim,)), consents={"i-1": ""}).claims == ()


def test_a_claim_that_a_guard_stops_stays() -> None:
    stops = Guarded("EM-04", "error", "the claim c-1", "attention is not quality", claims=("c-1",))
    assert protect(year(claims=(Claim("c-1", "It was good.", "quality"),), findings=(stops,))).claims == ()


def test_sentences_of_ours_say_rounded_counts() -> None:
    found = (Guarded("EM-09", "warning", "x", "312 attendances were called people at 7 talks"),)
    release = protect(year(value("events", 1.0, reason="3 people did not answer"), findings=found), "hesa")
    assert release.findings[0].found == "310 attendances were called people at 7 talks"
    assert release.values[0].reason == "5 people did not answer"


def test_a_finding_does_not_repeat_the_words_of_a_claim_that_stays() -> None:
    claim = Claim("c-1", "Dr Jane Example took part.", "quality")
    found = (Guarded("EM-14", "warning", f"the claim “{claim.text}”", "x", matched="Jane Example took"),)
    release = protect(year(claims=(claim,), findings=found))
    assert "Jane" not in str(release.findings)


# ---- the release


def test_a_release_says_its_rule_and_where_it_is_from() -> None:
    release = protect(year(value("events", 3.0), definition_version="abc"), "lt5", made_on=date(2026, 9, 1))
    assert (release.profile, release.profile_says, release.definition_version, release.register_number) == ("lt5", LT5.says, "abc", "1")
    assert release.code_version and release.made_on == date(2026, 9, 1)
    with pytest.raises(NotFound, match="hesa"):
        protect(year(), "hessa")


def test_an_empty_year() -> None:
    for profile in PROFILES:
        release = protect(year(), profile)
        assert release.values == () and recorded(release).cells == ()


def test_no_other_module_makes_a_release() -> None:
    """By reading the source of every module: `Release(...)` is called in one place."""
    root = Path(engagetree.__file__).parent
    makers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and (getattr(node.func, "id", "") == "Release" or getattr(node.func, "attr", "") == "Release")
    }
    assert makers == {"research/disclosure/protecting.py"}
    assert Release.__module__ == "engagetree.research.model"


@given(st.lists(st.tuples(st.sampled_from(["attendances", "people", "first_time", "events"]), st.integers(0, 400)), max_size=12))
def test_no_exact_small_count_is_anywhere_in_what_leaves(numbers: list[tuple[str, int]]) -> None:
    """Whatever is in the year: no number of people of 1 … k − 1 stands in any field that a serialiser could write."""
    values = [
        value(key, float(n) if key != "first_time" else n / 401, ("type", str(i)), numerator=n, denominator=401, n=n)
        for i, (key, n) in enumerate(numbers)
    ]
    for profile in PROFILES.values():
        for shown in protect(year(*values), profile).values:
            if shown.indicator in ("attendances", "people"):
                said = [shown.value, shown.n, shown.low, shown.high]
                assert not any(number is not None and 0 < number < profile.threshold for number in said), shown
            assert not (shown.text == ".." and (shown.value is not None or shown.n is not None or shown.denominator is not None))


def test_a_record_goes_through_json() -> None:
    cells = [value("attendances", n, ("type", t)) for t, n in (("a", 3.0), ("b", 12.0), ("c", 40.0))]
    for profile in PROFILES:
        record = recorded(protect(year(*cells, value("attendances", 55.0), value("events", 4.0)), profile, made_on=date(2026, 9, 1)))
        again = type(record).of(json.loads(json.dumps(record.as_dict())))
        assert again == record and again.digest == record.digest
        assert {cell.indicator for cell in record.cells} == {"attendances"}
        small = next(cell for cell in record.cells if dict(cell.cell).get("type") == "a")
        assert not (small.low == small.high == 3)


@given(st.lists(st.one_of(st.integers(0, 12), st.integers(0, 90)), min_size=2, max_size=6))
def test_what_percentages_leave_over_is_not_a_few_people(answers: list[int]) -> None:
    """The reader adds up what the shown percentages stand for: the rest is shared by two withheld categories at least, and is wide."""
    base = sum(answers)
    if not base:
        return
    cells = [
        value("first_time", x / base, ("characteristic", "age"), ("category", str(i)), numerator=x, denominator=base, n=base)
        for i, x in enumerate(answers)
    ]
    shown = protect(year(*cells), "threshold10").values
    away = [x for x, s in zip(answers, shown, strict=True) if s.text == ".."]
    assert not any(0 < x < 10 or 0 < base - x < 10 for x, s in zip(answers, shown, strict=True) if s.text != "..")
    assert not away or base < 10 or (len(away) > 1 and sum(away) >= 10)
