"""EM-07 and EM-12: a trend or a ranking needs sides that were measured alike."""

from __future__ import annotations

from collections.abc import Iterator

from engagetree.research.guards.given import Comparison, Side
from engagetree.research.guards.seen import Seen, keys, listed
from engagetree.research.model import Guarded


def versions_of_attention(seen: Seen) -> Iterator[Guarded]:
    """EM-07: scores of attention of different providers, versions or ages, side by side."""
    for comparison in seen.given.comparisons:
        differ = list(_unlike(comparison.sides)) if comparison.attention else []
        if differ:
            yield _not_comparable(comparison.about, differ, (comparison.indicator,) if comparison.indicator else ())
    yield from _against_the_year_before(seen)


def _against_the_year_before(seen: Seen) -> Iterator[Guarded]:
    """A value of attention in both years, without a version in its cell, where the versions of the years differ."""
    if not seen.given.score_versions or seen.given.score_versions[0] == seen.given.score_versions[1] or not all(seen.given.score_versions):
        return
    now, before = seen.given.score_versions
    earlier = {(v.indicator, v.cell) for v in seen.year.before if v.value is not None}
    scored = [v for v in seen.of("attention") if (v.indicator, v.cell) in earlier and v.at("score_version") is None]
    if scored:
        differ = [f"{listed(sorted(before))} before, {listed(sorted(now))} now"]
        named = listed(f"“{seen.indicators[key].label}”" for key in keys(scored))
        yield _not_comparable(f"{named} against the year before", differ, keys(scored))


def _unlike(sides: tuple[Side, ...]) -> Iterator[str]:
    for what in ("provider", "score_version"):
        found = {getattr(s, what) for s in sides}
        if len(found) > 1:
            yield f"{what.replace('_', ' ')} {listed(sorted(f or 'not known' for f in found))}"
    ages = {s.age_days for s in sides}
    if len(ages) > 1:
        yield "age " + listed("not known" if a is None else f"{a[0]}–{a[1]} days" for a in sorted(ages, key=lambda a: a or (-1, -1)))


def _not_comparable(about: str, differ: list[str], indicators: tuple[str, ...]) -> Guarded:
    return Guarded(
        "EM-07",
        "error",
        about,
        f"scores from different versions or ages are not comparable: {'; '.join(differ)}",
        "Compare only what one provider scored in one version at one age, or show percentiles among outputs of the same field and year.",
        indicators,
    )


def ranking(seen: Seen) -> Iterator[Guarded]:
    """EM-12: a ranking across clusters of the KEF or programmes that are weighed differently; others of another year or version beside."""
    for comparison in seen.given.comparisons:
        if comparison.kind == "beside":
            yield from _beside(comparison)
        if comparison.kind == "ranking":
            yield from _clusters(comparison)
            yield from _weights(comparison)


def _clusters(comparison: Comparison) -> Iterator[Guarded]:
    found = sorted({s.cluster for s in comparison.sides if s.cluster})
    if len(found) > 1:
        do = "Compare each provider with its own cluster."
        yield _unrankable(comparison, f"they are of clusters {listed(found)}", do)


def unlike(sides: tuple[Side, ...]) -> Iterator[str]:
    """In what sides differ that are to stand beside each other: year, cluster, version. What is not known is like nothing."""
    for what in ("year", "cluster", "version"):
        found: dict[str, list[str]] = {}
        for side in sides:
            found.setdefault(getattr(side, what) or "not known", []).append(side.name)
        if len(found) > 1 or "not known" in found:
            yield f"{what} " + "; ".join(f"{value} ({listed(names)})" for value, names in found.items())


def _beside(comparison: Comparison) -> Iterator[Guarded]:
    differ = list(unlike(comparison.sides))
    if differ:
        do = (
            "Import what they published of the same year and version, or take them out of `beside`; say your own cluster as `kef_cluster` "
            "under `identifiers`, and the version as `tool_version` of your ratings."
        )
        yield _unrankable(comparison, ", ".join(differ), do)


def _weights(comparison: Comparison) -> Iterator[Guarded]:
    found = {s.weights for s in comparison.sides if s.weights}
    if len(found) > 1:
        do = "Compare each signal by itself, or score them with one definition."
        yield _unrankable(comparison, f"their scores are made with different weights or signals ({len(found)} definitions)", do)


def _unrankable(comparison: Comparison, why: str, do: str) -> Guarded:
    blocked = (comparison.indicator,) if comparison.indicator else ()
    return Guarded("EM-12", "error", comparison.about, f"not comparable: {why}", do, blocked)
