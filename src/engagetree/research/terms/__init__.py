"""The machine-readable form: the dictionary term and one's own indicators, a release's values, and what is wrong in other people's files.

Every form of the values takes a `Release` and refuses anything else. Nothing here opens a connection.
"""

from __future__ import annotations

from engagetree.research.terms.csvw import csvw
from engagetree.research.terms.cube import data_cube
from engagetree.research.terms.dictionary import CREDIT, ENGAGEMENT_METRIC, Term, TermSet, as_published, own_terms
from engagetree.research.terms.encode import FORMATS, encoded
from engagetree.research.terms.files import files
from engagetree.research.terms.jats import custom_meta, jats, keywords
from engagetree.research.terms.jsonld import defined_term, embedded, graph_json, terms
from engagetree.research.terms.lint import Flaw, lint
from engagetree.research.terms.observations import schema_org
from engagetree.research.terms.plain import plain_json, plain_schema
from engagetree.research.terms.skos import concept, scheme
from engagetree.research.terms.turtle import turtle

__all__ = [
    "CREDIT",
    "ENGAGEMENT_METRIC",
    "FORMATS",
    "Flaw",
    "Term",
    "TermSet",
    "as_published",
    "concept",
    "csvw",
    "custom_meta",
    "data_cube",
    "defined_term",
    "embedded",
    "encoded",
    "files",
    "graph_json",
    "jats",
    "keywords",
    "lint",
    "own_terms",
    "plain_json",
    "plain_schema",
    "schema_org",
    "scheme",
    "terms",
    "turtle",
]
