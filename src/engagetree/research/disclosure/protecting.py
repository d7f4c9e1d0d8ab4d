"""From an exact, private year to what may leave: the only place where a `Release` is made.

The order is always the same: what the guards block, what rests on too few, what is small, what would give that away (with the audit),
what earlier releases would give away, and only then rounding and words. Nothing is rounded before anything is worked out from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version

from engagetree.research.disclosure import wording
from engagetree.research.disclosure.deciding import Decided, decide
from engagetree.research.disclosure.margins import placed
from engagetree.research.disclosure.profiles import HESA, Profile, profile_of
from engagetree.research.disclosure.records import ReleaseRecord
from engagetree.research.disclosure.showing import shown, withheld
from engagetree.research.disclosure.treating import treatment
from engagetree.research.guards.rules import SIDE_BY_SIDE
from engagetree.research.model import AnnualReturn, Claim, Guarded, Release, Shown, Value

RULE = "EM-16"


@dataclass(frozen=True)
class _Checked:
    claims: tuple[Claim, ...]
    findings: tuple[Guarded, ...]


def protect(
    year: AnnualReturn,
    profile: str | Profile = HESA,
    *,
    releases: Sequence[ReleaseRecord] = (),
    consents: Mapping[str, str] | None = None,
    names: Collection[str] = (),
    number: str = "",
    made_on: date | None = None,
) -> Release:
    """What may leave of a year, under one profile.

    `releases` are the records of all that was released before, of any year. `consents` gives for a coded item the reference of the
    consent to quote it, `names` are people's names that must not stand in free text. What a guard blocks (severity block or error) is
    withheld, and so is everything that a rule of the profile does not allow; each such value says by which rule. Where a new cut would
    give people away beside an earlier release, all of its indicator is withheld, and a finding EM-16 says so.
    """
    rules = profile_of(profile)
    kinds = {indicator.key: indicator for indicator in year.indicators}
    now = decide(year.values, kinds, rules, _blocked(year.findings), releases, year.before)
    then = decide(year.before, kinds, rules, _blocked(year.findings, SIDE_BY_SIDE), releases, ())
    checked = _words(year, rules, consents or {}, names)
    return Release(
        institution=year.institution,
        year=year.year,
        indicators=year.indicators,
        values=_shown(year.values, now, year, rules),
        before=_shown(year.before, then, year, rules),
        claims=checked.claims,
        findings=(*checked.findings, *_refusals((now, then), year)),
        labels={dimension: dict(categories) for dimension, categories in year.labels.items()},
        profile=rules.key,
        profile_says=rules.says,
        definition_version=year.definition_version,
        code_version=_code_version(),
        made_on=made_on or datetime.now(UTC).date(),
        register_number=number or str(len(releases) + 1),
        notes=tuple(wording.rounded(note, rules) for note in year.notes),
    )


def _blocked(findings: Iterable[Guarded], also: Collection[str] = ()) -> dict[str, str]:
    """The indicators that a guard keeps back, and which guard. What may not be compared is kept back on one side only: `also`."""
    found: dict[str, str] = {}
    for finding in findings:
        if finding.severity in ("block", "error") and (finding.rule not in SIDE_BY_SIDE or finding.rule in also):
            for key in finding.indicators:
                found.setdefault(key, f"kept back by guard {finding.rule}")
    return found


def _shown(values: Iterable[Value], decided: Decided, year: AnnualReturn, profile: Profile) -> tuple[Shown, ...]:
    kinds = {indicator.key: indicator for indicator in year.indicators}
    answer = []
    for value, why in zip(values, decided.reasons, strict=True):
        indicator = kinds.get(value.indicator)
        worded = replace(
            value, reason=wording.rounded(value.reason, profile), notes=tuple(wording.rounded(note, profile) for note in value.notes)
        )
        worded = _without_secrets(worded, decided)
        answer.append(withheld(worded, why) if why else shown(worded, indicator, treatment(value, indicator), profile))
    return tuple(answer)


def _without_secrets(value: Value, decided: Decided) -> Value:
    """A base that is the very count which is withheld at the same place is not said either."""

    def secret(number: float | None) -> bool:
        return number is not None and (value.year, placed(value.cell), float(number)) in decided.secret

    bare = replace(value, n=None) if secret(value.n) else value
    return replace(bare, denominator=None, numerator=None) if secret(value.denominator) else bare


def _refusals(decided: Iterable[Decided], year: AnnualReturn) -> tuple[Guarded, ...]:
    labels = {indicator.key: indicator.label for indicator in year.indicators}
    refused = dict.fromkeys((key, why) for one in decided for key, why in one.refused.items())
    do = "Publish the same cut as before, or a coarser one."
    return tuple(Guarded(RULE, "block", labels.get(key, key), why, do, (key,)) for key, why in refused)


def _words(year: AnnualReturn, profile: Profile, consents: Mapping[str, str], names: Collection[str]) -> _Checked:
    """Claims whose words may leave, and the findings: those of the guards in rounded numbers, and one for each claim that stays."""
    stopped = {key for finding in year.findings if finding.severity in ("block", "error") for key in finding.claims}
    stay: dict[str, list[str]] = {claim.key: list(wording.objections(claim, consents, names, profile)) for claim in year.claims}
    kept = [
        replace(claim, text=wording.rounded(claim.text, profile))
        for claim in year.claims
        if not stay[claim.key] and claim.key not in stopped
    ]
    silent = {claim.text: claim.key for claim in year.claims if stay[claim.key] and claim.text}
    findings = [_rounded(finding, profile, silent) for finding in year.findings]
    do = "Say it without the words or the number, or add the reference of the consent."
    own = [Guarded(RULE, "block", f"the claim {key}", why, do, claims=(key,)) for key, reasons in stay.items() for why in reasons]
    return _Checked(tuple(kept), (*findings, *own))


def _rounded(finding: Guarded, profile: Profile, silent: Mapping[str, str]) -> Guarded:
    def said(text: str) -> str:
        for words, key in silent.items():
            text = text.replace(words, key)
        return wording.rounded(text, profile)

    matched = "" if any(finding.matched and finding.matched in words for words in silent) else finding.matched
    return replace(finding, about=said(finding.about), found=said(finding.found), do=said(finding.do), matched=matched)


def _code_version() -> str:
    try:
        return version("engagetree")
    except PackageNotFoundError:
        return "not installed"
