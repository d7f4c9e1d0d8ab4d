"""Reports that are not Unicode: read where the letters leave no doubt, and said; asked where they do; names never come out mangled.

Expected names are those of the text before it was encoded, by Python's own codecs.
"""

from __future__ import annotations

import pytest

from engagetree.errors import ImportRefused
from engagetree.ingest.answers import Answers, OpenQuestion, key_of
from engagetree.ingest.readers import readers

from . import meetings
from .meetings import ALL, read, written

WESTERN = ("José Muñoz", "François Lefèvre", "Jörg Müßig", "Åse Østbø", "João Conceição", "Zoë d’Hébert", "O’Neill", "Hélène Bœuf",
           "Simões Guimarães", "Cantù", "Mª Ángeles", "MUÑOZ ÑANDÚ", "Ana’s «Größe»", "¿Qué? ¡Olé!")  # fmt: skip
ODD = {  # names in the encoding of another place: read as Windows-1252 they would be somebody else
    "mac_roman": ("José Muñoz", "Jörg Müller", "María García", "Günter", "Renée", "Özil", "Ramón", "Martí"),
    "cp850": ("José", "Jörg", "Müller", "Juárez"),
    "cp1250": ("Paweł", "Jaśmina", "Kryštof", "Żaneta", "Kamila Poznań", "Němec", "Jiří Dvořák", "Petrović", "Mureşan", "Erdős"),
    "cp1251": ("Иван Петров",),
    "cp1254": ("Ayşe", "Işık", "Çağla"),
    "cp1253": ("Γιώργος",),
    "cp932": ("田中さくら",),
    "gb18030": ("王小明",),
}


def names(tables) -> set[str]:
    return {s["name"] for s in tables["seen"]}


def report(name: str) -> str:
    return meetings.LIST.replace("Bo\t", f"{name}\t")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("name", WESTERN)
def test_western_names_are_read_and_said(tmp_path, name, encoding):
    if encoding == "latin-1" and ("’" in name or "œ" in name):
        pytest.skip("latin-1 has no such letter")
    data = report(name).encode(encoding)
    assert readers()["teams-list"].recognises(written(tmp_path, data))
    _, account, tables = read(written(tmp_path, data))
    assert names(tables) == {"Ana", name}
    said = [n for n in account.notes if "Windows-1252" in n]
    assert len(said) == 1 and "--encoding" in said[0] and next(w.strip("?!") for w in name.split() if not w.isascii()) in said[0]


@pytest.mark.parametrize(("encoding", "name"), [(e, n) for e, all_ in ODD.items() for n in all_])
def test_what_may_be_another_encoding_is_asked_or_refused_and_never_mangled(tmp_path, encoding, name):
    path = written(tmp_path, report(name).encode(encoding))
    reader = readers()["teams-list"]
    assert reader.recognises(path)
    with pytest.raises(ImportRefused, match="not UTF-8"):
        read(path)
    _, _, tables = read(path, Answers(zone="UTC", encoding=encoding))
    assert names(tables) == {"Ana", name}


def test_the_question_shows_what_the_line_would_be(tmp_path):
    with pytest.raises(OpenQuestion) as asked:
        read(written(tmp_path, report("José Müller").encode("mac_roman")))
    assert asked.value.question == "encoding" and "line 3" in str(asked.value)
    assert "mac_roman: “José" in asked.value.do and "--encoding" in asked.value.do


@pytest.mark.parametrize("encoding", ["no-such", "ascii", "rot13", "utf-16", "hex"])
def test_an_encoding_that_it_is_not_in_is_refused(tmp_path, encoding):
    with pytest.raises(ImportRefused):
        read(written(tmp_path, report("José").encode("cp1252") + b"\n"), Answers(zone="UTC", encoding=encoding))


def test_another_answer_is_another_import():
    assert key_of(Answers(encoding="cp1250")) == ";encoding=cp1250"


@pytest.mark.parametrize("reader", [n for n in ALL if n != "zoom-chat"])
def test_lines_in_two_encodings_are_refused_with_the_line(tmp_path, reader):
    """Two reports put together by hand: one half of the names is UTF-8, the other is not."""
    text, answers = ALL[reader]
    path = written(tmp_path, text.replace("Ana", "Añá").rstrip().encode() + b"\xf6\n")
    assert "Ana" in text
    with pytest.raises(ImportRefused, match=r"line \d+ has the byte 0xf6, and other letters are UTF-8"):
        read(path, answers, readers()[reader])


def test_marks_win_over_the_answer(tmp_path):
    """A mark in front is a fact; what somebody says of a folder of files need not hold for each."""
    _, _, tables = read(written(tmp_path, report("José").encode("utf-8-sig")), Answers(zone="UTC", encoding="cp1252"))
    assert names(tables) == {"Ana", "José"}


def test_a_chat_and_lists_of_people_are_read_alike(tmp_path):
    chat = meetings.CHAT.replace("👍", "").replace("From  Bo  to  Everyone", "From  Jörg  to  Everyone").encode("cp1252")
    _, account, tables = read(written(tmp_path, chat), ALL["zoom-chat"][1])
    assert "Jörg" in names(tables) and any("Windows-1252" in n for n in account.notes)
