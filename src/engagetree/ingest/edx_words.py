"""What an edX tracking event is here: its kind, what it was done to, and how much."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson

AGAIN = "again"

KINDS = {
    "click": (
        "play_video", "edx.video.played", "seek_video", "edx.video.position.changed", "show_transcript", "hide_transcript",
        "edx.video.transcript.shown", "edx.video.transcript.hidden", "speed_change_video", "video_show_cc_menu", "video_hide_cc_menu",
        "edx.video.closed_captions.shown", "edx.video.closed_captions.hidden", "seq_goto", "seq_next", "seq_prev", "book",
        "edx.ui.lms.sequence.next_selected", "edx.ui.lms.sequence.previous_selected", "edx.ui.lms.sequence.tab_selected",
        "edx.ui.lms.link_clicked", "edx.ui.lms.outline.selected", "edx.forum.thread.viewed", "edx.forum.searched", "edx.bookmark.added",
        "edx.bookmark.accessed", "showanswer", "edx.problem.hint.demandhint_displayed", "edx.drag_and_drop_v2.item.dropped",
        "edx.special_exam.timed.attempt.started", "edx.special_exam.proctored.attempt.started",
    ),
    "watch": ("pause_video", "edx.video.paused"),
    "close": ("stop_video", "edx.video.stopped", "page_close"),
    "complete": ("complete_video", "edx.video.completed"),
    "submit": (
        "openassessmentblock.create_submission", "edx.special_exam.timed.attempt.submitted",
        "edx.special_exam.proctored.attempt.submitted", "edx.special_exam.practice.attempt.submitted",
    ),
    "answer": ("problem_check", "xblock.poll.submitted", "xblock.survey.submitted"),
    "post": ("edx.forum.thread.created",),
    "comment": ("edx.forum.response.created", "edx.forum.comment.created"),
    "reaction": ("edx.forum.thread.voted", "edx.forum.response.voted"),
    "register": ("edx.course.enrollment.activated",),
    "unregister": ("edx.course.enrollment.deactivated",),
    "load": ("load_video", "edx.video.loaded"),
    AGAIN: ("edx.grades.problem.submitted", "problem_graph", "problem_show"),
}  # fmt: skip
"""Kinds by names of events; those of `AGAIN` come with another event of the same act. All others are their own last word."""

BY_NAME = {name: kind for kind, names in KINDS.items() for name in names}
PAGE = re.compile(r"^/courses/[^/]+/(?:courseware|course|info|progress|about|wiki|pdfbook|discussion|jump_to|\w{32})(?:/|$)")
DEEPEST = 32


def fields(event: Any) -> dict[str, Any]:
    """`event` as fields, whichever way it was written: an object, JSON as text, a query string, or a list of one of them.

    >>> fields('{"id": "a"}'), fields("input_1=b&id=x"), fields(["", "input_1=c"])
    ({'id': 'a'}, {'input_1': 'b', 'id': 'x'}, {'input_1': 'c'})
    """
    for _ in range(DEEPEST):
        if isinstance(event, list):
            event = next((e for e in event if e), None)
        elif isinstance(event, str):
            text = event.strip()
            if not text.startswith(("{", "[", '"')):
                try:
                    return {k: v[0] for k, v in parse_qs(text, max_num_fields=2_000).items()} if "=" in text else {}
                except ValueError:
                    return {}
            try:
                event = orjson.loads(text)
            except orjson.JSONDecodeError:
                return {}
        else:
            return event if isinstance(event, dict) else {}
    return {}


def kind_of(name: str, source: str, said: Mapping[str, Any]) -> str:
    """The kind of an event. What a browser says of a problem, the server says too, with how it was judged.

    >>> kind_of("problem_check", "server", {}), kind_of("problem_check", "browser", {}), kind_of("edx.cohort.created", "server", {})
    ('answer', 'again', 'created')
    """
    if name == "problem_check" and source == "browser":
        return AGAIN
    if name == "edx.completion.block_completion.changed":
        return "complete" if said.get("completion") == 1 else "progress"
    if known := BY_NAME.get(name):
        return known
    if name.startswith("/"):
        return "click" if PAGE.match(name) else "request"
    return re.sub(r"[^\w]+", "-", name.rsplit(".", 1)[-1]).strip("-").lower()[:60] or "act"


def amount_of(kind: str, said: Mapping[str, Any]) -> float | None:
    """One for a click, 0 to 100 for an answer that was judged, else none."""
    if kind == "click":
        return 1.0
    if kind != "answer":
        return None
    grade, most = said.get("grade"), said.get("max_grade")
    if not isinstance(grade, int | float) or not isinstance(most, int | float) or most <= 0:
        return None
    share = 100 * float(grade) / float(most)
    return share if math.isfinite(share) else None


def item_of(name: str, kind: str, said: Mapping[str, Any], course: str) -> tuple[str | None, str | None, str | None]:
    """(item, its kind, its title): the block, the video, the forum, the page, else the course."""

    def text(*keys: str) -> str:
        return next((v for k in keys if isinstance(v := said.get(k), str) and v and len(v) < 1_000), "")

    if "forum" in name:
        at = text("commentable_id")
        return f"edx:forum:{course}{':' + at if at else ''}", "forum", text("category_name") or None
    if block := text("block_id", "problem_id", "module_id", "usage_key"):
        problem = "problem" in block or name.startswith(("problem", "showanswer"))
        return f"edx:{block}", "quiz" if problem else "step" if kind in ("complete", "progress") else "page", text("display_name") or None
    if "video" in name and (one := text("id")):
        return f"edx:video:{one}", "page", None
    if "openassessment" in name and (one := text("submission_uuid")):
        return (f"edx:{course}", None, None) if not one else (f"edx:task:{course}", "task", None)
    if name.startswith("/") and kind == "click":
        return f"edx:{name.rstrip('/')}", "page", None
    return (f"edx:{course}", "course" if kind == "click" else None, None) if course else (None, None, None)
