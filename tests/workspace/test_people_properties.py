"""Whatever the order of imports, scorings, merges and splits: scores are those of a workspace that knew from the start who everybody is.

The expected answer needs none of the code under test: the same acts, under the ids that they belong to in the end, in plain files. Who that is
by rule is written down by hand beside each handle below.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from programme import history

from engagetree.errors import NotFound
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle, Report
from engagetree.pipeline import take
from engagetree.workspace import Workspace, create

FIRST = Path("examples/first-programme")
ROSTERS = [
    "participant,cohort,joined_at,email,name,login\np-ana,A,2025-03-03,ana@x.org,Ana Ruiz,aru\np-bo,A,2025-03-03,bo@x.org,Bo Li,\n",
    "participant,cohort,joined_at,email,name\np-cy,B,2025-03-10,cy@x.org,Cy Okoro\np-di,B,2025-03-03,,Di Fox\n",
]
HANDLES: dict[str, tuple[Handle, str | None]] = {  # handle → whose it is by the rules: a participant, None for nobody, "?" for open
    "mail": (Handle("email", "ANA@x.org", "Somebody", "zoom"), "p-ana"),
    "plus": (Handle("email", "bo+zoom@x.org", "B.", "zoom"), "?"),
    "name": (Handle("name", "Okoro, Cy (External)", None, "zoom"), "p-cy"),
    "like": (Handle("name", "Cy Okorro", None, "zoom"), "?"),
    "phone": (Handle("name", "iPhone", None, "zoom", person=False), None),
    "login": (Handle("login", "aru", None, "moodle"), "p-ana"),
    "both": (Handle("login", "bl77", None, "moodle", also=(Handle("email", "bo@x.org", None, "moodle"),)), "p-bo"),
    "alone": (Handle("login", "bl77", None, "moodle"), "?"),  # the same login in a row without the address: known as soon as a row has both
    "fox": (Handle("name", "Di Fox", None, "teams"), "p-di"),
}
PARTICIPANTS = ("p-ana", "p-bo", "p-cy", "p-di")
ACTS = [("attend", f"session-{k}", f"2025-03-{d:02} 09:0{k % 10}") for k, d in ((1, 3), (2, 4), (5, 7), (6, 10), (9, 13))]
ACTS += [("answer", f"prompt-{k}", f"2025-03-{d:02} 09:3{k % 10}") for k, d in ((1, 3), (4, 6), (8, 12))]
ACTS += [("complete", "step-2", "2025-03-06 09:00"), ("comment", "moment-3", "2025-03-10 09:46")]

Did = list[tuple[str, int]]  # (handle, number of the act)
Step = tuple[str, ...]


def when(handle: str, number: int) -> datetime:
    """Every handle has seconds of its own, so that no two acts are the same."""
    return datetime.fromisoformat(ACTS[number][2]).replace(tzinfo=UTC) + timedelta(seconds=list(HANDLES).index(handle))


def reader(did: Did) -> Reader:
    def stage(con, path, zone, scratch):
        report = Report(path.name, "zoom")
        for line, (handle, number) in enumerate(did, 2):
            report.kept()
            kind, item, _ = ACTS[number]
            report.act(line, HANDLES[handle][0], when(handle, number), kind, item)
        return report.staged(con, scratch)

    return Reader("test", "a report of a test", lambda path: True, stage)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Did], list[Step]]:
    """Reports, and the order in which they, the rosters and decisions come; scorings in between."""
    did = st.lists(st.tuples(st.sampled_from(sorted(HANDLES)), st.integers(0, len(ACTS) - 1)), min_size=1, max_size=12, unique=True)
    reports = draw(st.lists(did, min_size=1, max_size=3))
    steps: list[Step] = [("roster", str(k)) for k in range(len(ROSTERS))] + [("report", str(k)) for k in range(len(reports))]
    order = list(draw(st.permutations(steps)))
    handle, participant = st.sampled_from(sorted(set(HANDLES) - {"alone"})), st.sampled_from(PARTICIPANTS)
    merge, other = st.tuples(st.just("merge"), handle, participant), st.tuples(st.sampled_from(["split", "nobody"]), handle)
    for step in draw(st.lists(st.one_of(merge, merge, other, st.just(("score",)), st.just(("undo",))), min_size=2, max_size=8)):
        order.insert(draw(st.integers(1, len(order))), step)
    return reports, order


def told(work: Workspace, folder: Path, reports: list[Did], steps: list[Step]) -> dict[str, str | None]:
    """The story told to a workspace; what people decided of each handle in the end. What cannot be said yet is left out."""
    said: list[tuple[str, str | None]] = []
    for step in steps:
        if step[0] == "roster":
            (folder / f"roster-{step[1]}.csv").write_text(ROSTERS[int(step[1])])
            work.take(folder / f"roster-{step[1]}.csv")
        elif step[0] == "report":
            path = folder / f"report-{step[1]}.txt"
            path.write_text(step[1])
            take(work.lake, path, "UTC", work.scratch, reader=reader(reports[int(step[1])]))
        elif step[0] == "score":
            if work.lake.snapshot().rows("roster"):
                work.score()
        elif step[0] == "undo":
            if said:
                work.people.undo()
                said.pop()
        else:
            verb, handle, *whose = step
            rows = [r for r in work.ledger.people() if (r.kind, r.value, r.tool) == mine(handle)]
            try:
                if rows:
                    getattr(work.people, verb)(rows[0].pseudonym, *whose)
                    said.append((handle, whose[0] if whose else None if verb == "nobody" else "?"))
            except NotFound:
                pass  # the roster with that participant comes later
    return dict(said)


def mine(handle: str) -> tuple[str, str, str]:
    h = HANDLES[handle][0]
    return h.kind, h.value, h.tool


def known_from_the_start(folder: Path, reports: list[Did], decided: dict[str, str | None]) -> dict:
    """A workspace of plain ids: the same acts under the participants whose they are."""
    whose = {h: decided.get(h, by_rule) for h, (_, by_rule) in HANDLES.items()}
    if any(h == "both" for did in reports for h, _ in did):
        whose["alone"] = whose["both"]
    whose = {h: f"open-{HANDLES[h][0].key}" if w == "?" else w for h, w in whose.items()}
    with create(folder / "plain", FIRST / "programme.yml") as work:
        work.take(FIRST / "items.csv")
        for k, text in enumerate(ROSTERS):
            rows = [",".join(line.split(",")[:3]) for line in text.splitlines()]
            (folder / f"plain-roster-{k}.csv").write_text("\n".join(rows) + "\n")
            work.take(folder / f"plain-roster-{k}.csv")
        rows = sorted({(whose[h], when(h, n).isoformat(), ACTS[n][0], ACTS[n][1]) for did in reports for h, n in did if whose[h]})
        if rows:
            (folder / "events.csv").write_text("participant,at,kind,item\n" + "".join(",".join(r) + "\n" for r in rows))
            work.take(folder / "events.csv")
        work.score()
        return plain(work)


def plain(work: Workspace) -> dict:
    return {
        p: {who: {k: v for k, v in row.items() if k != "participant"} for who, row in rows.items()} for p, rows in history(work).items()
    }


NO_SHRINKING = (Phase.explicit, Phase.generate)
"""A story takes seconds: a shorter one that fails is not worth minutes."""

ADDRESS_LAST: tuple[list[Did], list[Step]] = (
    [[("both", 0), ("alone", 0)]],
    [("roster", "1"), ("report", "0"), ("score",), ("roster", "0")],
)
"""A row gave an address beside a login before any roster knew the address."""

MAIL_BEFORE_ROSTER: tuple[list[Did], list[Step]] = (
    [[("mail", 0), ("mail", 3)]],
    [("roster", "1"), ("report", "0"), ("score",), ("merge", "mail", "p-cy"), ("score",), ("roster", "0")],
)
"""A person decided; a roster that says otherwise comes later."""

LOGIN_BEFORE_ADDRESS: tuple[list[Did], list[Step]] = (
    [[("alone", 0), ("alone", 5)], [("both", 3)]],
    [("roster", "0"), ("roster", "1"), ("report", "0"), ("score",), ("report", "1"), ("score",), ("split", "both")],
)
"""A login that nobody knew is known by a row of a later week: the weeks before it change."""

AGAIN_AND_AGAIN: tuple[list[Did], list[Step]] = (
    [[("like", 1), ("plus", 2), ("name", 7)]],
    [("roster", "0"), ("report", "0"), ("merge", "like", "p-ana"), ("score",), ("split", "like"), ("roster", "1"), ("merge", "like", "p-cy"),
     ("nobody", "name"), ("score",), ("merge", "plus", "p-bo"), ("undo",), ("merge", "plus", "p-di")],
)  # fmt: skip


@example(ADDRESS_LAST)
@example(MAIL_BEFORE_ROSTER)
@example(LOGIN_BEFORE_ADDRESS)
@example(AGAIN_AND_AGAIN)
@settings(max_examples=4, deadline=None, derandomize=True, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
@given(stories())
def test_scores_are_those_of_who_it_is_in_the_end(laid_down: Callable[[Path], str], story: tuple[list[Did], list[Step]]) -> None:
    reports, steps = story
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with create(root / "w", FIRST / "programme.yml") as work:
            work.take(FIRST / "items.csv")
            decided = told(work, root, reports, steps)
            work.score()
            assert plain(work) == known_from_the_start(root, reports, decided)
            stored = laid_down(root / "w" / "lake")
            assert [n for n in NAMES if n.lower() in stored] == []
            assert any(r.pseudonym in stored for r in work.ledger.people() if r.tool in ("zoom", "moodle", "teams"))
            while [c for c in work.people.changes() if c[0].withdrawn is None]:
                work.people.undo()
            work.score()
        (root / "undone").mkdir()
        with create(root / "undone" / "w", FIRST / "programme.yml") as fresh:
            fresh.take(FIRST / "items.csv")
            told(fresh, root, reports, [s for s in steps if s[0] in ("roster", "report")])
            fresh.score()
            with create(root / "w", FIRST / "programme.yml") as work:
                assert plain(work) == plain(fresh)


NAMES = ("ana@x", "bo@x", "bo+zoom", "cy@x", "Okoro", "Okorro", "Ruiz", "Di Fox", "iPhone", "bl77", "Somebody")
"""Names, addresses and logins of the handles and the rosters."""
