"""What is wrong with roles and vocabularies in a JATS article."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engagetree.research.terms.lint.articles import FRAGMENT, Article, Element, article
from engagetree.research.terms.lint.flaw import Flaw, flaw

CREDIT = "https://credit.niso.org/"
ROLES = {
    "Conceptualization": "conceptualization",
    "Data curation": "data-curation",
    "Formal analysis": "formal-analysis",
    "Funding acquisition": "funding-acquisition",
    "Investigation": "investigation",
    "Methodology": "methodology",
    "Project administration": "project-administration",
    "Resources": "resources",
    "Software": "software",
    "Supervision": "supervision",
    "Validation": "validation",
    "Visualization": "visualization",
    "Writing – original draft": "writing-original-draft",
    "Writing – review & editing": "writing-review-editing",
}
"""The 14 contributor roles of ANSI/NISO Z39.104-2022 and the last parts of their addresses."""

_VOCABULARY = ("vocab", "vocab-identifier", "vocab-term", "vocab-term-identifier")
_FROM_1_2 = "role kwd-group kwd compound-kwd nested-kwd subj-group subject compound-subject named-content term"
_SINCE = {**dict.fromkeys(_FROM_1_2.split(), "1.2"), "custom-meta": "1.3"}
"""Elements that may name a vocabulary, and since which version of JATS."""
_ROLE_IN = (
    *("contrib", "contrib-group", "collab", "collab-wrap", "person-group"),
    *("element-citation", "mixed-citation", "nlm-citation", "product", "related-article", "related-object"),
    *("sig", "sig-block"),
)
_METRIC = re.compile(r"\b(metrics?|indicators?|KPIs?|index|rate|score|measures?)\b", re.I)
_DASHES = re.compile(r"\s*[-‐‑‒–—−]+\s*")


def jats(data: bytes) -> list[Flaw]:
    """The flaws of a JATS file, or of a piece of one."""
    found = article(data)
    return [found] if isinstance(found, Flaw) else vocabularies(found)


def vocabularies(found: Article) -> list[Flaw]:
    """The flaws of an article that could be read."""
    return [f for e in found.elements for f in (*_version(e, found), *(_role(e) if e.name == "role" else ()))]


def same(text: str) -> str:
    """A role's name for comparing: case, kinds of dash, spaces and “and” do not matter.

    >>> same("Writing – Review & Editing") == same("writing - review and editing")
    True
    """
    return " ".join(_DASHES.sub(" - ", text).replace("&", " and ").casefold().split())


_KNOWN = {same(name): slug for name, slug in ROLES.items()}


def _role(e: Element) -> Iterator[Flaw]:
    if same(e.says("vocab")) == "credit":
        yield from _credit(e)
    yield from _no_role(e)
    if not _text(e):
        yield flaw("JX-05", e.line, "The role has no text.")
    if e.parent not in _ROLE_IN and e.parent not in ("", FRAGMENT):
        yield flaw("JX-06", e.line, f"A role stands in <{e.parent}>.")


def _text(e: Element) -> str:
    return "".join(e.text).strip()


def _credit(e: Element) -> Iterator[Flaw]:
    said = e.says("vocab-identifier")
    if said != CREDIT:
        yield flaw("JX-01", e.line, f"vocab is “credit”, but vocab-identifier is {f'“{said}”' if said else 'missing'}.")
    term = e.says("vocab-term") or _text(e)
    slug, at = _KNOWN.get(same(term)), e.says("vocab-term-identifier")
    if slug is None:
        found = f"“{term}” is none of the 14 CRediT roles." if term else "It does not say which CRediT role."
        yield flaw("JX-02", e.line, found, do=f"Use one of: {'; '.join(ROLES)}.")
    elif at and at.rstrip("/") != f"{CREDIT}contributor-roles/{slug}":
        yield flaw("JX-07", e.line, f"“{at}” is not the address of “{term}”.", do=f"Write {CREDIT}contributor-roles/{slug}/.")


def _no_role(e: Element) -> Iterator[Flaw]:
    """A concept of a dictionary that nobody can play: by its address in CASRAI's dictionary, or because it is called a metric."""
    term, at = e.says("vocab-term") or _text(e), e.says("vocab-term-identifier")
    if same(term) in _KNOWN:
        return
    if "casrai.org/dictionary/term/" in at or (e.says("vocab") and _METRIC.search(term)):
        yield flaw("JX-03", e.line, f"“{term or at}” is a concept, no role that a person plays.")


def _version(e: Element, found: Article) -> Iterator[Flaw]:
    """Attributes of a vocabulary before JATS had them. That no version can be seen is said of roles only."""
    since = _SINCE.get(e.name)
    if since is None or not any(a in e.attributes for a in _VOCABULARY):
        return
    allowed = f"<{e.name}> may name a vocabulary from JATS {since} on"
    if found.version and _older(found.version, since):
        yield flaw(
            "JX-04", e.line, f"{allowed}, and the file is of JATS {found.version}.", do=f"Move the article to JATS {since} or later."
        )
    elif not found.version and e.name == "role":
        do = f'Write dtd-version="{since}" or later on the article.'
        yield flaw("JX-04", e.line, f"{allowed}, and the file does not say which version it is.", do=do, severity="note")


def _older(version: str, than: str) -> bool:
    """By number, so that 1.10 is newer than 1.2; drafts such as 1.2d1 count as what they are drafts of."""
    numbers = [int(n) for n in re.findall(r"\d+", version)[:2]]
    return bool(numbers) and numbers < [int(n) for n in than.split(".")]
