"""Linked data of a release and of its terms, read back by rdflib and held against shapes by pyshacl, without a network."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from terms_offline import BASE, SCHEMA, SKOS, conforms, read_json, read_turtle
from terms_release import INDICATORS, RELEASE, YEAR, shown, with_values

from engagetree.errors import EngagetreeError
from engagetree.research import terms as t
from engagetree.research.model import AnnualReturn, Indicator, Institution
from engagetree.research.terms.names import iri, local, named
from engagetree.research.terms.triples import Graph, Iri, Sequence, Text


def observed(graph: rdflib.Graph, key: str) -> dict[str, list[Any]]:
    at = rdflib.URIRef(f"{BASE}#observation/{key}")
    found: dict[str, list[Any]] = {}
    for p, o in graph.predicate_objects(at):
        found.setdefault(str(p).rpartition("/")[2], []).append(o.toPython())
    return found


# ── the terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_own_indicators_are_terms_of_their_own_set_below_the_source_s() -> None:
    graph = read_json(t.terms(INDICATORS, RELEASE.institution, base=BASE))
    assert conforms(graph) == ""
    own = rdflib.URIRef(f"{BASE}#indicators")
    assert {str(o) for o in graph.objects(own, SCHEMA.hasDefinedTerm)} == {f"{BASE}#indicator/{x.key}" for x in INDICATORS}
    events = rdflib.URIRef(f"{BASE}#indicator/events")
    assert graph.value(events, SKOS.broader) == rdflib.URIRef("https://casrai.org/dictionary/term/engagement-metric")
    assert str(graph.value(events, SCHEMA.alternateName)) == "Activities held"
    assert t.lint(json.dumps(t.terms(INDICATORS, RELEASE.institution))) == ()


def test_skos_has_ladders_in_order_and_an_approximate_crosswalk() -> None:
    """The crosswalk by the domain notes §4.5; `exactMatch` is forbidden by the shapes."""
    graph = read_turtle(t.turtle(t.scheme(INDICATORS, RELEASE.institution, base=BASE)))
    assert conforms(graph) == ""
    (listed,) = graph.objects(rdflib.URIRef(f"{BASE}#depth/in-order"), SKOS.memberList)
    order = Collection(graph, listed)
    assert [str(graph.value(x, SKOS.notation)) for x in order] == ["D0", "D1", "D2", "D3", "D4", "D5"]

    def name(x: str) -> rdflib.URIRef:
        return rdflib.URIRef(f"{BASE}#{x}")

    assert (name("depth/D3"), SKOS.closeMatch, name("iap2/involve")) in graph
    assert (name("depth/D3"), SKOS.closeMatch, name("arnstein/5")) in graph
    assert (name("arnstein/7"), SKOS.broadMatch, name("depth/D5")) in graph  # theirs is narrower
    assert (name("depth/D2"), SKOS.broadMatch, name("casrai/engagement")) in graph  # theirs covers D2 and D3
    assert not list(graph.subject_objects(SKOS.exactMatch))
    source = rdflib.URIRef("https://casrai.org/dictionary/term/engagement-metric")
    assert set(graph.subjects(SKOS.broader, source)) == {name(f"indicator/{x.key}") for x in INDICATORS}
    again = read_json(t.graph_json(t.scheme(INDICATORS, RELEASE.institution, base=BASE)))
    assert isomorphic(graph, again)


# ── Schema.org ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def schema_org() -> rdflib.Graph:
    return read_json(t.schema_org(RELEASE, base=BASE, licence="https://creativecommons.org/publicdomain/zero/1.0/"))


def test_schema_org_conforms_and_has_no_flaw(schema_org: rdflib.Graph) -> None:
    assert conforms(schema_org) == ""
    assert t.lint(json.dumps(t.schema_org(RELEASE))) == ()
    assert len(list(schema_org.subjects(rdflib.RDF.type, SCHEMA.Observation))) == len(RELEASE.values) + len(RELEASE.before)


def test_a_value_a_span_and_an_interval(schema_org: rdflib.Graph) -> None:
    total = observed(schema_org, "2025-26/events")
    assert total["value"] == [15] and total["observationPeriod"] == ["P1Y"] and str(total["observationDate"][0]) == "2025-08-01"
    at_least = observed(schema_org, "2025-26/attendances/2")
    assert at_least["minValue"] == [300] and "value" not in at_least and "maxValue" not in at_least
    ratio = observed(schema_org, f"2025-26/representation/{local(('age', '16–24'))}")
    assert (ratio["value"], ratio["minValue"], ratio["maxValue"]) == ([0.71], [0.52], [0.94])
    assert observed(schema_org, "2024-25/events")["observationDate"][0] is not None


def test_a_withheld_value_has_no_number_anywhere() -> None:
    """Its exact n, low, high and denominator (3, 1, 4, 40 in the fixture) were given by mistake and appear in no form."""
    only = with_values(RELEASE.values[5])
    assert RELEASE.values[5].withheld and RELEASE.values[5].n == 3
    observation = next(n for n in t.schema_org(only)["@graph"] if n["@type"] == "Observation")
    assert not {"value", "minValue", "maxValue", "marginOfError"} & set(observation)
    assert [r["name"] for r in observation["valueReference"]] == ["withheld"] and "not zero" in observation["valueReference"][0]["value"]
    (value,) = t.plain_json(only)["values"]
    assert not {"value", "low", "high", "n", "denominator"} & set(value) and value["status"] == "withheld"
    graph = read_turtle(t.data_cube(only, base=BASE))
    at = rdflib.URIRef(f"{BASE}#observation/2025-26/attendances/type=talk")
    numbers = [o for o in graph.objects(at) if isinstance(o, rdflib.Literal) and isinstance(o.toPython(), int | float)]
    assert not numbers and not [o for o in graph.objects(at) if isinstance(o, rdflib.Literal) and o.datatype == rdflib.XSD.decimal]


def test_zero_is_a_number_and_unknown_is_none(schema_org: rdflib.Graph) -> None:
    assert observed(schema_org, "2025-26/events/type=workshop/depth=D3")["value"] == [0]
    assert "value" not in observed(schema_org, f"2025-26/representation/{local(('age', '65+'))}")


def test_a_level_is_a_word_with_a_term_as_its_method(schema_org: rdflib.Graph) -> None:
    level = observed(schema_org, "2025-26/partner_depth")
    assert level["value"] == ["D3 Involve"] and [str(x) for x in level["measurementMethod"]] == [f"{BASE}#depth/D3"]


def test_what_narrows_a_variable_is_said(schema_org: rdflib.Graph) -> None:
    at = rdflib.URIRef(f"{BASE}#indicator-measured/events/type=workshop/depth=D3")
    assert {str(o) for o in schema_org.objects(at, SCHEMA.constraintProperty)} == {f"{BASE}#dimension/type", f"{BASE}#dimension/depth"}
    assert schema_org.value(at, rdflib.URIRef(f"{BASE}#dimension/depth")) == rdflib.URIRef(f"{BASE}#depth/D3")


def test_guards_findings_stand_with_the_dataset(schema_org: rdflib.Graph) -> None:
    (comment,) = schema_org.objects(rdflib.URIRef(f"{BASE}#release/2025-26"), SCHEMA.comment)
    assert str(schema_org.value(comment, SCHEMA.name)) == "EM-02 (warning)"


def test_a_number_may_stand_for_a_level_and_a_level_may_have_a_spread() -> None:
    """Seats with a right count as a number and stand for D4; a rubric's level is a term of its own set, with the raters' spread beside it."""
    release = with_values(
        shown("seats", "4", 4.0, "seats", level="D4"),
        shown("welcoming", "Listening", None, "level", level="Listening", low=1.0, high=3.0, interval="lowest and highest of the raters"),
        shown("attendances", "at most 90", None, high=90.0, reason="only a band is on file"),
    )
    made = t.schema_org(release, base=BASE)
    assert conforms(read_json(made)) == "" == conforms(read_turtle(t.data_cube(release, base=BASE))) and t.lint(json.dumps(made)) == ()
    seats, rubric, band = (n for n in made["@graph"] if n["@type"] == "Observation")
    assert seats["value"] == 4 and {"@id": f"{BASE}#depth/D4"} in seats["valueReference"]
    assert rubric["value"] == "Listening" and rubric["measurementMethod"] == {"@id": f"{BASE}#level/welcoming/Listening"}
    assert rubric["valueReference"][0] == {
        "@type": "PropertyValue", "name": "lowest and highest of the raters", "minValue": 1, "maxValue": 3,
    }  # fmt: skip
    assert band["maxValue"] == 90 and band["valueReference"] == [
        {"@type": "PropertyValue", "name": "reason", "value": "only a band is on file"}
    ]


@pytest.mark.parametrize(
    ("key", "starts"),
    [("2024-25", "2024-08-01"), ("2022-23", "2022-08-01"), ("2026-27", "2026-08-01"), ("last year", "2024-08-01"), ("²⁰²⁴", "2024-08-01")],
)
def test_the_days_of_another_year_are_counted_from_its_key(key: str, starts: str) -> None:
    (row,) = (n for n in t.schema_org(with_values(shown("events", "1", 1.0, year=key)))["@graph"] if n["@type"] == "Observation")
    assert row["observationDate"] == starts


def test_what_stands_in_a_page_ends_no_script() -> None:
    odd = replace(RELEASE, institution=Institution("</script><script>alert(1)//<!-- & -->"))
    text = t.embedded(t.schema_org(odd))
    assert "<" not in text and ">" not in text and json.loads(text) == t.schema_org(odd)
    assert t.lint(f'<html><script type="application/ld+json">{text}</script></html>') == ()


@pytest.mark.parametrize("form", [t.schema_org, t.data_cube, t.csvw])
def test_a_licence_is_an_address(form: Any) -> None:
    with pytest.raises(EngagetreeError, match="the licence “CC BY”: it is not an IRI"):
        form(RELEASE, licence="CC BY")


# ── the door ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", [t.schema_org, t.data_cube, t.csvw, t.plain_json, t.custom_meta, t.files])
def test_an_exact_return_has_no_way_out(form: Any) -> None:
    exact = AnnualReturn(Institution("X"), YEAR, (), ())
    with pytest.raises(EngagetreeError, match="only a Release may be written"):
        form(exact)


# ── names and escaping ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_names_without_an_address_are_the_same_each_time_and_nobody_s() -> None:
    """The UUID is of version 5, so that it can be worked out again."""
    one, again, other = named(Institution("A")), named(Institution(" a ")), named(Institution("B"))
    assert one == again != other and one.of("x").startswith("urn:uuid:") and one.base[23] == "5"
    assert [named(Institution("A"), f"https://a.example/{end}").of("x") for end in ("", "y", "y#", "y#z")] == [
        f"https://a.example/{name}" for name in ("x", "y#x", "y#x", "y#z/x")
    ]
    with pytest.raises(EngagetreeError, match="not an IRI"):
        named(Institution("A"), "engagement data")


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_nasty = st.sampled_from(
    ['"', '"""', "\\", "\n", "\r\n", "\t", "<", ">", "é", "水", "\u2028", "\x00", "\x7f", "😀", "@en", "^^", "%", "%zz", "{", " "]
)
texts = st.builds("".join, st.lists(st.one_of(words, _nasty), max_size=4))


@settings(deadline=None)
@given(texts, st.sampled_from(["", "en", "cy"]))
def test_any_text_survives_turtle_and_json_ld(text: str, language: str) -> None:
    graph = Graph()
    graph.add("urn:a", ("skos:note", Text(text, language)))
    for read in (read_turtle(t.turtle(graph)), read_json(t.graph_json(graph))):
        ((_, _, found),) = read
        assert isinstance(found, rdflib.Literal) and str(found) == text and (found.language or "") == language


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=3))
def test_any_name_becomes_a_valid_iri(parts: list[str]) -> None:
    """An IRI as rdflib writes it: n3() of one that is not valid warns or raises; the same in both forms."""
    name = named(Institution("A"), BASE).of(*parts)
    assert iri(name) == name
    assert rdflib.term._is_valid_uri(name)
    graph = Graph()
    graph.add(name, ("skos:broader", Iri(name)), ("skos:member", Sequence((Iri(name), Text("x")))))
    assert isomorphic(read_turtle(t.turtle(graph)), read_json(t.graph_json(graph)))
    assert {str(s) for s in read_turtle(t.turtle(graph)).subjects(SKOS.broader)} == {name}


@settings(deadline=None)
@given(st.lists(texts, min_size=2, max_size=2, unique=True))
def test_no_two_names_are_alike(two: list[str]) -> None:
    assert local(two[0]) != local(two[1])
    assert len({local(x) for x in ("a b", "a-b", "a+b", "a_b", "a  b", " a b", "", "()", "_")}) == 9
    assert local((two[0], "c")) != local((two[1], "c")) and local("a", two[0]) != local("a", two[1])


@settings(deadline=None)
@given(texts)
def test_what_is_percent_encoded_is_an_iri_without_spaces(text: str) -> None:
    made = iri(f"https://a.example/{text}")
    assert iri(made) == made and rdflib.term._is_valid_uri(made)


@settings(max_examples=25, deadline=None)
@given(texts.filter(str.strip), texts, texts, st.lists(st.tuples(texts, texts), max_size=2, unique_by=lambda x: x[0]), texts)
def test_a_release_of_odd_words_is_read_back(label: str, unit: str, withheld: str, cell: list[tuple[str, str]], verdict: str) -> None:
    odd = replace(
        with_values(
            shown(label, label, 1.5, unit, cell=tuple(cell), verdict=verdict, notes=(unit,)),
            shown(label, "..", withheld=withheld, cell=tuple(cell)),
        ),
        indicators=(Indicator(label, label, "extent", "count", unit, label, alt_labels=(unit,), pitfalls=(verdict,)),),
        institution=Institution(label),
    )
    linked, cube = read_json(t.schema_org(odd)), read_turtle(t.data_cube(odd))
    assert label in {str(o) for o in linked.objects(None, SCHEMA.name)} and label in {str(o) for o in cube.objects(None, SKOS.prefLabel)}
    assert len(list(linked.subjects(rdflib.RDF.type, SCHEMA.Observation))) == 2
    json.dumps(t.plain_json(odd))
    t.csvw(odd)
