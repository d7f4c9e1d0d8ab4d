"""What a notebook shows by itself. Numbers: the worked example of `examples/first-programme`, counted by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import engagetree as et
from engagetree import notebook
from engagetree.workspace import Workspace

FIRST = Path(__file__).parents[2] / "examples" / "first-programme"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with et.create(tmp_path_factory.mktemp("notebook") / "w", FIRST / "programme.yml") as made:
        for name in ("roster", "items", "events"):
            made.take(FIRST / f"{name}.csv")
        made.score()
        yield made


def test_an_explanation_draws_itself_and_prints_in_words(work: Workspace) -> None:
    mara = work.explain("p-mara")
    html = mara._repr_html_()
    assert html is not None and "<svg" in html and "contribution is the easiest gain, 18.0 points" in html
    assert re.search(r"^Score +71\.0 ", str(mara), re.M)
    assert "definition" not in mara.to_dict() and mara.to_dict()["score"] == pytest.approx(71, abs=1e-9)


def test_figures_are_a_sentence_a_drawing_and_a_table(work: Workspace) -> None:
    for figure in (notebook.bands(work), notebook.spread(work), notebook.history(work, "p-mara"), notebook.cohorts(work)):
        html = figure._repr_html_()
        assert figure.sentence and "<svg" in html and "<table" in html and figure.sentence in figure.text()


def test_a_plain_explanation_is_drawn_with_the_definition_in_use(work: Workspace) -> None:
    mara = work.explain("p-mara")
    plain = type(mara).__mro__[1](**{f: getattr(mara, f) for f in type(mara).__mro__[1].__dataclass_fields__})
    assert not hasattr(plain, "_repr_html_")
    assert notebook.show(plain, work)._repr_html_() == mara._repr_html_()


def test_cohorts_side_by_side(work: Workspace) -> None:
    """By hand: A is 71 and 24, B is 86 and 0 (p-theo: 0.3·30 + 0.2·20 + 0.3·20 + 0.2·25 = 24; p-ines: 30 + 16 + 20 + 20 = 86)."""
    assert {c.subject: c.score for c in work.compare()} == {"A": pytest.approx(47.5), "B": pytest.approx(43)}
