"""Metrics and tree of `examples/live-programme`, through the whole way, against a second implementation: plain SQL over its CSV files.

Nothing of the product is used for the expected numbers; days are cut by DuckDB's own time zones.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from pytest import approx

from engagetree.definition.version import around
from engagetree.errors import DefinitionError, NotFound
from engagetree.workspace import Workspace, create

HERE = Path(__file__).parents[2] / "examples" / "live-programme"
DATA = HERE / "data"
LAST = "2025-04-21"
WEEKS = [str(date(2025, 3, 3) + timedelta(weeks=i)) for i in range(8)]
COHORTS = (None, "mornings", "evenings")

MORE = """
  net: {kind: net_active_ratio, taken: [present, answer], window: 7_days, after: 1, accountable: Bo}
  eligible: {kind: adoption, among: eligible, offered: prompt, taken: present, feature: answer, window: 7_days, accountable: Bo}
  each: {kind: uses_per_adopter, taken: present, feature: answer, window: period, accountable: Bo}
  repeated: {kind: repeat_use, taken: present, feature: question, window: period, accountable: Bo}
  day_7: {kind: retention, way: day_n, after: 7, bound: bounded, taken: [answer, comment, question], accountable: Bo}
  on_day_7_or_later: {kind: retention, way: day_n, after: 7, bound: unbounded, taken: [answer, comment, question], accountable: Bo}
  said: {kind: acts, window: 7_days, taken: comment, accountable: Bo}
  mean_interaction: {kind: signal, signal: interaction, accountable: Bo}
  people: {kind: people, accountable: Bo}
"""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with create(tmp_path_factory.mktemp("around") / "work", HERE / "programme.yml") as made:
        for name in ("roster", "items", "excusals", "outages", "outcomes", "room"):
            made.take(DATA / f"{name}.csv")
        for name in ("meetings", "polls", "platform"):
            made.take(DATA / f"{name}.csv", mapping=HERE / f"{name}.map.yml")
        made.score()
        yield made


@pytest.fixture
def more(work: Workspace) -> Iterator[Workspace]:
    """The same with further metrics and without a tree, added to the file after scoring."""
    path = work.root / "programme.yml"
    text = path.read_text("utf-8")
    path.write_text(text.partition("\ntree:")[0] + MORE, "utf-8")
    yield work
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Europe/Madrid'")
    con.execute(f"""
        CREATE TABLE everything AS
        SELECT Attendee AS who, strptime("Local time", '%d/%m/%Y %H:%M:%S') AS ts,
               CASE "Event" WHEN 'Joined' THEN 'present' ELSE 'leave' END AS kind, Meeting AS item
          FROM read_csv('{DATA}/meetings.csv', delim = ';', all_varchar = true) WHERE "Local time" NOT LIKE '31/02%'
        UNION ALL SELECT participant, "at"::TIMESTAMPTZ::TIMESTAMP, kind, item FROM read_csv('{DATA}/polls.csv', all_varchar = true)
        UNION ALL SELECT participant, "at"::TIMESTAMPTZ::TIMESTAMP, kind, item FROM read_csv('{DATA}/room.csv', all_varchar = true)
        UNION ALL SELECT participant, "at"::TIMESTAMPTZ::TIMESTAMP, kind, item FROM read_csv('{DATA}/platform.csv', all_varchar = true);
        CREATE TABLE roster AS SELECT participant AS who, cohort, coalesce(joined_at::TIMESTAMPTZ::TIMESTAMP, TIMESTAMP '2000-01-01') AS joined,
               coalesce(left_at::TIMESTAMPTZ::TIMESTAMP, TIMESTAMP '2100-01-01') AS gone FROM read_csv('{DATA}/roster.csv', all_varchar = true);
        CREATE TABLE items AS SELECT item, kind, cohort, opens_at::TIMESTAMPTZ::TIMESTAMP AS opens, closes_at::TIMESTAMPTZ::TIMESTAMP AS closes
          FROM read_csv('{DATA}/items.csv', all_varchar = true);
        CREATE TABLE acts AS SELECT DISTINCT ON (e.who, e.ts, e.kind, e.item) e.*, r.cohort, e.ts::DATE AS day
          FROM everything e JOIN roster r USING (who) WHERE e.ts >= r.joined AND e.ts < r.gone;
    """)
    yield con
    con.close()


Asked = tuple[str, str | None]


def both(sql: duckdb.DuckDBPyConnection, asked: Asked, query: str) -> tuple[float | None, float | None]:
    """A query's numerator and denominator. `$end` is the day after the period, `$cohort` a condition."""
    week, cohort = asked
    end = f"DATE '{date.fromisoformat(week) + timedelta(days=7)}'"
    mine, theirs = ("TRUE", "TRUE") if cohort is None else (f"cohort = '{cohort}'", f"r.cohort = '{cohort}'")
    row = sql.execute(query.replace("$end", end).replace("$cohort_r", theirs).replace("$cohort", mine)).fetchone()
    assert row is not None
    return row[0], row[1]


STUDY = "('present', 'answer', 'submit', 'complete')"
TALK = "('present', 'answer', 'question', 'comment', 'submit', 'complete')"
IN_28 = "day >= $end - 28 AND day < $end AND $cohort"

QUERIES = {
    "coming_again": f"""
        WITH a AS (SELECT DISTINCT who FROM acts WHERE kind IN {TALK} AND day >= $end - 14 AND day < $end - 7 AND $cohort),
             b AS (SELECT DISTINCT who FROM acts WHERE kind IN {TALK} AND day >= $end - 7 AND day < $end AND $cohort)
        SELECT (SELECT count(*) FROM (SELECT * FROM a INTERSECT SELECT * FROM b)), (SELECT count(*) FROM a)""",
    "net": """
        SELECT count(DISTINCT who) FILTER (day >= $end - 7), count(DISTINCT who) FILTER (day < $end - 7) FROM acts
         WHERE kind IN ('present', 'answer') AND day >= $end - 14 AND day < $end AND $cohort""",
    "stickiness": f"""
        SELECT (SELECT sum(n) / 28.0 FROM (SELECT count(DISTINCT who) AS n FROM acts WHERE kind IN {STUDY} AND {IN_28} GROUP BY day)),
               (SELECT count(DISTINCT who) FROM acts WHERE kind IN {STUDY} AND {IN_28})""",
    "active_a_day": f"""
        SELECT sum(n), 28 FROM (SELECT count(DISTINCT who) AS n FROM acts WHERE kind IN {STUDY} AND {IN_28} GROUP BY day)""",
    "active_in_all": f"SELECT count(DISTINCT who), NULL FROM acts WHERE kind IN {STUDY} AND {IN_28}",
    "sessions_attended": f"""
        WITH held AS (SELECT r.who, i.item FROM roster r JOIN items i ON i.cohort = r.cohort AND i.kind = 'session'
                       WHERE i.opens >= r.joined AND i.opens < r.gone AND i.opens >= $end - 28 AND i.opens < $end AND {{cohort}}),
             out AS (SELECT e.participant AS who, i.item FROM read_csv('{DATA}/excusals.csv', all_varchar = true) e JOIN items i
                         ON coalesce(e.item = i.item, i.opens >= e.from_at::TIMESTAMPTZ::TIMESTAMP AND i.opens < e.until_at::TIMESTAMPTZ::TIMESTAMP)),
             came AS (SELECT DISTINCT who, item FROM everything WHERE kind = 'present')
        SELECT count(*) FILTER (c.item IS NOT NULL), count(*) FROM held h LEFT JOIN came c USING (who, item)
         WHERE c.item IS NOT NULL OR NOT EXISTS (SELECT 1 FROM out o WHERE o.who = h.who AND o.item = h.item)""",
    "fifth_session": """
        WITH mine AS (SELECT r.who, i.item, i.closes, row_number() OVER (PARTITION BY r.who ORDER BY i.opens) AS k FROM roster r
                        JOIN items i ON i.cohort = r.cohort AND i.kind = 'session' AND i.opens >= r.joined WHERE {cohort}),
             came AS (SELECT DISTINCT who, item FROM acts WHERE kind = 'present'),
             first AS (SELECT m.who FROM mine m JOIN came USING (who, item) WHERE k = 1),
             fifth AS (SELECT m.who, c.item IS NOT NULL AS back FROM mine m LEFT JOIN came c USING (who, item) WHERE k = 5 AND closes <= $end)
        SELECT count(*) FILTER (back), count(*) FROM first JOIN fifth USING (who)""",
    "each": "SELECT count(*), count(DISTINCT who) FROM acts WHERE kind = 'answer' AND day >= $end - 7 AND day < $end AND $cohort AND {active}",
    "repeated": """
        SELECT count(*) FILTER (n > 1), count(*) FROM (SELECT count(*) AS n FROM acts WHERE kind = 'question' AND day >= $end - 7
           AND day < $end AND $cohort AND {active} GROUP BY who)""",
    "eligible": """
        WITH e AS (SELECT DISTINCT r.who FROM roster r JOIN items i ON i.kind = 'prompt' AND i.cohort = r.cohort WHERE i.opens >= $end - 7
                      AND i.opens < $end AND i.opens >= r.joined AND i.opens < r.gone AND {cohort} AND NOT {down}),
             u AS (SELECT DISTINCT who FROM acts WHERE kind = 'answer' AND day >= $end - 7 AND day < $end)
        SELECT (SELECT count(*) FROM e SEMI JOIN u USING (who)), (SELECT count(*) FROM e)""",
    "polls_used": """
        WITH a AS (SELECT DISTINCT who FROM acts WHERE kind = 'present' AND day >= $end - 7 AND day < $end AND $cohort AND NOT ({down_week})),
             u AS (SELECT DISTINCT who FROM acts WHERE kind = 'answer' AND day >= $end - 7 AND day < $end)
        SELECT (SELECT count(*) FROM a SEMI JOIN u USING (who)), (SELECT count(*) FROM a)""",
    "day_7": "{day_n} SELECT count(*) FILTER (day_7), count(*) FROM told",
    "on_day_7_or_later": "{day_n} SELECT count(*) FILTER (later), count(*) FROM told",
    "said": "SELECT count(*), NULL FROM acts WHERE kind = 'comment' AND day >= $end - 7 AND day < $end AND $cohort",
    "people": "SELECT count(*), NULL FROM roster WHERE joined < $end AND gone >= $end AND $cohort",
}  # fmt: skip

PIECES = {
    "{cohort}": "$cohort_r",
    "{active}": "who IN (SELECT who FROM acts WHERE kind = 'present' AND day >= $end - 7 AND day < $end)",
    "{down}": "(i.cohort = 'evenings' AND i.opens >= TIMESTAMP '2025-03-24' AND i.opens < TIMESTAMP '2025-03-31')",
    "{down_week}": "cohort = 'evenings' AND $end = DATE '2025-03-31'",
    "{day_n}": """
        WITH d AS (SELECT DISTINCT who, day FROM acts WHERE kind IN ('answer', 'comment', 'question') AND day < $end AND $cohort),
             f AS (SELECT who, min(day) AS first FROM d GROUP BY who),
             told AS (SELECT EXISTS (SELECT 1 FROM d WHERE d.who = f.who AND d.day = f.first + 7) AS day_7,
                             EXISTS (SELECT 1 FROM d WHERE d.who = f.who AND d.day >= f.first + 7) AS later FROM f WHERE first + 7 < $end)""",
}
NEEDED = {"coming_again": 14, "net": 14, "stickiness": 28, "active_a_day": 28, "active_in_all": 28, "sessions_attended": 28}
"""Days that the programme must have run."""


def query(name: str) -> str:
    text = QUERIES[name]
    for piece, said in PIECES.items():
        text = text.replace(piece, said)
    return text


PERCENT = ("coming_again", "net", "stickiness", "sessions_attended", "fifth_session", "repeated", "eligible", "polls_used", "day_7")


@pytest.mark.parametrize("cohort", COHORTS)
def test_every_metric_of_every_week_is_what_plain_sql_says(more: Workspace, sql: duckdb.DuckDBPyConnection, cohort: str | None) -> None:
    compared = 0
    for i, week in enumerate(WEEKS):
        found = more.metrics(week, cohort)
        for name in QUERIES:
            v = found[name].value
            above, below = both(sql, (week, cohort), query(name))
            if NEEDED.get(name, 0) > 7 * (i + 1):
                assert v.value is None and "looks back" in v.reason, (name, week)
                continue
            if below == 0:
                assert v.value is None and v.reason, (name, week)
                continue
            assert v.numerator == approx(above or 0, abs=1e-9), (name, week, v)
            if below is not None:
                assert v.denominator == approx(below, abs=1e-9), (name, week, v)
                scale = 100.0 if name in (*PERCENT, "on_day_7_or_later") else 1.0
                assert v.value == approx(scale * (above or 0) / below, abs=1e-9), (name, week, v)
            compared += 1
    assert compared > 70


def test_means_are_those_of_the_stored_scores(more: Workspace) -> None:
    """Counted with the csv of stored scores: means over those who have the number, and who has none."""
    for week in WEEKS:
        rows = more.scores(week).rows()
        for key, column in (("engagement", "score"), ("mean_interaction", "interaction")):
            known = [r[column] for r in rows if r[column] is not None]
            v = more.metrics(week)[key].value
            assert v.n == len(known) and v.value == approx(sum(known) / len(known), abs=1e-9)


def test_the_outcome_is_known_when_it_has_come(more: Workspace) -> None:
    """outcomes.csv: 30 of 40 use it, told on 26 May: known at the end, not in March."""
    v = more.metrics()["used_it"].value
    assert (v.numerator, v.denominator, v.value) == (30, 40, 75.0)
    assert more.metrics("2025-03-10")["used_it"].value.value is None


def test_every_metric_tells_what_it_is(more: Workspace) -> None:
    """Owner, unit and period of each; where there is no value a reason; csv and json of the same rows."""
    found = more.metrics("2025-03-10", "evenings")
    for m in found.values:
        row = m.row()
        assert row["accountable"] and (row["unit"] or row["kind"] in ("purpose", "calculated"))
        assert (row["value"] is None) == bool(row["reason"]), row
        if row["value"] is not None:
            assert row["until"] is not None and row["counted"], row
        if row["unit"] == "%" and row["value"] is not None and row["kind"] != "net_active_ratio":
            assert 0 <= (row["low"] if row["low"] is not None else 0) <= row["value"] <= (row["high"] or 100) <= 100, row
    assert [r["metric"] for r in found.to_dict()["metrics"]] == [r["metric"] for r in found.result().rows()]
    assert found.result().csv().count("\n") == len(found.values) + 1


# ---- asking


def test_asking_for_what_is_not_there(more: Workspace) -> None:
    with pytest.raises(NotFound, match="there is no such period"):
        more.metrics("2025-03-04")
    with pytest.raises(NotFound, match="Did you mean “mornings”"):
        more.metrics(cohort="morning")


def test_metrics_need_no_new_scoring_and_make_no_version(work: Workspace) -> None:
    """No score depends on them: the version stays, no reason is asked for, and the answer is there at once."""
    path, version = work.root / "programme.yml", work.version()
    text = path.read_text("utf-8")
    try:
        told = yaml.safe_load(text)
        before, told = work.metrics().around, {**told, "metrics": {**told["metrics"], "people": {"kind": "people", "accountable": "Bo"}}}
        told["tree"] = {**told["tree"], "influences": [*told["tree"]["influences"], _edge("people", "engagement")]}
        path.write_text(yaml.safe_dump(told, sort_keys=False), "utf-8")
        assert work.metrics()["people"].value.value == 38.0 and work.metrics().around == around(work.definition()) != before
        work.score()
        assert work.version() == version and work.tree().version == version
        path.write_text(yaml.safe_dump({k: v for k, v in told.items() if k not in ("metrics", "tree")}), "utf-8")
        with pytest.raises(NotFound, match="the definition has none"):
            work.metrics()
        told["tree"]["influences"].append(_edge("people", "people"))
        path.write_text(yaml.safe_dump(told, sort_keys=False), "utf-8")
        with pytest.raises(DefinitionError, match="`people` refers to itself"):
            work.tree()
    finally:
        path.write_text(text, "utf-8")


def _edge(cause: str, effect: str) -> dict[str, Any]:
    evidence = {"status": "believed", "date": "2025-03-03"}
    return {"from": cause, "to": effect, "direction": "raises", "lag": "1 week", "evidence": evidence}
