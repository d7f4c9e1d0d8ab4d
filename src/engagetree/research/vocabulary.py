"""The words that registers hold, in the order in which they are shown. An institution can add types, audiences, sectors and media."""

from __future__ import annotations

DIMENSIONS = ("extent", "depth", "reach", "quality", "attention")
"""Of an indicator. Attention can never become quality: there is no way in the code from the one to the other."""

KINDS = ("count", "sum", "ratio", "share", "index", "ordinal", "composite", "structured_qualitative")

DEPTHS = {
    "D0": "Not participation",
    "D1": "Inform",
    "D2": "Consult",
    "D3": "Involve",
    "D4": "Collaborate",
    "D5": "Empower",
}

DEPTH_EVIDENCE = {
    "content_delivered": "Content was delivered",
    "input_recorded": "What people said was recorded",
    "feedback_given": "They were told what became of it",
    "decision_link": "A record links what was said to a decision or an alternative",
    "decision_log": "A log shows decisions taken together",
    "named_role": "A partner had a named role",
    "decision_right": "A partner held the right to decide",
}

REQUIRED_EVIDENCE: dict[str, tuple[str, ...]] = {
    "D0": (),
    "D1": ("content_delivered",),
    "D2": ("input_recorded", "feedback_given"),
    "D3": ("decision_link",),
    "D4": ("decision_log", "named_role"),
    "D5": ("decision_right",),
}
"""What has to be on file before a level may be claimed (D0 is given by a reviewer only)."""

ACTIVITY_TYPES = {
    "talk": "Talk or presentation",
    "workshop": "Activity or workshop",
    "open_day": "Open day or visit",
    "performance": "Performance",
    "exhibition": "Exhibition",
    "museum_education": "Museum education",
    "working_group": "Working group, panel or dialogue",
    "citizen_science": "Citizen science",
    "consultation": "Consultation",
    "broadcast": "Broadcast",
    "press": "Press release or media response",
    "digital": "Website, blog or social media",
    "publication": "Magazine or newsletter",
    "scientific_meeting": "Scientific meeting",
    "other": "Other",
}

AUDIENCES = {
    "public": "Publics",
    "schools": "Schools",
    "media": "Media",
    "policymakers": "Policymakers",
    "business": "Business",
    "health_professionals": "Health professionals",
    "practitioners": "Practitioners",
    "patients": "Patients and carers",
    "study_participants": "Study participants",
    "third_sector": "Third sector",
    "supporters": "Supporters",
    "undergraduates": "Undergraduate students",
    "postgraduates": "Postgraduate students",
    "academics": "Academics",
    "other": "Other",
}

NOT_PUBLIC = ("undergraduates", "postgraduates", "academics")
"""Audiences that make an activity no engagement with non-academic publics where there is no other."""

COUNT_METHODS = {
    "ticket_scan": "tickets scanned",
    "register": "register",
    "head_count": "heads counted",
    "clicker": "clicker",
    "registration_only": "registrations only",
    "extrapolated_sample": "extrapolated from a sample",
    "footfall": "footfall",
    "web_analytics": "web analytics",
    "broadcast_estimate": "broadcaster’s estimate",
    "band": "a band",
}

COUNTED = ("ticket_scan", "register", "head_count", "clicker")
"""The methods whose counts may be added to each other; every other method stands in a row of its own."""

PURPOSES = ("knowledge_exchange", "recruitment", "widening_participation", "trading", "other")

STAGES = {
    "priority_setting": "Priority setting",
    "design": "Bid and design",
    "governance": "Ethics and governance",
    "data_collection": "Data collection",
    "analysis": "Analysis",
    "interpretation": "Interpretation",
    "dissemination": "Dissemination",
    "evaluation": "Evaluation",
}

RIGHTS = {
    "advise": ("D2", "Advises"),
    "speak": ("D3", "Speaks, and it is minuted"),
    "vote": ("D4", "Votes"),
    "veto": ("D5", "Veto"),
    "budget": ("D5", "Holds a budget"),
    "chair": ("D5", "Chairs"),
    "co_lead": ("D5", "Leads the project with us"),
}
"""A right to decide: the depth that it stands for, and how it is called. A seat without a vote is not D4."""

SECTORS = {
    "education": "Education",
    "company": "Business",
    "government": "Government",
    "healthcare": "Health care",
    "nonprofit": "Third sector",
    "archive": "Archives and museums",
    "community": "Community group",
    "individual": "Members of the public",
    "facility": "Facility",
    "other": "Other",
}

ACADEMIC = ("education",)

ORGANISATION_TYPES = ("archive", "company", "education", "facility", "government", "healthcare", "nonprofit", "other")
NON_ACADEMIC_TYPES = ("company", "government", "nonprofit", "archive")
"""Types of organisation that count as non-academic in co-authorship. Health care has a line of its own; facility, other: unresolved."""

MEDIA = ("news", "blog", "policy", "patent", "wikipedia", "social", "video", "reviews", "syllabus", "other")

EVIDENCE_KINDS = ("interview", "survey_open", "observation", "document", "mention", "reflection")

OUTCOMES_OF_ADVICE = ("adopted", "adopted_in_part", "rejected", "pending")

ASKED = ("answered", "prefer_not_to_say", "not_asked", "no_reply")
