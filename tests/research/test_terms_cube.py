"""The RDF Data Cube of a release: the W3C's integrity constraints as queries, and the numbers against the release built by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery
from terms_offline import BASE, conforms, read_turtle
from terms_release import RELEASE, shown, with_values

from engagetree.research import terms as t
from engagetree.research.model import Institution

QB = rdflib.Namespace("http://purl.org/linked-data/cube#")
MEASURE = rdflib.URIRef("http://purl.org/linked-data/sdmx/2009/measure#obsValue")
PREFIXES = {"qb": QB, "rdfs": rdflib.RDFS, "skos": rdflib.SKOS}

BROKEN = {
    "IC-1 one data set": "?x a qb:Observation . FILTER NOT EXISTS { ?x qb:dataSet ?d }",
    "IC-1 only one": "?x a qb:Observation ; qb:dataSet ?a, ?b . FILTER (?a != ?b)",
    "IC-2 one structure": "?x a qb:DataSet . FILTER NOT EXISTS { ?x qb:structure ?s }",
    "IC-3 has a measure": "?x a qb:DataStructureDefinition . FILTER NOT EXISTS { ?x qb:component/qb:measure ?m }",
    "IC-4 ranges": "?x a qb:DimensionProperty . FILTER NOT EXISTS { ?x rdfs:range ?r }",
    "IC-5 code lists": "?x a qb:DimensionProperty ; rdfs:range skos:Concept . FILTER NOT EXISTS { ?x qb:codeList ?l }",
    "IC-6 only attributes are optional": "?x qb:componentRequired false ; qb:dimension|qb:measure ?p",
    "IC-11 all dimensions": "?x qb:dataSet/qb:structure/qb:component/qb:dimension ?d . FILTER NOT EXISTS { ?x ?d ?v }",
    "IC-14 all measures": "?x qb:dataSet/qb:structure/qb:component/qb:measure ?m . FILTER NOT EXISTS { ?x ?m ?v }",
    "IC-19 codes of the list": "?d qb:codeList ?list . ?x a qb:Observation ; ?d ?v . FILTER NOT EXISTS { ?v a skos:Concept ; skos:inScheme ?list }",
}
"""After <https://www.w3.org/TR/vocab-data-cube/#wf-rules>: each query finds what breaks a rule. IC-12 is below, in Python."""


def broken(graph: rdflib.Graph) -> dict[str, list[str]]:
    found = {
        name: [str(r[0]) for r in graph.query(prepareQuery(f"SELECT DISTINCT ?x WHERE {{ {q} }}", initNs=PREFIXES))]
        for name, q in BROKEN.items()
    }
    places: dict[object, str] = {}
    for x in graph.subjects(rdflib.RDF.type, QB.Observation):
        of = graph.value(x, QB.dataSet)
        dimensions = sorted(graph.objects(graph.value(of, QB.structure), QB.component / QB.dimension))
        at = (of, *(tuple(sorted(graph.objects(x, d))) for d in dimensions))
        if at in places:
            found.setdefault("IC-12 no duplicates", []).append(str(x))
        places[at] = str(x)
    return {name: at for name, at in found.items() if at}


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return read_turtle(t.data_cube(RELEASE, base=BASE))


def test_the_cubes_keep_the_integrity_constraints(graph: rdflib.Graph) -> None:
    assert broken(graph) == {}
    assert conforms(graph) == ""


def test_the_constraints_can_fail(graph: rdflib.Graph) -> None:
    worse = rdflib.Graph() + graph
    at = rdflib.URIRef(f"{BASE}#observation/2025-26/events")
    worse.remove((at, MEASURE, None))
    worse.remove((at, rdflib.URIRef(f"{BASE}#year"), None))
    assert {"IC-11 all dimensions", "IC-14 all measures"} <= set(broken(worse))


def test_each_row_is_in_its_cube(graph: rdflib.Graph) -> None:
    """Counted by hand in the fixture: 6 numbers (one of the year before), 1 level, 1 span and 1 in words only, 2 not shown."""
    held = {str(d).rpartition("/")[2]: len(list(graph.subjects(QB.dataSet, d))) for d in graph.subjects(rdflib.RDF.type, QB.DataSet)}
    assert held == {"numbers": 6, "levels": 1, "spans": 2, "not-shown": 2}
    events = rdflib.URIRef(f"{BASE}#observation/2025-26/events")
    assert graph.value(events, MEASURE).toPython() == 15
    assert str(graph.value(events, rdflib.URIRef(f"{BASE}#dimension/type"))) == f"{BASE}#codes/type/all"
    level = rdflib.URIRef(f"{BASE}#observation/2025-26/partner_depth")
    assert str(graph.value(level, rdflib.URIRef(f"{BASE}#level"))) == f"{BASE}#depth/D3"


def test_guards_and_provenance_are_told(graph: rdflib.Graph) -> None:
    said = {str(o) for o in graph.objects(None, rdflib.URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#value"))}
    assert said == {"Attendances: How far they took part is not shown. Add depth."}
    versions = {str(o) for o in graph.objects(None, rdflib.OWL.versionInfo)}
    assert {"3f2a91", "0.1.0", "2026.2"} <= versions


def test_a_cube_that_holds_nothing_is_not_there() -> None:
    only = read_turtle(t.data_cube(with_values(shown("events", "15", 15.0)), base=BASE))
    assert [str(x) for x in only.subjects(rdflib.RDF.type, QB.DataSet)] == [f"{BASE}#cube/numbers"]
    none = read_turtle(t.data_cube(with_values(), base=BASE))
    assert not list(none.subjects(rdflib.RDF.type, QB.DataSet)) and broken(none) == {}


def test_rows_that_nothing_tells_apart_and_codes_that_nobody_describes_keep_the_constraints() -> None:
    """The same indicator and cell twice, an unknown indicator, a level outside the ladder, infinity, −0."""
    odd = with_values(
        *(shown("events", "15", 15.0), shown("events", "16", 16.0), shown("unheard", "1", -0.0), shown("edge", "E9", level="E9")),
        *(shown("events", "∞", float("inf"), reason="divided by nothing"), shown("big", "1e21", 1e21), shown("small", "1e-7", 1e-7)),
    )
    graph = read_turtle(t.data_cube(replace(odd, institution=Institution("X")), base=BASE))
    assert broken(graph) == {}
    values = list(graph.objects(None, MEASURE))
    assert sorted(float(v.toPython()) for v in values) == [0, 1e-7, 15, 16, 1e21] and not any(
        "E" in str(v) or str(v) == "-0" for v in values
    )
    assert conforms(graph) == ""
