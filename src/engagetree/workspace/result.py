"""A table that comes out, as Arrow, pandas, Polars, rows, CSV, Parquet or a picture in a notebook: as asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any

import pyarrow as pa

from engagetree.cells import SIGNS
from engagetree.errors import EngagetreeError

FORMULA = (*SIGNS, "\t", "\r")
"""What a spreadsheet would run if a text cell began with it."""

SHOWN = 20


@dataclass(frozen=True)
class Result:
    """An answer in rows. `about` says in words what it is and as of when."""

    table: pa.Table
    about: str = ""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def arrow(self) -> pa.Table:
        """The Arrow table itself."""
        return self.table

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a row."""
        out: list[dict[str, Any]] = self.table.to_pylist()
        return out

    def pandas(self) -> Any:
        """A pandas DataFrame; needs `engagetree[pandas]`."""
        return _asked("pandas", self.table.to_pandas)

    def polars(self) -> Any:
        """A Polars DataFrame; needs `engagetree[polars]`."""

        def made() -> Any:
            import polars

            return polars.from_arrow(self.table)

        return _asked("polars", made)

    def json(self) -> str:
        """A JSON array of objects; times in ISO 8601, unknown as null."""
        return json.dumps(self.rows(), default=_plain, ensure_ascii=False, allow_nan=False)

    def csv(self) -> str:
        """CSV with a header. A text cell that a spreadsheet would take for a formula gets a leading apostrophe; unknown is empty."""
        import csv
        from io import StringIO

        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.table.column_names)
        writer.writerows([_cell(v) for v in row.values()] for row in self.rows())
        return out.getvalue()

    def parquet(self, path: Path | str) -> Path:
        """Write a Parquet file."""
        import pyarrow.parquet as pq

        pq.write_table(self.table, path)
        return Path(path)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(n)}</th>" for n in self.table.column_names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_short(v))}</td>" for v in row.values()) + "</tr>"
            for row in self.table.slice(0, SHOWN).to_pylist()
        )
        more = f"<p>{len(self) - SHOWN} more rows</p>" if len(self) > SHOWN else ""
        return f"<p>{escape(self.about)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _asked(name: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ImportError:
        raise EngagetreeError(name, "it is not installed", f"Install engagetree[{name}], or take the Arrow table.") from None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value.isoformat() if isinstance(value, date | datetime) else value


def _short(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
