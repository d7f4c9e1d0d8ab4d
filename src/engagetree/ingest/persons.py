"""Names as tools show them: what of one is the person's name, and what is no person at all. Rules only; nothing is guessed here."""

from __future__ import annotations

import re
import unicodedata

TAGS = re.compile(r"\s*\((external|extern|externe|externo|guest|gast|invité|invitado|unverified|host|co-host|me|you|organizer)\)", re.I)
COMPANY = re.compile(r"^\[[^\]]{1,60}\]\s*")
NUMBERED = re.compile(r"^\d{5,}[_\s-]+")
ALIAS = re.compile(r"^(?P<alias>[^()]+?)\s*\((?P<real>[^()]+)\)$")
LAST_FIRST = re.compile(r"^(?P<last>[^,]+),\s*(?P<first>[^,]+)$")

PHONE = re.compile(r"^(call[- ]?in user[_ ]?\d*|caller[_ ]?\d+|[+(]?[\d*x][\d\s().*x/-]{5,})$", re.I)
DEVICE = re.compile(
    r"^((my|apple|samsung|google)\s)?"
    r"(iphone|ipad|android|galaxy [a-z]?\d+\w*|pixel \d\w*|sm-[a-z]\d+\w*|macbook( air| pro)?|windows pc)(\s?\(\d+\))?$",
    re.I,
)
NOBODY = re.compile(
    r"^(anonymous( attendee| user)?|anonym\w*|guest( user)?( ?\d+)?|unknown( user)?|zoom user|user ?\d*|participant ?\d*|-+|\?+)$", re.I
)
BOTS = r"otter\.?ai|otterpilot|fireflies|fathom|read\.?ai|tl;?dv|note[- ]?taker|meeting ?(notes|assistant|recorder)|avoma|gong|slackbot"
BOT = re.compile(rf"\b({BOTS})\b", re.I)


def a_person(name: str) -> bool:
    """Whether a name may be somebody's: not a phone number, a bare device, an anonymous place-holder or a note-taking bot.

    A device with a name on it is somebody's, and whoever knows them can say whose.

    >>> [a_person(n) for n in ("Ana Ruiz", "iPhone", "Ana’s iPad", "+44 7700 900123", "Otter.ai Notetaker (Ana)", "Anonymous Attendee")]
    [True, False, True, False, False, False]
    """
    plain = " ".join(name.split())
    return bool(plain) and not any(p.match(plain) for p in (PHONE, DEVICE, NOBODY)) and not BOT.search(plain)


def real_names(name: str) -> tuple[str, ...]:
    """The names that a shown name may stand for, compared as `compared` writes them, the surest first.

    Marks such as (External) and [Company] and leading numbers go; `Alias (Real Name)` is the real name or else the alias; `Last, First` is
    turned round.

    >>> real_names("Ruiz, Ana (External)"), real_names("Annie (Ana Ruiz)"), real_names("2505445126_Ana Ruiz")
    (('ana ruiz',), ('ana ruiz', 'annie'), ('ana ruiz',))
    """
    plain = NUMBERED.sub("", COMPANY.sub("", TAGS.sub("", " ".join(name.split())))).strip()
    parts = [m["real"], m["alias"]] if (m := ALIAS.match(plain)) else [plain]
    turned = [f"{m['first']} {m['last']}" if (m := LAST_FIRST.match(p)) else p for p in parts]
    return tuple(dict.fromkeys(compared(t) for t in turned if t.strip()))


def compared(name: str) -> str:
    """A name for comparing: one case, one kind of space, one way to write each letter.

    >>> compared("  ANA\\u00a0 Ruiz ")
    'ana ruiz'
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
