"""One odd row does not lose a file."""

from __future__ import annotations


def test_a_day_that_cannot_be_read_is_refused_alone_where_the_others_can(office, write, rows):
    """By hand: three rows, of which one has a day with slashes that does not exist."""
    file = write(
        "activities.csv",
        """
        activity,title,type,audiences,starts_on
        a1,One,talk,public,2025-10-01
        a2,Two,talk,public,31/02/2026
        a3,Three,talk,public,2025-10-03
        """,
    )
    account = office.take(file).account
    assert (account.read, account.kept, account.refused) == (3, 2, 1)
    assert "31/02/2026" in account.refusals[0].row_text
    assert [r["activity"] for r in rows("activities", "activity")] == ["a1", "a3"]
