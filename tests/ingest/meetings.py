"""Reports of meetings written by hand for tests, one for each layout, and a short way to read one."""

from __future__ import annotations

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from engagetree.engine import connect_duckdb
from engagetree.ingest import find
from engagetree.ingest.answers import Answers

ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
602 4516 7821,Spring call,03/17/2025 10:00:00 AM,03/17/2025 11:00:00 AM,host@x.org,60,4

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room
Ana (Ana Ruiz),ana@x.org,03/17/2025 10:00:00 AM,03/17/2025 10:30:00 AM,30,Yes,Y,No
Ana R,ana@x.org,03/17/2025 10:20:00 AM,03/17/2025 11:00:00 AM,40,Yes,Y,No
"Li, Bo",,03/17/2025 10:05:00 AM,03/17/2025 11:00:00 AM,55,Yes,Y,No
iPhone,,03/17/2025 10:06:00 AM,03/17/2025 10:16:00 AM,10,Yes,Y,No
Cem,cem@x.org,03/17/2025 09:50:00 AM,03/17/2025 10:00:00 AM,10,Yes,Y,Yes
Dee,dee@x.org,03/17/2025 10:10:00 AM,,,Yes,Y,No
"""
UNIQUE = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
60245167821,Spring call,03/17/2025 10:00:00 AM,03/17/2025 11:00:00 AM,host@x.org,60,2

Name (Original Name),User Email,Total Duration (Minutes),Guest
Ana,ana@x.org,60,Yes
Bo Li,,55,Yes
"""
WEBINAR = """\
Attendee Report,
Report Generated:,"Mar 23, 2025 08:00:01"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registered,# Cancelled,Unique Viewers,Total Users,Max Concurrent Views
Spring webinar,912 3456 7890,"Mar 22, 2025 19:00:00",90,5,0,3,4,3
Host Details
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Host,host@x.org,"Mar 22, 2025 18:55:00","Mar 22, 2025 20:31:00",96,No,Spain
Panelist Details
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Pan,pan@x.org,"Mar 22, 2025 19:00:00","Mar 22, 2025 20:30:00",90,No,Spain
Attendee Details
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Is Guest,Why?,Country/Region Name
Yes,2505445126_Ana,Ana,Ruiz,ana@x.org,"Mar 1, 2025 10:00:00",approved,"Mar 22, 2025 19:13:27","Mar 22, 2025 19:43:27",30,Yes,"so, so",Spain,,
Yes,Ana R,Ana,Ruiz,ana@x.org,"Mar 1, 2025 10:00:00",approved,"Mar 22, 2025 19:40:00","Mar 22, 2025 20:00:00",20,Yes,,Spain,,
No,Bo,Bo,Li,bo@x.org,"Mar 2, 2025 10:00:00",approved,--,--,--,--,,Peru
Yes,Cem,Cem,Oz,cem@x.org,"Mar 2, 2025 10:00:00",approved,"Mar 22, 2025 20:00:00","Mar 22, 2025 17:02:00",-178,Yes,,Peru
Other Attended
User Name,Join Time,Leave Time,Time in Session (minutes),Country/Region Name
+34 600 000 000,"Mar 22, 2025 19:10:00","Mar 22, 2025 19:20:00",10,Spain
"""
POLL_OLD = """\
#,User Name,User Email,Submitted Date/Time,
1,Ana,ana@x.org,"Jan 21, 2021 21:05:14",How are you?,Fine,Which one?,A;B
2,Bo,bo@x.org,"Jan 21, 2021 21:05:20",How are you?,So so
3,Anonymous Attendee,,"Jan 21, 2021 21:06:00",How are you?,Bad,Secret?,Yes
"""
POLL_NEW = """\
Poll Report,
Report Generated:,"Mar 18, 2025 08:00:01"
Topic,Meeting ID,Actual Start Time,Actual Duration (minutes),# Participants
Spring call,602 4516 7821,"Mar 17, 2025 10:00:00",60,4
Poll Details
#,User Name,User Email,Submitted Date/Time,"How are you, really?"
1,Ana,ana@x.org,"Mar 17, 2025 10:15:14",Fine
2,Bo,bo@x.org,"Mar 17, 2025 10:15:20",So so
#,User Name,User Email,Submitted Date/Time,Which one?
1,Ana,ana@x.org,"Mar 17, 2025 10:40:00",A;B
2,Bo,bo@x.org,"Mar 17, 2025 10:41:00",
"""
QUESTIONS = """\
Question and Answer Report
Topic,Webinar ID
Spring webinar,912 3456 7890

#,Question,Asker Name,Asker Email,Answer(s)
1,"What, when?",Ana,ana@x.org,Host: now
2,Why?,Ana,ana@x.org,
3,Who?,,,Host: me
"""
TEAMS_2021 = """\
Meeting Summary
Total Number of Participants\t2
Meeting Title\tSpring call
Meeting Start Time\t3/17/2025, 10:00:00 AM
Meeting End Time\t3/17/2025, 11:00:00 AM
Meeting Id\tabc-123

Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)
Ruiz, Ana (External)\t3/17/2025, 10:00:00\u202fAM\t3/17/2025, 10:30:00\u202fAM\t30m\tana@x.org\tPresenter\tana@x.org
Ruiz, Ana (External)\t3/17/2025, 10:40:00\u202fAM\t3/17/2025, 11:00:00\u202fAM\t20m\tana@x.org\tPresenter\tana@x.org
[Acme] Bo Li (Guest)\t3/17/2025, 10:05:00\u202fAM\t3/17/2025, 11:00:00\u202fAM\t55m\t\tAttendee\t
"""
MEET = """\
First name,Last name,Email,Duration,Time joined,Time exited
Ana,Ruiz,ana@x.org,58 min,18:02,19:00
Bo,Li,,1 hr 2 min,5:59 PM,7:01 PM
Cem,Oz,cem@x.org,20 min,18:00,19:00
"""
WEBEX = (
    "Event Name\tEvent Start Time\tEvent End Time\tName\tAttendee Email\tJoin Time\tLeave Time\tAttendance Duration\tConnection Type\n"
    + "".join(
        "\t".join(f'"=""{c}"""' if i != 7 else c for i, c in enumerate(cells)) + "\n"
        for cells in (
            ("Spring call", "2021-06-14 17:00:00", "2021-06-14 20:30:00", "Ana Ruiz", "ana@x.org", "2021-06-14 17:01:00",
             "2021-06-14 20:25:00", "204 mins", "Desktop app"),
            ("Spring call", "2021-06-14 17:00:00", "2021-06-14 20:30:00", "Bo Li", "", "2021-06-14 17:30:00", "2021-06-14 18:00:00",
             "30 mins", "Phone"),
        )
    )
)  # fmt: skip
BBB = """\
Name,Moderator,Activity Score,Talk Time,Webcam Time,Messages,Reactions,Poll Votes,Raise Hands,Join,Left,Duration,Ready? Or not, so far,Which one?
"Mod","TRUE","0","00:10:00","-","3","0","0","0","3/17/2025, 09:55:00 AM","3/17/2025, 11:00:00 AM","01:05:00","-","-"
"Ana","FALSE","9","00:02:00","-","4","1","2","2","3/17/2025, 10:00:00 AM","3/17/2025, 11:00:00 AM","00:50:00","Yes","A"
"Bo","FALSE","3","00:01:00","-","0","2","0","0","3/17/2025, 10:00:00 AM","-","01:00:00","-","-"
"Cem","FALSE","1.5","-","-","1","0","1","0","3/17/2025, 10:50:00 AM","3/17/2025, 11:00:00 AM","00:10:00","No","-"
"Anonymous","","","","","","","","","","","","",""
"""
LIST = """\
Full Name\tUser Action\tTimestamp
Ana\tJoined before\t17/03/2025, 10:00:00
Bo\tJoined\t17/03/2025, 10:05:00
Ana\tLeft\t17/03/2025, 10:30:00
Ana\tJoined\t17/03/2025, 10:40:00
Bo\tLeft\t17/03/2025, 11:00:00
"""
LIVE = """\
Session Id,Participant Id,Full Name,User Agent,UTC Event Timestamp,Action,Role
s1,u1,Ana Ruiz,Edge,3/17/2025 10:00:00 AM,Joined,Attendee
s1,u1,Ana Ruiz,Edge,3/17/2025 11:00:00 AM,Left,Attendee
"""
CHAT = """\
10:05:12 From  Ana Ruiz  to  Everyone:
\tHello: everybody
\twith two lines
10:06:00 From  Bo  to  Ana Ruiz(Direct Message):
\tpsst
10:07:00 From  Bo  to  Everyone:
\tReacted to "Hello: everybody" with 👍
"""
TABBED = "00:05:12\tAna Ruiz:\tHello\n00:06:00\tBo:\tHi: you\n"

ANSWERED = Answers(zone="UTC", session="s1")
ALL: dict[str, tuple[str, Answers]] = {
    "zoom-participants": (ZOOM, Answers(zone="UTC")),
    "zoom-webinar": (WEBINAR, Answers(zone="UTC")),
    "zoom-polls": (POLL_NEW, Answers(zone="UTC")),
    "zoom-questions": (QUESTIONS, Answers(zone="UTC", session="zoom:1@2025-03-22T19:00Z")),
    "zoom-chat": (CHAT, Answers(zone="UTC", session="zoom:1@2025-03-17T10:00Z")),
    "teams": (TEAMS_2021, Answers(zone="UTC")),
    "teams-list": (LIST, Answers(zone="UTC")),
    "meet": (MEET, Answers(zone="UTC", day=date(2025, 3, 17))),
    "webex": (WEBEX, Answers(zone="UTC")),
    "bbb": (BBB, Answers(zone="UTC", order="month")),
}
"""A report for each reader, and what it leaves open answered."""


def connection(folder: Path):
    con = connect_duckdb(folder / "spill")
    con.execute("SET threads = 1")
    return con


SPILL = tempfile.TemporaryDirectory()


@cache
def one_for_all():
    """Opening a connection takes longer than reading a report."""
    return connection(Path(SPILL.name))


def read(path: Path, answers: Answers = Answers(zone="UTC"), reader: object = None, con: object = None):  # noqa: B008
    """(reader's name, account, tables as lists of rows)."""
    con = con or one_for_all()
    chosen = reader or find(path)
    staged = chosen.stage_answered(con, path, answers, path.parent / "scratch")
    tables = {n: con.sql(f"SELECT * FROM {t}").to_arrow_table().to_pylist() for n, t in staged.tables.items()}
    for table, name in staged.tables.items():
        con.execute(f"DROP {'VIEW' if table in staged.loose else 'TABLE'} {name}")
    return chosen.name, staged.account, tables


def written(folder: Path, content: str | bytes, name: str = "report.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def acts(tables) -> list[tuple[object, ...]]:
    """(who, kind, HH:MM:SS, amount), sorted."""
    rows = [(e["participant"], e["kind"], e["at"].strftime("%H:%M:%S"), e["amount"]) for e in tables.get("events", [])]
    return sorted(rows, key=str)
