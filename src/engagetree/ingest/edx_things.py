"""Things of an Open edX platform: the same item whichever tool names them, and what is done to them where a tool's own word says less.

A tracking log gives a block's usage key, its statements and events the IRI under which a browser finds it. Both are `edx:<usage key>`
here, without the host: a key names organisation, course and run, and a log does not say on which host it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from engagetree.ingest.xapi_words import NONE, ONE, SCORE, Word, block_kind

COURSE = r"(?:course|ccx)-v1:[^/?#\s]+"
ABOUT = r"(?:/(?P<part>answer|solution|hint/\d+)|/user/[^/]+/attempt/\w*)?"
BLOCK = re.compile(
    r"(?:https?://[^/]+/xblock/|edx:)?(?P<head>(?:ccx-)?block-v1:)(?:(?:course|ccx)-v1:)?(?P<run>[^/?#\s]+?)"
    r"\+type@(?P<type>[\w-]+)\+block@(?P<block>[^/?#\s+]+)" + ABOUT
)
"""A block. Early senders wrote the course's key into that of the block."""
QUESTION = re.compile(r"(?P<block>[0-9a-f]{32})_\d+_\d+")
"""One question of a problem that asks several."""
THE_COURSE = re.compile(rf"(?:https?://[^/]+/courses?/|edx:)(?P<course>{COURSE})/?")
PAGE = re.compile(rf"https?://[^/]+(?P<page>/courses/{COURSE}/[^?#\s]+?)/?(?:[?#]\S*)?")
REPLY = re.compile(r"https?://[^/]+/api/discussion/v1/comments/\w+")
EXAM = "https://w3id.org/xapi/openedx/activity/"
HOLDS = ("sequential", "chapter", "course", "vertical")
"""Types of blocks that hold other ones."""


@dataclass(frozen=True)
class Thing:
    """A block, the course (`course`) or a page of it (`page`); `part` is '' for the thing itself, else which part of it."""

    item: str
    type: str
    part: str = ""

    @property
    def kind(self) -> str | None:
        """The kind of item, by the block's type alone; a course is none that is offered."""
        return None if self.type == "course" else block_kind(self.type)


@lru_cache(maxsize=50_000)
def thing_of(iri: str) -> Thing | None:
    """What an IRI or a usage key names, None where it is nothing of Open edX.

    >>> thing_of("https://lms.example/xblock/block-v1:Ex+A+1+type@problem+block@q1")
    Thing(item='edx:block-v1:Ex+A+1+type@problem+block@q1', type='problem', part='')
    >>> thing_of("https://lms.example/course/course-v1:Ex+A+1").item, thing_of("https://school.example/page/1")
    ('edx:course-v1:Ex+A+1', None)
    """
    if "-v1:" not in iri and "-v1%3" not in iri:
        return None
    iri = unquote(iri)
    if found := BLOCK.fullmatch(iri):
        block, part = found["block"], (found["part"] or "").partition("/")[0]
        if question := QUESTION.fullmatch(block):
            block, part = question["block"], "question"
        return Thing(f"edx:{found['head']}{found['run']}+type@{found['type']}+block@{block}", found["type"], part)
    if found := THE_COURSE.fullmatch(iri):
        return Thing(f"edx:{found['course']}", "course")
    if found := PAGE.fullmatch(iri):
        return Thing(f"edx:{found['page'].rstrip('/')}", "page")
    return None


def named(found: dict[str, Any]) -> dict[str, Any]:
    """An xAPI activity under the item's name and with the kind of thing it is here; one of another platform as it stands."""
    if (thing := thing_of(found["id"])) is None or thing.kind is None:
        return found if thing is None else found | {"id": thing.item}
    return found | {"id": thing.item, "definition": found.get("definition", {}) | {"type": f"edx:{thing.type}"}}


def meant(means: Word, verb: str, found: dict[str, Any]) -> Word:
    """What a statement's verb means when it is about `found`, an xAPI activity: Open edX uses some verbs in a sense of its own.

    >>> from engagetree.ingest.xapi_words import word
    >>> verb, problem = "http://adlnet.gov/expapi/verbs/attempted", "https://lms.example/xblock/block-v1:Ex+A+1+type@problem+block@q1"
    >>> word(verb).scored, meant(word(verb), verb, {"id": problem}).scored  # the answer and its score are a statement of their own
    ('submit', None)
    """
    iri, definition = str(found.get("id", "")), found.get("definition") or {}
    if means.kind == "post" and REPLY.fullmatch(iri):
        return replace(means, kind="comment")
    if (thing := thing_of(iri)) is None or thing.type in ("course", "page"):
        return means
    if thing.part:
        return Word("attempt", NONE) if thing.part == "question" else Word("click", ONE)
    if means.kind == "attempt":
        return replace(means, scored=None)
    if means.kind == "close" and thing.type in HOLDS:
        return Word("submit", SCORE) if str(definition.get("type", "")).startswith(EXAM) else Word("click", ONE)
    if thing.type == "video" and means.kind == "close":
        return replace(means, kind="complete", done=None)
    return Word("load", NONE) if thing.type == "video" and verb.endswith("/initialized") else means


def done(event: str, action: str, iri: str, judged: bool) -> str | None:
    """The kind of what a Caliper event says was done to a thing of Open edX, None where its words mean what they mean elsewhere.

    >>> done("AssessmentEvent", "Submitted", "https://lms.example/xblock/block-v1:Ex+A+1+type@problem+block@q1", judged=False)
    'attempt'
    """
    if (thing := thing_of(iri)) is None:
        return None
    if thing.type == "course":
        return {"Activated": "register", "Deactivated": "unregister", "Completed": "pass"}.get(action) if event == "Event" else None
    if action == "Retrieved":
        return "load"
    if thing.type in HOLDS or (event, action) not in (("GradeEvent", "Graded"), ("AssessmentEvent", "Submitted")):
        return None
    if thing.type == "problem" and (judged or event == "GradeEvent"):
        return "answer"
    return "attempt" if event == "AssessmentEvent" else None
