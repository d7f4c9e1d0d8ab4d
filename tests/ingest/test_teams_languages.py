"""Headers of Teams and Zoom reports as public programs name them that read such reports; the expected minutes are worked out by hand.

Portuguese: two programs of Brazilian universities (2021, and 2022 with a no-break space in a header). Spanish: one (2022), which names three
of the headers. Polish: one (2021), which names all but the length, and another one for how lengths are written. German: the test of one.
Zoom in Italian: the README of one. They are on GitHub: dataOrganizer.py, getSpreadSheets, TeamsAttendance, get-attendance, msteams-attendance,
React_CSV. No program that reads French, Italian or Dutch reports of Teams was found.
"""

from __future__ import annotations

import pytest

from engagetree.ingest import find
from engagetree.ingest.answers import Answers

from .meetings import acts, read, written

FOUND = {
    "pt-2021": ("Resumo da reunião\nNúmero Total de Participantes\t1\nTítulo da Reunião\tAula\nHora de Início da Reunião\t3/17/2022, 10:00:00 AM\n"
                "Hora de Término da Reunião\t3/17/2022, 11:00:00 AM\nId da Reunião\tabc\n\n"
                "Nome Completo\tHorário de Entrada\tHorário de Saída\tDuração\tEmail\tFunção\tID do participante (UPN)\n",
                "3/17/2022, {} AM", "30m 5s", "{n}\t{a}\t{b}\t{d}\t{e}\tParticipante\t{e}\n"),
    "pt-2022": ("1. Resumo\nTítulo da reunião\tAula\nParticipantes Atendidos\t1\nHora de início\t3/17/22, 10:00:00 AM\n"
                "Hora de término\t3/17/22, 11:00:00 AM\n\n2. Participantes\n"
                "Nome\tPrimeiro ingresso\tÚltima saída\tDuração da\u00a0reunião\tEmail\tID do participante (UPN)\tFunção\n",
                "3/17/22, {} AM", "30m 5s", "{n}\t{a}\t{b}\t{d}\t{e}\t{e}\tParticipante\n"),
    "es-2022": ("1. Resumen\nTítulo de la reunión\tAula\nHora de inicio\t17/3/22, 10:00:00\nHora de finalización\t17/3/22, 11:00:00\n\n2. Participantes\n"
                "Nombre\tPrimera entrada\tÚltima salida\tDuración de la reunión\tCorreo electrónico\tId. de participante (UPN)\tRol\n",
                "17/3/22, {}", "30 min 5 s", "{n}\t{a}\t{b}\t{d}\t{e}\t{e}\tAsistente\n"),
    "pl-2021": ("Podsumowanie\nx\t1\n\nImię i nazwisko\tGodzina dołączenia\tGodzina opuszczenia\tA word not known\tAnother\tRola\tOne more\n",
                "17.03.2022, {}", "30 min 5 sek.", "{n}\t{a}\t{b}\t{d}\t{e}\tUczestnik\t{e}\n"),
    "de-2022": ("1. Zusammenfassung\nBesprechungstitel\tAula\nTeilnehmer\t1\n\n2. Teilnehmer\n"
                "Name\tErster Beitritt\tLetztes Verlassen\tDauer der Besprechung\tE-Mail\tTeilnehmer-ID (UPN)\tRolle\n",
                "17.03.22, {}", "30 Min. 5 Sek.", "{n}\t{a}\t{b}\t{d}\t{e}\t{e}\tTeilnehmer\n"),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
@pytest.mark.parametrize("language", FOUND)
def test_headers_that_public_programs_read(tmp_path, language, encoding):
    head, form, length, row = FOUND[language]
    ana = row.format(n="Ana Ruiz", a=form.format("10:00:02"), b=form.format("10:30:07"), d=length, e="ana@x.org")
    path = written(tmp_path, (head + ana).encode(encoding))
    assert find(path).name == "teams"
    _, account, tables = read(path)
    minutes = [a for a in acts(tables) if a[1] == "present"]
    who = "name:teams:Ana Ruiz" if language == "pl-2021" else "email:ana@x.org"
    assert minutes == [(who, "present", "10:00:02", 1805.0)] and account.refused == 0
    assert tables["events"][0]["at"].date().isoformat() == "2022-03-17"


def test_the_polish_list(tmp_path):
    """Its first and third header are known from a program; the second, and the actions, from translation."""
    text = "Imię i nazwisko\tAkcja użytkownika\tZnacznik czasu\n" + "".join(
        f"Ana Ruiz\t{a}\t17.03.2022, {t}\n" for a, t in (("Dołączył(a)", "10:00:02"), ("Opuścił(a)", "10:30:07"))
    )
    _, account, tables = read(written(tmp_path, text.encode("utf-16")))
    assert [a[1:3] for a in acts(tables)] == [("join", "10:00:02"), ("leave", "10:30:07")] and account.refused == 0


def test_zoom_in_italian(tmp_path):
    text = (
        "Argomento,ID,Organizzatore,Durata (minuti),Ora di inizio,Ora di fine,Partecipanti\n"
        'AI: lezione,7430864126,Grazia,244,"08/17/2025 08:57:00 AM","08/17/2025 01:00:26 PM",1\n\n'
        "Nome (nome originale),E-mail,Ora di ingresso,Ora di uscita,Durata (minuti),Guest\n"
        'Mario Rossi,mario@x.org,"08/17/2025 09:02:37 AM","08/17/2025 12:07:54 PM",186,No\n'
    )
    name, account, tables = read(written(tmp_path, text), Answers(zone="UTC"))
    assert name == "zoom-participants" and account.refused == 0
    assert acts(tables) == [("email:mario@x.org", "present", "09:02:37", 3 * 3600 + 5 * 60 + 17.0)]
    assert tables["items"][0]["item"] == "zoom:7430864126@2025-08-17T08:57Z"
