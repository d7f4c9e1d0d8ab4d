"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

import zipfile
from pathlib import Path

from engagetree.errors import ImportRefused


def form(path: Path) -> str:
    """folder | parquet | xlsx | zip | text (which may be packed by gzip). Raises ImportRefused for what cannot be read."""
    if path.is_dir():
        return "folder"
    try:
        with path.open("rb") as f:
            head = f.read(8)
    except OSError as e:
        raise ImportRefused(path.name, f"it cannot be opened ({e.strerror})", "Check the path and your rights.") from None
    if not head:
        raise ImportRefused(path.name, "the file is empty", "Export it again.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zipped(path)
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ImportRefused(path.name, "it is an encrypted workbook or an old .xls", "Save it as .xlsx without a password, or as CSV.")
    return "text"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as z:
            names = {i.filename for i in z.infolist()[:5_000]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ImportRefused(path.name, "the packed file is cut off or damaged", "Copy or export it again.") from None
    return "xlsx" if "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names) else "zip"
