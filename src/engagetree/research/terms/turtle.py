"""Turtle, written by hand: <https://www.w3.org/TR/turtle/>. Small, and read back by rdflib in the tests."""

from __future__ import annotations

import re
from functools import lru_cache

from engagetree.research.terms.triples import PREFIXES, Graph, Iri, Object, Sequence, Text, Typed, full

_LOCAL = re.compile(r"[A-Za-z_](?:[\w-]*[A-Za-z0-9_])?", re.ASCII)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ODD = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]')
_HALVES = re.compile(r"[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")


def turtle(graph: Graph) -> str:
    """The graph as Turtle; the prefixes that it uses come first, subjects in the order in which they were told."""
    blocks = [_block(subject, says) for subject, says in graph if says]
    text = "\n\n".join(blocks)
    used = [p for p in PREFIXES if re.search(rf"(?<![\w:-]){re.escape(p)}:", text)]
    head = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in used)
    return f"{head}\n{text}\n" if text else head


def _block(subject: str, says: list[tuple[str, Object]]) -> str:
    return f"{name(Iri(subject))}\n{_said(says, '    ')} ."


def _said(says: list[tuple[str, Object]] | tuple[tuple[str, Object], ...], indent: str) -> str:
    together: dict[str, list[Object]] = {}
    for what, value in says:
        together.setdefault(what, []).append(value)
    return " ;\n".join(f"{indent}{_property(what)} " + ", ".join(_value(v, indent) for v in values) for what, values in together.items())


@lru_cache(1024)
def _property(what: str) -> str:
    return "a" if what == "rdf:type" else name(full(what))


def _value(value: Object, indent: str) -> str:
    if isinstance(value, Iri):
        return name(value)
    if isinstance(value, Text):
        return quoted(value.value) + (f"@{value.language}" if _LANGUAGE.fullmatch(value.language) else "")
    if isinstance(value, Typed):
        return f"{quoted(value.value)}^^{name(full('xsd:' + value.type))}"
    if isinstance(value, Sequence):
        return "( " + " ".join(_value(v, indent) for v in value.members) + " )" if value.members else "()"
    return f"[\n{_said(value.says, indent + '    ')}\n{indent}]" if value.says else "[]"


def name(value: Iri) -> str:
    """An IRI as `prefix:local` where that is plain, else in angle brackets.

    >>> name(full("skos:note")), name(Iri("https://a.example/x y"))
    ('skos:note', '<https://a.example/x%20y>')
    """
    for prefix, begins in PREFIXES.items():
        if value.value.startswith(begins) and _LOCAL.fullmatch(value.value[len(begins) :]):
            return f"{prefix}:{value.value[len(begins) :]}"
    return f"<{value.value}>"


def quoted(text: str) -> str:
    """A text between quotes, on one line. Half a surrogate pair, which no file can hold, becomes U+FFFD.

    >>> print(quoted('He said "no"'))
    "He said \\"no\\""
    """
    whole = _HALVES.sub("\ufffd", text)
    return '"' + _ODD.sub(lambda m: _ESCAPES.get(m[0], f"\\u{ord(m[0]):04X}"), whole) + '"'
