"""CSV with our own header and by a column map. The answers are worked by hand from the texts in the tests."""

import codecs
import gzip

import pytest

from engagetree.errors import ImportRefused
from engagetree.ingest import ColumnMap

HEADER = "participant,at,kind,item,amount\n"


def test_own_header_needs_no_map(staged, rows):
    result = staged(HEADER + "p1,2025-01-06T10:00:00+01:00,join,s1,2.5\np2,2025-01-12T23:30:00Z,leave,,\n")
    assert rows(result, "events", "participant", "at", "kind", "item", "amount", "source", "line", "week") == [
        ("p1", "2025-01-06 09:00:00+00", "join", "s1", "2.5", None, "2", "2025-01-06"),
        ("p2", "2025-01-12 23:30:00+00", "leave", None, None, None, "3", "2025-01-06"),
    ]
    account = result.account
    assert (account.read, account.kept, account.merged, account.refused) == (2, 2, 0, 0)
    assert account.refused_file is None
    assert account.by_table == {"events": 2}


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("Participant;AT;Kind", "events"),
        ("item;kind;opens_at", "items"),
        ("participant;cohort", "roster"),
        ("participant;item;from_at;until_at;reason", "excusals"),
        ("source;cohort;from_at;until_at", "outages"),
        ("participant;outcome;value;at", "outcomes"),
    ],
)
def test_the_table_is_recognised_from_the_header(staged, header, table):
    cells = {"at": "2025-01-06", "from_at": "2025-01-06", "until_at": "2025-01-07", "opens_at": "2025-01-06", "value": "1"}
    row = ";".join(cells.get(h.strip().lower(), "x") for h in header.split(";"))
    assert list(staged(f"{header}\n{row}\n").tables) == [table]


def test_a_map_renames_translates_and_adds(staged, rows):
    text = "Student ID\tTimestamp\tAction\tMinutes\tNote\n  s1 \t05/03/2025 10:00\tJoined\t1.234,5\tx\ns2\t05/03/2025 11:00\tWaved\t\t\n"
    how = {
        "table": "events",
        "columns": {"participant": "Student ID", "at": "Timestamp", "kind": "Action", "amount": "Minutes"},
        "constants": {"source": "zoom"},
        "values": {"kind": {"Joined": "join"}},
        "times": {"format": "%d/%m/%Y %H:%M", "zone": "America/New_York"},
        "decimal": ",",
    }
    result = staged(text, how)
    # 5 March 2025 is before the clocks change in New York (9 March): UTC−5
    assert rows(result, "events", "participant", "at", "kind", "amount", "source") == [
        ("s1", "2025-03-05 15:00:00+00", "join", "1234.5", "zoom"),
        ("s2", "2025-03-05 16:00:00+00", "Waved", None, "zoom"),
    ]
    assert "columns ignored: Note" in result.account.notes
    assert "times without a zone are read as America/New_York" in result.account.notes

    strict = staged(text, {**how, "only": True})
    assert [(r.line, r.reason) for r in strict.account.refusals] == [(3, "kind: `Waved` has no translation")]


def test_roster_keeps_attributes_as_json(staged, rows):
    how = {"table": "roster", "columns": {"participant": "id"}, "attributes": ["team", "country"], "skip": ["secret"]}
    result = staged("id,team,country,secret\np1,red,,x\n", how)
    assert rows(result, "roster", "participant", "attributes") == [("p1", '{"country":null,"team":"red"}')]
    assert result.account.notes == ()


def test_items_flags_and_lengths(staged, rows):
    result = staged("item,kind,opens_at,closes_at,seconds,final\na,session,2025-01-06T10:00Z,2025-01-06T11:00Z,3600,yes\nb,task,,,,No\n")
    assert rows(result, "items", "item", "opens_at", "seconds", "final") == [
        ("a", "2025-01-06 10:00:00+00", "3600.0", "true"),
        ("b", None, None, "false"),
    ]


@pytest.mark.parametrize(
    ("raw", "map_"),
    [
        (codecs.BOM_UTF8 + "ä".encode(), {}),
        ("ä".encode(), {}),
        ("ä".encode("cp1252"), {"encoding": "cp1252"}),
        ("ä".encode("latin-1"), {"encoding": "latin-1"}),
    ],
)
def test_encodings(staged, rows, raw, map_):
    bom = raw[:3] if raw.startswith(codecs.BOM_UTF8) else b""
    content = bom + HEADER.encode() + raw[len(bom) :] + b",2025-01-06T10:00Z,join,,\n"
    how = {"table": "events", "columns": {c: c for c in ("participant", "at", "kind")}, **map_}
    assert rows(staged(content, how), "events", "participant") == [("ä",)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_by_its_mark_or_when_told(staged, rows, encoding):
    content = (HEADER + "ä,2025-01-06T10:00Z,join,,\n").encode(encoding)
    if encoding == "utf-16":
        assert rows(staged(content), "events", "participant") == [("ä",)]
    else:
        with pytest.raises(ImportRefused, match=r"looks like UTF-16 without a mark.*encoding: utf-16"):
            staged(content)
        how = {"table": "events", "columns": {c: c for c in ("participant", "at", "kind")}, "encoding": encoding}
        assert rows(staged(content, how), "events", "participant") == [("ä",)]


def test_gzip_is_known_by_its_content(staged, rows):
    result = staged(gzip.compress((HEADER + "p1,2025-01-06T10:00Z,join,,\n").encode()), name="whatever.txt")
    assert rows(result, "events", "participant") == [("p1",)]


def test_lines_are_those_of_the_file(staged, rows):
    """Blank lines and line ends inside quotes move the lines; counted by hand."""
    text = 'participant,from_at,until_at,reason\n\np1,2025-01-06,2025-01-07,"two\nlines"\n\np2,2025-01-06,2025-01-07,"x, ""y"""\n'
    result = staged(text)
    assert rows(result, "excusals", "participant", "reason", "line") == [("p1", "two\nlines", "3"), ("p2", 'x, "y"', "6")]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends(staged, rows, end):
    text = end.join(["participant,at,kind", "p1,2025-01-06T10:00Z,join", "p2,2025-01-06T10:00Z,join"])
    assert rows(staged(text), "events", "participant", "line") == [("p1", "2"), ("p2", "3")]


def test_mixed_line_ends(staged, rows):
    text = "participant,at,kind\r\np1,2025-01-06T10:00Z,join\np2,2025-01-06T10:00Z,join\r\n"
    assert rows(staged(text), "events", "participant", "line") == [("p1", "2"), ("p2", "3")]


def test_many_rows_keep_their_lines(staged, con):
    """300,000 rows, which DuckDB reads in parallel: every participant is named after its line."""
    text = "participant,at,kind\n" + "".join(f"p{n},2025-01-06T10:00:00Z,join\n" for n in range(2, 300_002))
    result = staged(text)
    row = con.execute(f"SELECT count(*) FROM {result.tables['events']} WHERE participant <> 'p' || line").fetchone()
    assert (result.account.kept, row) == (300_000, (0,))


def test_repeated_rows_are_merged_and_the_first_line_is_kept(staged, rows):
    row = "p1,2025-01-06T10:00:00Z,join,s1,1\n"
    result = staged(HEADER + row + "p2,2025-01-06T10:00:00Z,join,,\n" + row + row.replace("10:00:00Z", "11:00:00+01:00"))
    assert rows(result, "events", "participant", "line") == [("p1", "2"), ("p2", "3")]
    assert (result.account.read, result.account.kept, result.account.merged) == (4, 2, 2)


def test_event_ids_are_identities(staged, rows):
    text = "event_id,participant,at,kind\ne1,p1,2025-01-06T10:00Z,join\ne1,p1,2025-01-06T11:00Z,join\n,p1,2025-01-06T10:00Z,join\n"
    result = staged(text)
    assert rows(result, "events", "event_id", "at") == [(None, "2025-01-06 10:00:00+00"), ("e1", "2025-01-06 10:00:00+00")]
    assert result.account.merged == 1
    assert any("1 event ids stand for different acts" in n for n in result.account.notes)


def test_contradicting_rows_of_a_register_are_both_refused(staged, rows):
    text = "participant,cohort\np1,a\np2,b\np1,c\np2,b\n"
    result = staged(text)
    assert rows(result, "roster", "participant") == [("p2",)]
    assert (result.account.merged, result.account.refused) == (1, 2)
    assert [r.line for r in result.account.refusals] == [2, 4]
    assert all("`p1` stands on lines 2, 4 with different content" in r.reason for r in result.account.refusals)


def test_refused_rows_can_be_mended_and_imported_again(staged, rows):
    """Every refused row, broken ones too, mended in the refused file by text replacement, comes in by the same map."""
    how = ColumnMap.of(
        {
            "table": "events",
            "columns": {"participant": "who", "at": "when", "kind": "what", "amount": "n"},
            "times": {"format": "%d.%m.%Y"},
            "encoding": "cp1252",
            "delimiter": ";",
        }
    )
    text = "who;when;what;n\nä;01.02.2025;join;1\nö;31.02.2025;join;2\nü;02.02.2025;join\nß;03.02.2025;join;-4\n"
    first = staged(text.encode("cp1252"), how)
    assert (first.account.kept, first.account.refused) == (1, 3)
    mended = first.account.refused_file.read_text("utf-8-sig").replace("31.02.2025", "28.02.2025").replace(";-4;", ";4;")
    mended = mended.replace("02.02.2025;join;;", "02.02.2025;join;3;")
    second = staged(codecs.BOM_UTF8 + mended.encode(), how, name="mended.csv")
    assert rows(second, "events", "participant", "at", "amount") == [
        ("ß", "2025-02-02 23:00:00+00", "4.0"),
        ("ö", "2025-02-27 23:00:00+00", "2.0"),
        ("ü", "2025-02-01 23:00:00+00", "3.0"),
    ]
    assert second.account.refused == 0


def test_repeats_far_apart_are_found_slice_by_slice(staged, monkeypatch):
    """Hashes are fetched in slices; here in slices of 1,000, with the repeats 5,000 rows away from each other."""
    monkeypatch.setattr("engagetree.ingest.merge.SLICE", 1_000)
    block = "".join(f"p{n},2025-01-06T10:00:00Z,join\n" for n in range(5_000))
    account = staged("participant,at,kind\n" + block + block).account
    assert (account.read, account.kept, account.merged) == (10_000, 5_000, 5_000)
