"""What tests of every folder share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # before NumPy is there: threads that wait for each other burn half the time
    os.environ.setdefault(library, "1")

settings.register_profile("same", deadline=None, derandomize=True)
"""The same examples every time, however slow the machine is: who changed nothing breaks nothing."""

settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
"""Other examples every time: pytest --hypothesis-profile=search"""

settings.load_profile("same")

LaidDown = Callable[[Path], str]


def _text(file: Path) -> str:
    """The bytes as they lie there, and what they unpack to: compression hides a name, and statistics lie beside the compressed pages."""
    import pyarrow.parquet as pq

    raw = file.read_bytes().decode("utf-8", "replace")
    if file.suffix != ".parquet":
        return raw
    return raw + json.dumps(pq.read_table(file, partitioning=None).to_pylist(), default=str, ensure_ascii=False)


@pytest.fixture(scope="session")
def laid_down() -> LaidDown:
    """`laid_down(folder)`: all that lies in a folder, in lower case: each file's path, its bytes, and every value of a Parquet file unpacked.

    A test that looks for what must not be there also looks for something that must be, so that it cannot pass on an empty folder.
    """

    def read(folder: Path) -> str:
        files = sorted(p for p in folder.rglob("*") if p.is_file())
        odd = [p for p in files if p.suffix not in (".parquet", ".json", ".yml", ".key", ".lock", "")]
        assert not odd, f"say in tests/conftest.py how these are read: {odd}"
        return "\n".join(f"{p.relative_to(folder)}\n{_text(p)}" for p in files).lower()

    return read
