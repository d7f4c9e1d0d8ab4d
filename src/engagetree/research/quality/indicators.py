"""What is measured of structured-qualitative evidence, as indicators: for each rubric its levels, what follows from them, and agreement."""

from __future__ import annotations

from collections.abc import Iterable

from engagetree.research.model import Indicator
from engagetree.research.quality.caveat import TREATED_AS_INTERVAL
from engagetree.research.quality.rubric import Rubric

BOOTSTRAP = "95 % bootstrap over units"
NOT_ENGAGEMENT = "It measures how engagement is {measures}, not the engagement itself."
MEASURED = {"support": "supported", "reporting": "reported"}


def of_rubrics(rubrics: Iterable[Rubric]) -> tuple[Indicator, ...]:
    """The indicators of these rubrics."""
    return tuple(indicator for rubric in rubrics for indicator in _of(rubric))


def _of(rubric: Rubric) -> tuple[Indicator, ...]:
    found = [
        _one(
            rubric,
            "level",
            "level of each criterion",
            "ordinal",
            "level",
            "The middle of all ratings of a criterion; none where two levels share the middle or raters agree too little (α below .667).",
            interval="lowest and highest rating",
            breakdowns=("unit", "criterion"),
            higher="better",
        ),
        _one(
            rubric,
            "aspiration",
            "level aimed at",
            "ordinal",
            "level",
            "The middle of the levels that raters aim at; none where they aim at different ones.",
            interval="lowest and highest rating",
            breakdowns=("unit", "criterion"),
        ),
        _one(
            rubric, "ratings", "ratings", "count", "ratings", "How many raters gave this level.", breakdowns=("unit", "criterion", "level")
        ),
        _one(
            rubric,
            "criteria",
            "criteria at each level",
            "count",
            "criteria",
            "How many criteria stand at this level.",
            breakdowns=("unit", "level"),
        ),
        _one(rubric, "lowest", "lowest level", "ordinal", "level", "The lowest level at which a criterion stands.", breakdowns=("unit",)),
        _one(
            rubric,
            "median",
            "median level",
            "ordinal",
            "level",
            "The middle of the criteria’s levels; none where a criterion is not rated or two levels share the middle.",
            breakdowns=("unit",),
            higher="better",
        ),
        _agreement(rubric, "alpha", "Krippendorff’s α", "Ordinal α over units and criteria with two ratings or more."),
        _agreement(rubric, "kappa", "quadratic weighted κ", "Cohen’s κ of two raters, disagreement weighed by the square of its levels."),
    ]
    return (*found, *(_summary(rubric, name) for name in summaries(rubric)))


def summaries(rubric: Rubric) -> tuple[str, ...]:
    """The summaries that a rubric is to have; a mean also where levels were declared to be equally far apart."""
    return tuple(dict.fromkeys((*rubric.summary, *(("mean",) if rubric.treat_as_interval else ()))))


def _one(
    rubric: Rubric,
    part: str,
    says: str,
    kind: str,
    unit: str,
    formula: str,
    interval: str = "",
    breakdowns: tuple[str, ...] = (),
    higher: str = "neither",
    pitfalls: tuple[str, ...] = (),
) -> Indicator:
    return Indicator(
        f"{rubric.key}_{part}",
        f"{rubric.label}: {says}",
        "quality",
        kind,
        unit,
        formula,
        population=f"units rated by {rubric.label}",
        inputs=("ratings",),
        breakdowns=breakdowns,
        interval=interval,
        pitfalls=(*pitfalls, *_pitfalls(rubric)),
        guards=("EM-13", *(("EM-11",) if rubric.scope == "institution" else ())),
        sources=(rubric.link,) if rubric.link else (),
        scope=rubric.scope,
        own=rubric.own,
        higher_is="better" if higher == "better" else "neither",
    )


def _pitfalls(rubric: Rubric) -> tuple[str, ...]:
    not_it = (NOT_ENGAGEMENT.format(measures=MEASURED[rubric.measures]),) if rubric.measures in MEASURED else ()
    return (*not_it, "Levels have an order and no distances.", "A rating without evidence is asserted.")


def _agreement(rubric: Rubric, part: str, says: str, formula: str) -> Indicator:
    pitfalls = (
        "With fewer than 20 units it is given without a verdict.",
        "Undefined, and neither 1 nor 0, where all ratings are the same.",
    )
    return _one(rubric, part, says, "index", "coefficient", formula, BOOTSTRAP if part == "alpha" else "", pitfalls=pitfalls)


def _summary(rubric: Rubric, name: str) -> Indicator:
    top = len(rubric.levels)
    if name == "completeness":
        formula = f"Criteria that are {rubric.complete or 'present'} ÷ criteria that apply; partial does not count."
        return _one(rubric, name, "reporting completeness", "share", "share", formula, breakdowns=("unit",), higher="better")
    formula = f"Levels as numbers 1 to {top}, " + ("their mean over all criteria." if name == "mean" else "added up over all criteria.")
    says, unit = ("mean", "level") if name == "mean" else (f"total of {top * len(rubric.criteria)}", "points")
    return _one(rubric, name, says, "index", unit, formula, breakdowns=("unit",), pitfalls=(TREATED_AS_INTERVAL,), higher="better")


CODED = (
    Indicator(
        "coded_items",
        "Coded evidence",
        "quality",
        "structured_qualitative",
        "items",
        "Distinct items by code and polarity; coders who do not agree on the polarity make it contested.",
        inputs=("coded",),
        breakdowns=("code", "polarity"),
        population="items of qualitative evidence of the year",
        pitfalls=("A number of items is no measure of how good something was: read them.", "One item can carry several codes."),
        guards=("EM-06",),
    ),
    Indicator(
        "negative_cases",
        "Negative cases",
        "quality",
        "structured_qualitative",
        "items",
        "Distinct items marked as a case against what is claimed.",
        inputs=("coded",),
        pitfalls=("None found is not the same as none looked for.",),
        guards=("EM-06",),
    ),
    Indicator(
        "double_coded_share",
        "Double-coded share",
        "quality",
        "share",
        "share",
        "Items with two coders or more ÷ all items.",
        numerator="items with at least two coders",
        denominator="items",
        inputs=("coded",),
        pitfalls=("Below 20 % nothing can be said of how far coders agree.",),
        guards=("EM-06",),
    ),
    Indicator(
        "code_alpha",
        "Agreement on codes: Krippendorff’s α",
        "quality",
        "index",
        "coefficient",
        "Nominal α on whether a code was given, over items with two coders and all codes that were used on such items.",
        inputs=("coded",),
        interval="95 % bootstrap over items",
        pitfalls=("Codebooks of different versions are not comparable.", "With fewer than 20 items it is given without a verdict."),
        guards=("EM-06",),
    ),
    Indicator(
        "backed_claims_share",
        "Quality claims with evidence",
        "quality",
        "share",
        "share",
        "Claims of quality that cite a coded item and say whether cases against them were looked for ÷ all claims of quality.",
        numerator="claims that cite at least one coded item and say whether negative cases were looked for",
        denominator="claims of quality",
        inputs=("claims", "coded"),
        guards=("EM-04", "EM-06"),
    ),
)
