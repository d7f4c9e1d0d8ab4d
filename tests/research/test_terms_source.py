"""The dictionary term: the source's snippets byte for byte, what is wrong with them, and the corrected form, which has none of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import rdflib
from terms_offline import SCHEMA, SKOS, conforms, read_json, read_turtle

from engagetree.errors import EngagetreeError, NotFound
from engagetree.research import terms as t

ROOT = Path(__file__).parents[2]
TERM = rdflib.URIRef("https://casrai.org/dictionary/term/engagement-metric")


@pytest.fixture
def document() -> bytes:
    """The source document, where it is there."""
    folder = Path(os.environ.get("ENGAGETREE_SOURCES", ROOT.parent / "shared" / "sources"))
    found = sorted(folder.glob("001_*.txt")) if folder.is_dir() else []
    if not found:
        pytest.skip(f"the source document is not in {folder}; name its folder in ENGAGETREE_SOURCES")
    return found[0].read_bytes()


@pytest.mark.parametrize(("form", "begins", "ends"), [("jsonld", b'json\n{\n  "@context"', b"\n}\n"), ("jats", b"xml\n<role ", b"/>\n")])
def test_the_source_s_snippet_is_reproduced_byte_for_byte(document: bytes, form: str, begins: bytes, ends: bytes) -> None:
    """Cut out of the source document here by what stands around it."""
    start = document.index(begins) + begins.index(b"\n") + 1
    assert t.encoded(form, "source") == document[start : document.index(ends, start) + len(ends)]


def test_the_packaged_snippets_are_what_they_were() -> None:
    """Lengths and ends counted in the source document with `wc -c`; holds where that document is not."""
    linked, role = t.as_published("jsonld"), t.as_published("jats")
    assert json.loads(linked)["sameAs"] == ["Engagement indicator", "Engagement KPI"]
    assert linked.count(b"\n") == 14 and linked.endswith(b'licenses/by/4.0/"\n}\n') and b"\r" not in linked
    assert role == (
        b'<role vocab="credit"\n      vocab-identifier="https://casrai.org/dictionary/"\n      vocab-term="Engagement metric"\n'
        b'      vocab-term-identifier="https://casrai.org/dictionary/term/engagement-metric" />\n'
    )


def test_the_source_s_snippets_break_the_rules_that_the_notes_list() -> None:
    """Domain notes §7.1 (J1–J4) and §7.3 (JX-01 … JX-05); lines counted in the snippets."""
    assert [(f.rule, f.line) for f in t.lint(t.as_published("jsonld"))] == [("LD-03", 1), ("LD-04", 7), ("LD-01", 10), ("LD-02", 13)]
    assert [f.rule for f in t.lint(t.as_published("jats"))] == ["JX-01", "JX-02", "JX-03", "JX-04", "JX-05"]


@pytest.mark.parametrize("form", ["jsonld", "jats", "jats-named-content", "jats-subject"])
def test_the_corrected_form_has_no_flaw(form: str) -> None:
    assert t.lint(t.encoded(form)) == ()


def test_the_source_s_sameas_is_no_statement_of_names_and_ours_is() -> None:
    """Domain notes J1: rdflib makes the labels links; in the corrected form they are texts."""
    theirs, ours = read_json(t.as_published("jsonld")), read_json(t.encoded("jsonld"))
    assert not list(theirs.objects(None, SCHEMA.alternateName)) and all(
        isinstance(o, rdflib.URIRef) for o in theirs.objects(None, SCHEMA.sameAs)
    )
    assert {str(o) for o in ours.objects(TERM, SCHEMA.alternateName)} == {"Engagement indicator", "Engagement KPI"}
    assert not list(ours.objects(TERM, SCHEMA.sameAs)) and not list(ours.objects(TERM, SCHEMA.license))
    (of,) = ours.objects(TERM, SCHEMA.inDefinedTermSet)
    assert ours.value(of, SCHEMA.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")


def test_every_form_names_casrai_or_its_dictionary() -> None:
    for form in t.FORMATS:
        assert b"CASRAI" in t.encoded(form), form
    for form in ("jsonld", "skos", "skos-jsonld", "plain"):
        assert b"CC BY 4.0" in t.encoded(form) and b"Changed here" in t.encoded(form), form


def test_skos_in_turtle_and_in_json_ld_say_the_same() -> None:
    turtle, linked = read_turtle(t.encoded("skos").decode()), read_json(t.encoded("skos-jsonld"))
    assert set(turtle) == set(linked) and len(turtle) > 15
    assert {str(o) for o in turtle.objects(TERM, SKOS.altLabel)} == {"Engagement indicator", "Engagement KPI"}
    assert len(list(turtle.objects(TERM, SKOS.example))) == 2 and len(list(turtle.objects(TERM, SKOS.scopeNote))) == 2


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NotFound, match="the source publishes jsonld and jats"):
        t.encoded("skos", "source")
    with pytest.raises(NotFound, match="Did you mean “jsonld”"):
        t.encoded("jsonl")
    with pytest.raises(EngagetreeError, match="Did you mean “source”"):
        t.encoded("jsonld", "sorce")


def test_the_shapes_find_the_source_s_snippet_wrong() -> None:
    assert conforms(read_json(t.as_published("jsonld"))) != "" == conforms(read_json(t.encoded("jsonld")))
