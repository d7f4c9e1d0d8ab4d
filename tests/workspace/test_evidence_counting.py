"""Other ways of counting, on courses whose truth is planted: a cap that hides what matters, one that keeps noise out, an act nobody counts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from courses import STARTS, WEEKS, Courses, courses, definition, imported

from engagetree.definition import read as reading
from engagetree.engine import connect, connect_duckdb
from engagetree.evidence.missing import MISSING
from engagetree.evidence.study import CEILING, NORMALISERS, Study
from engagetree.evidence.verdict import Finding
from engagetree.workspace import Workspace, outcomes
from engagetree.workspace.evidence import _people
from engagetree.workspace.panels import Panels, without
from engagetree.workspace.recounting import recounted


def talking(cap: int | None) -> dict[str, Any]:
    """The course's definition with a rate beside its shares: words said, at most `cap` on one session in a week."""
    made = definition()
    words = {"label": "Things said", "taken": "say", "per": "week", "normalise": "saturating", "half": 4}
    if cap is not None:
        words["cap"] = cap
    made["signals"]["contribution"] = {"weight": 0.3, "accountable": "x", "drivers": {"said": words}}
    return made


def saying(people: int, many: Any, seed: int = 3) -> Courses:
    """A course in which everybody says `many(rng, passes)` things in one session of each week."""
    made, rng = courses(people=people, seed=seed), np.random.default_rng(seed)
    passed = {r["participant"]: r["value"] for r in made.outcomes}
    said = []
    for r in made.roster:
        for w in range(WEEKS):
            day = STARTS[r["cohort"]] + timedelta(weeks=w, days=1, hours=9, minutes=1)
            if r["left_at"] is None or day < r["left_at"]:
                act = {"participant": r["participant"], "kind": "say", "item": f"session-{r['cohort']}-{w}0"}
                said += [act | {"at": day + timedelta(seconds=n)} for n in range(int(many(rng, passed[r["participant"]])))]
    return made.with_(events=[*made.events, *said])


def study(made: Courses, folder: Path, **more: Any) -> Study:
    with imported(made, folder) as work:
        return work.evidence("passed", leave_out=["completion"], ceiling=False, **more)


def finding(found: Study, name: str) -> Finding:
    made = found.finding(name)
    assert made is not None
    return made


# ---- caps


def test_a_cap_that_hides_what_matters_is_found_and_another_is_proposed(tmp_path: Path) -> None:
    """Who passes says about five things a week, others two; a cap of 1 makes all of them alike."""
    made = saying(60, lambda rng, passes: 1 + rng.poisson(4 if passes else 1)).with_(defined=talking(1))
    with imported(made, tmp_path) as work:
        found = work.evidence("passed", leave_out=["completion"], ceiling=False)
        told = finding(found, NORMALISERS)
        assert told.verdict == "does not hold" and told.low is not None and told.low > 0
        assert "“Things said” without its cap of 1" in told.sentence
        proposed = reading.parse(found.proposal("counting"), "the proposal")
        assert [d.cap for s, d in proposed.drivers() if d.key == "said"] == [None]
        assert work.used().fingerprint == found.version  # proposed, never adopted


def test_a_cap_that_keeps_noise_out_is_left_alone(tmp_path: Path) -> None:
    """Who passes says one thing more often; some say forty things whether they pass or not."""
    made = saying(60, lambda rng, passes: (rng.random() < (0.8 if passes else 0.3)) + (40 if rng.random() < 0.2 else 0))
    found = study(made.with_(defined=talking(1)), tmp_path)
    told = finding(found, NORMALISERS)
    assert "its cap of" not in told.sentence and "a cap of" not in told.sentence
    for text in dict(found.proposals).values():
        assert [d.cap for _, d in reading.parse(text, "the proposal").drivers() if d.key == "said"] == [1]


def test_without_a_second_cohort_no_other_way_of_counting_is_judged(tmp_path: Path) -> None:
    made = courses(people=60, cohorts=("A",)).with_(defined=talking(1))
    found = study(made, tmp_path)
    for name in (NORMALISERS, MISSING):
        told = finding(found, name)
        assert told.number is None and "fewer than two cohorts" in told.sentence


@pytest.mark.parametrize("window", ["cumulative", {"trailing": 2}])
def test_what_is_counted_anew_is_counted_from_the_rows(tmp_path: Path, window: Any) -> None:
    """Under caps of 1, 3 and none, every person's sum at the end of weeks 2 and 4 equals one made here from the plain events."""
    made = saying(12, lambda rng, _: rng.poisson(3)).with_(defined=talking(1) | {"window": window})
    with imported(made, tmp_path) as work:
        counts, look = _counted(work, (2, 4), (1.0, 3.0, None))
        for k in (2, 4):
            rows = look[k].table.to_pydict()
            for j, cap in enumerate((1.0, 3.0, None)):
                want = [_by_hand(made, who, k, cap, 2 if isinstance(window, dict) else 0) for who in rows["participant"]]
                assert counts[k][j].tolist() == want
            assert counts[k][0].tolist() == rows["contribution__said__taken"]


def _counted(work: Workspace, weeks: tuple[int, ...], caps: tuple[float | None, ...]) -> Any:
    from dataclasses import replace

    used, snapshot, con = work.used(), work.lake.snapshot(), connect_duckdb()
    teller = work.teller(snapshot)
    asked = outcomes.asked(used, "passed", ("completion",), ["passed"])
    known = outcomes.became(con, snapshot, teller.plan, asked, teller.plan.periods[-1].ends)
    _people(con, teller.plan.roster, known.rows)
    kept = without(used, ("completion",))
    assert kept is not None
    panels = Panels(con, snapshot, teller.plan, used, kept, asked)
    looks = {k: made[1] for k in weeks if (made := panels.look(k)) is not None}
    driver = next(d for _, d in used.drivers() if d.key == "said")
    return recounted(panels, looks, [replace(driver, cap=c) for c in caps], connect), looks


def _by_hand(made: Courses, who: str, week: int, cap: float | None, window: int) -> float:
    start = STARTS[next(r["cohort"] for r in made.roster if r["participant"] == who)]
    since = start + timedelta(weeks=max(0, week - window) if window else 0)
    mine = [e for e in made.events if e["participant"] == who and e["kind"] == "say" and since <= e["at"] < start + timedelta(weeks=week)]
    each = Counter((e["item"], (e["at"] - start).days // 7) for e in mine)
    return float(sum(n if cap is None else min(n, cap) for n in each.values()))


# ---- what is missing


def test_an_act_that_nobody_counts_and_that_ranks_people_is_named(tmp_path: Path) -> None:
    made = saying(60, lambda rng, passes: rng.poisson(3 if passes else 1))
    told = finding(study(made, tmp_path), MISSING)
    assert told.verdict == "does not hold" and told.low is not None and told.low > 0
    assert "Something is missing: acts of the kind “say” on items of the kind “session”" in told.sentence
    assert "no signal counts them" in told.sentence


def test_an_act_that_says_nothing_is_not_missed(tmp_path: Path) -> None:
    told = finding(study(saying(60, lambda rng, _: rng.poisson(2)), tmp_path), MISSING)
    assert told.verdict != "does not hold" and told.number is not None


def test_an_act_that_only_says_again_what_a_signal_says_is_not_missed(tmp_path: Path) -> None:
    """A thank-you with every session attended: it ranks people well, and not beyond the signal that counts the sessions."""
    made = courses(people=120)
    thanks = [{**e, "kind": "thank", "at": e["at"] + timedelta(minutes=1)} for e in made.events if e["kind"] == "attend"]
    told = finding(study(made.with_(events=[*made.events, *thanks]), tmp_path), MISSING)
    assert told.verdict != "does not hold" and told.number is not None and abs(told.number) < 0.02


def test_where_every_kind_is_counted_the_machine_s_best_is_told(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the ceiling comes with the extra `evidence`")
    with imported(courses(people=80), tmp_path) as work:
        found = work.evidence("passed", leave_out=["completion"])
    told, top = finding(found, MISSING), finding(found, CEILING)
    assert told.verdict == "holds" and "Every kind of act in the data is counted by a signal." in told.sentence
    assert top.number is None or "a machine makes of what is counted" in told.sentence
