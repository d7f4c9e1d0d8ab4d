"""Each layout of a meeting report, by hand: the expected acts were worked out from the texts in `meetings.py` with a pencil."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from engagetree.errors import EngagetreeError, ImportRefused
from engagetree.ingest import find
from engagetree.ingest.answers import Answers, OpenQuestion
from engagetree.ingest.bbb_score import Activity, activity_scores
from engagetree.ingest.meeting_length import seconds_of
from engagetree.ingest.meeting_when import moment, order_of
from engagetree.ingest.readers import readers
from engagetree.scoring.presence import stays

from . import meetings
from .meetings import ALL, acts, read, written


@pytest.mark.parametrize("name", ALL)
def test_each_layout_is_known_by_its_content_and_by_one_reader_only(tmp_path, name):
    path = written(tmp_path, ALL[name][0], "anything.txt")
    assert [n for n, r in readers().items() if r.recognises(path) and n != "table"] == [name]
    assert find(path).name == name


@pytest.mark.parametrize("name", ALL)
def test_every_row_is_counted_once_and_nothing_is_open_when_answered(tmp_path, name):
    content, answers = ALL[name]
    path = written(tmp_path, content)
    _, account, tables = read(path, answers)
    if name != "zoom-chat":  # a message with its lines is one row
        delimiter = "\t" if "\t" in content else ","
        held = [r for r in csv.reader(io.StringIO(content), delimiter=delimiter) if any(c.strip() for c in r)]
        assert account.read == len(held)
    assert account.read == account.kept + account.merged + account.refused
    known = {s["handle"] for s in tables["seen"]}
    assert {e["participant"] for e in tables["events"]} <= known


def test_zoom_participants(tmp_path):
    _, account, tables = read(written(tmp_path, meetings.ZOOM))
    assert acts(tables) == [
        ("email:ana@x.org", "present", "10:00:00", 1800.0),  # renamed and on two devices, one address: one handle
        ("email:ana@x.org", "present", "10:20:00", 2400.0),
        ("email:dee@x.org", "present", "10:10:00", 3000.0),  # no leave: to the end at 11:00
        ("name:zoom:Li, Bo", "present", "10:05:00", 3300.0),
        ("name:zoom:iPhone", "present", "10:06:00", 600.0),
    ]
    assert {s["handle"] for s in tables["seen"] if not s["person"]} == {"name:zoom:iPhone"}
    assert any("1 row without a leave" in n for n in account.notes) and any("waiting room" in n for n in account.notes)


def test_unique_users_have_their_minutes_from_the_start(tmp_path):
    _, account, tables = read(written(tmp_path, meetings.UNIQUE))
    assert acts(tables) == [("email:ana@x.org", "present", "10:00:00", 3600.0), ("name:zoom:Bo Li", "present", "10:00:00", 3300.0)]
    assert any("unique users" in n for n in account.notes)
    bare = meetings.UNIQUE.partition("\n\n")[2]
    with pytest.raises(ImportRefused, match="neither when they came"):
        read(written(tmp_path, bare))


def test_webinar(tmp_path):
    _, account, tables = read(written(tmp_path, meetings.WEBINAR))
    assert acts(tables) == [
        ("email:ana@x.org", "present", "19:13:27", 1800.0),
        ("email:ana@x.org", "present", "19:40:00", 1200.0),
        ("email:host@x.org", "present", "18:55:00", 5760.0),
        ("email:pan@x.org", "present", "19:00:00", 5400.0),
        ("name:zoom:+34 600 000 000", "present", "19:10:00", 600.0),
    ]
    # who registered and did not come is seen, and has no minutes; who left before coming is refused
    assert "email:bo@x.org" in {s["handle"] for s in tables["seen"]}
    assert [(r.line, "before the join" in r.reason) for r in account.refusals] == [(16, True)]
    (session,) = tables["items"]
    assert (session["title"], session["closes_at"].strftime("%H:%M")) == ("Spring webinar", "20:30")  # 19:00 and 90 minutes


def test_polls_old_and_new(tmp_path):
    _, account, tables = read(written(tmp_path, meetings.POLL_NEW))
    assert acts(tables) == [
        ("email:ana@x.org", "answer", "10:15:14", None),
        ("email:ana@x.org", "answer", "10:40:00", None),
        ("email:bo@x.org", "answer", "10:15:20", None),
    ]
    session = "zoom:60245167821@2025-03-17T10:00Z"
    assert [(i["item"], i["parent"], i["title"]) for i in tables["items"]] == [
        (f"{session}/poll:1", session, "How are you, really?"),
        (f"{session}/poll:2", session, "Which one?"),
    ]
    with pytest.raises(OpenQuestion) as asked:
        read(written(tmp_path, meetings.POLL_OLD))
    assert asked.value.question == "session"
    _, account, tables = read(written(tmp_path, meetings.POLL_OLD), meetings.ANSWERED)
    assert acts(tables) == [
        ("email:ana@x.org", "answer", "21:05:14", None),
        ("email:ana@x.org", "answer", "21:05:14", None),
        ("email:bo@x.org", "answer", "21:05:20", None),
    ]
    # “Secret?” was answered by nobody who is named: nobody could be seen answering it, so it is no prompt
    assert [i["title"] for i in tables["items"]] == ["How are you?", "Which one?"]
    assert any("1 question without an answer by name" in n for n in account.notes)


def test_a_question_put_twice_is_two_prompts(tmp_path):
    header = '#,User Name,User Email,Submitted Date/Time,"How are you, really?"\n'
    again = meetings.POLL_NEW + header + '1,Ana,ana@x.org,"Mar 17, 2025 10:55:00",Better\n'
    _, _, tables = read(written(tmp_path, again))
    assert [i["title"] for i in tables["items"]] == ["How are you, really?", "Which one?", "How are you, really?"]


def test_questions(tmp_path):
    content, answers = ALL["zoom-questions"]
    _, account, tables = read(written(tmp_path, content), answers)
    assert acts(tables) == [("email:ana@x.org", "question", "19:00:00", None), ("email:ana@x.org", "question", "19:00:01", None)]
    assert any("1 anonymous question" in n for n in account.notes)
    with pytest.raises(OpenQuestion) as asked:
        read(written(tmp_path, content))
    assert asked.value.question == "session"
    with pytest.raises(OpenQuestion) as asked:
        read(written(tmp_path, content), meetings.ANSWERED)
    assert asked.value.question == "day"


def test_chat_keeps_no_text_and_counts_no_private_message(tmp_path):
    content, answers = ALL["zoom-chat"]
    _, account, tables = read(written(tmp_path, content, "chat.txt"), answers)
    assert acts(tables) == [("name:zoom:Ana Ruiz", "chat", "10:05:12", None), ("name:zoom:Bo", "reaction", "10:07:00", None)]
    assert (account.read, account.merged) == (3, 1) and "psst" not in str(tables) and "Hello" not in str(tables)


def test_a_cloud_chat_counts_from_its_recording(tmp_path):
    path = written(tmp_path, meetings.TABBED, "GMT20250317-100000_Recording.txt")
    _, _, tables = read(path, meetings.ANSWERED)
    assert acts(tables) == [("name:zoom:Ana Ruiz", "chat", "10:05:12", None), ("name:zoom:Bo", "chat", "10:06:00", None)]


def test_chat_over_midnight(tmp_path):
    content = "23:59:00\tAna:\tlate\n00:01:00\tAna:\tlater\n"
    _, _, tables = read(written(tmp_path, content), Answers(zone="UTC", session="s", day=date(2025, 3, 17)))
    assert [e["at"].isoformat() for e in tables["events"]] == ["2025-03-17T23:59:00+00:00", "2025-03-18T00:01:00+00:00"]


def test_teams_2021(tmp_path):
    _, _, tables = read(written(tmp_path, meetings.TEAMS_2021.replace("\n", "\r\n").encode("utf-16")))
    assert acts(tables) == [
        ("email:ana@x.org", "present", "10:00:00", 1800.0),
        ("email:ana@x.org", "present", "10:40:00", 1200.0),
        ("name:teams:[Acme] Bo Li (Guest)", "present", "10:05:00", 3300.0),
    ]
    assert tables["items"][0]["item"] == "teams:abc-123@2025-03-17T10:00Z"


def sections(words: dict[str, str], times: tuple[str, ...], lengths: tuple[str, str]) -> str:
    """A report of today with three sections, in the words of a language; `times` are start, join, leave, join, end."""
    start, joined, left, back, end = times
    people = "\t".join(words[k] for k in ("name", "first", "last", "in", "email", "upn", "role"))
    stays_ = "\t".join(words[k] for k in ("name", "join", "leave", "length", "email", "role"))
    return "\r\n".join([
        f"1. {words['summary']}", f"{words['title']}\tSpring call", f"{words['people']}\t2", f"{words['start']}\t{start}",
        f"{words['end']}\t{end}", "", f"2. {words['participants']}", people,
        f"Ana\t{joined}\t{end}\t{lengths[0]}\tana@x.org\tana@x.org\tX", f"Bo\t{joined}\t{left}\t{lengths[1]}\tbo@x.org\tb.li@corp.x\tX",
        "", f"3. {words['activities']}", stays_, f"Ana\t{joined}\t{left}\t{lengths[1]}\tana@x.org\tX",
        f"Ana\t{back}\t{end}\t{lengths[1]}\tana@x.org\tX", "",
    ])  # fmt: skip


LANGUAGES = {
    "en-GB": ("summary=Summary title=Meeting title|people=Attended participants|start=Start time|end=End time|participants=Participants|name=Name|"
              "first=First join|last=Last leave|in=In-meeting duration|email=Email|upn=Participant ID (UPN)|role=Role|"
              "activities=In-Meeting activities|join=Join time|leave=Leave time|length=Duration", "17/03/25, {}", ("50m 0s", "30m")),
    "en-US": ("summary=Summary|title=Meeting title|people=Attended participants|start=Start time|end=End time|participants=Participants|name=Name|"
              "first=First Join|last=Last Leave|in=In-Meeting Duration|email=Email|upn=Participant ID (UPN)|role=Role|"
              "activities=In-Meeting Activities|join=Join Time|leave=Leave Time|length=Duration", "3/17/25, {} AM", ("50m 0s", "30m")),
    "de": ("summary=Zusammenfassung|title=Besprechungstitel|people=Teilnehmer|start=Startzeit|end=Endzeit|participants=Teilnehmer|name=Name|"
           "first=Erster Beitritt|last=Letztes Verlassen|in=Dauer der Besprechung|email=E-Mail|upn=Teilnehmer-ID (UPN)|role=Rolle|"
           "activities=Aktivitäten in der Besprechung|join=Beitreten|leave=Verlassen|length=Dauer", "17.03.25, {}", ("50 Min. 0 Sek.", "30 Min.")),
    "fr": ("summary=Résumé|title=Titre de la réunion|people=Participants présents|start=Heure de début|end=Heure de fin|participants=Participants|"
           "name=Nom|first=Première participation|last=Dernier départ|in=Durée de la réunion|email=E-mail|upn=ID de participant (UPN)|role=Rôle|"
           "activities=Activités en réunion|join=Heure d’arrivée|leave=Heure de départ|length=Durée", "17/03/2025, {}", ("50 min 0 s", "30 min")),
    "es": ("summary=Resumen|title=Título de la reunión|people=Participantes que asistieron|start=Hora de inicio|end=Hora de finalización|"
           "participants=Participantes|name=Nombre|first=Primera unión|last=Última salida|in=Duración de la reunión|email=Correo electrónico|"
           "upn=Id. de participante (UPN)|role=Rol|activities=Actividades en la reunión|join=Hora de unión|leave=Hora de salida|length=Duración",
           "17/3/25, {}", ("50 min 0 s", "30 min")),
    "it": ("summary=Riepilogo|title=Titolo riunione|people=Partecipanti|start=Ora di inizio|end=Ora di fine|participants=Partecipanti|name=Nome|"
           "first=Primo accesso|last=Ultima uscita|in=Durata della riunione|email=E-mail|upn=ID partecipante (UPN)|role=Ruolo|"
           "activities=Attività nella riunione|join=Ora di partecipazione|leave=Ora di uscita|length=Durata", "17/03/25, {}", ("50 min 0 s", "30 min")),
    "nl": ("summary=Samenvatting|title=Titel van vergadering|people=Aanwezige deelnemers|start=Begintijd|end=Eindtijd|participants=Deelnemers|"
           "name=Naam|first=Eerste deelname|last=Laatste vertrek|in=Duur van vergadering|email=E-mail|upn=Deelnemers-id (UPN)|role=Rol|"
           "activities=Activiteiten tijdens vergadering|join=Tijd van deelname|leave=Tijd van vertrek|length=Duur", "17-03-2025 {}", ("50 min 0 s", "30 min")),
    "pt": ("summary=Resumo|title=Título da reunião|people=Participantes presentes|start=Hora de início|end=Hora de término|"
           "participants=Participantes|name=Nome|first=Primeiro ingresso|last=Última saída|in=Duração na reunião|email=Email|"
           "upn=ID do participante (UPN)|role=Função|activities=Atividades em Reunião|join=Horário de Entrada|leave=Horário de Saída|length=Duração",
           "17/03/2025 {}", ("50m", "30m")),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_teams_in_each_language_and_encoding(tmp_path, language, encoding):
    text, form, lengths = LANGUAGES[language]
    words = dict(pair.split("=", 1) for pair in text.replace("Summary title=", "Summary|title=").split("|"))
    report = sections(words, tuple(form.format(t) for t in ("10:00:00", "10:00:00", "10:30:00", "10:40:00", "11:00:00")), lengths)
    _, account, tables = read(written(tmp_path, report.encode(encoding)))
    assert acts(tables) == [
        ("email:ana@x.org", "present", "10:00:00", 1800.0),  # of section 3: the gap is none of it
        ("email:ana@x.org", "present", "10:40:00", 1200.0),
        ("email:bo@x.org", "present", "10:00:00", 1800.0),  # of section 2, for section 3 has no row
    ]
    assert account.refused == 0 and tables["items"][0]["title"] == "Spring call"
    assert {s["handle"]: s["same_as"] for s in tables["seen"]}["login:teams:b.li@corp.x"] == "email:bo@x.org"


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_teams_saved_again_with_another_delimiter(tmp_path, delimiter):
    rows = csv.reader(io.StringIO(meetings.TEAMS_2021), delimiter="\t")
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    _, _, tables = read(written(tmp_path, out.getvalue()))
    assert acts(tables) == acts(read(written(tmp_path, meetings.TEAMS_2021))[2])


def test_teams_reactions_with_times_or_only_counted(tmp_path):
    counted = (
        "2. Participants\nName\tFirst Join (UTC)\tLast Leave (UTC)\tIn-Meeting Duration\tEmail\tEngagement: Reaction - Like\tEngagement: Camera On\t"
        "Engagement: Raise Hands\nAna\t3/17/2025, 10:00:00 AM\t3/17/2025, 11:00:00 AM\t1h\tana@x.org\t2\t5\t1\n"
    )
    _, _, tables = read(written(tmp_path, counted), Answers(zone="America/Lima"))
    assert acts(tables) == [  # two likes and a raised hand, one second after another; the camera is nobody's act; and it says UTC
        ("email:ana@x.org", "present", "10:00:00", 3600.0),
        *(("email:ana@x.org", "reaction", f"10:00:0{n}", None) for n in (1, 2, 3)),
    ]
    timed = counted + '\n4. Meeting Engagement\nName\tEngagement Type\tTime\nAna\tReaction sent "like"\t3/17/2025, 10:05:00 AM\n'
    timed += "Ana\tTurned camera on\t3/17/2025, 10:06:00 AM\n"
    _, _, tables = read(written(tmp_path, timed))
    assert [a[1:3] for a in acts(tables)] == [("present", "10:00:00"), ("reaction", "10:05:00")]


def test_teams_list_and_live_event_give_what_the_other_layouts_give(tmp_path):
    """One meeting through four layouts: the union of intervals, clipped to the session, is the same."""
    begins, ends = datetime(2025, 3, 17, 10, tzinfo=UTC), datetime(2025, 3, 17, 11, tzinfo=UTC)

    def minutes(content: str, who: str) -> float:
        tables = read(written(tmp_path, content), Answers(zone="UTC", session="s"))[2]
        moves = [(e["at"], e["kind"], e["amount"]) for e in tables["events"] if e["participant"] == who]
        return sum((b - a for a, b in stays(moves, begins, ends)), timedelta()).total_seconds() / 60

    # Ana 10:00–10:30 and 10:40–11:00 is 50 minutes, Bo 10:05–11:00 is 55
    assert [minutes(meetings.LIST, f"name:teams:{n}") for n in ("Ana", "Bo")] == [50, 55]
    assert [minutes(meetings.TEAMS_2021, w) for w in ("email:ana@x.org", "name:teams:[Acme] Bo Li (Guest)")] == [50, 55]
    assert minutes(meetings.ZOOM, "email:ana@x.org") == 60  # two devices at once are united, not added
    assert minutes(meetings.LIVE, "login:teams:u1") == 60


def test_meet_asks_for_the_day_and_takes_it_from_a_name(tmp_path):
    with pytest.raises(OpenQuestion) as asked:
        read(written(tmp_path, meetings.MEET))
    assert asked.value.question == "day" and "--on" in str(asked.value)
    _, account, tables = read(written(tmp_path, meetings.MEET, "Spring call 2025-03-17.csv"))
    assert acts(tables) == [
        ("email:ana@x.org", "present", "18:02:00", 3480.0),
        ("email:cem@x.org", "present", "18:00:00", 1200.0),  # 20 minutes of an hour: the rest are gaps
        ("name:meet:Bo Li", "present", "17:59:00", 3720.0),
    ]
    assert any("from the file's name" in n for n in account.notes)
    over = "First name,Last name,Email,Duration,Time joined,Time exited\nAna,Ruiz,ana@x.org,1 hr 10 min,23:10,00:20\n"
    _, _, tables = read(written(tmp_path, over), Answers(zone="UTC", day=date(2025, 3, 17)))
    assert acts(tables) == [("email:ana@x.org", "present", "23:10:00", 4200.0)]


def test_webex_with_guards(tmp_path):
    _, _, tables = read(written(tmp_path, meetings.WEBEX.encode("utf-16")))
    assert acts(tables) == [
        ("email:ana@x.org", "present", "17:01:00", 204 * 60.0),
        ("name:webex:Bo Li", "present", "17:30:00", 1800.0),
    ]
    assert tables["items"][0]["title"] == "Spring call"


def test_bigbluebutton(tmp_path):
    content, answers = ALL["bbb"]
    _, account, tables = read(written(tmp_path, content), answers)
    counts: dict[tuple[str, str], int] = {}
    for who, kind, _, _ in acts(tables):
        counts[(who[9:], kind)] = counts.get((who[9:], kind), 0) + 1
    assert counts == {
        ("Mod", "present"): 1, ("Mod", "chat"): 3, ("Mod", "talk"): 1,
        ("Ana", "present"): 1, ("Ana", "chat"): 4, ("Ana", "reaction"): 3, ("Ana", "talk"): 1, ("Ana", "answer"): 2,
        ("Bo", "present"): 1, ("Bo", "reaction"): 2, ("Bo", "talk"): 1,
        ("Cem", "present"): 1, ("Cem", "chat"): 1, ("Cem", "answer"): 1,
    }  # fmt: skip
    assert ("name:bbb:Ana", "present", "10:00:00", 3000.0) in acts(tables)  # 50 minutes of the hour between join and leave
    assert [i["kind"] for i in tables["items"]] == ["session", "prompt", "prompt"]
    assert any("4 of 4 people" in n for n in account.notes)
    german = content.replace(content.partition(",Ready?")[0], "Name,Moderator,Aktivitätswert,Sprechzeit,Webcamzeit,Nachrichten,Reaktionen,Stimmen,"
                             "Handheben,Beitritt,Verlassen,Dauer")  # fmt: skip
    assert acts(read(written(tmp_path, german), answers)[2]) == acts(tables)


def test_its_own_score_is_ours_worked_out_again():
    """By hand, of the people in `meetings.BBB`, two polls put. Greatest among those who are no moderators: 120 s, 4 messages, 2 hands, 2
    reactions. Ana 2·120/120 + 2·4/4 + 2·2/2 + 2·1/2 + 2·2/2 = 9; Bo 2·60/120 + 0 + 0 + 2·2/2 + 0 = 3; Cem 0 + 2·1/4 + 0 + 0 + 2·1/2 = 1.5."""
    people = [
        Activity("Mod", True, 600, 3, 0, 0, 0),
        Activity("Ana", False, 120, 4, 1, 2, 2),
        Activity("Bo", False, 60, 0, 2, 0, 0),
        Activity("Cem", False, 0, 1, 0, 0, 1),
    ]
    assert activity_scores(people, 2) == [0, 9, 3, 1.5]
    louder = [*people[:2], Activity("Bo", False, 240, 0, 2, 0, 0), people[3]]
    assert activity_scores(louder, 2)[1] == 8  # the flaw: Ana did the same, and lost a point because Bo talked more
    assert activity_scores([], 0) == [] and activity_scores([Activity("Q", False, 0, 0, 0, 0, 0)], 0) == [0]


# ---- what stays open


@pytest.mark.parametrize(
    ("times", "answers", "expected"),
    [
        (["14/11/22, 09:29:07"], Answers(), "day"),
        (["11/14/2022 9:29 AM"], Answers(), "month"),
        (["05/09/2022 23:00", "06/09/2022 01:00"], Answers(), "day"),  # two hours, not a month
        (["09/05/2022 23:00", "09/06/2022 01:00"], Answers(), "month"),
        (["05/09/2022 10:00"], Answers(order="month"), "month"),
        (["05/09/2022 10:00"], Answers(day=date(2022, 9, 5)), "day"),
        (["05/09/2022 10:00"], Answers(day=date(2022, 5, 9)), "month"),
        (["09/09/2022 10:00"], Answers(), "day"),  # it does not matter
        (["2022-09-05 10:00", "06.10.26, 18:01:00", "Mar 22, 2025 19:13:27"], Answers(), None),
    ],
)
def test_which_number_is_the_day(times, answers, expected):
    assert order_of([moment(t) for t in times], answers, "x.csv") == expected


@pytest.mark.parametrize(
    "times", [["05/09/2022 10:00"], ["14/11/2022 10:00", "11/14/2022 10:00"], ["05/09/2022 10:00", "05/01/2022 10:00"]]
)
def test_it_is_asked_when_it_is_open(times):
    with pytest.raises(OpenQuestion) as asked:
        order_of([moment(t) for t in times], Answers(), "x.csv")
    assert asked.value.question == "order" and asked.value.exit_code == 2


def test_the_zone_is_asked_when_there_is_none(tmp_path):
    with pytest.raises(OpenQuestion) as asked:
        read(written(tmp_path, meetings.ZOOM), Answers())
    assert asked.value.question == "zone" and "--zone" in str(asked.value)
    _, account, tables = read(written(tmp_path, meetings.ZOOM), Answers(zone="America/Lima"))
    assert min(e["at"] for e in tables["events"]).isoformat() == "2025-03-17T15:00:00+00:00"
    assert any("read as America/Lima" in n for n in account.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9/22/26, 2:48:05\u202fPM", (None, 14 * 3600 + 48 * 60 + 5)),
        ("9:54:15 AM", (None, 9 * 3600 + 54 * 60 + 15)),
        ("12:01:59 PM", (None, 12 * 3600 + 119)),
        ("12:10 a. m.", (None, 600)),
        ("٠٩:٢٩:٠٧", (None, 9 * 3600 + 29 * 60 + 7)),
        ('="2021-06-14 17:00:00"', (date(2021, 6, 14), 17 * 3600)),
        ("2021-06-14T17:00:00Z", (date(2021, 6, 14), 17 * 3600)),
        ("22. März 2025 19:13", (date(2025, 3, 22), 19 * 3600 + 13 * 60)),
        ("22 de marzo de 2025, 19:13", (date(2025, 3, 22), 19 * 3600 + 13 * 60)),
    ],
)
def test_times_as_tools_write_them(text, expected):
    found = moment(text)
    assert found is not None and (found.day, found.seconds) == expected


@pytest.mark.parametrize(
    "text", ["", "--", "13:00 PM", "25:00:00", "9:5:1", "11/19/202", "11/19/2021 09:54:1", "31/31/2022 10:00", "soon", "=1+1"]
)
def test_no_times(text):
    assert moment(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1h 1m 55s", 3715), ("21m 7s", 1267), ("59 Min. 0 Sek.", 3540), ("1 Std. 3 Min. 5 Sek.", 3785), ("1 godz. 2 min 3 sek.", 3723),
     ("58 min", 3480), ("1 hr 2 min", 3720), ("204 mins", 12240), ("1 h 2 min 3 s", 3723), ("1 uur 2 min", 3720), ("0", 0), ("--", None),
     ("soon", None), ("5 apples", None)],
)  # fmt: skip
def test_lengths_of_time(text, expected):
    assert seconds_of(text) == expected


# ---- files that are not as they should be


def test_columns_in_another_order_and_a_second_header(tmp_path):
    rows = list(csv.reader(io.StringIO(meetings.ZOOM.partition("\n\n")[2])))
    out = io.StringIO()
    write = csv.writer(out)
    write.writerows(r[::-1] for r in rows[:4])
    write.writerow(rows[0])  # the header again, in the middle and the other way round
    write.writerows(rows[4:])
    name, account, tables = read(written(tmp_path, out.getvalue()), meetings.ANSWERED)
    assert name == "zoom-participants" and acts(tables) == acts(read(written(tmp_path, meetings.ZOOM), meetings.ANSWERED)[2])
    assert account.merged == 2


def test_nul_bytes_are_left_out(tmp_path):
    spoilt = meetings.WEBINAR.replace("Ruiz", "Ru\0iz").replace("19:13:27", "19:13\0:27")
    _, account, tables = read(written(tmp_path, spoilt))
    assert acts(tables) == acts(read(written(tmp_path, meetings.WEBINAR))[2])
    assert any("NUL" in n for n in account.notes)


def test_a_quote_that_is_not_closed_costs_its_own_row(tmp_path):
    spoilt = meetings.ZOOM.replace("Ana R,", '"Ana R,')
    _, account, tables = read(written(tmp_path, spoilt))
    assert account.refused == 1 and "quote" in account.refusals[0].reason
    assert set(acts(tables)) < set(acts(read(written(tmp_path, meetings.ZOOM))[2]))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("share", [0.35, 0.6, 0.8, 0.93, 0.99])
def test_a_file_that_is_cut_off_gives_no_wrong_act(tmp_path, name, share):
    content, answers = ALL[name]
    whole = {(w, k, t) for w, k, t, _ in acts(read(written(tmp_path, content), answers)[2])}
    cut = content[: int(len(content) * share)]
    try:
        _, account, tables = read(written(tmp_path, cut), Answers(**{**vars(answers), "session": answers.session or "s"}), readers()[name])
    except EngagetreeError:
        return
    assert account.read == account.kept + account.merged + account.refused
    # what a report only counts is set by the order of its rows, and polls of BigBlueButton by the end of the session
    assert {(w, k, t) for w, k, t, _ in acts(tables) if (name, k) != ("bbb", "answer")} <= whole


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04....", b"[" * 10_000, b"Full Name\tUser Action", b"\xff\xfe\x00"]
)
@pytest.mark.parametrize("name", ALL)
def test_what_is_no_report_is_refused(tmp_path, name, content):
    path = written(tmp_path, content)
    reader = readers()[name]
    assert not reader.recognises(path)
    with pytest.raises(EngagetreeError):
        read(path, meetings.ANSWERED, reader)


def test_a_file_larger_than_any_report_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as f:
        f.truncate(1 << 30)  # 1 GB on one line, without a byte written
    assert not any(r.recognises(path) for n, r in readers().items() if n in ALL)
    with pytest.raises(ImportRefused, match="1,024 MB"):
        read(path, meetings.ANSWERED, readers()["teams"])


def test_a_packed_file_is_unpacked_within_limits(tmp_path):
    path = written(tmp_path, gzip.compress(meetings.ZOOM.encode()))
    assert acts(read(path)[2]) == acts(read(written(tmp_path, meetings.ZOOM, "plain.csv"))[2])
    bomb = written(tmp_path, gzip.compress(meetings.ZOOM.encode() + b"x" * (40 << 20)), "bomb.gz")
    with pytest.raises(ImportRefused, match="32 MB"):
        read(bomb)


def test_what_a_cell_holds_is_text_and_no_formula(tmp_path):
    _, _, tables = read(written(tmp_path, meetings.ZOOM.replace("iPhone", '"=HYPERLINK(""http://x"",""Ana"")"')))
    assert 'name:zoom:=HYPERLINK("http://x","Ana")' in {s["handle"] for s in tables["seen"]}


def test_a_bot_with_somebodys_address_is_no_presence_of_hers(tmp_path):
    _, _, tables = read(written(tmp_path, meetings.ZOOM.replace("Ana R,ana@x.org", "Otter.ai Notetaker (Ana),ana@x.org")))
    assert [a for a in acts(tables) if a[0] == "email:ana@x.org"] == [("email:ana@x.org", "present", "10:00:00", 1800.0)]
    assert [s["person"] for s in tables["seen"] if "Otter" in s["handle"]] == [False]


def test_a_row_too_wide_is_refused(tmp_path):
    _, account, _ = read(written(tmp_path, meetings.ZOOM.replace('"Li, Bo"', "Li, Bo")))
    assert [r.reason for r in account.refusals] == ["9 columns where the header has 8"]


def test_a_total_is_nobody(tmp_path):
    _, account, tables = read(written(tmp_path, meetings.ZOOM + "Total,,,,145,,,\n"))
    assert account.refused == 0 and len(tables["seen"]) == 5


@pytest.mark.parametrize("hostile", ["9" * 5_000, "²", "1e999", "x" * 400, "9" * 40 + " min", "9999999 h"])
@pytest.mark.parametrize("name", ALL)
def test_a_cell_made_to_harm_costs_at_most_its_row(tmp_path, name, hostile):
    """In place of every cell of every row, one at a time: numbers beyond all bounds, digits that are none, names without an end."""
    content, answers = ALL[name]
    delimiter = "\t" if "\t" in content else ","
    rows = list(csv.reader(io.StringIO(content), delimiter=delimiter))
    con = meetings.connection(tmp_path)
    places = [(i, j) for i in range(1, len(rows)) for j in range(len(rows[i]))]
    for r, c in places[:: 7 if len(rows) > 8 else 3]:
        spoilt = [list(row) for row in rows]
        spoilt[r][c] = hostile
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows(spoilt)
        try:
            _, account, tables = read(written(tmp_path, out.getvalue()), answers, readers()[name], con)
        except EngagetreeError:
            continue
        assert account.read == account.kept + account.merged + account.refused
        assert all(e["amount"] is None or 0 <= e["amount"] <= 2 * 86_400 for e in tables.get("events", []))
        assert all(len(s["handle"]) < 400 for s in tables.get("seen", []))


def test_a_directorys_name_may_be_the_address_that_a_roster_knows(tmp_path):
    _, _, tables = read(written(tmp_path, meetings.TEAMS_2021.replace("\t\tAttendee\t\n", "\t\tAttendee\tbo@x.org\n")))
    assert {(s["handle"], s["same_as"]) for s in tables["seen"] if "bo@" in s["handle"]} == {
        ("login:teams:bo@x.org", None),
        ("email:bo@x.org", "login:teams:bo@x.org"),
    }


def test_minutes_that_are_not_those_between_the_times_are_told(tmp_path):
    _, account, _ = read(written(tmp_path, meetings.ZOOM.replace("10:30:00 AM,30", "10:30:00 AM,15")))
    assert any(n.startswith("1 row whose minutes are not those from join to leave") for n in account.notes)
    assert not any("whose minutes" in n for n in read(written(tmp_path, meetings.ZOOM))[1].notes)


@pytest.mark.parametrize("line", ["09:00:00 From" + " " * 390 + "x", "09:00:00 From " + "a to " * 80, "09:00:00 From " + "a " * 1_000_000])
def test_a_chat_made_to_take_forever_does_not(tmp_path, line):
    """Each took minutes with a pattern that tries every way to cut the line; the limit is generous for a loaded machine."""
    content, answers = ALL["zoom-chat"]
    _, account, tables = read(written(tmp_path, content + (line + "\n") * (500 if len(line) < 1_000 else 1)), answers)
    assert len(tables["events"]) == 2 and account.refused >= 1
