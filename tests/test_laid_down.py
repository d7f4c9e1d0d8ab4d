"""`laid_down` finds what plain bytes hide. The file is written here, so what stands in it is known."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "none"])
def test_a_name_is_found_however_it_was_packed(tmp_path, laid_down, compression):
    (tmp_path / "week=2025-03-03").mkdir()
    names = [f"name-{n}-Zoë" for n in range(500)]
    file = tmp_path / "week=2025-03-03" / "part.parquet"
    pq.write_table(pa.table({"who": names}), file, compression=compression, use_dictionary=False, write_statistics=False)
    assert compression not in ("zstd", "gzip") or "name-250-Zoë".encode() not in file.read_bytes()
    found = laid_down(tmp_path)
    assert all(f'"{name.lower()}"' in found for name in names)
    assert "week=2025-03-03" in found and "name-500" not in found


def test_a_file_of_which_nobody_knows_how_to_read_it_is_not_passed_over(tmp_path, laid_down):
    (tmp_path / "names.gz").write_bytes(b"\x1f\x8b")
    with pytest.raises(AssertionError, match=r"names\.gz"):
        laid_down(tmp_path)
