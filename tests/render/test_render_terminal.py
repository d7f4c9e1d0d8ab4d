"""The same answers in a terminal and in a pipe. Expected numbers: the worked example, and the table of the same explanation."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.console import Console
from sample import DEFINITION, data, edges

from engagetree.render import terminal
from engagetree.render.values import RankRow

EDGES = edges()


def shown(what: str, *args: object, coloured: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, width=160 if coloured else 80, force_terminal=coloured, color_system="standard" if coloured else None)
    getattr(terminal, what)(console, *args)
    return out.getvalue()


def test_the_worked_example_in_a_pipe() -> None:
    text = shown("show_explanation", *EDGES["worked"])
    assert "Strong in attendance and completion: contribution is the easiest gain, 18.0 points." in text
    assert re.search(r"Contribution +40\.0 +30.% +█+ +12\.0 +18\.0 +▭+ +Ana Ruiz +easiest gain", text)
    assert re.search(r"Score +71\.0 +100.% +71\.0 +29\.0", text)
    assert "\x1b" not in text and not re.search(r" $", text, re.M)


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("coloured", [True, False])
def test_every_edge_case_is_shown(name: str, coloured: bool) -> None:
    text = shown("show_explanation", *EDGES[name], coloured=coloured)
    assert not re.search(r"\bNone\b|\bnan\b|[+−]0\b", text)


def test_a_name_cannot_write_to_the_terminal() -> None:
    row = RankRow("a\x1b]0;owned\x07[red]b", 50, 40, 60, "at_risk")
    text = shown("show_ranking", [row], DEFINITION)
    assert "\x1b" not in text and "\x07" not in text and "[red]b" in text


def test_a_ranking_shows_every_signal_and_the_reason_for_no_score() -> None:
    rows = [
        RankRow(
            "p-1",
            57.2,
            51,
            63,
            "at_risk",
            "B",
            {"attendance": 90, "interaction": 60, "contribution": 23, "completion": 55},
            1.0,
            -9.0,
            True,
            place=(3, 9),
            among=383,
        ),
        RankRow("p-2", None, None, None, None, "B", {}, 0.2, reason="20 % of the weight is known"),
    ]
    text = shown("show_ranking", rows, DEFINITION)
    assert re.search(r"p-1 +▂▄__ At risk, or solidly engaged +57 +51–63 +3–9 +90 +60 +23 +55 +−9 +100.%", text)
    assert re.search(r"p-2 +____ Not enough data yet +— .*20 % of the weight is known", text)


def test_bands_and_slips() -> None:
    d = data()
    bands = shown("show_bands", d.bands_over_time, DEFINITION).splitlines()
    assert bands[-1].startswith("Sun 23 Nov 2025") and re.findall(r"\d+", bands[-1])[2:7] == ["12", "20", "14", "12", "2"]
    slips = shown("show_slipping", d.slipping, DEFINITION)
    assert "−12" in slips and "no clear change" in slips and "Sun 26 Oct 2025" in slips
    assert shown("show_slipping", (), DEFINITION) == "Nobody's score has fallen clearly.\n"


def test_colour_in_a_terminal_only() -> None:
    assert "\x1b[" in shown("show_bands", data().bands_over_time, DEFINITION, coloured=True)
