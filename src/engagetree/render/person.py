"""One participant: a line in the list, never the number alone, and the breakdown that unfolds beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.findings import Explanation, Point
from engagetree.render import words
from engagetree.render.figures import breakdown_figure, dots_figure, history_figure
from engagetree.render.marks.chip import chip
from engagetree.render.marks.range import range_line
from engagetree.render.sentences import left_out, sentence
from engagetree.render.values import Mark, Slip
from engagetree.stats.change import margin


@dataclass(frozen=True)
class Line:
    """A participant as the list shows them."""

    anchor: str
    name: str
    about: str
    band: str
    chip: Markup
    score: str
    likely: str
    range: Markup
    values: tuple[str, ...]
    change: str
    sentence: str
    more: Markup


def line(i: int, person: Explanation, definition: Definition, marks: Sequence[Mark] = (), slip: Slip | None = None) -> Line:
    """The line of the `i`th person, with everything already in words."""
    values = {n.key: n.value for n in person.tree.children}
    drawn = range_line(person.score, person.low, person.high, definition) if person.score is not None else Markup("")
    return Line(
        anchor=f"p{i}",
        name=words.clean(person.subject),
        about=words.clean(person.cohort or ""),
        band=words.band_label(person.band, definition) if person.score is not None else words.UNKNOWN_BAND,
        chip=chip(person.score, person.low, person.high, definition),
        score=words.score(person.score, definition.bands),
        likely=words.span(person.low, person.high) if person.score is not None else words.DASH,
        range=drawn,
        values=tuple(words.score(values.get(s.key)) for s in definition.signals),
        change=four_weeks(person, definition.window) if slip is None else fell(slip, person, definition),
        sentence=sentence(person, definition),
        more=breakdown_html(person, definition, marks, slim=True, repeat=False),
    )


def four_weeks(person: Explanation, window: int = 0) -> str:
    """The change since four weeks ago, or "no clear change" inside the two ranges."""
    then = _then(person)
    if then is None or then.score is None or person.score is None:
        return words.DASH
    return words.moved(then.score, person.score, _clear(person, then, window))


def clear_fall(person: Explanation, slip: Slip | None) -> float:
    """How far the score fell (a negative number) if it clearly did, else 0: the order of the list."""
    if slip is not None:
        return min(0.0, slip.to_score - slip.from_score) if slip.clear else 0.0
    then = _then(person)
    if then is None or then.score is None or person.score is None or not _clear(person, then):
        return 0.0
    return min(0.0, person.score - then.score)


def _then(person: Explanation) -> Point | None:
    """The last period with a score that ended four weeks before or earlier."""
    past = [p for p in person.history if person.as_of - p.as_of >= timedelta(days=27) and p.score is not None]
    return past[-1] if past else None


def _clear(person: Explanation, then: Point, window: int = 0) -> bool:
    """Whether the change is larger than its uncertainty allows: see `stats.change.margin`."""
    if person.low is None or person.high is None:
        return False
    day, began = timedelta(days=1), person.history[0].as_of
    back, age = person.as_of - then.as_of, person.as_of - began
    return abs((person.score or 0) - (then.score or 0)) > margin(
        person.low, person.high, back / day, age / day, window * _length(person) / day
    )


def _length(person: Explanation) -> timedelta:
    """How long a period lasts."""
    ends = [p.as_of for p in person.history[-2:]]
    return ends[-1] - ends[0] if len(ends) == 2 else timedelta(0)


def fell(slip: Slip, person: Explanation, definition: Definition) -> str:
    """The fall as the list of those slipping has it, with its day when that is not four weeks ago."""
    moved = words.moved(slip.from_score, slip.to_score, slip.clear)
    known = abs((person.as_of - slip.since) - timedelta(days=28)) < timedelta(days=1)
    return moved if known else f"{moved} since {words.day(words.last_day(slip.since, definition.tz))}"


def breakdown_html(
    person: Explanation, definition: Definition, marks: Sequence[Mark] = (), slim: bool = False, repeat: bool = True
) -> Markup:
    """Sentence, field, tree table, twenty dots where the range crosses a cut, history, and what is not known.

    `slim` draws the history once, small; `repeat=False` leaves out the sentence because it stands above already.
    """
    figure = breakdown_figure(person, definition)
    if not repeat:
        figure = type(figure)("", figure.svg, figure.head, figure.rows, figure.caption, figure.kinds, open=True)
    parts = [figure.html(), _advice(person)] if repeat else [_advice(person), figure.html()]
    if words.also(person.score, person.low, person.high, definition):
        parts.append(dots_figure(person, definition).html())
    if sum(p.score is not None for p in person.history) > 1:
        parts.append(history_figure(person, definition, marks, slim).html())
    return Markup("").join([*parts, unknown(person), note(person, definition, brief=slim)])


def unknown(person: Explanation) -> Markup:
    """What is not known about them and why, a line each."""
    told = [t for t in (left_out(person), *person.unknown) if t]
    if not told:
        return Markup("")
    lines = Markup("").join(Markup("<li>{}").format(words.clean(t)) for t in told)
    return Markup("<p>What is not known:</p><ul>{}</ul>").format(lines)


def note(person: Explanation, definition: Definition, brief: bool = False) -> Markup:
    """Coverage, day and version (`brief`: not where the page says them); and that nobody has validated the number, until somebody has."""
    parts = [] if person.coverage is None else [f"coverage {person.coverage * 100:.0f}{words.SPACE}%"]
    parts += (
        [] if brief else [f"as of {words.date(words.last_day(person.as_of, definition.tz))}", f"definition {words.clean(person.version)}"]
    )
    validated = words.lower(words.clean(person.validation)).rstrip(".")
    parts += [validated] * bool(validated) if person.validated else ["not yet validated against outcomes"]
    return Markup('<p class="m">{}.').format(words.upper(" · ".join(parts)))


def _advice(person: Explanation) -> Markup:
    """One concrete next thing: that of the easiest gain."""
    told = next((n.advice for n in person.tree.children if n.key == person.easiest and n.advice), "")
    return Markup("<p>What could help: {}").format(words.lower(words.clean(told))) if told else Markup("")
