"""A release as an RDF Data Cube in Turtle: <https://www.w3.org/TR/vocab-data-cube/>, with what guards found and with what it was made.

An observation of a cube must have its cube's measure. So that a value that is withheld needs no number, there are up to four cubes with
the same dimensions: numbers, levels, spans without a number, and what is not shown and why. Only those that hold something are written.
"""

from __future__ import annotations

from engagetree.research.model import Guarded, Release
from engagetree.research.terms.cube_parts import KINDS, OPTIONAL, Kind, Place, place, properties
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term
from engagetree.research.terms.ladders import DEPTH, Ladder
from engagetree.research.terms.names import licensed, named
from engagetree.research.terms.observations import observation_name
from engagetree.research.terms.released import Row, about, level, released, rows, title, told
from engagetree.research.terms.skos import scheme
from engagetree.research.terms.triples import Graph, Node, Object, Typed, day, decimal, node, number, words
from engagetree.research.terms.turtle import turtle


def data_cube(release: Release, *, base: str = "", licence: str = "", ladder: Ladder = DEPTH, source: Term = ENGAGEMENT_METRIC) -> str:
    """The release as Turtle: structures, code lists, observations, what guards found, provenance, and the terms in SKOS.

    `base` and `licence` as in `observations.schema_org`. EngagetreeError for anything but a Release.
    """
    names = named(released(release).institution, base)
    graph = scheme(release.indicators, release.institution, base=base, licence=licence, ladders=(ladder,), source=source, crosswalk=False)
    at = place(release, names, ladder, rows(release))
    properties(graph, at)
    for kind in KINDS:
        if held := [r for r in at.rows if r.status in kind.holds]:
            _cube(graph, at, kind, licence, source)
            for row in held:
                _observation(graph, at, kind, row)
    _provenance(graph, at)
    return turtle(graph)


def _cube(graph: Graph, at: Place, kind: Kind, licence: str, source: Term) -> None:
    release, cube = at.release, at.names.of("cube", kind.key)
    graph.add(
        cube,
        ("rdf:type", "qb:DataSet"),
        ("rdf:type", "dcat:Dataset"),
        ("dcterms:title", words(f"{title(release)}: {kind.label.lower()}")),
        ("dcterms:description", words(about(release))),
        ("dcterms:publisher", at.names.who(release.institution)),
        ("dcterms:issued", day(release.made_on)),
        ("dcterms:subject", source.identifier),
        ("dcterms:license", licensed(licence)),
        ("dcterms:identifier", words(release.register_number, "")),
        ("qb:structure", at.names.of("structure", kind.key)),
        ("prov:wasGeneratedBy", at.names.of("making")),
        *(("dqv:hasQualityAnnotation", _annotation(f, cube)) for f in release.findings),
    )
    graph.add(
        at.names.of("structure", kind.key),
        ("rdf:type", "qb:DataStructureDefinition"),
        *(("qb:component", node(("qb:dimension", d), ("qb:order", Typed(str(i), "integer")))) for i, d in enumerate(at.dimensions(), 1)),
        ("qb:component", node(("qb:measure", at.measure(kind)))),
        *(("qb:component", node(("qb:attribute", at.own(a)), ("qb:componentRequired", Typed("false", "boolean")))) for a in OPTIONAL),
    )


def _annotation(found: Guarded, cube: str) -> Node:
    said = f"{found.about}: {found.found} {found.do}".strip()
    return node(
        ("rdf:type", "dqv:QualityAnnotation"),
        ("rdfs:label", words(f"{found.rule} ({found.severity})")),
        ("oa:motivatedBy", "dqv:qualityAssessment"),
        ("oa:hasTarget", cube),
        ("oa:hasBody", node(("rdf:type", "oa:TextualBody"), ("rdf:value", words(said)), ("dcterms:identifier", words(found.rule, "")))),
    )


def _observation(graph: Graph, at: Place, kind: Kind, row: Row) -> None:
    v, of = row.shown, at.names.of
    graph.add(
        observation_name(at.names, row),
        ("rdf:type", "qb:Observation"),
        ("rdfs:label", words(told(at.release, v))),
        ("qb:dataSet", of("cube", kind.key)),
        (of("indicator"), of("indicator", v.indicator)),
        (of("year"), of("year", v.year)),
        *((of("dimension", d), at.code(d, at.category(row, d))) for d in (*at.breakdown, *at.apart)),
        (at.measure(kind), _measured(at, row)),
        (of("low"), decimal(v.low)),
        (of("high"), decimal(v.high)),
        (of("denominator"), decimal(v.denominator)),
        (of("rests-on"), number(v.n)),
        (of("missing"), number(v.missing)),
        (of("verdict"), words(v.verdict, "")),
        (of("rule"), words(v.withheld, "")),
        (of("stands-for"), level(at.names, at.ladder, v) if row.status == "number" and v.level else None),
        ("rdfs:comment", words(v.reason) if not row.why else None),
        ("sdmx-attribute:unitMeasure", words(v.unit)),
        ("sdmx-attribute:obsStatus", "sdmx-code:obsStatus-M" if row.why else "sdmx-code:obsStatus-A"),
        *(("rdfs:comment", words(n)) for n in v.notes),
    )


def _measured(at: Place, row: Row) -> Object | str | None:
    if row.status == "number":
        return decimal(row.shown.value)
    if row.status == "level":
        return level(at.names, at.ladder, row.shown)
    return words(row.why or row.shown.text or "a span", "")


def _provenance(graph: Graph, at: Place) -> None:
    """With which definition and which code the release was made, and when."""
    r = at.release
    definition = at.names.of("definition", r.definition_version)
    agent = at.names.of("engagetree", r.code_version)
    graph.add(
        at.names.of("making"),
        ("rdf:type", "prov:Activity"),
        ("rdfs:label", words(f"The making of “{title(r)}”")),
        ("dcterms:date", day(r.made_on)),
        ("prov:used", definition),
        ("prov:wasAssociatedWith", agent),
        ("rdfs:comment", words(r.profile_says)),
    )
    graph.add(
        definition,
        ("rdf:type", "prov:Entity"),
        ("rdfs:label", words("The definition of the indicators")),
        ("owl:versionInfo", words(r.definition_version, "")),
    )
    graph.add(
        agent, ("rdf:type", "prov:SoftwareAgent"), ("rdfs:label", words("engagetree", "")), ("owl:versionInfo", words(r.code_version, ""))
    )
