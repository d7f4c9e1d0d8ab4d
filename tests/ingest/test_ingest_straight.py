"""Events that go straight into their table. The oracle is the long way, cell by cell, which the other tests of ingest hold to answers worked
by hand: both must say the same of every row. The first test's answers are worked by hand."""

import random

import pytest

from engagetree.errors import ImportRefused
from engagetree.ingest import ColumnMap, tabular
from engagetree.ingest.columns import LONGEST_NAME
from engagetree.ingest.straight import straight

HEADER = "event_id,participant,at,kind,item,amount,source\n"


def good(n):
    return f"e{n},p{n % 9},2025-01-0{6 + n % 3}T10:00:{n % 60:02}Z,join,i{n % 4},{n % 5},zoom"


@pytest.fixture
def went(monkeypatch):
    """Notes of each file whether it went straight."""
    seen = []

    def told(*args, **more):
        seen.append(straight(*args, **more))
        return seen[-1]

    monkeypatch.setattr(tabular, "straight", told)
    return lambda: [found is not None for found in seen]


@pytest.fixture
def both(staged, con, monkeypatch):
    """What comes of a file, straight and the long way: (rows, what the account says, refused file)."""

    def answer(*args, **more):
        result = staged(*args, **more)
        a = result.account
        rows = con.execute(f"SELECT COLUMNS(*)::VARCHAR FROM {result.tables['events']} ORDER BY line").fetchall()
        columns = sorted(r[:2] for r in con.execute(f"DESCRIBE {result.tables['events']}").fetchall())
        refused = a.refused_file.read_text("utf-8-sig") if a.refused_file else ""
        return columns, rows, (a.read, a.kept, a.merged, a.refused, a.reasons, a.refusals, a.notes, a.by_table), refused, result.facts

    def run(*args, **more):
        first = answer(*args, **more)
        with monkeypatch.context() as patch:
            patch.setattr(tabular, "straight", lambda *_, **__: None)
            return first, answer(*args, **more)

    return run


def test_rows_in_doubt_are_judged_with_care(staged, rows, went):
    lines = [good(n) for n in range(20)]
    lines[3] = "e3, p3 ,2025-01-06T10:00:03Z,\tjoin,i3, 3 ,zoom"  # sound, but for blanks
    lines[5] = "e5,p5,2025-02-30T10:00:05Z,join,i1,0,zoom"
    lines[8] = "e8,,2025-01-06T10:00:08Z,join,i0,-3,zoom"
    result = staged(HEADER + "\n".join(lines) + "\n")
    account = result.account
    assert went() == [True]
    assert (account.read, account.kept, account.merged, account.refused) == (20, 18, 0, 2)
    assert [(r.line, r.reason) for r in account.refusals] == [
        (7, "at: `2025-02-30T10:00:05Z` is not a date"),
        (10, "participant is empty; amount: -3 is negative"),
    ]
    text = account.refused_file.read_text("utf-8-sig").splitlines()
    assert text[1].startswith("e5,p5,2025-02-30T10:00:05Z,join,i1,0,zoom,7,")
    kept = {r[0]: r[1:] for r in rows(result, "events", "line", "participant", "kind", "amount", "week")}
    assert kept["5"] == ("p3", "join", "3.0", "2025-01-06")
    assert sorted(map(int, kept)) == [n for n in range(2, 22) if n not in (7, 10)]


ODD = {
    "event_id": ["", " e1", "e1 ", "e1", "e2", "é", "\u00a0e7"],
    "participant": ["", " ", "p1", "p1 ", "\u00a0p1", "x" * LONGEST_NAME, "x" * (LONGEST_NAME + 1), '"p,1"', '"p""1"'],
    "at": ["", "2025-01-06", "2025-01-06 10:00", " 2025-01-06T10:00:00Z ", "2025-01-06T11:00:00+01:00", "2025-01-06 10:00 Europe/Paris",
           "2025-02-30", "1969-12-31T00:00Z", "2100-01-04T00:00Z", "2100-01-03T23:59:59Z", "infinity", "06/01/2025"],
    "kind": ["", "leave", " leave", "Joined"],
    "item": ["", "  ", "s1\t", "sé"],
    "amount": ["", " ", "1e3", " 7", "7 ", "-0", "-1", "nan", "inf", "1e999", "seven", "1.5"],
    "source": ["", "zoom ", "moodle"],
}  # fmt: skip

MAPPED = {"table": "events", "columns": {c: c for c in ODD if c != "source"}, "constants": {"source": "zoom"}}


@pytest.mark.parametrize("zone", ["Europe/Madrid", "UTC", None])
@pytest.mark.parametrize(
    "how",
    [
        None,
        MAPPED,
        MAPPED | {"values": {"kind": {"Joined": "join", "leave": None}}, "only": True},
        MAPPED
        | {"values": {"kind": {"Joined": "join"}, "amount": {"seven": "7", "7": "8"}}, "times": {"format": ["%d/%m/%Y", "%Y-%m-%d"]}},
        MAPPED | {"columns": {"participant": "participant", "at": "at"}, "constants": {"kind": "present"}},
    ],
)
def test_as_the_long_way(both, went, how, zone):
    """Each odd cell by itself in an otherwise good row, among good ones; some rows twice."""
    lines = [good(n) for n in range(150)]
    for column, cells in ODD.items():
        for cell in cells:
            row = good(len(lines)).split(",")
            row[list(ODD).index(column)] = cell
            lines.append(",".join(row))
    lines += lines[100:160]
    random.Random(7).shuffle(lines)
    first, second = both(HEADER + "\n".join(lines) + "\n", how, zone)
    assert first == second
    assert went() == [True]


@pytest.mark.parametrize(
    "text",
    [
        HEADER + good(1) + "\n" + "\n".join(good(n) for n in range(3)),  # no line end at the end
        HEADER + good(1) + "\n" + 'e2,"p\n2",2025-01-06T10:00:00Z,join,i,1,zoom\n' + good(3) + "\n",  # a line end in quotes
        HEADER + good(1) + "\n\n" + good(2) + "\n",  # a blank line
        HEADER + good(1) + "\n" + "e2,p2\n" + good(3) + "\n",  # a row too short
        HEADER + good(1) + "\n" + 'e2,"p2,2025-01-06T10:00:00Z,join,i,1,zoom\n' + good(3) + "\n",  # a quote left open
        HEADER + good(1) + "\n" + good(2).replace("p2", "p\x022") + "\n",  # a control character
        HEADER + "\n".join([*(good(n) for n in range(5)), good(7).replace("p7", "ana@example.org")]) + "\n",  # an address
        HEADER + "\n".join([*(good(n) for n in range(5)), good(7).replace("p7", " ana@example.org ")]) + "\n",  # one in a row in doubt
        HEADER,  # nobody did anything
        "\n" + HEADER + good(1) + "\n",  # a blank line on top
    ],
)
def test_files_with_something_odd(both, text):
    first, second = both(text)
    assert first == second


def test_what_is_wrong_with_the_whole_file_is_said_the_same_way(staged, monkeypatch):
    for content in (
        HEADER.encode() + b"e1,\xff,2025-01-06T10:00:00Z,join,i,1,zoom\n",
        b"participant,kind\np,k\n",
        (HEADER + "e1,p,03/04/2025,join,i,1,zoom\n").encode(),
        b"participant,at,kind,participant\np,2025-01-06,k,p\n",
    ):
        with pytest.raises(ImportRefused) as straight_on:
            staged(content)
        with monkeypatch.context() as patch, pytest.raises(ImportRefused) as the_long_way:
            patch.setattr(tabular, "straight", lambda *_, **__: None)
            staged(content)
        assert str(straight_on.value) == str(the_long_way.value)


def test_nothing_is_left_behind(staged, con, tmp_path):
    staged(HEADER + "\n".join(good(n) for n in range(5)) + "\n")
    staged(HEADER + good(7).replace("p7", "ana@example.org") + "\n")
    staged(HEADER + "\n".join([*(good(n) for n in range(5)), "e9,,x,join,,,"]) + "\n")
    left = {n.rpartition("_")[0] for (n,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name <> 'weeks'").fetchall()}
    assert left == {"staged_events", "staged_seen"}
    assert [p.suffix for p in (tmp_path / "scratch").iterdir()] == [".csv"]  # the refused file


def test_columns_by_a_map_of_values_go_straight(staged, rows, went):
    how = ColumnMap.of(MAPPED | {"values": {"kind": {"Joined": "join"}}})
    text = HEADER + "".join(f"e{n},p{n},2025-01-06T10:00:00Z, Joined,i,1,x\n" for n in range(3))
    assert rows(staged(text, how), "events", "participant", "kind") == [("p0", "join"), ("p1", "join"), ("p2", "join")]
    assert went() == [True]
