"""Who was there, against a named baseline: people of the reach store, who are joined with nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engagetree.research.definition_model import Baseline, Floors
from engagetree.research.indicators.activities import ACTS
from engagetree.research.indicators.books import Books, share
from engagetree.research.model import Cell, Value
from engagetree.stats.mixture import dissimilarity
from engagetree.stats.proportions import wilson_ends

COMPARED = ("representation_ratio", "representation_gap", "dissimilarity")
AREA, OUTSIDE, FIRST = "lsoa", "outside_area", "first_time"
YES = ("yes", "true", "1", "y", "first", "first_time", "outside")
UNDER, OVER, PARITY = "under-represented", "over-represented", "consistent with parity"
FEW, UNDECIDED = "too few to tell", "not determinable"


@dataclass
class Answers:
    """Of one characteristic: people by answer, and by why there is none. A person has one answer, the latest."""

    by_answer: dict[str, int] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)  # prefer_not_to_say, no_reply, not_asked

    @property
    def n(self) -> int:
        return sum(self.by_answer.values())

    @property
    def missing(self) -> int:
        return sum(self.without.values())

    @property
    def coverage(self) -> float:
        return self.n / (self.n + self.missing) if self.n + self.missing else 0.0

    @property
    def said(self) -> tuple[str, ...]:
        """Why answers are missing, in words."""
        words = {"prefer_not_to_say": "prefer not to say", "no_reply": "no reply", "not_asked": "not asked"}
        return tuple(f"{self.without[k]:,} {word}" for k, word in words.items() if self.without.get(k))


def values(books: Books) -> Iterator[Value]:
    """Coverage, representation against every baseline, places, first-timers."""
    if not books.has("reach"):
        for key in (*COMPARED, "item_coverage", "areas_reached", "outside_share", "first_time_share"):
            yield books.none(key, "no register of reach is on file")
        return
    answers, nameless = _answers(books), _anonymous(books)
    for characteristic, found in answers.items():
        notes = (*found.said, *([nameless[characteristic]] if characteristic in nameless else []))
        cell = (("characteristic", characteristic),)
        whole = found.n + found.missing
        yield share(
            books, "item_coverage", found.n, whole, cell=cell, nothing="nobody is in the register", missing=found.missing, notes=notes
        )
    for characteristic, found in answers.items():
        if characteristic not in (AREA, OUTSIDE, FIRST):
            yield from _against(books, characteristic, found)
    yield from _places(books, answers)


def _here(books: Books) -> str:
    """SQL: what was asked in the year at activities that count; without a date it lies on the activity's first day."""
    return f"""(SELECT r.* FROM {books.of("reach")} r LEFT JOIN {ACTS} a ON a.activity = r.activity
        WHERE a.why IS NULL AND {books.within('coalesce(r."on", a.starts_on)')})"""


def _answers(books: Books) -> dict[str, Answers]:
    """People, each once for a characteristic: who answered anywhere has answered."""
    rank = "CASE WHEN known THEN 3 WHEN asked = 'prefer_not_to_say' THEN 2 WHEN asked = 'not_asked' THEN 0 ELSE 1 END"
    rows = books.rows(f"""SELECT characteristic, best // 100000 AS rank, answer, count(*) FROM (
            SELECT characteristic, person, max(place) AS best, arg_max(answer, place) AS answer FROM (
                SELECT characteristic, person, answer, {rank} * 100000 + coalesce("on" - DATE '1900-01-01', 0) AS place FROM (
                    SELECT *, answer IS NOT NULL AND coalesce(asked, 'answered') = 'answered' AS known FROM {_here(books)}
                    WHERE person IS NOT NULL AND characteristic IS NOT NULL))
            GROUP BY characteristic, person) GROUP BY ALL ORDER BY characteristic, answer""")
    found: dict[str, Answers] = defaultdict(Answers)
    for characteristic, rank_of, answer, n in rows:
        if rank_of == 3:
            found[characteristic].by_answer[answer] = n
        else:
            why = ("not_asked", "no_reply", "prefer_not_to_say")[rank_of]
            found[characteristic].without[why] = found[characteristic].without.get(why, 0) + n
    return dict(found)


def _anonymous(books: Books) -> dict[str, str]:
    """Of each characteristic the answers without a pseudonym, in words: nobody knows of how many people they are."""
    rows = books.rows(f"SELECT characteristic, count(*) FROM {_here(books)} WHERE person IS NULL GROUP BY characteristic")
    return {c: f"{n:,} answers without a pseudonym are left out: they may be of one person" for c, n in rows}


def _against(books: Books, characteristic: str, found: Answers) -> Iterator[Value]:
    baselines = books.definition.baseline(characteristic)
    if not baselines:
        for key in COMPARED:
            yield books.none(key, f"no baseline is named for {characteristic}", (("characteristic", characteristic),), n=found.n)
    for baseline in baselines:
        for category, q in baseline.shares:
            yield from _group(books, baseline, found, category, q)
        for category in found.by_answer.keys() - dict(baseline.shares).keys():
            cell = (("characteristic", characteristic), ("category", category))
            yield books.none("representation_ratio", "the baseline has no such category", cell, baseline=baseline.key, n=found.n)
        yield _unlike(books, baseline, found)


def _group(books: Books, baseline: Baseline, found: Answers, category: str, q: float) -> Iterator[Value]:
    """The ratio and the gap of one group, with Wilson's interval and what the missing answers leave open."""
    cell: Cell = (("characteristic", baseline.characteristic), ("category", category))
    n, m, x = found.n, found.missing, found.by_answer.get(category, 0)
    more: dict[str, Any] = {"n": n, "missing": m, "numerator": float(x), "denominator": float(n), "baseline": baseline.key}
    if not n:
        for key in COMPARED[:2]:
            yield books.none(key, "nobody's answer is known", cell, **more)
        return
    (low,), (high,) = wilson_ends([x], [n])
    verdict, reason = judged(x, n, m, q, books.definition.floors)
    told = (f"{_percent(q)} % in {baseline.name} ({baseline.geography}, {baseline.dated})",)
    more |= {"verdict": verdict, "notes": told + ((reason,) if reason else ())}
    least, most = (x / (n + m), (x + m) / (n + m)) if m else (None, None)
    if q:
        ends = {"low": low / q, "high": high / q, "interval": "95 % Wilson"}
        if least is not None and most is not None:
            ends |= {"least": least / q, "most": most / q}
        yield books.value("representation_ratio", x / n / q, cell, **ends, **more)
    else:
        yield books.none("representation_ratio", "the baseline has none of this group, so there is no ratio", cell, **more)
    gap = {"low": 100 * (low - q), "high": 100 * (high - q), "interval": "95 % Wilson"}
    if least is not None and most is not None:
        gap |= {"least": 100 * (least - q), "most": 100 * (most - q)}
    yield books.value("representation_gap", 100 * (x / n - q), cell, **gap, **more)


def _percent(share: float) -> str:
    """A share that was published, in per cent as it was."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


def judged(x: int, n: int, m: int, q: float, floors: Floors) -> tuple[str, str]:
    """The verdict on x of n known answers, m missing, against a share q; and why there is none.

    >>> judged(18, 120, 0, 0.10, Floors()), judged(60, 120, 10, 0.10, Floors())[0]
    (('consistent with parity', ''), 'over-represented')
    """
    if n < floors.few:
        return FEW, f"{n} known answers, fewer than {floors.few}"
    if n < floors.coverage * (n + m):
        return UNDECIDED, f"{n / (n + m):.0%} of the answers are known, less than {floors.coverage:.0%}"
    verdict = _plain(x, n, q, floors.gap)
    if m and any(_plain(k, n + m, q, floors.gap) != verdict for k in (x, x + m)):
        return UNDECIDED, f"the {m:,} missing answers could turn it round"
    return verdict, ""


def _plain(x: int, n: int, q: float, gap: float) -> str:
    (low,), (high,) = wilson_ends([x], [n])
    if abs(x / n - q) < gap - 1e-12 or low <= q <= high:
        return PARITY
    return OVER if x / n > q else UNDER


def _unlike(books: Books, baseline: Baseline, found: Answers) -> Value:
    """The index over the baseline's categories and any other answer, which the baseline has none of."""
    cell = (("characteristic", baseline.characteristic),)
    more: dict[str, Any] = {"n": found.n, "missing": found.missing, "baseline": baseline.key}
    if not found.n:
        return books.none("dissimilarity", "nobody's answer is known", cell, **more)
    categories = list(dict.fromkeys([*dict(baseline.shares), *found.by_answer]))
    ours = [found.by_answer.get(c, 0) / found.n for c in categories]
    theirs = [baseline.share(c) or 0.0 for c in categories]
    floors = books.definition.floors
    verdict = FEW if found.n < floors.few else UNDECIDED if found.coverage < floors.coverage else ""
    return books.value("dissimilarity", dissimilarity(ours, theirs), cell, verdict=verdict, **more)


def _places(books: Books, answers: dict[str, Answers]) -> Iterator[Value]:
    areas = answers.get(AREA)
    if areas is None or not areas.n:
        yield books.none("areas_reached", "no small areas are on file")
    else:
        yield books.value("areas_reached", len(areas.by_answer), n=areas.n, missing=areas.missing, notes=areas.said)
    for key, characteristic in (("outside_share", OUTSIDE), ("first_time_share", FIRST)):
        yield _yes(books, key, answers.get(characteristic))


def _yes(books: Books, key: str, found: Answers | None) -> Value:
    if found is None:
        return books.none(key, "nobody was asked")
    x = sum(n for answer, n in found.by_answer.items() if answer.strip().lower() in YES)
    if not found.n:
        return books.none(key, "nobody's answer is known", missing=found.missing)
    (low,), (high,) = wilson_ends([x], [found.n])
    return share(
        books,
        key,
        x,
        found.n,
        found.missing,
        low=float(low),
        high=float(high),
        interval="95 % Wilson",
        least=x / (found.n + found.missing) if found.missing else None,
        most=(x + found.missing) / (found.n + found.missing) if found.missing else None,
        notes=found.said,
    )
