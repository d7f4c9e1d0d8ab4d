"""An invented university's year, from files to what may leave. Counts are made again in plain Python over the same CSV files."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from engagetree.institution import create
from engagetree.institution.publishing import publish
from engagetree.research.disclosure import hesa_round

HERE = Path("examples/research-year")
YEAR = (date(2025, 8, 1), date(2026, 8, 1))
TODAY = date(2026, 11, 1)
COUNTED = ("ticket_scan", "register", "head_count", "clicker")


def table(name: str) -> list[dict[str, str]]:
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def northmoor(tmp_path_factory):
    with create(tmp_path_factory.mktemp("office") / "northmoor", definition=HERE / "institution.yml") as office:
        for file in sorted((HERE / "data").glob("*.csv")):
            assert not office.take(file).account.refused
        yield office


@pytest.fixture(scope="module")
def exact(northmoor):
    return northmoor.annual_return("2025-26", TODAY)


def counted() -> list[dict[str, str]]:
    """Delivered by us in the year, for somebody outside, each event once: worked out by hand from the rules in institution.yml."""
    rows = [a for a in table("activities") if YEAR[0] <= date.fromisoformat(a["starts_on"]) < YEAR[1]]
    rows = [a for a in rows if a["status"] == "delivered" and a["relation"] == "organised"]
    rows = [a for a in rows if a["type"] != "scientific_meeting" and a["purpose"] not in ("recruitment", "trading")]
    rows = [a for a in rows if set(a["audiences"].split(";")) - {"academics", "postgraduates", "undergraduates"}]
    return [a for a in rows if a["activity"] not in ("lecture-computing", "lecture-geography")]


def whole(exact, key):
    return next(v for v in exact.values if v.indicator == key and not v.cell)


def test_the_data_are_made_again_as_they_are(tmp_path):
    subprocess.run([sys.executable, str(HERE / "make_data.py"), str(tmp_path)], check=True)
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert made == {p.name: p.read_bytes() for p in (HERE / "data").iterdir()}


def test_extent_is_what_a_plain_count_says(exact):
    events = counted()
    assert whole(exact, "events").value == len(events)
    ids = {a["activity"] for a in events}
    came = [r for r in table("attendances") if r["activity"] in ids and r["status"] == "attended" and r["role"] != "staff"]
    heads = sum(float(a["size"]) for a in events if a["size"] and a["count_method"] in COUNTED)
    assert whole(exact, "attendances").value == len(came) + heads
    assert whole(exact, "unique_participants").value == len({r["person"] for r in came})
    by_type = {v.at("type"): v.value for v in exact.values if v.indicator == "events" and [d for d, _ in v.cell] == ["type"]}
    assert sum(by_type.values()) == len(events) and by_type["talk"] == sum(a["type"] == "talk" for a in events)


def test_a_level_counts_as_far_as_it_is_on_file(exact):
    """By hand: each level needs what institution.yml's source asks; with less it falls to D1, or D2 where input was recorded."""
    needs = {
        "D2": {"input_recorded", "feedback_given"},
        "D3": {"decision_link"},
        "D4": {"decision_log", "named_role"},
        "D5": {"decision_right"},
    }

    def recorded(a):
        held, claimed = set(a["depth_evidence"].split(";")), a["depth"]
        if claimed <= "D1" or needs[claimed] <= held:
            return claimed
        return "D2" if "input_recorded" in held and claimed > "D2" else "D1"

    deep = sum(recorded(a) >= "D3" for a in counted())
    share = whole(exact, "involved_share")
    assert (share.numerator, share.denominator) == (deep, len(counted()))


def test_claims_on_attention_do_not_leave_and_impact_is_not_assumed(exact):
    assert [f.severity for f in exact.findings if f.rule == "EM-04"] == ["error"]
    about = [f.about for f in exact.findings if f.rule == "EM-14"]
    assert any("improved science results" in a for a in about) and not any("tribunal" in a or "legal guide" in a for a in about)


def test_what_leaves_is_rounded_said_and_remembered(northmoor, exact, tmp_path):
    made = northmoor.release("2025-26", today=TODAY)
    again = northmoor.release("2025-26", today=TODAY)
    assert again.register_number == made.register_number and len(northmoor.releases()) == 1
    assert northmoor.release("2025-26", "lt5", today=TODAY, keep=False).register_number == "" and len(northmoor.releases()) == 1
    shown = next(v for v in made.values if v.indicator == "attendances" and not v.cell)
    assert shown.value == hesa_round(whole(exact, "attendances").value)
    files = publish(made, tmp_path / "out")
    texts = {f.name: f.read_bytes().decode("utf-8", "ignore") for f in files if f.suffix != ".xlsx"}
    claim = "The reach of our posts shows the quality of our engagement."
    assert claim not in json.loads(texts["release.json"]).get("claims", "") and all(claim not in c.text for c in made.claims)
    for name, text in texts.items():
        assert not re.search(r"person-\d{4}|reply-\d{3}", text), name
    assert "Invented" in texts["report.html"]


def test_plain_ids_lie_in_neither_store(northmoor, laid_down):
    """The files have a person-0001 and a reply-001; what else these rows say must be there, so the search does find what lies there."""
    assert any(r["person"] == "person-0001" for r in table("attendances"))
    stored, replies = laid_down(northmoor.root / "lake"), laid_down(northmoor.root / "reach" / "lake")
    for text in (stored, replies):
        assert not re.search(r"person-\d{4}|reply-\d{3}", text)
    assert all(f'"{a["activity"]}"' in stored for a in table("activities"))
    assert all(f'"{r["activity"]}"' in replies for r in table("reach"))


def test_returns_say_what_is_missing(northmoor):
    bare = northmoor.returned("kef", "2025-26", keep=False)
    assert not bare.ready and any("Strategy" in m.what for m in bare.missing)
    told = northmoor.returned("kef", "2025-26", narrative=HERE / "narrative.yml", keep=False)
    assert told.ready and "<h1>" in told.html()
    table5 = northmoor.returned("hebci", "2025-26", narrative=HERE / "narrative.yml", keep=False)
    assert table5.ready and table5.csv().startswith("Sub-head,")
    before = northmoor.returned("hebci", "2024-25", narrative=HERE / "narrative.yml", keep=False)
    assert not before.ready and any("a-001" in m.what or "preparation" in m.found or "basis" in m.found for m in before.missing)


def test_years_and_indicators_are_listed(northmoor):
    assert [y.key for y in northmoor.years()] == ["2024-25", "2025-26"]
    keys = [i.key for i in northmoor.indicators()]
    assert "free_share" in keys and keys.index("events") < keys.index("attention_mentions")


def test_a_programme_becomes_extent_and_is_looked_at(northmoor, tmp_path):
    from engagetree.workspace import create as workspace

    first = Path("examples/first-programme")
    with workspace(tmp_path / "spring", first / "programme.yml") as work:
        for name in ("roster", "items", "events"):
            work.take(first / f"{name}.csv")
        work.score()
    northmoor.take_programme(tmp_path / "spring", "spring-course")
    year = northmoor.annual_return("2024-25", TODAY)
    people = next(v for v in year.values if v.indicator == "programme_people" and v.at("activity") == "spring-course")
    assert people.value == 4
    assert any(f.rule == "EM-15" and "validation" in f.found for f in year.findings)
    assert not any(v.at("activity") == "spring-course" and "depth" in v.indicator for v in year.values)


def test_attention_of_two_versions_is_shown_and_not_compared(northmoor, exact):
    """EM-07: this year's mentions may be read; those of another version of the score are not put beside them."""
    assert any(f.rule == "EM-07" for f in exact.findings)
    made = northmoor.release("2025-26", today=TODAY, keep=False)
    now = [v for v in made.values if v.indicator == "attention_mentions" and v.value is not None]
    assert now and not any(v.withheld for v in now)
    assert all(v.withheld for v in made.before if v.indicator == "attention_mentions")
