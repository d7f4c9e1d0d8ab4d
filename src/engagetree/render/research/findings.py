"""What the guards found, on top: what stops publication, what has to be said beside a number, and how to mend each."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.research import say
from engagetree.render.research.facts import Facts
from engagetree.research.guards.rules import RULES, blocked, not_comparable
from engagetree.research.model import Guarded

SAYS = {"block": "Stops publication", "error": "Not to be published as it is", "warning": "Read with care", "note": "To know"}
ORDER = tuple(SAYS)


def summary(facts: Facts) -> str:
    """How many findings of each kind, in one sentence; what a stop does."""
    counts = [(s, len(facts.findings(s))) for s in ORDER]
    if not any(n for _, n in counts):
        looked = "The guards found nothing to object to." if facts.release.values else ""
        return looked or "Nothing was measured, so the guards had nothing to look at."
    stops, warns, notes = counts[0][1] + counts[1][1], counts[2][1], counts[3][1]
    parts = [
        f"{words.plural(stops, 'finding stops', 'findings stop')} something from being published",
        f"{words.plural(warns, 'asks', 'ask')} for care",
    ]
    parts += [f"{words.plural(notes, 'is', 'are')} to be known"] if notes else []
    left = " What is stopped is not in this report." if stops else ""
    return f"{words.upper(words.listing(parts if stops else parts[1:]))}.{left}"


def listed(facts: Facts) -> Markup:
    """A line for each finding, the gravest first; then what else was looked at."""
    found = [f for s in ORDER for f in facts.findings(s)]
    items = Markup("").join(_item(f, facts) for f in found)
    return Markup('<ul class="findings">{}</ul>{}').format(items, _passed(found)) if found else _passed(found)


def _item(f: Guarded, facts: Facts) -> Markup:
    do = Markup(' <span class="do">{}</span>').format(say.ended(f.do)) if f.do else Markup("")
    matched = Markup(' <span class="m">In the text: “{}”</span>').format(words.clean(f.matched)) if f.matched else Markup("")
    what = Markup(' <span class="m">{}: {}.</span>').format(_consequence(f), words.listing(_names(f, facts))) if _consequence(f) else ""
    about = words.upper(words.clean(f.about).rstrip("."))
    return Markup('<li class="s-{}"><span class="tag">{}</span> <b>{}.</b> {}: {}{}{}{}').format(
        f.severity, words.clean(f.rule), SAYS.get(f.severity, f.severity), about, say.ended(f.found), do, matched, what
    )


def _consequence(f: Guarded) -> str:
    """What became of the indicators that a finding names."""
    if not f.indicators:
        return ""
    if not_comparable((f,)):
        return "Shown, and not compared"
    return "Not shown" if blocked((f,)) else ""


def _names(f: Guarded, facts: Facts) -> list[str]:
    known = facts.indicators
    return [words.lower(words.clean(known[k].label if k in known else k)) for k in f.indicators]


def _passed(found: list[Guarded]) -> Markup:
    """The rules that found nothing, by what they look at."""
    named = {f.rule for f in found}
    quiet = [r for r in RULES if r.key not in named]
    lines = Markup("").join(Markup("<li>{} {}").format(Markup('<span class="tag">{}</span>').format(r.key), r.looks_at) for r in quiet)
    return (
        Markup("<details><summary>{} found nothing</summary><ul>{}</ul></details>").format(f"{len(quiet)} of {len(RULES)} guards", lines)
        if quiet
        else Markup("")
    )
