import pytest

from comptoir.privacy.keys import KeyMismatchError, backup, fingerprint, load_key, restore
from comptoir.privacy.pseudonyms import Pseudonymiser
from comptoir.settings import ComptoirError, Settings


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path / "var"))
    return Settings()


def _land_something(settings):
    (settings.lake_dir / "landing" / "mastodon").mkdir(parents=True)


def test_one_person_is_one_pseudonym_within_a_kind_and_unlinkable_across_kinds():
    make = Pseudonymiser(b"key").pseudonym
    assert make("gru.email", " Nolwenn@Exemple.FR ") == make("gru.email", "nolwenn@exemple.fr")
    assert make("gru.email", "nolwenn@exemple.fr") != make("social.email", "nolwenn@exemple.fr")
    assert make("gru.email", "nolwenn@exemple.fr") != Pseudonymiser(b"other").pseudonym(
        "gru.email", "nolwenn@exemple.fr"
    )


def test_the_key_is_made_once_and_private(settings):
    key = load_key(settings)
    assert load_key(settings) == key
    assert (settings.secrets_dir / "pseudonym_key").stat().st_mode & 0o077 == 0


def test_a_lake_without_its_key_is_refused(settings):
    load_key(settings)
    _land_something(settings)
    (settings.secrets_dir / "pseudonym_key").unlink()
    with pytest.raises(KeyMismatchError, match="secrets restore"):
        load_key(settings)
    assert not (settings.secrets_dir / "pseudonym_key").exists(), "a missing key must not be replaced in silence"


def test_a_lake_with_another_key_is_refused(settings):
    load_key(settings)
    _land_something(settings)
    (settings.secrets_dir / "pseudonym_key").write_text("another key")
    with pytest.raises(KeyMismatchError, match=fingerprint(b"another key")):
        load_key(settings)


def test_backup_and_restore_bring_the_same_key_back(settings, tmp_path):
    key = load_key(settings)
    _land_something(settings)
    copy = tmp_path / "copy.key"
    assert backup(settings, copy) == fingerprint(key)
    assert copy.stat().st_mode & 0o077 == 0
    with pytest.raises(ComptoirError, match="never overwritten"):
        backup(settings, copy)
    (settings.secrets_dir / "pseudonym_key").unlink()
    restore(settings, copy)
    assert load_key(settings) == key


def test_a_foreign_key_is_not_restored(settings, tmp_path):
    load_key(settings)
    foreign = tmp_path / "foreign.key"
    foreign.write_text("foreign")
    with pytest.raises(KeyMismatchError):
        restore(settings, foreign)
