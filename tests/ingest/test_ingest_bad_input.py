"""The bad-input corpus: each has one clear error that names the thing, or a refusal by line; nothing else of the file is lost."""

import gzip
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engagetree.errors import EngagetreeError, ImportRefused, NotFound
from engagetree.ingest import find, stage

HEADER = "participant,at,kind,item,amount\n"
GOOD = "p1,2025-01-06T10:00:00Z,join,s1,1\n"


def reasons(result):
    account = result.account
    assert account.read == account.kept + account.merged + account.refused
    return [(r.line, r.reason) for r in account.refusals]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n\n", "only blank lines"),
        (b"participant,at\np1,2025-01-06\n", "no table has these columns: participant, at"),
        ((HEADER + "\xe4,2025-01-06,join,,\n").encode("latin-1"), r"not UTF-8: line 2 has the byte 0xe4.*encoding: cp1252"),
        ((HEADER + GOOD * 100_000 + "\xe4,2025-01-06,join,,\n").encode("latin-1"), "not UTF-8: line 100,002 has the byte 0xe4"),
        (b",".join(b"c%d" % n for n in range(513)) + b"\n", "header has 513 columns"),
        (b"participant,at,ki\x00nd\np,q,r\n", "header holds control characters"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "encrypted workbook or an old .xls"),
        (b"participant,at,kind,kind\np,2025-01-06,a,b\n", "column “kind” stands 2 times"),
    ],
)
def test_files_that_are_refused_as_a_whole(staged, con, content, found):
    with pytest.raises(ImportRefused, match=found) as caught:
        staged(content)
    assert "x.csv" in str(caught.value) or "header" in str(caught.value)
    left = con.execute("SELECT table_name FROM duckdb_tables() WHERE table_name NOT IN ('weeks')").fetchall()
    assert left == []


def test_header_only(staged):
    result = staged(HEADER)
    assert (result.account.read, result.account.kept) == (0, 0)
    assert "the file has a header and no rows" in result.account.notes


def test_missing_columns_with_near_names(staged):
    how = {"table": "events", "columns": {"participant": "Student ID", "at": "Timestmp"}, "constants": {"kind": "x"}}
    with pytest.raises(ImportRefused, match=r"“Student ID” and “Timestmp” is missing. “Timestmp”: Did you mean “Timestamp”\?") as caught:
        staged("Timestamp,Who\n2025-01-06,a\n", how)
    assert "The file has: Timestamp, Who" in str(caught.value)


def test_extra_columns_are_named(staged):
    assert "columns ignored: mood, place" in staged("participant,at,kind,mood,place\np1,2025-01-06,a,b,c\n").account.notes


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2025-01-06T10:00Z,join,,", "participant is empty"),
        ("  ,2025-01-06T10:00Z,join,,", "participant is empty"),
        ("p,,join,,", "at is empty"),
        ("p,2025-02-30,join,,", "at: `2025-02-30` is not a date"),
        ("p,2025-01-06T25:00Z,join,,", "at: `2025-01-06T25:00Z` is not a date"),
        ("p,yesterday,join,,", "at: `yesterday` is not a date"),
        ("p,infinity,join,,", "at: `infinity` is not a date"),
        ("p,9999-01-01,join,,", "at: `9999-01-01` lies outside 1970-01-05 to 2100-01-04"),
        ("p,1066-10-14,join,,", "at: `1066-10-14` lies outside 1970-01-05 to 2100-01-04"),
        ("p,2025-01-06T10:00Z,,,", "kind is empty"),
        ("p,2025-01-06T10:00Z,join,,-3", "amount: -3 is negative"),
        ("p,2025-01-06T10:00Z,join,,many", "amount: `many` is not a number"),
        ("p,2025-01-06T10:00Z,join,,nan", "amount: `nan` is not a number"),
        ("p,2025-01-06T10:00Z,join,,1e999", "amount: `1e999` is not a number"),
        ("p,2025-01-06T10:00Z,join", "3 columns where the header has 5"),
        ("p,2025-01-06T10:00Z,join,,1,2", "6 columns where the header has 5"),
        ('p,2025-01-06T10:00Z,"jo"in,,', "a quote is opened and not closed, or misplaced"),
        ("p,2025-01-06T10:00Z,jo\x00in,,", "the control character 0x00 stands in it"),
        ("p,2025-01-06T10:00Z,jo\x1bin,,", "the control character 0x1b stands in it"),
        ("p,2025-01-06T10:00Z," + "x" * (3 << 20) + ",,", "the line is longer than 1 MB"),
        ("p" * 1_001 + ",2025-01-06T10:00Z,join,,", "participant: `" + "p" * 60 + "…` has more than 1,000 characters"),
        (",2025-02-30,join,,-1", "participant is empty; at: `2025-02-30` is not a date; amount: -1 is negative"),
    ],
)
def test_one_bad_row_costs_itself_only(staged, rows, row, reason):
    result = staged(HEADER + GOOD + row + "\n" + GOOD.replace("p1", "p2"))
    assert reasons(result) == [(3, reason)]
    assert rows(result, "events", "participant", "line") == [("p1", "2"), ("p2", "4")]
    assert result.account.refused_file.exists()


def test_times_without_any_zone(staged):
    result = staged(HEADER + GOOD + "p2,2025-01-06T10:00,join,,\n", zone=None)
    assert reasons(result) == [(3, "at: `2025-01-06T10:00` time has no zone")]


def test_spans_that_end_before_they_begin(staged):
    result = staged("participant,from_at,until_at\np,2025-02-01,2025-01-01\nq,2025-01-01,2025-02-01\n")
    assert reasons(result) == [(2, "until_at lies before from_at")]


@pytest.mark.parametrize("value", ["03/04/2025 10:00", "3.4.2025", "2025/04/03", "03-04-25"])
def test_an_open_order_of_day_and_month_is_asked_for(staged, value):
    with pytest.raises(ImportRefused, match=rf"at reads `{value}`, and which of its numbers is the day is not known"):
        staged(HEADER + f"p,{value},join,,\n")


def test_impossible_dates_by_a_format(staged):
    how = {"table": "events", "columns": {"participant": "p", "at": "t"}, "constants": {"kind": "x"}, "times": {"format": "%d/%m/%Y"}}
    result = staged("p,t\na,31/02/2025\nb,12/31/2025\nc,28/02/2025\nd,2025-02-28\n", how)
    assert reasons(result) == [(2, "at: `31/02/2025` is not a date"), (3, "at: `12/31/2025` is not a date")]


@pytest.mark.parametrize("cut", ['p3,2025-01-06T10:00Z,join,"an open quote', "p3,2025-01", 'p3,2025-01-06T10:00Z,"join\n'])
def test_csv_cut_off_in_the_middle(staged, rows, cut):
    result = staged(HEADER + GOOD + GOOD.replace("p1", "p2") + cut)
    assert rows(result, "events", "participant") == [("p1",), ("p2",)]
    assert [line for line, _ in reasons(result)] == [4]


def test_an_open_quote_does_not_swallow_the_rest(staged, con):
    """The quote of line 2 stays open; the 50,000 rows below it are not lost."""
    result = staged(HEADER + 'p0,2025-01-06T10:00Z,"join,,\n' + "".join(f"p{n},2025-01-06T10:00Z,join,,\n" for n in range(50_000)))
    assert [line for line, _ in reasons(result)] == [2]
    assert result.account.kept == 50_000


T = "2025-01-06T10:00Z"


def test_a_stray_quote_that_finds_another_one(staged, rows):
    """The quote of line 2 meets one in line 4 where none may close: line 2 is lost, the others are not."""
    result = staged(HEADER + f'p1,{T},"join,,\np2,{T},join,,\np3,{T},jo"in,,\np4,{T},join,,\n')
    assert rows(result, "events", "participant", "kind") == [("p2", "join"), ("p3", 'jo"in'), ("p4", "join")]
    assert [line for line, _ in reasons(result)] == [2]


def test_two_stray_quotes_that_fit_together_are_noticed(staged, rows):
    """Here the quotes of lines 2 and 4 make one record that fits, three lines long: it is refused, because no name has a line break."""
    result = staged(HEADER + f'p1,{T},"join,,\np2,{T},join,,\np3,{T},join",,\np4,{T},join,,\n')
    assert rows(result, "events", "participant") == [("p4",)]
    [(line, reason)] = reasons(result)
    assert (line, reason.startswith("kind: `join,,"), reason.endswith("has a line break: is a quote misplaced?")) == (2, True, True)


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_gzip_cut_off(staged, keep):
    packed = gzip.compress((HEADER + "".join(f"p{n},2025-01-06T10:00Z,join,,\n" for n in range(5_000))).encode())
    with pytest.raises(ImportRefused, match="the packed file is cut off"):
        staged(packed[: int(len(packed) * keep)])


def test_gzip_that_unpacks_to_too_much(staged):
    with pytest.raises(ImportRefused, match="unpacks to more than"):
        staged(gzip.compress(HEADER.encode() + b" " * (64 << 20)))


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_cut_off_or_damaged(staged):
    whole = parquet(participant=[f"p{n}" for n in range(1000)], at=pa.array([0] * 1000, pa.timestamp("us", "UTC")), kind=["x"] * 1000)
    for content in (whole[: len(whole) // 2], whole[:-1], whole[:100] + bytes(200) + whole[300:]):
        with pytest.raises(ImportRefused, match=r"x.parquet: .*cannot be read"):
            staged(content, name="x.parquet")


def test_parquet_types(staged, rows):
    """A whole number is an id; a local time takes the zone (Madrid in July: UTC+2); a time as a number is refused with the way out."""
    local = pa.array([1_751_364_000_000_000], pa.timestamp("us"))  # 2025-07-01 10:00 on the wall
    result = staged(parquet(participant=[7], at=local, kind=["x"], amount=pa.array([3], pa.int16())), name="x.parquet")
    assert rows(result, "events", "participant", "at", "amount") == [("7", "2025-07-01 08:00:00+00", "3.0")]
    assert "times without a zone are read as Europe/Madrid" in result.account.notes
    with pytest.raises(ImportRefused, match=r"column “at” holds BIGINT, but at is a time. Give `times: \{format: unix\}`"):
        staged(parquet(participant=["a"], at=[1_751_364_000], kind=["x"]), name="x.parquet")
    how = {"table": "events", "columns": {"participant": "participant", "at": "at", "kind": "kind"}, "times": {"format": "unix"}}
    result = staged(parquet(participant=["a"], at=[1_751_364_000], kind=["x"]), how, name="x.parquet")
    assert rows(result, "events", "at") == [("2025-07-01 10:00:00+00",)]
    with pytest.raises(ImportRefused, match=r"column “participant” holds .*\[\]"):
        staged(parquet(participant=[["a"]], at=local, kind=["x"]), name="x.parquet")


def test_parquet_rows_are_refused_like_those_of_csv(staged, rows):
    times = pa.array([1_751_364_000_000_000, None, 10**17, 1_751_364_000_000_000], pa.timestamp("us", "UTC"))
    content = parquet(participant=["a", "b", "c", " d "], at=times, kind=["x", "x", "x", ""], amount=[float("nan"), 1.0, 1.0, None])
    result = staged(content, name="x.parquet")
    found = dict(reasons(result))
    assert found[2].startswith("amount: `nan` is not a number")
    assert found[3] == "at is empty"
    assert "lies outside" in found[4]
    assert found[5] == "kind is empty"
    assert result.account.refused_file.read_text("utf-8-sig").startswith("participant,at,kind,amount,line,reason,row\na,2025-07-01")


def test_zip_cut_off(staged):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("a.csv", HEADER + GOOD)
    with pytest.raises(ImportRefused, match="cut off or damaged"):
        staged(out.getvalue()[:-30], name="x.zip")
    with pytest.raises(ImportRefused, match="this zip is nothing that a reader knows"):
        staged(out.getvalue(), name="x.zip")


def test_files_that_are_not_there(con, tmp_path):
    (tmp_path / "events.csv").write_text(HEADER)
    with pytest.raises(ImportRefused, match=r"there is no such file. Did you mean “events.csv”"):
        stage(con, tmp_path / "event.csv", None, "UTC", tmp_path)
    with pytest.raises(ImportRefused, match="there is no such file"):
        find(tmp_path / "no" / "event.csv")
    with pytest.raises(NotFound, match="Did you mean “oulad”"):
        find(tmp_path / "events.csv", as_="ouald")
    with pytest.raises(ImportRefused, match="this folder is nothing that a reader knows"):
        find(tmp_path)
    with pytest.raises(EngagetreeError, match="“Europe/Madird” is no time zone"):
        stage(con, tmp_path / "events.csv", None, "Europe/Madird", tmp_path)


def test_names_that_would_break_sql(staged, rows):
    """Quotes in headers, values and file names are data."""
    how = {
        "table": "roster",
        "columns": {"participant": 'who"; DROP'},
        "constants": {"cohort": "o'clock"},
        "attributes": ["it's"],
        "values": {"participant": {"a'b": "c'd"}},
    }
    result = staged('"who""; DROP",it\'s\na\'b,x\'y\n,z\n', how, name="it's.csv")
    assert rows(result, "roster", "participant", "cohort", "attributes") == [("c'd", "o'clock", '{"it\'s":"x\'y"}')]
    assert reasons(result) == [(3, "participant is empty")]
