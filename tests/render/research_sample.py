"""A hand-made release of an invented university's year, with something of everything, and the exact numbers that were withheld from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engagetree.research.model import Claim, Guarded, Indicator, Institution, Release, Shown, Year

YEAR, BEFORE = "2025-26", "2024-25"
WITHHELD = (1487, 2683, 7.31, 0.4729)
"""What the hand-made withheld cells were. None of them can be worked out from the others, so none may be anywhere."""


def indicator(
    key: str, label: str, dimension: str, kind: str, unit: str, formula: str, counts: str = "records", **more: object
) -> Indicator:
    return Indicator(key, label, dimension, kind, unit, formula, counts, **more)  # type: ignore[arg-type]


INDICATORS = (
    indicator("events", "Engagement events", "extent", "count", "events", "Distinct delivered activities that began in the year.", breakdowns=("type", "audience", "depth"), pitfalls=("One event split into many counts many times.", "Three departments may report one event.")),
    indicator("attendances", "Attendances", "extent", "sum", "attendances", "Sum of the people at each activity.", "attendances", pitfalls=("Person-visits, not people.",)),
    indicator("unique_participants", "Unique participants", "extent", "count", "people", "Distinct pseudonyms in the registers of attendance.", "people", pitfalls=("Only where registers are kept.",)),
    indicator("participant_hours", "Participant-hours", "extent", "sum", "hours", "Sum over attendances of the hours attended.", "hours"),
    indicator("estimated_reach", "Estimated reach", "extent", "sum", "people", "Sums of the low and of the high ends.", "people", pitfalls=("Nobody counted these people.",)),
    indicator("no_show_rate", "No-show rate", "extent", "share", "share", "1 − attended / registered.", "people"),
    indicator("non_academic_share", "Non-academic share", "extent", "share", "share", "Non-academic attendances / attendances of known affiliation.", "attendances"),
    indicator("depth_activities", "Depth by activities", "depth", "share", "share", "Share of activities at each level."),
    indicator("depth_hours", "Depth by participant-hours", "depth", "share", "share", "Share of participant-hours at each level.", "hours"),
    indicator("involved_share", "Share at D3 or deeper", "depth", "share", "share", "Activities at D3, D4 or D5 / activities of known depth."),
    indicator("depth_fit", "As deep as intended", "depth", "share", "share", "Activities whose achieved level is at least the intended one / activities with both."),
    indicator("codevelopment_stage", "Co-development by stage", "depth", "ordinal", "level", "The deepest level of a partner at a stage."),
    indicator("codevelopment_coverage", "Co-development coverage", "depth", "share", "share", "Stages with a partner at D4 or deeper / stages that apply."),
    indicator("board_seats", "Seats on boards", "depth", "count", "seats", "Seats by sector and by right."),
    indicator("board_voting_share", "Non-academic voting share", "depth", "share", "share", "Voting seats held outside academia / voting seats."),
    indicator("board_influence_rate", "Recommendations adopted", "depth", "share", "share", "Recommendations adopted in full or part / recommendations made."),
    indicator("coauthorship_share", "Outputs with a non-academic co-author", "depth", "share", "share", "Outputs with at least one non-academic affiliation / outputs with resolvable affiliations; and / all outputs.", pitfalls=("Community co-authors have no ROR.",)),
    indicator("coauthorship_share_all", "Outputs with a non-academic co-author, of all outputs", "depth", "share", "share", "The same outputs / all outputs."),
    indicator("shared_governance_share", "Decision roles held by partners", "depth", "share", "share", "Decision roles held by partners / all decision roles.", numerator="roles held by partners"),
    indicator("decision_rights", "Decision roles by right", "depth", "count", "roles", "Roles by right and holder."),
    indicator("follow_up_rate", "Came back within 180 days", "depth", "share", "share", "People with a later activity within 180 days / people followed for 180 days.", "people"),
    indicator("escalation_rate", "Came back to something deeper", "depth", "share", "share", "People whose later depth is greater / people who came back.", "people"),
    indicator("feedback_closure", "Told what became of it", "depth", "share", "share", "Activities at D2 or deeper whose results were returned / all of them."),
    indicator("partner_continuity", "Partners that stayed", "depth", "share", "share", "Partners active in both years / partners active in the year before."),
    indicator("representation_ratio", "Representation ratio", "reach", "ratio", "ratio", "Share of those reached / share in the baseline.", "people", pitfalls=("A national baseline for a local event.", "Those who answer choose to.")),
    indicator("representation_gap", "Representation gap", "reach", "index", "percentage points", "100 × (share of those reached − share in the baseline).", "people", pitfalls=("Small groups have small gaps.",)),
    indicator("dissimilarity", "Index of dissimilarity", "reach", "index", "0–1", "Half the sum of the absolute differences of shares.", "people"),
    indicator("item_coverage", "Questions answered", "reach", "share", "share", "Known answers / people asked.", "people"),
    indicator("edge_level", "EDGE self-assessment: level of each criterion", "quality", "ordinal", "level", "The middle of all ratings of a criterion.", scope="institution", pitfalls=("It measures how engagement is supported, not the engagement itself.",)),
    indicator("kef_level", "KEF public and community engagement: level of each criterion", "quality", "ordinal", "level", "The middle of all ratings of a criterion.", scope="institution"),
    indicator("kef_mean", "KEF public and community engagement: mean", "quality", "index", "level", "Levels as numbers 1 to 5, their mean.", scope="institution"),
    indicator("uk_standards_level", "UK Standards for Public Involvement: level of each criterion", "quality", "ordinal", "level", "The middle of all ratings of a criterion."),
    indicator("gripp2_level", "GRIPP2 short form: level of each criterion", "quality", "ordinal", "level", "The middle of all ratings of a criterion.", scope="institution"),
    indicator("gripp2_completeness", "GRIPP2 short form: reporting completeness", "quality", "share", "share", "Criteria that are present ÷ criteria that apply.", pitfalls=("Completeness of reporting, not quality of involvement.",)),
    indicator("uk_standards_alpha", "UK Standards for Public Involvement: Krippendorff’s α", "quality", "index", "coefficient", "Ordinal α over units and criteria with two ratings or more.", "none"),
    indicator("edge_alpha", "EDGE self-assessment: Krippendorff’s α", "quality", "index", "coefficient", "Ordinal α.", "none"),
    indicator("coded_items", "Coded evidence", "quality", "structured_qualitative", "items", "Distinct items by code and polarity."),
    indicator("negative_cases", "Negative cases", "quality", "structured_qualitative", "items", "Items marked as a case against what is claimed."),
    indicator("attention_mentions", "Mentions", "attention", "count", "mentions", "Mentions by source.", pitfalls=("Attention is not quality.", "Not all attention is positive.")),
    indicator("attention_score", "Provider’s attention score", "attention", "sum", "score", "As the provider gives it.", "none"),
    indicator("attention_percentile", "Percentile of attention", "attention", "index", "percentile", "Among outputs of the same field and year.", "none"),
    indicator("hebci_attendees", "HE-BCI table 5 attendees", "extent", "sum", "attendances", "Attendances at eligible events by sub-head.", "attendances"),
    indicator("hebci_staff_days", "HE-BCI table 5 academic staff time", "extent", "sum", "days", "Days of 8 hours, delivery only.", "hours"),
)  # fmt: skip
UNITS = {i.key: i.unit for i in INDICATORS}


def said(value: float | None, unit: str) -> str:
    if value is None:
        return "—"
    return f"{100 * value:.0f} %" if unit == "share" else f"{value:,.2f}" if unit in ("ratio", "0–1", "coefficient") else f"{value:,.0f}"


def shown(key: str, value: float | None = None, *, year: str = YEAR, text: str = "", low: float | None = None, high: float | None = None,
          interval: str = "", n: int | None = None, of: float | None = None, missing: int | None = None, method: str = "", level: str = "", verdict: str = "",
          baseline: str = "", reason: str = "", notes: tuple[str, ...] = (), withheld: str = "", **cell: str) -> Shown:  # fmt: skip
    measured = UNITS[key]
    return Shown(
        key, year, tuple(cell.items()), text or (".." if withheld else said(value, measured)), None if withheld else value, measured, low, high,
        interval, n, of, missing, method, level, verdict, baseline, reason, notes, withheld,
    )  # fmt: skip


PRIMARY, SECONDARY = "primary: fewer people than may be shown", "secondary: it would give another number away"

EVENTS_BY_TYPE_DEPTH = {
    ("talk", "D1"): 41, ("talk", "D2"): 3, ("workshop", "D1"): 12, ("workshop", "D2"): 17, ("workshop", "D3"): 9, ("open_day", "D1"): 8,
    ("exhibition", "D1"): 6, ("working_group", "D3"): 5, ("working_group", "D4"): 7, ("consultation", "D2"): 11, ("consultation", "D3"): 4,
    ("citizen_science", "D4"): 3, ("citizen_science", "D5"): 1, ("broadcast", "D1"): 14, ("talk", "unknown"): 6,
}  # fmt: skip
EVENTS_BY_AUDIENCE = {"public": 78, "schools": 31, "policymakers": 12, "patients": 9, "third_sector": 17, "business": 10}


def extent() -> list[Shown]:
    types: dict[str, int] = {}
    for (kind, _), n in EVENTS_BY_TYPE_DEPTH.items():
        types[kind] = types.get(kind, 0) + n
    out = [shown("events", 147)]
    out += [shown("events", n, type=t) for t, n in types.items()]
    out += [shown("events", n, audience=a) for a, n in EVENTS_BY_AUDIENCE.items()]
    out += [shown("events", n, type=t, depth=d) for (t, d), n in EVENTS_BY_TYPE_DEPTH.items()]
    out += [
        shown("attendances", 12480, missing=6, notes=("6 activities have no count.",)),
        shown("attendances", 3120, type="talk"), shown("attendances", 2240, type="workshop"),
        shown("attendances", type="citizen_science", withheld=PRIMARY), shown("attendances", type="working_group", withheld=SECONDARY),
        shown("attendances", 5210, count_method="ticket_scan", method="ticket_scan"),
        shown("attendances", 4835, count_method="register", method="register"),
        shown("attendances", 2435, count_method="head_count", method="head_count"),
        shown("attendances", 9800, count_method="footfall", method="footfall"),
        shown("attendances", 640, count_method="registration_only", method="registration_only"),
        shown("unique_participants", 3415, n=3415, missing=5210),
        shown("participant_hours", 18240), shown("participant_hours", 15100, depth="D1"),
        shown("estimated_reach", None, text="at least 84,000", low=84000, method="broadcast_estimate", count_method="broadcast_estimate"),
        shown("estimated_reach", None, text="1,510–7,000", low=1510, high=7000, interval="band", method="band", count_method="band"),
        shown("no_show_rate", 0.27, low=0.25, high=0.29, interval="95 % Wilson", n=2310),
        shown("non_academic_share", 0.81, n=7420, missing=5060),
        shown("hebci_attendees", 2980, hebci="2a", chargeable="false"), shown("hebci_attendees", 410, hebci="2a", chargeable="true"),
        shown("hebci_attendees", 1850, hebci="2c", chargeable="false"), shown("hebci_attendees", hebci="2b", chargeable="true", withheld=PRIMARY),
        shown("hebci_staff_days", 64, hebci="2a", chargeable="false"), shown("hebci_staff_days", 12, hebci="2a", chargeable="true"),
        shown("hebci_staff_days", 31, hebci="2c", chargeable="false"),
    ]  # fmt: skip
    return out


def depth() -> list[Shown]:
    w = "95 % Wilson"
    shares = {"D1": 0.57, "D2": 0.22, "D3": 0.13, "D4": 0.07, "D5": 0.01}
    hours = {"D1": 0.83, "D2": 0.06, "D3": 0.07, "D4": 0.04}
    out = [shown("depth_activities", s, depth=d, n=141) for d, s in shares.items()]
    out += [shown("depth_hours", s, depth=d) for d, s in hours.items()]
    out.append(shown("depth_hours", depth="D5", withheld=PRIMARY))
    out += [
        shown("involved_share", 0.21, low=0.15, high=0.28, interval=w, n=141, missing=6), shown("depth_fit", 0.62, low=0.51, high=0.72, interval=w, n=84, missing=63),
        shown("follow_up_rate", 0.31, low=0.29, high=0.33, interval=w, n=2104), shown("escalation_rate", 0.18, low=0.15, high=0.21, interval=w, n=652),
        shown("feedback_closure", 0.47, low=0.35, high=0.59, interval=w, n=60), shown("partner_continuity", 0.73, low=0.59, high=0.84, interval=w, n=44),
        shown("codevelopment_coverage", 0.5, n=8), shown("coauthorship_share", 0.094, low=0.074, high=0.119, interval=w, n=640),
        shown("coauthorship_share_all", 0.083, n=725),
        shown("shared_governance_share", 0.38, low=0.25, high=0.53, interval=w, n=42),
        shown("shared_governance_share", 0.64, right="advise", of=14), shown("shared_governance_share", 0.25, right="vote", of=16),
        shown("shared_governance_share", 0.25, right="budget", of=8), shown("shared_governance_share", 0.0, right="chair", of=3),
        shown("shared_governance_share", None, right="veto", reason="there is no role with this right"),
        shown("decision_rights", 9, right="advise"), shown("decision_rights", 4, right="vote"), shown("decision_rights", 2, right="budget"),
        shown("decision_rights", 0, right="chair"), shown("decision_rights", 0, right="veto"),
    ]  # fmt: skip
    stages = {
        "River Watch": ("D2", "D3", "D2", "D4", "D3", "D3", "D4", "D2"),
        "Quiet Wards": ("D3", "D4", "D4", "D2", "D4", "D4", "D4", "D1"),
    }
    names = ("priority_setting", "design", "governance", "data_collection", "analysis", "interpretation", "dissemination", "evaluation")
    for project, levels in stages.items():
        out += [
            shown("codevelopment_stage", float(lv[1]), text=lv, level=lv, project=project, stage=s)
            for s, lv in zip(names, levels, strict=True)
        ]
    out[-1] = shown(
        "codevelopment_stage", None, text="—", reason="This stage does not exist in the project.", project="Quiet Wards", stage="evaluation"
    )
    return out


def boards() -> list[Shown]:
    seats = {
        ("Community board", "education", "vote"): 3, ("Community board", "nonprofit", "vote"): 2, ("Community board", "community", "vote"): 3,
        ("Community board", "individual", "chair"): 1, ("Community board", "individual", "advise"): 2,
        ("Health panel", "education", "vote"): 4, ("Health panel", "healthcare", "vote"): 2, ("Health panel", "individual", "advise"): 5,
    }  # fmt: skip
    out = [shown("board_seats", n, board=b, sector=s, right=r) for (b, s, r), n in seats.items()]
    out += [
        shown("board_voting_share", 0.667, text="6 of 9", board="Community board", n=9), shown("board_voting_share", 0.333, text="2 of 6", board="Health panel", n=6),
        shown("board_voting_share", 0.533, text="8 of 15", n=15), shown("board_influence_rate", 0.6, text="6 of 10", n=10, missing=1),
        shown("board_influence_rate", None, board="Health panel", reason="No recommendation was made."),
    ]  # fmt: skip
    return out


def reach() -> list[Shown]:
    b, w = "city", "95 % Wilson"
    rows = [
        ("ethnicity", "Asian", 0.62, 0.48, 0.79, 0.41, 0.98, "under-represented"), ("ethnicity", "Black", 1.06, 0.79, 1.41, 0.7, 1.9, "consistent with parity"),
        ("ethnicity", "White", 1.11, 1.05, 1.17, 0.8, 1.22, "not determinable"), ("age", "16–24", 1.94, 1.71, 2.19, 1.52, 2.4, "over-represented"),
        ("age", "65 and over", 0.44, 0.33, 0.58, 0.3, 0.81, "under-represented"), ("disability", "Disabled", 0.71, 0.55, 0.91, 0.48, 1.61, "not determinable"),
    ]  # fmt: skip
    out = []
    for characteristic, group, ratio, low, high, bl, bh, verdict in rows:
        cell = {"characteristic": characteristic, "group": group}
        one = shown("representation_ratio", ratio, low=low, high=high, interval=w, n=620, missing=210, verdict=verdict, baseline=b, **cell)
        out.append(replace(one, least=bl, most=bh))
        out.append(shown("representation_gap", -3.2 if ratio < 1 else 4.1, text="−3.2" if ratio < 1 else "+4.1", baseline=b, **cell))
    out.append(shown("representation_ratio", withheld="percentage of too few people", characteristic="ethnicity", group="Mixed"))
    out.append(
        shown(
            "representation_ratio",
            1.3,
            low=0.4,
            high=3.1,
            interval=w,
            n=20,
            verdict="too few to tell",
            baseline=b,
            characteristic="disability",
            group="Not disabled",
        )
    )
    out += [shown("dissimilarity", 0.1, baseline=b, characteristic="ethnicity"), shown("item_coverage", 0.75, characteristic="ethnicity", n=830), shown("item_coverage", 0.41, characteristic="disability", n=830)]  # fmt: skip
    return out


def quality() -> list[Shown]:
    edge = {"mission": "G", "leadership": "G", "communication": "D", "support": "D", "learning": "E1", "recognition": "E1", "staff": "D", "public": "G", "students": ""}  # fmt: skip
    number = {"E1": 1.0, "D": 2.0, "G": 3.0, "E2": 4.0}
    spread = "lowest and highest rating"
    out = [
        shown("edge_level", None, text=lv, level=lv, low=max(1, number[lv] - 1), high=number[lv], interval=spread, n=3, unit="the university", criterion=c)
        if lv else shown("edge_level", None, unit="the university", criterion=c, reason="not rated") for c, lv in edge.items()
    ]  # fmt: skip
    for c, s in zip(("strategy", "support", "activity", "results", "acting"), ("4", "3", "4", "2", "2"), strict=True):
        out.append(
            shown(
                "kef_level",
                None,
                text=s,
                level=s,
                low=float(s),
                high=float(s),
                interval=spread,
                n=1,
                unit="the university",
                criterion=c,
                notes=("one rater",),
            )
        )
    names = ("opportunities", "working_together", "support_learning", "communications", "impact", "governance")
    for i, (c, lv) in enumerate(zip(names, ("listening", "learning", "welcoming", "listening", "", "welcoming"), strict=True)):
        value = {"welcoming": 1.0, "listening": 2.0, "learning": 3.0, "": 2.0}[lv]
        out.append(
            shown(
                "uk_standards_level",
                None,
                text=lv or "—",
                level=lv,
                low=value,
                high=min(4, value + 1 + (i % 2)),
                interval=spread,
                n=4,
                unit="River Watch",
                criterion=c,
                reason="" if lv else "raters are divided between Listening and Learning",
            )
        )
    for i, lv in enumerate(("present", "present", "partial", "absent", "present")):
        c = ("aim", "methods", "results", "discussion", "reflections")[i]
        rank = {"absent": 1.0, "partial": 2.0, "present": 3.0}[lv]
        out.append(
            shown("gripp2_level", None, text=lv, level=lv, low=rank, high=rank, interval=spread, n=1, unit="Quiet Wards", criterion=c)
        )
    out += [
        shown("kef_mean", 3.0, unit="the university", n=5), shown("gripp2_completeness", 0.6, unit="Quiet Wards", n=5),
        shown("uk_standards_alpha", 0.74, low=0.52, high=0.88, interval="95 % bootstrap over units", n=24, verdict="tentative"),
        shown("edge_alpha", None, n=9, reason="agreement undefined (no variation)"),
        shown("coded_items", 31, code="learnt something", polarity="+"), shown("coded_items", 6, code="learnt something", polarity="−"),
        shown("coded_items", 12, code="felt listened to", polarity="+"), shown("coded_items", 9, code="felt listened to", polarity="mixed"),
        shown("coded_items", 14, code="felt listened to", polarity="−"), shown("coded_items", code="would come again", polarity="+", withheld=PRIMARY),
        shown("negative_cases", 20),
    ]  # fmt: skip
    return out


def attention() -> list[Shown]:
    notes = ("Example provider, score version 2026.1, retrieved on 4 Aug 2026, outputs 30 to 390 days old.",)
    media = {"news": 214, "blog": 38, "policy": 11, "wikipedia": 6, "social": 4120}
    out = [shown("attention_mentions", n, medium=k, notes=notes) for k, n in media.items()]
    out += [shown("attention_mentions", 4389, notes=notes), shown("attention_percentile", 61, low=40, high=83, interval="middle half", n=212, notes=notes), shown("attention_score", 9999, notes=notes)]  # fmt: skip
    return out


CLAIMS = (
    Claim("c1", "Those who took part in the consultations say they were listened to, and a third say they were not.", "quality", rests_on=("i1", "i2"), negatives_sought=True),
    Claim("c2", "Our attention score of 9,999 shows the quality of our engagement.", "quality", rests_on=("m1",)),
)  # fmt: skip
FINDINGS = (
    Guarded("EM-16", "block", "Attendances by type and month", "The table would give a small cell away.", "Publish it by type alone.", ("monthly",)),
    Guarded("EM-04", "error", "Claim “c2”", "Attention is not quality.", "Attach coded qualitative evidence or move the value to Attention.", claims=("c2",)),
    Guarded("EM-07", "error", "Attention score, 2024-25 and 2025-26", "Scores of versions 2025.2 and 2026.1 are not comparable.", "Show one year only, or ask for both years in one version.", ("attention_score",)),
    Guarded("EM-02", "warning", "Events", "Depth is unknown for 6 of 147 activities.", "Record the depth and what is on file for it."),
    Guarded("EM-03", "warning", "4 activities", "Depth recorded as D2: no record links input to a decision.", "File the record of the decision."),
    Guarded("EM-10", "warning", "Disability, Disabled", "Not determinable: the verdict turns within the missing answers.", "Ask more of those who come."),
    Guarded("EM-11", "note", "EDGE", "This measures support, not the engagement itself."),
)  # fmt: skip
LABELS = {
    "characteristic": {"ethnicity": "Ethnic group", "age": "Age", "disability": "Disability"},
    "baseline": {"city": "Residents of Westhaven aged 16 and over, census of 2021"},
    "rubric": {"uk_standards": "UK Standards", "edge": "EDGE"},
}


def release() -> Release:
    values = (*extent(), *reach(), *depth(), *boards(), *quality(), *attention())
    before = [
        shown("events", 131, year=BEFORE), shown("attendances", 14210, year=BEFORE), shown("participant_hours", 16900, year=BEFORE),
        shown("unique_participants", 3412, year=BEFORE, n=3412), shown("involved_share", 0.14, low=0.09, high=0.21, interval="95 % Wilson", n=128, year=BEFORE),
        shown("follow_up_rate", 0.24, low=0.22, high=0.26, interval="95 % Wilson", n=1988, year=BEFORE), shown("feedback_closure", 0.44, low=0.31, high=0.57, interval="95 % Wilson", n=52, year=BEFORE),
        shown("coauthorship_share", 0.081, low=0.062, high=0.105, interval="95 % Wilson", n=610, year=BEFORE),
        shown("board_voting_share", withheld="too few", year=BEFORE), shown("estimated_reach", None, text="at least 40,000", low=40000, count_method="broadcast_estimate", method="broadcast_estimate", year=BEFORE),
        shown("edge_level", None, text="D", level="D", unit="the university", criterion="mission", year=BEFORE), shown("attention_score", 8888, year=BEFORE),
    ]  # fmt: skip
    return Release(
        institution=Institution("University of Westhaven", "https://ror.org/00example", True, "An example; no such university exists."),
        year=Year(YEAR, date(2025, 8, 1), date(2026, 8, 1)), indicators=INDICATORS, values=values, before=tuple(before), claims=CLAIMS,
        findings=FINDINGS, labels=LABELS, profile="hesa", profile_says="Counts of people are rounded to the nearest 5; percentages of fewer than 22.5 people are withheld (..).",
        definition_version="2026.1", code_version="0.5.0", made_on=date(2026, 9, 14), register_number="R-2026-003",
        notes=("12 activities of the departments of law and music have not been reported.",),
    )  # fmt: skip


def empty() -> Release:
    """A year in which nothing was recorded."""
    return replace(release(), values=(), before=(), claims=(), findings=(), notes=())
