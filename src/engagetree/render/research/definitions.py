"""How each number is made: formula, what it rests on, what to beware of. And whose words the dictionary's are."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.research.facts import Facts
from engagetree.research.model import Indicator
from engagetree.research.vocabulary import DEPTH_EVIDENCE, DEPTHS, DIMENSIONS, REQUIRED_EVIDENCE

CASRAI = "https://casrai.org/dictionary/term/engagement-metric"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = (
    "The term “engagement metric” and its distinction of extent, depth, reach and quality follow the CASRAI dictionary "
    f"(CASRAI Editorial Board), {CASRAI}, licensed under CC BY 4.0, {LICENCE}. "
    "The indicators, formulas and guards are engagetree’s; CASRAI does not endorse them."
)


def definitions(facts: Facts) -> Markup:
    """A list for each dimension, of the indicators that have a value this year or are named by a finding."""
    used = {v.indicator for v in facts.release.values} | {k for f in facts.release.findings for k in f.indicators}
    parts = []
    for dimension in DIMENSIONS:
        mine = [i for i in facts.release.indicators if i.dimension == dimension and i.key in used]
        if mine:
            parts.append(Markup("<h3>{}</h3><dl>{}</dl>").format(words.upper(dimension), Markup("").join(_one(i) for i in mine)))
    return Markup("").join(parts)


def _one(i: Indicator) -> Markup:
    told = [words.clean(i.formula)]
    told += [
        f"Counts {i.population}." if i.population else "",
        f"Interval: {i.interval}." if i.interval else "",
        f"Counted by {i.count_method}." if i.count_method else "",
    ]
    about = "It measures the institution, not its activities." if i.scope == "institution" else ""
    own = " Defined by the institution." if i.own else ""
    beware = Markup('<dd class="beware">{}</dd>').format(" ".join(_ended(p) for p in i.pitfalls)) if i.pitfalls else Markup("")
    said = " ".join(_ended(words.clean(t)) for t in (*told, about) if t)
    return Markup('<dt id="i-{}"><b>{}</b> <span class="m">{} · version {}{}</span><dd>{}</dd>{}').format(
        i.key, words.clean(i.label), words.clean(i.unit), i.version, own, said, beware
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "…")) else f"{text}."


def depths() -> Markup:
    """The levels of depth and what has to be on file for each."""
    rows = Markup("").join(
        Markup("<li><b>{} {}</b> <span class=m>{}</span>").format(code, label, _on_file(code)) for code, label in DEPTHS.items()
    )
    return Markup("<ul>{}</ul>").format(rows)


def _on_file(code: str) -> str:
    if code == "D0":
        return "given by a reviewer only"
    return "on file: " + "; ".join(words.lower(DEPTH_EVIDENCE[e]) for e in REQUIRED_EVIDENCE[code])
