"""The account of an import in words: what became of every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagetree.cli.said import tell

if TYPE_CHECKING:
    from engagetree.ingest import Account
    from engagetree.pipeline import Taken

LINES = 5
"""Refused rows that are shown."""

NAMES = {
    "events": ("event", "events"),
    "items": ("item", "items"),
    "roster": ("person on the roster", "people on the roster"),
    "excusals": ("excusal", "excusals"),
    "outages": ("outage", "outages"),
    "outcomes": ("outcome", "outcomes"),
    "activities": ("activity", "activities"),
    "attendances": ("attendance", "attendances"),
    "partners": ("partner", "partners"),
    "codevelopment": ("stage of co-development", "stages of co-development"),
    "boards": ("board", "boards"),
    "seats": ("seat", "seats"),
    "recommendations": ("recommendation", "recommendations"),
    "decision_roles": ("decision role", "decision roles"),
    "outputs": ("output", "outputs"),
    "affiliations": ("affiliation", "affiliations"),
    "mentions": ("mention", "mentions"),
    "coded": ("code of evidence", "codes of evidence"),
    "claims": ("claim", "claims"),
    "ratings": ("rating", "ratings"),
    "impacts": ("impact", "impacts"),
    "published_elsewhere": ("published number", "published numbers"),
    "programmes": ("programme", "programmes"),
    "reach": ("answer", "answers"),
}


def tell_account(taken: Taken, dry_run: bool = False) -> None:
    """Read = kept + merged + refused; what was kept; why rows were refused, and where they lie."""
    from engagetree.render.words import count

    a = taken.account
    would = " (dry run: nothing was changed)" if dry_run else ""
    tell(f"{a.source}{would}", "bold")
    merged = f"{count(a.merged)} merged{' (into another row, or known before)' if a.merged else ''}"
    tell(f"  {count(a.read)} read = {count(a.kept)} kept + {merged} + {count(a.refused)} refused")
    if kept := _kept(a):
        tell(f"  kept: {kept}")
    if len(a.files) > 1:
        for f in a.files:
            tell(f"  {f.file}: {count(f.read)} = {count(f.kept)} kept + {count(f.merged)} merged + {count(f.refused)} refused")
    for note in a.notes:
        tell(f"  note: {note}")
    _refused(a)


def _kept(a: Account) -> str:
    from engagetree.render.words import listing, plural

    def said(derived: bool) -> str:
        return listing([plural(n, *NAMES.get(t, (t, t))) for t, n in a.by_table.items() if n and (t in a.derived) == derived])

    own, also = said(False), said(True)
    return f"{own}; out of the same rows also {also}" if own and also else own or also


def _refused(a: Account) -> None:
    from engagetree.render.words import count

    for reason, n in a.reasons.items():
        tell(f"  refused {count(n)}: {reason}")
    for r in a.refusals[:LINES]:
        where = f"line {r.line}" if r.line else "no line"
        tell(f"    {r.file + ' ' if r.file and r.file != a.source else ''}{where}: {r.reason}")
    if a.refused > LINES and a.refusals:
        tell(f"    … and {count(a.refused - min(LINES, len(a.refusals)))} more")
    if a.refused_file is not None:
        tell(f"  The refused rows are in {a.refused_file}. Mend them there and import that file the same way.")
