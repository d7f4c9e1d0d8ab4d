"""The levels that raters aim at, beside those at which they see themselves. Sheets and places of the drawing are worked out by hand."""

from __future__ import annotations

import math
import re
from datetime import date

import duckdb

from engagetree.render.marks.radar import Axis, radar
from engagetree.research.model import Year
from engagetree.research.quality import measure

YEAR = Year("2025-26", date(2025, 8, 1), date(2026, 8, 1))
SHEETS = """
    ('mission', 'r1', 'Gripping', 'Embedded'), ('mission', 'r2', 'Gripping', 'E2'), ('mission', 'r3', 'D', 'G'),
    ('support', 'r1', 'D', 'D'), ('support', 'r2', 'D', 'E2'), ('staff', 'r1', 'D', NULL), ('public', 'r1', NULL, 'top'), ('students', 'r1', NULL, 'G')
"""


def values() -> dict[str, tuple[str, float | None, float | None, int | None, str]]:
    con = duckdb.connect()
    con.execute(
        f"""CREATE TABLE ratings AS SELECT 'edge' AS rubric, 'U' AS unit, 'institution' AS unit_level, criterion, rater, level,
            FALSE AS not_applicable, aspiration, NULL::VARCHAR[] AS evidence, NULL AS confidence, DATE '2026-01-01' AS "on", '2023' AS tool_version,
            1 AS seq FROM (VALUES {SHEETS}) AS t(criterion, rater, level, aspiration)"""
    )
    found = measure(con, {"ratings": "ratings"}, None, YEAR)
    notes = [n for v in found if v.indicator == "edge_alpha" for n in v.notes]
    assert "the rubric does not know “top”" in notes
    return {v.at("criterion") or "": (v.level, v.low, v.high, v.n, v.reason) for v in found if v.indicator == "edge_aspiration"}


def test_the_aim_is_the_middle_of_what_raters_aim_at_and_none_where_they_are_divided() -> None:
    assert values() == {
        "mission": ("E2", 3.0, 4.0, 3, ""),
        "support": ("", 2.0, 4.0, 2, "raters aim at different levels"),
        "students": ("G", None, None, 1, ""),
    }


def test_a_diamond_stands_at_the_level_aimed_at_and_a_dashed_way_leads_to_it() -> None:
    """Three axes, rings of 38 around (360, 50 + 4 · 38): the first points up, so its aim at 4 stands 152 above the middle."""
    axes = [Axis("a", 2.0, aim=4.0), Axis("b", 3.0, aim=3.0), Axis("c", 1.0)]
    drawn = str(radar(axes, ["one", "two", "three", "four"], 720))
    diamonds = [[tuple(map(float, p.split())) for p in d.split("L")] for d in re.findall(r'class="aim" d="M([^"Z]+)Z"', drawn)]
    middles = [(sum(x for x, _ in d) / 4, sum(y for _, y in d) / 4) for d in diamonds]
    angle = 2 * math.pi / 3
    wanted = [(360, 202 - 152), (360 + 3 * 38 * math.sin(angle), 202 - 3 * 38 * math.cos(angle))]
    assert all(math.dist(m, w) < 0.6 for m, w in zip(middles, wanted, strict=True))
    assert drawn.count('class="toward"') == 1 and "Open diamond: the level aimed at" in drawn
    plain = str(radar([Axis("a", 2.0), Axis("b", 3.0), Axis("c", 1.0)], ["one", "two"], 720))
    assert "diamond" not in plain and 'class="aim"' not in plain
