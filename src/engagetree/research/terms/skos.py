"""SKOS: the term, one's own indicators below it, ladders in their order, and the approximate crosswalk between them."""

from __future__ import annotations

from collections.abc import Iterable

from engagetree.research.model import Indicator, Institution
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term
from engagetree.research.terms.ladders import DEPTH, OTHERS, Ladder, crossings
from engagetree.research.terms.names import Names, licensed, named
from engagetree.research.terms.sentences import description
from engagetree.research.terms.triples import Graph, Iri, Sequence, Text, words


def concept(term: Term = ENGAGEMENT_METRIC, graph: Graph | None = None) -> Graph:
    """A dictionary's term as a SKOS concept in its scheme: examples, counter-examples as a scope note, licence and whom to thank."""
    graph = graph if graph is not None else Graph()
    of = term.of
    graph.add(
        of.identifier,
        ("rdf:type", "skos:ConceptScheme"),
        ("skos:prefLabel", words(of.name)),
        ("dcterms:publisher", words(of.publisher, "")),
        ("dcterms:license", of.licence or None),
        ("dcterms:bibliographicCitation", words(of.credit)),
        ("owl:versionInfo", words(of.version, "")),
    )
    graph.add(
        term.identifier,
        ("rdf:type", "skos:Concept"),
        ("skos:prefLabel", words(term.name)),
        *(("skos:altLabel", words(x)) for x in term.also),
        ("skos:definition", words(term.definition)),
        *(("skos:example", words(x)) for x in term.examples),
        *(("skos:scopeNote", words(f"Not an instance: {x[:1].lower()}{x[1:]}")) for x in term.not_examples),
        ("skos:notation", Text(term.key)),
        ("skos:inScheme", of.identifier),
        ("dcterms:license", of.licence or None),
    )
    return graph


def scheme(
    indicators: Iterable[Indicator],
    institution: Institution,
    *,
    base: str = "",
    licence: str = "",
    ladders: Iterable[Ladder] = (DEPTH,),
    source: Term = ENGAGEMENT_METRIC,
    crosswalk: bool = True,
) -> Graph:
    """An institution's indicators as SKOS concepts narrower than the source's, with its ladders and, for depth, the crosswalk."""
    graph, names, licence = concept(source), named(institution, base), licensed(licence)
    graph.add(names.who(institution), ("rdf:type", "prov:Agent"), ("rdfs:label", words(institution.name, "")))
    own = graph.add(
        names.of("indicators"),
        ("rdf:type", "skos:ConceptScheme"),
        ("skos:prefLabel", words(f"Engagement indicators of {institution.name}")),
        ("skos:note", words("An invented example.") if institution.invented else None),
        ("dcterms:publisher", names.who(institution)),
        ("dcterms:license", licence or None),
        ("dcterms:source", source.of.identifier),
    )
    for x in indicators:
        _indicator(graph, x, names, own, source)
    for ladder in ladders:
        _ladder(graph, ladder, names, licence)
    if crosswalk and any(ladder.key == DEPTH.key for ladder in ladders):
        _crosswalk(graph, names)
    return graph


def _indicator(graph: Graph, x: Indicator, names: Names, own: str, source: Term) -> None:
    graph.add(
        names.of("indicator", x.key),
        ("rdf:type", "skos:Concept"),
        ("skos:prefLabel", words(x.label)),
        *(("skos:altLabel", words(a)) for a in x.alt_labels if a != x.label),
        ("skos:definition", words(description(x))),
        *(("skos:scopeNote", words(p)) for p in x.pitfalls),
        ("skos:notation", Text(x.key)),
        ("skos:broader", source.identifier),
        ("skos:inScheme", own),
        ("owl:versionInfo", words(x.version, "")),
    )


def _ladder(graph: Graph, ladder: Ladder, names: Names, licence: str = "") -> None:
    of = graph.add(
        names.of(ladder.key),
        ("rdf:type", "skos:ConceptScheme"),
        ("skos:prefLabel", words(ladder.label)),
        ("skos:note", words(ladder.about)),
        ("dcterms:license", licence or None),
    )
    for rung in ladder.rungs:
        graph.add(
            names.of(ladder.key, rung.code),
            ("rdf:type", "skos:Concept"),
            ("skos:prefLabel", words(rung.label)),
            ("skos:scopeNote", words(rung.about)),
            ("skos:notation", Text(rung.code)),
            ("skos:inScheme", of),
            ("skos:topConceptOf", of),
        )
    graph.add(
        names.of(ladder.key, "in-order"),
        ("rdf:type", "skos:OrderedCollection"),
        ("skos:prefLabel", words(f"{ladder.label}, lowest first")),
        ("skos:memberList", Sequence(tuple(Iri(names.of(ladder.key, r.code)) for r in ladder.rungs))),
    )


def _crosswalk(graph: Graph, names: Names) -> None:
    for ladder in OTHERS:
        _ladder(graph, ladder, names)
    graph.add(names.of(DEPTH.key), ("skos:editorialNote", words("The matches with other ladders are approximate.")))
    for crossing in crossings():
        graph.add(names.of(*crossing.subject), (f"skos:{crossing.match}", names.of(*crossing.object)))
