"""Makes `data/`: two academic years of a university that does not exist. The same files each time.

    python examples/research-year/make_data.py [FOLDER]

Nobody in it exists and nothing in it happened. It is large enough that every indicator, guard and rule of disclosure has something to say, and
has in it what real registers have: a talk that three departments report, an open-ended band, registrations given for attendance, a level without
evidence, an exhibition over two academic years, a claim that rests on tweets alone.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 20260731
YEARS = (date(2024, 8, 1), date(2025, 8, 1))  # academic years 2024-25 and 2025-26
DEPARTMENTS = ("Biology", "Health Sciences", "History", "Physics", "Geography", "Law", "Education", "Music", "Computing")
PLACES = ("local", "local", "local", "regional", "national", "international")

# type: (how many a year, typical size, audiences, depth as claimed, count methods, hours each, staff days, HE-BCI sub-head)
TYPES: dict[str, tuple[int, float, tuple[str, ...], tuple[str, ...], tuple[str, ...], float, float, str]] = {
    "talk": (44, 60, ("public", "public", "supporters", "schools"), ("D1",), ("head_count", "ticket_scan", "register"), 1.5, 0.4, "2a"),
    "workshop": (38, 22, ("schools", "public", "patients", "third_sector"), ("D2", "D2", "D3"), ("register",), 3.0, 1.2, "2e"),
    "performance": (9, 140, ("public",), ("D1",), ("ticket_scan",), 2.0, 2.0, "2b"),
    "exhibition": (5, 900, ("public", "schools"), ("D1", "D2"), ("clicker", "footfall"), 0.7, 9.0, "2c"),
    "museum_education": (12, 28, ("schools",), ("D2",), ("register",), 2.0, 1.0, "2d"),
    "working_group": (10, 14, ("policymakers", "practitioners", "third_sector"), ("D3", "D4"), ("register",), 2.5, 1.5, "2e"),
    "citizen_science": (6, 75, ("public", "schools"), ("D3", "D4"), ("register",), 6.0, 4.0, "2e"),
    "consultation": (5, 48, ("patients", "public"), ("D2", "D3"), ("register",), 2.0, 2.5, "2e"),
    "broadcast": (7, 40_000, ("public",), ("D1",), ("broadcast_estimate",), 0.0, 0.5, "2e"),
    "digital": (6, 3_000, ("public",), ("D1",), ("web_analytics",), 0.0, 1.0, "2e"),
    "scientific_meeting": (6, 90, ("academics", "postgraduates"), ("D1",), ("register",), 7.0, 2.0, ""),
    "open_day": (4, 350, ("schools", "public"), ("D1",), ("registration_only",), 4.0, 3.0, ""),
}
EVIDENCE = {
    "D1": ("content_delivered",),
    "D2": ("content_delivered", "input_recorded", "feedback_given"),
    "D3": ("content_delivered", "input_recorded", "feedback_given", "decision_link"),
    "D4": ("input_recorded", "feedback_given", "decision_link", "decision_log", "named_role"),
}
SUBJECTS = ("tidal flats", "hearing loss", "the harbour archive", "dark skies", "soil and floods", "tenants’ rights", "reading aloud")
SUBJECTS += ("folk songs", "fair algorithms", "asthma at school", "the moor’s birds", "medieval law", "batteries", "wild pollinators")
VENUES = ("Corn Exchange", "Harbour Hall", "Moor Library", "Old Dairy", "Lecture Theatre A", "Museum of the Moor", "Ferry Road School")

Row = dict[str, object]


class Data:
    """The rows of every register, made one after the other from one seed."""

    def __init__(self) -> None:
        self.chance = Random(SEED)
        self.rows: dict[str, list[Row]] = {}
        self.people = [f"person-{i:04}" for i in range(1, 2601)]

    def add(self, register: str, **row: object) -> Row:
        self.rows.setdefault(register, []).append(row)
        return row

    def size(self, typical: float) -> int:
        return max(3, round(typical * self.chance.lognormvariate(0.0, 0.45)))

    def day(self, year: date) -> date:
        return year + timedelta(days=self.chance.randrange(20, 340))

    # ---- what was done

    def activities(self) -> None:
        number = 0
        for turn, year in enumerate(YEARS):
            for kind, (many, typical, audiences, depths, methods, hours, staff, hebci) in TYPES.items():
                for _ in range(round(many * (1.0 if turn else 0.86))):
                    number += 1
                    self.activity(f"a-{number:03}", kind, year, typical, audiences, depths, methods, hours, staff, hebci)
        self.oddities()

    def activity(self, key, kind, year, typical, audiences, depths, methods, hours, staff, hebci) -> None:  # type: ignore[no-untyped-def]
        c = self.chance
        on, people, method, depth = self.day(year), self.size(typical), c.choice(methods), c.choice(depths)
        late = year == YEARS[1]
        held = EVIDENCE[depth] if c.random() < (0.8 if late else 0.65) else EVIDENCE[depth][:1]
        length = 45 if kind == "exhibition" else 1
        row = self.add(
            "activities", activity=key, title=f"{kind.replace('_', ' ').capitalize()}: {c.choice(SUBJECTS)}", type=kind,
            audiences=";".join(sorted({c.choice(audiences), c.choice(audiences)})), status="cancelled" if c.random() < 0.02 else "delivered",
            relation="organised", starts_on=on, until=on + timedelta(days=length) if length > 1 else "",
            series=f"series-{c.randrange(1, 9)}" if kind in ("talk", "workshop") and c.random() < 0.4 else "",
            department=c.choice(DEPARTMENTS), organiser="University of Northmoor", venue=c.choice(VENUES), place=c.choice(PLACES), depth=depth,
            intended_depth=c.choice((depth, depth, depths[-1])), depth_evidence=";".join(held),
            fed_back_on=on + timedelta(days=c.randrange(10, 150)) if depth >= "D2" and c.random() < 0.6 else "",
            size=people, count_method=method, registered=round(people * c.uniform(1.1, 1.6)) if method == "register" else "",
            hours="" if method == "register" or not hours else round(people * hours, 1), open_days=38 if length > 1 else "",
            delivery=c.choice(("in_person", "in_person", "in_person", "hybrid", "online")), chargeable=kind == "performance",
            staff_days=round(staff * c.uniform(0.6, 1.6), 2), staff_time_basis="delivery" if late or c.random() < 0.8 else "both",
            purpose="recruitment" if kind == "open_day" else "knowledge_exchange", official_scheme=c.random() < 0.1, hebci=hebci,
            partners=";".join(sorted({f"p-{c.randrange(1, 33):02}" for _ in range(c.randrange(0, 3))})) if depth >= "D2" else "",
        )  # fmt: skip
        if method == "register" and row["status"] == "delivered":
            self.attended(key, people, hours, academic=kind == "scientific_meeting")
            row["size"] = ""

    def attended(self, activity: str, people: int, hours: float, academic: bool) -> None:
        c = self.chance
        there = c.sample(self.people[: 2600 if c.random() < 0.3 else 900], min(people, 850))
        for person in sorted(there):
            known = c.random() < 0.85
            side = "academic" if academic or c.random() < 0.07 else "non_academic"
            self.add(
                "attendances", activity=activity, person=person, status="attended", hours=round(hours * c.uniform(0.6, 1.0), 2),
                affiliation=side if known else "", role="staff" if c.random() < 0.03 else "participant",
            )  # fmt: skip

    def oddities(self) -> None:
        """What registers of every institution have in them."""
        on = date(2026, 2, 17)
        for department in ("Biology", "Geography", "Computing"):
            self.add(
                "activities", activity=f"lecture-{department.lower()}", title="The Moor in 2100: a public lecture", type="talk", audiences="public",
                status="delivered", relation="organised", starts_on=on, department=department, organiser="University of Northmoor",
                venue="Corn Exchange", place="regional", depth="D1", intended_depth="D1", depth_evidence="content_delivered", size=212,
                count_method="head_count", hours=318, delivery="in_person", chargeable=False, staff_days=1, staff_time_basis="delivery",
                purpose="knowledge_exchange", hebci="2a",
            )  # fmt: skip
        common = {"status": "delivered", "relation": "organised", "organiser": "University of Northmoor", "purpose": "knowledge_exchange"}
        common |= {"chargeable": False}
        self.add(
            "activities", activity="x-band", title="Harbour festival stall", type="other", audiences="public", starts_on=date(2026, 6, 6),
            department="History", place="local", depth="D1", depth_evidence="content_delivered", size="501+", count_method="band", **common,
        )  # fmt: skip
        self.add(
            "activities", activity="x-years", title="Exhibition: the drowned villages", type="exhibition", audiences="public",
            starts_on=date(2025, 7, 12), until=date(2025, 9, 20), department="History", place="regional", depth="D1",
            depth_evidence="content_delivered", size=1340, count_method="clicker", open_days=60, staff_days=14, staff_time_basis="delivery",
            hebci="2c", **common,
        )  # fmt: skip
        self.add(
            "activities", activity="x-claim", title="Patients redesign the asthma diary", type="working_group", audiences="patients",
            starts_on=date(2026, 3, 3), department="Health Sciences", place="national", depth="D5", intended_depth="D5", depth_evidence="",
            size=9, count_method="head_count", hours=27, **common,
        )  # fmt: skip
        self.add(
            "activities", activity="x-abroad", title="Panel at a science festival of another university", type="talk", audiences="public",
            starts_on=date(2026, 5, 9), department="Physics", place="national", depth="D1", depth_evidence="content_delivered", size=300,
            count_method="head_count", **(common | {"relation": "participation", "organiser": "another university"}),
        )  # fmt: skip

    # ---- with whom

    def partners(self) -> None:
        c, sectors = self.chance, ("nonprofit", "nonprofit", "company", "government", "healthcare", "archive", "community", "education")
        for i in range(1, 33):
            began = date(2021, 1, 1) + timedelta(days=c.randrange(0, 1800))
            ends = date(2025, 3, 1) + timedelta(days=c.randrange(0, 300)) if c.random() < 0.2 else ""
            sector = sectors[i % len(sectors)]
            self.add(
                "partners", partner=f"p-{i:02}", name=f"Invented {sector} partner {i}", sector=sector, country="GB",
                active_from=began, active_until=ends,
            )  # fmt: skip
        stages = (
            "priority_setting",
            "design",
            "governance",
            "data_collection",
            "analysis",
            "interpretation",
            "dissemination",
            "evaluation",
        )
        reached = {"D1": "content_delivered", "D2": "input_recorded;feedback_given", "D3": "decision_link", "D4": "decision_log;named_role"}
        for project in range(1, 8):
            budget = c.randrange(120, 900) * 1000
            for stage in stages:
                if stage == "data_collection" and project == 3:
                    self.add("codevelopment", project="study-3", partner="", stage=stage, applicable=False)
                    continue
                if c.random() < 0.7:
                    depth, given = c.choice(("D1", "D2", "D3", "D4", "D4")), c.randrange(4, 60)
                    self.add(
                        "codevelopment", project=f"study-{project}", partner=f"p-{c.randrange(1, 33):02}", stage=stage, depth=depth,
                        depth_evidence=reached[depth], applicable=True, budget=round(budget * c.uniform(0, 0.06)), project_budget=budget,
                        hours_given=given, hours_paid=round(given * c.choice((0, 0.5, 1.0))), on=self.day(YEARS[1]),
                    )  # fmt: skip

    def boards(self) -> None:
        c = self.chance
        sectors = ("education", "education", "nonprofit", "community", "individual", "healthcare", "government", "company")
        for b in range(1, 7):
            self.add(
                "boards",
                board=f"b-{b}",
                name=f"Advisory board {b}",
                project=f"study-{b}",
                terms_defined=b != 4,
                active_from=date(2024, 9, 1),
            )
            for s in range(1, 4 if b == 5 else c.randrange(8, 13)):
                sector = sectors[(s + b) % len(sectors)]
                held = c.choice((3, 4, 4))
                self.add(
                    "seats", board=f"b-{b}", seat=f"s-{s}", sector=sector, lay=sector in ("individual", "community"),
                    role="chair" if s == 1 else "co_chair" if s == 2 and b % 2 else "member",
                    right="chair" if s == 1 else c.choice(("vote", "vote", "vote", "speak", "advise")),
                    remunerated=sector in ("individual", "community") and c.random() < 0.8, meetings_held=held,
                    meetings_attended=c.randrange(1, held + 1), active_from=date(2024, 9, 1),
                )  # fmt: skip
            for r in range(1, c.randrange(3, 9) if b != 6 else 1):
                what = c.choice(("adopted", "adopted", "adopted_in_part", "rejected", "pending"))
                self.add(
                    "recommendations", board=f"b-{b}", recommendation=f"r-{b}-{r}", made_on=self.day(YEARS[1]), outcome=what,
                    reason="no budget this year" if what == "rejected" else "",
                )  # fmt: skip
        for i in range(1, 29):
            partner = c.random() < 0.4
            self.add(
                "decision_roles", role=f"role-{i}", project=f"study-{i % 7 + 1}", held_by="partner" if partner else "institution",
                partner=f"p-{c.randrange(1, 33):02}" if partner else "", right=c.choice(("advise", "speak", "vote", "vote", "budget", "co_lead")),
                active_from=date(2024, 9, 1),
            )  # fmt: skip

    # ---- what came out, and who noticed

    def outputs(self) -> None:
        c = self.chance
        others = ("company", "government", "nonprofit", "healthcare", "facility", "archive", "nonprofit")
        for i in range(1, 211):
            key = f"o-{i:03}"
            self.add(
                "outputs",
                output=key,
                title=f"Invented output {i}",
                type="article",
                published_on=self.day(YEARS[i % 2]),
                field=c.choice(DEPARTMENTS),
            )
            if c.random() < 0.05:
                continue  # nobody's affiliation could be resolved
            for a in range(1, c.randrange(2, 6)):
                away = a > 1 and c.random() < 0.22
                kind = c.choice(others) if away else "education"
                name = f"Invented {kind} {c.randrange(1, 40)}" if away else "University of Northmoor"
                self.add("affiliations", output=key, author=a, organisation=name, organisation_type=kind)
            if c.random() < 0.04:
                self.add("affiliations", output=key, author=9, organisation="", contributor_group="Moor wardens")
            self.noticed(key, early=i % 2 == 0)

    def noticed(self, output: str, early: bool) -> None:
        """Who spoke of it. Some outputs of the first year were looked up a year earlier, under an older version of the score."""
        c = self.chance
        if c.random() < 0.5:
            return
        version, got = ("2023", date(2025, 7, 20)) if early and c.random() < 0.2 else ("2025", date(2026, 7, 20))
        score = round(c.lognormvariate(1.8, 1.0), 2)
        for medium in ("news", "blog", "policy", "social", "wikipedia"):
            if c.random() < {"social": 0.9, "news": 0.25}.get(medium, 0.12):
                self.add(
                    "mentions", mention=f"{output}-{medium}", output=output, medium=medium, count=c.randrange(1, 60 if medium == "social" else 5),
                    outlet=f"outlet {c.randrange(1, 30)}" if medium == "news" else "", provider="an attention provider", score=score,
                    score_version=version, percentile=round(min(99.0, 40 + score * 2.2), 1), retrieved_on=got,
                )  # fmt: skip

    def evidence(self) -> None:
        c = self.chance
        codes = ("changed practice", "felt heard", "learnt something", "not followed up", "wanted more")
        for i in range(1, 73):
            about, kind = f"study-{i % 7 + 1}", c.choice(("interview", "survey_open", "observation", "document", "reflection"))
            code = c.choice(codes)
            minus = code == "not followed up"
            for coder in ("coder-1", "coder-2") if i % 3 == 0 else ("coder-1",):
                told = code if coder == "coder-1" or c.random() < 0.85 else c.choice(codes)
                self.add(
                    "coded", item=f"e-{i:02}", about=about, kind=kind, who=c.choice(("participant", "partner", "facilitator")),
                    on=self.day(YEARS[1]), consent=f"consent-{i:02}" if kind in ("interview", "survey_open") else "", code=told,
                    polarity="−" if minus else "+" if told == code else "mixed", strength=c.randrange(1, 4), coder=coder, codebook="2025-1",
                    negative_case=minus,
                )  # fmt: skip
        self.add(
            "claims", claim="c-1", text="Partners in the asthma study say that they were heard and that the diary changed because of it.",
            dimension="quality", about="study-1", rests_on="e-07;e-14;e-21;e-28;e-35", negatives_sought=True, year="2025-26",
        )  # fmt: skip
        self.add(
            "claims", claim="c-2", text="The reach of our posts shows the quality of our engagement.", dimension="quality", about="",
            rests_on="o-002-social;o-004-social;o-010-social", negatives_sought=False, year="2025-26",
        )  # fmt: skip
        self.add(
            "claims", claim="c-3", text="Visits to the museum improved science results in schools.", dimension="impact", about="museum_education",
            rests_on="", negatives_sought=False, year="2025-26",
        )  # fmt: skip
        self.add(
            "claims", claim="c-4", text="Tenants’ groups used the legal guide in two hearings.", dimension="impact", about="study-4",
            rests_on="i-1", negatives_sought=True, year="2025-26",
        )  # fmt: skip
        self.add("impacts", impact="i-1", about="study-4", text="The guide was cited in two tribunal hearings.", on=date(2026, 4, 2))

    def ratings(self) -> None:
        c = self.chance
        focal = ("mission", "leadership", "communication", "support", "learning", "recognition", "staff", "public", "students")
        for i, point in enumerate(focal):
            level = (3, 3, 2, 2, 2, 1, 2, 3, 2)[i]
            for rater in ("r-1", "r-2", "r-3"):
                told = min(4, max(1, level + (c.random() < 0.2) - (c.random() < 0.2)))
                self.add(
                    "ratings", rubric="edge", unit="University of Northmoor", unit_level="institution", criterion=point, rater=rater,
                    level=("E1", "D", "G", "E2")[told - 1] if point != "students" or rater != "r-3" else "",
                    aspiration=("E1", "D", "G", "E2")[min(3, level)], evidence="strategy 2024, page 7" if point in ("mission", "support") else "",
                    on=date(2026, 5, 20), tool_version="2023",
                )  # fmt: skip
        for aspect, level in zip(("strategy", "support", "activity", "results", "acting"), (4, 3, 4, 2, 2), strict=True):
            self.add(
                "ratings", rubric="kef", unit="University of Northmoor", unit_level="institution", criterion=aspect, rater="panel", level=level,
                evidence="narrative 2026", on=date(2026, 6, 1), tool_version="KEF5",
            )  # fmt: skip
        standards = ("opportunities", "working_together", "support_learning", "communications", "impact", "governance")
        levels = ("welcoming", "listening", "learning", "leading")
        for project in range(1, 8):
            for standard in standards:
                level = c.randrange(0, 4)
                for rater in ("r-1", "r-2"):
                    told = level if c.random() < 0.75 else min(3, max(0, level + c.choice((-1, 1))))
                    self.add(
                        "ratings", rubric="uk_standards", unit=f"study-{project}", unit_level="project", criterion=standard, rater=rater,
                        level=levels[told], evidence=f"minutes of study-{project}" if c.random() < 0.8 else "", on=date(2026, 6, 15),
                        tool_version="2019",
                    )  # fmt: skip
        for project in range(1, 8):
            for item in ("aim", "methods", "results", "discussion", "reflections"):
                self.add(
                    "ratings", rubric="gripp2", unit=f"study-{project}", unit_level="project", criterion=item, rater="author",
                    level=c.choice(("present", "present", "partial", "absent")), on=date(2026, 6, 30), tool_version="short form",
                )  # fmt: skip

    # ---- for whom

    def reach(self) -> None:
        """A survey's answers, under ids that are nobody's id elsewhere."""
        c = self.chance
        held = [
            str(a["activity"])
            for a in self.rows["activities"]
            if a["type"] in ("talk", "workshop", "citizen_science", "consultation")
            and str(a["starts_on"]) >= "2025-08-01"
            and a["status"] == "delivered"
        ]
        mix = {
            "ethnicity": {"asian": 0.06, "black": 0.03, "mixed": 0.03, "white": 0.86, "other": 0.02},
            "disability": {"yes": 0.12, "no": 0.88},
            "age": {"16-24": 0.21, "25-44": 0.24, "45-64": 0.31, "65+": 0.24},
            "imd_quintile": {"1": 0.10, "2": 0.15, "3": 0.21, "4": 0.25, "5": 0.29},
            "first_time": {"yes": 0.41, "no": 0.59},
        }
        for i in range(1, 641):
            activity = c.choice(held)
            for what, shares in mix.items():
                luck = c.random()
                no = {"ethnicity": 0.12, "disability": 0.45}.get(what, 0.06)
                said = "no_reply" if luck < no / 2 else "prefer_not_to_say" if luck < no else "answered"
                if what == "disability" and i % 5 == 0:
                    said = "not_asked"
                self.add(
                    "reach", person=f"reply-{i:03}", activity=activity, characteristic=what,
                    answer=c.choices(tuple(shares), tuple(shares.values()))[0] if said == "answered" else "", asked=said,
                )  # fmt: skip


def written(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """One CSV file with every column that a row of it has; true and false in small letters."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, names, lineterminator="\n", restval="")
        out.writeheader()
        out.writerows({k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()} for row in rows)


def main(folder: Path) -> None:
    data = Data()
    for part in (data.activities, data.partners, data.boards, data.outputs, data.evidence, data.ratings, data.reach):
        part()
    folder.mkdir(parents=True, exist_ok=True)
    for register, rows in data.rows.items():
        written(folder / f"{register}.csv", rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "data")
