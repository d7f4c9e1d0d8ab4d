"""Quality beside numbers: ratings by rubrics, agreement, coded evidence with what speaks against, claims with what they rest on."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Figure
from engagetree.render.marks import svg
from engagetree.render.marks.grid import Square, grid
from engagetree.render.research import rubrics, say
from engagetree.render.research.beside import others
from engagetree.render.research.facts import Facts
from engagetree.render.research.parts import HEAD, Block, Section, narrowed, rest, rows_of
from engagetree.research.model import Claim, Shown


def quality(facts: Facts) -> Section:
    """The section."""
    keys = [
        i.key.removesuffix(rubrics.LEVEL) for i in facts.release.indicators if i.dimension == "quality" and i.key.endswith(rubrics.LEVEL)
    ]
    blocks = [b for key in keys for b in (*rubrics.figures(facts, key), *(others(facts) if key == "kef" else ()))]
    blocks += [b for b in (_agreement(facts, keys), _coded(facts)) if b is not None]
    used = {k for b in blocks for k in b.shows}
    return Section("quality", "How good was it, and who says so?", lead(facts), (*blocks, *rest(facts, "quality", used)))


def lead(facts: Facts) -> str:
    """How many claims of quality are made, and what they rest on. Never a number for quality."""
    claims = [c for c in facts.release.claims if c.dimension == "quality"]
    left = [f for f in facts.findings("block", "error") if f.claims]
    sought = sum(c.negatives_sought is True for c in claims)
    if not claims and not left:
        said = "No claim of quality is made."
    else:
        stand = "claim of quality stands" if len(claims) == 1 else "claims of quality stand"
        said = f"{words.upper(words.small(len(claims)))} {stand}"
        said += f"; {_sought(sought, len(claims))}." if claims else "."
    if left:
        n = len({c for f in left for c in f.claims})
        said += f" {words.upper(words.small(n))} more may not be made as {'it is' if n == 1 else 'they are'}: see the findings."
    return f"{said} Quality is described, not added up."


def _sought(part: int, whole: int) -> str:
    """For how many of the claims cases against were looked for.

    >>> _sought(0, 1), _sought(2, 3)
    ('cases against it were not looked for', 'for two of them cases against were looked for')
    """
    if whole == 1:
        return f"cases against it were {'' if part else 'not '}looked for"
    return f"for {words.small(part) if part < whole else 'all'} of them cases against were looked for"


def claims(facts: Facts) -> Markup:
    """The claims that may be made, each with what it rests on."""
    told = [
        Markup('<li>{} <span class="m">{}: {}.</span>').format(words.clean(c.text), words.clean(c.dimension), resting(c))
        for c in facts.release.claims
    ]
    return Markup('<ul class="claims">{}</ul>').format(Markup("").join(told)) if told else Markup("")


SOUGHT = {
    True: "cases against it were looked for",
    False: "cases against it were not looked for",
    None: "not said whether cases against it were looked for",
}


def resting(claim: Claim) -> str:
    """What a claim rests on, and whether cases against it were looked for."""
    on = f"rests on {words.plural(len(claim.rests_on), 'item')}" if claim.rests_on else "rests on nothing that is on file"
    return f"{on}; {SOUGHT[claim.negatives_sought]}"


def _agreement(facts: Facts, keys: list[str]) -> Block | None:
    """Coefficients of agreement, each with its interval and what it allows."""
    names = (*(f"{k}_alpha" for k in keys), *(f"{k}_kappa" for k in keys), "code_alpha", "agreement")
    values = [v for n in names for v in facts.all(n)]
    if not values:
        return None
    head, rows = narrowed(HEAD, rows_of(values, facts))
    sentence = "1 is full agreement, 0 what chance would give. Below .667 ratings are shown and not put together."
    return Block("How far do raters agree?", Figure(sentence, Markup(""), head, rows, "Agreement of raters and coders"), names)


def _coded(facts: Facts) -> Block | None:
    """Coded evidence: codes by polarity, with the cases against."""
    key = "coded_items" if facts.all("coded_items") else "coded_evidence"
    down, across, held = facts.grid(key, "code", "polarity")
    if not held:
        return None
    rows = [(facts.called("code", r), [_square(held.get((r, c))) for c in across]) for r in down]
    heads = [facts.called("polarity", c) for c in across]
    table = tuple((name, *(say.cell(held.get((r, c))) for c in across)) for r, (name, _) in zip(down, rows, strict=True))
    sentence = "How many pieces of evidence carry each code. A number of items is no measure of how good something was: read them."
    figure = Figure(
        sentence,
        svg.both(lambda w: grid(rows, heads, w)),
        ("Code", *(f">{h}" for h in heads)),
        table,
        "Coded evidence by code and polarity",
    )
    return Block("What people said, coded", figure, (key,))


def _square(v: Shown | None) -> Square | None:
    return None if v is None else Square(v.value, say.text(v), bool(v.withheld))
