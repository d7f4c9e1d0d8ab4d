"""Column maps: read from YAML, checked as a whole. What must be found is written beside each mistake."""

import pytest

from engagetree.errors import DefinitionError, ImportRefused
from engagetree.ingest import default_map, recognise
from engagetree.ingest.mapping import read


def test_a_map_from_yaml(tmp_path):
    path = tmp_path / "map.yml"
    path.write_text(
        "table: events\ncolumns: {participant: Who, at: When}\nconstants: {kind: click, amount: 1}\n"
        'values: {participant: {1: one, "x": null}}\ntimes: {format: ["%d/%m/%Y", "unix"], zone: Europe/Madrid}\n'
    )
    m = read(path)
    assert (m.table, m.columns, m.constants) == ("events", {"participant": "Who", "at": "When"}, {"kind": "click", "amount": "1"})
    assert m.values == {"participant": {"1": "one", "x": None}}
    assert (m.formats, m.zone) == (("%d/%m/%Y", "unix"), "Europe/Madrid")


def test_every_problem_is_reported_at_once_with_its_line(tmp_path):
    path = tmp_path / "map.yml"
    path.write_text(
        "table: events\n"
        "columns:\n  partcipant: Who\n  at: When\n"
        "constants: {knd: click}\n"
        "times:\n  zone: Europe/Madird\n  format: day\n"
        "delimiter: ';;'\n"
        "encoding: utf-99\n"
        "only: [kind]\n"
    )
    with pytest.raises(DefinitionError) as caught:
        read(path)
    text = str(caught.value)
    for wanted in (
        "line 3: columns.partcipant",
        "Did you mean “participant”?",
        "line 5: constants.knd",
        "line 2: columns: “participant” is missing",
        "line 2: columns: “kind” is missing",
        "line 7: times.zone: “Europe/Madird” is no time zone",
        "Europe/Madrid",
        "line 8: times.format",
        "line 9: delimiter",
        "line 10: encoding",
        "line 11: only",
    ):
        assert wanted in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("table: evnts\n", "Did you mean “events”?"),
        ("tabel: events\n", "Did you mean “table”?"),
        ("- a\n", "it is not a mapping"),
        ("table: [\n", "YAML"),
        ("columns: {}\n", "table: it is missing"),
        ("table: roster\ncolumns: {participant: a}\nvalues: {cohort: 3}\n", "values.cohort"),
        ("table: items\ncolumns: {item: a, kind: b}\nattributes: [c]\n", "only a roster"),
    ],
)
def test_mistakes(tmp_path, text, found):
    path = tmp_path / "map.yml"
    path.write_text(text)
    with pytest.raises(DefinitionError, match="problem") as caught:
        read(path)
    assert found in str(caught.value)


def test_a_map_that_is_not_there(tmp_path):
    with pytest.raises(DefinitionError, match="it cannot be read"):
        read(tmp_path / "no.yml")


def test_recognise():
    assert recognise(["Participant ", "AT", "kind"]) == "events"
    assert recognise(["participant"]) is None
    assert recognise(["name", "mail"]) is None


def test_default_map_says_what_it_found():
    with pytest.raises(ImportRefused, match="no table has these columns: name, mail"):
        default_map(["name", "mail"])
    assert default_map(["From at", "until_at", "Source"]).columns == {"from_at": "From at", "until_at": "until_at", "source": "Source"}
