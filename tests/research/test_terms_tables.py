"""Plain JSON against its schema by jsonschema; CSV with its metadata, read back by `csv` and by DuckDB."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from terms_offline import conforms, read_json, read_turtle
from terms_release import RELEASE, shown, with_values

from engagetree.research import terms as t

VALIDATOR = jsonschema.Draft202012Validator(t.plain_schema())


def test_the_schema_is_one_and_the_release_keeps_it() -> None:
    jsonschema.Draft202012Validator.check_schema(t.plain_schema())
    made = json.loads(json.dumps(t.plain_json(RELEASE), allow_nan=False))
    assert list(VALIDATOR.iter_errors(made)) == []
    assert made["institution"] == {
        "name": RELEASE.institution.name,
        "identifier": "0xxxxxx00",
        "iri": "https://ror.org/0xxxxxx00",
        "invented": True,
    }
    assert [v["status"] for v in made["values"]] == ["number"] * 4 + ["range", "withheld", "number", "unknown", "level", "words", "number"]
    assert made["values"][6]["cell"] == {"age": "16–24"} and made["values"][6]["baseline"] == "census-2021"
    assert "null" not in json.dumps(made)


def _with_zero(made: dict[str, Any]) -> None:
    made["values"][5]["value"] = 0


def _with_null(made: dict[str, Any]) -> None:
    made["values"][7]["value"] = None


def _with_n(made: dict[str, Any]) -> None:
    made["values"][5]["n"] = 3


def _number_without(made: dict[str, Any]) -> None:
    del made["values"][0]["value"]


def _untold(made: dict[str, Any]) -> None:
    del made["values"][5]["withheld"]


@pytest.mark.parametrize("spoil", [_with_zero, _with_null, _with_n, _number_without, _untold])
def test_the_schema_refuses_what_would_lie(spoil: Callable[[dict[str, Any]], None]) -> None:
    made = json.loads(json.dumps(t.plain_json(RELEASE)))
    spoil(made)
    assert list(VALIDATOR.iter_errors(made))


def rows(name: str = "values.csv") -> list[dict[str, str]]:
    text = t.csvw(RELEASE)[name].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_for_each_value_and_no_number_where_none_is_known() -> None:
    read = {r["id"]: r for r in rows()}
    assert len(read) == len(RELEASE.values) + len(RELEASE.before)
    talk = read["2025-26/events/type=talk"]
    assert (talk["by_type"], talk["by_age"], talk["value"], talk["status"], talk["label"]) == ("talk", "", "10", "number", "Events")
    gone = read["2025-26/attendances/type=talk"]
    assert (gone["status"], gone["value"], gone["low"], gone["high"], gone["n"], gone["text"]) == ("withheld", "", "", "", "", "..")
    at_least = read["2025-26/attendances/2"]
    assert (at_least["status"], at_least["value"], at_least["low"], at_least["high"]) == ("range", "", "300", "")
    before = read["2024-25/events"]
    assert (before["starts"], before["until"], before["value"]) == ("2024-08-01", "2025-08-01", "20")


def test_the_metadata_describe_the_files() -> None:
    """By hand from the CSVW recommendation: titles in order, types that fit, keys that are unique and resolve, valid names."""
    files = t.csvw(RELEASE, licence="https://creativecommons.org/publicdomain/zero/1.0/")
    meta = json.loads(files["csv-metadata.json"])
    assert meta["@context"][0] == "http://www.w3.org/ns/csvw" and meta["dc:license"]["@id"].endswith("/zero/1.0/")
    for table in meta["tables"]:
        read = rows(table["url"])
        columns = table["tableSchema"]["columns"]
        assert [c["titles"] for c in columns] == list(read[0])
        assert len({c["name"] for c in columns}) == len(columns) and not any(set(c["name"]) & set(" -/~") for c in columns)
        key = table["tableSchema"]["primaryKey"]
        assert len({r[key] for r in read}) == len(read)
        for c in columns:
            cells = [r[c["titles"]] for r in read if r[c["titles"]]]
            if c["datatype"] in ("decimal", "integer"):
                assert all(cell == str(float(cell)).removesuffix(".0") for cell in cells), c
            if c.get("required"):
                assert len(cells) == len(read)
    assert {r["indicator"] for r in rows()} <= {r["indicator"] for r in rows("indicators.csv")}
    assert meta["notes"][0]["rule"] == "EM-02"


def test_duckdb_reads_the_same(tmp_path: Path) -> None:
    for name, data in t.csvw(RELEASE).items():
        (tmp_path / name).write_bytes(data)
    read = duckdb.sql(f"select status, count(*), sum(value) from read_csv('{tmp_path / 'values.csv'}') group by 1 order by 1").fetchall()
    assert read == [
        ("level", 1, None),
        ("number", 6, 15 + 10 + 0 + 1200 + 0.71 + 20),
        ("range", 1, None),
        ("unknown", 1, None),
        ("withheld", 1, None),
        ("words", 1, None),
    ]


@example(["=1", "+1", "-1", "@a", "\t=1", "\r=1", "'=1"])
@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=4))
def test_any_text_is_read_back_and_none_is_a_formula(said: list[str]) -> None:
    made = t.csvw(with_values(*(shown("events", s, 1.0, notes=(s,)) for s in said)))["values.csv"].decode()
    read = [r["text"] for r in csv.DictReader(io.StringIO(made, newline=""))]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in read)
    assert [cell.removeprefix("'") if not s.startswith("'") else cell for cell, s in zip(read, said, strict=True)] == said


@settings(deadline=None)
@given(st.floats(allow_nan=True, allow_infinity=True), st.floats() | st.none(), st.floats() | st.none())
def test_any_number_keeps_the_schema(value: float, low: float | None, high: float | None) -> None:
    made = t.plain_json(with_values(shown("events", "x", value, low=low, high=high)))
    assert list(VALIDATOR.iter_errors(json.loads(json.dumps(made, allow_nan=False)))) == []


def test_every_file_of_a_release_is_read() -> None:
    """By rdflib, jsonschema, `csv`; the schema that lies beside the JSON is the one that it keeps."""
    files = t.files(RELEASE, base="https://data.example.ac.uk/engagement/")
    jsonschema.Draft202012Validator(json.loads(files["release.schema.json"])).validate(json.loads(files["release.json"]))
    assert {x["url"] for x in json.loads(files["csv-metadata.json"])["tables"]} <= set(files)
    for name in ("release.jsonld", "terms.jsonld"):
        assert conforms(read_json(files[name])) == "", name
    for name in ("release.ttl", "terms.ttl"):
        assert conforms(read_turtle(files[name].decode())) == "", name
    names = {str(s) for s in read_turtle(files["release.ttl"].decode()).subjects()}
    assert {f"https://data.example.ac.uk/engagement/observation/{r['id']}" for r in rows()} <= names


def test_an_indicator_that_nobody_describes_is_in_its_table_all_the_same() -> None:
    made = t.csvw(with_values(shown("unheard", "1", 1.0)))["indicators.csv"].decode()
    assert [r["indicator"] for r in csv.DictReader(io.StringIO(made, newline=""))][-1] == "unheard"
