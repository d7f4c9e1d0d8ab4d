"""What the cubes of a release share: their dimensions with code lists, their measures and attributes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from engagetree.research.model import Release
from engagetree.research.terms.ladders import Ladder
from engagetree.research.terms.names import Names
from engagetree.research.terms.released import Row, Status, category, dimensions, level
from engagetree.research.terms.triples import Graph, Text, day, words

OPTIONAL = {
    "low": ("Low end", "decimal"),
    "high": ("High end; a low end alone means at least that", "decimal"),
    "denominator": ("Out of", "decimal"),
    "rests-on": ("How many people or records it rests on", "integer"),
    "missing": ("How many did not say", "integer"),
    "verdict": ("Verdict", "string"),
    "rule": ("The rule by which it is withheld", "string"),
    "stands-for": ("The level that what is counted stands for", ""),
    "sdmx-attribute:unitMeasure": ("", ""),
    "sdmx-attribute:obsStatus": ("", ""),
}
"""Attributes that an observation may have: how they are called and their XML Schema type. Those with a prefix are SDMX's."""

PLAIN = ("count_method", "baseline", "interval")
"""What tells apart several values of one indicator in one place."""


@dataclass(frozen=True)
class Kind:
    """One of the cubes: which rows it holds and the property that is its measure."""

    key: str
    label: str
    holds: tuple[Status, ...]
    measure: str  # prefixed, or the local name of a property of ours
    type: str = ""  # XML Schema; "" for a level of the ladder


KINDS = (
    Kind("numbers", "Numbers", ("number",), "sdmx-measure:obsValue", "decimal"),
    Kind("levels", "Levels", ("level",), "level"),
    Kind("spans", "Spans and words without a number", ("range", "words"), "shown-as", "string"),
    Kind("not-shown", "What is not shown, and why", ("withheld", "unknown"), "why-not-shown", "string"),
)


@dataclass(frozen=True)
class Place:
    """A release with its names, its rows, and the dimensions that they have."""

    release: Release
    names: Names
    ladder: Ladder
    rows: tuple[Row, ...]
    breakdown: tuple[str, ...]
    apart: tuple[str, ...]  # which of PLAIN are used, and `row` where even these leave rows alike
    turn: dict[str, str]  # a row's key → which it is among those that are alike

    def dimensions(self) -> list[str]:
        """The dimension properties in order."""
        return [self.names.of("indicator"), self.names.of("year"), *(self.names.of("dimension", d) for d in (*self.breakdown, *self.apart))]

    def category(self, row: Row, dimension: str) -> str:
        """Where a row stands in a dimension; "" for all together, or not stated."""
        if dimension in self.breakdown:
            return row.shown.at(dimension) or ""
        return self.turn[row.key] if dimension == "row" else str(getattr(row.shown, dimension))

    def code(self, dimension: str, code: str) -> str:
        """The name of a category."""
        return category(self.names, self.ladder, dimension, code) if code else self.names.of("codes", dimension, "all")

    def own(self, property_: str) -> str:
        """A property's name: SDMX's keep theirs."""
        return property_ if ":" in property_ else self.names.of(property_)

    def measure(self, kind: Kind) -> str:
        """The property that a cube measures."""
        return self.own(kind.measure)


def place(release: Release, names: Names, ladder: Ladder, rows: tuple[Row, ...]) -> Place:
    """The dimensions of a release's rows."""
    used = tuple(d for d in PLAIN if d not in dimensions(release) and any(getattr(r.shown, d) for r in rows))
    seen: Counter[object] = Counter()
    turn: dict[str, str] = {}
    for r in rows:
        at = (r.shown.year, r.shown.indicator, frozenset(r.shown.cell), *(getattr(r.shown, d) for d in used))
        seen[at] += 1
        turn[r.key] = str(seen[at])
    alike = any(n > 1 for n in seen.values())
    return Place(release, names, ladder, rows, dimensions(release), (*used, "row") if alike else used, turn)


def properties(graph: Graph, at: Place) -> None:
    """The dimensions with their code lists, measures and attributes."""
    _indicators(graph, at)
    _years(graph, at)
    for d in (*at.breakdown, *at.apart):
        _dimension(graph, at, d)
    for key, (label, kind) in OPTIONAL.items():
        graph.add(
            at.own(key), ("rdf:type", "qb:AttributeProperty"), ("rdfs:label", words(label)), ("rdfs:range", f"xsd:{kind}" if kind else None)
        )
    for x in KINDS:
        called = words("" if ":" in x.measure else x.label)
        range_ = f"xsd:{x.type}" if x.type else "skos:Concept"
        graph.add(at.measure(x), ("rdf:type", "qb:MeasureProperty"), ("rdfs:label", called), ("rdfs:range", range_))
    for row in at.rows:
        if row.shown.level and not any(r.code == row.shown.level for r in at.ladder.rungs):
            _level(graph, at, row)


def _level(graph: Graph, at: Place, row: Row) -> None:
    """A level that is not of the ladder is one of its indicator's."""
    of, v = at.names.of("levels", row.shown.indicator), row.shown
    label = next((x.label for x in at.release.indicators if x.key == v.indicator), v.indicator)
    graph.add(of, ("rdf:type", "skos:ConceptScheme"), ("skos:prefLabel", words(f"Levels of {label}")))
    graph.add(
        level(at.names, at.ladder, v),
        ("rdf:type", "skos:Concept"),
        ("skos:prefLabel", words(v.level)),
        ("skos:notation", words(v.level, "")),
        ("skos:inScheme", of),
    )


def _indicators(graph: Graph, at: Place) -> None:
    """The first dimension. An indicator that a value names and the release does not describe is a code all the same."""
    graph.add(
        at.names.of("indicator"),
        ("rdf:type", "qb:DimensionProperty"),
        ("rdfs:label", words("Indicator")),
        ("rdfs:range", "skos:Concept"),
        ("qb:codeList", at.names.of("indicators")),
    )
    told = {x.key for x in at.release.indicators}
    for key in dict.fromkeys(r.shown.indicator for r in at.rows if r.shown.indicator not in told):
        of = at.names.of("indicators")
        graph.add(at.names.of("indicator", key), ("rdf:type", "skos:Concept"), ("skos:prefLabel", words(key)), ("skos:inScheme", of))


def _years(graph: Graph, at: Place) -> None:
    graph.add(
        at.names.of("year"),
        ("rdf:type", "qb:DimensionProperty"),
        ("rdfs:label", words("Reporting year")),
        ("rdfs:subPropertyOf", "sdmx-dimension:refPeriod"),
        ("rdfs:range", "dcterms:PeriodOfTime"),
    )
    for year, starts, until in dict.fromkeys((r.shown.year, r.starts, r.until) for r in at.rows):
        graph.add(
            at.names.of("year", year),
            ("rdf:type", "dcterms:PeriodOfTime"),
            ("rdfs:label", words(year, "")),
            ("dcat:startDate", day(starts)),
            ("dcat:endDate", day(until - timedelta(days=1))),
        )


def _dimension(graph: Graph, at: Place, dimension: str) -> None:
    of = at.names.of("codes", dimension)
    label = words(dimension.replace("_", " ").capitalize())
    graph.add(
        at.names.of("dimension", dimension),
        ("rdf:type", "qb:DimensionProperty"),
        ("rdfs:label", label),
        ("rdfs:range", "skos:Concept"),
        ("qb:codeList", of),
    )
    graph.add(of, ("rdf:type", "skos:ConceptScheme"), ("skos:prefLabel", label))
    none = "All together" if dimension in at.breakdown else "Not stated"
    for code in dict.fromkeys(at.category(r, dimension) for r in at.rows):
        graph.add(
            at.code(dimension, code),
            ("rdf:type", "skos:Concept"),
            *_called(at, dimension, code, none),
            ("skos:inScheme", of),
        )


def _called(at: Place, dimension: str, code: str, none: str) -> list[tuple[str, Text | None]]:
    """A level of the ladder has its name already."""
    if code and at.code(dimension, code) == at.names.of(at.ladder.key, code):
        return []
    return [("skos:prefLabel", words(at.release.label(dimension, code) if code else none)), ("skos:notation", words(code, ""))]
