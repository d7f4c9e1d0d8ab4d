"""Properties: the order of rows changes nothing, repeated rows change nothing, read = kept + merged + refused.

The oracle is Python's csv module and a set: nothing of the room is used to say what must come out.
"""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagetree.engine import connect_duckdb
from engagetree.ingest import stage

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

NAMES = st.sampled_from(["p1", "p2", "ä ö", 'q"uote', "com,ma", "", "  "])
TIMES = st.sampled_from(["2025-01-06T10:00:00Z", "2025-01-06T11:00:00+01:00", "2025-01-06", "2025-02-30", "", "soon"])
AMOUNTS = st.sampled_from(["", "0", "1.5", "-1", "x", "1e999"])
EVENT = st.tuples(NAMES, TIMES, st.sampled_from(["join", "leave", ""]), NAMES, AMOUNTS)
ROSTER = st.tuples(st.sampled_from(["p1", "p2", "p3", ""]), st.sampled_from(["a", "b", ""]))


@pytest.fixture(scope="module")
def con():
    connection = connect_duckdb()
    connection.execute("SET threads = 2")
    yield connection
    connection.close()


def as_csv(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def taken(con, text, table):
    """(rows as a sorted list without their lines, account)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_text(text, encoding="utf-8")
        result = stage(con, path, None, "UTC", Path(folder) / "scratch")
        found = con.execute(f"SELECT COLUMNS(* EXCLUDE (line))::VARCHAR FROM {result.tables[table]}").fetchall()
        con.execute(f"DROP TABLE {result.tables[table]}")
    return sorted(found, key=str), result.account


EVENTS_HEADER = ["participant", "at", "kind", "item", "amount"]


def is_good(row):
    participant, at, kind, _, amount = (c.strip() for c in row)
    return (
        bool(participant and kind)
        and at in ("2025-01-06T10:00:00Z", "2025-01-06T11:00:00+01:00", "2025-01-06")
        and amount in ("", "0", "1.5")
    )


def meaning(row):
    """What an event says: 11:00+01:00 and 10:00Z are one time."""
    return tuple(c.strip().replace("T11:00:00+01:00", "T10:00:00Z") for c in row)


@SETTINGS
@given(st.lists(EVENT, max_size=12), st.randoms())
def test_events(con, rows, chance):
    found, account = taken(con, as_csv(EVENTS_HEADER, rows), "events")
    good = [r for r in rows if is_good(r)]
    assert account.read == len(rows) == account.kept + account.merged + account.refused
    assert account.kept == len({meaning(r) for r in good}) == len(found)
    assert account.refused == len(rows) - len(good)

    shuffled = [*rows, *rows[:5]]
    chance.shuffle(shuffled)
    again, twice = taken(con, as_csv(EVENTS_HEADER, shuffled), "events")
    assert again == found
    assert twice.read == twice.kept + twice.merged + twice.refused


@SETTINGS
@given(st.lists(ROSTER, max_size=8), st.randoms())
def test_registers(con, rows, chance):
    found, account = taken(con, as_csv(["participant", "cohort"], rows), "roster")
    known = {r for r in rows if r[0]}
    once = {r for r in known if sum(k[0] == r[0] for k in known) == 1}
    assert account.read == len(rows) == account.kept + account.merged + account.refused
    assert {(f[0], f[2] or "") for f in found} == once

    shuffled = [*rows, *rows[:3]]
    chance.shuffle(shuffled)
    assert taken(con, as_csv(["participant", "cohort"], shuffled), "roster")[0] == found


@SETTINGS
@given(st.text(alphabet='ab,"\n\r;\x00é', max_size=60))
def test_any_text_is_accounted_for(con, text):
    """Whatever stands below the header, each record is kept, merged or refused, and the sound rows at both ends come through."""
    content = f"participant,cohort\nfirst,x\n{text}\nlast,y\n"
    found, account = taken(con, content, "roster")
    assert account.read == account.kept + account.merged + account.refused
    assert ("first" in {f[0] for f in found}) or account.refused
    if '"' not in text:
        assert "last" in {f[0] for f in found}
        assert account.read == sum(bool(line.strip("\r")) for line in content.split("\n")) - 1
