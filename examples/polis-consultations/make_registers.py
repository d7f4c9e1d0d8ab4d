"""Makes `data/` from the open data of four Polis conversations: registers of activities and attendances, as a research office keeps them.

    python examples/polis-consultations/make_registers.py FOLDER     the folder with votes.parquet and comments_no_text.parquet

Taken over are who took part on which day (an id within one conversation, which nobody can join with another) and who wrote a statement. Who they are,
why they came, what was decided and whether they were told is not in the data, and is left empty rather than guessed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

TITLES = {
    "15-per-hour-seattle": "15 dollars an hour in Seattle",
    "football-concussions": "Concussions in American football",
    "canadian-electoral-reform": "Electoral reform in Canada",
    "brexit-consensus": "Consensus on Brexit",
}
CASES = {
    "15-per-hour-seattle": "https://compdemocracy.org/case-studies/2014-seattle-15-per-hour",
    "football-concussions": "https://compdemocracy.org/case-studies/2015-football-concussions",
    "canadian-electoral-reform": "https://compdemocracy.org/case-studies/2016-canadian-electoral-reform",
    "brexit-consensus": "https://compdemocracy.org/case-studies/2017-brexit-consensus",
}


def main(source: Path, folder: Path) -> None:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    day = "(make_timestamp(timestamp * 1000))::DATE"
    con.execute(
        f"""CREATE TABLE acts AS
        SELECT conversation, "voter-id" AS id, {day} AS "on", FALSE AS wrote FROM '{source}/votes.parquet'
        UNION ALL
        SELECT conversation, "author-id", {day}, TRUE FROM '{source}/comments_no_text.parquet'"""
    )
    con.execute("CREATE TABLE told (conversation VARCHAR, title VARCHAR, url VARCHAR)")
    con.executemany("INSERT INTO told VALUES (?, ?, ?)", [(k, TITLES[k], CASES[k]) for k in TITLES])
    folder.mkdir(parents=True, exist_ok=True)
    # One activity for taking part by voting, one for writing a statement: both are heard, and only the second says something of one's own.
    con.execute(
        f"""COPY (
        SELECT conversation || CASE WHEN wrote THEN ':statements' ELSE ':votes' END AS activity,
               title || CASE WHEN wrote THEN ': statements' ELSE ': votes' END AS title, 'consultation' AS type, 'public' AS audiences,
               'delivered' AS status, min("on") AS starts_on, max("on") + 1 AS until, conversation AS series, 'online' AS delivery,
               'D2' AS depth, 'content_delivered;input_recorded' AS depth_evidence, 'register' AS count_method, 'knowledge_exchange' AS purpose,
               any_value(url) AS evidence_urls
        FROM acts JOIN told USING (conversation) GROUP BY conversation, wrote, title ORDER BY 1) TO '{folder}/activities.csv'"""
    )
    con.execute(
        f"""COPY (
        SELECT DISTINCT conversation || CASE WHEN wrote THEN ':statements' ELSE ':votes' END AS activity, conversation || '-' || id AS person,
               "on", 'attended' AS status, 'participant' AS role
        FROM acts ORDER BY ALL) TO '{folder}/attendances.csv'"""
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent / "data")
