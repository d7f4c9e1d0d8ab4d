"""`examples/live-programme` through the whole way. The answers come from its CSV files, read here with the csv module and scored by the second
implementation (`scoring/oracle.py`); what its README tells is counted from the files."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from oracle import Oracle, Row
from programme import Scores, history
from pytest import approx

from engagetree.workspace import Workspace, create

HERE = Path(__file__).parents[2] / "examples" / "live-programme"
MADRID = ZoneInfo("Europe/Madrid")
LAST = "2025-04-21"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    made = create(tmp_path_factory.mktemp("live") / "work", HERE / "programme.yml")
    for name in ("roster", "items", "excusals", "outages", "outcomes", "room"):
        assert made.take(HERE / "data" / f"{name}.csv").account.refused == 0
    refused = {
        n: made.take(HERE / "data" / f"{n}.csv", mapping=HERE / f"{n}.map.yml").account.refused for n in ("meetings", "polls", "platform")
    }
    assert refused == {"meetings": 1, "polls": 1, "platform": 0}
    made.score()
    with made:
        yield made


@pytest.fixture(scope="module")
def scores(work: Workspace) -> Scores:
    return history(work)


def rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def events() -> list[Row]:
    """All acts, as read here; the two rows that say nothing usable are left out."""
    out: list[Row] = []
    for r in rows("meetings", ";"):
        if not r["Local time"].startswith("31/02"):
            at = datetime.strptime(r["Local time"], "%d/%m/%Y %H:%M:%S").replace(tzinfo=MADRID).astimezone(UTC)
            out.append(
                {"participant": r["Attendee"], "at": at, "kind": {"Joined": "join", "Left": "leave"}[r["Event"]], "item": r["Meeting"]}
            )
    for name in ("polls", "room", "platform"):
        out += [{**r, "at": datetime.fromisoformat(r["at"]).astimezone(UTC)} for r in rows(name) if r["participant"]]
    return out


def register(name: str) -> list[Row]:
    """A register with empty cells as None, times as instants, flags as truth."""
    return [{k: _value(k, v) for k, v in r.items()} for r in rows(name)]


def _value(name: str, text: str) -> object:
    if not text:
        return None
    if name.endswith("_at"):
        return datetime.fromisoformat(text).astimezone(UTC)
    return text == "yes" if name == "final" else text


def test_every_score_of_every_week(scores: Scores) -> None:
    """8 weeks, 302 rows: every driver, signal, coverage and score as the second implementation has them."""
    definition = yaml.safe_load((HERE / "programme.yml").read_text("utf-8"))
    first, last = (datetime(2025, m, d, tzinfo=MADRID).astimezone(UTC) for m, d in ((3, 3), (4, 28)))
    told = Oracle(definition, register("roster"), register("items"), events(), register("excusals"), register("outages"), first, last).run()
    assert list(told) == list(scores)
    for week, people in told.items():
        assert sorted(people) == sorted(scores[week])
        for who, answer in people.items():
            row = scores[week][who]
            for name, value in answer.items():
                found = (row[f"{name}__taken"], row[f"{name}__offered"]) if isinstance(value, tuple) else row[name]
                assert found == (None if value is None else approx(value, abs=1e-9)), (week, who, name)


def test_the_files_are_those_that_the_script_makes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_data", HERE / "make_data.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["make_data"] = script
    spec.loader.exec_module(script)
    script.main(tmp_path)
    made = sorted(tmp_path.iterdir())
    assert [p.name for p in made] == sorted(p.name for p in (HERE / "data").glob("*.csv"))
    for path in made:
        assert path.read_bytes() == (HERE / "data" / path.name).read_bytes(), path.name


def taken(work: Workspace, who: str, driver: str) -> tuple[float, float]:
    found = {d.key: d for n in work.explain(who).tree.children for d in n.children}[driver]
    assert found.taken is not None
    assert found.offered is not None
    return found.taken, found.offered


def test_present_and_silent_beside_often_away_and_active(work: Workspace) -> None:
    """p-07 joined all 16 sessions and has no row in polls.csv or room.csv; p-19 joined 5 and answered every prompt put then, 15 of 15."""
    silent, vocal = work.explain("p-07"), work.explain("p-19")
    assert silent.sentence.startswith("Present but silent: contribution is the easiest gain")
    assert vocal.sentence.startswith("Often away, active when here: attendance is the easiest gain")
    assert abs((silent.score or 0) - (vocal.score or 0)) < 6
    assert silent.band == vocal.band == "risk"
    assert {r["Meeting"] for r in rows("meetings", ";") if r["Attendee"] == "p-07"} == {
        f"mornings-{w}{s}" for w in range(1, 9) for s in "ab"
    }
    assert not [r for r in [*rows("polls"), *rows("room")] if r["participant"] == "p-07"]
    assert taken(work, "p-07", "response_rate")[0] == 0
    assert taken(work, "p-19", "response_rate") == (15, 15)
    assert len({r["Meeting"] for r in rows("meetings", ";") if r["Attendee"] == "p-19"}) == 5


def test_somebody_without_an_event(work: Workspace) -> None:
    """p-23 stands in roster.csv and nowhere else. 0 for what was offered; nothing was met, so that has no value: 0.8 of the weight is known.
    The polls were down in one week of eight: that is not why nothing is known of p-23's answers."""
    assert not [e for e in events() if e["participant"] == "p-23"]
    told = work.explain("p-23")
    assert (told.score, told.band, told.coverage) == (0, "disengaged", approx(0.8))
    reasons = {n.key: n.reason for n in told.tree.children}
    assert reasons == {"attendance": "", "interaction": "none met while present yet", "contribution": "", "completion": ""}


def test_who_is_slipping(work: Workspace) -> None:
    """The last row of p-26 in any file is that of 11 April; four weeks before the end the score was above 60."""
    last = max(e["at"] for e in events() if e["participant"] == "p-26").astimezone(MADRID)
    assert f"{last:%-d %b %Y}" == "11 Apr 2025"
    slip = work.slipping()[0]
    assert slip.participant == "p-26"
    assert "nothing seen since Fri 11 Apr 2025" in slip.reason_sentence


@pytest.mark.parametrize(
    ("who", "reached", "why"),
    [
        ("p-05", 14, "excused from two of 16 sessions"),
        ("p-11", 12, "joined with the third of eight weeks"),
        ("p-28", 10, "joined with the fourth"),
        ("p-31", 16, "excused from one and came all the same"),
    ],
)
def test_sessions_offered(work: Workspace, who: str, reached: int, why: str) -> None:
    """Sessions of 5,400 s; the rows that are offered and carry no note are as many."""
    assert taken(work, who, "reached")[1] == reached * 5400, why
    offered = work.events(who, "reached")[1].rows()
    assert sum(r["note"] == "" for r in offered) == reached


def test_leavers_have_no_score_after_leaving(scores: Scores) -> None:
    """p-15 left on Friday 4 April, p-33 a week later."""
    assert [w for w in scores if "p-15" in scores[w]][-1] == "2025-03-31"
    assert [w for w in scores if "p-33" in scores[w]][-1] == "2025-04-07"


def test_explaining_somebody_who_left(work: Workspace) -> None:
    """As of the end of their last week, not of the programme's."""
    told = work.explain("p-15")
    assert (told.period, f"{told.as_of:%Y-%m-%d %H:%M}") == ("2025-03-31", "2025-04-07 00:00")


@pytest.mark.parametrize("who", ["p-01", "p-03", "p-05", "p-12", "p-19", "p-24", "p-31"])
def test_the_list_behind_a_number_is_as_long_as_the_number(work: Workspace, who: str) -> None:
    """For every driver that counts items: rows without a note are those offered, those of them with a time are those taken."""
    drivers = {d.label: d for n in work.explain(who).tree.children for d in n.children if d.offered is not None and d.unit != "seconds"}
    for label, d in drivers.items():
        listed = [r for r in work.events(who, d.key)[1].rows() if r["driver"] == label and r["note"] == ""]
        assert (sum(r["taken_at"] is not None for r in listed), len(listed)) == (d.taken, d.offered), label


def test_the_week_in_which_the_polls_were_down(work: Workspace) -> None:
    """Monday 24 to Sunday 30 March, evenings only: six prompts of theirs carry the note; nobody of the mornings has one."""

    def down(who: str) -> int:
        return sum(r["note"] == "source was down" for r in work.events(who, "response_rate", LAST)[1].rows())

    assert (down("p-24"), down("p-05")) == (6, 0)


def test_the_report_tells_what_is_not_known(work: Workspace) -> None:
    """Events by p-99 (three rows in the files), who is on no roster; the outage with its cohort and reason."""
    text = work.report().read_text("utf-8")
    assert sum(e["participant"] == "p-99" for e in events()) == 3
    assert "3 events are by people on no roster (p-99)" in text
    assert "polls was down from 24 Mar" in text
    assert "its licence had run out" in text
    assert "evenings" in text
