import datetime as dt

import pytest

from comptoir.config.file import load_config
from comptoir.settings import ComptoirError, ConfigError, Settings, secret
from comptoir.warehouse.build import check_strategy


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


STRATEGY = """
main_territory_id: region:53
sources: [mastodon]
destinations:
  - {destination_id: cote-d-emeraude, name_fr: Côte d'Émeraude, members: ["commune:35288", "epci:243500725"]}
targets:
  - {kpi_id: followers, territory_id: "region:53", period: 2026-Q4, value: 10}
  - {kpi_id: followers, territory_id: "region:53", period: 2026, value: 40}
  - {kpi_id: followers, territory_id: "region:53", period: 2026-02, value: 4}
campaigns:
  - campaign_id: summer
    name_fr: Été
    territory_id: "region:53"
    starts_on: 2026-06-01
    ends_on: 2026-08-31
    kpi_ids: [official_posts]
positioning_axes:
  - {axis_id: sea, territory_id: "region:53", label_fr: Mer, label_en: Sea, themes: [], hashtags: [plage]}
"""


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ("2026-Q4", "2026-Q5", "'2026-Q5' is no period; write a year 2026"),
        ("period: 2026,", "period: 2026-Q4,", "targets: one KPI, territory and period used twice"),
        ("ends_on: 2026-08-31", "ends_on: 2026-05-31", "'summer' ends before it starts"),
        ("kpi_ids: [official_posts]", "kpi_ids: []", "kpi_ids"),
        ("kpi_ids: [official_posts]", "kpi_ids: [followers, followers]", "names a KPI twice: followers"),
        ("kpi_ids: [official_posts]", "kpi_ids: [x]\n    contaminated_ids: [Dinan]", "not a territory: Dinan"),
        ("hashtags: [plage]", "hashtags: []", "'sea' has neither themes nor hashtags"),
        ("hashtags: [plage]", "hashtags: ['#Plage']", "small letters and without #: #Plage"),
        ('"epci:243500725"', '"region:53"', "made of communes and EPCI, not of region:53"),
        ('"epci:243500725"', '"commune:35288"', "named twice: commune:35288"),
        ("cote-d-emeraude", "Côte", "destination_id"),
    ],
)
def test_a_strategy_that_cannot_be_read_is_refused_by_name(settings, sound, broken, message):
    settings.config_path.write_text(STRATEGY, encoding="utf-8")
    config = load_config(settings)
    assert [(target.starts_on.isoformat(), target.months_count) for target in config.targets] == [
        ("2026-10-01", 3),
        ("2026-01-01", 12),
        ("2026-02-01", 1),
    ]
    assert sound in STRATEGY
    settings.config_path.write_text(STRATEGY.replace(sound, broken, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_config(settings)


def test_what_the_configuration_names_is_watched(settings):
    settings.config_path.write_text(QUERIES.replace("'region:53'", "'commune:35288'", 1), encoding="utf-8")
    watched = [territory.territory_id for territory in load_config(settings).watched_territories]
    assert watched == ["commune:35288", "region:53"]


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ("followers", "folowers", "targets: region:53 2026-Q4: there is no KPI 'folowers' .*'followers'"),
        ("kpi_ids: [official_posts]", "kpi_ids: [qqq]", "campaigns: summer: there is no KPI 'qqq' with figures"),
        ("kpi_ids: [official_posts]", "kpi_ids: [citizen_post_share]", "campaigns: summer: .* one channel at a time"),
        ("kpi_id: followers", "kpi_id: digital_request_share", "no better direction. Say what is aimed at"),
    ],
)
def test_a_build_refuses_what_the_strategy_says_of_unknown_kpis(settings, sound, broken, message):
    settings.config_path.write_text(STRATEGY.replace(sound, broken, 1), encoding="utf-8")
    config = load_config(settings)
    with pytest.raises(ConfigError, match=message):
        check_strategy(config)


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


SCHEDULES = """
main_territory_id: region:53
sources: [publik]
business_schedules:
  - schedule_id: day
    sources: [publik]
    timezone: Europe/Paris
    holiday_zone: metropole
    hours:
      - {valid_from: 2026-01-01, monday: ["08:30-12:00", "13:30-17:30"]}
      - {valid_from: 2026-06-01, sunday: ["20:00-24:00"]}
  - schedule_id: patrol
    sources: [publik]
    services: [Police municipale]
    timezone: Indian/Reunion
    holiday_zone: la_reunion
    hours: [{valid_from: 2026-01-01, monday: ["00:00-24:00"]}]
"""


def test_a_schedule_is_read_as_ranges_of_the_week_and_who_follows_it(settings):
    settings.config_path.write_text(SCHEDULES, encoding="utf-8")
    config = load_config(settings)
    ranges = [(one.schedule_id, one.day_of_week, one.opens_minute, one.closes_minute) for one in config.schedule_hours]
    assert ranges == [("day", 1, 510, 720), ("day", 1, 810, 1050), ("day", 7, 1200, 1440), ("patrol", 1, 0, 1440)]
    followed = [(one.source_id, one.service, one.schedule_id) for one in config.schedule_assignments]
    assert followed == [("publik", None, "day"), ("publik", "Police municipale", "patrol")]


@pytest.mark.parametrize(
    ("sound", "broken", "message"),
    [
        ("08:30-12:00", "8h30-12h", "is not a range"),
        ("08:30-12:00", "12:00-08:30", "ends before it begins"),
        ("13:30-17:30", "11:59-17:30", "monday: ranges overlap"),
        ("2026-06-01", "2026-01-01", "in the order of valid_from"),
        ("Indian/Reunion", "La_Reunion", "is no time zone"),
        ("la_reunion", "bretagne", "holiday_zone"),
        ("schedule_id: patrol", "schedule_id: day", "'day' stands twice"),
        ("    services: [Police municipale]\n", "", "already follows 'day'"),
        ("sources: [publik]\n    services", "sources: [public]\n    services", "'public' is not among the sources"),
        ('sunday: ["20:00-24:00"]', "sunday: []", "no day has hours"),
    ],
)
def test_a_schedule_that_cannot_be_followed_is_refused(settings, sound, broken, message):
    assert sound in SCHEDULES
    settings.config_path.write_text(SCHEDULES.replace(sound, broken), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_config(settings)
