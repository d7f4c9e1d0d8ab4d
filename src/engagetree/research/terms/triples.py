"""Statements of linked data as values: who, what property, which value. `turtle.py` and `jsonld.py` write them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from engagetree.research.terms.names import iri

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-code": "http://purl.org/linked-data/sdmx/2009/code#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Iri:
    """A name of something. It is made valid when it is made: what no IRI may hold is percent-encoded."""

    value: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", iri(self.value))


@dataclass(frozen=True)
class Text:
    """Words, in a language where it is known."""

    value: str
    language: str = ""


@dataclass(frozen=True)
class Typed:
    """A literal of an XML Schema type: `decimal`, `integer`, `date`, `boolean`."""

    value: str
    type: str


@dataclass(frozen=True)
class Sequence:
    """Things in an order."""

    members: tuple[Object, ...]


@dataclass(frozen=True)
class Node:
    """Something without a name, told where it is mentioned."""

    says: tuple[tuple[str, Object], ...]


Object = Iri | Text | Typed | Sequence | Node


@dataclass
class Graph:
    """Statements in the order in which they were made, subject by subject."""

    subjects: dict[str, list[tuple[str, Object]]] = field(default_factory=dict)

    def add(self, subject: str, *says: tuple[str, Object | str | None]) -> str:
        """Say something of a subject. Names are IRIs or prefixed (`skos:note`); a plain str as a value stands for a name, None for nothing.

        Gives the subject back, as it is written.
        """
        name = full(subject).value
        known = self.subjects.setdefault(name, [])
        for told in _told(says):
            if told not in known:
                known.append(told)
        return name

    def __iter__(self) -> Iterator[tuple[str, list[tuple[str, Object]]]]:
        return iter(self.subjects.items())


def _told(says: Iterable[tuple[str, Object | str | None]]) -> list[tuple[str, Object]]:
    return [(what, full(value) if isinstance(value, str) else value) for what, value in says if value is not None and value != ""]


def node(*says: tuple[str, Object | str | None]) -> Node:
    """Something without a name."""
    return Node(tuple(_told(says)))


def full(name: str) -> Iri:
    """The IRI behind a prefixed name; an IRI stays as it is.

    >>> full("skos:note").value
    'http://www.w3.org/2004/02/skos/core#note'
    """
    prefix, colon, local = name.partition(":")
    return Iri(PREFIXES[prefix] + local) if colon and prefix in PREFIXES else Iri(name)


def number(value: float | None) -> Typed | None:
    """A finite number as xsd:integer or xsd:decimal (never with an exponent); None where there is none."""
    if value is None or not math.isfinite(value):
        return None
    if float(value).is_integer():
        return Typed(str(int(value)), "integer")
    return Typed(_decimal(value), "decimal")


def _decimal(value: float) -> str:
    from decimal import Decimal

    return format(Decimal(repr(float(value))), "f")


def decimal(value: float | None) -> Typed | None:
    """A finite number as xsd:decimal, also where it is whole; None where there is none."""
    found = number(value)
    return found and Typed(found.value, "decimal")


def day(value: date) -> Typed:
    """A day."""
    return Typed(value.isoformat(), "date")


def words(value: str, language: str = "en") -> Text | None:
    """Words, or None where there are none."""
    return Text(value, language) if value else None
