"""What other providers published of their KEF self-assessment, beside one's own: aspect by aspect, and never in an order.

A self-assessment is each provider's own judgement. So others stand there only of the same year, cluster and version of the KEF; guard EM-12
looks at every side, and where one is unlike there are no values at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engagetree.engine import literal, literals
from engagetree.research.definition_model import ResearchDefinition
from engagetree.research.guards.comparing import unlike
from engagetree.research.guards.given import Comparison, Side
from engagetree.research.model import Indicator, Value, Year
from engagetree.research.quality.rubric import built_in
from engagetree.research.quality.settings import Told, relation

if TYPE_CHECKING:
    import duckdb

KEY = "kef_beside"
INDICATOR = Indicator(
    KEY,
    "KEF public and community engagement: what others published",
    "quality",
    "ordinal",
    "level",
    "The score or band of each aspect as the provider named published it; nothing is worked out from it.",
    counts="none",
    inputs=("published_elsewhere",),
    breakdowns=("provider", "criterion"),
    pitfalls=(
        "Each provider judged itself: two with the same score need not do the same.",
        "It stands beside one's own and makes no order.",
    ),
    required_context=("provider", "criterion"),
    guards=("EM-11", "EM-12"),
    scope="institution",
)
BEFORE_NAME = re.compile(r"^\s*(aspect|criterion)?\s*\d*\s*[.:)–-]*\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Published:
    """What one provider published of one year and version, by aspect: (number, text of its band)."""

    side: Side
    aspects: Mapping[str, tuple[float | None, str]]


Sources = Mapping[str, str]


def comparison(con: duckdb.DuckDBPyConnection, sources: Sources, definition: Told, year: Year) -> Comparison | None:
    """The sides as the guards look at them, one's own first; None where nobody is to stand beside it."""
    found = _published(con, sources, definition, year)
    return None if found is None else Comparison("beside", "the KEF self-assessment of others beside one's own", _sides(found), KEY)


def values(con: duckdb.DuckDBPyConnection, sources: Sources, definition: Told, year: Year) -> tuple[Value, ...]:
    """Every aspect that a named provider published, in the order in which they are named; nothing where a side is unlike."""
    found = _published(con, sources, definition, year)
    if found is None or any(unlike(_sides(found))):
        return ()
    return tuple(
        Value(
            KEY, year.key, (("provider", one.side.provider), ("criterion", aspect)), unit="level", counts="none",
            level=band if number is None else f"{number:g}", notes=(f"published as {band}",) if number is not None and band else (),
        )
        for one in found[1:] for aspect, (number, band) in one.aspects.items()
    )  # fmt: skip


def labels(con: duckdb.DuckDBPyConnection, sources: Sources, definition: Told) -> dict[str, dict[str, str]]:
    """How the providers are called."""
    named = definition.beside if isinstance(definition, ResearchDefinition) else ()
    if not named or "published_elsewhere" not in sources:
        return {}
    query = f"SELECT provider_id, max(provider_name) FROM {relation(sources, 'published_elsewhere')} WHERE {_theirs(named)} GROUP BY 1"
    return {"provider": {key: name or key for key, name in con.execute(query).fetchall()}}


def _sides(found: tuple[Published, ...]) -> tuple[Side, ...]:
    return tuple(one.side for one in found)


def _published(con: duckdb.DuckDBPyConnection, sources: Sources, definition: Told, year: Year) -> tuple[Published, ...] | None:
    if not isinstance(definition, ResearchDefinition) or not definition.beside or not {"ratings", "published_elsewhere"} <= set(sources):
        return None
    own = _own(con, sources, definition, year)
    return (own, *(_of(con, sources, provider, own.side) for provider in definition.beside))


def _own(con: duckdb.DuckDBPyConnection, sources: Sources, definition: ResearchDefinition, year: Year) -> Published:
    dated = f'"on" >= {literal(year.starts)} AND "on" < {literal(year.until)}'
    query = f"SELECT DISTINCT coalesce(tool_version, '') FROM {relation(sources, 'ratings')} WHERE lower(trim(rubric)) = 'kef' AND {dated}"
    versions = [row[0] for row in con.execute(query).fetchall()]
    version = versions[0] if len(versions) == 1 else ""  # where nothing is rated, or by several versions, nothing is comparable
    cluster = definition.identifiers.get("kef_cluster", "")
    return Published(Side(definition.institution.name, cluster=_cluster(cluster), version=_plain(version), year=_year(year.key)), {})


def _of(con: duckdb.DuckDBPyConnection, sources: Sources, provider: str, own: Side) -> Published:
    """What a provider published that is most like one's own, so that it can be said how it differs if it does."""
    rows = con.execute(
        "SELECT coalesce(provider_name, provider_id), coalesce(cluster, ''), coalesce(iteration, ''), coalesce(year, ''), metric, value, "
        f"coalesce(band || coalesce(' ' || banding, ''), '') FROM {relation(sources, 'published_elsewhere')} "
        f"WHERE {_theirs((provider,))} ORDER BY iteration, year, metric"
    ).fetchall()
    names, found = dict(built_in("kef").names()), dict[Side, dict[str, tuple[float | None, str]]]()
    for name, cluster, version, year, metric, value, band in rows:
        aspect = names.get(BEFORE_NAME.sub("", str(metric or "")).strip().lower())
        if aspect is not None and (value is not None or band):
            side = Side(name, provider, cluster=_cluster(cluster), version=_plain(version), year=_year(year))
            found.setdefault(side, {})[aspect] = (value, band)
    if not found:
        return Published(Side(str(rows[0][0]) if rows else provider, provider), {})
    side = min(reversed(found), key=lambda side: len(list(unlike((own, side)))))  # of equally unlike ones the latest
    order = {c.key: n for n, c in enumerate(built_in("kef").criteria)}
    return Published(side, dict(sorted(found[side].items(), key=lambda item: order[item[0]])))


def _theirs(providers: tuple[str, ...]) -> str:
    return f"lower(trim(\"table\")) = 'kef' AND list_contains({literals(list(providers))}, trim(provider_id))"


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).upper()


def _cluster(text: str) -> str:
    return re.sub(r"^CLUSTER", "", _plain(text))


def _year(text: str) -> str:
    """A year however it is written: 2025/26 and 2025-2026 are 2025-26."""
    found = re.fullmatch(r"(\d{4})\s*[/–-]\s*(?:\d\d)?(\d\d)", text.strip())
    return f"{found[1]}-{found[2]}" if found else text.strip()
