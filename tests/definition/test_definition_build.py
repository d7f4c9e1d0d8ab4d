"""What a right file becomes. Expected values were written by hand from the YAML; instants from the offsets of the zones."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engagetree.definition.bands import DEFAULT_BANDS
from engagetree.definition.model import Band, Driver, Raci, Signal
from engagetree.definition.read import check, parse, read
from engagetree.definition.reference import page
from engagetree.definition.templates import TEMPLATES, template
from engagetree.errors import NotFound

ROOT = Path(__file__).parents[2]

SPRING = """\
programme: spring-course
zone: Europe/Madrid
period: week
window: {trailing: 4}
starts: 2025-03-03
ends: 2025-06-30
min_coverage: 0.5
reason: >
  First
  version
signals:
  attendance:
    label: Attendance
    weight: 0.4
    combine: product
    accountable: Facilitator
    responsible: [Ana, Bo]
    informed: Programme owner
    advice: "Ask which time would suit better."
    drivers:
      reached: {label: Sessions reached, offered: session, taken: present, count: length, unit: sessions}
      stayed:
        offered: [session]
        taken: present
        count: presence
        accountable: Bo
  interaction:
    weight: .6
    drivers:
      response_rate: {weight: 0.7, offered: prompt, taken: answer, while_present: true}
      unprompted:
        weight: 0.3
        taken: [reaction, chat]
        per: hour_present
        on: [session, page]
        normalise: range
        floor: 1
        target: 4
        cap: 20
        source: zoom
"""


def test_every_field_arrives() -> None:
    made = parse(SPRING, "spring.yml")
    owners = Raci("Facilitator", ("Ana", "Bo"), (), ("Programme owner",))
    attendance = Signal(
        key="attendance",
        label="Attendance",
        weight=0.4,
        combine="product",
        owners=owners,
        advice="Ask which time would suit better.",
        line=12,
        drivers=(
            Driver(
                "reached", "Sessions reached", ("present",), offered=("session",), count="length", unit="sessions", owners=owners, line=21,
            ),
            Driver(
                "stayed", "Stayed", ("present",), offered=("session",), count="presence", line=22,
                owners=Raci("Bo", ("Ana", "Bo"), (), ("Programme owner",)),
            ),
        ),
    )  # fmt: skip
    interaction = Signal(
        key="interaction",
        label="Interaction",
        weight=0.6,
        line=27,
        drivers=(
            Driver("response_rate", "Response rate", ("answer",), weight=0.7, offered=("prompt",), while_present=True, line=30),
            Driver(
                "unprompted", "Unprompted", ("reaction", "chat"), "range", 0.3, per="hour_present", on=("session", "page"),
                floor=1.0, target=4.0, cap=20.0, source="zoom", line=31,
            ),
        ),
    )  # fmt: skip
    assert made.signals == (attendance, interaction)
    assert (made.programme, made.title, made.zone, made.period, made.window) == (
        "spring-course",
        "Spring course",
        "Europe/Madrid",
        "week",
        4,
    )
    assert (made.min_coverage, made.reason, made.bands) == (0.5, "First version", DEFAULT_BANDS)
    assert (made.text, made.path) == (SPRING, "spring.yml")
    assert re.fullmatch("[0-9a-f]{12}", made.fingerprint)


def test_a_programme_runs_from_its_first_to_its_last_midnight() -> None:
    made = parse(SPRING)  # Madrid is at +01:00 on 3 March and at +02:00 at the end of 30 June
    assert made.starts == datetime(2025, 3, 2, 23, tzinfo=UTC)
    assert made.ends == datetime(2025, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-06-30 18:00", datetime(2025, 6, 30, 16, tzinfo=UTC)),
        ("2025-06-30T18:00:30", datetime(2025, 6, 30, 16, 0, 30, tzinfo=UTC)),
        ("'2025-06-30 18:00+00:00'", datetime(2025, 6, 30, 18, tzinfo=UTC)),
        ("2025-06-30T18:00Z", datetime(2025, 6, 30, 18, tzinfo=UTC)),
    ],
)
def test_a_time_is_meant_as_it_stands(written: str, instant: datetime) -> None:
    assert parse(SPRING.replace("ends: 2025-06-30", f"ends: {written}")).ends == instant


def test_own_bands_and_a_single_driver() -> None:
    text = """\
programme: p
zone: UTC
period: session
signals:
  doing: {weight: 1, drivers: {done: {offered: step, taken: complete}}}
bands:
  - {key: high, label: High, at_least: 50.5, signals: Much., do: Praise.}
  - {key: low, label: Low, at_least: 0}
"""
    made = parse(text)
    assert made.bands == (Band("high", "High", 50.5, "Much.", "Praise."), Band("low", "Low", 0.0))
    assert [d.weight for _, d in made.drivers()] == [1.0]
    assert (made.window, made.starts, made.ends, made.min_coverage) == (0, None, None, 0.4)
    assert [getattr(made.band(x), "key", None) for x in (50.5, 50.499, 0, None)] == ["high", "low", "low", None]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_pass_with_nothing_to_say(name: str, tmp_path: Path) -> None:
    path = tmp_path / "programme.yml"
    path.write_text(template(name), "utf-8")
    assert [p.level for p in check(path)] == ["note"]
    assert check(path, validated=True) == []
    made = read(path)
    assert made.programme == name
    assert all(d.owners.accountable and d.unit and d.label for _, d in made.drivers())
    assert all(s.advice for s in made.signals)
    assert template(name).count("#") >= 8, "a template explains itself"
    assert max(map(len, template(name).splitlines())) <= 160


def test_what_each_template_values_most() -> None:
    top = {name: max(parse(template(name)).signals, key=lambda s: s.weight).key for name in TEMPLATES}
    assert {name: top[name] for name in TEMPLATES if name != "live-programme"} == {
        "on-demand-course": "completion",
        "event": "interaction",
        "community": "contribution",
        "compliance": "completion",
    }


def test_the_live_programme_is_the_worked_example() -> None:
    """Weights 0.3, 0.2, 0.3, 0.2 and signals 90, 60, 40, 100 give 71: the source's own example."""
    weights = {s.key: s.weight for s in parse(template("live-programme")).signals}
    assert weights == {"attendance": 0.3, "interaction": 0.2, "contribution": 0.3, "completion": 0.2}
    values = {"attendance": 90, "interaction": 60, "contribution": 40, "completion": 100}
    assert round(sum(weights[k] * values[k] for k in values), 9) == 71


def test_bands_written_out_in_a_template_are_the_default_ones() -> None:
    text = template("live-programme")
    assert "bands:" in text
    assert parse(text).bands == DEFAULT_BANDS
    assert parse(text[: text.index("bands:\n")]).fingerprint == parse(text).fingerprint


def test_an_unknown_template_names_the_near_one() -> None:
    with pytest.raises(NotFound, match="Did you mean “community”"):
        template("comunity")
    with pytest.raises(NotFound, match="The templates are on-demand-course"):
        template("../model")


def test_the_reference_page_is_up_to_date() -> None:
    committed = (ROOT / "docs" / "reference" / "definition.md").read_text("utf-8")
    assert committed == page(), "run: python -m engagetree.definition.reference docs/reference/definition.md"


def test_signals_cannot_take_the_names_of_score_columns() -> None:
    from engagetree.definition.checks import RESERVED
    from engagetree.formula.columns import RESERVED as COLUMNS

    assert set(COLUMNS) <= set(RESERVED)
