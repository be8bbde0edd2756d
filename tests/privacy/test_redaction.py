"""Recall on a labelled French set, and texts that must come through untouched. Every identity here is invented."""

import csv

import pytest

from comptoir.privacy.redaction import redact, redact_business, redact_place

# (text, identifiers that must be gone)
LABELLED = [
    ("Écrivez-moi : nolwenn.kerandraon@exemple.fr merci", ["nolwenn.kerandraon@exemple.fr"]),
    ("Contact NOLWENN.K+mairie@mail.exemple.bzh", ["NOLWENN.K+mairie@mail.exemple.bzh"]),
    ("mon mail: yann @ exemple.fr", ["yann @ exemple.fr"]),
    ("Tél. 06 39 98 12 34 après 18h", ["06 39 98 12 34"]),
    ("0639981234", ["0639981234"]),
    ("appelez le 06.39.98.12.34 ou le +33 6 39 98 12 35", ["06.39.98.12.34", "6 39 98 12 35"]),
    ("+33(0)639981236", ["639981236"]),
    ("0033 1 99 00 12 34", ["1 99 00 12 34"]),
    ("33639981234 c'est moi", ["33639981234"]),
    ("je suis @nolwenn_k@mastodon.example et aussi @yann.bzh", ["nolwenn_k", "yann.bzh"]),
    ("profil : https://mastodon.example/@nolwenn_k/1234", ["nolwenn_k"]),
    ("virement FR76 3000 6000 0112 3456 7890 189", ["3000 6000 0112", "7890 189"]),
    ("sécu 2 84 05 75 123 456 78", ["123 456"]),
    ("n° 284057512345678", ["284057512345678"]),
    ("une voiture AB-123-CD garée", ["AB-123-CD"]),
    ("j'habite 12 rue des Lilas", ["12 rue des Lilas"]),
    ("au 3 bis, avenue du Général Leclerc", ["Leclerc"]),
    ("Mme Le Goff attend toujours", ["Goff"]),
    ("M. Kerandraon n'a pas répondu", ["Kerandraon"]),
    ("Monsieur Yann Le Bris, à l'accueil", ["Bris"]),
    ("Nolwenn Kerandraon m'a très bien reçue", ["Nolwenn", "Kerandraon"]),
    ("merci à Jean-Marie Le Bris !", ["Jean-Marie", "Bris"]),
    ("DUPONT m'a dit que JEAN DUPONT viendrait", ["JEAN DUPONT"]),
    ("signé : Fatima El Amrani", ["Fatima", "Amrani"]),
    ("Marie-Anne de Kermadec organise", ["Marie-Anne", "Kermadec"]),
]
UNTOUCHED = [
    "Le marché de Noël de Saint-Malo ouvre samedi",
    "Rennes Métropole et la Région Bretagne ferment la plage du Sillon",
    "Propreté : déchets et/ou salissures divers",
    "Le 2026-07-14 à 22:30, 15 000 visiteurs, 3,5 km de file",
    "CHATEAU D'EAU - LANCRY",
    "Ar mor zo brav hiziv",
]


@pytest.mark.parametrize(("text", "identifiers"), LABELLED)
def test_identifiers_are_gone(text, identifiers):
    redacted = redact(text)
    assert not [identifier for identifier in identifiers if identifier in redacted], redacted


@pytest.mark.parametrize("text", UNTOUCHED)
def test_ordinary_texts_come_through(text):
    assert redact(text) == text


@pytest.mark.parametrize("name", ["Musée Jean Moulin", "SAINT MARTIN DES CHAMPS", "Quartier Jean Jaurès - Port",
                                  "Villa-Musée Anne de Bretagne", "Hôpital Docteur Laennec"])  # fmt: skip
def test_a_public_place_keeps_the_name_of_whom_it_honours(name):
    assert redact(name) != name, "it would prove nothing"
    assert redact_place(name) == name


@pytest.mark.parametrize(
    ("text", "identifiers"), [pair for pair in LABELLED if redact(pair[0]) == redact_place(pair[0])]
)
def test_what_is_no_name_is_gone_from_a_public_place_too(text, identifiers):
    for clean in (redact_place, redact_business):
        cleaned = clean(f"Musée Jean Moulin, {text}")
        assert cleaned.startswith("Musée Jean Moulin, ")
        assert not [identifier for identifier in identifiers if identifier in cleaned], cleaned


@pytest.mark.parametrize("name", ["HÔTEL VICTOR HUGO", "Camping Nolwenn Plage", "VILLA MARIE", "ALBERT HOTEL LANNION",
                                  "DOMAINE DE KERANDRAON"])  # fmt: skip
def test_a_house_open_to_the_public_keeps_its_sign(name):
    assert redact_business(name) == name


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("NOLWENN KERANDRAON", "[person]"),
        ("Jean-Marie Le Bris", "[person]"),
        ("MME NOLWENN KERANDRAON", "[person]"),
        ("Camping de Mme Kerandraon", "Camping de [person]"),
        ("GÎTE M. LE BRIS", "GÎTE [person]"),
    ],
)
def test_a_sole_trader_under_her_own_name_is_redacted(name, left):
    assert redact_business(name) == left


@pytest.mark.real_data
def test_of_real_registers_hardly_a_house_loses_its_name_and_no_commune(real_data):
    def column(file, name):
        with (real_data / "tourism" / file).open(encoding="utf-8-sig", newline="") as lines:
            return {row[name] for row in csv.DictReader(lines, delimiter=";")}

    houses, communes = (column("hebergements_classes.csv", name) for name in ("NOM COMMERCIAL", "COMMUNE"))
    museums = column("frequentation-des-musees-de-france.csv", "nom_du_musee")
    assert sum(redact(name) != name for name in houses) > 500, "as any text, they lost it"
    assert 0 < sum(redact_business(name) != name for name in houses) < 10
    assert sum(redact(name) != name for name in museums) > 200
    assert [name for name in museums | communes if redact_place(name) != name] == []


def test_redaction_is_idempotent():
    for text, _ in LABELLED:
        assert redact(redact(text)) == redact(text)


def test_a_long_hostile_text_takes_time_in_proportion():
    """No pattern may backtrack for ever: twenty times the text, at most some sixty times the time."""
    import time

    def seconds(size):
        text = ("a.b-c+d" * 10 + "@" + "Jean-" * 10 + "0" * 40 + " 12 rue " + "A" * 40) * size
        start = time.perf_counter()
        redact(text)
        return time.perf_counter() - start

    short = min(seconds(10) for _ in range(3))
    assert seconds(200) < 60 * short + 0.5
