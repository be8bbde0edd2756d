import pytest

from comptoir.settings import ComptoirError, ConfigError, Settings, load_config, secret


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("COMPTOIR_CONFIG", str(tmp_path / "comptoir.yml"))
    return Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "not valid YAML"),
        ("main_territory_id: Bretagne\nsources: [eurostat]", "main_territory_id"),
        ("main_territory_id: region:53\nsources: []", "sources"),
        ("main_territory_id: region:53\nsources: [eurostat]\nmot_de_passe: x", "mot_de_passe"),
    ],
)
def test_a_wrong_configuration_names_the_key(settings, text, message):
    settings.config_path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_config(settings)


def test_a_missing_configuration_says_what_to_do(settings):
    with pytest.raises(ConfigError, match="COMPTOIR_CONFIG"):
        load_config(settings)


def test_secrets_are_made_once_private_and_never_by_default(settings):
    first = secret("superset_admin_password", settings)
    assert len(first) > 30
    assert secret("superset_admin_password", settings) == first
    assert settings.secrets_dir.stat().st_mode & 0o077 == 0
    with pytest.raises(ComptoirError, match="missing"):
        secret("another", settings, create=False)
