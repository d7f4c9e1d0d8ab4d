"""The encoding of a report that is not Unicode, decided from the whole file; what its letters do not decide is asked.

Programs of Western Europe save in Windows-1252 (latin-1 is the same where both have letters). Read in it, a file of another encoding looks
odd: signs and rare letters within words. Only where nothing is odd is it read, and said; else names would come out mangled.
"""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

from engagetree.errors import ImportRefused
from engagetree.ingest.answers import OpenQuestion

WESTERN = "cp1252"
UNICODE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
"""A letter of UTF-8 with more than one byte: in a file of another encoding it stands for an odd pair such as `Ã¼`."""

WORD = re.compile(r"(?:[^\W\d_]|[^\x00-\x7f])+")
"""Letters, and the signs that are not ASCII in front of them, between and behind."""

USUAL = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüŒœ")
BEFORE, WITHIN, BEHIND = frozenset("“‘„«‹¿¡\xa0"), frozenset("’·"), frozenset("’”»›…®™©ºª°\xa0")
"""Signs that may stand at a word of a western language."""

PLACES = re.compile(
    r"[ìù]\w|õ(?!e)|ã(?![oeis]|\b)|ñ(?![aeiouáéíóúü])|æ\b|œ(?![uiet])|ø(?=.*[áíú])|[áíú].*ø|(?-i:[¿¡][a-zà-ÿ])", re.I | re.U
)
"""Letters where their own languages do not have them: `Poznañ` is Poznań, `Nìmec` is Němec, `Jaœmina` is Jaśmina."""

APOSTROPHE = re.compile(r"\b\w{1,2}’\w|’s\b|[sxz]’$", re.U | re.I)
"""`O’Neill`, `d’arrivée`, `Ana’s`, `students’`: and not `Garc’a`, which is a Mac's í."""

TRIED = ("cp1250", "mac_roman", "cp850", "cp1251", "cp1254", "cp932", "gb18030")
MOST_SHOWN = 3


def decided(data: bytes, name: str) -> tuple[str, str]:
    """A whole file that is no Unicode as text, and the sentence that says how it was read. Raises OpenQuestion where it stays open."""
    wrong = _first_wrong(data)
    line = data[:wrong].count(b"\n") + 1
    if UNICODE.search(data):
        found = f"it is not UTF-8: line {line:,} has the byte 0x{data[wrong]:02x}, and other letters are UTF-8"
        raise ImportRefused(name, found, "Export it again, or save it from the spreadsheet program as “CSV UTF-8”.")
    try:
        text = data.decode(WESTERN)
    except UnicodeDecodeError:
        text = ""
    words = [w for w in WORD.findall(text) if not w.isascii()]
    if not text or any(_odd(w) for w in words):
        raise _ask(data, name, line, wrong)
    shown = ", ".join(f"“{w.strip('‘’“” ')}”" for w in list(dict.fromkeys(words))[:MOST_SHOWN])
    example = f" It has {shown}: if names look wrong, take this import back and name the encoding with --encoding." if shown else ""
    return text, f"It is not UTF-8; read as Windows-1252.{example}"


def named(data: bytes, encoding: str, name: str) -> str:
    """A file in the encoding that was answered. Raises ImportRefused where there is no such encoding, or the file is not in it."""
    try:
        codecs.lookup(encoding)
        return data.decode(encoding)
    except (LookupError, ValueError) as e:
        none = isinstance(e, LookupError)
        found = f"“{encoding[:40]}” is no encoding" if none else f"it is not {encoding} ({getattr(e, 'reason', e)})"
        raise ImportRefused(name, found, f"One of cp1252, {', '.join(TRIED)}, utf-8, utf-16.") from None


def _first_wrong(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as e:
        return e.start
    return 0


def _odd(word: str) -> bool:
    """Whether a word has what no word of a western language has.

    >>> [w for w in ("Muñoz", "d’Hébert", "ŒUVRE", "MŸller", "Garc’a", "Mu–oz", "Pawe³", "¯aneta", "Èâàí") if _odd(w)]
    ['MŸller', 'Garc’a', 'Mu–oz', 'Pawe³', '¯aneta', 'Èâàí']
    """
    letters = [i for i, c in enumerate(word) if c.isalpha() and c not in "ªºµ"]
    if not letters:
        return False
    first, last = letters[0], letters[-1]
    core, far = word[first : last + 1], [word[i] for i in letters if not word[i].isascii()]
    signs = ((BEFORE, word[:first]), (WITHIN, "".join(c for c in core if not c.isalpha() or c in "ªº")), (BEHIND, word[last + 1 :]))
    if any(c not in allowed for allowed, found in signs for c in found) or any(c not in USUAL for c in far):
        return True
    if PLACES.search(word) or ("’" in word and "‘" not in word and not APOSTROPHE.search(word)):
        return True
    inner = any(a.islower() and b.isupper() and not b.isascii() for a, b in pairwise(core))
    return inner or (len(far) > 2 and 2 * len(far) > len(core))


def _ask(data: bytes, name: str, line: int, wrong: int) -> OpenQuestion:
    """The question, with what the first odd line says in some encodings."""
    begins, ends = data.rfind(b"\n", 0, wrong) + 1, data.find(b"\n", wrong)
    near = data[max(begins, wrong - 12) : min(len(data) if ends < 0 else ends, wrong + 12)]
    read = {e: " ".join(near.decode(e, "replace").split()) for e in (WESTERN, *TRIED)}
    shown = "; ".join(f"{e}: “{t}”" for e, t in read.items() if "�" not in t and t.isprintable())
    found = f"it is not UTF-8, and in which encoding it is cannot be told from line {line:,}"
    do = f"Say it with --encoding, or save it as “CSV UTF-8”. That line would be: {shown}." if shown else "Say it with --encoding."
    return OpenQuestion(name, "encoding", found, do)
