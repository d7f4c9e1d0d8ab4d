"""Many small files land in one change. The truth is a workspace that imported the same files one after the other."""

from __future__ import annotations

import json
import random

import pytest

from engagetree.definition.templates import template
from engagetree.errors import EngagetreeError, NotFound
from engagetree.ingest import Answers, OpenQuestion, find
from engagetree.pipeline import Asked, take_all
from engagetree.workspace import create, open_

ROSTER = "participant,email,name,cohort\n" + "".join(f"p{n},p{n}@example.org,Person {'ABCDEFGH'[n]}mar,A\n" for n in range(6))


def zoom(day: int, people: list[int], topic: str = "Workshop") -> str:
    """A participants report with a meeting header."""
    date = f"03/{day:02}/2025"
    text = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    text += f"{90_000 + day},{topic} {day},{date} 10:00:00 AM,{date} 11:00:00 AM,host@example.org,60,{len(people)}\n\n"
    text += "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
    for n in people:
        address = f"p{n}@example.org" if n % 2 else ""
        text += f"Person {'ABCDEFGH'[n]}mar,{address},{date} 10:0{n}:00 AM,{date} 10:5{n}:00 AM,50,No\n"
    return text


def events(rows: list[tuple[int, int, int]]) -> str:
    return "event_id,participant,at,kind,item,amount,source\n" + "".join(
        f"{f'e{n}' if n % 2 else ''},p{who},2025-03-{day:02}T12:{n:02}:00Z,view,page-{n},,lms\n" for who, day, n in rows
    )


def files_of(seed: int, folder) -> list:
    """Reports and logs that overlap, some of them twice, one that nobody can read, one that leaves a question."""
    dice = random.Random(seed)
    texts: dict[str, str] = {}
    for k in range(14):
        day = dice.randint(3, 21)
        people = sorted(dice.sample(range(7), 4))
        texts[f"{k:02}-zoom.csv"] = zoom(day, people, dice.choice(["Workshop", "Seminar"]))
        acts = [(dice.randint(0, 5), dice.randint(3, 7), dice.randint(0, 9)) for _ in range(8)]
        texts[f"{k:02}-log.csv"] = events(sorted(set(acts)))
    texts["20-again.csv"] = texts["03-zoom.csv"]
    texts["05-roster.csv"] = ROSTER
    texts["07-nothing.csv"] = "a,b\n1,2\n"
    texts["09-open.csv"] = "participant,at,kind\np1,05/03/2025 10:00,view\n"
    texts["11-items.csv"] = "item,kind,title,final\npage-3,page,Stated,false\n"
    made = []
    for name in dice.sample(sorted(texts), len(texts)):
        (folder / name).write_text(texts[name])
        made.append(folder / name)
    return made


def one_by_one(work, files):
    for path in files:
        try:
            yield path, work.take(path)
        except EngagetreeError as error:
            yield path, error


def told(path, what) -> tuple:
    if isinstance(what, EngagetreeError):
        return path.name, type(what).__name__, str(what)
    account = {k: v for k, v in what.account.to_dict().items() if k != "refused_file"}
    return path.name, what.reader, what.known, json.dumps(account, default=str, sort_keys=True)


def scored(work, period: str) -> list[dict[str, object]]:
    """Nothing for a period before or after all that was done."""
    try:
        return work.scores(period).rows()
    except NotFound:
        return []


def standing(work) -> dict[str, object]:
    """What can be asked of a workspace, without the ids of its imports."""
    work.score()
    key = lambda table: sorted(json.dumps(r, default=str, sort_keys=True) for r in table)  # noqa: E731
    seen = [{k: v for k, v in vars(p).items() if k not in ("import_id", "pseudonym", "same_as")} for p in work.ledger.people()]
    scores = key(r for period in ("2025-03-03", "2025-03-10", "2025-03-17") for r in scored(work, period))
    return {"scores": scores, "people": key(seen), "problems": work.lake.verify(deep=True)}


@pytest.mark.parametrize("seed", [1, 3])
def test_together_is_the_same_as_one_by_one_and_each_can_be_withdrawn_alone(tmp_path, seed):
    (tmp_path / "exports").mkdir()
    files = files_of(seed, tmp_path / "exports")
    with create(tmp_path / "one", "on-demand-course") as one, create(tmp_path / "all", "on-demand-course") as together:
        expected = [told(*met) for met in one_by_one(one, files)]
        found = [told(*met) for met in together.take_all(files)]
        assert found == expected
        assert len({kind for _, kind, *_ in expected if kind in ("OpenQuestion", "ImportRefused")}) == 2
        changes = {json.dumps(r.tables, sort_keys=True) for r in together.imports()}
        assert len(changes) < len(together.imports()) == len(one.imports())
        assert [r.source for r in together.imports()] == [r.source for r in one.imports()]
        before = standing(one)
        assert standing(together) == before and before["problems"] == [] and len(before["scores"]) > 10
        for row in random.Random(seed).sample(one.imports(), 2):
            other = next(r for r in together.imports() if r.source == row.source)
            one.withdraw(row.import_id)
            together.withdraw(other.import_id)
            assert standing(together) == standing(one), row.source


def test_a_file_that_was_imported_while_others_were_read_is_known(tmp_path):
    """The third of four files is imported by somebody else between reading and landing: the other three land, it is known."""
    (tmp_path / "exports").mkdir()
    for k in range(4):
        (tmp_path / "exports" / f"{k}.csv").write_text(events([(k, 3, 2 * k), (k, 4, 2 * k)]))
    files = sorted((tmp_path / "exports").iterdir())
    with create(tmp_path / "w", "on-demand-course") as work, open_(tmp_path / "w") as other:

        def reader_of(path):
            if path == files[3]:
                other.take(files[2])
            return find(path)

        met = {path.name: what for path, what in take_all(work.lake, files, Asked("UTC", work.scratch), reader_of)}
        assert [met[f.name].known for f in files] == [False, False, True, False]
        assert work.lake.snapshot().rows("events") == 8 and len(work.imports()) == 4
        assert work.lake.verify(deep=True) == []


OPEN = "participant,at,kind\np1,05/03/2025 10:00,view\n"


def test_what_was_answered_once_is_not_asked_again(tmp_path):
    """The same folder again, without the answers: the very file was imported. Another file of the same doubt is asked; withdrawn, it is again."""
    (tmp_path / "a.csv").write_text(OPEN)
    (tmp_path / "b.csv").write_text(OPEN.replace("10:00", "11:00"))
    with create(tmp_path / "w", "on-demand-course") as work:
        taken = work.take(tmp_path / "a.csv", answers=Answers(order="day"))
        first, second = (what for _, what in work.take_all([tmp_path / "a.csv", tmp_path / "b.csv"]))
        assert first.known and first.import_id == taken.import_id
        assert isinstance(second, OpenQuestion)
        work.withdraw(taken.import_id)
        with pytest.raises(OpenQuestion):
            work.take(tmp_path / "a.csv")


def test_a_question_about_the_session_names_those_there_are(tmp_path):
    (tmp_path / "items.csv").write_text("item,kind,title,opens_at\nworkshop-3,session,Third workshop,2025-03-13T17:00Z\n")
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "qa.csv").write_text(zoom(13, [1, 2]))
    with create(tmp_path / "w", "live-programme") as work:
        work.take(tmp_path / "items.csv")
        with pytest.raises(OpenQuestion, match=r"there is no item .worksop-3.\. Did you mean .workshop-3."):
            work.take(tmp_path / "qa.csv", answers=Answers(session="worksop-3"))
        assert work.take(tmp_path / "qa.csv", answers=Answers(session="workshop-3")).account.kept > 0


def test_the_programme_decides_between_two_ways_to_read_a_date(tmp_path):
    """05/03/2025 is 5 March in a programme of March, 3 May in one of May, and a question in one of the whole year."""
    (tmp_path / "a.csv").write_text(OPEN)
    for starts, ends, day in (
        ("2025-03-01", "2025-03-31", "2025-03-05"),
        ("2025-05-01", "2025-05-31", "2025-05-03"),
        ("2025-01-01", "2025-12-31", None),
    ):
        text = template("on-demand-course").replace("\nperiod:", f"\nstarts: {starts}\nends: {ends}\nperiod:")
        (tmp_path / "p.yml").write_text(text)
        with create(tmp_path / starts, tmp_path / "p.yml") as work:
            if day is None:
                with pytest.raises(OpenQuestion):
                    work.take(tmp_path / "a.csv")
                continue
            taken = work.take(tmp_path / "a.csv")
            assert any("would lie in the programme" in note for note in taken.account.notes)
            facts = work.imports()[0].facts
            assert facts["first_at"][:10] == day
