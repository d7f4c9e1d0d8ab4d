"""One plain sentence for an explanation: what stands out, then where the most points are.

The pattern comes from which signals are strong (70 and more) and which are weak (below 40). Four well-known signals have wording of
their own; any other signal is named. It describes what was taken part in, never the person.
"""

from __future__ import annotations

from collections.abc import Callable

from engagetree.definition.model import Definition
from engagetree.findings import Explanation, Node
from engagetree.render import words
from engagetree.render.breakdown import Part, breakdown, easiest

STRONG, WEAK = 70, 40
LITTLE = 0.05  # points to gain that are not worth naming

Levels = dict[str, str]  # signal key → strong | middle | weak | unknown


def sentence(explanation: Explanation, definition: Definition) -> str:
    """The sentence for a participant or a cohort. Its numbers are those of the printed breakdown."""
    if explanation.score is None:
        return no_score(explanation)
    parts = breakdown(explanation, definition)
    return _cohort(explanation, parts) if explanation.is_cohort else _person(explanation, parts)


def no_score(explanation: Explanation) -> str:
    """Why there is no score, always with a reason in words."""
    reason = words.clean(explanation.reason).strip().rstrip(".")
    reason = reason or "; ".join(words.clean(u).rstrip(".") for u in explanation.unknown) or "too little of the score is known"
    start = words.UNKNOWN_BAND
    return f"{reason}." if reason.lower().startswith(start.lower()) else f"{start}: {words.lower(reason)}."


def left_out(explanation: Explanation) -> str:
    """Which signals a score leaves out because they are not known, with the reason; empty when it leaves out none."""
    missing = [n for n in explanation.tree.children if n.value is None]
    if explanation.score is None or not missing:
        return ""
    named = [f"{words.lower(words.clean(n.label))} ({words.lower(words.clean(n.reason or 'not known').rstrip('.'))})" for n in missing]
    return f"Left out of the score: {words.listing(named)}. The weights of the others are scaled."


def pattern(explanation: Explanation) -> str:
    """The combination of strong and weak signals in a few words, without a number: "Present but silent"."""
    known = [n for n in explanation.tree.children if n.value is not None]
    levels = {n.key: level(n.value) for n in explanation.tree.children}
    if explanation.score == 0:
        return "Nothing taken part in yet"
    return _whole(known) or next((said for fits, said in WORDING if fits(levels)), "") or _named(known)


def level(value: float | None) -> str:
    """`strong`, `middle`, `weak` or `unknown`."""
    if value is None:
        return "unknown"
    return "strong" if value >= STRONG else "weak" if value < WEAK else "middle"


def _has(*wanted: str) -> Callable[[Levels], bool]:
    """A test on levels: `_has("attendance strong", "contribution weak")`. `not` in the middle turns it round."""
    rules = [w.split() for w in wanted]
    return lambda levels: all(r[0] in levels and (levels[r[0]] == r[-1]) != (r[1] == "not") for r in rules)


WORDING: tuple[tuple[Callable[[Levels], bool], str], ...] = (
    (_has("attendance strong", "interaction weak", "contribution weak"), "Present but silent"),
    (_has("attendance strong", "contribution weak", "interaction strong"), "Present and answering, but rarely contributing"),
    (_has("attendance strong", "contribution weak"), "Present but silent"),
    (_has("attendance strong", "interaction weak", "contribution strong"), "Contributing, but answering few prompts"),
    (_has("attendance strong", "interaction weak"), "Present, but answering few prompts"),
    (_has("attendance strong", "completion weak", "contribution strong"), "Present and heard, with many steps still open"),
    (_has("attendance strong", "completion weak"), "Present, with many steps still open"),
    (_has("attendance weak", "interaction strong"), "Often away, active when here"),
    (_has("attendance weak", "contribution strong"), "Often away, active when here"),
    (_has("attendance weak", "completion strong"), "Often away, but keeping up with the steps"),
    (_has("attendance weak", "contribution not weak", "completion weak"), "Often away, with many steps still open"),
    (_has("completion strong", "contribution weak"), "Keeping up with the steps, but silent"),
    (_has("contribution strong", "completion weak"), "Contributing, with many steps still open"),
)


def _whole(known: list[Node]) -> str:
    """Words for signals that are all strong or all weak."""
    levels = {level(n.value) for n in known}
    if len(known) > 1 and levels == {"strong"}:
        return (
            "Taking part in most of what is offered"
            if min(n.value or 0 for n in known) < 90
            else "Taking part in nearly everything offered"
        )
    if len(known) > 1 and levels == {"weak"}:
        return "Seen little so far"
    return ""


def _named(known: list[Node]) -> str:
    """Strong and weak signals by name, where no wording fits."""
    strong, weak = (_few([words.lower(words.clean(n.label)) for n in known if level(n.value) == kind]) for kind in ("strong", "weak"))
    if strong and weak:
        return f"Strong in {strong}, little so far in {weak}"
    if weak:
        return f"Little so far in {weak}"
    return f"Strong in {strong}" if strong else "Taking part in some of everything"


def _few(names: list[str]) -> str:
    """At most three names; of more, two and how many others."""
    return words.listing(names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"])


def _person(explanation: Explanation, parts: Part) -> str:
    said, gain = pattern(explanation), easiest(parts)
    if gain is None or (gain.gain or 0) < LITTLE:
        return f"{said}: nothing left to gain."
    label = words.lower(words.clean(gain.node.label))
    if said.startswith("Strong in") and level(gain.node.value) == "strong":  # the little that is missing weighs most
        return f"{said}; even so, most is still to gain in {label}, {_points(gain)}."
    return f"{said}: {label} is the easiest gain, {_points(gain)}."


def _points(part: Part) -> str:
    return f"{words.one(part.gain)} point{'' if part.gain == 1 else 's'}"


def _cohort(explanation: Explanation, parts: Part) -> str:
    scored = explanation.n - explanation.unscored
    start = f"{words.one(parts.points)} on average over {words.plural(scored, 'person', 'people')}"
    gain, heavy = easiest(parts), _heaviest(parts)
    if gain is None:
        return f"{start}."
    room = words.lower(words.clean(gain.node.label))
    if heavy == [room]:
        return f"{start}; {room} weighs most and has the most room, {_points(gain)}."
    weight = f"{words.listing(heavy)} {'weighs' if len(heavy) == 1 else 'weigh'} most, and " if heavy else ""
    return f"{start}; {weight}{room} has the most room, {_points(gain)}."


def _heaviest(parts: Part) -> list[str]:
    """Which signal weighs most, or which two share the top; nothing when more do."""
    known = [p for p in parts.parts if p.weight is not None]
    top = max((p.weight or 0 for p in known), default=0)
    names = [words.lower(words.clean(p.node.label)) for p in known if p.weight == top]
    return names if 0 < len(names) < min(len(known), 3) else []
