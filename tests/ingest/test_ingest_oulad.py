"""The OULAD reader on one real presentation and on four. Expected numbers come from plain SQL on the files and from the data's README."""

import gzip
import shutil
import zipfile
from pathlib import Path

import pytest

from engagetree.errors import ImportRefused
from engagetree.ingest import find, stage

SAMPLE = Path(__file__).parents[2] / "examples" / "oulad-aaa-2013j" / "data"


def one(con, query):
    return con.execute(query).fetchone()[0]


@pytest.fixture
def sample(con, tmp_path):
    return stage(con, SAMPLE, find(SAMPLE), "Europe/Madrid", tmp_path / "scratch")


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the sample to damage."""
    folder = tmp_path / "oulad"
    shutil.copytree(SAMPLE, folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def by_file(result):
    return {f.file.split(".")[0]: (f.read, f.kept, f.merged, f.refused) for f in result.account.files}


def test_it_is_recognised_by_its_columns(copy):
    assert find(SAMPLE).name == "oulad"
    for n, path in enumerate(sorted(copy.iterdir())):
        path.rename(copy / f"file-{n}")
    assert find(copy).name == "oulad"


def test_every_row_is_accounted_for(con, sample):
    """Groups of (student, page, day) are counted by SQL on the file itself."""
    clicks = f"read_csv('{SAMPLE / 'studentVle.csv.gz'}')"
    days = one(con, f"SELECT count(*) FROM (SELECT DISTINCT id_student, id_site, date FROM {clicks})")
    total = one(con, f"SELECT sum(sum_click) FROM {clicks}")
    files = by_file(sample)
    assert files["studentVle"] == (180_982, days, 180_982 - days, 0)
    assert files["studentInfo"] == (383, 383, 0, 0)
    assert files["studentRegistration"] == (383, 0, 383, 0)
    assert files["courses"] == (1, 1, 0, 0)
    account = sample.account
    assert account.read == account.kept + account.merged + account.refused == 180_982 + 1_633 + 383 * 2 + 1 + 6 + 211
    assert account.refused == 0
    events = sample.tables["events"]
    assert one(con, f"SELECT sum(amount) FROM {events} WHERE kind = 'click'") == total
    assert one(con, f'SELECT count(*) FROM {events} WHERE "week" IS NULL') == 0
    assert sample.facts["cohorts"] == ["AAA-2013J"]


def test_events_by_hand(con, sample):
    """Student 11391 handed in the first assessment on day 18 after Monday 7 October: 25 October, noon of summer time = 11:00 UTC."""
    events = sample.tables["events"]
    found = con.execute(
        f"SELECT \"at\"::VARCHAR, amount FROM {events} WHERE participant = 'AAA-2013J-11391' AND item = 'AAA-2013J-TMA-1752'"
    ).fetchall()
    assert found == [("2013-10-25 11:00:00+00", None)]


def test_items_by_hand(con, sample):
    items = sample.tables["items"]

    def item(key):
        return con.execute(
            f"SELECT kind, cohort, opens_at::VARCHAR, closes_at::VARCHAR, final FROM {items} WHERE item = '{key}'"
        ).fetchone()

    # 7 October is still summer time (UTC+1); 268 days later is 2 July, summer time too
    assert item("AAA-2013J") == ("course", "AAA-2013J", "2013-10-06 23:00:00+00", "2014-07-01 23:00:00+00", False)
    # due on day 19 = 26 October, so until the end of it, when it is still summer time
    assert item("AAA-2013J-TMA-1752") == ("task", "AAA-2013J", "2013-10-06 23:00:00+00", "2013-10-26 23:00:00+00", False)
    # the last dated one: day 215 = 10 May 2014
    assert item("AAA-2013J-TMA-1756")[3:] == ("2014-05-10 23:00:00+00", True)
    # the exam has no date: the presentation's end
    assert item("AAA-2013J-Exam-1757") == ("exam", "AAA-2013J", "2013-10-06 23:00:00+00", "2014-07-01 23:00:00+00", True)
    kinds = dict(con.execute(f"SELECT kind, count(*) FROM {items} GROUP BY kind").fetchall())
    vle = f"read_csv('{SAMPLE / 'vle.csv'}')"
    clicked = f"(SELECT DISTINCT id_site FROM read_csv('{SAMPLE / 'studentVle.csv.gz'}'))"
    assert kinds["forum"] == one(con, f"SELECT count(*) FROM {vle} SEMI JOIN {clicked} USING (id_site) WHERE activity_type = 'forumng'")
    assert kinds.get("quiz", 0) == one(
        con, f"SELECT count(*) FROM {vle} SEMI JOIN {clicked} USING (id_site) WHERE activity_type LIKE '%quiz'"
    )
    assert sum(kinds[k] for k in ("page", "forum")) + kinds.get("quiz", 0) == 209
    # a page without a week opens on the first day that anyone opened it
    site, day = con.execute(
        f"SELECT id_site, min(date) FROM read_csv('{SAMPLE / 'studentVle.csv.gz'}') WHERE id_site = 546652 GROUP BY 1"
    ).fetchone()
    opened = one(con, f"SELECT (timezone('Europe/London', (DATE '2013-10-07' + {day}::INTEGER)::TIMESTAMP))::VARCHAR")
    assert item(f"AAA-2013J-{site}")[2] == opened


def test_roster_and_outcomes_by_sql(con, sample):
    roster, outcomes = sample.tables["roster"], sample.tables["outcomes"]
    info = f"read_csv('{SAMPLE / 'studentInfo.csv'}')"
    assert one(con, f"SELECT sum(value) FROM {outcomes}") == one(
        con, f"SELECT count(*) FROM {info} WHERE final_result IN ('Pass', 'Distinction')"
    )
    # 11391 registered 159 days before 7 October 2013: 1 May
    found = con.execute(
        f"SELECT person, joined_at::VARCHAR, left_at, attributes FROM {roster} WHERE participant = 'AAA-2013J-11391'"
    ).fetchone()
    assert found == ("11391", "2013-04-30 23:00:00+00", None, '{"num_of_prev_attempts":0,"studied_credits":240}')
    left = one(con, f"SELECT count(left_at) FROM {roster}")
    assert left == one(con, f"SELECT count(date_unregistration) FROM read_csv('{SAMPLE / 'studentRegistration.csv'}')")
    everything = con.execute(f"SELECT string_agg(attributes, '') FROM {roster}").fetchone()[0]
    assert "gender" not in everything
    assert any("disability" in n for n in sample.account.notes)


def test_a_zip_is_the_same_as_the_folder(con, sample, tmp_path):
    path = tmp_path / "release.bin"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for file in SAMPLE.iterdir():
            content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            z.writestr(f"anonymisedData/{file.name.removesuffix('.gz')}", content)
    assert find(path).name == "oulad"
    result = stage(con, path, None, None, tmp_path / "scratch")
    assert by_file(result).keys() == {f"anonymisedData/{k}" for k in by_file(sample)}
    for table, name in result.tables.items():
        assert one(con, f"SELECT count(*) FROM (FROM {name} EXCEPT ALL FROM {sample.tables[table]})") == 0
        assert one(con, f"SELECT count(*) FROM {name}") == one(con, f"SELECT count(*) FROM {sample.tables[table]}")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_rows_of_nobody_are_refused(con, copy, tmp_path):
    info = copy / "studentInfo.csv"
    text = info.read_text().splitlines()
    gone = next(i for i, line in enumerate(text) if line.startswith("AAA,2013J,11391,"))
    del text[gone]
    text.append("AAA,2014J,5,M,x,y,z,a,0,60,N,Pass")
    info.write_text("\n".join(text) + "\n")
    clicks = one(con, f"SELECT count(*) FROM read_csv('{SAMPLE / 'studentVle.csv.gz'}') WHERE id_student = 11391")
    handed = one(con, f"SELECT count(*) FROM read_csv('{SAMPLE / 'studentAssessment.csv'}') WHERE id_student = 11391")
    result = stage(con, copy, None, None, tmp_path / "scratch")
    files = by_file(result)
    assert files["studentVle"][3] == clicks
    assert files["studentAssessment"][3] == handed
    assert files["studentRegistration"][3] == 1
    assert files["studentInfo"] == (383, 382, 0, 1)
    assert result.account.refused == clicks + handed + 2 == sum(result.account.reasons.values())
    assert result.account.reasons == {"student is not known": clicks + handed + 1, "presentation is not known": 1}
    said = {r.reason for r in result.account.refusals}
    assert "student 11391 of AAA-2013J is not in studentInfo.csv" in said
    assert "presentation AAA-2014J is not in courses.csv" in said
    with zipfile.ZipFile(result.account.refused_file) as z:
        assert len(z.namelist()) == 4


def test_broken_and_peculiar_rows(con, copy, tmp_path):
    edit(copy / "assessments.csv", "AAA,2013J,1753,TMA,54,", "AAA,2013J,1753,TMA,soon,")
    edit(copy / "studentAssessment.csv", "1752,11391,18,0,78.0", "1752,11391,18,1,78.0")
    edit(copy / "studentRegistration.csv", "AAA,2013J,28400,-53,", "AAA,2013J,28400,?,")
    with (copy / "studentInfo.csv").open("a") as f:
        f.write("AAA,2013J,28400,F,Scotland,HE Qualification,20-30%,35-55,0,60,N,Fail\n")
    result = stage(con, copy, None, None, tmp_path / "scratch")
    files = by_file(result)
    said = {(r.file, r.reason.split(" stand")[0]) for r in result.account.refusals}
    assert ("assessments.csv", "date: `soon` is not a whole number of a sensible size") in said
    assert ("studentAssessment.csv", "assessment 1753 is not in assessments.csv") in said
    assert ("studentInfo.csv", "its code_module and code_presentation and id_student") in said
    assert files["studentInfo"] == (384, 382, 0, 2)
    assert any(n.startswith("1 results were carried over") for n in result.account.notes)
    assert result.account.read == result.account.kept + result.account.merged + result.account.refused


def test_missing_and_doubled_files(con, copy, tmp_path):
    (copy / "vle.csv").unlink()
    with pytest.raises(ImportRefused, match=r"vle is missing. All seven files belong together"):
        stage(con, copy, None, None, tmp_path / "scratch")
    shutil.copy(SAMPLE / "vle.csv", copy / "vle.csv")
    shutil.copy(SAMPLE / "vle.csv", copy / "vle-2.csv")
    with pytest.raises(ImportRefused, match=r"vle is there more than once \(vle-2.csv, vle.csv\)"):
        stage(con, copy, None, None, tmp_path / "scratch")


def test_a_release_cut_off(con, copy, tmp_path):
    packed = copy / "studentVle.csv.gz"
    packed.write_bytes(packed.read_bytes()[:300_000])
    with pytest.raises(ImportRefused, match=r"studentVle.csv.gz: the packed file is cut off"):
        stage(con, copy, None, None, tmp_path / "scratch")


def test_the_working_data_of_four_presentations(con, shared, tmp_path):
    """Numbers of the README of the data; the groups by SQL on the files."""
    folder = shared / "oulad-dev"
    result = stage(con, folder, find(folder), None, tmp_path / "scratch")
    account = result.account
    assert account.refused == 0
    assert by_file(result)["studentVle"][0] == 1_182_881
    assert account.by_table["roster"] == account.by_table["outcomes"] == 5_339
    vle, events = folder / "studentVle.parquet", result.tables["events"]
    groups = one(con, f"SELECT count(*) FROM (SELECT DISTINCT code_module, code_presentation, id_student, id_site, date FROM '{vle}')")
    assert one(con, f"SELECT count(*) FROM {events} WHERE kind = 'click'") == groups
    assert one(con, f"SELECT sum(amount) FROM {events} WHERE kind = 'click'") == one(con, f"SELECT sum(sum_click) FROM '{vle}'")
    assert result.facts["cohorts"] == ["AAA-2013J", "BBB-2013B", "BBB-2013J", "GGG-2013J"]
    assert any(n.startswith("300 results were carried over") for n in account.notes)
    final = con.execute(f"SELECT item FROM {result.tables['items']} WHERE final AND kind = 'task' ORDER BY item").fetchall()
    # of several due on the last day the weightiest, then the highest number (GGG: six CMAs of weight 0 on day 229)
    assert [r[0] for r in final] == ["AAA-2013J-TMA-1756", "BBB-2013B-TMA-14989", "BBB-2013J-TMA-15001", "GGG-2013J-CMA-37423"]
