"""Every check on a small wrong definition. The expected lines were counted by hand in `BASE`; each case names every problem there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagetree.definition.read import check, parse, read
from engagetree.errors import DefinitionError

BASE = """\
programme: spring
zone: Europe/Madrid
period: week
signals:
  interaction:
    weight: 0.6
    accountable: Ana
    drivers:
      rate: {offered: prompt, taken: answer}
  completion:
    weight: 0.4
    accountable: Ana
    drivers:
      done: {offered: step, taken: complete, weight: 0.5}
      last: {offered: step, taken: complete, weight: 0.5, final: true}
bands:
  - {key: high, label: High, at_least: 50}
  - {key: low, label: Low, at_least: 0}
"""

RATE = "      rate: {taken: answer, "


def edited(edits: dict[int, str | None]) -> str:
    """BASE with some of its lines (from 1) replaced, or taken out."""
    lines = [edits.get(n, line) for n, line in enumerate(BASE.splitlines(), 1)]
    return "\n".join(line for line in lines if line is not None) + "\n"


Expected = list[tuple[int, str, str]]  # line, level, words of the message

CASES: dict[str, tuple[dict[int, str | None], Expected]] = {
    "nothing wrong": ({}, []),
    # unknown fields, at every level
    "unknown in the programme": ({3: "period: week\ntitel: Spring"}, [(4, "error", "Did you mean “title”?")]),
    "unknown in a signal": ({7: "    accountable: Ana\n    wieght: 1"}, [(8, "error", "Did you mean “weight”?")]),
    "unknown in a driver": (
        {9: "      rate: {offered: prompt, taken: answer,\n        zzz: 1}"},
        [(10, "error", "The fields are label, weight")],
    ),
    "unknown in a band": ({17: "  - {key: high, label: High, at_least: 50, colour: red}"}, [(17, "error", "“colour” is not a field here")]),
    "another name for it": ({2: "timezone: Europe/Madrid"}, [(1, "error", "`zone` is missing"), (2, "error", "Did you mean “zone”?")]),
    "at the wrong level": ({3: "period: week\nnormalise: share"}, [(4, "error", "It belongs to a driver")]),
    "owners in a block": ({7: "    owners: {accountable: Ana}"}, [(5, "warning", "nobody"), (7, "error", "Did you mean “accountable”?")]),
    # missing
    "no programme": ({1: None}, [(1, "error", "`programme` is missing")]),
    "no period": ({3: None}, [(1, "error", "`period` is missing")]),
    "no weight": ({6: None}, [(5, "error", "signal interaction: `weight` is missing")]),
    "no drivers": ({8: None, 9: None}, [(5, "error", "`drivers` is missing")]),
    "no taken": ({9: "      rate: {offered: prompt}"}, [(9, "error", "driver rate: `taken` is missing")]),
    "band without a label": ({18: "  - {key: low, at_least: 0}"}, [(18, "error", "band low: `label` is missing")]),
    "empty value": ({3: "period:"}, [(3, "error", "`period` is empty")]),
    "empty signal": ({7: None, 6: None, 8: None, 9: None}, [(5, "error", "is empty, not a mapping"), (5, "warning", "")][:1]),
    # wrong types
    "text for a number": ({6: '    weight: "0.6"'}, [(6, "error", "is “0.6”, not a number. Write a number without quotes")]),
    "percent sign": ({6: "    weight: 60%"}, [(6, "error", "not a number. Write 0.6.")]),
    "octal-looking": ({6: "    weight: 010"}, [(6, "error", "not a number")]),
    "not finite": ({6: "    weight: .inf"}, [(6, "error", "not a number")]),
    "too large": ({6: "    weight: 1" + "0" * 400}, [(6, "error", "too large")]),
    "number for a text": ({3: "period: week\ntitle: 2025"}, [(4, "error", 'Put it in quotes: "2025"')]),
    "list for a text": ({3: "period: week\ntitle: [a]"}, [(4, "error", "is a list, not a text")]),
    "flag in words": (
        {15: "      last: {offered: step, taken: complete, weight: 0.5, final: yes}"},
        [(15, "error", "Write true or false")],
    ),
    "signals as a list": (dict.fromkeys(range(6, 16)) | {5: "  - interaction"}, [(4, "error", "`signals` is a list")]),
    "no signals": (dict.fromkeys(range(5, 16)) | {4: "signals: {}"}, [(4, "error", "`signals` is empty")]),
    "driver is a word": ({9: "      rate: answer"}, [(9, "error", "is “answer”, not a mapping of fields")]),
    "an empty list": ({9: "      rate: {offered: [], taken: answer}"}, [(9, "error", "`offered` is an empty list")]),
    "an empty kind": (
        {9: "      rate:\n        offered: prompt\n        taken:\n          -\n          - a"},
        [(12, "error", "is empty, not a text")],
    ),
    "a kind twice": (
        {9: "      rate:\n        offered: prompt\n        taken:\n          - a\n          - a"},
        [(13, "error", "names “a” twice")],
    ),
    "a kind with a comma": ({9: "      rate: {offered: prompt, taken: 'a, b'}"}, [(9, "error", "a list of them in brackets")]),
    "a derived kind": ({9: "      rate: {offered: prompt, taken: 'any:a'}"}, [(9, "error", "cannot be a kind")]),
    "control character": ({3: 'period: week\ntitle: "a\\eb"'}, [(4, "error", "holds a control character")]),
    "long label": ({7: f"    accountable: Ana\n    label: {'x' * 81}"}, [(8, "error", "is 81 characters long")]),
    # choices, zone, period, window, dates
    "unknown period": ({3: "period: weekly"}, [(3, "error", "Did you mean “week”? Use one of day, week, month, session")]),
    "unknown combine": ({7: "    accountable: Ana\n    combine: maximum"}, [(8, "error", "Use one of mean, product")]),
    "unknown zone": ({2: "zone: Europe/Madird"}, [(2, "error", "Did you mean “Europe/Madrid”")]),
    "a city alone": ({2: "zone: Madrid"}, [(2, "error", "Did you mean “Europe/Madrid”?")]),
    "an offset": ({2: 'zone: "+01:00"'}, [(2, "error", "an offset knows no summer time")]),
    "a zone that is a path": ({2: "zone: ../../etc/passwd"}, [(2, "error", "is not a time zone")]),
    "a zone that is a folder": ({2: "zone: Europe"}, [(2, "error", "is not a time zone")]),
    "the machine's zone": ({2: "zone: localtime"}, [(2, "error", "is not a time zone")]),
    "window in words": ({3: "period: week\nwindow: trailing"}, [(4, "error", "Write `cumulative`, or `{trailing: 4}`")]),
    "window of nothing": ({3: "period: week\nwindow: {trailing: 0}"}, [(4, "error", "trails 0, not a number of periods")]),
    "window of an empty line": ({3: "period: week\nwindow:\n  trailing:"}, [(5, "error", "trails empty, not")]),
    "window of halves": ({3: "period: week\nwindow:\n  trailing: 2.5"}, [(5, "error", "trails 2.5, not")]),
    "a date that cannot be": ({3: "period: week\nstarts: 2025-02-30"}, [(4, "error", "a date that does not exist")]),
    "a date in words": ({3: "period: week\nstarts: 3 March"}, [(4, "error", "is “3 March”, not a date")]),
    "a far date": ({3: "period: week\nends: 9999-12-31"}, [(4, "error", "Use a year from 1970 to 2199")]),
    "starts after ends": (
        {3: "period: week\nstarts: 2025-06-30\nends: 2025-03-03"},
        [(5, "error", "`ends` 2025-03-03 is not after `starts` 2025-06-30")],
    ),
    "no coverage": ({3: "period: week\nmin_coverage: 1.5"}, [(4, "error", "It must be at most 1")]),
    # weights
    "weights sum to 0.9": (
        {6: "    weight: 0.5"},
        [(4, "error", "weights of the signals sum to 0.9, not to 1. Write interaction 0.556, completion 0.444.")],
    ),
    "percent": (
        {6: "    weight: 60", 11: "    weight: 40"},
        [(4, "error", "sum to 100, not to 1: they look like percent. Write them as parts of 1: interaction 0.6, completion 0.4.")],
    ),
    "a hair off": ({6: "    weight: 0.600000002"}, [(4, "error", "sum to 1.000000002")]),
    "within rounding": ({6: "    weight: 0.6000000000001"}, []),
    "all zero": ({6: "    weight: 0", 11: "    weight: 0"}, [(4, "error", "Write interaction 0.5, completion 0.5.")]),
    "negative": ({6: "    weight: -0.1"}, [(6, "error", "`weight` is -0.1. It must be at least 0.")]),
    "drivers sum to 0.8": (
        {14: "      done: {offered: step, taken: complete, weight: 0.3}"},
        [(13, "error", "signal completion: the weights of the drivers sum to 0.8, not to 1. Write done 0.375, last 0.625.")],
    ),
    "one of two without": ({14: "      done: {offered: step, taken: complete}"}, [(14, "error", "driver done: `weight` is missing")]),
    "a single driver with a part": ({9: "      rate: {offered: prompt, taken: answer, weight: 0.7}"}, [(8, "error", "Write rate 1.")]),
    "weights in a product": (
        {12: "    accountable: Ana\n    combine: product"},
        [(15, "error", "`weight` has no effect in a product"), (16, "error", "`weight` has no effect in a product")],
    ),
    # names
    "a key with capitals": ({5: "  Live Chat:"}, [(5, "error", "“Live Chat” cannot be a key. Begin with a lower-case letter")]),
    "a key with two underscores": ({9: "      a__b: {offered: prompt, taken: answer}"}, [(9, "error", "such as `a_b`")]),
    "a key that is a column": ({5: "  score:"}, [(5, "error", "`score` is a column of every scores table")]),
    "a programme with a slash": ({1: "programme: a/b"}, [(1, "error", "cannot name files and columns")]),
    "a key twice": ({12: "    accountable: Ana\n    weight: 0.4"}, [(13, "error", "`weight` is given twice, first on line 11")]),
    "a signal twice": (
        {10: "  interaction:"},
        [(4, "error", "sum to 0.6"), (10, "error", "`interaction` is given twice, first on line 5")],
    ),
    # normalisers
    "share without offered": ({9: RATE + "normalise: share}"}, [(9, "error", "`normalise: share` needs `offered`")]),
    "target without target": (
        {9: RATE + "normalise: target}"},
        [(9, "error", "needs `target`. Add it, or choose another normaliser: `share`")],
    ),
    "target of nothing": ({9: RATE + "normalise: target, target: 0}"}, [(9, "error", "`target` is 0. It must be above 0.")]),
    "saturating without half": ({9: RATE + "normalise: saturating}"}, [(9, "error", "`normalise: saturating` needs `half`")]),
    "half of nothing": ({9: RATE + "normalise: saturating, half: 0}"}, [(9, "error", "`half` is 0. It must be above 0.")]),
    "range upside down": (
        {9: RATE + "normalise: range, floor: 3,\n        target: 2}"},
        [(9, "error", "`floor` 3 is not below `target` 2")],
    ),
    "range without a target": ({9: RATE + "normalise: range, floor: 3}"}, [(9, "error", "`normalise: range` needs `target`")]),
    "cap of nothing": ({9: RATE + "normalise: percentile, cap: 0}"}, [(9, "error", "`cap` is 0. It must be above 0.")]),
    "presence of a rate": (
        {9: RATE + "normalise: percentile, count: presence}"},
        [(9, "error", "`count` has no effect with `normalise: percentile`")],
    ),
    "while present of a rate": (
        {9: RATE + "normalise: percentile,\n while_present: true}"},
        [(10, "error", "`while_present` has no effect")],
    ),
    "target of a share": (
        {9: RATE + "offered: prompt,\n target: 3}"},
        [(10, "error", "Remove it, or use `normalise: target`, `normalise: range`")],
    ),
    "misspelt normaliser": ({9: RATE + "normalise: saturation, half: 2}"}, [(9, "error", "Did you mean “saturating”?")]),
    "days on items": (
        {9: RATE + "normalise: target, target: 3, measure: days, on: page}"},
        [(9, "error", "`on` has no effect with `measure: days`")],
    ),
    "cap on items": ({9: RATE + "normalise: target, target: 3, measure: items, cap: 2}"}, [(9, "error", "`cap` has no effect")]),
    "lately in a window": (
        {3: "period: week\nwindow: {trailing: 4}", 9: RATE + "normalise: target, target: 3, measure: days, last: 2}"},
        [(10, "error", "`last` has no effect beside a trailing `window`")],
    ),
    "items lately": (
        {9: RATE + "normalise: target, target: 3, measure: items, last: 2}"},
        [(9, "error", "`last` cannot count distinct items")],
    ),
    "in time of what is open": ({9: RATE + "offered: prompt, in_time: true}"}, [(9, "error", "`in_time` needs `when: due`")]),
    "ahead of nothing": ({9: RATE + "offered: prompt, when: due, ahead: 1}"}, [(9, "error", "`ahead` needs `in_time: true`")]),
    "per weeks": ({9: RATE + "normalise: target, target: 3, per: weeks}"}, [(9, "warning", "Write `per: week` if that is meant")]),
    "joins": ({9: "      rate: {offered: session, taken: [join, answer]}"}, [(9, "error", "`join` is never counted by itself")]),
    "days present": (
        {9: "      rate: {taken: [present, answer], normalise: target, target: 3, measure: days}"},
        [(9, "error", "`present` belongs to a session")],
    ),
    "the same twice": (
        {15: "      last: {offered: step, taken: [complete], weight: 0.5}"},
        [(15, "warning", "counts the same as signal completion, driver done (line 14)")],
    ),
    # bands
    "bands ascending": (
        {17: "  - {key: low, label: Low, at_least: 0}", 18: "  - {key: high, label: High, at_least: 50}"},
        [(18, "error", "`at_least` 50 is not below the 0 of band low")],
    ),
    "bands level": ({17: "  - {key: high, label: High, at_least: 0}"}, [(18, "error", "`at_least` 0 is not below the 0")]),
    "bands with a hole": ({18: "  - {key: low, label: Low, at_least: 20}"}, [(18, "error", "no band holds the scores below 20")]),
    "bands beyond 100": ({17: "  - {key: high, label: High, at_least: 101}"}, [(17, "error", "It must be at most 100")]),
    "bands below 0": ({18: "  - {key: low, label: Low, at_least: -1}"}, [(18, "error", "It must be at least 0")]),
    "one key for two bands": ({18: "  - {key: high, label: Low, at_least: 0}"}, [(18, "error", "two bands have the key `high`")]),
    "no bands": ({17: None, 18: None, 16: "bands: []"}, [(16, "error", "`bands` is empty")]),
    # owners
    "nobody accountable": ({7: None}, [(5, "warning", "signal interaction: nobody is accountable for it, nor for its drivers rate")]),
    "only the driver has one": (
        {7: None, 9: "      rate: {offered: prompt, taken: answer, accountable: Ana}"},
        [(5, "warning", "signal interaction: nobody is accountable for it. Add")],
    ),
    "two accountable": ({7: "    accountable: [Ana, Bo]"}, [(7, "error", "`accountable` names a list (Ana, Bo). Exactly one")]),
    # the mistakes of the source
    "attendance is half": ({5: "  attendance:", 6: "    weight: 0.5", 11: "    weight: 0.5"}, []),
    "attendance is heavy": ({5: "  attendance:"}, [(6, "warning", "attendance weighs 0.6 of the score")]),
    "attendance is nearly all": (
        {5: "  attendance:", 6: "    weight: 0.7", 11: "    weight: 0.3"},
        [(6, "error", "attendance weighs 0.7 of the score. A participant can attend everything and take part in nothing")],
    ),
    "attendance by another name": (
        {5: "  showing_up:", 6: "    weight: 0.8", 9: "      rate: {offered: session, taken: [present, view]}", 11: "    weight: 0.2"},
        [(6, "error", "attendance weighs 0.8")],
    ),
    "presence alone": (
        {5: "  attendance:", 6: "    weight: 1"} | dict.fromkeys(range(10, 16)),
        [(5, "error", "presence alone is not engagement")],
    ),
    "no breakdown": (
        {3: "period: week\nshow_breakdown: false"},
        [(4, "error", "a score is never shown without its breakdown. Remove it.")],
    ),
    "hidden breakdown": ({3: "period: week\nhide_breakdown: true"}, [(4, "error", "never shown without its breakdown")]),
    "breakdown off": ({7: "    accountable: Ana\n    breakdown: false"}, [(8, "error", "never shown without its breakdown")]),
    "a raw count": ({9: "      rate: {taken: answer}"}, [(9, "error", "driver rate: is not normalised: a raw count would")]),
    "a rate of nothing": ({9: RATE + "per: week}"}, [(9, "error", "choose a normaliser: `share`: what was taken")]),
    "a half without a name": ({9: RATE + "per: week, half: 3}"}, [(9, "error", "`normalise: saturating` is the likely one")]),
    "normalise: none": ({9: RATE + "normalise: none}"}, [(9, "error", "raw counts live on different scales")]),
    "normalise: raw": ({9: RATE + "normalise: raw}"}, [(9, "error", "Choose a normaliser: `share`")]),
    "normalise: count": ({9: RATE + "normalise: count}"}, [(9, "error", "raw counts live on different scales")]),
    "normalise: false": ({9: RATE + "normalise: false}"}, [(9, "error", "`normalise` is false")]),
    # who somebody is
    "gender": ({9: "      rate: {offered: prompt, taken: gender}"}, [(9, "error", "“gender” is who somebody is, not what they did")]),
    "age band": ({9: "      rate: {offered: age_band, taken: answer}"}, [(9, "error", "demographics never enter a score")]),
    "on religion": ({9: RATE + "normalise: percentile, on: Religion}"}, [(9, "error", "demographics never enter a score")]),
    "education as a signal": ({5: "  imd_band:"}, [(5, "error", "demographics never enter a score")]),
    "highest education": (
        {9: "      rate: {offered: prompt, taken: highestEducation}"},
        [(9, "error", "demographics never enter a score")],
    ),
    "a page is no age": ({9: "      rate: {offered: page, taken: message}"}, []),
    # several at once
    "all at once": (
        {2: "zone: Mars/Base", 3: "perod: week", 6: "    weight: 0.5", 18: "  - {key: low, label: Low, at_least: 5}"},
        [
            (1, "error", "`period` is missing"),
            (2, "error", "is not a time zone"),
            (3, "error", "Did you mean “period”?"),
            (4, "error", "sum to 0.9"),
            (18, "error", "no band holds the scores below 5"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_problem_has_its_line(name: str, tmp_path: Path) -> None:
    edits, expected = CASES[name]
    path = tmp_path / "programme.yml"
    path.write_text(edited(edits), "utf-8")
    found = check(path, validated=True)
    assert [(p.line, p.level) for p in found] == [(line, level) for line, level, _ in expected], found
    for problem, (_, _, words) in zip(found, expected, strict=True):
        assert words in str(problem), problem
        assert problem.do, "every problem says what to do"


@pytest.mark.parametrize("name", CASES)
def test_read_refuses_exactly_what_has_an_error(name: str, tmp_path: Path) -> None:
    edits, expected = CASES[name]
    path = tmp_path / "programme.yml"
    path.write_text(edited(edits), "utf-8")
    if not any(level == "error" for _, level, _ in expected):
        assert read(path).programme == "spring"
        return
    with pytest.raises(DefinitionError) as caught:
        read(path)
    assert [p.line for p in caught.value.problems] == [line for line, _, _ in expected]
    assert str(path) in str(caught.value)


def test_until_it_is_validated_a_note_says_so(tmp_path: Path) -> None:
    path = tmp_path / "programme.yml"
    path.write_text(BASE, "utf-8")
    (note,) = check(path)
    assert (note.level, note.line) == ("note", 0)
    assert "never validated against outcomes" in note.found
    assert check(path, validated=True) == []
    assert parse(BASE).programme == "spring", "a note refuses nothing"
