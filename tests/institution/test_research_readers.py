"""Readers of what others export, on files written by hand in the shapes that the domain notes describe (§1–3). Answers are by hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from engagetree.errors import DefinitionError, ImportRefused
from engagetree.institution import Office
from engagetree.research.readers.casrai import read as read_casrai

GTR = """<?xml version="1.0" encoding="UTF-8"?>
<out:disseminations xmlns:api="http://gtr.rcuk.ac.uk/gtr/api" xmlns:out="http://gtr.rcuk.ac.uk/gtr/api/project/outcome" api:page="1">
  <out:dissemination api:id="D-1">
    <api:links><api:link api:href="http://gtr/gtr/api/projects/P-1" api:rel="PROJECT"/><api:link api:href="http://gtr/x" api:rel="PERSON"/></api:links>
    <out:title>Rivers in schools</out:title>
    <out:description>Twelve classes built a flume &amp; measured it.</out:description>
    <out:form>Participation in an activity, workshop or similar</out:form>
    <out:primaryAudience>Schools</out:primaryAudience>
    <out:yearsOfDissemination>2024,2023</out:yearsOfDissemination>
    <out:results/>
    <out:impact>Two classes adopted the plan.</out:impact>
    <out:geographicReach>Regional</out:geographicReach>
    <out:partOfOfficialScheme>true</out:partOfOfficialScheme>
    <out:supportingUrl>https://example.org/a?x=1;y=2</out:supportingUrl>
    <out:outcomeid>abc-1</out:outcomeid>
  </out:dissemination>
  <out:dissemination api:id="D-2">
    <api:links><api:link api:href="http://gtr/gtr/api/projects/P-2" api:rel="PROJECT"/></api:links>
    <out:title>Rivers in schools</out:title>
    <out:description>Twelve classes built a flume &amp; measured it.</out:description>
    <out:form>Participation in an activity, workshop or similar</out:form>
    <out:primaryAudience>Schools</out:primaryAudience>
    <out:yearsOfDissemination>2024,2023</out:yearsOfDissemination>
    <out:impact>Two classes adopted the plan.</out:impact>
    <out:geographicReach>Regional</out:geographicReach>
    <out:partOfOfficialScheme>true</out:partOfOfficialScheme>
    <out:supportingUrl>https://example.org/a?x=1;y=2</out:supportingUrl>
    <out:outcomeid>abc-1</out:outcomeid>
  </out:dissemination>
  <out:dissemination api:id="D-3">
    <out:title>Annual symposium</out:title>
    <out:form>Scientific meeting (conference/symposium etc.)</out:form>
    <out:primaryAudience>Other academic audiences (collaborators, peers etc.)</out:primaryAudience>
    <out:yearsOfDissemination>2025</out:yearsOfDissemination>
    <out:geographicReach>Galactic</out:geographicReach>
  </out:dissemination>
</out:disseminations>
"""


def test_gateway_to_research_in_xml(office: Office, write: Any, rows: Any) -> None:
    account = office.take(write("gtr.xml", GTR)).account
    assert (account.read, account.kept, account.merged, account.refused) == (3, 1, 1, 1)
    assert account.refusals[0].reason.startswith("place: `galactic` is none of our words")
    row = rows("activities")[0]
    expected = {
        "activity": "abc-1", "title": "Rivers in schools", "type": "workshop", "audiences": ["schools"], "starts_on": date(2023, 1, 1),
        "until": date(2025, 1, 1), "place": "regional", "official_scheme": True, "projects": ["P-1", "P-2"], "size": None,
        "evidence_urls": ["https://example.org/a?x=1;y=2"], "results": None, "depth": None,
        "form": "Participation in an activity, workshop or similar",
    }  # fmt: skip
    assert {k: row[k] for k in expected} == expected
    assert any("no number reached" in n for n in account.notes) and any("1 January" in n for n in account.notes)


def test_gateway_to_research_in_json(office: Office, write: Any, rows: Any) -> None:
    records = [
        {
            "id": "D-9", "title": "On air", "form": "A broadcast e.g. TV/radio/film/podcast (other than news/press)",
            "primaryAudience": "Media (as a channel to the public)", "yearsOfDissemination": [2025], "partOfOfficialScheme": False,
            "links": {"link": [{"href": "http://gtr/projects/P-7", "rel": "PROJECT"}]}, "geographicReach": "International",
        },
        {"id": "D-10", "title": "Odd one", "form": "A haiku", "primaryAudience": "Public/other audiences", "yearsOfDissemination": ""},
    ]  # fmt: skip
    account = office.take(write("gtr.json", json.dumps({"page": 1, "dissemination": records}))).account
    assert account.kept == 2
    found = {r["activity"]: r for r in rows("activities")}
    assert (found["D-9"]["type"], found["D-9"]["audiences"], found["D-9"]["projects"]) == ("broadcast", ["media"], ["P-7"])
    assert (found["D-10"]["type"], found["D-10"]["form"], found["D-10"]["starts_on"]) == (None, "A haiku", None)
    assert any("1 records say no year" in n for n in account.notes) and any("“A haiku”" in n for n in account.notes)


@pytest.mark.parametrize(
    ("prolog", "said"),
    [
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "declares a document type"),
        ('<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>', "declares a document type"),
        ('<!DOCTYPE d SYSTEM "http://example.org/d.dtd">', "declares a document type"),
    ],
)
def test_xml_that_could_reach_out_or_swell_is_refused(office: Office, write: Any, prolog: str, said: str) -> None:
    text = GTR.replace('encoding="UTF-8"?>', f'encoding="UTF-8"?>\n{prolog}').replace("Rivers in schools", "&x;")
    with pytest.raises(ImportRefused, match=said):
        office.take(write("evil.xml", text))
    assert office.imports() == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("cut.xml", GTR[:900], "not well-formed"),
        ("none.json", '{"dissemination": []}', "no dissemination record"),
        ("cut.json", '{"dissemination": [', "not valid JSON"),
    ],
)
def test_broken_records_are_refused_as_a_whole(office: Office, write: Any, name: str, text: str, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        office.take(write(name, text))


# ---- Researchfish, HE-BCI, KEF


def test_researchfish_says_its_own_words_and_bands(office: Office, write: Any, rows: Any) -> None:
    text = """
        Outcome ID,Title,Form of engagement activity,Primary audience,Years,Geographic reach,Number of people reached,Award reference,Portfolio
        r1,Rivers,"A talk or presentation",Schools,"2024, 2025",Local,51 - 100,AH/1,x
        r2,Blog,"Engagement focused website, blog or social media channel",Public/other audiences,2025,National,501+,AH/1,x
        r2,Blog,"Engagement focused website, blog or social media channel",Public/other audiences,2025,National,501+,EP/9,x
        r3,Martians,A talk or presentation,Martians,2025,Local,many,AH/1,x
    """
    account = office.take(write("rf.csv", text)).account
    assert (account.read, account.kept, account.merged, account.refused) == (4, 2, 1, 1)
    assert "audiences: `Martians` is none of our words" in account.refusals[0].reason
    assert "columns ignored: Portfolio" in account.notes
    wanted = "activity, type, audiences, starts_on, until, size, size_low, size_high, count_method, projects"
    assert rows("activities", wanted) == [
        {
            "activity": "r1", "type": "talk", "audiences": ["schools"], "starts_on": date(2024, 1, 1), "until": date(2026, 1, 1), "size": None,
            "size_low": 51.0, "size_high": 100.0, "count_method": "band", "projects": ["AH/1"],
        },
        {
            "activity": "r2", "type": "digital", "audiences": ["public"], "starts_on": date(2025, 1, 1), "until": date(2026, 1, 1), "size": None,
            "size_low": 501.0, "size_high": None, "count_method": "band", "projects": ["AH/1", "EP/9"],
        },
    ]  # fmt: skip


HEBCI = """
    Title:,Table 5 - Social community and cultural engagement
    Source:,Published by somebody
    Note:,"A line, with a comma"

    UKPRN,HE Provider,Country of HE provider,Academic Year,Type of event,Public event marker,Value
    10000001,University A,England,2023/24,Public lectures,Attendees (free),"12,500"
    10000001,University A,England,2023/24,Public lectures,Academic staff time (days),310
    10000002,University B,England,2023/24,Public lectures,Attendees (free),n/a
"""


def test_hebci_table_5_with_lines_above_its_header(office: Office, write: Any, rows: Any) -> None:
    account = office.take(write("table-5.csv", HEBCI)).account
    assert (account.read, account.refused) == (3, 1)
    assert account.refusals[0].line == 8 and "value: `n/a` is not a number" in account.refusals[0].reason
    assert any("4 lines above the header" in n for n in account.notes)
    found = rows("published_elsewhere", '"table", provider_id, metric, perspective, value, year')
    assert len(found) == 2
    assert {"table": "hebci5", "provider_id": "10000001", "metric": "Public lectures", "perspective": "Attendees (free)", "value": 12500.0,
            "year": "2023/24"} in found  # fmt: skip


def test_the_same_table_in_a_workbook(office: Office, tmp_path: Path, rows: Any) -> None:
    with Workbook(str(tmp_path / "t5.xlsx")) as book:
        sheet = book.add_worksheet()
        lines = [["Table 5"], ["Published by somebody"], ["UKPRN", "HE Provider", "Type of event", "Academic Year", "Value"]]
        for n, row in enumerate([*lines, ["10000001", "University A", "Exhibitions", "2023/24", 400]]):
            sheet.write_row(n, 0, row)
    assert office.take(tmp_path / "t5.xlsx").account.kept == 1
    assert rows("published_elsewhere", "metric, value") == [{"metric": "Exhibitions", "value": 400.0}]


def test_kef_keeps_banding_and_iteration_and_names_what_it_does_not_know(office: Office, write: Any, rows: Any) -> None:
    text = "UKPRN,Provider name,Cluster,Perspective,Metric,Value,Band,Banding,Iteration\n10000001,A,X,Public and community engagement,Self-assessment,3.2,4,quintile,KEF3\n"
    assert office.take(write("kef.csv", text)).account.kept == 1
    row = rows("published_elsewhere")[0]
    assert (row["table"], row["cluster"], row["band"], row["banding"], row["iteration"]) == ("kef", "X", "4", "quintile", "KEF3")
    with pytest.raises(ImportRefused, match="these columns are not known: Shoe size") as caught:
        office.take(write("kef2.csv", text.replace("Iteration", "Shoe size")))
    assert "The file has: UKPRN, Provider name" in caught.value.do
    with pytest.raises(ImportRefused, match="no column for metric") as caught:
        office.take(write("kef3.csv", "UKPRN,Perspective,Thing\n1,Skills,3\n"), "kef")
    assert "Known names are metric: Metric" in caught.value.do


# ---- works, dictionary, ratings

WORKS = {
    "results": [
        {
            "id": "https://openalex.org/W1", "doi": "https://doi.org/10.1/AB", "display_name": "Peat", "type": "article",
            "publication_date": "2025-11-02", "primary_topic": {"field": {"display_name": "Environmental Science"}},
            "authorships": [
                {
                    "author": {"id": "https://openalex.org/A1", "display_name": "Ann Other"},
                    "institutions": [
                        {"id": "https://openalex.org/I1", "display_name": "University A", "ror": "https://ror.org/01", "type": "education"},
                        {"id": "https://openalex.org/I2", "display_name": "Moor Trust", "ror": "https://ror.org/02", "type": "nonprofit"},
                    ],
                },
                {"author": {"id": "https://openalex.org/A2", "display_name": "Bea Body"}, "institutions": []},
            ],
        },
        {"id": "https://openalex.org/W2", "title": "Sand", "publication_year": 2024, "authorships": []},
        {"id": "https://openalex.org/W3", "title": "No authors at all"},
    ]
}  # fmt: skip


def test_works_become_outputs_and_affiliations_without_names_of_people(office: Office, write: Any, rows: Any, laid_down: Any) -> None:
    account = office.take(write("works.json", json.dumps(WORKS))).account
    assert (account.read, account.kept, account.refused, account.by_table) == (3, 2, 1, {"outputs": 2, "affiliations": 3})
    assert rows("outputs", "output, doi, title, published_on, field")[0] == {
        "output": "W1", "doi": "10.1/ab", "title": "Peat", "published_on": date(2025, 11, 2), "field": "Environmental Science",
    }  # fmt: skip
    assert rows("affiliations", "author, organisation, organisation_type, output") == [
        {"author": "A1", "organisation": "Moor Trust", "organisation_type": "nonprofit", "output": "W1"},
        {"author": "A1", "organisation": "University A", "organisation_type": "education", "output": "W1"},
        {"author": "A2", "organisation": None, "organisation_type": None, "output": "W1"},
    ]
    stored = laid_down(office.root / "lake")
    assert "ann other" not in stored and "bea body" not in stored and "moor trust" in stored


def test_works_one_a_line(office: Office, write: Any) -> None:
    lines = "\n".join(json.dumps(w) for w in WORKS["results"][:2])
    assert office.take(write("works.jsonl", lines)).account.kept == 2


DICTIONARY = '\ufefftype,slug,name,definition,domain,track,source_url,niso_uri\nterm,engagement-metric,Engagement metric,"An indicator,\nof engagement",engagement,t,https://casrai.org/x,\n'


def test_casrais_dictionary_is_read_by_its_own_reader_and_belongs_in_no_register(office: Office, tmp_path: Path) -> None:
    (file := tmp_path / "casrai.csv").write_text(DICTIONARY, "utf-8")
    found = read_casrai(file)
    assert [(t.slug, t.definition, t.niso_uri) for t in found] == [("engagement-metric", "An indicator,\nof engagement", "")]
    with pytest.raises(ImportRefused, match="it is CASRAI’s dictionary"):
        office.take(file)
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ImportRefused, match="it has not the columns"):
        read_casrai(file)


EDGE = """
    rubric: edge
    unit: Faculty of Science
    unit_level: faculty
    date: 2026-03-01
    tool_version: "2"
    raters:
      r1:
        mission: Developing
        leadership: {level: Embedded, evidence: ["https://example.org/a;b", minutes], aspiration: Embedding, confidence: high}
        students: not_applicable
      r2: {mission: D, leadership: Gripping}
"""


def test_ratings_in_yaml_keep_every_rater(office: Office, write: Any, rows: Any) -> None:
    account = office.take(write("edge.yml", EDGE)).account
    assert (account.read, account.kept, account.refused) == (5, 5, 0)
    found = {(r["rater"], r["criterion"]): r for r in rows("ratings")}
    assert {k: v["level"] for k, v in found.items()} == {
        ("r1", "mission"): "D", ("r1", "leadership"): "E2", ("r1", "students"): None, ("r2", "mission"): "D", ("r2", "leadership"): "G",
    }  # fmt: skip
    row = found["r1", "leadership"]
    assert (row["evidence"], row["aspiration"], row["on"]) == (["https://example.org/a;b", "minutes"], "E2", date(2026, 3, 1))
    assert found["r1", "students"]["not_applicable"] is True


def test_mistakes_in_ratings_are_said_together_with_their_lines(office: Office, write: Any) -> None:
    with pytest.raises(DefinitionError) as caught:
        office.take(write("edge.yml", "rubric: edge\nunits: X\nraters:\n  r1: {mission: {level: D, evidense: x}}\n"))
    assert [(p.line, p.where) for p in caught.value.problems] == [(1, "unit"), (2, "units"), (4, "mission.evidense")]


def test_one_common_rating_has_no_rater(office: Office, write: Any, rows: Any) -> None:
    office.take(write("kef.yml", "rubric: kef\nunit: University\nratings: {strategy: 3, support: 2}\n"))
    assert rows("ratings", "criterion, rater, level") == [
        {"criterion": "strategy", "rater": None, "level": "3"}, {"criterion": "support", "rater": None, "level": "2"},
    ]  # fmt: skip


WIDE = """
    Knowledge Exchange Framework,,,
    Iteration 9,,,
    Provider;id,Name,Skills,Local growth
    10000001,A,2,5
    10000002,B,,x
"""


def test_a_map_finds_a_header_below_other_lines_and_unfolds_columns(office: Office, write: Any, rows: Any) -> None:
    m = """
        register: published_elsewhere
        columns: {provider_id: "Provider;id", provider_name: Name}
        constants: {table: kef, banding: quintile, iteration: KEF9}
        unfold: {skills: Skills, local_growth: Local growth}
        header: Name
        delimiter: ","
        strict: true
    """
    account = office.take(write("wide.csv", WIDE), mapping=write("map.yml", m)).account
    assert (account.read, account.kept, account.refused) == (4, 3, 1)
    assert account.refusals[0].line == 5 and account.refusals[0].reason == "value: `x` is not a number"
    found = {(r["provider_id"], r["metric"]): r["value"] for r in rows("published_elsewhere")}
    assert found == {("10000001", "skills"): 2.0, ("10000001", "local_growth"): 5.0, ("10000002", "skills"): None}
    with pytest.raises(ImportRefused, match=r"“Name” .* are missing"):
        office.take(write("other.csv", WIDE.replace("Name", "Called")), mapping=write("map.yml", m))


def test_refused_answers_lie_in_the_store_of_reach(office: Office, write: Any) -> None:
    file = office.take(write("r.csv", "person,activity,characteristic,answer\nann,e,age,Unknown\n")).account.refused_file
    assert file is not None and file.parent == office.root / "reach" / "refused" and file.stat().st_mode & 0o077 == 0
