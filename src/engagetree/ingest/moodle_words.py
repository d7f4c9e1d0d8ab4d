"""What Moodle's logs say, and what it is here. Descriptions are written in English by Moodle in every language of its interface."""

from __future__ import annotations

import re

AGAIN = "again"
"""What another row says too: the forum post that was created a moment before."""

BY_DESCRIPTION = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"has posted content in the forum post", AGAIN),
        (r"has created the discussion", "post"),
        (r"has created the post", "comment"),
        (r"(has )?(added the comment|commented)|created the comment", "comment"),
        (r"has (created|added) the (glossary )?(entry|record|data record|wiki page|page)\b", "post"),
        (r"has submitted the (submission|attempt)|has submitted the status|submitted (the |a )?response|has submitted their", "submit"),
        (r"has answered the question|has added the option|made the choice", "answer"),
        (r"sent a message in", "chat"),
        (r"has logged in", "visit"),
        (r"' completed the course", "complete"),
        (
            r"^The user with id '' (has )?(viewed|reviewed the attempt|downloaded|launched|listed|clicked|(started|resumed) the attempt)",
            "click",
        ),
    )
)
"""(what stands in a description, kind), the first that fits. Quoted parts are empty here."""

VERB = re.compile(r"^The user with id ''(?: has| have| had)? (?P<verb>[a-z]+)")

BY_EVENT = {
    "some content has been posted": AGAIN,
    "discussion created": "post",
    "post created": "comment",
    "comment created": "comment",
    "a submission has been submitted": "submit",
    "quiz attempt submitted": "submit",
    "response submitted": "submit",
    "choice answer added": "answer",
    "choice made": "answer",
    "question answered": "answer",
    "message sent": "chat",
    "user has logged in": "visit",
    "course completed": "complete",
    "quiz attempt started": "click",
    "quiz attempt reviewed": "click",
    "clicked join meeting button": "click",
}
"""English names of events, for logs without descriptions; whatever ends in `viewed` is a click."""

MODULES = {
    "quiz": "quiz", "hvp": "quiz", "h5pactivity": "quiz", "forum": "forum", "hsuforum": "forum", "assign": "task", "assignment": "task",
    "workshop": "task", "feedback": "form", "survey": "form", "questionnaire": "form", "choice": "prompt",
}  # fmt: skip
"""Kinds of item by Moodle's own names of its activities; all others are pages."""

PAGES = ("page", "file", "url", "folder", "book", "wiki", "glossary", "lesson", "database", "label", "scorm package", "external tool")
"""What stands before the title of a page in an English log, for logs without descriptions."""

LOG = {
    "course": ("Course", "Kurs", "Curso", "Cours", "Corso", "Cursus"),
    "at": ("Time", "Zeit", "Hora", "Heure", "Ora", "Data/Ora", "Tijd", "Fecha"),
    "name": (
        "User full name", "Vollständiger Name", "Vollständiger Name des Nutzers", "Nombre completo del usuario",
        "Nom complet de l'utilisateur",
        "Nom complet", "Nome completo", "Nome completo do usuário", "Nome completo dell'utente", "Volledige naam gebruiker",
        "Volledige naam van de gebruiker",
    ),
    "affected": (
        "Affected user", "Betroffene/r Nutzer/in", "Betroffene Person", "Usuario afectado", "Utilisateur touché", "Utilisateur affecté",
        "Usuário afetado", "Utente coinvolto", "Utente interessato", "Betrokken gebruiker",
    ),
    "context": (
        "Event context", "Ereigniskontext", "Kontext", "Contexto del evento", "Contexte de l'événement", "Contexto do Evento",
        "Contesto dell'evento", "Gebeurteniscontext",
    ),
    "component": ("Component", "Komponente", "Componente", "Composant"),
    "event": (
        "Event name", "Ereignisname", "Name des Ereignisses", "Nombre evento", "Nombre del evento", "Nom de l'événement", "Nome do evento",
        "Nome dell'evento", "Naam gebeurtenis",
    ),
    "description": ("Description", "Beschreibung", "Descripción", "Descrição", "Descrizione", "Beschrijving"),
    "origin": ("Origin", "Herkunft", "Ursprung", "Origen", "Origine", "Origem", "Herkomst"),
    "ip": ("IP address", "IP-Adresse", "Dirección IP", "Adresse IP", "Endereço IP", "Indirizzo IP", "IP-adres"),
}  # fmt: skip
"""Headers of the log in some languages. In another one it is known by its place: Moodle always writes the columns in this order."""

ORDER = ("at", "name", "affected", "context", "component", "event", "description", "origin", "ip")

MASQUERADE = r"^.+\s(as|als|como|en tant que|come)\s.+$"
"""Somebody else, logged in as them: Moodle shows `A as B`."""


def kind_of(description: str, event: str) -> str:
    """The kind of an act. `description` has its quoted parts emptied; what no rule knows is the description's own verb.

    >>> kind_of("The user with id '' has created the post with id '' in the discussion with id ''", "Post created")
    'comment'
    >>> kind_of("", "Course module viewed"), kind_of("The user with id '' updated the grade", "?")
    ('click', 'updated')
    """
    for pattern, kind in BY_DESCRIPTION:
        if pattern.search(description):
            return kind
    if m := VERB.match(description):
        return m["verb"]
    plain = event.strip().rstrip(".").casefold()
    if plain in BY_EVENT:
        return BY_EVENT[plain]
    if plain.endswith(("viewed", "downloaded")):
        return "click"
    return re.sub(r"[^\w]+", "-", plain).strip("-")[:60] or "act"
