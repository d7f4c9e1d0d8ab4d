"""The dictionary term that all of this rests on, as data, and as its source published it.

The term is CASRAI's, under CC BY 4.0. What is changed is said in `CREDIT`; what is not changed lies in `as_published/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from engagetree.errors import NotFound, near
from engagetree.research.model import Indicator, Institution
from engagetree.research.terms.names import licensed, named
from engagetree.research.terms.sentences import description

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CREDIT = (
    "“Engagement metric” is a term of the CASRAI Dictionary (CASRAI Editorial Board, version 2026.2, 21 May 2026), licensed under "
    "CC BY 4.0. Changed here: other names stand as alternate names, the licence stands with the set, the term has an identifier, and the "
    "examples are told in other words."
)


@dataclass(frozen=True)
class TermSet:
    """The set that a term belongs to. Its address is an opaque name: it is never visited."""

    identifier: str
    name: str
    publisher: str = ""
    address: str = ""  # of the publisher
    licence: str = ""
    credit: str = ""
    version: str = ""
    vocabulary: str = ""  # how the vocabulary is called where it is named, and its address; the set's own where there is none
    vocabulary_identifier: str = ""


@dataclass(frozen=True)
class Term:
    """A term of a dictionary."""

    key: str
    identifier: str  # an IRI
    name: str
    definition: str
    of: TermSet
    also: tuple[str, ...] = ()  # other names
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()


DICTIONARY = "https://casrai.org/dictionary/"
SET = TermSet(
    identifier="https://casrai.org/dictionary/domain/engagement-impact-and-sdg-alignment/",
    name="Engagement, impact and SDG alignment",
    publisher="CASRAI",
    address="https://casrai.org/",
    licence=LICENCE,
    credit=CREDIT,
    version="2026.2",
    vocabulary="CASRAI Dictionary",
    vocabulary_identifier=DICTIONARY,
)
ENGAGEMENT_METRIC = Term(
    key="engagement-metric",
    identifier="https://casrai.org/dictionary/term/engagement-metric",
    name="Engagement metric",
    definition=(
        "A quantitative or structured-qualitative indicator capturing the extent, depth, reach or quality of engagement between "
        "researchers and non-academic stakeholders or publics."
    ),
    of=SET,
    also=("Engagement indicator", "Engagement KPI"),
    examples=(
        "A year’s figures of an institution, split by type of activity, type of partner and who was reached.",
        "How deep a programme’s engagement goes, seen in publications written with partners and in governance shared with them.",
    ),
    not_examples=(
        "Counts of attendance alone, with neither the type nor the depth of the engagement.",
        "Attention online taken for quality of engagement, with nobody having read what was said.",
    ),
)


def own_terms(indicators: Iterable[Indicator], institution: Institution, *, base: str = "", licence: str = "") -> tuple[Term, ...]:
    """An institution's indicators as terms of a set of its own, under the names of `names.named`: for JATS."""
    names = named(institution, base)
    of = TermSet(names.of("indicators"), f"Engagement indicators of {institution.name}", institution.name, licence=licensed(licence))
    return tuple(Term(x.key, names.of("indicator", x.key), x.label, description(x), of, x.alt_labels) for x in indicators)


_PUBLISHED = {"jsonld": "defined-term.json", "jats": "role.xml"}


def as_published(form: str) -> bytes:
    """The source's own snippet, byte for byte: `jsonld` or `jats`. It is wrong in ways that `lint` explains. NotFound for another form."""
    if form not in _PUBLISHED:
        known = " and ".join(_PUBLISHED)
        raise NotFound(f"form {form}", f"the source publishes {known}", near(form, _PUBLISHED) or "Leave --profile source out.")
    return (resources.files("engagetree.research.terms") / "as_published" / _PUBLISHED[form]).read_bytes()
