"""Statements through the whole programme: scores that follow from acts however they arrive, and acts that are taken back."""

from __future__ import annotations

import json
import random

import pytest

from engagetree.workspace import create

ROSTER = "participant,account,cohort\n" + "".join(f"p{n},user-{n},A\n" for n in range(6))
DAYS = ["2025-03-03", "2025-03-05", "2025-03-11", "2025-03-12", "2025-03-20"]


def made(n: int, who: int, day: str, verb: str = "http://adlnet.gov/expapi/verbs/experienced") -> dict[str, object]:
    return {
        "id": f"00000000-0000-4000-8000-{n:012d}",
        "actor": {"account": {"homePage": "https://school.example", "name": f"user-{who}"}},
        "verb": {"id": verb},
        "object": {"id": f"https://school.example/page/{n % 3}", "definition": {"type": "http://adlnet.gov/expapi/activities/lesson"}},
        "timestamp": f"{day}T10:{n % 60:02d}:00Z",
    }


ACTS = [made(10 * who + n, who, day) for who in range(5) for n, day in enumerate(DAYS[: who + 1])]
VICTIM = ACTS[-2]
VOID = {
    "id": "00000000-0000-4000-8000-000000009999", "actor": VICTIM["actor"], "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
    "object": {"objectType": "StatementRef", "id": VICTIM["id"]}, "timestamp": "2025-03-21T10:00:00Z",
}  # fmt: skip


@pytest.fixture
def scored(tmp_path):
    """`scored([statements of a file], …)`: every score of everybody in every week, after these files in this order."""
    made_so_far = []

    def run(*files):
        root = tmp_path / f"w{len(made_so_far)}"
        made_so_far.append(root)
        with create(root, "on-demand-course") as work:
            (tmp_path / "roster.csv").write_text(ROSTER)
            work.take(tmp_path / "roster.csv")
            for i, some in enumerate(files):
                path = tmp_path / f"{root.name}-{i}.jsonl"
                path.write_text("\n".join(map(json.dumps, some)))
                work.take(path)
                if i % 2:
                    work.score()
            work.score()
            rows = [r for key in work.periods() for r in work.scores(key).rows()]
            return sorted(json.dumps(r, default=str, sort_keys=True) for r in rows)

    return run


def test_order_files_and_repeats_do_not_matter(scored):
    once = scored(ACTS)
    shuffled = random.Random(3).sample(ACTS, len(ACTS))
    assert len(once) >= 6
    assert once == scored(ACTS, shuffled) == scored(shuffled[:6], shuffled[6:]) == scored([*ACTS, *shuffled])


def test_a_voided_statement_counts_as_if_it_had_never_been_whichever_comes_first(scored):
    without = scored([a for a in ACTS if a is not VICTIM])
    assert without != scored(ACTS)
    voided = scored(ACTS, [VOID])
    assert voided == without
    assert voided == scored([VOID, *ACTS]) == scored([*ACTS[:4], VOID], ACTS[4:]) == scored(ACTS[:4], ACTS[4:], [VOID])


def test_a_voiding_statement_cannot_be_voided(scored):
    again = {**VOID, "id": "00000000-0000-4000-8000-000000008888", "object": {"objectType": "StatementRef", "id": VOID["id"]}}
    assert scored([*ACTS, VOID, again]) == scored([*ACTS, VOID])


def test_no_name_and_no_account_reaches_the_lake(tmp_path, laid_down):
    with create(tmp_path / "w", "on-demand-course") as work:
        path = tmp_path / "some.jsonl"
        path.write_text("\n".join(map(json.dumps, ACTS)))
        work.take(path)
        stored = laid_down(work.root / "lake")
    assert "user-" not in stored
    assert all(f"https://school.example/page/{n}" in stored for n in range(3))
