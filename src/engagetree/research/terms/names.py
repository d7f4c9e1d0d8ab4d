"""What things are called in linked data: IRIs that are valid, stay the same from year to year, and claim no address that is not ours."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from engagetree.errors import EngagetreeError
from engagetree.research.model import Institution

_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff\ue000-\uf8ff\U000e0000-\U0010ffff]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HALF = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", re.I)


def iri(text: str) -> str:
    """A text as it may stand in an IRI: spaces, quotes, braces and controls percent-encoded, letters of any script kept.

    >>> iri("https://a.example/b c#é")
    'https://a.example/b%20c#é'
    """
    return _FORBIDDEN.sub(lambda m: quote(m[0], safe="", errors="replace"), _HALF.sub("%25", text))


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI as it stands.

    >>> is_iri("Engagement indicator"), is_iri("EngagementKPI"), is_iri("https://casrai.org/")
    (False, False, True)
    """
    return bool(_SCHEME.match(text)) and not _FORBIDDEN.search(text) and not _HALF.search(text) and text.partition(":")[2] != ""


def local(*parts: str | tuple[str, str]) -> str:
    """A local name out of words, of which no two are alike: plain letters, digits, `-`, `.` and `_` stay, a space becomes `+`, all else is
    percent-encoded; a pair becomes `dimension=category`.

    >>> local("by", "partner type"), local(("age", "65+/ü"))
    ('by/partner+type', 'age=65%2B%2F%C3%BC')
    """
    return "/".join(_part(p) if isinstance(p, str) else "=".join(_part(x) for x in p) for p in parts)


@lru_cache(4096)
def _part(text: str) -> str:
    return quote(text, safe=" ", errors="replace").replace(" ", "+") or "()"


@dataclass(frozen=True)
class Names:
    """The names that an institution gives to its own things, all under one beginning.

    >>> Names("https://data.example.ac.uk/engagement").of("indicator", "events")
    'https://data.example.ac.uk/engagement#indicator/events'
    """

    base: str

    def of(self, *parts: str | tuple[str, str]) -> str:
        """The name of one thing."""
        between = "" if self.base[-1] in "#/" else "/" if "#" in self.base else "#"
        return self.base + between + local(*parts)

    def who(self, institution: Institution) -> str:
        """The name of the institution itself: its own where its identifier is one."""
        return organisation(institution) or self.of("institution")


def named(institution: Institution, base: str = "") -> Names:
    """The names of an institution under `base`, its own address on the web.

    Without one they begin with `urn:uuid:`, worked out from its identifier or name: the same each time, no two institutions alike, and
    nobody's address. EngagetreeError where `base` is no address.
    """
    if base:
        if not is_iri(base):
            raise EngagetreeError(f"the address “{base}”", "it is not an IRI", "Give one such as https://data.example.ac.uk/engagement/.")
        return Names(base)
    who = organisation(institution) or f"name:{institution.name.strip().casefold()}"
    return Names(f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'engagetree:' + who.encode('utf-8', 'replace').decode())}")


def licensed(licence: str) -> str:
    """A licence's address as it is; EngagetreeError where it is no address."""
    if licence and not is_iri(licence):
        raise EngagetreeError(
            f"the licence “{licence}”", "it is not an IRI", "Give one such as https://creativecommons.org/licenses/by/4.0/."
        )
    return licence


def organisation(institution: Institution) -> str:
    """The IRI of an institution where its identifier is one: a ROR with or without its address, or any web address; else "".

    >>> organisation(Institution("A", "0xxxxxx00")), organisation(Institution("A", "10007788"))
    ('https://ror.org/0xxxxxx00', '')
    """
    written = institution.identifier.strip()
    if ror := _ROR.fullmatch(written.rstrip("/")):
        return f"https://ror.org/{ror[1].lower()}"
    return written if written.startswith(("https://", "http://")) and is_iri(written) else ""
