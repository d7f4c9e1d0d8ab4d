"""Acts of a course, each as three tools write it down: Open edX's tracking log, xAPI statements, Caliper events.

The shapes are those that Open edX's log and its own senders of statements and events use, and, where these have none, those of the ADL
profiles and of the Caliper standard; written by hand for a course that does not exist. What each act is here is written beside it, by hand.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LMS, COURSE, RUN = "https://lms.example", "course-v1:Ex+Talk101+2025", "Ex+Talk101+2025"
ADL, TC, ACROSSX = "http://adlnet.gov/expapi/verbs/", "http://id.tincanapi.com/verb/", "https://w3id.org/xapi/acrossx/verbs/"
VIDEOS, OPENEDX = "https://w3id.org/xapi/video/verbs/", "https://w3id.org/xapi/openedx/"
CMI, RESOURCE = "http://adlnet.gov/expapi/activities/cmi.interaction", "http://id.tincanapi.com/activitytype/resource"
FILM, TALK = "https://w3id.org/xapi/video/activity-type/video", "http://id.tincanapi.com/activitytype/discussion"
START = datetime(2025, 3, 3, 10, tzinfo=UTC)
Fields = dict[str, Any]


def key(type_: str, name: str = "") -> str:
    """A block's usage key."""
    return f"block-v1:{RUN}+type@{type_}+block@{name or type_ + '1'}"


def at(type_: str, name: str = "") -> str:
    """Where a browser finds that block."""
    return f"{LMS}/xblock/{key(type_, name)}"


@dataclass(frozen=True)
class Act:
    """One act. `log`: (name, data, source, block that the context names); `xapi`: (verb, object's id, its type, result); `caliper`:
    (type, action, object, more). None: the tool has no word for it. Then what it is here; `item` '' where tools name different things."""

    log: tuple[str, Fields | str, str, str] | None
    xapi: tuple[str, str, str, Fields | None] | None
    caliper: tuple[str, str, Fields, Fields] | None
    kind: str
    item: str | None
    amount: float | None
    offered: str | None = None


def log(name: str, data: Fields | str, source: str = "server", within: str = "") -> tuple[str, Fields | str, str, str]:
    return name, data, source, within


def xapi(verb: str, thing: str, type_: str = "", **result: Any) -> tuple[str, str, str, Fields | None]:
    return verb, thing, type_, result or None


def caliper(event: str, action: str, thing: str, type_: str, more: Fields | None = None, **beside: Any) -> tuple[str, str, Fields, Fields]:
    return event, action, {"id": thing, "type": type_, **beside}, more or {}


def score(raw: float, most: float) -> Fields:
    return {"min": 0, "max": most, "raw": raw, "scaled": raw / most}


def given(raw: float, most: float) -> Fields:
    return {"generated": {"score": {"id": "_:score", "type": "Score", "scoreGiven": raw, "maxScore": most}}}


HEX = "3fc5461f86764ad7bdbdf6cbdde61e66"
PAGE, ASSET = f"{LMS}/courses/{COURSE}/courseware/week1/talk/", f"{LMS}/asset-v1:{RUN}+type@asset+block@slides.pdf"
EDX_PROBLEM, EDX_VIDEO = f"edx:{key('problem', HEX)}", f"edx:{key('video')}"
SECTION = at("sequential", "exam1")
POST, REPLY = f"{LMS}/api/discussion/v1/threads/64a817", f"{LMS}/api/discussion/v1/comments/64b7b6"
FORUM = {"commentable_id": "week1", "id": "64a817"}
PLACE = {"target": {"id": "_:MediaLocation", "type": "MediaLocation", "currentTime": "PT1M4S"}}

ACTS = {
    "a page is opened": Act(
        log(f"/courses/{COURSE}/courseware/week1/talk/", '{"GET": {}}'), xapi(TC + "viewed", PAGE, "http://activitystrea.ms/schema/1.0/page"),
        caliper("NavigationEvent", "NavigatedTo", PAGE, "WebPage"), "click", f"edx:/courses/{COURSE}/courseware/week1/talk", 1.0, "page",
    ),
    "the next unit is opened": Act(
        log("edx.ui.lms.sequence.next_selected", {"id": key("sequential"), "current_tab": 1, "tab_count": 4}, "browser"),
        xapi("https://w3id.org/xapi/dod-isd/verbs/navigated", at("sequential"), RESOURCE),
        caliper("NavigationEvent", "NavigatedTo", at("sequential"), "DigitalResourceCollection"), "click", f"edx:{key('sequential')}", 1.0, "page",
    ),
    "a link is followed": Act(
        log("edx.ui.lms.link_clicked", {"target_url": "https://else.example/read", "current_url": PAGE}, "browser"),
        xapi(ADL + "experienced", "https://else.example/read", "http://adlnet.gov/expapi/activities/link"),
        caliper("NavigationEvent", "NavigatedTo", "https://else.example/read", "WebPage"), "click", "https://else.example/read", 1.0, "page",
    ),
    "a file is downloaded": Act(
        log("edx.ui.lms.link_clicked", {"target_url": ASSET, "current_url": PAGE}, "browser"),
        xapi(TC + "downloaded", ASSET, "http://adlnet.gov/expapi/activities/file"),
        caliper("ResourceManagementEvent", "Downloaded", ASSET, "DigitalResource"), "click", ASSET, 1.0, "page",
    ),
    "a bookmark is set": Act(
        log("edx.bookmark.added", {"component_usage_id": key("html"), "bookmark_id": "ana,x", "component_type": "html"}),
        xapi(TC + "bookmarked", at("html"), RESOURCE), caliper("AnnotationEvent", "Bookmarked", at("html"), "Page"),
        "click", f"edx:{key('html')}", 1.0, "page",
    ),
    "a video is there": Act(
        log("load_video", {"id": "video1", "code": "x", "duration": 195}, "browser"), xapi(ADL + "initialized", at("video"), FILM),
        caliper("Event", "Retrieved", at("video"), "VideoObject", duration="PT3M15S"), "load", EDX_VIDEO, None, "page",
    ),
    "a video is played": Act(
        log("play_video", '{"id": "video1", "code": "x", "duration": 195, "currentTime": 64}', "browser"), xapi(VIDEOS + "played", at("video"), FILM),
        caliper("MediaEvent", "Started", at("video"), "VideoObject", PLACE, duration="PT3M15S"), "click", EDX_VIDEO, 1.0, "page",
    ),
    "a video is paused": Act(
        log("pause_video", '{"id": "video1", "code": "x", "duration": 195, "currentTime": 64}', "browser"),
        xapi(VIDEOS + "paused", at("video"), FILM, extensions={"https://w3id.org/xapi/video/extensions/time": 64.0}),
        caliper("MediaEvent", "Paused", at("video"), "VideoObject", PLACE, duration="PT3M15S"), "watch", EDX_VIDEO, None, "page",
    ),
    "a video comes to its end": Act(
        log("stop_video", '{"id": "video1", "code": "x", "duration": 195, "currentTime": 195}', "browser"),
        xapi(ADL + "terminated", at("video"), FILM, extensions={"https://w3id.org/xapi/video/extensions/time": 195.0}),
        caliper("MediaEvent", "Ended", at("video"), "VideoObject", PLACE, duration="PT3M15S"), "complete", EDX_VIDEO, None, "page",
    ),
    "a video is completed": Act(
        log("edx.video.completed", {"id": "video1", "code": "x", "duration": 195}, "browser"),
        xapi(ADL + "completed", at("video"), FILM, completion=True, duration="PT03M15S"),
        caliper("MediaEvent", "Ended", at("video"), "VideoObject", duration="PT3M15S"), "complete", EDX_VIDEO, 195.0, "page",
    ),
    "a text is read to its end": Act(
        log("edx.completion.block_completion.changed", {"block_id": key("html"), "completion": 1.0}),
        xapi(ADL + "progressed", at("html"), RESOURCE, completion=True), caliper("AssignableEvent", "Completed", at("html"), "Page"),
        "complete", f"edx:{key('html')}", None, "page",
    ),
    "a problem is answered": Act(
        log("problem_check", {"problem_id": key("problem", HEX), "grade": 1, "max_grade": 3, "success": "incorrect", "attempts": 2}),
        xapi(ACROSSX + "evaluated", at("problem", HEX), CMI, success=False, score=score(1, 3)),
        caliper("GradeEvent", "Graded", at("problem", HEX) + "/user/32e08e30/attempt/2", "Attempt", given(1, 3)),
        "answer", EDX_PROBLEM, 33.333333333, "quiz",
    ),
    "a problem is answered, as early releases tell it": Act(
        log("problem_check", {"problem_id": key("problem", HEX), "grade": 4, "max_grade": 4, "success": "correct", "attempts": 3}),
        xapi(ADL + "answered", at("problem", HEX), CMI, success=True, score=score(4, 4)),
        caliper("AssessmentEvent", "Submitted", key("problem", HEX), "Assessment", extensions={"grade": 4, "max_grade": 4, "success": "correct"}),
        "answer", EDX_PROBLEM, 100.0, "quiz",
    ),
    "the button under a problem is pressed": Act(
        log("problem_check", f"input_{HEX}_2_1%5B%5D=choice_0&input_{HEX}_2_1%5B%5D=choice_2", "browser"),
        xapi(ADL + "attempted", at("problem", HEX), CMI),
        caliper("AssessmentEvent", "Submitted", at("problem", HEX), "Assessment"), "attempt", EDX_PROBLEM, None, "quiz",
    ),
    "the grade of a problem is stored": Act(
        log("edx.grades.problem.submitted", {"problem_id": key("problem", HEX), "weighted_earned": 1, "weighted_possible": 3}),
        xapi(ADL + "attempted", at("problem", HEX), "http://adlnet.gov/expapi/activities/question", success=False, score=score(1, 3)),
        caliper("AssessmentEvent", "Submitted", at("problem", HEX), "Assessment"), "attempt", EDX_PROBLEM, None, "quiz",
    ),
    "the solution is shown": Act(
        log("showanswer", {"problem_id": key("problem", HEX)}), xapi(ADL + "asked", at("problem", HEX) + "/answer"),
        caliper("Event", "Viewed", at("problem", HEX) + "/solution", "Annotation"), "click", EDX_PROBLEM, 1.0, "quiz",
    ),
    "a section is graded": Act(
        log("edx.grades.subsection.grade_calculated", {"block_id": key("sequential"), "weighted_total_earned": 3, "weighted_total_possible": 4}),
        xapi(TC + "earned", at("sequential"), RESOURCE, success=False, score=score(3, 4)),
        caliper("GradeEvent", "Graded", at("sequential"), "Assessment", given(3, 4)), "score", f"edx:{key('sequential')}", 75.0, "page",
    ),
    "an exam is handed in": Act(
        log("edx.special_exam.timed.attempt.submitted", {"exam_content_id": key("sequential", "exam1"), "exam_name": "Exam"}),
        xapi(ADL + "terminated", SECTION, OPENEDX + "activity/timed-assessment"), caliper("AssessmentEvent", "Submitted", SECTION, "Assessment"),
        "submit", f"edx:{key('sequential', 'exam1')}", None, "page",
    ),
    "a text is handed in": Act(
        log("openassessmentblock.create_submission", {"submission_uuid": "u", "attempt_number": 1}, within=key("openassessment")),
        xapi(ADL + "submitted", at("openassessment"), "http://id.tincanapi.com/activitytype/school-assignment"),
        caliper("AssignableEvent", "Submitted", at("openassessment"), "AssignableDigitalResource"),
        "submit", f"edx:{key('openassessment')}", None, "task",
    ),
    "a poll is answered": Act(
        log("xblock.poll.submitted", {"url_name": "poll1", "choice": "R"}, within=key("poll")), xapi(ADL + "answered", at("poll"), CMI, response="R"),
        caliper("QuestionnaireItemEvent", "Completed", at("poll"), "QuestionnaireItem"), "answer", f"edx:{key('poll')}", None, "prompt",
    ),
    "a survey is handed in": Act(
        log("xblock.survey.submitted", {"url_name": "survey1", "choices": {}}, within=key("survey")),
        xapi(ADL + "submitted", at("survey"), "http://id.tincanapi.com/activitytype/survey"),
        caliper("QuestionnaireEvent", "Submitted", at("survey"), "Questionnaire"), "submit", f"edx:{key('survey')}", None, "form",
    ),
    "a discussion is begun": Act(
        log("edx.forum.thread.created", FORUM | {"title": "Hello"}), xapi(ACROSSX + "posted", POST, TALK),
        caliper("MessageEvent", "Posted", POST, "Message"), "post", "", None,
    ),
    "a post is replied to": Act(
        log("edx.forum.response.created", FORUM | {"id": "64b7b6"}), xapi(ACROSSX + "posted", REPLY, TALK),
        caliper("MessageEvent", "Posted", REPLY, "Message", replyTo={"id": POST, "type": "Message"}), "comment", "", None,
    ),
    "a post is voted for": Act(
        log("edx.forum.thread.voted", FORUM | {"vote_value": "up"}), xapi(OPENEDX + "verb/voted", POST, TALK),
        caliper("FeedbackEvent", "Ranked", POST, "Message"), "reaction", "", None,
    ),
    "a course is entered": Act(
        log("edx.course.enrollment.activated", {"course_id": COURSE, "mode": "audit"}), xapi(ADL + "registered", f"{LMS}/course/{COURSE}"),
        caliper("Event", "Activated", f"{LMS}/course/{COURSE}", "CourseOffering"), "register", f"edx:{COURSE}", None,
    ),
    "a course is left": Act(
        log("edx.course.enrollment.deactivated", {"course_id": COURSE, "mode": "audit"}), xapi(TC + "unregistered", f"{LMS}/course/{COURSE}"),
        caliper("Event", "Deactivated", f"{LMS}/courses/{COURSE}/", "Membership"), "unregister", f"edx:{COURSE}", None,
    ),
    "a course is passed": Act(
        log("edx.course.grade.passed.first_time", {"course_id": COURSE}), xapi(ADL + "passed", f"{LMS}/course/{COURSE}"),
        caliper("Event", "Completed", f"{LMS}/course/{COURSE}", "CourseOffering"), "pass", f"edx:{COURSE}", None,
    ),
    "somebody logs in": Act(
        None, xapi(ADL + "logged-in", "https://lms.example/app", ""), caliper("SessionEvent", "LoggedIn", "https://lms.example/app", "SoftwareApplication"),
        "visit", "https://lms.example/app", None,
    ),
}  # fmt: skip


def moment(n: int, who: str) -> datetime:
    """When the n-th act is done: some an hour, over four weeks; everybody at a minute of their own."""
    return START + timedelta(hours=25 * n, minutes=len(who), milliseconds=n)


def logged(act: Act, who: str, when: datetime) -> Fields:
    """A line of the log."""
    assert act.log
    name, data, source, within = act.log
    context: Fields = {"course_id": COURSE, "org_id": "Ex", "user_id": len(who), "path": "/event"}
    context |= {"module": {"usage_key": within, "display_name": "x"}} if within else {}
    return {
        "name": name, "event_type": name, "event_source": source, "time": when.isoformat(), "username": who, "session": "", "ip": "",
        "host": "lms.example", "page": PAGE if source == "browser" else None, "context": context, "event": data,
    }  # fmt: skip


def going_round(act: Act, who: str, when: datetime) -> Fields:
    """The same event as it goes round inside the platform."""
    line = logged(act, who, when)
    data = json.loads(line["event"]) if isinstance(line["event"], str) and line["event"].startswith("{") else line["event"]
    context = line["context"] | {"username": who, "event_source": line["event_source"], "session": "s", "host": "lms.example"}
    return {"name": line["name"], "timestamp": line["time"], "data": data, "context": context}


def stated(act: Act, who: str, when: datetime) -> Fields:
    """A statement."""
    assert act.xapi
    verb, thing, type_, result = act.xapi
    definition = {"definition": {"type": type_}} if type_ else {}
    course = {"id": f"{LMS}/course/{COURSE}", "definition": {"type": "http://adlnet.gov/expapi/activities/course"}}
    whole: Fields = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{when}{who}")), "actor": {"account": {"homePage": LMS, "name": f"x-{who}"}}, "verb": {"id": verb},
        "object": {"id": thing, **definition}, "timestamp": when.isoformat(), "version": "1.0.3", "context": {"contextActivities": {"parent": [course]}},
    }  # fmt: skip
    return whole | ({"result": result} if result else {})


def told(act: Act, who: str, when: datetime) -> Fields:
    """An event of Caliper, in an envelope of its own."""
    assert act.caliper
    type_, action, thing, more = act.caliper
    event = {
        "@context": "http://purl.imsglobal.org/ctx/caliper/v1p2", "id": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{when}{who}')}", "type": type_,
        "actor": {"id": f"{LMS}/user/x-{who}", "type": "Person"}, "action": action, "object": thing,
        "eventTime": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"), **more,
    }  # fmt: skip
    return {"sensor": LMS, "sendTime": event["eventTime"], "dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p2", "data": [event]}


TOOLS = {"log": logged, "inside": going_round, "xapi": stated, "caliper": told}
"""How each tool writes an act down; `inside` is the log's other shape."""
ACCOUNTS = {"log": "{}", "inside": "{}", "xapi": "x-{}", "caliper": LMS + "/user/x-{}"}
"""What each tool knows somebody by."""


def written(tool: str, acts: dict[str, Act], people: dict[str, list[str]]) -> str:
    """A file of a tool: what each of the people did, by the names of acts, in an order that is nobody's."""
    rows = [
        json.dumps(TOOLS[tool](acts[name], who, moment(list(ACTS).index(name), who)))
        for who, names in people.items()
        for name in reversed(names)
        if getattr(acts[name], "log" if tool == "inside" else tool)
    ]
    return "\n".join(rows) + "\n"
