"""Exports of platforms as the tests use them: made by hand in the layouts known, with people and acts counted by hand."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import xlsxwriter

from engagetree.ingest.answers import Answers

MOODLE_HEADER = 'Time,"User full name","Affected user","Event context",Component,"Event name",Description,Origin,"IP address"'
MOODLE_LOG = f"""\
{MOODLE_HEADER}
"27/09/26, 21:40:58","Ana Ruiz",-,"Page: Welcome",Page,"Course module viewed","The user with id '1046' viewed the 'page' activity with course module id '643'.",web,10.0.0.1
"17/09/26, 21:41:58","Ana Ruiz",-,"Forum: Talk",Forum,"Discussion created","The user with id '1046' has created the discussion with id '5' in the forum with course module id '7'.",web,10.0.0.1
"17/09/26, 21:41:58","Ana Ruiz",-,"Forum: Talk",Forum,"Some content has been posted.","The user with id '1046' has posted content in the forum post with id '9' in the discussion '5' located in the forum with course module id '7'.",web,10.0.0.1
"17/09/26, 21:42:00","Bo Li","Ana Ruiz","Forum: Talk",Forum,"Post created","The user with id '2' has created the post with id '10' in the discussion with id '5' in the forum with course module id '7'.",web,10.0.0.2
"16/09/26, 08:00:00","Bo Li",-,"Assignment: Essay",Assignment,"A submission has been submitted.","The user with id '2' has submitted the submission with id '3' for the assignment with course module id '8'.",web,10.0.0.2
"15/09/26, 08:00:00","Bo Li",-,"Quiz: Check",Quiz,"Quiz attempt submitted","The user with id '2' has submitted the attempt with id '3' for the quiz with course module id '9'.",web,10.0.0.2
"14/09/26, 08:00:00","Admin as Bo Li",-,"Course: C",System,"Course viewed","The user with id '2' viewed the course with id '3'.",web,10.0.0.9
"13/09/26, 08:00:00",-,-,"Course: C",System,"Course backed up","The user with id '-1' backed up the course with id '3'.",cli,
"""
"""8 rows: 5 acts by 2 people, 1 said again, 1 of an administrator as Bo, 1 of the system."""

MOODLE_COMPLETION = """\
,"Email address","Page A","30 September 2026","Quiz B",""
"Ana Ruiz","ana@x.org","Completed","2026-09-07 10:00:00","Completed (achieved pass grade)","2026-09-08 10:00:00"
"Bo Li","bo@x.org","Not completed","","Completed (did not achieve pass grade)","2026-09-08 11:00:00"
"Cem Oz","cem@x.org","Not completed","","Not completed","2026-09-08 11:30:00"
"""
"""3 people, 2 steps completed, 1 failed."""

MOODLE_GRADES = """\
First name,Last name,ID number,Institution,Department,Email address,Quiz:Quiz 1 (Real),Quiz:Quiz 1 (Percentage),Task (Real),Task (Feedback),\
Last downloaded from this course
Ana,Ruiz,s1,,,ana@x.org,8.50,85.00 %,-,good,1757280000
Bo,Li,s2,,,bo@x.org,-,-,"7,5",-,1757280000
Cem,Oz,s3,,,cem@x.org,0.00,0.00 %,-,-,1757280000
"""

CANVAS_GRADES = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (11),Quiz (12),Nothing (13),Assignments Current Score,Current Score,Final Score
,,,,,Manual Posting,,,,,
    Points Possible,,,,,20,10,0,(read only),(read only),(read only)
"Ruiz, Ana",101,s1,ana@x.org,A and B,18,EX,3,90,90,45
"Li, Bo",102,s2,bo,A,,N/A,,,,0
"Oz, Cem",104,s4,cem@x.org,A,0,7.5,,60,25,25
"Student, Test",103,,x,A,20,10,,,100,100
"""

EDX_LOG = """\
2023-05-23 13:53:13,461 INFO 20 [tracking] [user None] [ip None] logger.py:41 - {"name": "problem_check","event_type":"problem_check","event_source":"server","time":"2023-05-23T13:53:13.461+00:00","username":"ana","context":{"course_id":"course-v1:a+b+c","user_id":5},"event":{"problem_id":"block-v1:x@problem+1","grade":1,"max_grade":2}}
{"name": "play_video","event_type":"play_video","event_source":"browser","time":"2023-05-23T13:53:14.461Z","username":"","context":{"course_id":"course-v1:a+b+c","user_id":"5"},"event":"{\\"id\\": \\"v1\\"}"}
{"name": "problem_check","event_type":"problem_check","event_source":"browser","time":"2023-05-23T13:53:14.461Z","username":"ana","context":{"course_id":"course-v1:a+b+c","user_id":"5"},"event":"input_1=a"}
{"name": "broken
{"name": "problem_graph","event_type":"problem_graph","event_source":"browser","time":"2023-05-23T13:53:14.461Z","username":"ana","context":{"course_id":"course-v1:a+b+c","user_id":"5"},"event":["input_1=a", "x"]}
{"name": "edx.forum.thread.created","event_type":"edx.forum.thread.created","event_source":"server","time":"2023-05-23T13:53:15Z","username":"bo","context":{"course_id":"course-v1:a+b+c"},"event":{"commentable_id":"c1"}}
{"name": "edx.forum.response.created","event_type":"edx.forum.response.created","event_source":"server","time":"2023-05-23T13:53:16Z","username":"cem","context":{"course_id":"course-v1:a+b+c"},"event":{"commentable_id":"c1"}}
{"name": "page_close","event_type":"page_close","event_source":"browser","time":"2023-05-23T13:53:16Z","username":"","context":{"course_id":"course-v1:a+b+c","user_id":null},"event":"{}"}
"""
"""8 lines: 5 acts by 3 people, 1 said again, 1 broken, 1 by nobody."""

CANVAS_VIEWS = """\
request_id,user_id,url,context_id,context_type,asset_id,asset_type,controller,action,contributed,interaction_seconds,created_at,user_request,render_time,user_agent,participated,account_id,real_user_id
r1,5,/x,9,Course,3,Quiz,quizzes,show,false,12,2013-10-01 12:00:00 UTC,true,0.1,ua,false,1,
r2,5,/x,9,Course,4,Assignment,submissions,create,true,12,2013-10-01T12:00:01Z,true,0.1,ua,true,1,
r2,5,/x,9,Course,4,Assignment,submissions,create,true,12,2013-10-01T12:00:01Z,true,0.1,ua,true,1,
r3,5,/x,9,Course,4,Assignment,submissions,create,true,12,2013-10-01T12:00:01Z,true,0.1,ua,true,1,7
r4,6,/y,9,Course,,,courses,show,false,12,2013-10-01T13:00:00Z,false,0.1,ua,false,1,
r5,6,/y,9,Course,8,DiscussionTopic,discussion_entries,create,true,12,2013-10-01T13:00:09Z,true,0.1,ua,true,1,6
"""

EVENTBRITE = """\
Order #,Order Date,First Name,Last Name,Email,Quantity,Attendee #,Attendee Status
1,11/29/24 22:28,Ana,Ruiz,ana@x.org,1,1,Checked In
2,11/29/24 22:29,Bo,Li,bo@x.org,1,2,Attending
2,11/29/24 22:29,Cem,Oz,bo@x.org,1,3,Attending
3,11/29/24 22:30,Dee,Du,dee@x.org,1,4,Refunded
1,11/29/24 22:28,Ana,Ruiz,ana@x.org,1,5,Checked In
"""

DISCOURSE = """\
id,name,username,email,title,created_at,last_seen_at,last_posted_at,trust_level,staged,post_count
-1,system,system,sys@x.org,,2020-01-01 00:00:00 UTC,2020-01-01 00:00:00 UTC,,4,false,9
5,Ana Ruiz,ana,ana@x.org,,2020-01-02 00:00:00 UTC,2025-01-01 00:00:00 UTC,,1,false,3
6,,bo,bo@x.org,,2021-01-02 00:00:00 UTC,,,1,false,0
7,Mail,mail,m@x.org,,2021-01-02 00:00:00 UTC,,,1,true,0
"""


def slack() -> bytes:
    """Two people, a robot, two channels: 2 posts, 1 comment, 1 reaction; 1 join, 1 of the robot, 1 direct message, 1 broken day."""
    users = [
        {"id": "U1", "name": "ana", "deleted": False, "profile": {"email": "Ana@x.org", "real_name": "Ana Ruiz"}},
        {"id": "U2", "name": "bo", "deleted": True, "profile": {}},
        {"id": "B1", "name": "robot", "is_bot": True, "profile": {}},
    ]
    general = [
        {"type": "message", "user": "U1", "text": "secret", "ts": "1452837318.000002",
         "reactions": [{"name": "+1", "users": ["U2", "B1"], "count": 2}, {"name": "eyes", "users": ["U2"], "count": 1}]},
        {"type": "message", "subtype": "channel_join", "user": "U2", "text": "joined", "ts": "1452837319.000002"},
        {"type": "message", "user": "U2", "text": "answer", "ts": "1452837320.000002", "thread_ts": "1452837318.000002"},
        {"type": "message", "subtype": "bot_message", "bot_id": "X", "text": "beep", "ts": "1452837321.000002"},
    ]  # fmt: skip
    help_ = [{"type": "message", "user": "U2", "text": "?", "ts": "1452837400.000002", "thread_ts": "1452837400.000002"}]
    parts = {
        "users.json": users,
        "channels.json": [{"id": "C1", "name": "general", "members": ["U1", "U2"]}, {"id": "C2", "name": "help", "members": []}],
        "general/2016-01-15.json": general,
        "help/2016-01-15.json": help_,
        "D024/2016-01-15.json": [{"type": "message", "user": "U2", "text": "private", "ts": "1452837500.000002"}],
    }
    return zipped({**{n: json.dumps(p) for n, p in parts.items()}, "help/2016-01-16.json": "[{"})


def zipped(parts: dict[str, str]) -> bytes:
    """A zip of texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, text)
    return out.getvalue()


def book(**sheets: list[list[object]]) -> bytes:
    """A workbook of sheets."""
    out = io.BytesIO()
    w = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = w.add_worksheet(name)
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    w.close()
    return out.getvalue()


VOTERS: list[list[object]] = [
    ["Results of the spring call"],
    [],
    ["Date (UTC)", "Session", "Voter", "How are you?: Answer", "Rate:: Speed", "Rate:: Depth"],
    ["2025-03-03 10:00:00", "1", "v1", "Fine", 3, 4],
    ["2025-03-03 10:00:10", "1", "v2", "", 3, ""],
    ["2025-03-04 10:00:00", "2", "v1", "So so", "", ""],
    ["2025-03-04 10:00:05", "2", "", "x", 1, 1],
]

ALL: dict[str, tuple[str, Answers]] = {
    "moodle-log": (MOODLE_LOG, Answers(zone="Europe/Madrid")),
    "moodle-completion": (MOODLE_COMPLETION, Answers(zone="Europe/Madrid")),
    "moodle-grades": (MOODLE_GRADES, Answers(zone="Europe/Madrid")),
    "canvas-grades": (CANVAS_GRADES, Answers(zone="UTC", day=date(2025, 3, 3))),
    "canvas-views": (CANVAS_VIEWS, Answers(zone="UTC")),
    "edx-log": (EDX_LOG, Answers(zone="UTC")),
    "eventbrite": (EVENTBRITE, Answers(zone="UTC", session="s1", day=date(2024, 12, 3))),
    "discourse": (DISCOURSE, Answers(zone="UTC")),
}
"""A text for each reader of texts, and what it leaves open answered."""
