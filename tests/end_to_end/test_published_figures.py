"""What readers are given, on one published version: figures that facts confirm, queries, open data."""

import csv
import json
import re
import shutil
from pathlib import Path

import duckdb
import frictionless
import pytest
from tests.conftest import empty_all_but_dbt
from tests.end_to_end.reconciled import NONE_IN_THE_DEMONSTRATION, NOT_RECORDS, RECONCILED, VIEWS

from comptoir.inventory.schema import load_inventory
from comptoir.orchestration import steps
from comptoir.orchestration.summary import french_number, latest_kpis
from comptoir.serving.export import export_open_data
from comptoir.serving.versions import current_dir, open_served
from comptoir.settings import PROJECT_DIR, ComptoirError, get_settings
from comptoir.warehouse.catalogue import active, load_catalogue

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PAGES = ["docs/how-to/sql-cookbook.md", "docs/explanation/how-to-read-a-kpi.md"]
QUERY = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)
QUERIES = [
    pytest.param(query, id=f"{Path(page).stem}-{position}")
    for page in PAGES
    for position, query in enumerate(QUERY.findall((PROJECT_DIR / page).read_text(encoding="utf-8")), 1)
]
# Of what two nights of a small region cannot hold: a revision, an effect of a campaign that lies ahead.
NOT_OF_THE_REGION = {"mobile_overnight_stays"}  # zones are not added up
MAY_BE_EMPTY = {"sql-cookbook-18", "sql-cookbook-28"}


@pytest.fixture(scope="module")
def published(_publishers, worker_var):
    """Two nights of every source of the demonstration, built and published once."""
    with pytest.MonkeyPatch.context() as patch:
        empty_all_but_dbt(worker_var)
        patch.setenv("COMPTOIR_VAR", str(worker_var))
        patch.setenv("COMPTOIR_ENDPOINT_TEMPLATE", _publishers.url + "/{night}/{source}")
        patch.setenv("COMPTOIR_SANDBOX_TOKEN", _publishers.app.state.world.region.token)
        patch.setenv("COMPTOIR_HTTP_PACED", "false")
        assert steps.backfill("2026-11-19", "2026-11-20", progress=lambda _: None) == []
        yield get_settings()


def test_there_are_enough_questions_and_kpis():
    assert len([query for query in QUERIES if query.id.startswith("sql-cookbook")]) >= 20
    assert len(active(load_catalogue())) >= 45


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_pages_runs(published, query, request):
    which = "restricted" if query.startswith("-- restricted") else "comptoir"
    with open_served(published, which) as connection:
        rows = connection.execute(query).fetchall()
    assert rows or request.node.callspec.id in MAY_BE_EMPTY


def test_the_last_screen_shows_totals_and_a_channel_only_where_there_is_no_total(published):
    with open_served(published) as connection:
        shown = latest_kpis(connection, "region:53")
        value, month, channels = connection.execute(
            """
            select value, strftime(month_on, '%Y-%m'), (
                select count(*) from kpi_month as by_channel
                where (by_channel.kpi_id, by_channel.territory_id, by_channel.month_on)
                    = (total.kpi_id, total.territory_id, total.month_on) and by_channel.channel_code != 'all'
            )
            from kpi_month as total
            where kpi_id = 'contacts' and territory_id = 'region:53' and channel_code = 'all' and value is not null
            order by month_on desc limit 1
            """
        ).fetchone()
        splits = connection.execute(
            "select count(distinct channel_code) from kpi_month where kpi_id = 'citizen_post_share' "
            "and territory_id = 'region:53' and value is not null"
        ).fetchone()[0]
    assert channels > 3
    assert [row[1:6] for row in shown if row[0] == "Contacts reçus"] == [
        ("tous publics", f"{french_number(value, ',d')} contacts", "-", french_number(value, ",d"), month)
    ]
    (name,) = (kpi.name_fr for kpi in load_catalogue() if kpi.kpi_id == "citizen_post_share")
    of_citizens = [row for row in shown if row[0] == name]
    assert len(of_citizens) == splits > 1
    assert all(", " in public for _, public, *_ in of_citizens)


@pytest.fixture(scope="module")
def package_dir(published, tmp_path_factory) -> Path:
    return export_open_data(published, tmp_path_factory.mktemp("open_data"))


def test_the_open_data_are_a_valid_package(package_dir):
    report = frictionless.Package(str(package_dir / "datapackage.json")).validate()
    assert report.flatten(["rowNumber", "fieldName", "code", "message"]) == []
    assert report.valid
    assert {task.name for task in report.tasks} == {"kpi_month", "kpi", "territory"}


def test_a_wrong_cell_of_the_open_data_would_be_found(package_dir, tmp_path):
    for path in package_dir.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    lines = (tmp_path / "kpi_month.csv").read_text().splitlines()
    (tmp_path / "kpi_month.csv").write_text("\n".join([*lines, lines[1].replace(lines[1].split(",")[0], "commune:0")]))
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


def test_csv_and_parquet_say_what_was_published(published, package_dir):
    with open_served(published) as connection:
        served = connection.execute(
            "select count(*), count(value), sum(value) from kpi_month "
            "where kpi_id in (select kpi_id from dim_kpi where is_public)"
        ).fetchone()
    for name in ("kpi_month.parquet", "kpi_month.csv"):
        again = duckdb.sql(f"select count(*), count(value), sum(value) from '{package_dir / name}'").fetchone()
        assert again[:2] == served[:2]
        assert again[2] == pytest.approx(served[2])
    with (package_dir / "kpi_month.csv").open(encoding="utf-8", newline="") as file:
        withheld = [row for row in csv.DictReader(file) if row["quality"] == "withheld"]
    assert withheld
    assert all(row["value"] == "" and row["null_reason"] for row in withheld)


def test_what_is_not_public_stays_behind(published, tmp_path, monkeypatch):
    version = tmp_path / "serving" / "versions" / "changed"
    version.mkdir(parents=True)
    shutil.copy(current_dir(published) / "comptoir.duckdb", version)
    (tmp_path / "serving" / "current").symlink_to(version)
    with duckdb.connect(str(version / "comptoir.duckdb")) as connection:
        assert connection.execute("select count(*) from kpi_month where kpi_id = 'requests'").fetchone()[0] > 0
        connection.execute("update dim_kpi set is_public = false where kpi_id = 'requests'")
    monkeypatch.setenv("COMPTOIR_VAR", str(tmp_path))
    folder = export_open_data(get_settings(), tmp_path / "open")
    for name in ("kpi", "kpi_month"):
        rows = duckdb.sql(f"select count(*), count(*) filter (kpi_id = 'requests') from '{folder / name}.parquet'")
        count, hidden = rows.fetchone()
        assert (count > 0, hidden) == (True, 0)


def test_a_version_is_exported_once_and_never_half(published, package_dir):
    version = current_dir(published)
    assert package_dir.name == version.name
    with pytest.raises(ComptoirError, match="never changes"):
        export_open_data(published, package_dir.parent)
    assert [path.name for path in package_dir.parent.iterdir()] == [version.name]


# ---- figures: each KPI that adds up, from the facts again, by SQL that shares nothing with the catalogue

INSIDE = """territory_id in (
    select territory_id from bridge_territory_ancestor where ancestor_id = 'region:53' and is_inside
)"""
OF_EUROSTAT = "geo_code = 'FRH0' and origin_country_group = 'all' and is_current_vintage"
ADDITIVE = {
    "requests": f"select month_on, count(*) from fct_request where {INSIDE} group by 1",
    "contacts": f"""
        with heard as (select * from fct_contact where {INSIDE})
        select month_on, count(*) from heard as own
        where not (own.contact_kind = 'case' and own.is_typed_by_agent and exists (
            from heard as other
            join bridge_territory_ancestor as up on up.ancestor_id = other.territory_id and up.is_inside
            where other.contact_kind != 'case' and up.territory_id = own.territory_id
                and (other.month_on, other.channel_code) = (own.month_on, own.channel_code)
        ))
        group by 1
    """,
    "open_requests": f"""
        with ends as (select source_id, month_on, max(day_on) as day_on from fct_backlog_day group by 1, 2)
        select month_on, sum(open_count) from fct_backlog_day semi join ends using (source_id, month_on, day_on)
        where {INSIDE} group by 1
    """,
    "web_visits": f"select month_on, sum(visits_count) from fct_web_day where {INSIDE} group by 1",
    "reviews": f"select month_on, count(*) from fct_review where {INSIDE} and not is_deleted_at_source group by 1",
    "official_posts": f"""
        select month_on, count(*) from fct_post
        where {INSIDE} and author_kind = 'official' and not is_repost and not is_deleted_at_source group by 1
    """,
    "followers": f"""
        with days as (
            select
                *,
                max(day_on) filter (followers_count is not null) over (partition by account_key, month_on) as last_on,
                min(month_on) filter (source_night_on = day_on) over (partition by account_key) as watched_from_on
            from fct_account_day
        )
        select month_on, sum(followers_count) from days
        where {INSIDE} and day_on = last_on and month_on >= watched_from_on group by 1
    """,
    "tourism_nights": f"""
        select month_on, nights_count from fct_tourism_month
        where {OF_EUROSTAT} and stream = 'nights' and published_accommodation_code = 'I551-I553'
    """,
    "tourism_arrivals": f"""
        select month_on, arrivals_count from fct_tourism_month
        where {OF_EUROSTAT} and stream = 'arrivals' and published_accommodation_code = 'I551-I553'
    """,
    "platform_nights": f"""
        select month_on, nights_count from fct_tourism_month where {OF_EUROSTAT} and stream = 'platform_nights'
    """,
    "hotel_nights": """
        select month_on, nights_count from fct_tourism_month
        where territory_id = 'region:53' and stream = 'frequentation' and published_accommodation_code = 'I551'
            and origin_country_group = 'all' and is_current_vintage
    """,
    "tourist_tax_nights": f"""
        select month_on, sum(taxed_nights_count + exempt_nights_count) from fct_tourist_tax
        where {INSIDE} and not is_lump group by 1
    """,
    "site_entries": f"""
        select month_on, sum(total_entries_count) from fct_attendance
        where {INSIDE} and period_grain in ('day', 'month') group by 1
    """,
    "office_requests": f"""
        select month_on, sum(office_requests_count) from fct_office_request_day where {INSIDE} group by 1
    """,
    "rental_active_listings": f"""
        select shown.month_on, count(*) from fct_rental_month as shown
        where {INSIDE} and dump_on is not null and exists (
            from fct_rental_month as let where (let.source_id, let.listing_id) = (shown.source_id, shown.listing_id)
                and let.month_reviews_count > 0 and let.month_on <= shown.month_on
                and let.month_on > shown.month_on - interval 12 month
        )
        group by 1
    """,
    "rental_estimated_nights": f"""
        select month_on, sum(least(
            2 * month_reviews_count * greatest(3, minimum_nights_count), 0.7 * day(last_day(month_on))
        ))
        from fct_rental_month where {INSIDE} group by 1
    """,
    "voices": f"""
        with said as (
            select * from fct_post
            where author_kind not in ('official', 'bot') and not is_repost and not is_deleted_at_source
            union all by name
            select * from fct_comment where author_kind not in ('official', 'bot') and not is_deleted_at_source
            union all by name
            select * from fct_review where not is_deleted_at_source
            union all by name
            from fct_request
            union all by name
            select * from fct_satisfaction where is_complete
        )
        select month_on, count(*) from said where {INSIDE} group by 1
    """,
    "mobile_overnight_stays": """
        select month_on, sum(overnight_presence_estimate) from fct_mobile_presence_day
        where territory_id = 'region:53' and presence_category_code = 'tourist' group by 1
    """,
}


def test_every_kpi_that_adds_up_is_confirmed_by_another_query():
    assert {kpi.kpi_id for kpi in active(load_catalogue()) if kpi.kind == "additive"} == set(ADDITIVE)


@pytest.mark.parametrize("kpi_id", ADDITIVE)
def test_a_kpi_of_the_region_is_what_its_facts_say(published, kpi_id):
    with duckdb.connect(str(published.warehouse_path), read_only=True) as warehouse:
        expected = dict(warehouse.execute(ADDITIVE[kpi_id]).fetchall())
        rows = warehouse.execute(
            "select month_on, value, coalesce(null_reason = 'below_minimum_n', false) from kpi_month "
            "join dim_kpi using (kpi_id, audience) "
            "where kpi_id = ? and territory_id = 'region:53' and channel_code = 'all'",
            [kpi_id],
        ).fetchall()
    shown = {month: value for month, value, _ in rows if value is not None}
    too_few = {month for month, _, is_withheld in rows if is_withheld}
    known = {month for month, value in expected.items() if value is not None} - too_few
    assert shown or kpi_id in NOT_OF_THE_REGION
    assert {month: float(expected.get(month) or 0) for month in known | shown.keys()} == pytest.approx(shown)


def test_a_sum_over_overlapping_destinations_is_refused(published):
    """Saint-Malo lies in two destinations: adding them up would count it twice, and the bridge gives NULL instead."""
    with duckdb.connect(str(published.warehouse_path), read_only=True) as warehouse:
        each = warehouse.execute(
            "select territory_id, sum(value) from kpi_month "
            "where kpi_id = 'requests' and territory_id like 'destination:%' group by 1"
        ).fetchall()
        ((total,),) = warehouse.execute("""
            select sum(month.value * bridge.weight) from kpi_month as month
            join bridge_territory_ancestor as bridge on month.territory_id = bridge.territory_id
            where month.kpi_id = 'requests' and month.territory_id like 'destination:%'
                and bridge.ancestor_id = 'region:53'
        """).fetchall()
    assert len(each) > 1
    assert all(value > 0 for _, value in each)
    assert total is None


def test_destinations_add_nothing_to_a_sum_of_epcis_and_the_cookbooks_sum_refuses_both(published):
    """A sum skips NULL, so that of both levels would be the EPCIs' without a word: it must count the weights too."""
    (query,) = (
        query for query in QUERY.findall((PROJECT_DIR / PAGES[0]).read_text(encoding="utf-8")) if ".weight" in query
    )
    of_the_region = query.replace("bridge.ancestor_level = 'epci'", "bridge.ancestor_id = 'region:53'")
    of_epcis, of_both = (
        of_the_region.replace("territory_level = 'commune'", f"territory_level in ({levels})")
        for levels in ("'epci'", "'epci', 'destination'")
    )
    unguarded = re.compile(r"case when .* then (sum\(.*?\)) end", re.DOTALL)
    with open_served(published) as connection:
        epcis, both, skipped = (
            {month: value for _, month, value in connection.execute(each).fetchall()}
            for each in (of_epcis, of_both, unguarded.sub(r"\1", of_both))
        )
    assert len(epcis) > 3
    assert all(value > 0 for value in epcis.values())
    assert skipped == epcis
    assert set(both.values()) == {None}


# ---- facts: everything that bronze holds, counted without dbt


@pytest.fixture(scope="module")
def bronze(published):
    """The streams of the lake as tables, what the inventory says of them, and what reconciled.py derives."""
    inventory = load_inventory()
    with duckdb.connect() as connection:
        connection.execute("create table contract (_source varchar, stream varchar, re_read_days integer)")
        for folder in (published.lake_dir / "bronze").glob("*/*"):
            source, stream = folder.parent.name, folder.name
            connection.execute(f"create schema if not exists {source}")
            connection.execute(
                f"create view {source}.{stream} as from read_parquet('{folder}/night=*.parquet', union_by_name = true)"
            )
            days = inventory.stream(source, stream).re_read_days
            connection.execute("insert into contract values (?, ?, ?)", [source, stream, days])
        for name, seed in [("commune", "reference/communes"), ("meaning", "mappings/request_status_map")]:
            path = PROJECT_DIR / "dbt" / "seeds" / f"{seed}.csv"
            connection.execute(f"create table {name} as from read_csv('{path}', all_varchar = true)")
        connection.execute(VIEWS)
        yield connection


def test_bronze_holds_accepted_nights_only(published):
    told = [json.loads(path.read_bytes()) for path in published.lake_dir.glob("reconciliation/*/*/night=*.json")]
    accepted = {(each["source"], each["stream"], each["night"]) for each in told if each["verdict"] == "accepted"}
    held = published.lake_dir.glob("bronze/*/*/night=*.parquet")
    assert {(path.parts[-3], path.parts[-2], path.stem.removeprefix("night=")) for path in held} == accepted
    assert len(accepted) == len(told) > 100


def test_every_fact_is_counted_again_or_is_no_record():
    facts = {path.stem for path in (PROJECT_DIR / "dbt" / "models" / "marts").glob("*/fct_*.sql")}
    counted = {name.split("/")[0] for name in RECONCILED}
    assert {name for name in counted if name.startswith("fct_")} | set(NOT_RECORDS) == facts
    assert counted.isdisjoint(NOT_RECORDS)


@pytest.mark.parametrize("name", RECONCILED)
def test_a_fact_reconciles_with_bronze(published, bronze, name):
    of_bronze, of_fact = RECONCILED[name]
    held = bronze.execute(of_bronze).fetchone()
    with duckdb.connect(str(published.warehouse_path), read_only=True) as warehouse:
        assert warehouse.execute(of_fact).fetchone() == pytest.approx(held, rel=1e-9)
    assert (held[0] == 0) == (name in NONE_IN_THE_DEMONSTRATION)


def test_nothing_is_lost_between_the_publisher_and_bronze(published):
    with duckdb.connect(str(published.warehouse_path), read_only=True) as warehouse:
        received, gap = warehouse.execute(
            "select sum(received_count), sum(abs(unexplained_count)) from rpt_reconciliation"
        ).fetchone()
    assert received > 0
    assert gap == 0


# ---- what is used twice is the same figure: the maturity of a month and the Observatoire's index against the KPIs

TWINS = {
    "digital_contact_share": "digital_contact_share",
    "answered_call_share": "answered_call_rate",
    "followers_per_1000": "followers_per_1000_inhabitants",
    "engagement_by_followers": "engagement_rate_by_followers",
}


@pytest.mark.parametrize(("indicator", "kpi_id"), TWINS.items())
def test_maturity_rests_on_the_figures_of_the_kpis(published, indicator, kpi_id):
    with duckdb.connect(str(published.warehouse_path), read_only=True) as connection:
        rows = connection.execute(
            """
            select kpi.territory_id, kpi.month_on, kpi.numerator, twin.numerator, kpi.denominator, twin.denominator
            from (
                from kpi_month
                where kpi_id = $1 and audience = 'all' and channel_code = 'all' and numerator is not null
                    and split_part(territory_id, ':', 1) in ('commune', 'epci', 'departement', 'region')
            ) as kpi
            join (from fct_maturity_month where indicator_code = $2 and numerator is not null) as twin
                using (territory_id, month_on)
            """,
            [kpi_id, indicator],
        ).fetchall()
    assert len(rows) > 2
    per_thousand = 1000 if indicator == "followers_per_1000" else 1
    assert [
        row for row in rows if row[2:4] != pytest.approx(row[2:3] * 2) or row[4] != pytest.approx(row[5] * per_thousand)
    ] == []


def test_the_observatoire_rests_on_the_figures_of_the_kpis(published):
    with duckdb.connect(str(published.warehouse_path), read_only=True) as connection:
        rows = connection.execute(
            """
            with twin as (
                select
                    bridge.ancestor_id as territory_id, month_on, sum(interactions_sum) as interactions,
                    sum(followers_sum) as followers, sum(posts_per_day) as posts_per_day
                from intermediate.observatoire_month
                join bridge_territory_ancestor as bridge using (territory_id)
                where bridge.is_inside and bridge.ancestor_id = 'region:53'
                group by all
            )
            select twin.month_on, engagement.numerator, twin.interactions, engagement.denominator, twin.followers,
                activity.value, twin.posts_per_day
            from twin
            left join kpi_month as engagement on (engagement.territory_id, engagement.month_on, engagement.channel_code)
                = (twin.territory_id, twin.month_on, 'instagram') and engagement.kpi_id = 'engagement_rate_by_followers'
            left join kpi_month as activity on (activity.territory_id, activity.month_on, activity.channel_code)
                = (twin.territory_id, twin.month_on, 'instagram') and activity.kpi_id = 'official_posts_per_day'
            """
        ).fetchall()
    assert any(row[1] is not None for row in rows) and any(row[5] is not None for row in rows)
    for _, *pairs in rows:
        for kpi, twin in zip(pairs[::2], pairs[1::2], strict=True):
            assert kpi == pytest.approx(twin) or kpi is None
