"""What an edX tracking event is here: its kind, what it was done to, and how much. The same act in xAPI or Caliper comes out alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import orjson

from engagetree.ingest.edx_things import thing_of
from engagetree.ingest.xapi_amounts import percent

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
    "close": ("page_close",),
    "complete": ("complete_video", "edx.video.completed", "stop_video", "edx.video.stopped"),  # a video stops where it ends
    "submit": (
        "openassessmentblock.create_submission", "edx.special_exam.timed.attempt.submitted",
        "edx.special_exam.proctored.attempt.submitted", "edx.special_exam.practice.attempt.submitted", "xblock.survey.submitted",
    ),
    "answer": ("problem_check", "xblock.poll.submitted"),
    "attempt": ("edx.grades.problem.submitted",),
    "score": ("edx.grades.subsection.grade_calculated", "edx.grades.course.grade_calculated"),
    "pass": ("edx.course.grade.passed.first_time", "edx.course.grade.now_passed"),
    "fail": ("edx.course.grade.now_failed",),
    "post": ("edx.forum.thread.created",),
    "comment": ("edx.forum.response.created", "edx.forum.comment.created"),
    "reaction": ("edx.forum.thread.voted", "edx.forum.response.voted"),
    "register": ("edx.course.enrollment.activated",),
    "unregister": ("edx.course.enrollment.deactivated",),
    "load": ("load_video", "edx.video.loaded"),
    AGAIN: ("problem_graph", "problem_show"),
}  # fmt: skip
"""Kinds by names of events; those of `AGAIN` come with another event of the same act. All others are their own last word.

A problem that was answered is one `answer`: what the server says of it. What else is written of the same act, the press of the button and
the grade that was stored, is an `attempt`, which no template takes (docs/decisions/0019).
"""

BY_NAME = {name: kind for kind, names in KINDS.items() for name in names}
PAGE = re.compile(r"^/courses/[^/]+/(?:courseware|course|info|progress|about|wiki|pdfbook|discussion|jump_to|\w{32})(?:/|$)")
DEEPEST = 32
LENGTH, LONGEST = ("complete_video", "edx.video.completed"), 86_400 * 7
"""Events whose `duration` is how long what was completed is, and more seconds than any video has."""
PRESSED = re.compile(r"input_(?P<block>\w+?)_\d+_\d+(?:\[.*)?")
"""A field of a problem's form."""
BLOCKS = ("block_id", "problem_id", "module_id", "usage_key", "component_usage_id", "exam_content_id")
LINKS = ("edx.ui.lms.link_clicked", "edx.ui.lms.outline.selected", "edx.ui.lms.sequence.outline.selected")


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
    ('answer', 'attempt', 'created')
    >>> kind_of("edx.forum.thread.voted", "server", {"vote_value": "up", "undo_vote": True})
    'undo'
    """
    if name == "problem_check" and source == "browser":
        return "attempt"
    if name == "edx.completion.block_completion.changed":
        return "complete" if said.get("completion") == 1 else "progress"
    if known := BY_NAME.get(name):
        return "undo" if known == "reaction" and str(said.get("undo_vote")).lower() == "true" else known
    if name.startswith("/"):
        return "click" if PAGE.match(name) else "request"
    return re.sub(r"[^\w]+", "-", name.rsplit(".", 1)[-1]).strip("-").lower()[:60] or "act"


def amount_of(name: str, kind: str, said: Mapping[str, Any]) -> float | None:
    """One for a click, 0 to 100 for an answer that was judged and for a grade, the length of a video that was completed, else none.

    >>> amount_of("problem_check", "answer", {"grade": 1, "max_grade": 3}), amount_of("complete_video", "complete", {"duration": 195})
    (33.333333333, 195.0)
    """
    if kind == "click":
        return 1.0
    if kind == "answer":
        return percent(None, said.get("grade"), 0, said.get("max_grade"))
    if kind == "score" and "percent_grade" in said:
        return percent(said.get("percent_grade"))
    if kind == "score":
        return percent(None, said.get("weighted_total_earned"), 0, said.get("weighted_total_possible"))
    length = said.get("duration") if name in LENGTH else None
    return float(length) if isinstance(length, int | float) and 0 < length < LONGEST else None


def item_of(name: str, kind: str, said: Mapping[str, Any], course: str, module: str = "") -> tuple[str | None, str | None, str | None]:
    """(item, its kind, its title): the block, the forum, the link, the page, else the course. `module` is the block that the context names.

    >>> item_of("play_video", "click", {"id": "v1"}, "course-v1:Ex+A+1")[:2]
    ('edx:block-v1:Ex+A+1+type@video+block@v1', 'page')
    """

    def text(*keys: str) -> str:
        return next((v for k in keys if isinstance(v := said.get(k), str) and v and len(v) < 1_000), "")

    if "forum" in name:
        at = text("commentable_id")
        return f"edx:forum:{course}{':' + at if at else ''}", "forum", text("category_name") or None
    if name in LINKS and (url := text("target_url")).startswith("http") and not any(c.isspace() for c in url):
        thing = thing_of(url)
        return (thing.item, thing.kind, None) if thing else (url, "page", None)
    if block := text(*BLOCKS) or _one_of(said, course, name) or ("" if name.startswith("/") or ".course." in name else module):
        if thing := thing_of(block):
            return thing.item, thing.kind, text("display_name") or None
        problem = "problem" in block or name.startswith(("problem", "showanswer"))
        return f"edx:{block}", "quiz" if problem else "page", text("display_name") or None
    if "video" in name and (one := text("id")):
        return f"edx:video:{one}", "page", None
    if "openassessment" in name and text("submission_uuid"):
        return f"edx:task:{course}", "task", None
    if name.startswith("/") and kind == "click":
        return f"edx:{name.rstrip('/')}", "page", None
    return (f"edx:{course}", "course" if kind == "click" else None, None) if course else (None, None, None)


def _one_of(said: Mapping[str, Any], course: str, name: str) -> str:
    """The usage key of what is only named by a part of it: a video, a problem by its form's fields, a sequence by `id`."""
    one = said.get("id")
    if isinstance(one, str) and (found := thing_of(one[:1_000])) and not found.part:
        return one
    version, _, run = course.partition("-v1:")
    head = {"course": "block-v1:", "ccx": "ccx-block-v1:"}.get(version)
    if not head or not run:
        return ""
    if "video" in name and isinstance(one, str) and re.fullmatch(r"[\w.-]{1,200}", one):
        return f"{head}{run}+type@video+block@{one}"
    pressed = next((m["block"] for k in said if (m := PRESSED.fullmatch(k))), "") if name == "problem_check" else ""
    return f"{head}{run}+type@problem+block@{pressed}" if pressed else ""
