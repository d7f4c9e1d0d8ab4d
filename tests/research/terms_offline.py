"""Reading linked data without a network: Schema.org's context cut down to what is used, and a door that stays shut."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyshacl
import rdflib

SCHEMA = rdflib.Namespace("http://schema.org/")
SKOS = rdflib.SKOS
BASE = "https://data.example.ac.uk/engagement"

_LINKS = ("sameAs", "url", "license", "inDefinedTermSet", "isBasedOn", "variableMeasured", "constraintProperty")
CONTEXT: dict[str, Any] = {
    "@vocab": "http://schema.org/",
    "schema": "http://schema.org/",
    "id": "@id",
    "type": "@type",
    **{name: {"@id": f"schema:{name}", "@type": "@id"} for name in _LINKS},
    "observationDate": {"@id": "schema:observationDate", "@type": "schema:Date"},
    "datePublished": {"@id": "schema:datePublished", "@type": "schema:Date"},
}
"""As Schema.org's context has them (release 30): these names are links, `hasDefinedTerm` and `alternateName` are not."""


def offline(value: Any) -> Any:
    """A JSON-LD document with Schema.org's context written out."""
    if isinstance(value, dict):
        return {k: _context(v) if k == "@context" else v for k, v in value.items()}
    return value


def _context(value: Any) -> Any:
    return [_context(v) for v in value] if isinstance(value, list) else CONTEXT if value == "https://schema.org" else value


@contextmanager
def shut() -> Iterator[None]:
    """Whoever opens a connection fails."""

    def refused(*_: Any) -> None:
        raise AssertionError("something wanted to use the network")

    with patch.object(socket.socket, "connect", refused):
        yield


def read_json(document: Any) -> rdflib.Graph:
    """A JSON-LD document (or its text) as rdflib reads it, without a network."""
    found = json.loads(document) if isinstance(document, str | bytes) else document
    with shut():
        return rdflib.Graph().parse(data=json.dumps(offline(found)), format="json-ld", base="https://page.example/here")


def read_turtle(text: str) -> rdflib.Graph:
    """Turtle as rdflib reads it, without a network."""
    with shut():
        return rdflib.Graph().parse(data=text, format="turtle")


def conforms(graph: rdflib.Graph) -> str:
    """What pyshacl finds against `terms_shapes.ttl`; "" where nothing is wrong."""
    shapes = read_turtle(Path(__file__).with_name("terms_shapes.ttl").read_text("utf-8"))
    with shut():
        good, _, said = pyshacl.validate(graph, shacl_graph=shapes)
    return "" if good else str(said)
