"""Against the lake: known events and unchanged register rows are merged. The lake here is Parquet written by plain DuckDB SQL."""

from dataclasses import replace

from engagetree.ingest import settle
from engagetree.tables import STATED

EVENTS = "event_id,participant,at,kind,item,amount,source\n"


def keep(con, result, table, path, seq=1):
    extra = "'i1' AS import_id" if table == "events" else f"'i{seq}' AS import_id, {seq}::BIGINT AS seq"
    line = "" if table == "events" else " EXCLUDE (line)"
    con.execute(f"COPY (SELECT *{line}, {extra} FROM {result.tables[table]}) TO '{path}' (FORMAT parquet)")
    return str(path)


def test_the_same_file_twice_changes_nothing(staged, con, tmp_path):
    text = EVENTS + "e1,p1,2025-01-06T10:00Z,join,s,,zoom\n,p1,2025-01-06T10:00Z,join,,1,\n,p2,2025-01-07T10:00Z,say,s,,zoom\n"
    known = keep(con, staged(text), "events", tmp_path / "a.parquet")
    again = staged(text)
    assert settle(con, again, "events", [known]) == {0: 3}
    account = again.account.settled({"events": 3})
    assert (account.read, account.kept, account.merged) == (3, 0, 3)


def test_overlapping_exports_add_only_what_is_new(staged, con, tmp_path, rows):
    known = keep(con, staged(EVENTS + ",p1,2025-01-06T10:00Z,join,s,,\n,p1,2025-01-07T10:00Z,join,s,,\n"), "events", tmp_path / "a.parquet")
    second = staged(EVENTS + ",p1,2025-01-07T11:00+01:00,join,s,,\n,p1,2025-01-08T10:00Z,join,s,,\n")
    assert settle(con, second, "events", [known]) == {0: 1}
    assert rows(second, "events", "at") == [("2025-01-08 10:00:00+00",)]


def test_identity_of_events(staged, con, tmp_path, rows):
    """An id makes the event; without one every part of the content counts, and an empty amount is not 0."""
    known = keep(
        con, staged(EVENTS + "e1,p1,2025-01-06T10:00Z,join,s,,zoom\n,p1,2025-01-06T10:00Z,say,s,,zoom\n"), "events", tmp_path / "a.parquet"
    )
    text = EVENTS + "e1,p1,2025-01-06T10:05Z,leave,,,zoom\ne1,p2,2025-01-06T10:00Z,join,s,,zoom\ne1,p1,2025-01-06T10:00Z,join,s,,teams\n"
    second = staged(text + ",p1,2025-01-06T10:00Z,say,s,0,zoom\n,p1,2025-01-06T10:00Z,say,,,zoom\n,p1,2025-01-06T10:00Z,join,s,,zoom\n")
    assert settle(con, second, "events", [known]) == {0: 1}
    assert rows(second, "events", "line") == [("3",), ("4",), ("5",), ("6",), ("7",)]


def test_registers_keep_changes_only(staged, con, tmp_path, rows):
    first = keep(con, staged("participant,cohort\np1,a\np2,a\np3,\n"), "roster", tmp_path / "a.parquet", seq=1)
    second = keep(con, staged("participant,cohort\np2,b\n"), "roster", tmp_path / "b.parquet", seq=2)
    third = staged("participant,cohort\np1,a\np2,a\np3,\np4,a\n")
    # p1 and p3 stand as they are; p2 goes back from b to a, which is a change; p4 is new
    assert settle(con, third, "roster", [first, second]) == {0: 2}
    assert rows(third, "roster", "participant") == [("p2",), ("p4",)]


def test_keys_with_nulls(staged, con, tmp_path, rows):
    header = "item,kind,cohort,title\n"
    known = keep(con, staged(header + "i,session,,A\ni,session,x,B\n"), "items", tmp_path / "a.parquet", seq=STATED + 1)
    second = staged(header + "i,session,,A\ni,session,x,C\n")
    assert settle(con, second, "items", [known]) == {0: 1}
    assert rows(second, "items", "cohort", "title") == [("x", "C")]


def test_nothing_known(staged, con):
    result = staged(EVENTS + ",p1,2025-01-06T10:00Z,join,s,,\n")
    assert settle(con, result, "events", []) == {}
    assert settle(con, replace(result, tables={}), "events", ["x"]) == {}


def test_what_is_derived_is_held_against_both_and_a_statement_against_statements(staged, con, tmp_path):
    """A tool's report says again what it said before, or what somebody stated: merged. Somebody states what a report said: kept."""
    header = "item,kind,cohort,title\n"
    stated = keep(con, staged(header + "a,session,,A\n"), "items", tmp_path / "s.parquet", seq=STATED + 1)
    seen = keep(con, staged(header + "a,session,,seen\nb,session,,B\n"), "items", tmp_path / "d.parquet", seq=2)
    text = header + "a,session,,A\nb,session,,B\n"
    assert settle(con, staged(text), "items", [stated, seen]) == {0: 1}
    derived = staged(text)
    assert settle(con, replace(derived, account=replace(derived.account, derived=("items",))), "items", [stated, seen]) == {0: 2}
    other = staged(header + "a,session,,seen\nb,session,,other\n")
    assert settle(con, replace(other, account=replace(other.account, derived=("items",))), "items", [stated, seen]) == {0: 1}
