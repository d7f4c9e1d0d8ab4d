"""Slices, comparisons, trends and who moved, in a real workspace. The answers come from the roster's CSV file as it is read here, from plain
SQL over the exported scores, and from scipy."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from programme import World, act, bring, defined, item, t, workspace
from pytest import approx
from scipy import stats

from engagetree.errors import EngagetreeError, NotFound
from engagetree.workspace import Workspace

MAP = """table: roster
columns: {participant: participant, cohort: cohort, joined_at: joined_at, left_at: left_at, owner: owner}
attributes: [region, level, "work/place", note]
"""
SHARE = {"normalise": "share"}
SIGNALS = {
    "attendance": {"weight": 0.5, "drivers": {"reached": {"offered": "session", "taken": "attend", **SHARE}}},
    "contribution": {"weight": 0.5, "drivers": {"handed": {"offered": "task", "taken": "submit", **SHARE}}},
}
WEEKS = 6
PEOPLE = 24


def day(week: int, hour: int = 10, n: int = 0) -> str:
    return f"2025-{3 + (2 + 7 * week + n) // 31:02}-{(2 + 7 * week + n) % 31 + 1:02} {hour:02}:00"


def rows() -> list[dict[str, str]]:
    """24 people; p-00 to p-05 of a region that has a quote in it, p-06 to p-11 without one, p-22 joins late, p-23 leaves early."""
    out = []
    for i in range(PEOPLE):
        region = "O'Brien & Sons" if i < 6 else "" if i < 12 else "North" if i < 18 else "south"
        out.append(
            {
                "participant": f"p-{i:02}", "cohort": "A" if i % 2 else "B", "owner": "Ana" if i < 12 else "",
                "joined_at": day(4, 0) if i == 22 else "", "left_at": day(3, 0) if i == 23 else "",
                "region": region, "level": str(i % 3 + 8), "work/place": "home" if i % 4 else "office", "note": f"n{i}",
            }
        )  # fmt: skip
    return out


def world() -> World:
    """Two sessions and two tasks a week for both cohorts. p-00 attends all and hands in nothing, p-12 the other way round; the others take
    at random, but p-01 stops after the third week and p-13 begins then."""
    rng = np.random.default_rng(11)
    items, events = [], []
    for w in range(WEEKS):
        for k in range(2):
            items += [item(f"s{w}{k}", "session", day(w, 10, k), day(w, 11, k), None), item(f"t{w}{k}", "task", day(w, 12, k), None, None)]
            for i in range(PEOPLE):
                come, hand = {0: (1, 0), 12: (0, 1), 1: (int(w < 3), int(w < 3)), 13: (int(w >= 3), int(w >= 3))}.get(i, (0.7, 0.6))
                events += [act(f"p-{i:02}", day(w, 10, k), "attend", f"s{w}{k}")] if rng.random() < come else []
                events += [act(f"p-{i:02}", day(w, 13, k), "submit", f"t{w}{k}")] if rng.random() < hand else []
    return World(defined(SIGNALS), (), items, events, as_of=t("2025-04-14 00:00"))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    root = tmp_path_factory.mktemp("groups")
    made, people = workspace(world(), root), rows()
    with (root / "roster.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
    (root / "map.yml").write_text(MAP, "utf-8")
    assert made.take(root / "roster.csv", mapping=root / "map.yml").account.kept == PEOPLE
    bring(made, world(), root / "files", ("items", "events"))
    made.score(world().as_of)
    with made:
        yield made


@pytest.fixture(scope="module")
def sql(work: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """The exported scores beside the roster as it was written."""
    import pyarrow as pa

    con = duckdb.connect()
    con.register("scores", work.scores(history=True).arrow())
    con.register("roster", pa.Table.from_pylist(rows()))
    con.execute('CREATE TABLE s AS SELECT scores.*, region, level, "work/place" AS work FROM scores JOIN roster USING (participant)')
    yield con
    con.close()


def named(work: Workspace, where: object) -> list[str]:
    return sorted(r["participant"] for r in work.scores(where=where).rows())  # type: ignore[arg-type]


def here(**wanted: object) -> list[str]:
    """Those of the CSV file with these values who are there in the last week (p-23 has left)."""
    out = []
    for r in rows():
        if all(r[k.replace("__", "/")] in (v if isinstance(v, tuple) else (v,)) for k, v in wanted.items()) and r["participant"] != "p-23":
            out.append(r["participant"])
    return sorted(out)


# ---- slices


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        (None, here()),
        ("region=North", here(region="North")),
        ("region=north", here(region="North")),
        (["region=North", "region=south"], here(region=("North", "south"))),
        (["region=North", "cohort=A"], here(region="North", cohort="A")),
        ("region=O'Brien & Sons", here(region="O'Brien & Sons")),
        ("region=", here(region="")),
        ({"region": None}, here(region="")),
        ({"region": ["North", None], "level": "8"}, here(region=("North", ""), level="8")),
        ("owner=", here(owner="")),
        ("work/place=office", here(work__place="office")),
    ],
    ids=str,
)
def test_a_slice_is_who_the_roster_says(work: Workspace, where: object, wanted: list[str]) -> None:
    assert named(work, where) == wanted


def test_every_verb_knows_the_same_slice(work: Workspace) -> None:
    wanted = here(region="North", cohort="A")
    where = {"region": "North", "cohort": "A"}
    assert sorted(r.participant for r in work.ranking(where=where)) == wanted
    assert sorted(r.participant for r in work.ranking(where="region=North", cohort="A")) == wanted
    assert {c.participant for c in work.changes(where=where)} == set(wanted)
    assert work.bands(where=where)[-1].total == work.explain(where=where).n == len(wanted)
    assert work.explain("region=North & cohort=A").n == work.explain("A", where="region=North").n == len(wanted)
    assert {s.participant for s in work.slipping(where="region=O'Brien & Sons")} == {"p-01"}
    assert work.part(where) == "region North, cohort A"


def test_the_groups_of_an_attribute_are_everybody(work: Workspace) -> None:
    found = work.compare(by="region")
    assert [e.subject for e in found] == ["North", "O'Brien & Sons", "south", "not known"]
    assert sum(e.n for e in found) == len(here())
    assert [e.subject for e in work.compare(by="level")] == ["level 8", "level 9", "level 10"], "numbers by their size"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w: w.scores(where="regoin=North"), "attribute regoin: the roster has no such column. Did you mean “region”?"),
        (lambda w: w.scores(where="zzz=1"), "The roster can be sliced by cohort, owner, level, note, region, work/place."),
        (lambda w: w.scores(where="region=Nort"), "region Nort: there is no such region. Did you mean “North”?"),
        (lambda w: w.scores(where="region"), "slice region: it names no value. Write it as ATTRIBUTE=VALUE"),
        (lambda w: w.compare(by="regoin"), "Did you mean “region”?"),
        (lambda w: w.trend(by="regoin"), "Did you mean “region”?"),
        (lambda w: w.explain("regoin=North"), "Did you mean “region”?"),
        (lambda w: w.explain("p-0"), "nobody on the roster and no cohort has this name"),
        (lambda w: w.explain("p-00", where="region=North"), "one person is no part of the people"),
        (lambda w: w.trend("p-00", by="region"), "one person has no groups by region"),
        (lambda w: w.compare("p-00", "p-01", by="region"), "two things are named to be compared already"),
        (lambda w: w.trend(back=0), "a trend looks at least one period back"),
        (lambda w: w.moved(back=0), "a change needs at least one period"),
        (lambda w: w.trend(period="2025-03-04"), "period 2025-03-04: there is no such period"),
    ],
)
def test_what_is_not_there_is_said_with_near_names(work: Workspace, ask: object, said: str) -> None:
    with pytest.raises(EngagetreeError) as error:
        ask(work)  # type: ignore[operator]
    assert said in str(error.value)


def test_too_many_groups_are_refused(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagetree.workspace.groups.MOST", 10)
    with pytest.raises(EngagetreeError, match="attribute note: it has 23 values, too many to lay side by side"):
        work.compare(by="note")


def test_a_slice_without_anybody_in_that_week(work: Workspace) -> None:
    with pytest.raises(NotFound, match="nobody of it was in the programme"):
        work.explain(where={"note": "n23"})


# ---- side by side


def test_groups_have_the_means_of_plain_sql(work: Workspace, sql: duckdb.DuckDBPyConnection) -> None:
    last = work.periods()[-1]
    wanted = sql.sql(
        "SELECT coalesce(nullif(region, ''), 'not known'), count(*), avg(score), avg(attendance), avg(contribution) "
        f"FROM s WHERE period = '{last}' GROUP BY 1"
    ).fetchall()
    found = {e.subject: (e.n, e.score, *(n.value for n in e.tree.children)) for e in work.compare(by="region")}
    for name, *numbers in wanted:
        assert found[name] == approx(tuple(numbers), abs=1e-9)


def test_two_people_with_the_same_score_and_opposite_reasons(work: Workspace) -> None:
    """p-00 attends all and hands in nothing, p-12 the other way round: 50 each."""
    found = work.compare("p-00", "p-12")
    assert [e.score for e in found] == [50, 50]
    assert found.pair is not None and found.pair.opposite == ("attendance", "contribution")
    assert dict(found.pair.parts) == {"attendance": 50, "contribution": -50}
    assert found.sentence.startswith(
        "Both have about 50. p-00: present but silent; p-12: often away, active when here. The reasons are opposite"
    )
    assert "p-00 has 50.0 points more from attendance, p-12 50.0 more from contribution" in found.sentence
    assert list(found.places) == [(1, 2), (1, 2)]
    together = work.compare(by="region")
    assert any({"p-00"} == set(o.first) and {"p-12"} == set(o.second) for o in together.opposite)
    assert any(
        s.startswith("Same score, opposite reasons: one person is strong in attendance and weak in contribution")
        for s in together.findings()
    )


def test_anything_beside_anything(work: Workspace) -> None:
    found = work.compare("A", "region=North & cohort=A", "p-00")
    assert [(e.subject, e.n) for e in found] == [("A", len(here(cohort="A"))), ("region North, cohort A", 3), ("p-00", 1)]
    assert found.pair is None


def test_answers_are_plain_json(work: Workspace) -> None:
    from engagetree.cli.said import plain

    for value in (work.compare(by="region").to_dict(), work.compare("p-00", "p-12").to_dict(), work.trend(by="cohort").to_dict(),
                  work.moved().to_dict()):  # fmt: skip
        assert json.loads(json.dumps(value, default=plain, allow_nan=False))


# ---- places


def test_places_in_a_ranking_are_those_among_the_slice(work: Workspace) -> None:
    """Each pair looked at by itself, by the rule in words."""
    ranked = work.ranking(where="cohort=B")
    for r in ranked:
        above = sum(q.score - r.score > ((q.score - q.low) ** 2 + (r.high - r.score) ** 2) ** 0.5 for q in ranked)  # type: ignore[operator]
        below = sum(r.score - q.score > ((r.score - r.low) ** 2 + (q.high - q.score) ** 2) ** 0.5 for q in ranked)  # type: ignore[operator]
        assert r.place == (1 + above, len(ranked) - below)
    exported = {r["participant"]: (r["place_from"], r["place_to"]) for r in work.scores(cohort="B", places=True).rows()}
    assert exported == {r.participant: r.place for r in ranked}
    some = work.scores(cohort="B", band="risk", places=True).rows()
    assert some and all(exported[r["participant"]] == (r["place_from"], r["place_to"]) for r in some), "among the slice, in any band"


# ---- trends


def test_means_by_period_are_those_of_plain_sql(work: Workspace, sql: duckdb.DuckDBPyConnection) -> None:
    found = {(t.name, p.period): p for t in work.trend(by="region").lines for p in t.points}
    wanted = sql.sql(
        "SELECT coalesce(nullif(region, ''), 'not known') AS g, period, count(*) AS n, avg(score) AS m, stddev_samp(score) AS sd, "
        "avg(attendance) AS a, stddev_samp(attendance) AS sa FROM s GROUP BY ALL"
    ).fetchall()
    assert len(found) == len(wanted)
    for g, period, n, m, sd, a, sa in wanted:
        p = found[g, period]
        assert (p.people, p.score.n, p.score.value, p.signals["attendance"].value) == (n, n, approx(m), approx(a))
        t975 = stats.t.ppf(0.975, n - 1)
        assert p.signals["attendance"].high == approx(min(100, a + t975 * sa / n**0.5))
        assert p.score.high >= min(100, m + t975 * sd / n**0.5) - 1e-9, "never narrower than what people differ by says"


def test_the_change_is_that_of_the_same_people(work: Workspace, sql: duckdb.DuckDBPyConnection) -> None:
    """Against scipy's paired test on those with a score at both ends; p-23 left and p-22 came between them."""
    keys = work.periods()
    line = work.trend().lines[0]
    then, now = keys[-5], keys[-1]
    assert (line.then, line.now, line.back) == (then, now, 4)
    pairs = sql.sql(
        f"SELECT a.score, b.score FROM s a JOIN s b USING (participant) WHERE a.period = '{now}' AND b.period = '{then}'"
    ).fetchall()
    a, b = np.array(pairs).T
    ends = stats.ttest_rel(a, b).confidence_interval(0.95)
    s = line.shift
    assert s is not None
    assert (s.n, s.joined, s.left, line.came, line.went) == (22, 1, 1, ("p-22",), ("p-23",))
    assert (s.same, s.low, s.high) == approx(((a - b).mean(), ends.low, ends.high))
    assert s.same + s.joiners + s.leavers == approx(s.after - s.before, abs=1e-9)  # type: ignore[operator]
    mean = dict(sql.sql("SELECT period, avg(score) FROM s GROUP BY 1").fetchall())
    assert (s.before, s.after) == (approx(mean[then]), approx(mean[now]))
    assert "p-22" in work.trend().sentence and "p-23" in work.trend().sentence


def test_what_is_printed_of_a_change_adds_up(work: Workspace) -> None:
    import re

    for where in (None, "cohort=A", "cohort=B", "region=south", "level=8", "level=9", "level=10"):
        said = work.trend(where=where).sentence
        if "The mean itself" not in said:
            continue
        told = said.split("The mean itself went from ")[1].replace("−", "-")
        before, after, whole, *parts = [float(x) for x in re.findall(r"(?<![p\d-])[+-]?\d+\.\d", told)]
        assert round(after - before, 1) == whole == round(sum(parts), 1), said


def test_one_persons_trend_is_clear_only_beyond_its_margin(work: Workspace) -> None:
    """p-01 took everything for three weeks and nothing after: 100 then 50. p-00 stays at 50."""
    fell, stayed = work.trend("p-01", back=3).lines[0], work.trend("p-00").lines[0]
    assert fell.shift is not None and stayed.shift is not None
    assert (fell.shift.before, fell.shift.after, fell.shift.same, fell.shift.clear) == (100, 50, -50, True)
    assert (stayed.shift.same, stayed.shift.clear) == (0, False)
    row = next(c for c in work.changes(back=3) if c.participant == "p-01")
    assert row.clear and row.by == -50
    assert "Down 50.0 in three weeks" in work.trend("p-01", back=3).sentence
    assert "No clear change" in work.trend("p-00").sentence


def test_a_first_week_alone_has_no_change(work: Workspace) -> None:
    first = work.periods()[0]
    assert work.trend(period=first).sentence.endswith("There is one period so far; change will show from the next.")
    assert work.moved(period=first).sentence == "There is one period so far; change will show from the next."
    with pytest.raises(NotFound, match="not in the programme yet"):
        work.explain("p-22", first)


# ---- who moved


def test_who_rose_and_who_fell(work: Workspace, sql: duckdb.DuckDBPyConnection) -> None:
    """p-01 fell from 100 to 50 and p-13 rose from 0 to 50; every list and number against plain SQL, clear ones by the change itself."""
    found = work.moved(back=3)
    assert found.fell[0].participant == "p-01" and found.rose[0].participant == "p-13"
    assert (found.rose[0].from_score, found.rose[0].to_score) == (0, 50)
    assert found.rose[0].reason_sentence == "Attendance from 0 to 50 and contribution from 0 to 50"
    keys = work.periods()
    pairs = dict(
        sql.sql(
            f"SELECT participant, a.score - b.score FROM s a JOIN s b USING (participant) WHERE a.period = '{keys[-1]}' "
            f"AND b.period = '{keys[-4]}'"
        ).fetchall()
    )
    assert found.n_rose + found.n_fell + found.unclear == len(pairs) and found.unknown == 1, "p-22 was not there then"
    assert all(pairs[s.participant] == approx(s.to_score - s.from_score) and s.to_score > s.from_score for s in found.rose)
    assert [pairs[s.participant] for s in found.fell] == sorted(pairs[s.participant] for s in found.fell)
    assert len(work.moved(back=3, top=1).fell) == 1 and work.moved(back=3, top=1).n_fell == found.n_fell
    assert "from_score" in found.result().csv().splitlines()[0]
    assert work.moved(where="region=North").result().arrow().num_rows >= 0


# ---- shown


def test_figures_say_what_their_tables_say(work: Workspace) -> None:
    import re

    from engagetree.render.figure import plain

    for figure in (work.trend().figure(), work.trend(by="region").figure(), work.trend("p-01").figure(), work.compare("p-00", "p-12").figure(),
                   work.compare(by="region").figure(), work.moved(back=3).figure()):  # fmt: skip
        assert figure.sentence and figure.rows and "<svg" in figure._repr_html_()
        assert not re.search(r"\bnan\b|\bNone\b|[+−]0\b(?!\.)", figure.text() + str(figure.svg))
        assert all(len(r) == len(figure.head) for r in figure.rows)
        assert all(plain(c) == plain(c).strip() or c for r in figure.rows for c in r)
