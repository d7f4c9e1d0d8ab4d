"""Things of Open edX in statements and events: their names, and what is said of them. Worked by hand from what the platform sends."""

from __future__ import annotations

import pytest

from engagetree.ingest import stage
from engagetree.ingest.edx_things import meant
from engagetree.ingest.xapi_words import word

from .statements import envelope, event, statement, written


@pytest.fixture
def taken(con, tmp_path):
    return lambda values: stage(con, written(tmp_path / "some.json", values), None, "UTC", tmp_path / "scratch")


def acts(con, staged, columns):
    return sorted(con.execute(f"SELECT {columns} FROM {staged.tables['events']}").fetchall(), key=str)


PROBLEM = "https://lms.example/xblock/block-v1:Ex+A+1+type@problem+block@3fc5461f86764ad7bdbdf6cbdde61e66"


def test_a_problem_of_several_questions(con, taken):
    """Open edX sends the whole as a `GroupActivity`, which the standard has not, with the score; nobody else may use that word."""
    evaluated = "https://w3id.org/xapi/acrossx/verbs/evaluated"
    result = taken(
        [
            statement(
                1, evaluated, object={"objectType": "GroupActivity", "id": PROBLEM}, result={"score": {"raw": 1, "min": 0, "max": 2}}
            ),
            statement(2, evaluated, object={"objectType": "GroupActivity", "id": "https://x.org/1"}),
        ]
    )
    assert acts(con, result, "kind, item, amount") == [("answer", "edx:" + PROBLEM.rpartition("/")[2], 50.0)]
    assert result.account.refused == 1 and "objectType" in result.account.refusals[0].reason


@pytest.mark.parametrize(
    ("iri", "item"),
    [
        ("https://lms.example/xblock/block-v1:Ex+A+1+type@video+block@v", "edx:block-v1:Ex+A+1+type@video+block@v"),
        ("http://other.example:8000/xblock/block-v1:Ex+A+1+type@video+block@v", "edx:block-v1:Ex+A+1+type@video+block@v"),
        ("block-v1:course-v1:Ex+A+1+type@video+block@v", "edx:block-v1:Ex+A+1+type@video+block@v"),
        ("https://lms.example/xblock/block-v1:Ex%2BA%2B1%2Btype%40video%2Bblock%40v", "edx:block-v1:Ex+A+1+type@video+block@v"),
        ("https://lms.example/xblock/ccx-block-v1:Ex+A+1+ccx@2+type@html+block@h", "edx:ccx-block-v1:Ex+A+1+ccx@2+type@html+block@h"),
        (PROBLEM + "_2_1", "edx:" + PROBLEM.rpartition("/")[2]),
        (PROBLEM + "/hint/0", "edx:" + PROBLEM.rpartition("/")[2]),
        ("https://lms.example/course/course-v1:Ex+A+1", "edx:course-v1:Ex+A+1"),
        ("https://lms.example/courses/course-v1:Ex+A+1/", "edx:course-v1:Ex+A+1"),
        ("https://lms.example/courses/course-v1:Ex+A+1/progress/?x=1", "edx:/courses/course-v1:Ex+A+1/progress"),
        ("https://blog.example/why/block-v1:Ex+A+1+type@video+block@v", None),
        ("https://lms.example/xblock/block-v1:Ex+A+1+type@video+block@v/comments", None),
        ("https://school.example/course/a-v1:b", None),
    ],
)
def test_things_of_open_edx_are_the_items_of_its_log(con, taken, iri, item):
    assert acts(con, taken([statement(1, object={"id": iri})]), "item") == [(item or iri,)]


@pytest.mark.parametrize(
    ("block", "more", "expected"),
    [
        ("problem", {"type": "GradeEvent", "action": "Graded", "generated": {"score": {"type": "Score", "scoreGiven": 0, "maxScore": 0}}}, ("answer", None)),
        ("lti", {"type": "GradeEvent", "action": "Graded", "generated": {"score": {"type": "Score", "scoreGiven": 1, "maxScore": 2}}}, ("score", 50.0)),
        ("openassessment", {"type": "AssessmentEvent", "action": "Submitted"}, ("attempt", None)),
        ("sequential", {"type": "AssessmentEvent", "action": "Submitted"}, ("submit", None)),
        ("problem", {"type": "AssessmentEvent", "action": "Started"}, ("click", 1.0)),
    ],
)  # fmt: skip
def test_what_open_edx_says_of_its_blocks(con, taken, block, more, expected):
    result = taken([envelope(event(1, object=f"https://lms.example/xblock/block-v1:Ex+A+1+type@{block}+block@b", **more))])
    assert acts(con, result, "kind, amount, item") == [(*expected, f"edx:block-v1:Ex+A+1+type@{block}+block@b")]


ADL, BLOCK = "http://adlnet.gov/expapi/verbs/", "https://lms.example/xblock/block-v1:Ex+A+1+type@{}+block@b"
EXAM = {"type": "https://w3id.org/xapi/openedx/activity/proctored-assessment"}


@pytest.mark.parametrize(
    ("verb", "iri", "definition", "expected"),
    [
        (ADL + "attempted", BLOCK.format("lti"), {}, ("attempt", None)),
        (ADL + "attempted", "https://school.example/quiz", {}, ("attempt", "submit")),
        ("https://w3id.org/xapi/acrossx/verbs/evaluated", PROBLEM + "_3_1", {}, ("attempt", None)),
        (ADL + "terminated", BLOCK.format("sequential"), EXAM, ("submit", None)),
        (ADL + "terminated", BLOCK.format("sequential"), {}, ("click", None)),
        (ADL + "terminated", "https://school.example/film", EXAM, ("close", None)),
        (ADL + "initialized", BLOCK.format("video"), {}, ("load", None)),
        (ADL + "initialized", BLOCK.format("sequential"), EXAM, ("click", None)),
        ("https://w3id.org/xapi/acrossx/verbs/posted", "https://school.example/forum/comments/5", {}, ("post", None)),
    ],
)
def test_a_verb_has_a_sense_of_its_own_only_about_things_of_open_edx(verb, iri, definition, expected):
    found = meant(word(verb), verb, {"id": iri, "definition": definition})
    assert (found.kind, found.scored) == expected
