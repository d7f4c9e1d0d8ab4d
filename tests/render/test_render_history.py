"""A history under several versions as it is shown. Expected: written down by hand; every printed difference is that of the printed numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from engagetree.definition.read import parse
from engagetree.definition.templates import template
from engagetree.findings import Point
from engagetree.render.figure import plain
from engagetree.render.history import history_figure, sentence, show_history
from engagetree.tree.history import History, Series
from engagetree.tree.versions import Switch, Use, Version

LIVE = replace(parse(template("live-programme")), zone="UTC")


def day(n: int) -> datetime:
    return datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=n - 1)


def version(name: str, in_use: bool) -> Version:
    return Version(name, f"{name}aaaaaaaaaa", name, in_use, "ana", day(1), "why", "m", (Use(day(1), None, "ana", "why"),))


def series(name: str, in_use: bool, scores: tuple[float | None, ...]) -> Series:
    bands = [LIVE.band(s) for s in scores]
    points = tuple(
        Point(f"2025-03-{7 * i + 3:02}", day(7 * i + 10), s, s and max(0.0, s - 5), s and min(100.0, s + 6), b.key if b else None, 1.0)
        for i, (s, b) in enumerate(zip(scores, bands, strict=True))
    )
    return Series(version(name, in_use), LIVE, points)


def made(
    one: tuple[float | None, ...] = (50.0, 54.25, 61.0), two: tuple[float | None, ...] = (48.0, 49.25, 58.04), at: int = 12
) -> History:
    marks = (Switch(day(1), None, "v1", "ana", "first"), Switch(day(at), "v1", "v2", "bo", "The mentors asked."))
    return History("p-07", False, (series("v1", False, one), series("v2", True, two)), marks)


def shown(history: History, width: int = 100, terminal: bool = False) -> str:
    out = StringIO()
    show_history(Console(file=out, width=width, force_terminal=terminal, color_system=None), history)
    return out.getvalue()


def test_the_sentence() -> None:
    """61.0 is solidly engaged, 58.0 is at risk; 58.0 − 61.0 = −3.0; the 24th is the half-open end of Sunday the 23rd."""
    assert sentence(made()) == (
        "On Sun 23 Mar 2025 v2 (in use) says 58.0, likely 53–64; v1 says 61.0, likely 56–67. "
        "The formula alone makes −3.0 from v1 to v2: at risk instead of solidly engaged. "
        "The formula changed from v1 to v2 on Wed 12 Mar 2025: The mentors asked."
    )


def test_nothing_between_them() -> None:
    assert "The formula alone makes no difference: both are at risk." in sentence(made(two=(50.0, 54.25, 58.0), one=(1.0, 2.0, 58.04)))


def test_unknown_is_no_number() -> None:
    told = sentence(made(one=(50.0, 54.25, None)))
    assert "v1 says no score" in told and "alone" not in told
    rows = history_figure(made(one=(50.0, None, 61.0))).rows
    assert [plain(c) for c in rows[1]][1:3] == ["—", "—"] and plain(rows[1][5]) == "—"


def test_for_a_group_how_many_would_be_elsewhere() -> None:
    assert "Between the two, 3 of 38 would be in another band." in sentence(replace(made(), people=38, other_band=3))
    assert "Between the two, nobody would be in another band." in sentence(replace(made(), people=38, other_band=0))


def test_the_change_is_marked_in_table_and_drawing() -> None:
    """On the 12th, in the period that ends on the 17th, the second of three."""
    figure = history_figure(made())
    assert [plain(r[-1]) for r in figure.rows] == ["v2", "v1 to v2", "v1"]
    assert figure.svg.count("v1 to v2") == 2, "once on each page width"
    late = history_figure(made(at=25))
    assert [plain(r[-1]) for r in late.rows] == ["v1", "v1", "v1"] and late.svg.count("v1 to v2, Tue 25 Mar 2025") == 2


def test_a_gap_is_no_zero() -> None:
    """Known, unknown, known, known: a short line for the one alone, a path for the two, nothing at the bottom of the scale."""
    svg = history_figure(made(two=(48.0, None, 58.0, 59.0), one=(48.0, 48.0, 48.0, 48.0))).svg
    ways = re.findall(r'class="way" d="M([^"]+)"', svg.split("</svg>")[0])
    assert len(ways) == 2 and all(float(y) < 214 for way in ways for y in re.findall(r" (\d+\.?\d*)", way))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=6))
def test_printed_differences_are_those_of_printed_numbers(pairs: list[tuple[float, float]]) -> None:
    figure = history_figure(made(tuple(a for a, _ in pairs), tuple(b for _, b in pairs)))
    for row in figure.rows:
        one, two, by = (plain(row[i]).replace("−", "-") for i in (1, 3, 5))
        assert round(float(two) - float(one), 1) == (0 if by == "no change" else float(by))
    assert not re.search(r"[+−]0(\.0)?(?![.\d])|nan|None", figure.text())


def test_four_versions_and_a_narrow_terminal() -> None:
    """Nothing is cut off: with 60 columns the ranges are left out, the scores stay."""
    many = replace(made(), series=tuple(series(f"v{i}", i == 4, (50.0 + i, 51.0, 52.5)) for i in range(1, 5)))
    for line in shown(many, 60, terminal=True).splitlines():
        assert len(line) <= 60
    assert "54.0" in shown(many, 60, terminal=True) and "Likely" not in shown(many, 60, terminal=True)
    assert shown(many).count("52.5") >= 4 and "Likely" in shown(many)


def test_the_table_names_how_much_it_leaves_out() -> None:
    long = made(tuple(50.0 for _ in range(3)), tuple(50.0 for _ in range(3)))
    out = StringIO()
    show_history(Console(file=out, width=100, color_system=None), long, 2)
    assert "2 of 3 periods; --all lists every one." in out.getvalue()
