"""The same weekly history of scores, written by hand as a user would: once in DuckDB SQL, once in Polars. One raw parquet file in, one parquet file out.

What both compute is `benchmarks/programme.yml`: attendance (reached × stayed), interaction (prompts answered of those met, clicks an hour),
contribution (comments a week, saturating) and completion (steps done of those due), cumulative, for every person and week.
"""

from __future__ import annotations

from pathlib import Path

WEEKS = 26
OUT = "participant, week, attendance, interaction, contribution, completion, coverage, score"


def duckdb_sql(folder: Path) -> str:
    """One query; `events.parquet`, `items.parquet`, `roster.parquet` lie in the folder."""
    return f"""
    WITH weeks AS (SELECT w::INT w, TIMESTAMPTZ '2025-01-06 00:00:00+00' + to_days((7 * (w + 1))::INT) ends FROM range({WEEKS}) t(w)),
    items AS (SELECT * FROM '{folder}/items.parquet'),
    sessions AS (SELECT item, opens_at, closes_at, epoch(closes_at - opens_at) secs FROM items WHERE kind = 'session'),
    prompts AS (SELECT item, parent, opens_at FROM items WHERE kind = 'prompt'),
    steps AS (SELECT item, closes_at FROM items WHERE kind = 'step'),
    roster AS (SELECT participant, coalesce(joined_at, TIMESTAMPTZ '2025-01-06 00:00:00+00') joined FROM '{folder}/roster.parquet'),
    ev AS (SELECT participant, "at", (epoch_us("at") - 1736121600000000) // 604800000000 w, kind, item, amount FROM '{folder}/events.parquet'),
    present AS (
        SELECT e.participant, e.item, e.w, s.secs, greatest(e."at", s.opens_at) b, least(e."at" + to_seconds(e.amount), s.closes_at) f
        FROM ev e JOIN sessions s USING (item) WHERE e.kind = 'present'),
    stayed AS (SELECT participant, item, any_value(w) w, any_value(secs) secs, sum(epoch(f - b)) stay FROM present GROUP BY participant, item),
    attended AS (SELECT participant, w, sum(secs) reached, sum(stay) stay FROM stayed GROUP BY participant, w),
    met AS (SELECT p.participant, p.w, count(*) met FROM present p JOIN prompts q ON q.parent = p.item AND q.opens_at >= p.b AND q.opens_at < p.f GROUP BY p.participant, p.w),
    answered AS (SELECT participant, w, count(*) answered FROM (SELECT participant, item, min(w) w FROM ev WHERE kind = 'answer' GROUP BY participant, item) GROUP BY participant, w),
    loose AS (SELECT participant, w, count(*) FILTER (kind = 'click') clicks, count(*) FILTER (kind = 'comment') comments FROM ev WHERE kind IN ('click', 'comment') GROUP BY participant, w),
    done AS (
        SELECT d.participant, greatest(d.w, (epoch_us(s.closes_at) - 1736121600000000) // 604800000000) w, count(*) done
        FROM (SELECT participant, item, min(w) w FROM ev WHERE kind = 'complete' GROUP BY participant, item) d JOIN steps s USING (item) JOIN roster r USING (participant)
        WHERE s.closes_at >= r.joined GROUP BY 1, 2),
    grid AS (SELECT participant, joined, w, ends FROM roster, weeks WHERE joined < ends),
    held AS (SELECT r.joined, k.w, (SELECT coalesce(sum(secs), 0) FROM sessions WHERE opens_at >= r.joined AND opens_at < k.ends) secs,
                    (SELECT count(*) FROM steps WHERE closes_at >= r.joined AND closes_at < k.ends) due
             FROM (SELECT DISTINCT joined FROM roster) r, weeks k),
    total AS (
        SELECT g.participant, g.w, g.joined, g.ends,
               sum(coalesce(reached, 0)) OVER run reached, sum(coalesce(stay, 0)) OVER run stay, sum(coalesce(met, 0)) OVER run met,
               sum(coalesce(answered, 0)) OVER run answered, sum(coalesce(clicks, 0)) OVER run clicks, sum(coalesce(comments, 0)) OVER run comments,
               sum(coalesce(done, 0)) OVER run done
        FROM grid g LEFT JOIN attended USING (participant, w) LEFT JOIN met USING (participant, w) LEFT JOIN answered USING (participant, w)
             LEFT JOIN loose USING (participant, w) LEFT JOIN done USING (participant, w)
        WINDOW run AS (PARTITION BY g.participant ORDER BY g.w)),
    signals AS (
        SELECT t.participant, t.w AS "week",
               CASE WHEN h.secs > 0 THEN 100 * (reached / h.secs) * CASE WHEN reached > 0 THEN stay / reached ELSE 1 END END attendance,
               CASE WHEN greatest(met, answered) > 0 AND stay > 0 THEN 100 * (0.7 * answered / greatest(met, answered) + 0.3 * least(1, clicks / (stay / 3600.0) / 4.0))
                    WHEN greatest(met, answered) > 0 THEN 100.0 * answered / greatest(met, answered)
                    WHEN stay > 0 THEN 100 * least(1, clicks / (stay / 3600.0) / 4.0) END interaction,
               100 * (1 - pow(0.5, comments / (epoch(t.ends - t.joined) / 604800.0) / 0.5)) contribution,
               CASE WHEN h.due > 0 THEN 100.0 * done / h.due END completion
        FROM total t JOIN held h ON h.joined = t.joined AND h.w = t.w),
    weighed AS (SELECT *, (attendance IS NOT NULL)::INT * 0.3::DOUBLE + (interaction IS NOT NULL)::INT * 0.2::DOUBLE + (contribution IS NOT NULL)::INT * 0.3::DOUBLE
                       + (completion IS NOT NULL)::INT * 0.2::DOUBLE coverage FROM signals)
    SELECT participant, "week", attendance, interaction, contribution, completion, coverage,
           CASE WHEN coverage >= 0.4 - 1e-9 THEN (coalesce(0.3 * attendance, 0) + coalesce(0.2 * interaction, 0) + coalesce(0.3 * contribution, 0) + coalesce(0.2 * completion, 0)) / coverage END score
    FROM weighed"""


def polars_frame(folder: Path):  # type: ignore[no-untyped-def]
    """The same as a lazy Polars frame, for the streaming engine."""
    import polars as pl

    us, week = 1736121600000000, 604800000000
    ev = pl.scan_parquet(folder / "events.parquet").with_columns(t=pl.col("at").dt.epoch("us"))
    ev = ev.with_columns(w=((pl.col("t") - us) // week).cast(pl.Int32))
    items = pl.scan_parquet(folder / "items.parquet").with_columns(
        o=pl.col("opens_at").dt.epoch("us"), c=pl.col("closes_at").dt.epoch("us")
    )
    roster = pl.scan_parquet(folder / "roster.parquet").select("participant", j=pl.col("joined_at").dt.epoch("us").fill_null(us))
    sessions = items.filter(pl.col("kind") == "session").select("item", "o", "c", secs=(pl.col("c") - pl.col("o")) / 1e6)
    prompts = items.filter(pl.col("kind") == "prompt").select(item="parent", q="o")
    steps = items.filter(pl.col("kind") == "step").select("item", "c")
    present = ev.filter(pl.col("kind") == "present").join(sessions, on="item")
    present = present.with_columns(
        b=pl.max_horizontal("t", "o"), f=pl.min_horizontal((pl.col("t") + pl.col("amount") * 1e6).cast(pl.Int64), "c")
    )
    stayed = present.group_by("participant", "item").agg(
        pl.col("w").first(), pl.col("secs").first(), stay=((pl.col("f") - pl.col("b")) / 1e6).sum()
    )
    attended = stayed.group_by("participant", "w").agg(reached=pl.col("secs").sum(), stay=pl.col("stay").sum())
    met = (
        present.join(prompts, on="item")
        .filter((pl.col("q") >= pl.col("b")) & (pl.col("q") < pl.col("f")))
        .group_by("participant", "w")
        .agg(met=pl.len())
    )
    first = ev.filter(pl.col("kind").is_in(["answer", "complete"])).group_by("participant", "item", "kind").agg(pl.col("w").min())
    answered = first.filter(pl.col("kind") == "answer").group_by("participant", "w").agg(answered=pl.len())
    loose = ev.filter(pl.col("kind").is_in(["click", "comment"])).group_by("participant", "w")
    loose = loose.agg(clicks=(pl.col("kind") == "click").sum(), comments=(pl.col("kind") == "comment").sum())
    done = (
        first.filter(pl.col("kind") == "complete").join(steps, on="item").join(roster, on="participant").filter(pl.col("c") >= pl.col("j"))
    )
    done = (
        done.with_columns(w=pl.max_horizontal("w", ((pl.col("c") - us) // week).cast(pl.Int32)))
        .group_by("participant", "w")
        .agg(done=pl.len())
    )
    weeks = pl.LazyFrame({"w": list(range(WEEKS))}, schema={"w": pl.Int32}).with_columns(e=us + week * (pl.col("w").cast(pl.Int64) + 1))
    grid = roster.join(weeks, how="cross").filter(pl.col("j") < pl.col("e"))
    joined = roster.select("j").unique().join(weeks, how="cross")
    held = (
        joined.join(sessions, how="cross")
        .filter((pl.col("o") >= pl.col("j")) & (pl.col("o") < pl.col("e")))
        .group_by("j", "w")
        .agg(held=pl.col("secs").sum())
    )
    due = (
        joined.join(steps, how="cross")
        .filter((pl.col("c") >= pl.col("j")) & (pl.col("c") < pl.col("e")))
        .group_by("j", "w")
        .agg(due=pl.len())
    )
    table = grid
    for part in (attended, met, answered, loose, done):
        table = table.join(part, on=["participant", "w"], how="left")
    names = ["reached", "stay", "met", "answered", "clicks", "comments", "done"]
    table = table.sort("participant", "w").with_columns([pl.col(n).fill_null(0).cum_sum().over("participant") for n in names])
    table = table.join(held, on=["j", "w"], how="left").join(due, on=["j", "w"], how="left")
    offered = pl.max_horizontal("met", "answered")
    rate = pl.when(offered > 0).then(pl.col("answered") / offered)
    clicks = pl.when(pl.col("stay") > 0).then(pl.min_horizontal(pl.lit(1.0), pl.col("clicks") / (pl.col("stay") / 3600) / 4))
    both = pl.when(rate.is_not_null() & clicks.is_not_null()).then(0.7 * rate + 0.3 * clicks).otherwise(pl.coalesce(rate, clicks))
    stay = pl.when(pl.col("reached") > 0).then(pl.col("stay") / pl.col("reached")).otherwise(1.0)
    table = table.with_columns(
        attendance=pl.when(pl.col("held") > 0).then(100 * pl.col("reached") / pl.col("held") * stay),
        interaction=100 * both,
        contribution=100 * (1 - pl.lit(0.5).pow(pl.col("comments") / ((pl.col("e") - pl.col("j")) / week) / 0.5)),
        completion=pl.when(pl.col("due") > 0).then(100 * pl.col("done") / pl.col("due")),
    )
    weights = {"attendance": 0.3, "interaction": 0.2, "contribution": 0.3, "completion": 0.2}
    table = table.with_columns(coverage=pl.sum_horizontal([pl.col(n).is_not_null() * w for n, w in weights.items()]))
    total = pl.sum_horizontal([pl.col(n).fill_null(0) * w for n, w in weights.items()])
    table = table.with_columns(score=pl.when(pl.col("coverage") >= 0.4 - 1e-9).then(total / pl.col("coverage")))
    return table.select("participant", pl.col("w").alias("week"), *weights, "coverage", "score")
