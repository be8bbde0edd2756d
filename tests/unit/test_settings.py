import datetime as dt

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


QUERY = (
    "  - {{query_id: {}, query_version: {}, platform: {}, hashtag: mer, territory_id: 'region:53', valid_from: {}}}\n"
)
QUERIES = (
    "main_territory_id: region:53\nsources: [mastodon]\nlistening_queries:\n"
    + QUERY.format("sea", 1, "mastodon", "2026-01-01")
    + QUERY.format("sea", 2, "mastodon", "2026-09-01")
    + QUERY.format("video", 1, "youtube", "2026-01-01")
)


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ("query_version: 2", "query_version: 1", "'sea': version 1 stands twice"),
        ("2026-09-01", "2026-01-01", "'sea': version 2 must start after version 1"),
        (
            "query_id: video, query_version: 1",
            "query_id: sea, query_version: 3",
            "'sea': a query listens to one platform",
        ),
    ],
)
def test_versions_of_a_query_that_do_not_follow_each_other_are_refused(settings, sound, broken, message):
    settings.config_path.write_text(QUERIES, encoding="utf-8")
    assert len(load_config(settings).listening_queries) == 3
    settings.config_path.write_text(QUERIES.replace(sound, broken), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_config(settings)


def test_a_night_asks_one_version_of_each_query(settings):
    settings.config_path.write_text(QUERIES, encoding="utf-8")
    config = load_config(settings)

    def asked(day: str) -> list[tuple[str, int]]:
        return [(q.query_id, q.query_version) for q in config.queries_in_force("mastodon", dt.date.fromisoformat(day))]

    assert asked("2025-12-31") == []
    assert asked("2026-08-31") == [("sea", 1)]
    assert asked("2026-09-01") == [("sea", 2)]


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
