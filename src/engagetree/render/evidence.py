"""Evidence as figures: band rates, calibration, AUC by week beside the ceiling, declared against effective weights; findings as a list."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.evidence.study import BANDS, CALIBRATED, CARRIES, CEILING, RANKS, RISK, TRUSTED, WEIGHTS, Study
from engagetree.evidence.verdict import FEWEST, Finding
from engagetree.render import words
from engagetree.render.evidence_rows import (
    AGAIN,
    WAYS,
    Rows,
    band_rows,
    cut_rows,
    ends,
    group_rows,
    percent,
    rated,
    shown,
    way_rows,
    week_rows,
    weight_rows,
)
from engagetree.render.evidence_terminal import MARKS, bare
from engagetree.render.figure import Figure, table
from engagetree.render.marks import svg
from engagetree.render.marks.curve import Dot, from_week_to_week, told_against_true
from engagetree.render.marks.forest import Estimate, forest
from engagetree.render.marks.pairs import Share, pairs

BESIDE = ("fitted elsewhere", "ceiling")
"""Ways that are drawn beside the score."""

PICTURED = (BANDS, RISK, CALIBRATED, RANKS, TRUSTED, CEILING, WEIGHTS, CARRIES)


def evidence_html(study: Study, definition: Definition) -> Markup:
    """Everything: findings, figures, tables, notes."""
    head = Markup("<p><b>{}</b> <span class=m>definition {} · {}</span></p>").format(
        f"Does the score say anything about “{words.clean(study.label)}”?", words.clean(study.version), study.on
    )
    return head + findings_html(study) + Markup("").join(titled(study, definition)) + notes_html(study)


def section(study: Study, definition: Definition) -> Markup:
    """The same for the report, where the page says which programme it is; each finding stands with its figure."""
    about = Markup("<p>{} <span class=m>Held against “{}” on {}.</span></p>").format(shown(study), words.clean(study.label), study.on)
    alone = [f for f in study.findings if f.name not in PICTURED]
    lines = Markup("").join(Markup("<li><b>{}</b> {}").format(MARKS[f.verdict], words.clean(bare(f))) for f in alone)
    told = Markup('<ul class="verdicts">{}</ul>').format(lines)
    return about + told + Markup("").join(titled(study, definition)) + notes_html(study)


def findings_html(study: Study) -> Markup:
    """A line for each finding, its verdict first."""
    lines = Markup("").join(Markup("<li><b>{}</b> {}").format(MARKS[f.verdict], words.clean(bare(f))) for f in study.findings)
    return Markup('<ul class="verdicts">{}</ul><p>{}</p>').format(lines, shown(study))


def titled(study: Study, definition: Definition) -> list[Markup]:
    """Each figure below its question."""
    named = zip(TITLES, evidence_figures(study, definition), strict=True)
    out = [Markup("<h3>{}</h3>{}").format(title, f.html()) for title, f in named if f.rows]
    if study.groups:
        out.append(Markup("<h3>{}</h3>{}").format(f"Is it the same by {words.clean(study.group_by)}?", _table(group_rows(study), "Groups")))
    if study.cuts:
        caption = f"Bands drawn on other cohorts, and their rates in the latest: for “{words.clean(study.label)}”"
        out.append(Markup("<h3>Where would outcomes draw the bands?</h3>{}").format(_table(cut_rows(study), caption)))
    return out


TITLES = (
    "What does a band mean?", "Do chances come true?", "From which week on, and how good could it be?", "Does each weight do what it says?",
)  # fmt: skip


def notes_html(study: Study) -> Markup:
    """What was left out, and how."""
    lines = Markup("").join(Markup("<li>{}").format(words.clean(n)) for n in (study.hidden, *study.notes) if n)
    return Markup('<ul class="m">{}</ul>').format(lines) if lines else Markup("")


def _table(rows: Rows, caption: str) -> Markup:
    return _scrolling(table(rows[0], rows[1], caption), caption)


def _scrolling(made: Markup, caption: str) -> Markup:
    """Cells are wide here: even a table of three columns has to scroll by itself on a telephone."""
    region = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>')
    return made if made.startswith("<div") else region.format(words.clean(caption), made)


class _Wide(Figure):
    def table(self) -> Markup:
        return _scrolling(super().table(), self.caption)


def evidence_figures(study: Study, definition: Definition) -> tuple[Figure, Figure, Figure, Figure]:
    """Band rates, calibration, AUC by week, weights. Each is empty where nothing could be told."""
    return bands_figure(study), calibration_figure(study), weeks_figure(study), weights_figure(study)


def _said(study: Study, *names: str) -> str:
    found: Sequence[Finding] = [f for n in names if (f := study.finding(n)) is not None]
    return " ".join(f.sentence if told(f) else f"{words.upper(f.verdict)}: {bare(f)}" for f in found)


def told(finding: Finding) -> bool:
    """Whether the sentence says the verdict itself."""
    return finding.sentence.lower().startswith(finding.verdict)


def bands_figure(study: Study) -> Figure:
    """The rate of the outcome in each band with Wilson's interval, at the week that findings are about."""
    mine = [b for b in study.bands if b.week == study.week][::-1]
    rows = [
        Estimate(
            b.label, None if b.rate is None else 100 * b.rate, None if b.low is None else 100 * b.low,
            None if b.high is None else 100 * b.high,
            rated(b.rate, b.yes, b.n) if b.rate is not None else f"{words.count(b.n)}: too few",
        )
        for b in mine
    ]  # fmt: skip
    head, lines = band_rows(study)
    caption = f"Rate of “{words.clean(study.label)}” in each band at the end of each week, with Wilson's interval"
    return _Wide(_said(study, BANDS, RISK), svg.both(lambda w: forest(rows, w)), head, lines, caption)


def calibration_figure(study: Study) -> Figure:
    """Chance told against what came true, on unseen cohorts."""
    points = [(p.told, p.rate, p.low, p.high) for p in study.curve if p.n >= FEWEST]
    lines = tuple((percent(p.told), f"{percent(p.rate)}{ends(p.low, p.high)}", words.count(p.n)) for p in study.curve)
    caption = "Chances learnt on the other cohorts, and what came true, in tenths of the people"
    drawn = svg.both(lambda w: told_against_true(points, w))
    return _Wide(_said(study, CALIBRATED), drawn, ("Told", ">Came true", ">People"), lines, caption)


def weeks_figure(study: Study) -> Figure:
    """AUC from week to week, with other ways of scoring at some weeks."""
    moments = [(w.week, w.auc, w.low, w.high) for w in study.weeks if w.auc is not None]
    dots: list[Dot] = [(w.week, w.auc, w.low, w.high, WAYS[w.way]) for w in study.ways if w.way in BESIDE and w.week and w.auc is not None]
    since = study.finding(TRUSTED)
    from_ = int(since.number) if since is not None and since.number is not None else None
    head, lines = week_rows(study)
    caption = f"Within cohorts, week by week, {AGAIN}; calibration on unseen cohorts"
    drawn = svg.both(lambda w: from_week_to_week(moments, dots, from_, w))
    below = _table(way_rows(study), "Other ways of scoring, on cohorts that they were not learnt from (AUC)") if study.ways else Markup("")
    return _Wide(_said(study, RANKS, TRUSTED, CEILING), drawn + below, head, lines, caption)


def weights_figure(study: Study) -> Figure:
    """What each driver was declared to weigh, what it weighs, and what other cohorts would have it weigh."""
    rows = [
        Share(w.label, w.declared, w.effective, w.fitted_low, w.fitted_high, f"{percent(w.declared)}, really {percent(w.effective)}")
        for w in study.weights
    ]
    head, lines = weight_rows(study)
    flat = tuple((f"{c[0]}: {c[1]}", *c[2:]) for c in lines)
    caption = "Shares of the validated score: declared; effective, of the differences between people; fitted, from all cohorts"
    return _Wide(_said(study, WEIGHTS, CARRIES), svg.both(lambda w: pairs(rows, w)), ("Driver", *head[2:]), flat, caption)
