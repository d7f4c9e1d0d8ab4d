"""k and l of record-level exports, counted by hand and by plain Python."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetree.errors import EngagetreeError
from engagetree.research.disclosure.exports import anonymity, made_safe


def rows(*records: tuple[str | None, str | None, str | None]) -> pa.Table:
    columns = list(zip(*records, strict=True)) if records else [(), (), ()]
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(("age", "place", "disability"), columns, strict=True)})


def test_by_hand() -> None:
    found = anonymity(
        rows(*[("16–24", "N", "yes")] * 3, *[("16–24", "N", "no")] * 2, *[("25–34", "N", "no")] * 6), ("age", "place"), ("disability",)
    )
    assert (found.rows, found.groups, found.k, found.l, found.groups_at_risk, found.rows_at_risk) == (11, 2, 5, 1, 1, 6)
    assert not found.holds and "1 of 2 groups" in found.says()


def test_nothing_and_no_such_column() -> None:
    assert anonymity(rows(), ("age",), ("disability",)).holds
    assert anonymity(rows(*[("a", "N", None)] * 5), ("age",)).l is None
    with pytest.raises(EngagetreeError, match="postcode"):
        anonymity(rows(), ("postcode",))


def test_coarser_first_and_left_out_last() -> None:
    data = rows(*[("16", "N1", "yes")] * 4, *[("17", "N1", "no")] * 4, *[("60", "S", "yes")] * 2)
    made = made_safe(data, ("age", "place"), ("disability",), {"age": [lambda age: f"{age[0]}0s"], "place": [lambda place: place[:1]]})
    assert "age" in made.generalised and made.left_out == 2 and made.anonymity.holds
    assert set(made.rows.column("age").to_pylist()) == {"10s"}


records = st.lists(st.tuples(*[st.one_of(st.none(), st.sampled_from("abc")) for _ in range(3)]), max_size=60)


@settings(max_examples=30, deadline=None)
@given(records)
def test_what_is_made_safe_is_safe(data: list[tuple[str | None, str | None, str | None]]) -> None:
    made = made_safe(rows(*data), ("age", "place"), ("disability",), {"place": [lambda place: "any"]})
    groups: dict[tuple[object, object], list[object]] = defaultdict(list)
    for row in made.rows.to_pylist():
        groups[row["age"], row["place"]].append(row["disability"])
    assert all(len(answers) >= 5 and len(set(answers)) >= 2 for answers in groups.values())
    assert made.left_out == len(data) - made.rows.num_rows and made.anonymity.holds


def test_how_many_did_not_say_is_rounded_in_words_too() -> None:
    """By hand: HESA takes 12 to 10, 3 to 5, 1 to 0; of records nothing is rounded."""
    from engagetree.research.disclosure import HESA
    from engagetree.research.disclosure.wording import rounded

    said = ("12 prefer not to say", "3 no reply", "1 not asked", "without 312 hours at events of unknown depth", "7 sectors occur")
    wanted = ["10 prefer not to say", "5 no reply", "0 not asked", "without 310 hours at events of unknown depth", "7 sectors occur"]
    assert [rounded(text, HESA) for text in said] == wanted
