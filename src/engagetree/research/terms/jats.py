"""JATS XML for a journal article about engagement metrics: a keyword, a subject, a term in a sentence, values as custom metadata.

A metric is no contributor role, so there is no `role` here. Attributes of a vocabulary exist from JATS 1.2 on, on `custom-meta` from 1.3.
"""

from __future__ import annotations

import re
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from engagetree.errors import EngagetreeError
from engagetree.research.model import Release, Shown
from engagetree.research.terms.dictionary import ENGAGEMENT_METRIC, Term
from engagetree.research.terms.released import released

Place = Literal["kwd-group", "named-content", "subj-group", "custom-meta"]
PLACES: tuple[Place, ...] = ("kwd-group", "named-content", "subj-group", "custom-meta")
VERSIONS = ("1.2", "1.3")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def jats(place: Place = "kwd-group", *, term: Term = ENGAGEMENT_METRIC, text: str = "", value: str = "", version: str = "1.3") -> str:
    """The term where it may stand: `kwd-group` or `subj-group` in an article's metadata, `named-content` in a sentence, `custom-meta`.

    `text` is what a reader sees, the term's name by default; `custom-meta` needs a `value`. EngagetreeError for a version without
    vocabularies or a place that is not one of these.
    """
    _checked(place, version, value)
    seen = text or term.name
    if place == "kwd-group":
        return keywords(term) if not text else _group("kwd-group", "kwd", ((term, text),))
    if place == "subj-group":
        return _group("subj-group", "subject", ((term, seen),))
    if place == "named-content":
        return f'<named-content content-type="metric"{_of(term)}>{chars(seen)}</named-content>\n'
    return f"<custom-meta-group>\n{_custom(seen, value, term, version)}</custom-meta-group>\n"


def keywords(*terms: Term) -> str:
    """Terms as keywords, in a group for each vocabulary: the dictionary's, and with `own_terms` an institution's indicators."""
    sets = dict.fromkeys(x.of for x in terms)
    return "".join(_group("kwd-group", "kwd", tuple((x, x.name) for x in terms if x.of == of)) for of in sets)


def _group(group: str, element: str, terms: tuple[tuple[Term, str], ...]) -> str:
    inside = "".join(f"  <{element}{_of(term)}>{chars(seen)}</{element}>\n" for term, seen in terms)
    return f"<{group}{_vocabulary(terms[0][0])}>\n{inside}</{group}>\n"


def custom_meta(release: Release, *, version: str = "1.3", term: Term = ENGAGEMENT_METRIC) -> str:
    """A release's values for the whole institution as a `custom-meta-group`: for an article that reports them. As shown, so protected."""
    _checked("custom-meta", version, "any")
    labels = {x.key: x.label for x in released(release).indicators}
    shown = [v for v in release.values if not v.cell]
    return (
        "<custom-meta-group>\n"
        + "".join(_custom(f"{labels.get(v.indicator, v.indicator)}, {v.year}", _seen(v), term, version) for v in shown)
        + "</custom-meta-group>\n"
    )


def _seen(v: Shown) -> str:
    return v.text if not v.withheld else f"{v.text} (withheld)"


def _checked(place: str, version: str, value: str) -> None:
    if place not in PLACES:
        raise EngagetreeError(f"place {place}", "the term cannot stand there", f"Choose one of {', '.join(PLACES)}.")
    if version not in VERSIONS:
        raise EngagetreeError(
            f"JATS {version}",
            "this is written for 1.2 and 1.3",
            "Versions before 1.2 have no attributes for a vocabulary; later ones read 1.3.",
        )
    if place == "custom-meta" and not value:
        raise EngagetreeError("custom-meta", "it holds a value, and none is given", "Give one, or use kwd-group.")


def _custom(name: str, value: str, term: Term, version: str) -> str:
    attributes = _of(term) if version >= "1.3" else ""
    inside = f"    <meta-name>{chars(name)}</meta-name>\n    <meta-value>{chars(value)}</meta-value>\n"
    return f"  <custom-meta{attributes}>\n{inside}  </custom-meta>\n"


def _vocabulary(term: Term) -> str:
    of = term.of
    return f" vocab={attribute(of.vocabulary or of.name)} vocab-identifier={attribute(of.vocabulary_identifier or of.identifier)}"


def _of(term: Term) -> str:
    return f"{_vocabulary(term)} vocab-term={attribute(term.name)} vocab-term-identifier={attribute(term.identifier)}"


def chars(text: str) -> str:
    """A text as it may stand between tags; what XML cannot hold becomes U+FFFD.

    >>> chars("a < b & c")
    'a &lt; b &amp; c'
    """
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def attribute(text: str) -> str:
    """A text as the value of an attribute, quotes included."""
    return quoteattr(_NOT_XML.sub("\ufffd", text))
