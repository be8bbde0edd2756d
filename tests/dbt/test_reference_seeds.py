"""The committed reference seeds, read as dbt reads them: every code is text."""

from pathlib import Path

import duckdb
import pytest

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds" / "reference"


@pytest.fixture(scope="module")
def seeds():
    connection = duckdb.connect()
    for path in SEEDS.glob("*.csv"):
        connection.execute(
            f"create view {path.stem} as from read_csv('{path}', header = true, all_varchar = true, nullstr = '')"
        )
    yield connection
    connection.close()


def rows(seeds, sql):
    return seeds.execute(sql).fetchall()


def test_every_current_commune_once(seeds):
    assert rows(seeds, "select count(*), count(distinct commune_code) from communes") == [(34_969, 34_969)]
    assert rows(seeds, "select commune_code from communes where length(commune_code) != 5") == []


def test_unknown_population_is_empty_and_nobody_is_zero(seeds):
    unknown = "select department_code from communes where population is null order by commune_code"
    assert rows(seeds, unknown) == [("984",)] * 5 + [("989",)]
    nobody = "select distinct department_code, count(*) from communes where population = '0' group by all"
    assert rows(seeds, nobody) == [("55", 6)]
    assert rows(seeds, "select sum(population::bigint) from communes") == [(68_952_941,)]


def test_codes_keep_their_leading_zeros_and_letters(seeds):
    assert rows(seeds, "select department_name from departements where department_code = '01'") == [("Ain",)]
    assert rows(seeds, "select region_name from regions where region_code = '01'") == [("Guadeloupe",)]
    assert rows(seeds, "select commune_name from communes where commune_code = '2A004'") == [("Ajaccio",)]


def test_names_are_clean(seeds):
    for table, column in [
        ("communes", "commune_name"),
        ("epci", "epci_name"),
        ("departements", "department_name"),
        ("nuts", "nuts_name"),
        ("eurostat_geos", "geo_name_fr"),
        ("channels", "channel_name_fr"),
    ]:
        dirty = f"{column} is null or {column} != trim({column}) or {column} like '%Ã%' or {column} like '%\ufffd%'"
        assert rows(seeds, f"select {column} from {table} where {dirty}") == []


def test_communes_hang_on_known_departements_and_epci(seeds):
    orphans = """
        select commune_code from communes
        left join departements using (department_code)
        left join regions using (region_code)
        left join epci using (epci_code)
        where region_name is null or (communes.epci_code is not null and epci_name is null)
    """
    assert rows(seeds, orphans) == []
    empty = (
        "select epci_code from epci where epci_code not in (select epci_code from communes where epci_code is not null)"
    )
    assert rows(seeds, empty) == []


def test_departements_are_101_and_each_is_one_nuts3(seeds):
    departements = rows(seeds, "select department_code from departements where zone_code != 'com' order by all")
    nuts3 = rows(seeds, "select department_code from nuts where nuts_level = '3' order by all")
    assert len(departements) == 101
    assert nuts3 == departements
    renamed = """
        select nuts_code from nuts join departements using (department_code)
        where nuts_name != department_name or nuts.region_code != departements.region_code
    """
    assert rows(seeds, renamed) == []


def test_nuts_nest(seeds):
    assert rows(seeds, "select nuts_level, count(*) from nuts group by all order by all") == [
        ("1", 14),
        ("2", 27),
        ("3", 101),
    ]
    wrong = """
        select child.nuts_code from nuts as child
        left join nuts as parent on parent.nuts_code = left(child.nuts_code, length(child.nuts_code) - 1)
        where length(child.nuts_code) != 2 + child.nuts_level::int
           or (child.nuts_level != '1' and (
               parent.nuts_code is null
               or parent.region_code is distinct from child.region_code and parent.nuts_code != 'FRY'))
    """
    assert rows(seeds, wrong) == []
    regions = "select region_code from regions where length(region_code) = 2 order by all"
    assert rows(seeds, "select distinct region_code from nuts where nuts_level = '2' order by all") == rows(
        seeds, regions
    )


def test_bretagne_as_eurostat_names_it(seeds):
    bretagne = "select nuts_code, nuts_name, department_code from nuts where region_code = '53' order by nuts_code"
    assert rows(seeds, bretagne) == [
        ("FRH", "Bretagne", None),
        ("FRH0", "Bretagne", None),
        ("FRH01", "Côtes-d'Armor", "22"),
        ("FRH02", "Finistère", "29"),
        ("FRH03", "Ille-et-Vilaine", "35"),
        ("FRH04", "Morbihan", "56"),
    ]


def test_national_public_holidays_are_eleven_a_year(seeds):
    other_years = """
        select year(holiday_on::date) as year, count(*) from public_holidays where zone_code = 'metropole'
        group by year having count(*) != 11 order by year
    """
    assert rows(seeds, other_years) == [(2005, 10), (2006, 10), (2007, 10)]
    movable = (
        "select distinct holiday_name_fr from public_holidays where zone_code = 'metropole' and is_movable = 'true'"
    )
    assert {name for (name,) in rows(seeds, movable)} == {"Ascension", "Lundi de Pâques", "Lundi de Pentecôte"}


def test_alsace_moselle_adds_two_days(seeds):
    added = "select holiday_on from public_holidays where zone_code = 'alsace_moselle' and holiday_on like '2026%'"
    assert sorted(rows(seeds, added)) == [("2026-04-03",), ("2026-12-26",)]


def test_school_holidays_never_overlap_and_cover_every_year(seeds):
    overlapping = """
        select a.zone_code, a.starts_on from school_holidays as a join school_holidays as b
        on a.zone_code = b.zone_code and a.starts_on < b.starts_on and b.starts_on <= a.ends_on
    """
    assert rows(seeds, overlapping) == []
    assert rows(seeds, "select starts_on from school_holidays where ends_on < starts_on") == []
    years = """
        select zone_code, count(distinct left(starts_on, 4)) from school_holidays
        where holiday_name_fr = 'Vacances d''été' group by all order by all
    """
    assert rows(seeds, years) == [("A", 38), ("B", 38), ("C", 38)]


def test_channels_answer_only_the_questions_of_their_kind(seeds):
    mixed = """
        select channel_code from channels
        where (channel_kind != 'contact' and (is_digital is not null or is_paper is not null))
           or (is_digital = 'true' and is_paper = 'true')
    """
    assert rows(seeds, mixed) == []
    contact = {code for (code,) in rows(seeds, "select channel_code from channels where channel_kind = 'contact'")}
    assert contact == {"app", "web", "email", "social", "phone", "counter", "letter", "fax", "agent", "unknown"}


def test_eurostat_geos_tell_countries_from_aggregates(seeds):
    assert rows(seeds, "select territory_level, count(*) from eurostat_geos group by all order by all") == [
        ("aggregate", 7),
        ("country", 38),
    ]
