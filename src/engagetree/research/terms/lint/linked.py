"""JSON-LD of other people: what is wrong in it as linked data with Schema.org's vocabulary."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator

from engagetree.research.terms.lint.flaw import Flaw, flaw
from engagetree.research.terms.lint.places import Place, objects, placed, strings
from engagetree.research.terms.names import is_iri

_SCHEMA = ("https://schema.org/", "http://schema.org/", "schema:")
_TERMS = {"DefinedTerm", "CategoryCode"}
_NAMED = _TERMS | {"DefinedTermSet", "CategoryCodeSet"}
_VALUES = {"Observation", "QuantitativeValue", "PropertyValue", "MonetaryAmount"}
_NO_WORK = _TERMS | _VALUES | {"StatisticalVariable", "Event", "Organization", "Person", "Place", "Role"}
"""Types that are no CreativeWork, so that `license` is not theirs."""
_SUPPRESSED = ("suppress", "withheld", "disclos", "redact", "not shown", "confidential")


def linked(text: str) -> list[Flaw]:
    """The flaws of a JSON-LD text."""
    if invalid := _invalid(text):
        return [invalid]
    top = placed(text)
    return [*_duplicates(top), *_context(top), *(f for node in objects(top) for check in CHECKS for f in check(node))]


def _invalid(text: str) -> Flaw | None:
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_constant)
    except json.JSONDecodeError as error:
        return flaw("LD-05", error.lineno, f"This is not JSON: {error.msg} (column {error.colno}).")
    except RecursionError:
        return flaw("LD-05", 0, "This is nested too deeply to be read.")
    except ValueError as error:
        line = next((n for n, line in enumerate(text.split("\n"), 1) if str(error) in line), 0)
        return flaw("LD-05", line, f"{error} is no number in JSON.", do="Leave out a value that is not known.")
    return None


def _constant(word: str) -> None:
    raise ValueError(word)


def _duplicates(top: Place) -> Iterator[Flaw]:
    for node in objects(top):
        for key, n in Counter(k for k, _, _ in node.members).items():
            if n > 1:
                second = [line for k, line, _ in node.members if k == key][1]
                yield flaw("LD-06", second, f"“{key}” stands {n} times in one object.", where=key)


def _context(top: Place) -> Iterator[Flaw]:
    held = [(line, v) for node in (top, *top.items) for k, line, v in node.members if k == "@context"]
    if not held:
        yield flaw("LD-07", top.line, "There is no @context: this is JSON, not linked data.")
    for line, value in held:
        said = [s.text for s in strings(value)] + [v.text for part in (value, *value.items) for _, _, v in part.members]
        if not any("schema.org" in s for s in said):
            found = "The context is not Schema.org’s, and is not fetched here; the names are read as if they were Schema.org’s."
            yield flaw("LD-07", line, found, do="Ignore what is said of names that mean something else in your context.", severity="note")


def plain(name: str) -> str:
    """A name without Schema.org's prefix.

    >>> plain("schema:sameAs"), plain("http://schema.org/name")
    ('sameAs', 'name')
    """
    return next((name[len(p) :] for p in _SCHEMA if name.startswith(p)), name)


def _of(node: Place, *names: str) -> list[tuple[int, Place]]:
    return [(line, v) for k, line, v in node.members if plain(k) in names]


def _types(node: Place) -> set[str]:
    return {plain(s.text) for _, v in _of(node, "@type", "type") for s in strings(v)}


def _name(node: Place) -> str:
    called = [s.text for _, v in _of(node, "name") for s in strings(v)]
    return f"“{called[0]}”" if called else f"This {min(_types(node), default='thing')}"


def _relative(text: str) -> bool:
    """Whether it can only be meant as an address on the same site."""
    return text.startswith(("/", "./", "../", "#", "?")) and is_iri("x:" + text)


def _same_as(node: Place) -> Iterator[Flaw]:
    for _, value in _of(node, "sameAs"):
        if wrong := [s for s in strings(value) if not is_iri(s.text) and not _relative(s.text)]:
            listed = ", ".join(f"“{s.text}”" for s in wrong)
            yield flaw("LD-01", wrong[0].line, f"{_name(node)} has labels in sameAs, not addresses: {listed}.")


def _licence(node: Place) -> Iterator[Flaw]:
    if wrong := sorted(_types(node) & _NO_WORK):
        for line, _ in _of(node, "license"):
            yield flaw("LD-02", line, f"{_name(node)} is a {wrong[0]} and has a license.")


def _identity(node: Place) -> Iterator[Flaw]:
    if _types(node) & _NAMED and not _of(node, "@id", "id"):
        yield flaw("LD-03", node.line, f"{_name(node)} has no @id.")


def _of_set(node: Place) -> Iterator[Flaw]:
    for line, value in _of(node, "inDefinedTermSet"):
        for s in strings(value) if value.kind != "object" else ():
            moved = "CASRAI’s own site has this domain under another last part too." if "engagement-impact" in s.text else ""
            yield flaw("LD-04", line, f"{_name(node)} names its set by an address only: {s.text}.", more=moved)


def _valid_id(node: Place) -> Iterator[Flaw]:
    for line, value in _of(node, "@id"):
        relative = value.kind == "string" and is_iri("x:" + (value.text.removeprefix("_:") or "-"))
        if not relative and not is_iri(value.text):
            yield flaw("LD-08", line, f"“{value.text}” cannot be an @id." if value.kind == "string" else "An @id is not a text.")


def _value(node: Place) -> Iterator[Flaw]:
    if not _types(node) & _VALUES:
        return
    beside = _of(node, "name", "description", "disambiguatingDescription", "valueReference")
    said = " ".join(s.text.lower() for _, v in beside for s in _within(v))
    for line, value in _of(node, "value", "minValue", "maxValue"):
        if value.kind == "other" and value.text == "null":
            yield flaw("LD-09", line, f"{_name(node)} has null as its value.")
        elif value.kind == "other" and re.fullmatch(r"-?0(\.0*)?([eE].*)?", value.text) and any(w in said for w in _SUPPRESSED):
            yield flaw("LD-09", line, f"{_name(node)} has 0 as its value, and says that it is withheld.")


def _within(at: Place) -> Iterator[Place]:
    yield from strings(at)
    for node in objects(at):
        for _, _, v in node.members:
            yield from strings(v)


def _interaction(node: Place) -> Iterator[Flaw]:
    if any(t.endswith("Event") for t in _types(node)):
        for line, _ in _of(node, "interactionStatistic"):
            yield flaw("LD-10", line, f"{_name(node)} is an event and has interactionStatistic.")


def _has_terms(node: Place) -> Iterator[Flaw]:
    for line, value in _of(node, "hasDefinedTerm"):
        if value.kind == "string" or any(i.kind == "string" for i in value.items):
            yield flaw("LD-11", line, f"{_name(node)} has texts in hasDefinedTerm.")


def _nameless(node: Place) -> Iterator[Flaw]:
    """A mere reference, `@id` and `@type`, needs no name."""
    if _types(node) & _NAMED and len(node.members) > 2 and not _of(node, "name"):
        yield flaw("LD-12", node.line, f"A {min(_types(node))} has no name.")


CHECKS: tuple[Callable[[Place], Iterator[Flaw]], ...] = (
    _same_as,
    _licence,
    _identity,
    _of_set,
    _valid_id,
    _value,
    _interaction,
    _has_terms,
    _nameless,
)
