"""EM-04 to EM-06: attention is who spoke of something and how often. It is never quality, whatever it is called or added to."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards import grounds
from engagetree.research.guards.seen import Seen, counted, listed
from engagetree.research.model import Claim, Guarded, Indicator

NOT_QUALITY = "attention is not quality"
INTERPRETED, CALLED = "structured_qualitative", ("quality", "depth")
MEND = "Attach coded qualitative evidence (who mentioned it, in what sense), or move it to Attention."


def quality_from_attention(seen: Seen) -> Iterator[Guarded]:
    """EM-04: a quality value or claim whose evidence is nothing but attention, or nothing at all."""
    on_file = "coded" in seen.given.grounds.values()
    for indicator in _published(seen, "quality"):
        found = grounds.of_indicator(seen, indicator.key)
        if found == {"attention"}:
            yield Guarded("EM-04", "error", indicator.label, f"{NOT_QUALITY}: it is made of attention alone", MEND, (indicator.key,))
        elif "attention" in found and indicator.kind == INTERPRETED and not (on_file and "coded" in found):
            says = f"{NOT_QUALITY}: it interprets mentions, and no coded evidence is on file"
            yield Guarded("EM-04", "error", indicator.label, says, MEND, (indicator.key,))
    for claim in seen.year.claims:
        yield from _claim(seen, claim)


def _claim(seen: Seen, claim: Claim) -> Iterator[Guarded]:
    if claim.dimension not in CALLED:
        return
    by_cited = grounds.of_claim(seen, claim)
    found, about = grounds.all_of(by_cited), f"the claim “{claim.text or claim.key}”"
    if claim.dimension == "depth":
        if found == {"attention"}:
            says = f"attention is not depth: it rests on {listed(by_cited)} alone"
            do = "Cite what shows who decided what: a decision log, roles, co-authorship; or move it to Attention."
            yield Guarded("EM-04", "error", about, says, do, claims=(claim.key,))
    elif not found:
        says = f"it rests on nothing that is on file ({listed(by_cited)})" if by_cited else "it cites no evidence"
        yield Guarded("EM-04", "error", about, says, "Cite at least one coded item (column `rests_on`).", claims=(claim.key,))
    elif "attention" in found and not found & grounds.CARRIES_QUALITY:
        says = f"{NOT_QUALITY}: all that speaks for it is {listed(c for c, g in by_cited.items() if 'attention' in g)}"
        yield Guarded("EM-04", "error", about, says, MEND, claims=(claim.key,))


def composite_with_attention(seen: Seen) -> Iterator[Guarded]:
    """EM-05: attention with a weight in a number that is called quality or depth. An interpretation of mentions is no sum of them."""
    composed = {}
    for composite in seen.given.composites:
        parts = [k for k, w in composite.weights.items() if w and _is_attention(seen, k)]
        if parts and (composite.dimension in CALLED or "quality" in composite.label.lower()):
            called = composite.dimension if composite.dimension in CALLED else "quality"
            composed[composite.key] = _in_composite(composite.label or composite.key, called, parts, composite.key)
    for indicator in (*_published(seen, "quality"), *_published(seen, "depth")):
        found = grounds.of_indicator(seen, indicator.key)
        sole = found == {"attention"} and indicator.dimension == "quality"  # EM-04 says so
        if "attention" in found and not sole and indicator.kind != INTERPRETED and indicator.key not in composed:
            parts = [p for p in indicator.inputs if _is_attention(seen, p)] or ["attention"]
            composed[indicator.key] = _in_composite(indicator.label, indicator.dimension, parts, indicator.key)
    yield from composed.values()


def _is_attention(seen: Seen, part: str) -> bool:
    return part in grounds.ATTENTION_REGISTERS or "attention" in grounds.of_indicator(seen, part)


def _in_composite(label: str, dimension: str, parts: list[str], key: str) -> Guarded:
    return Guarded(
        "EM-05",
        "error",
        f"the composite “{label}”",
        f"attention is not {dimension}: {listed(parts)} counts in it",
        f"Give {listed(parts)} the weight 0 in “{label}” and show it under Attention; quality needs coded evidence.",
        (key,),
    )


def thin_interpretation(seen: Seen) -> Iterator[Guarded]:
    """EM-06: a claim of quality with some interpretation, but little of it, disagreed upon, or only what speaks for it."""
    for claim in seen.year.claims:
        if claim.dimension != "quality":
            continue
        found = grounds.all_of(grounds.of_claim(seen, claim))
        told = seen.given.interpretations.get(claim.key)
        coded = told.coded if told else sum("coded" in g for g in grounds.of_claim(seen, claim).values())
        why = list(_thin(seen, claim, coded, "attention" in found)) if found & grounds.CARRIES_QUALITY else []
        if not found & {"coded", "measured", "attention", "assessment"} and found:
            why = ["no coded evidence is cited"]
        if why:
            yield _thin_finding(claim, coded, told.alpha if told else None, why)


def _thin(seen: Seen, claim: Claim, coded: int, of_attention: bool) -> Iterator[str]:
    told = seen.given.interpretations.get(claim.key)
    enough = min(seen.given.fewest_coded, told.mentions) if told and told.mentions is not None else seen.given.fewest_coded
    if of_attention and coded < enough:  # of other evidence one item is enough to cite
        yield f"{enough} coded mentions are the least"
    if told and told.alpha is not None and told.alpha < seen.given.least_alpha:
        yield f"coders agree too little to rely on it (at least α = {seen.given.least_alpha:g})"
    if claim.negatives_sought is None:
        yield "nobody says whether cases against it were looked for"
    elif not claim.negatives_sought and (told is None or told.only_positive):
        yield "only what speaks for it is coded, and cases against it were not looked for"


def _thin_finding(claim: Claim, coded: int, alpha: float | None, why: list[str]) -> Guarded:
    agreement = "" if alpha is None else f", agreement α = {alpha:.2f}".replace("-", "−")
    return Guarded(
        "EM-06",
        "warning",
        f"the claim “{claim.text or claim.key}”",
        f"interpretation is thin: {counted(coded, 'coded item')}{agreement}; {'; '.join(why)}",
        "Treat it as an illustration, or code more of it with a second coder and look for cases against it (column `negatives_sought`).",
    )


def _published(seen: Seen, dimension: str) -> tuple[Indicator, ...]:
    return tuple(seen.indicators[k] for k in dict.fromkeys(v.indicator for v in seen.of(dimension)))
