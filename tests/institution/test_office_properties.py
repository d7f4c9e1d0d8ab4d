"""Whatever a file holds: every row is accounted for, what is kept is there, and nothing happens twice. Hypothesis makes the files."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagetree.institution import create
from engagetree.research.readers.bands import band

CELLS = {
    "activity": st.sampled_from(["a", "b", "c", "", "d;e", "'x'"]),
    "title": st.one_of(st.sampled_from(["Fair", "fair", "", "  "]), st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)),
    "starts_on": st.sampled_from(["2025-10-03", "2025-10-04T10:00", "2025-02-30", "soon", ""]),
    "ends_on": st.sampled_from(["2025-10-03", "2025-10-09", "", "x"]),
    "type": st.sampled_from(["talk", "Talk or presentation", "tlak", ""]),
    "audiences": st.sampled_from(["public", "schools; public", "public|martians", ";", ""]),
    "size": st.sampled_from(["12", "1,200", "51-100", "100-51", "501+", "-3", "nan", "1e400", "many", ""]),
    "official_scheme": st.sampled_from(["yes", "No", "maybe", ""]),
    "venue": st.sampled_from(["Hall", "hall!", ""]),
    "department": st.sampled_from(["Physics", "Art", ""]),
}  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=30)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_every_row_of_whatever_file_is_accounted_for(rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(CELLS))
    writer.writeheader()
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        (file := Path(folder) / "a.csv").write_text(text.getvalue(), "utf-8", newline="")
        with create(Path(folder) / "uni", "X") as office:
            account = office.take(file).account
            assert account.read == len(rows) == account.kept + account.merged + account.refused
            there = {s.register: s.rows for s in office.registers()}
            assert there["activities"] == account.kept == account.by_table["activities"]
            assert sum(account.reasons.values()) == account.refused == len(account.refusals)
            counted = office.read(lambda con, r: con.sql(f"SELECT count(*) FROM {r['activities']}").fetchall()[0][0])
            assert counted == account.kept - len(office.duplicates())
            office.findings()
            assert office.take(file).known
            if account.kept:  # the same rows in another file say nothing new
                (again := Path(folder) / "b.csv").write_bytes(file.read_bytes() + b"\n")
                assert (office.take(again).account.kept, office.take(again).known) == (0, True)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_band_has_the_ends_that_are_written(low: int, high: int) -> None:
    low, high = sorted((low, high))
    assert band(f"{low}-{high}") == band(f" {low:,} – {high:,} ") == (low, high)
    assert band(f"{low}+") == (low, None)
    if low != high:
        assert band(f"{high}-{low}") is None
