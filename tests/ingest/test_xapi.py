"""xAPI statements. What is right comes from the standard, from hand-worked cases, and from DuckDB's own JSON reader."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys

import pytest

from engagetree.errors import EngagetreeError
from engagetree.ingest import find, stage
from engagetree.ingest.xapi import READER
from engagetree.ingest.xapi_words import _table, _whole, verbs

from .statements import an_id, statement, voiding, written

SEGMENTS = "https://w3id.org/xapi/video/extensions/played-segments"
ADL = "http://adlnet.gov/expapi/verbs/"


@pytest.fixture
def taken(con, tmp_path):
    def run(values, lines=True, raw=None, name="statements.json"):
        path = tmp_path / name
        if raw is not None:
            path.write_bytes(raw)
        else:
            written(path, values, lines)
        result = stage(con, path, READER, "UTC", tmp_path / "scratch")
        a = result.account
        assert a.read == a.kept + a.merged + a.refused == a.kept + a.merged + sum(a.reasons.values())
        return result

    return run


def acts(con, staged, columns='event_id, participant, "at"::VARCHAR, kind, item, amount', table="events"):
    if table not in staged.tables:
        return []
    return sorted(con.execute(f"SELECT {columns} FROM {staged.tables[table]}").fetchall(), key=str)


# ---- real statements


@pytest.fixture
def real(shared):
    return shared / "xapi" / "statements.json.gz"


def test_real_statements_as_duckdb_reads_them(con, real, tmp_path):
    """DuckDB's JSON reader is the second source: how many statements of each verb, and of each actor."""
    assert find(real).name == "xapi"
    result = stage(con, real, None, "UTC", tmp_path / "scratch")
    assert (result.account.read, result.account.kept, result.account.refused) == (22_000, 22_000, 0)
    con.execute(
        f"CREATE TEMP TABLE theirs AS SELECT json->>'$.id' AS id, json->>'$.verb.id' AS verb, json->>'$.actor.account.name' AS who, "
        f"(json->>'$.timestamp')::TIMESTAMPTZ AS \"at\", json->>'$.object.id' AS item FROM read_ndjson_objects('{real}')"
    )
    kinds = {iri: word.kind for iri, word in verbs().items()}
    by_verb = dict(con.execute("SELECT verb, count(*) FROM theirs GROUP BY 1").fetchall())
    assert len(by_verb) == 8 and sum(by_verb.values()) == 22_000
    expected: dict[str, int] = {}
    for verb, n in by_verb.items():
        expected[kinds[verb]] = expected.get(kinds[verb], 0) + n
    events = result.tables["events"]
    assert dict(con.execute(f"SELECT kind, count(*) FROM {events} GROUP BY 1").fetchall()) == expected
    assert (
        con.execute("SELECT count(DISTINCT who) FROM theirs").fetchone()
        == con.execute(f"SELECT count(*) FROM {result.tables['seen']}").fetchone()
    )
    unlike = f"""SELECT count(*) FROM theirs t FULL JOIN {events} e ON e.event_id = t.id WHERE t.id IS NULL OR e.event_id IS NULL
        OR e."at" <> t."at" OR e.item <> t.item OR e.participant <> 'account:http://fun-mooc.fr:' || t.who"""
    assert con.execute(unlike).fetchone() == (0,)
    assert con.execute(f"SELECT count(*), count(DISTINCT kind) FROM {result.tables['items']}").fetchone() == (10, 1)


def test_real_statements_shuffled_and_in_two_halves(con, real, tmp_path):
    """The order does not matter, nor how they are cut into files; said twice is merged."""
    lines = gzip.decompress(real.read_bytes()).splitlines()[:6_000]
    shuffled = random.Random(7).sample(lines, len(lines))
    files = {"once": lines, "twice": lines + shuffled, "first": shuffled[:2_500], "second": shuffled[2_500:]}
    sets = {}
    for name, some in files.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(b"\n".join(some))
        result = stage(con, path, READER, "UTC", tmp_path / "scratch")
        sets[name] = set(acts(con, result))
        assert result.account.kept == len(sets[name]) and result.account.merged == len(some) - len(sets[name])
    assert sets["once"] == sets["twice"] == sets["first"] | sets["second"] and len(sets["once"]) == 6_000


@pytest.mark.parametrize("form", ["array", "pretty", "answer", "gzip", "utf-16", "bom"])
def test_every_form_of_a_file_says_the_same(con, taken, form):
    several = [statement(n, actor={"mbox": f"mailto:p{n % 7}@x.org"}) for n in range(300)]
    plain = acts(con, taken(several))
    array = json.dumps(several)
    raw = {
        "array": array.encode(), "pretty": json.dumps(several, indent=2).encode(), "gzip": gzip.compress(array.encode()),
        "answer": json.dumps({"statements": several, "more": "/xapi/more"}).encode(), "utf-16": array.encode("utf-16"),
        "bom": b"\xef\xbb\xbf" + array.encode(),
    }[form]  # fmt: skip
    result = taken(None, raw=raw, name="other")
    assert acts(con, result) == plain and result.account.kept == 300


# ---- meaning


@pytest.mark.parametrize(
    ("verb", "more", "expected"),
    [
        (ADL + "answered", {"result": {"score": {"scaled": 0.5}}}, ("answer", 50.0)),
        (ADL + "answered", {"result": {"score": {"raw": 3, "min": 0, "max": 4}, "success": True}}, ("answer", 75.0)),
        (ADL + "experienced", {}, ("click", 1.0)),
        (ADL + "completed", {"result": {"duration": "PT1M30S"}}, ("complete", 90.0)),
        (ADL + "completed", {"result": {"completion": False}}, ("attempt", None)),
        (ADL + "passed", {"result": {"success": False}}, ("fail", None)),
        (ADL + "terminated", {"result": {"completion": True}}, ("complete", None)),
        (ADL + "attempted", {"result": {"score": {"scaled": 1}}}, ("submit", 100.0)),
        ("https://w3id.org/xapi/video/verbs/paused", {"result": {"extensions": {SEGMENTS: "0[.]10[,]5[.]20"}}}, ("watch", 10.0)),
        (ADL + "completed", {"result": {"extensions": {SEGMENTS: "0[.]10[,]5[.]20[,]30"}}}, ("complete", 20.0)),
        ("https://w3id.org/xapi/acrossx/verbs/posted", {}, ("post", None)),
        ("http://w3id.org/xapi/acrossx/verbs/posted", {}, ("post", None)),
        ("https://example.org/verbs/juggled", {"result": {"duration": "PT5S"}}, ("juggled", 5.0)),
    ],
)
def test_verbs(con, taken, verb, more, expected):
    assert acts(con, taken([statement(1, verb, **more)]), "kind, amount") == [expected]


def test_no_verb_stands_twice():
    rows = [_whole(iri) for row in _table()["verbs"].values() for iri in row["of"]]
    assert sorted(rows) == sorted(set(rows))


def test_time_spent_ends_when_it_is_told(con, taken):
    s = statement(1, ADL + "attended", result={"duration": "PT30M"}, object={"id": "https://x.org/session"})
    assert acts(con, taken([s]), 'kind, amount, "at"::VARCHAR') == [("present", 1800.0, "2025-03-03 09:30:00+00")]


@pytest.mark.parametrize(
    ("actor", "handle", "person"),
    [
        ({"mbox": "mailto:Ana@X.org"}, "email:ana@x.org", True),
        ({"mbox_sha1sum": "AB" * 20}, "account:mbox_sha1sum:" + "ab" * 20, True),
        ({"openid": "https://id.example/ana"}, "account:openid:https://id.example/ana", True),
        ({"account": {"homePage": "https://x.org", "name": "7"}, "name": "Ana"}, "account:https://x.org:7", True),
        ({"objectType": "Group", "account": {"homePage": "https://x.org", "name": "team"}}, "account:https://x.org:team", False),
    ],
)
def test_actors(con, taken, actor, handle, person):
    result = taken([statement(1, actor=actor)])
    assert acts(con, result, "participant") == [(handle,)]
    assert acts(con, result, "handle, person", "seen") == [(handle, person)]


def test_the_act_of_a_group_is_that_of_its_members(con, taken):
    team = {"objectType": "Group", "member": [{"mbox": "mailto:a@x.org"}, {"mbox": "mailto:b@x.org"}, {"mbox": "mailto:A@x.org"}]}
    result = taken([statement(1, actor=team), statement(2), statement(1, actor=team)])
    assert acts(con, result, "event_id, participant") == sorted(
        [(an_id(1), "email:a@x.org"), (an_id(1), "email:b@x.org"), (an_id(2), "account:https://school.example:ana")]
    )
    assert (result.account.kept, result.account.merged) == (2, 1)


def test_items_have_kind_and_title(con, taken):
    video = {"type": "https://w3id.org/xapi/video/activity-type/video", "name": {"de": "Film", "en-US": "Film one"}}
    course = {"type": "http://adlnet.gov/expapi/activities/course"}
    result = taken(
        [
            statement(1, object={"id": "https://x.org/v", "definition": video}),
            statement(2, object={"id": "https://x.org/c", "definition": course}),
        ]
    )
    assert acts(con, result, "item, kind, title", "items") == [("https://x.org/v", "page", "Film one")]


def test_times(con, taken):
    told = [
        "2025-03-03T10:00:00+01:00",
        "2025-03-03T10:00:00.1234567Z",
        "2025-03-03T10:00:00",
        "2099-01-01T00:00:00Z",
        "03/04/2025",
        "2025-02-30T10:00:00Z",
    ]
    result = taken(
        [statement(n, timestamp=at) for n, at in enumerate(told)] + [statement(9, timestamp=None, stored="2025-03-04T00:00:00Z")]
    )
    assert acts(con, result, '"at"::VARCHAR') == [
        ("2025-03-03 09:00:00+00",), ("2025-03-03 10:00:00+00",), ("2025-03-03 10:00:00.123456+00",), ("2025-03-04 00:00:00+00",), ("2099-01-01 00:00:00+00",),
    ]  # fmt: skip
    assert result.account.refused == 2 and any("in the future" in n for n in result.account.notes)
    assert any("without a zone" in n for n in result.account.notes)
    assert [r.line for r in result.account.refusals] == [5, 6]


# ---- rules


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"actor": {"name": "Ana"}}, "actor has no identifier"),
        ({"actor": {"mbox": "mailto:a@x.org", "openid": "https://x.org"}}, "more than one identifier"),
        ({"actor": {"mbox": "a@x.org"}}, "mailto"),
        ({"actor": {"account": {"homePage": "https://x.org", "name": 7}}}, "account.name is no text"),
        ({"actor": {"objectType": "Group", "name": "all"}}, "no identifier"),
        ({"actor": None}, "no actor"),
        ({"verb": {"id": "jumped"}}, "verb.id is no IRI"),
        ({"verb": {"id": ADL + "answered", "display": "answered"}}, "verb.display is no object"),
        ({"object": {"id": "https://x.org", "nmae": "x"}}, "does not know"),
        ({"object": "https://x.org"}, "object is no object"),
        ({"result": {"success": "true"}}, "neither true nor false"),
        ({"result": {"score": {"scaled": 2}}}, "between -1 and 1"),
        ({"result": {"duration": "5 minutes"}}, "ISO 8601"),
        ({"context": {"registration": "7"}}, "UUID"),
        ({"context": {"contextActivities": {"parents": []}}}, "does not know"),
        ({"id": "7"}, "id is no UUID"),
        ({"id": 7}, "id is no text"),
        ({"version": "3.0"}, "version"),
        ({"timestamp": None}, "no timestamp"),
        ({"timestamp": 1741}, "timestamp is no text"),
        ({"Verb": 1}, "does not know"),
        ({"verb": {"id": ADL + "voided"}}, "must refer to another one"),
        ({"attachments": [{}]}, "attachments has no usageType"),
        (
            {
                "object": {
                    "objectType": "SubStatement",
                    "actor": {"mbox": "mailto:a@x.org"},
                    "verb": {"id": ADL + "x"},
                    "object": {"id": "x:y"},
                    "id": an_id(1),
                }
            },
            "does not know",
        ),
    ],
)
def test_what_the_standard_forbids_is_refused_with_its_reason(taken, more, reason):
    result = taken([statement(1), statement(2, **more)])
    assert (result.account.kept, result.account.refused) == (1, 1)
    assert reason in result.account.refusals[0].reason


def test_null_and_a_key_twice(taken):
    null = json.dumps({**statement(1), "result": None})
    twice = json.dumps(statement(2)).replace('"verb": {', '"verb": {"id": "https://x.org/other"}, "verb": {', 1)
    inner = json.dumps(statement(3)).replace('"id": "https://school.example/page/1"', '"id": "https://a.b/1", "id": "https://a.b/2"')
    fine = json.dumps(statement(4, result={"response": 'he said "id": 7'}))
    result = taken(None, raw="\n".join([null, twice, inner, fine]).encode())
    assert (result.account.kept, result.account.refused) == (1, 3)
    assert result.account.reasons["a key stands twice"] == 2


def test_one_id_for_different_acts(con, taken):
    result = taken([statement(1, timestamp="2025-03-04T10:00:00Z"), statement(1), statement(1), statement(2)])
    assert acts(con, result, 'event_id, "at"::VARCHAR') == [(an_id(1), "2025-03-03 10:00:00+00"), (an_id(2), "2025-03-03 10:00:00+00")]
    assert result.account.merged == 2 and any("1 id stands for different acts" in n for n in result.account.notes)


def test_voiding_is_staged_and_is_no_act(con, taken):
    result = taken([voiding(2, an_id(1).upper()), statement(1), voiding(3, an_id(2)), voiding(4, an_id(1))])
    assert acts(con, result, "event_id") == [(an_id(1),)]
    assert acts(con, result, "source, event_id", "voids") == [("xapi", an_id(1)), ("xapi", an_id(2))]
    assert (result.account.kept, result.account.merged) == (3, 1)


def test_refused_statements_can_be_mended_and_imported_again(con, taken, tmp_path):
    result = taken([statement(1), statement(2, actor={"mbox": "a@x.org"})])
    mended = result.account.refused_file.read_text().replace('"a@x.org"', '"mailto:a@x.org"')
    again = taken(None, raw=mended.encode(), name="mended.jsonl")
    assert (again.account.read, again.account.kept) == (1, 1)


# ---- damage and size


def test_depth_and_length(taken, monkeypatch):
    deep = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    for raw in (b"\n".join([json.dumps(statement(1)).encode(), deep, json.dumps(statement(2)).encode()]),
                b"[" + b",".join([json.dumps(statement(1)).encode(), deep, json.dumps(statement(2)).encode()]) + b"]"):  # fmt: skip
        result = taken(None, raw=raw)
        assert (result.account.kept, result.account.refused) == (2, 1) and "depth" in result.account.refusals[0].reason
    monkeypatch.setattr("engagetree.ingest.xapi_file.LONGEST", 100_000)
    monkeypatch.setattr("engagetree.ingest.xapi_file.CHUNK", 10_000)
    monkeypatch.setattr("engagetree.ingest.xapi_file.HEAD", 10_000)
    long = json.dumps(statement(999, result={"response": "x" * 200_000})).encode()
    for joint, ends in ((b"\n", (b"", b"")), (b",", (b"[", b"]"))):
        several = [json.dumps(statement(n)).encode() for n in range(300)]
        result = taken(None, raw=ends[0] + joint.join([*several[:200], long, *several[200:]]) + ends[1])
        assert (result.account.kept, result.account.refused) == (300, 1) and "longer" in result.account.refusals[0].reason


def test_a_bomb_is_refused(taken):
    bomb = gzip.compress(json.dumps(statement(1)).encode() + b"\n" + b" " * (300 << 20))
    with pytest.raises(EngagetreeError, match="unpacks"):
        taken(None, raw=bomb)
    with pytest.raises(EngagetreeError, match="cut off"):
        taken(None, raw=gzip.compress(json.dumps([statement(n) for n in range(900)]).encode())[:-20])


@pytest.mark.parametrize("lines", [True, False])
def test_seeded_damage_never_makes_an_act(con, taken, lines):
    """Whatever happens to one byte, no act appears that the clean file does not have, but for what the changed text itself says."""
    several = [
        statement(n, result={"score": {"scaled": 0.5}}, object={"id": f"https://x.org/{n}", "definition": {"name": {"en": 'A {b} "c"'}}})
        for n in range(40)
    ]
    clean = "\n".join(map(json.dumps, several)).encode() if lines else json.dumps(several).encode()
    known = set(acts(con, taken(None, raw=clean), "event_id, participant, kind, item"))
    dice = random.Random(11)
    for _ in range(60):
        at, raw = dice.randrange(len(clean)), clean
        what = dice.choice(["drop", "cut", "twice", "byte", "nul"])
        if what == "drop":
            raw = clean[:at] + clean[at + dice.randrange(1, 40) :]
        elif what == "cut":
            raw = clean[: max(at, 10)]
        elif what == "twice":
            raw = clean[:at] + clean[max(0, at - 30) :]
        else:
            raw = clean[:at] + (b"\0" if what == "nul" else bytes([dice.choice(b'"{}[],:\\x\xff')])) + clean[at + 1 :]
        result = taken(None, raw=raw)
        beyond = set(acts(con, result, "event_id, participant, kind, item")) - known
        assert len(beyond) <= 2, (what, at, beyond)
        if what != "cut":
            assert result.account.kept >= 36, (what, at, result.account.reasons)


def test_a_hundred_thousand_in_bounded_memory(tmp_path):
    """In a process of its own: what it takes at most, with ten times as many statements, grows by little."""
    code = (
        "import sys, resource; from pathlib import Path; from engagetree.engine import connect_duckdb; from engagetree.ingest.xapi import stage\n"
        "con = connect_duckdb(Path(sys.argv[2]), memory=200 << 20); r = stage(con, Path(sys.argv[1]), None, Path(sys.argv[2]))\n"
        "print(r.account.kept, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)"
    )
    peaks = {}
    for n in (10_000, 100_000):
        path = tmp_path / f"{n}.json"
        text = json.dumps(statement(1, result={"response": "x" * 800}))
        with path.open("w") as out:
            out.write("[" + ",".join(text.replace(an_id(1), an_id(i)).replace('"ana"', f'"p{i % 5000}"') for i in range(n)) + "]")
        done = subprocess.run([sys.executable, "-c", code, str(path), str(tmp_path / "spill")], capture_output=True, text=True, check=True)
        kept, peaks[n] = map(int, done.stdout.split())
        assert kept == n
    assert peaks[100_000] - peaks[10_000] < 150, peaks
