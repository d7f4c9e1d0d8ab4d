"""One thing that is wrong in somebody's file, and the rules: how bad it is, why it matters, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from engagetree.research.model import Severity


@dataclass(frozen=True)
class Flaw:
    """Which rule, how bad, where, what was found, why it matters, how to mend it. `line` counts from 1; 0 means the file as a whole."""

    rule: str  # LD-… linked data, JX-… JATS XML, CD-… CASRAI's dictionary as CSV
    severity: Severity
    line: int
    where: str
    found: str
    why: str
    do: str
    file: str = ""

    def __str__(self) -> str:
        place = ":".join(p for p in (self.file, str(self.line) if self.line else "") if p)
        return f"{place + ': ' if place else ''}{self.rule} {self.severity}: {self.found} {self.why} {self.do}".rstrip()


@dataclass(frozen=True)
class Rule:
    """What a rule says whenever it is broken."""

    severity: Severity
    where: str
    why: str
    do: str


_READ = "No program can read it."

RULES = {
    "LD-01": Rule(
        "error",
        "sameAs",
        "A program reads them as addresses: those with a space are dropped or become another page, and a single word claims that this is "
        "the same as a page that is not there.",
        "Put other names into alternateName; keep sameAs for the address of the same thing elsewhere.",
    ),
    "LD-02": Rule(
        "warning",
        "license",
        "In Schema.org only a creative work has a license; programs do not look for one here.",
        "Put it on the DefinedTermSet, the page or the dataset.",
    ),
    "LD-03": Rule(
        "warning",
        "@id",
        "identifier and url do not name a thing in linked data: nobody else can point to it, and two copies are two things.",
        "Give the address as @id too.",
    ),
    "LD-04": Rule(
        "note",
        "inDefinedTermSet",
        "The last part of an address can change, and says nothing for certain.",
        "Keep the address as an opaque name, build nothing on its parts, and say the set’s @type and name beside it.",
    ),
    "LD-05": Rule("error", "file", _READ, "Mend the text; most editors show the place."),
    "LD-06": Rule(
        "error",
        "",
        "Programs keep one of them, mostly the last, and say nothing.",
        "Write one key with an array of the values.",
    ),
    "LD-07": Rule(
        "error",
        "@context",
        "Without Schema.org’s context the names mean nothing for certain outside this file.",
        'Begin with "@context": "https://schema.org".',
    ),
    "LD-08": Rule(
        "error",
        "@id",
        "What is not a valid address is dropped with all that is said of it, mostly silently.",
        "Percent-encode spaces and other signs.",
    ),
    "LD-09": Rule(
        "error",
        "value",
        "Programs drop null without a word, and read 0 as none: neither says that a value is withheld or not known.",
        "Leave the value out and say why in valueReference.",
    ),
    "LD-10": Rule(
        "error",
        "interactionStatistic",
        "Works, organisations and persons have it, events do not: attendance given so is not found.",
        "Write an Observation with observationAbout the event.",
    ),
    "LD-11": Rule(
        "error",
        "hasDefinedTerm",
        "Schema.org’s context does not take them for addresses: the set then holds words and no terms.",
        'Write {"@id": "…"} for each.',
    ),
    "LD-12": Rule("warning", "name", "People see its address instead.", "Give it a name."),
    "JX-01": Rule(
        "error",
        "vocab-identifier",
        "credit means the Contributor Role Taxonomy, ANSI/NISO Z39.104-2022, which NISO keeps: the file says whose vocabulary it is twice, "
        "and differently.",
        'Write vocab-identifier="https://credit.niso.org/", or name the vocabulary that you mean in vocab.',
    ),
    "JX-02": Rule("error", "vocab-term", "Whoever counts roles counts one that does not exist, or leaves this person out.", ""),
    "JX-03": Rule(
        "warning",
        "role",
        "A reader learns nothing of what the person did, and nobody learns what the article is about.",
        "Say it of the article with kwd or subject, in a sentence with named-content, or with its value in custom-meta.",
    ),
    "JX-04": Rule(
        "error", "dtd-version", "In older versions the file is not valid, and checking tools stop here.", "Move the article to JATS 1.3."
    ),
    "JX-05": Rule("note", "role", "Readers see nothing of it; only programs do.", "Write the role between the tags."),
    "JX-06": Rule(
        "error", "role", "JATS has roles for contributors and in citations only; the file is not valid.", "Move it into <contrib>."
    ),
    "JX-07": Rule("error", "vocab-term-identifier", "Programs go by the address and read another role, or none.", ""),
    "JX-08": Rule("error", "file", _READ, "Mend the text."),
    "JX-09": Rule(
        "error",
        "DOCTYPE",
        "Declared entities can pull in other files or grow without end, so the file was not read.",
        "Write the characters themselves and take the declarations out.",
    ),
    "CD-01": Rule("error", "", "Terms cannot be told apart or explained without it.", ""),
    "CD-02": Rule("error", "file", _READ, "Save it as CSV in UTF-8 again."),
    "CD-03": Rule("error", "", "The term cannot be used.", "Fill it in, or take the row out."),
    "CD-04": Rule("error", "slug", "Two terms would have one name.", "Keep one of them."),
    "CD-05": Rule("warning", "", "Nobody can point to the term.", "Write the whole address, or leave it empty."),
}
"""Every rule. Those on CRediT follow JATS4R's, told in our words; JX-02 is stricter than theirs."""


def flaw(rule: str, line: int, found: str, *, where: str = "", do: str = "", severity: Severity | None = None, more: str = "") -> Flaw:
    """A rule broken at a line; `more` is said after why it matters."""
    of = RULES[rule]
    why = f"{of.why} {more}".strip()
    return Flaw(rule, severity or of.severity, line, where or of.where, found, why, do or of.do)
