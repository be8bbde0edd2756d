"""Free text loses its direct identifiers before it is written.

Kinds redacted: e-mail, phone, IBAN, social-security number, vehicle plate, postal address, handle, web address
(its host stays), name of a person (a known first name followed by a capitalised word, or a title followed by one).
Recall is measured on a labelled set in ``tests/privacy``; a first name alone stays. Names of public places hold names
of persons that are nobody's identity: ``redact_place`` and ``redact_business`` leave them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

REDACTOR_VERSION = "2"
_UPPER = "A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ"
_WORD = rf"[{_UPPER}][\w’'\-]*"

# A kind, what a text must hold to hold one (looked for first: it is ten times faster), and the pattern.
_DIGIT = "0"
_ANY_DIGIT = re.compile(r"\d")
_PATTERNS: list[tuple[str, str, re.Pattern[str]]] = [
    ("email", "@", re.compile(r"[\w.+%-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    ("url", "://", re.compile(r"https?://(?P<keep>[\w.-]{1,253})(?::\d{1,5})?[^\s<>\"]*", re.IGNORECASE)),
    ("handle", "@", re.compile(r"(?<![\w/])@[\w.]{1,64}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?")),
    ("iban", _DIGIT, re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,3})?\b")),
    (
        "social_security",
        _DIGIT,
        re.compile(
            r"\b[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2]|[2-9]\d)[ ]?(?:\d{2}|2[AB])[ ]?\d{3}[ ]?\d{3}(?:[ ]?\d{2})?\b"
        ),
    ),
    (
        "phone",
        _DIGIT,
        re.compile(r"(?<![\w+])(?:(?:\+|00)[ ]?\d{1,3}[ .\-/]?(?:\(0\)[ .\-]?)?|0)[1-9](?:[ .\-/]?\d){7,11}(?!\d)"),
    ),
    ("phone", _DIGIT, re.compile(r"(?<![\w.,+-])(?:33|32|41|44|49)[1-9]\d{8,9}(?!\d)")),
    ("plate", _DIGIT, re.compile(r"\b[A-HJ-NP-TV-Z]{2}[- ]?\d{3}[- ]?[A-HJ-NP-TV-Z]{2}\b")),
    (
        "address",
        _DIGIT,
        re.compile(
            r"\b\d{1,4}\s?(?:bis|ter|quater)?,?\s(?:rue|avenue|av\.|bd|boulevard|place|impasse|chemin|allée|allee|quai|"
            r"route|cours|square|passage|venelle|hameau|lotissement)\s[^\n,.;:!?()]{2,60}",
            re.IGNORECASE,
        ),
    ),
    (
        "person",
        "",
        re.compile(
            r"\b(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Mademoiselle|Dr\.?|Docteur|Me|Maître|Pr\.?)"
            rf"\s{_WORD}(?:[ \-]{_WORD}){{0,2}}"
        ),
    ),
]
_NOT_PERSONS = [entry for entry in _PATTERNS if entry[0] != "person"]
_CIVIL_TITLE = re.compile(rf"\b(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle\.?)\s{_WORD}(?:[ \-]{_WORD}){{0,2}}", re.IGNORECASE)
_HOUSE = re.compile(
    r"\b(?:h[oô]tels?|hostels?|camping|glamping|auberge|r[ée]sidence|apparth?[oô]tel|village|vacances|domaine|parc|park|palace|"
    r"resort|spa|lodges?|club|manoir|ch[aâ]teau|castel|villa|maison|relais|ferme|moulin|mus[ée]e|jardins?|inn|suites?|plage|"
    r"sainte?|city|op[ée]ra)\b",
    re.IGNORECASE,
)
_CAPITALISED_RUN = re.compile(rf"\b{_WORD}(?:[ \u00a0\-]+(?:(?:de|du|des|le|la|d’|d')[ ]?)?{_WORD}){{1,4}}")


@cache
def first_names() -> frozenset[str]:
    """French first names, lower case and without accents (source and licence in ``docs/reference/third-party.md``)."""
    return frozenset((Path(__file__).parent / "first_names_fr.txt").read_text(encoding="utf-8").split())


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=8192)
def _is_first_name(word: str) -> bool:
    """Tell whether a word, or the first part of a compound one, is a known first name."""
    return _fold(re.split(r"[-’']", word)[0]) in first_names() or _fold(word) in first_names()


def _redact_run(match: re.Match[str]) -> str:
    """Within a run of capitalised words, drop everything from the first known first name on."""
    run = match.group()
    pieces = list(re.finditer(_WORD, run))
    for position, piece in enumerate(pieces[:-1]):
        if _is_first_name(piece.group()):
            kept = pieces[:position]
            return (run[: kept[-1].end()] + " " if kept else "") + "[person]"
    return run


def redact(text: str) -> str:
    """Return ``text`` with every identifier of the listed kinds replaced by ``[kind]``."""
    return _CAPITALISED_RUN.sub(_redact_run, _without_identifiers(text, _PATTERNS))


def redact_place(text: str) -> str:
    """Return the name of a public place with its identifiers replaced; names of persons in it stay."""
    return _without_identifiers(text, _NOT_PERSONS)


def redact_business(text: str) -> str:
    """``redact_place`` for a business, which may be its owner.

    ``[person]`` stands for a name under Mme, M. or Mlle, and for a name that may be nothing but a person's: a first
    name and words of which none says what house it is.
    """
    if redact(text.strip()) == "[person]" and not _HOUSE.search(text):
        return "[person]"
    return _CIVIL_TITLE.sub("[person]", redact_place(text))


def _without_identifiers(text: str, patterns: list[tuple[str, str, re.Pattern[str]]]) -> str:
    held = {"", *(hint for hint in ("@", "://") if hint in text), *([_DIGIT] if _ANY_DIGIT.search(text) else [])}
    for kind, hint, pattern in patterns:
        if hint not in held:
            continue
        if kind == "url":
            text = pattern.sub(lambda match: f"[url:{match['keep'].lower()}]", text)
        else:
            text = pattern.sub(f"[{kind}]", text)
    return text
