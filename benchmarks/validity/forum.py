"""A MOOC for teachers, its discussion forum: 445 people, 2,529 messages in eleven weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from dataset import ACTS, MAPS, Dataset, Outcome, behaviour, cut_to, write

import engagetree
from engagetree.workspace import Workspace

START, END = "2013-04-01", "2013-06-17"
WEEKS = (2, 3, 4, 6)


def messages(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    con.execute(
        'CREATE TABLE m AS SELECT Sender::VARCHAR AS participant, Receiver::VARCHAR AS receiver, "Discussion ID" AS item, '
        f"strptime(\"Timestamp\", '%m/%d/%y %H:%M') AS t FROM '{folder / 'dlt1_edgelist.csv'}' "
        f"WHERE Sender NOT IN (SELECT UID FROM '{folder / 'dlt1_nodes.csv'}' WHERE Facilitator = 1)"
    )


def build(folder: Path, place: Path) -> Workspace:
    """Everybody is there from their first message on; facilitators are left out. An outcome for each week: wrote again after it."""
    con = duckdb.connect()
    messages(con, folder)
    definition = cut_to(
        "community", {"attendance": ["active_days"], "contribution": ["comments"]}, programme="mooc-forum", period="week", window="cumulative",
        outcomes={f"again_{w}": {"label": f"Wrote again after week {w}", "inside": "none"} for w in WEEKS},
    )  # fmt: skip
    (place / "programme.yml").write_text(definition, "utf-8")
    ends = f"'{END}T00:00:00+00:00'"
    tables = {
        "roster": "SELECT participant, 'dlt1' AS cohort, strftime(min(t), '%Y-%m-%dT%H:%M:00+00:00') AS joined_at FROM m GROUP BY 1",
        "items": f"SELECT 'course' AS item, 'course' AS kind, 'dlt1' AS cohort, '{START}T00:00:00+00:00' AS opens_at, {ends} AS closes_at",
        "outcomes": f"SELECT participant, 'again_' || w AS outcome, max((t >= DATE '{START}' + 7 * w::INTEGER)::INTEGER) AS value, "
        f"{ends} AS \"at\" FROM m, unnest({list(WEEKS)}) AS u(w) GROUP BY participant, w HAVING min(t) < DATE '{START}' + 7 * w::INTEGER",
    }  # fmt: skip
    work = engagetree.create(place / "work", place / "programme.yml")
    for name, sql in tables.items():
        work.take(write(con, sql, place / f"{name}.csv"), as_=name)
    work.take(folder / "dlt1_edgelist.csv", mapping=MAPS / "forum_events.map.yml")
    work.score()
    return work


def features(folder: Path, week: int) -> Mapping[str, Sequence[float]]:
    con = duckdb.connect()
    messages(con, folder)
    day = f"epoch(t - TIMESTAMP '{START}') / 86400 AS d"
    acts = f"SELECT participant, 'dlt1' AS cohort, {day}, item, 'written' AS kind FROM m"
    made = behaviour(con, acts, 7 * week)
    got = dict(
        con.execute(f"SELECT receiver, count(*) FROM m WHERE t < TIMESTAMP '{START}' + INTERVAL {7 * week} DAY GROUP BY 1").fetchall()
    )
    return {who: [*row, float(got.get(who, 0))] for who, row in made.items()}


FORUM = Dataset(
    "mooc-ed-forum", "MOOC for teachers, its forum", "CC0 1.0", "Kellogg & Edelmann 2015, British J. of Educational Technology 46(5)",
    ("dlt1_edgelist.csv", "dlt1_nodes.csv"),
    "`community`, by the week, with the drivers that a forum log can feed: active days and comments",
    "Wrote again after the week that is scored, of those who had written by then. Nothing of the later weeks is in the score.",
    tuple(Outcome(f"again_{w}", "Wrote again later", (w,)) for w in WEEKS),
    build, (*ACTS, "received"), features,
)  # fmt: skip
