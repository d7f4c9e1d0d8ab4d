"""The page that people read: tables between its markers, everything else in it is written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dataset import Dataset

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "how-good-is-it.md"
HEAD = ("Dataset", "Scored at the end of", "People", "With the outcome", "As shipped", "Equal weights", "Fitted elsewhere", "Ceiling", "Below the ceiling",
        "Ranks better than chance")  # fmt: skip


def number(x: float, digits: int = 2, sign: bool = False) -> str:
    """A true minus sign, and no sign before nought."""
    text = f"{abs(x):.{digits}f}"
    if not float(text):
        return text
    return f"{'−' if x < 0 else '+' if sign else ''}{text}"


def area(e: Mapping[str, Any] | None, digits: int = 2, sign: bool = False) -> str:
    if e is None or "value" not in e:
        return "–"
    low, high = number(e["low"], digits, sign), number(e["high"], digits, sign)
    return f"{number(e['value'], digits, sign)} [{low}, {high}]"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A Markdown table; all columns after the first `left` are numbers."""
    line = "|".join("---" if i < left else "---:" for i in range(len(head)))
    return "\n".join([f"| {' | '.join(head)} |", f"|{line}|", *(f"| {' | '.join(r)} |" for r in rows)])


def ranking(datasets: Sequence[Dataset], found: Mapping[str, Any]) -> str:
    """The large table: a row for each dataset, outcome and week."""
    rows = []
    for d in datasets:
        made = found["datasets"][d.folder]
        if "reason" in made:
            rows.append([d.title, "–", "–", "–", *["–"] * 5, f"not measured: {made['reason']}"])
            continue
        for r in made["rows"]:
            without = f", without {' and '.join(s.capitalize() for s in r['left out'])}" if r["left out"] else ""
            people = f"{r['n']:,}" if r["persons"] == r["n"] else f"{r['n']:,} ({r['persons']:,} persons)"
            verdict = f"{r['verdict']} (circular)" if r["circular"] else r["verdict"]
            auc = r["auc"]
            rows.append(
                [
                    f"{d.title}: {r['label']}{without}", f"{d.unit} {r[d.unit]}", people, f"{100 * r['rate']:.0f} %", area(auc["shipped"]), area(auc["equal"]),
                    area(auc.get("fitted")), area(auc["ceiling"]), area(r["gap"]["below ceiling, shipped"], 3, True), verdict,
                ]
            )  # fmt: skip
    for title, why in found["without outcome"].items():
        rows.append([title, "–", "–", "–", *["–"] * 5, f"not measured: {why}"])
    return table(HEAD, rows)


def sources(datasets: Sequence[Dataset], found: Mapping[str, Any]) -> str:
    """What each dataset is, what was asked of it, how it was split, and whose it is."""
    out = []
    for d in datasets:
        made = found["datasets"][d.folder]
        rows = made.get("rows", [])
        split = ""
        if rows:
            k, by = rows[0]["cohorts"], rows[0]["folds"]
            split = (
                f" Split: {'five folds of persons, because it is one cohort' if by == 'persons' else f'each of {k} cohorts by the others'}."
            )
        out.append(
            f"* **{d.title}** (`{d.folder}`). Scored by {d.definition}. Outcome: {d.stated}{split} The ceiling knows: {', '.join(d.names)}. "
            f"{d.licence}. {d.citation}."
        )
    return "\n".join(out)


def calibration(rows: Sequence[Mapping[str, Any]]) -> str:
    """Slope inside unseen cohorts, what another may bring, and how far levels are off."""
    body = []
    for r in rows:
        if "reason" in r:
            continue
        each = ", ".join(f"{c} {number(s['value'])}" for c, s in sorted(r["each"].items()))
        another = f"{number(r['another'][0])} to {number(r['another'][1])}" if r["another"] else "–"
        gaps = ", ".join(f"{c} {number(100 * g['value'], 0, True)}" for c, g in sorted(r["gaps"].items()))
        level = f"{min(100.0, r['level off']):.0f} points" if r["level off"] is not None else "–"
        body.append([f"day {7 * r['week']}", area(r["slope"]), each, another, gaps, level])
    head = (
        "Day",
        "Slope inside unseen cohorts",
        "Each",
        "Another cohort like these",
        "Rate less chance told, points",
        "Another's level off by up to",
    )
    return table(head, body)


def tries(rows: Sequence[Mapping[str, Any]]) -> str:
    """Ways to learn chances, side by side: the slope through all cohorts, and inside them."""
    names = list(rows[0]["tried"])
    body = [[n, *(f"{number(r['tried'][n][0])} / {number(r['tried'][n][1])}" if n in r["tried"] else "–" for r in rows)] for n in names]
    return table(("Chances learnt with", *(f"day {7 * r['week']}" for r in rows)), body)


def ordered(r: Mapping[str, Any]) -> str:
    """Whether bands are in order, and which neighbours overlap."""
    pairs = ", ".join(f"{i} and {i + 1}" for i in r["overlap"])
    if not r["rising"]:
        return f"not in order{f'; {pairs} overlap' if pairs else ''}"
    return f"in order; {pairs} overlap" if pairs else "in order, no two intervals touch"


def bands(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rate in each band, pooled over presentations that it was not drawn on."""
    body = []
    for r in rows:
        cells = [
            f"{100 * x['value']:.0f} % [{100 * x['low']:.0f}, {100 * x['high']:.0f}] of {x['n']:,}" if "value" in x else "–"
            for x in r["rates"]
        ]
        few = "; not everywhere could four be drawn" if not r["all"] else "; one holds 300 people or fewer" if not r["enough"] else ""
        body.append([f"day {7 * r['week']}", *cells, ordered(r) + few])
    return table(("Day", "Lowest band (1)", "2", "3", "Highest (4)", "Intervals"), body)


def alone(rows: Sequence[Mapping[str, Any]]) -> str:
    """The same in each presentation by itself."""
    body = []
    for r in rows:
        for cohort, made in sorted(r["each"].items()):
            rates = [f"{100 * yes / n:.0f} % of {n:,}" if n else "nobody" for yes, n in made["bands"]]
            body.append([f"day {7 * r['week']}", cohort, ", ".join(f"{c:.0f}" for c in made["cuts"]), *rates, ordered(made)])
    return table(("Day", "Presentation", "Cuts from the others", "Lowest (1)", "2", "3", "Highest (4)", "Intervals"), body, 2)


def rewrite(blocks: Mapping[str, str], page: Path = PAGE) -> None:
    """Put each block between its markers. A block that is not given stays."""
    text = page.read_text("utf-8")
    for name, block in blocks.items():
        opening, closing = f"<!-- {name}: made by make validity -->", f"<!-- end of {name} -->"
        if opening not in text or closing not in text:
            raise SystemExit(f"{page.name} has no place for {name}")
        text = re.sub(f"{re.escape(opening)}.*?{re.escape(closing)}", lambda _: f"{opening}\n\n{block}\n\n{closing}", text, flags=re.DOTALL)  # noqa: B023
    page.write_text(text, "utf-8")
