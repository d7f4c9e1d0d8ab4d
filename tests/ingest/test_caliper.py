"""Caliper events. What is right is worked by hand from the standard; the same acts are written in xAPI as well and must come out alike."""

from __future__ import annotations

import json
import random

import pytest

from engagetree.ingest import find, stage

from .statements import START, an_id, envelope, event, statement, written

QUIZ = "https://school.example/quiz/1"
ADL = "http://adlnet.gov/expapi/"


@pytest.fixture
def taken(con, tmp_path):
    def run(values, lines=True, raw=None):
        path = tmp_path / "events.json"
        if raw is not None:
            path.write_bytes(raw)
        else:
            written(path, values, lines)
        result = stage(con, path, find(path, "caliper") if raw is not None else None, "UTC", tmp_path / "scratch")
        a = result.account
        assert a.read == a.kept + a.merged + a.refused == a.kept + a.merged + sum(a.reasons.values())
        return result

    return run


def acts(con, staged, columns='event_id, participant, "at"::VARCHAR, kind, item, amount', table="events"):
    if table not in staged.tables:
        return []
    return sorted(con.execute(f"SELECT {columns} FROM {staged.tables[table]}").fetchall(), key=str)


@pytest.mark.parametrize("lines", [True, False])
def test_envelopes_as_lines_and_as_an_array(con, taken, lines):
    result = taken([envelope(event(1), event(2)), envelope(event(3), event(1))], lines)
    me, page = "account:caliper:https://school.example/users/ana", "https://school.example/page/1"
    assert acts(con, result) == [(an_id(n), me, "2025-03-03 10:00:00+00", "click", page, 1.0) for n in (1, 2, 3)]
    assert (result.account.read, result.account.kept, result.account.merged) == (4, 3, 1)
    assert acts(con, result, "item, kind", "items") == [(page, "page")]


def both(verb, thing, result, **caliper):
    return statement(1, verb, object=thing, **({"result": result} if result else {})), event(1, **caliper)


SAME = {
    "a video is started": both(
        "https://w3id.org/xapi/video/verbs/played", {"id": QUIZ, "definition": {"type": "https://w3id.org/xapi/video/activity-type/video"}}, None,
        type="MediaEvent", action="Started", object={"id": QUIZ, "type": "VideoObject"},
    ),
    "a question is answered": both(
        ADL + "verbs/answered", {"id": QUIZ, "definition": {"type": ADL + "activities/cmi.interaction"}}, {"score": {"raw": 3, "min": 0, "max": 4}},
        type="AssessmentItemEvent", action="Completed", object={"id": QUIZ, "type": "AssessmentItem"},
        generated={"id": "urn:x:1", "type": "Response", "score": {"type": "Score", "scoreGiven": 3, "maxScore": 4}},
    ),
    "a task is handed in": both(
        "http://activitystrea.ms/schema/1.0/submit", {"id": QUIZ, "definition": {"type": "http://id.tincanapi.com/activitytype/school-assignment"}}, None,
        type="AssignableEvent", action="Submitted", object={"id": QUIZ, "type": "AssignableDigitalResource"},
    ),
    "something is posted in a forum": both(
        "https://w3id.org/xapi/acrossx/verbs/posted", {"id": QUIZ, "definition": {"type": "http://id.tincanapi.com/activitytype/forum-topic"}}, None,
        type="MessageEvent", action="Posted", object={"id": QUIZ, "type": "Thread"},
    ),
    "a lesson is finished": both(
        ADL + "verbs/completed", {"id": QUIZ, "definition": {"type": ADL + "activities/lesson"}}, {"duration": "PT2M"},
        type="AssignableEvent", action="Completed", object={"id": QUIZ, "type": "DigitalResource"},
        generated={"id": "urn:x:2", "type": "AggregateMeasure", "metric": "TimeOnTaskMinutes", "metricValue": 2},
    ),
    "a quiz is handed in, as Open edX tells it": both(
        ADL + "verbs/attempted", {"id": QUIZ, "definition": {"type": ADL + "activities/assessment"}}, {"score": {"scaled": 0, "raw": 0, "min": 0, "max": 1}},
        type="AssessmentEvent", action="Submitted", object={"id": QUIZ, "type": "Assessment"},
        generated={"id": "urn:x:3", "type": "Score", "scoreGiven": 0, "maxScore": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_act_is_the_same_in_both_standards(con, tmp_path, name):
    seen = []
    for one, values in zip(("xapi", "caliper"), ([SAME[name][0]], [envelope(SAME[name][1])]), strict=True):
        result = stage(con, written(tmp_path / f"{one}.json", values), None, "UTC", tmp_path / "scratch")
        assert result.account.kept == 1
        seen.append((acts(con, result, 'kind, item, amount, "at"::VARCHAR'), acts(con, result, "item, kind", "items")))
        assert acts(con, result, "source") == [(one,)]
    assert seen[0] == seen[1] and seen[0][1]


@pytest.mark.parametrize(
    ("actor", "handle", "person"),
    [
        ("https://x.org/u/1", "account:caliper:https://x.org/u/1", True),
        ({"id": "mailto:Ana@X.org", "type": "Person"}, "email:ana@x.org", True),
        ({"id": "32e08e30-f8ae-4ce2-94a8-c2bfe38a70cb", "type": "Person"}, "account:caliper:32e08e30-f8ae-4ce2-94a8-c2bfe38a70cb", True),
        (
            {"id": "http://purl.imsglobal.org/caliper/Person", "type": "Person"},
            "account:caliper:http://purl.imsglobal.org/caliper/Person",
            False,
        ),
        ({"id": "https://x.org/bot", "type": "SoftwareApplication"}, "account:caliper:https://x.org/bot", False),
    ],
)
def test_actors(con, taken, actor, handle, person):
    result = taken([envelope(event(1, actor=actor, object="https://x.org/page"))])
    assert acts(con, result, "participant, item") == [(handle, "https://x.org/page")]
    assert acts(con, result, "handle, person", "seen") == [(handle, person)]


def test_a_grade_is_of_whoever_is_graded(con, taken):
    attempt = {
        "id": "https://x.org/a/1",
        "type": "Attempt",
        "assignee": "https://x.org/u/2",
        "assignable": {"id": QUIZ, "type": "Assessment"},
    }
    score = {"id": "https://x.org/s/1", "type": "Score", "scoreGiven": 15, "maxScore": 20}
    result = taken([envelope(event(1, type="GradeEvent", action="Graded", object=attempt, generated=score))])
    assert acts(con, result, "participant, kind, item, amount") == [("account:caliper:https://x.org/u/2", "score", QUIZ, 75.0)]


def test_an_answer_in_a_forum_is_a_comment(con, taken):
    message = {"id": "https://x.org/m/2", "type": "Message", "replyTo": "https://x.org/m/1"}
    result = taken([envelope(event(1, type="MessageEvent", action="Posted", object=message))])
    assert acts(con, result, "kind") == [("comment",)]


def test_time_spent_as_measured(con, taken):
    measures = {"id": "urn:x:1", "type": "AggregateMeasureCollection", "items": [
        {"type": "AggregateMeasure", "metric": "AggregateTimeOnTaskSeconds", "metricValue": 90},
        {"type": "AggregateMeasure", "metric": "AggregateProgress", "metricValue": 3, "maxMetricValue": 5}]}  # fmt: skip
    result = taken([envelope(event(1, type="AssignableEvent", action="Completed", generated=measures))])
    assert acts(con, result, "kind, amount") == [("complete", 90.0)]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"sensor": " "}, "sensor is blank"),
        ({"sendTime": "yesterday"}, "sendTime is no time"),
        ({"dataVersion": "http://purl.imsglobal.org/ctx/caliper/v1p0"}, "dataVersion"),
        ({"data": {}}, "data is no list"),
        ({"mine": 1}, "does not know"),
    ],
)
def test_an_envelope_that_breaks_a_rule_is_refused_as_a_whole(con, taken, more, reason):
    result = taken([envelope(event(1)), envelope(event(2), event(3)) | more])
    assert (result.account.read, result.account.kept, result.account.refused) == (2, 1, 1)
    assert reason in result.account.refusals[0].reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"id": "7"}, "id is no urn:uuid"),
        ({"eventTime": None}, "no event"),
        ({"eventTime": "03/04/2025"}, "no time that can be read"),
        ({"actor": None}, "lacks something: actor"),
        ({"object": {"id": "page one", "type": "Page"}}, "object has no id"),
        ({"object": {"id": "page", "type": "Page"}}, "no IRI"),
        ({"action": 5}, "action is no text"),
        ({"own": 5}, "does not know"),
    ],
)
def test_an_event_that_breaks_a_rule_is_refused_alone(taken, more, reason):
    result = taken([envelope(event(1), event(2, **more))])
    if "eventTime" in more and more["eventTime"] is None:
        assert (result.account.kept, result.account.refused) == (1, 1)
        return
    assert (result.account.kept, result.account.refused) == (1, 1)
    assert reason in result.account.refusals[0].reason


def test_entities_are_no_acts_and_events_need_no_envelope(con, taken):
    result = taken([envelope(event(1), {"id": "https://x.org/u/1", "type": "Person"}, "https://x.org/u/2")])
    assert (result.account.read, result.account.kept, len(acts(con, result))) == (3, 3, 1)
    assert taken([event(1), event(2)]).account.kept == 2


def test_sendtime_of_the_old_sensor_and_a_deep_envelope(taken):
    deep = b'{"data":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    good = json.dumps(envelope(event(1), sendTime="2026-11-22T22:17:14.189+0000")).encode()
    result = taken(None, raw=good + b"\n" + deep)
    assert (result.account.kept, result.account.refused) == (1, 1)


def test_seeded_damage_never_makes_an_act(con, taken):
    clean = "\n".join(json.dumps(envelope(*(event(4 * n + i) for i in range(4)))) for n in range(10)).encode()
    known = set(acts(con, taken(None, raw=clean), "event_id, participant, kind, item"))
    assert len(known) == 40 and START
    dice = random.Random(5)
    for _ in range(50):
        at = dice.randrange(len(clean))
        raw = dice.choice(
            [
                clean[:at] + clean[at + dice.randrange(1, 40) :],
                clean[: max(at, 40)],
                clean[:at] + b"\0" + clean[at + 1 :],
                clean[:at] + b'"' + clean[at:],
            ]
        )
        result = taken(None, raw=raw)
        assert len(set(acts(con, result, "event_id, participant, kind, item")) - known) <= 1
