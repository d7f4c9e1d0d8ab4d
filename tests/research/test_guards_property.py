"""Attention never turns into quality, whatever an institution calls its indicators, composes of them and claims.

The property is stated over everything that can be written without a word of coded evidence; it holds for every such return.
"""

from __future__ import annotations

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from research_cases import annual, attention, extent, value

from engagetree.research.guards import Composite, Given, blocked, blocked_claims, guarded
from engagetree.research.model import Claim, Indicator
from engagetree.research.vocabulary import KINDS

NAMES = ("a", "b", "c", "d")
PARTS = (*NAMES, "mentions", "outputs", "affiliations", "claims", "altmetric_score", "tweets", "news")
SAID = st.sampled_from(["Quality", "Engagement quality", "Depth of engagement", "Success", "Impact", "Score"])
CITED = ("tweet", "m-1", "altmetric_score", "nowhere", *NAMES)


@st.composite
def indicators(draw):
    """Indicators that look like quality, made of attention directly, through each other, in circles, or of nothing."""
    made = []
    for name in NAMES:
        inputs = draw(st.lists(st.sampled_from(PARTS), min_size=0, max_size=3, unique=True))
        kind = draw(st.sampled_from(KINDS))
        made.append(
            Indicator(name, draw(SAID), draw(st.sampled_from(["quality", "quality", "extent"])), kind, "points", "…", inputs=tuple(inputs))
        )
    return made


COMPOSITES = st.lists(
    st.builds(
        Composite,
        st.sampled_from([*NAMES, "other"]),
        SAID,
        st.sampled_from(["quality", "extent", "attention"]),
        st.dictionaries(st.sampled_from([*NAMES, "altmetric_score", "mentions"]), st.sampled_from([0.0, 0.5, 1.0]), max_size=3),
    ),
    max_size=3,
)


def reaches_attention(key, by_key, composites, seen=()):
    """By hand, apart from the guards: whether attention is anywhere below an indicator."""
    if key in ("mentions", "altmetric_score"):
        return True
    if key in seen or key not in by_key:
        return False
    parts = [*by_key[key].inputs, *(p for c in composites if c.key == key for p, w in c.weights.items() if w)]
    return any(reaches_attention(p, by_key, composites, (*seen, key)) for p in parts)


@settings(max_examples=200, deadline=None)
@drawn(indicators(), COMPOSITES, st.lists(st.sampled_from(CITED), max_size=4), st.booleans() | st.none(), SAID, st.floats(0, 1e6))
def test_no_attention_passes_as_quality(made, composites, cited, sought, text, number) -> None:
    every = [*made, attention(), extent("events")]
    by_key = {i.key: i for i in every}
    values = [value(i.key, number, type="talk", depth="D2") for i in every]
    claim = Claim("claim", text, "quality", rests_on=tuple(cited), negatives_sought=sought)
    grounds = {"tweet": "attention", "m-1": "attention"}
    found = guarded(annual(every, values, claims=(claim,)), Given(grounds=grounds, composites=tuple(composites)))

    called_quality = {i.key for i in made if i.dimension == "quality" and reaches_attention(i.key, by_key, composites)}
    assert called_quality <= blocked(found)
    for composite in composites:
        if composite.dimension == "quality" and any(w and reaches_attention(p, by_key, composites) for p, w in composite.weights.items()):
            assert composite.key in blocked(found)
    if not [c for c in cited if c in by_key and not reaches_attention(c, by_key, composites)]:
        assert blocked_claims(found) == {"claim"}  # nothing that it cites is anything but attention
