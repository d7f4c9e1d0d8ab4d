"""The metrics around the score and their tree: every refusal with its line, counted by hand in `BASE`; and what enters which fingerprint."""

from __future__ import annotations

import jsonschema
import pytest

from engagetree.definition.document import document, plain
from engagetree.definition.metrics import Composition, Evidence
from engagetree.definition.model import Definition
from engagetree.definition.read import check, parse
from engagetree.definition.schema import schema
from engagetree.definition.templates import TEMPLATES, template
from engagetree.definition.version import around, check_change, differences, fingerprint, measures
from engagetree.errors import DefinitionError

JUDGE = jsonschema.Draft202012Validator(schema())

BASE = """\
programme: spring
zone: Europe/Madrid
period: week
signals:
  interaction:
    weight: 1
    accountable: Ana
    drivers:
      rate: {offered: prompt, taken: answer}
metrics:
  lasting: {kind: purpose, accountable: Bo}
  points: {kind: score, accountable: Bo}
  again: {kind: retention, taken: [answer], window: 7_days, accountable: Bo}
  sticky: {kind: stickiness, taken: answer, accountable: Bo}
  daily: {kind: active, per: day, taken: answer, accountable: Bo}
  all: {kind: active, taken: answer, accountable: Bo}
tree:
  root: lasting
  composes:
    sticky: {by: ratio, of: daily, over: all}
  influences:
    - {from: points, to: lasting, direction: raises, lag: 4 weeks, evidence: {status: believed, date: 2025-03-03}}
    - {from: again, to: points, direction: raises, lag: 1 week, evidence: {status: believed, date: 2025-03-03}}
    - {from: sticky, to: interaction.rate, direction: lowers, lag: 0 days, evidence: {status: believed, date: 2025-03-03}}
"""
LINES = BASE.splitlines()
EDGE = "    - {from: again, to: points, direction: raises, lag: 1 week, evidence: {status: believed, date: 2025-03-03}}"
MORE = ", lag: 1 week, evidence: {status: believed, date: 2025-03-03}}"


def edited(edits: dict[int, str | None]) -> str:
    """BASE with some of its lines (from 1) replaced, or taken out."""
    lines = [edits.get(n, line) for n, line in enumerate(LINES, 1)]
    return "\n".join(line for line in lines if line is not None) + "\n"


def metric(text: str) -> dict[int, str | None]:
    """BASE with another `again` (line 13)."""
    return {13: f"  again: {{{text}, accountable: Bo}}"}


def shown(text: str) -> dict[int, str | None]:
    """BASE with other evidence on line 23."""
    return {23: f"    - {{from: again, to: points, direction: raises, lag: 1 week, evidence: {{{text}}}}}"}


OBSERVED = "method: regression, n: 200, effect: 0.3, interval: [0.1, 0.5]"

REFUSED: dict[str, tuple[dict[int, str | None], list[tuple[int, str]]]] = {
    # owners
    "no owner": ({13: "  again: {kind: retention, taken: answer}"}, [(13, "metric again: `accountable` is missing")]),
    "an empty owner": ({13: "  again: {kind: retention, taken: answer, accountable: ''}"}, [(13, "`accountable` is empty")]),
    "two owners": ({13: "  again: {kind: retention, taken: answer, accountable: [A, B]}"}, [(13, "Exactly one answers for it")]),
    "another name for it": (
        {13: "  again: {kind: retention, taken: answer, owner: A}"},
        [(13, "`accountable` is missing"), (13, "Did you mean “accountable”?")],
    ),
    # kinds and their fields
    "no kind": ({13: "  again: {taken: answer, accountable: Bo}"}, [(13, "`kind` is missing")]),
    "an unknown kind": (metric("kind: retenton, taken: answer"), [(13, "Did you mean “retention”?")]),
    "no qualifying act": (metric("kind: stickiness"), [(13, "`kind: stickiness` needs `taken`")]),
    "retention of nothing": (metric("kind: retention"), [(13, "`kind: retention` needs `taken`")]),
    "adoption of nothing": (metric("kind: adoption, taken: answer"), [(13, "`kind: adoption` needs `feature`")]),
    "eligible for nothing": (
        metric("kind: adoption, taken: answer, feature: poll, among: eligible"),
        [(13, "who is eligible depends on what was offered")],
    ),
    "offered to the active": (
        metric("kind: adoption, taken: answer, feature: poll, offered: prompt"),
        [(13, "`offered` has no effect among those active")],
    ),
    "joins": (metric("kind: stickiness, taken: join"), [(13, "`join` is never counted by itself")]),
    "nps of acts": (
        metric("kind: nps, taken: answer"),
        [(13, "an NPS is made of answers from 0 to 10, so it needs an `outcome`"), (13, "`taken` has no effect with `kind: nps`")],
    ),
    "nps of nothing": (metric("kind: nps"), [(13, "so it needs an `outcome`")]),
    "an outcome that is not named": (metric("kind: outcome_rate"), [(13, "`kind: outcome_rate` needs `outcome`")]),
    "an unknown signal": (metric("kind: signal, signal: interacton"), [(13, "Did you mean “interaction”?"), (13, "beneath `points`")]),
    "a field of another kind": (metric("kind: people, outcome: x"), [(13, "`outcome` has no effect with `kind: people`")]),
    "a share in points": (metric("kind: stickiness, taken: answer, unit: points"), [(13, "is a share, told in percent")]),
    "a purpose with a number": (metric("kind: purpose, threshold: 4"), [(13, "a purpose has no number")]),
    "a signal's key": (
        {13: None, 23: None, 16: f"{LINES[15]}\n  interaction: {{kind: people, accountable: Bo}}"},
        [(16, "`interaction` is a signal's key already (line 5)")],
    ),
    "two scores": (
        {16: f"{LINES[15]}\n  also: {{kind: score, accountable: Bo}}", 23: f"{EDGE}\n    - {{from: also, to: lasting, direction: raises{MORE}"},
        [(17, "the score is there already, as points (line 12)"), (17, "")][:1],
    ),
    # retention
    "a ratio that is called retention": (
        {13: "  retention: {kind: net_active_ratio, taken: answer, accountable: Bo}", 23: EDGE.replace("again", "retention")},
        [(13, "is called retention, but counts newcomers and may exceed 100 %")],
    ),
    "a label that says retained": (
        metric("label: Retained users, kind: net_active_ratio, taken: answer"),
        [(13, "is called retention, but counts newcomers")],
    ),
    "day n without its bound": (
        metric("kind: retention, way: day_n, after: 7, taken: answer"),
        [(13, "`way: day_n` needs `bound`. Two numbers are called so")],
    ),
    "day n without n": (metric("kind: retention, way: day_n, bound: bounded, taken: answer"), [(13, "`way: day_n` needs `after`")]),
    "sessions that are not named": (
        metric("kind: retention, way: session_k, after: 2, bound: bounded, taken: present"),
        [(13, "`way: session_k` needs `offered`")],
    ),
    "a bound on windows": (metric("kind: retention, bound: bounded, taken: answer"), [(13, "`bound` has no effect with `way: windows`")]),
    "no window before all": (metric("kind: retention, window: programme, taken: answer"), [(13, "has no window before it")]),
    "half a window": (metric("kind: retention, after: 1.5, taken: answer"), [(13, "Write a whole number")]),
    # the shape of the tree
    "no root": ({18: None}, [(17, "tree: `root` is missing")]),
    "an unknown root": ({18: "  root: lastin"}, [(18, "there is no node `lastin`. Did you mean “lasting”?")]),
    "an unknown part": ({20: "    sticky: {by: ratio, of: dailly, over: all}"}, [(20, "Did you mean “daily”")]),
    "an unknown cause": (
        {23: EDGE.replace("from: again", "from: agian")},
        [(23, "there is no node `agian`. Did you mean “again”?")],
    ),
    "an unknown effect": (
        {23: EDGE.replace("to: points", "to: interaction.rates")},
        [(23, "there is no node `interaction.rates`. Did you mean “interaction.rate”")],
    ),
    "an unknown parent": (
        {20: "    stiky: {by: ratio, of: daily, over: all}"},
        [(20, "there is no node `stiky`")],
    ),
    "no node at all": ({18: "  root: Las Ting"}, [(18, "cannot be a node")]),
    "refers to itself": ({23: EDGE.replace("to: points", "to: again")}, [(13, "cannot be reached"), (23, "`again` refers to itself")]),
    "made of itself": (
        {20: "    sticky: {by: ratio, of: sticky, over: all}"},
        [(15, "cannot be reached"), (20, "`sticky` refers to itself")],
    ),
    "goes round": (
        {23: f"{EDGE}\n    - {{from: points, to: again, direction: raises{MORE}"},
        [(23, "goes round in a circle: points → again → points")],
    ),
    "goes round by way of the score": (
        {24: f"{LINES[23]}\n    - {{from: points, to: daily, direction: raises{MORE}"},
        [(20, "goes round in a circle: sticky → daily → points → interaction → interaction.rate → sticky")],
    ),
    "not in the tree": ({23: None}, [(13, "metric again: cannot be reached from the root `lasting`")]),
    "counts twice": (
        {16: f"{LINES[15]}\n  ratio: {{kind: calculated, accountable: Bo}}", 20: f"{LINES[19]}\n    ratio: {{by: ratio, of: daily, over: again}}",
         24: f"{LINES[23]}\n    - {{from: ratio, to: lasting, direction: raises{MORE}"},
        [(22, "`daily` would count twice: it is a part of `sticky` already (line 21)")],
    ),
    "counts a signal twice": (
        {16: f"{LINES[15]}\n  both: {{kind: calculated, accountable: Bo}}", 20: f"{LINES[19]}\n    both: {{by: sum, of: interaction}}",
         24: f"{LINES[23]}\n    - {{from: both, to: lasting, direction: raises{MORE}"},
        [(22, "`interaction` would count twice: it is a part of `points` already (by itself)")],
    ),
    "the score made of other things": ({20: f"{LINES[19]}\n    points: {{by: sum, of: again}}"}, [(21, "made of their own parts")]),
    "a signal beside the score": (
        metric("kind: signal, signal: interaction"),
        [(13, "the signal stands in the tree already, beneath `points`")],
    ),
    # compositions
    "a ratio of two": (
        {20: "    sticky: {by: ratio, of: [daily, again], over: all}"},
        [(20, "a ratio has one node above the line, not 2")],
    ),
    "a ratio over nothing": (
        {20: "    sticky: {by: ratio, of: daily}"},
        [(16, "cannot be reached"), (20, "`by: ratio` needs `over`")],
    ),
    "over itself": ({20: "    sticky: {by: ratio, of: daily, over: daily}"}, [(16, "cannot be reached"), (20, "above and below the line")]),
    "a sum over something": (
        {20: "    sticky: {by: sum, of: daily, over: all}"},
        [(20, "`over` has no effect with `by: sum`"), (20, "`sticky` is in % and `daily` in people: they cannot be added")],
    ),
    "a mean without weights": (
        {14: "  sticky: {kind: people, accountable: Bo}", 20: "    sticky: {by: mean, of: [daily, all]}"},
        [(20, "a mean needs the weight of each part. Write {daily: 0.5, all: 0.5}")],
    ),
    "weights that are not parts of 1": (
        {14: "  sticky: {kind: people, accountable: Bo}", 20: "    sticky: {by: mean, of: {daily: 0.5, all: 0.4}}"},
        [(20, "the weights sum to 0.9, not to 1")],
    ),
    "weights in a sum": (
        {14: "  sticky: {kind: people, accountable: Bo}", 20: "    sticky: {by: sum, of: {daily: 0.5, all: 0.5}}"},
        [(20, "weights have no effect with `by: sum`")],
    ),
    "a part twice": (
        {14: "  sticky: {kind: people, accountable: Bo}", 20: "    sticky:\n      by: sum\n      of:\n        - daily\n        - all\n        - daily"},
        [(25, "names “daily” twice")],
    ),
    "made of a purpose": (
        {20: f"{LINES[19]}\n    lasting: {{by: sum, of: again}}", 23: None},
        [(21, "is a purpose without a number, so nothing can be worked out")],
    ),
    "calculated from nothing": (metric("kind: calculated"), [(13, "is made of its parts, but has none")]),
    "calculated without a tree": (
        {**dict.fromkeys(range(17, 25)), 13: "  again: {kind: calculated, accountable: Bo}"},
        [(13, "there is no `tree` that names them")],
    ),
    # influences
    "no direction": ({23: EDGE.replace(" direction: raises,", "")}, [(23, "influence 2: `direction` is missing")]),
    "a direction in other words": ({23: EDGE.replace("raises", "up")}, [(23, "`direction` is “up”. Use one of raises, lowers")]),
    "no lag": ({23: EDGE.replace(" lag: 1 week,", "")}, [(23, "`lag` is missing")]),
    "a lag in words": ({23: EDGE.replace("1 week", "soon")}, [(23, "`lag` is “soon”, no length of time. Write `0 days`")]),
    "no evidence": ({23: EDGE.partition(", evidence")[0] + "}"}, [(23, "`evidence` is missing")]),
    "evidence in words": ({23: EDGE.partition("{status")[0] + "yes}"}, [(23, "is “yes”, not a mapping of fields")]),
    "evidence without a date": (shown("status: believed"), [(23, "influence 2, evidence: `date` is missing")]),
    "a date that cannot be": (shown("status: believed, date: 2025-02-30"), [(23, "a date that does not exist")]),
    "a date in words": (shown("status: believed, date: last spring"), [(23, "is “last spring”, not a date")]),
    "evidence without a standing": (shown("date: 2025-03-03"), [(23, "`status` is missing")]),
    "a standing nobody knows": (shown("status: proven, date: 2025-03-03"), [(23, "Use one of believed, observed, tested, refuted")]),
    "observed without numbers": (
        shown("status: observed, date: 2025-03-03, n: 20"),
        [(23, "`status: observed` needs `method`, `effect`, `interval`")],
    ),
    "half a person": (
        shown("status: observed, date: 2025-03-03, " + OBSERVED.replace("200", "20.5")),
        [(23, "`n` is 20.5. Write a whole number")],
    ),
    "an interval upside down": (
        shown("status: observed, date: 2025-03-03, " + OBSERVED.replace("[0.1, 0.5]", "[0.5, 0.1]")),
        [(23, "`interval` runs from 0.5 down to 0.1")],
    ),
    "an interval of one": (
        shown("status: observed, date: 2025-03-03, " + OBSERVED.replace("[0.1, 0.5]", "0.4")),
        [(23, "`interval` is 0.4, not two numbers")],
    ),
    "an effect outside its interval": (
        shown("status: observed, date: 2025-03-03, " + OBSERVED.replace("0.3", "0.7")),
        [(23, "`effect` 0.7 is not within `interval` 0.1 to 0.5")],
    ),
    "influences under keys": ({**dict.fromkeys(range(22, 25)), 21: "  influences: {a: b}"}, [(21, "Write a list, one line for each influence")]),
}  # fmt: skip

BEYOND = {
    # What ties several fields or nodes together, and what only a calendar knows: no business of a JSON Schema.
    *("an unknown signal", "a purpose with a number", "a signal's key", "two scores", "a ratio that is called retention"),
    *("a label that says retained", "day n without its bound", "day n without n", "sessions that are not named", "a bound on windows"),
    *("no window before all", "retention of nothing", "eligible for nothing", "offered to the active", "joins", "a share in points"),
    *("an unknown root", "an unknown part", "an unknown cause", "an unknown effect", "an unknown parent", "refers to itself"),
    *("made of itself", "goes round", "goes round by way of the score", "not in the tree", "counts twice", "counts a signal twice"),
    *("the score made of other things", "a signal beside the score", "a ratio of two", "over itself", "a mean without weights"),
    *("weights that are not parts of 1", "weights in a sum", "made of a purpose", "calculated from nothing", "calculated without a tree"),
    *("a date that cannot be", "observed without numbers", "an interval upside down", "an effect outside its interval"),
}


def problems(text: str) -> list[tuple[int, str]]:
    """Every error of a text: its line and its words."""
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    return [(p.line, str(p)) for p in caught.value.problems if p.level == "error"]


def test_the_base_is_a_definition() -> None:
    made = parse(BASE)
    assert [m.key for m in made.metrics] == ["lasting", "points", "again", "sticky", "daily", "all"]
    assert made.tree is not None and made.tree.root == "lasting" and made.tree.line == 17
    assert made.tree.composes == (Composition("sticky", "ratio", ("daily",), (), "all", 20),)
    assert [(i.cause, i.effect, i.direction, i.lag) for i in made.tree.influences][1] == ("again", "points", "raises", "1 week")
    assert JUDGE.is_valid(plain(document(BASE)[0]))


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_tree_is_refused_with_its_line(name: str) -> None:
    edits, expected = REFUSED[name]
    found = problems(edited(edits))
    for line, told in expected:
        assert any(at == line and told in said for at, said in found), (line, told, found)
    wanted = {line for line, _ in expected}
    assert {line for line, _ in found} == wanted, found


@pytest.mark.parametrize("name", REFUSED)
def test_the_schema_refuses_what_one_field_can_tell(name: str) -> None:
    assert JUDGE.is_valid(plain(document(edited(REFUSED[name][0]))[0])) == (name in BEYOND)


def test_evidence_is_read_as_it_is_written() -> None:
    made = parse(edited(shown(f"status: tested, date: 2025-05-26, {OBSERVED}")))
    assert made.tree is not None
    on = made.tree.influences[1].evidence
    assert on == Evidence("tested", on.date, "regression", 200, 0.3, (0.1, 0.5)) and on.date.isoformat() == "2025-05-26"


# ---- versions


def test_metrics_are_no_part_of_the_version() -> None:
    """No score depends on them: adding, changing or removing them makes no new version, re-reads nothing, and asks for no reason."""
    bare, full = parse("\n".join(LINES[:9]) + "\n"), parse(BASE)
    other = parse(edited({14: "  sticky: {kind: stickiness, taken: [answer, question], accountable: Cy}"}))
    assert bare.metrics == () and bare.tree is None
    for a, b in ((bare, full), (full, bare), (full, other)):
        assert fingerprint(a) == fingerprint(b) == a.fingerprint and measures(a) == measures(b)
        assert differences(a, b) == [] and check_change(a, b) == []


def test_metrics_have_a_fingerprint_of_their_own() -> None:
    made = parse(BASE)
    assert around(parse("\n".join(LINES[:9]) + "\n")) == ""
    changed: list[Definition] = [
        parse(edited(edits))
        for edits in (
            {14: "  sticky: {kind: stickiness, taken: [answer, question], accountable: Bo}"},
            {14: "  sticky: {kind: stickiness, taken: answer, accountable: Cy}"},
            {13: LINES[12].replace("7_days", "28_days")},
            {22: LINES[21].replace("4 weeks", "5 weeks")},
            {23: EDGE.replace("raises", "lowers")},
            {20: "    sticky: {by: ratio, of: all, over: daily}"},
        )
    ]
    assert len({around(made), *map(around, changed)}) == 7
    same = parse(edited({13: "  again: {accountable: Bo, window: 7_days, after: 1, kind: retention, taken: answer, direction: higher}"}))
    assert around(same) == around(made), "order and written-out defaults say nothing new"


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_have_no_mistake_in_it(name: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "programme.yml").write_text(template(name), "utf-8")
    assert [p for p in check(tmp_path / "programme.yml", validated=True) if p.level != "note"] == []
