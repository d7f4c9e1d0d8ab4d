"""The year of an institution as one self-contained HTML file: findings, words, figures with their tables, definitions."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.palette import stylesheet
from engagetree.render.report import foot_of_page, policy
from engagetree.render.research import definitions, findings, quality
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import Section, drawn
from engagetree.render.research.sections import sections, year_in_words
from engagetree.research.model import Release

if TYPE_CHECKING:
    from jinja2 import Environment

LAST_DAY = 1


def report(release: Release) -> str:
    """The whole report as one HTML text. It asks nothing of the network and runs nothing."""
    facts = Facts.of(release)
    name, year = words.clean(release.institution.name), words.clean(release.year.key)
    foot = f"{name} · {year} · definition {words.clean(release.definition_version)}" + (
        " · invented" if release.institution.invented else ""
    )
    style = Markup(stylesheet() + _static("research.css") + foot_of_page(foot))  # noqa: S704 our own files, the foot is escaped
    made = sections(facts)
    return _environment().get_template("research.html").render(
        release=release, words=words, style=style, policy=policy(style, ""), name=name, year=year,
        span=span(release), summary=findings.summary(facts), findings=findings.listed(facts), said=year_in_words(made),
        sections=[(s, _blocks(s, release.profile_says)) for s in made], claims=quality.claims(facts),
        definitions=definitions.definitions(facts), depths=definitions.depths(), attribution=definitions.ATTRIBUTION,
    )  # fmt: skip


def span(release: Release) -> str:
    """From the first to the last day of the year: `1 Aug 2025 to 31 Jul 2026`."""
    from datetime import timedelta

    first, last = release.year.starts, release.year.until - timedelta(days=LAST_DAY)
    return " to ".join(f"{d.day} {words.MONTHS[d.month - 1]} {d.year}" for d in (first, last))


def _blocks(section: Section, rule: str) -> Markup:
    return Markup("").join(drawn(b, rule) for b in section.blocks)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("engagetree.render.research"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _static(name: str) -> str:
    return files("engagetree.render.research").joinpath("static", name).read_text(encoding="utf-8")
