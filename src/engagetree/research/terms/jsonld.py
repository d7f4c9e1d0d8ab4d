"""JSON-LD: the term and one's own indicators as Schema.org DefinedTerms; and any graph with a context of its own. Nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from engagetree.research.model import Indicator, Institution
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term, TermSet
from engagetree.research.terms.ladders import DEPTH, Ladder, Rung
from engagetree.research.terms.names import Names, licensed, named
from engagetree.research.terms.sentences import description
from engagetree.research.terms.triples import PREFIXES, Graph, Iri, Object, Sequence, Text, Typed, full

SCHEMA = "https://schema.org"
CONTEXT: list[Any] = [SCHEMA, {"skos": PREFIXES["skos"]}]
"""Schema.org's context is named and never fetched; `skos:broader` says what Schema.org has no word for."""

Json = dict[str, Any]


def defined_term(term: Term = ENGAGEMENT_METRIC) -> Json:
    """A dictionary's term as a Schema.org DefinedTerm as it should be: an `@id`, other names as `alternateName`, the licence on the set."""
    return {"@context": SCHEMA, **_defined_term(term)}


def _defined_term(term: Term) -> Json:
    return filled(
        {
            "@id": term.identifier,
            "@type": "DefinedTerm",
            "name": term.name,
            "alternateName": list(term.also),
            "termCode": term.key,
            "identifier": term.identifier,
            "url": term.identifier,
            "description": term.definition,
            "inDefinedTermSet": defined_set(term.of),
        }
    )


def defined_set(of: TermSet) -> Json:
    """The set of a term, with its licence and whom to thank."""
    publisher = filled({"@type": "Organization", "name": of.publisher, "url": of.address}) if of.publisher else None
    return filled(
        {
            "@id": of.identifier,
            "@type": "DefinedTermSet",
            "name": of.name,
            "publisher": publisher,
            "version": of.version,
            "license": of.licence,
            "creditText": of.credit,
        }
    )


def terms(
    indicators: Iterable[Indicator],
    institution: Institution,
    *,
    base: str = "",
    licence: str = "",
    ladders: Iterable[Ladder] = (DEPTH,),
    source: Term = ENGAGEMENT_METRIC,
) -> Json:
    """An institution's indicators and ladders as Schema.org DefinedTerms, each in a DefinedTermSet of its own.

    `base`: the address under which they get their names (see `names.named`). Each indicator is narrower than the source's term.
    """
    names, licence = named(institution, base), licensed(licence)
    sets = [_indicators(tuple(indicators), institution, names, licence, source), *(_ladder(x, names, licence) for x in ladders)]
    return {"@context": CONTEXT, "@graph": [*sets, _defined_term(source)]}


def _indicators(indicators: tuple[Indicator, ...], institution: Institution, names: Names, licence: str, source: Term) -> Json:
    of = names.of("indicators")
    return filled(
        {
            "@id": of,
            "@type": "DefinedTermSet",
            "name": f"Engagement indicators of {institution.name}",
            "description": "An invented example." if institution.invented else "",
            "publisher": publisher(institution, names),
            "license": licence,
            "isBasedOn": {"@id": source.of.identifier},
            "hasDefinedTerm": [_indicator(x, names, of, source) for x in indicators],
        }
    )


def publisher(institution: Institution, names: Names) -> Json:
    """An institution as a Schema.org Organization."""
    return filled({"@id": names.who(institution), "@type": "Organization", "name": institution.name, "identifier": institution.identifier})


def _indicator(x: Indicator, names: Names, of: str, source: Term) -> Json:
    return filled(
        {
            "@id": names.of("indicator", x.key),
            "@type": "DefinedTerm",
            "name": x.label,
            "alternateName": list(x.alt_labels),
            "termCode": x.key,
            "description": description(x),
            "inDefinedTermSet": {"@id": of},
            "skos:broader": {"@id": source.identifier},
        }
    )


def _ladder(ladder: Ladder, names: Names, licence: str) -> Json:
    of = names.of(ladder.key)
    return filled(
        {
            "@id": of,
            "@type": "DefinedTermSet",
            "name": ladder.label,
            "description": ladder.about,
            "license": licence,
            "hasDefinedTerm": [_rung(r, ladder, names, of) for r in ladder.rungs],
        }
    )


def _rung(rung: Rung, ladder: Ladder, names: Names, of: str) -> Json:
    return filled(
        {
            "@id": names.of(ladder.key, rung.code),
            "@type": "DefinedTerm",
            "name": rung.label,
            "termCode": rung.code,
            "description": rung.about,
            "inDefinedTermSet": {"@id": of},
        }
    )


def filled(members: Json) -> Json:
    """Without what is empty: an empty text, list or object says nothing, and null would say something else than “not known”."""
    return {k: v for k, v in members.items() if v is not None and not (isinstance(v, str | list | dict) and not v)}


def embedded(document: Json) -> str:
    """A document as it may stand inside `<script type="application/ld+json">`: nothing in it ends the element or begins a comment."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def graph_json(graph: Graph) -> Json:
    """A graph as JSON-LD with a context of its own, so that nothing has to be fetched to read it."""
    nodes = [{"@id": subject, **_said(says)} for subject, says in graph if says]
    used = {p: at for p, at in PREFIXES.items() if _uses(nodes, p)}
    return {"@context": used, "@graph": nodes}


def _said(says: Iterable[tuple[str, Object]]) -> Json:
    together: dict[str, list[Any]] = {}
    for what, value in says:
        key = "@type" if what == "rdf:type" else what if what.partition(":")[0] in PREFIXES else full(what).value
        together.setdefault(key, []).append(_type(value) if key == "@type" else _value(value))
    return {key: values[0] if len(values) == 1 else values for key, values in together.items()}


def _type(value: Object) -> str:
    assert isinstance(value, Iri), "a type is an IRI"  # said by us, not by a user
    return value.value


def _value(value: Object) -> Any:
    if isinstance(value, Iri):
        return {"@id": value.value}
    if isinstance(value, Text):
        return {"@value": value.value, "@language": value.language} if value.language else value.value
    if isinstance(value, Typed):
        return {"@value": value.value, "@type": PREFIXES["xsd"] + value.type}
    if isinstance(value, Sequence):
        return {"@list": [_value(v) for v in value.members]}
    return _said(value.says)


def _uses(value: Any, prefix: str) -> bool:
    if isinstance(value, dict):
        return any(k.startswith(prefix + ":") or _uses(v, prefix) for k, v in value.items())
    return isinstance(value, list) and any(_uses(v, prefix) for v in value)
