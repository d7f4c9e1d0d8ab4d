"""What verbs, actions and types of things mean here: the table `verbs.yml`, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import yaml

ONE, SECONDS, SCORE, NONE, ANY, VOIDS = "one", "seconds", "score", "none", "any", "voids"
"""What an event's amount is: one click, seconds, a score of 0 to 100, nothing, what the statement gives (verbs of no table), no event."""

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
LONGEST_KIND = 60
INSTEAD = ("done", "undone", "failed", "scored")


@dataclass(frozen=True)
class Word:
    """A verb: the kind of event, what its amount is, and which kind it is instead where the result says more."""

    kind: str
    amount: str
    done: str | None = None
    undone: str | None = None
    failed: str | None = None
    scored: str | None = None
    known: bool = True


@cache
def _table() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(files("engagetree.ingest").joinpath("verbs.yml").read_text("utf-8"))
    return told


def _whole(short: str) -> str:
    """A short IRI written out: `adl:passed`."""
    prefix, _, rest = short.partition(":")
    head = _table()["prefixes"].get(prefix)
    return f"{head}{rest}" if head and not rest.startswith("//") else short


@cache
def verbs() -> dict[str, Word]:
    """Every verb of the table by its IRI."""
    return {
        _whole(iri): Word(kind, row["amount"], **{name: row[name] for name in INSTEAD if name in row})
        for kind, row in _table()["verbs"].items()
        for iri in row["of"]
    }


def word(iri: str) -> Word:
    """What a verb means; of one that no table names, its last word.

    >>> word("http://adlnet.gov/expapi/verbs/answered").kind, word("https://example.org/verbs/juggled").kind
    ('answer', 'juggled')
    """
    return verbs().get(iri) or verbs().get(_other_scheme(iri)) or Word(last_word(iri), ANY, known=False)


def _other_scheme(iri: str) -> str:
    """The same with http for https or the other way round: both are in use."""
    return "http" + iri[5:] if iri.startswith("https") else "https" + iri[4:] if iri.startswith("http") else iri


def last_word(iri: str) -> str:
    """The last part of an IRI's path.

    >>> last_word("https://example.org/verbs/handed%20over/"), last_word("tag:example.org,2020:jumped")
    ('handed over', 'jumped')
    """
    parts = [p for p in iri.replace("#", "/").replace(":", "/").split("/") if p.strip()]
    return (unquote(parts[-1]).strip()[:LONGEST_KIND] or "act") if parts else "act"


@cache
def item_kinds() -> dict[str, str]:
    """Kind of item by an activity's type, and by a Caliper entity's."""
    table = _table()
    return (
        {_whole(iri): kind for kind, iris in table["activities"].items() for iri in iris}
        | {entity: kind for kind, entities in table["entities"].items() for entity in entities}
        | {f"edx:{block}": kind for kind, blocks in table["blocks"].items() for block in blocks}
    )


def item_kind(type_: str) -> str | None:
    """The kind of what was offered, or None where no table names the type.

    >>> item_kind("https://w3id.org/xapi/video/activity-type/video"), item_kind("VideoObject"), item_kind("Person")
    ('page', 'page', None)
    """
    return item_kinds().get(type_) or item_kinds().get(_other_scheme(type_)) or ("page" if type_.startswith("edx:") else None)


def block_kind(type_: str) -> str:
    """The kind of a block of Open edX, by its type.

    >>> block_kind("problem"), block_kind("html")
    ('quiz', 'page')
    """
    return item_kinds().get(f"edx:{type_}", "page")


def action(event: str, done: str, reply: bool = False) -> Word:
    """What an action of a Caliper event's type means.

    >>> action("AssessmentItemEvent", "Completed").kind, action("MessageEvent", "Posted", reply=True).kind, action("Event", "Juggled").kind
    ('answer', 'comment', 'juggled')
    """
    table = _table()["caliper"]
    kind = table.get(event, {}).get(done) or table["*"].get(done)
    if kind is None:
        return Word(done.lower(), ANY, known=False)
    kind = _table()["reply"] if reply and kind == "post" else kind
    return Word(kind, _table()["verbs"].get(kind, {"amount": ANY})["amount"])
