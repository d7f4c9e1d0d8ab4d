"""The report: one self-contained HTML file that answers first, reads on paper and by a screen reader, and asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from engagetree.findings import Explanation
from engagetree.render import figures, made, words
from engagetree.render.evidence import section
from engagetree.render.history import history_figure
from engagetree.render.lead import lead, look_below, waiting
from engagetree.render.marks.chip import chip
from engagetree.render.metrics import metrics_html
from engagetree.render.palette import stylesheet
from engagetree.render.person import Line, clear_fall, line
from engagetree.render.programme import programme_html
from engagetree.render.values import BandCounts, Mark, RankRow, ReportData, Slip

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["BandCounts", "Mark", "RankRow", "ReportData", "Slip", "report"]

MANY = 500  # up to so many people everybody is listed


def report(data: ReportData) -> str:
    """The whole report as one HTML text."""
    shown, left_out = listed(data)
    slips = {s.participant: s for s in data.slipping}
    people = [line(i, p, data.definition, data.marks, slips.get(p.subject)) for i, p in enumerate(shown)]
    title, as_of = words.clean(data.definition.title), words.date(words.last_day(data.as_of, data.definition.tz))
    foot = foot_of_page(f"{title} · as of {as_of} · definition {words.clean(data.version)}")
    style, script = Markup(stylesheet() + foot), Markup(_static("report.js"))  # noqa: S704 our own files, the foot is escaped
    page = _environment().get_template("report.html").render(
        data=data, definition=data.definition, words=words, made=made, style=style, script=script, policy=policy(style, script),
        title=title, as_of=as_of,
        lead=lead(data), waiting=waiting(data), figures=_figures(data), people=people, left_out=left_out, slips=_slips(data, people),
    )  # fmt: skip
    return page


def listed(data: ReportData) -> tuple[list[Explanation], str]:
    """Who is listed, the largest clear fall first, then the lowest score; and a sentence about those who are not.

    Of more than 500 people only those who slip or stand below the cut are listed, and at most 500.
    """
    slips = {s.participant: s for s in data.slipping}
    order = sorted(data.people, key=lambda p: (clear_fall(p, slips.get(p.subject)), p.score is None, p.score or 0.0, p.subject))
    total, cut = data.people_total, look_below(data.definition)
    if max(total, len(order)) > MANY:
        order = [p for p in order if p.subject in slips or (p.score is not None and p.score < cut)][:MANY]
    if len(order) >= total:
        return order, ""
    who = f"those slipping or below {words.count(cut)}" if total > MANY else "some"
    return (
        order,
        f"{words.count(len(order))} of {words.count(total)} people are listed: {who}. Ask for anybody else with `engagetree explain`.",
    )


def policy(style: str, script: str) -> str:
    """A content security policy under which the file can load nothing and run nothing but its own style and script."""
    return f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"


def foot_of_page(text: str) -> str:
    """A line at the foot of every printed page, with its number. Every letter that could end a string is written as its code."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in text)
    small = "font:7.5pt system-ui,sans-serif;color:#565f69"
    return f'@page{{@bottom-left{{content:"{safe}";{small}}}@bottom-right{{content:counter(page) " / " counter(pages);{small}}}}}'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _figures(data: ReportData) -> dict[str, Markup]:
    d = data.definition
    found = {
        "spread": figures.spread_figure(data.scores, d).html(),
        "bands": figures.bands_figure(data.bands_over_time, d, data.marks).html(),
    }
    found["tree"] = figures.breakdown_figure(data.whole, d).html()
    if sum(p.score is not None for p in data.whole.history) > 1:
        found["history"] = figures.history_figure(data.whole, d, data.marks).html()
    if data.versions is not None:
        found["versions"] = history_figure(data.versions).html()
    if data.metrics is not None:
        found["metrics"] = metrics_html(data.metrics, d)
    if data.around is not None:
        found["around"] = programme_html(data.around, d)
    if data.evidence is not None:
        found["evidence"] = section(data.evidence, d)
    if data.groups:
        found["cohorts"] = Markup("<h3>Over time</h3>").join(f.html() for f in data.groups)
    elif len(data.cohorts) > 1:
        found["cohorts"] = figures.cohorts_figure(data.cohorts, d).html()
    return found


def _slips(data: ReportData, people: Sequence[Line]) -> list[dict[str, object]]:
    """Clear falls first, the largest first."""
    anchors = {p.name: p.anchor for p in people}
    order = sorted(data.slipping, key=lambda s: (not s.clear, s.to_score - s.from_score))
    return [
        {
            "name": words.clean(s.participant), "anchor": anchors.get(words.clean(s.participant)), "clear": s.clear,
            "chip": chip(s.to_score, None, None, data.definition), "from": words.score(s.from_score, data.definition.bands),
            "to": words.score(s.to_score, data.definition.bands), "change": words.moved(s.from_score, s.to_score, s.clear),
            "since": words.date(words.last_day(s.since, data.definition.tz)), "why": words.clean(s.reason_sentence),
        }
        for s in order
    ]  # fmt: skip


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("engagetree.render"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _static(name: str) -> str:
    return files("engagetree.render").joinpath("static", name).read_text(encoding="utf-8")
