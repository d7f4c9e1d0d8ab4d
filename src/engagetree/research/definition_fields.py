"""Every field of an `institution.yml`, once. `free` fields hold entries that people name themselves; `definition_free` reads them."""

from __future__ import annotations

from engagetree.definition.field import Field
from engagetree.research import vocabulary
from engagetree.research.definition_years import CALENDARS

PROFILES = ("hesa", "lt5", "threshold10")
OWN_KINDS = ("count", "sum", "share", "ratio", "mean")

DIMENSIONS_OF: dict[str, tuple[str, ...]] = {
    "activities": ("extent", "depth", "reach"),
    "attendances": ("extent", "depth", "reach"),
    "partners": ("extent", "depth", "reach"),
    "codevelopment": ("extent", "depth"),
    "boards": ("extent", "depth", "reach"),
    "seats": ("extent", "depth", "reach"),
    "recommendations": ("extent", "depth", "quality"),
    "decision_roles": ("depth",),
    "outputs": ("extent", "depth"),
    "mentions": ("attention",),
    "coded": ("extent", "depth", "reach", "quality"),
    "ratings": ("extent", "quality"),
    "impacts": ("extent",),
}
"""What an institution's own indicator over a register may be of. Attention stays attention, and a head count never becomes quality."""

INSTITUTION = (
    Field("name", "text", "The institution's name.", required=True, most=200),
    Field("identifier", "text", "Its ROR or UKPRN, as it is written.", most=100, otherwise="none", also=("id", "ror", "ukprn")),
    Field("invented", "flag", "True for an example: it is printed on every page.", also=("fictional", "example")),
    Field("note", "text", "Printed under the name.", most=500, otherwise="none"),
)

BASELINE = (
    Field("name", "text", "What people call it: Census 2021, ethnic group.", required=True, most=200),
    Field("characteristic", "key", "The characteristic in the register of reach: ethnicity, disability, imd_quintile …", required=True),
    Field("geography", "text", "The place whose people these are.", required=True, most=200, also=("place", "area")),
    Field("date", "date", "When the baseline was counted.", required=True, also=("dated", "year")),
    Field("age_range", "text", "Which ages: 16+, all ages.", required=True, most=80, also=("ages", "age")),
    Field("question", "text", "The question as it was asked there. Ours must be the same.", required=True, most=500),
    Field("shares", "free", "Category: share, summing to 1.", required=True, also=("share", "categories")),
    Field("source", "text", "Where it can be looked up.", most=300, otherwise="none", also=("url",)),
)

FLOORS = (
    Field("coverage", "number", "Known answers / people asked, below which no verdict on reach is given.", least=0, most=1),
    Field("few", "count", "With fewer known answers than this it is too few to tell.", least=1, most=1000),
    Field("gap", "number", "A difference from the baseline smaller than this share is called none.", least=0, most=1),
    Field("follow_up_days", "count", "Within so many days a later activity is follow-up.", least=1, most=3660),
    Field("qualifying_depth", "choice", "From which depth on it is.", choices=tuple(vocabulary.DEPTHS)),
    Field("feedback_days", "count", "Within so many days people must have been told what became of it.", least=1, most=3660),
    Field("coded_mentions", "count", "Coded mentions that an interpretation of attention needs.", least=1, most=100000),
    Field("agreement", "number", "Krippendorff's α below which ratings are not aggregated.", least=0, most=1),
    Field("raters_share", "number", "The share of coded items that a second coder must have seen.", least=0, most=1),
    Field("early_depth", "choice", "Involved early means this depth in setting priorities or design.", choices=tuple(vocabulary.DEPTHS)),
    Field("co_depth", "choice", "A stage is co-developed from this depth on.", choices=tuple(vocabulary.DEPTHS)),
)

WORDS = (
    Field("types", "free", "Types of activity that are added: key: label."),
    Field("audiences", "free", "Audiences that are added."),
    Field("sectors", "free", "Sectors that are added."),
    Field("media", "free", "Media that are added."),
)

EXCLUDED = (
    Field("types", "names", "Types of activity that are no engagement with non-academic publics."),
    Field("purposes", "names", "Main purposes that are none.", choices=vocabulary.PURPOSES),
    Field("audiences", "names", "Audiences that are not public: an activity for them alone is left out."),
)

TABLE = (
    Field("indicator", "key", "Which indicator.", required=True),
    Field("by", "names", "One to three dimensions: type, depth, audience, sector, department, place …", required=True),
)

OWN = (
    Field("label", "text", "What people read.", required=True, most=120, also=("name", "title")),
    Field("dimension", "choice", "What it is of.", required=True, choices=vocabulary.DIMENSIONS),
    Field("kind", "choice", "How it is made.", required=True, choices=OWN_KINDS, also=("how", "type")),
    Field("register", "choice", "Whose rows.", required=True, choices=tuple(DIMENSIONS_OF), also=("table", "from")),
    Field("of", "free", "Which rows it is about: column: value.", otherwise="all", also=("among", "denominator")),
    Field("where", "free", "Which of these count: column: value.", otherwise="all", also=("filter", "numerator", "when")),
    Field("column", "key", "What is summed or averaged.", otherwise="none", also=("sum", "of_column")),
    Field("over", "key", "What a ratio divides by.", otherwise="none"),
    Field("by", "names", "Columns by which it is also split.", otherwise="none"),
    Field("unit", "text", "What it is counted in.", most=60, otherwise="the register's name"),
    Field("says", "text", "One sentence: what it tells.", most=500, otherwise="none"),
    Field("pitfalls", "names", "Where it misleads.", otherwise="none"),
    Field("higher_is", "choice", "What is better.", choices=("better", "worse", "neither")),
    Field("version", "text", "Raise it when its meaning changes.", most=20, otherwise="1"),
)

RESEARCH = (
    Field("institution", "part", "Whose year it is.", required=True, of=INSTITUTION, part="institution"),
    Field("calendar", "choice", "Which years.", choices=tuple(CALENDARS), otherwise="uk-academic-year", also=("year",)),
    Field("starts", "text", "The day on which a year begins, MM-DD, where no named calendar fits.", most=5, otherwise="by the calendar"),
    Field("zone", "zone", "The time zone of its days.", otherwise="Europe/London", also=("timezone", "time_zone")),
    Field("disclosure", "choice", "The rule by which numbers of people are protected.", choices=PROFILES, otherwise="hesa"),
    Field("words", "part", "Words that are added to the built-in ones.", of=WORDS, part="words", otherwise="none"),
    Field("excluded", "part", "What does not count as engagement.", of=EXCLUDED, part="excluded", otherwise="the defaults"),
    Field("academic_sectors", "names", "Sectors of seats and partners that are academic.", otherwise="education"),
    Field("non_academic_types", "names", "Types of organisation that make a co-author non-academic.", otherwise="the defaults"),
    Field("overrides", "free", "ROR or name of an organisation: its type, where the registry is wrong (schools are `education` there)."),
    Field("baselines", "map", "The populations that reach is held against.", of=BASELINE, part="baseline", otherwise="none"),
    Field("floors", "part", "From where on something may be said.", of=FLOORS, part="floors", otherwise="the defaults"),
    Field("identifiers", "free", "Numbers under which others know the institution: ukprn, kef_cluster, hebci."),
    Field(
        "beside", "names", "UKPRN, in quotes, of providers whose published KEF self-assessment stands beside one's own.", otherwise="none"
    ),
    Field("rubrics", "free", "Rubrics of one's own."),
    Field("codebook", "text", "The version of the codebook for qualitative evidence.", most=80, otherwise="none"),
    Field(
        "published",
        "list",
        "The tables that are published.",
        of=TABLE,
        part="table",
        otherwise="the defaults",
        like="{indicator: events, by: [type, depth]}",
    ),
    Field("indicators", "map", "The institution's own indicators.", of=OWN, part="indicator", otherwise="none", also=("own", "metrics")),
    Field("reason", "text", "Why this version differs from the one before.", most=500, otherwise="none"),
)
