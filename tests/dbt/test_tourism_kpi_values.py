"""KPIs of tourism and e-reputation on a fixture written by hand, against numbers computed by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from tourism_fixture import Row

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
EVE, NIGHT = dt.date(2026, 11, 19), dt.date(2026, 11, 20)
UPDATED = "2026-11-18T10:00:00"
MALO = "commune:35288"
# March 2025 to July 2026; August is secret.
NIGHTS = [100, 200, 150, 250, 400, 500, 200, 100, 50, 50, 40, 60, 90, 231, 200, 240, 440]
MONTHS = [f"{2025 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}" for month in range(3, 20)]
YEAR = NIGHTS[5:]  # August 2025 to July 2026
OTHERS = ["29019", "22278", "22050", "35093", "56260", "56121", "29232"]


def cell(value: float | None, month: str, residence: str = "TOTAL", flag: str | None = None, **codes: str) -> Row:
    given = {"freq": "M", "c_resid": residence, "unit": "NR", "geo": "FRH0", "time_period": month}
    return {**given, "obs_value": value, "obs_flag": flag, "updated_at": UPDATED, **codes}


def observation(measure: str, value: float | None, activity: str = "I551", **fields: object) -> Row:
    return {
        "freq": "M",
        "time_period": "2026-07",
        "geo_vintage": "2026",
        "geo_level": "DEP",
        "geo_code": "35",
        "activity": activity,
        "tour_measure": measure,
        "tour_resid": "_T",
        "hotel_sta": "_T",
        "terrtypo": "_T",
        "ranking": "_T",
        "obs_value": value,
        "obs_status": "A",
        "conf_status": "F",
        "updated_at": UPDATED,
        **fields,
    }


def place(activity: str, value: float | None) -> Row:
    own = {"freq": "A", "time_period": "2026", "geo_level": "COM", "geo_code": "35288", "tour_measure": "PLACE"}
    return {**own, "activity": activity, "ranking": "_T", "obs_value": value, "updated_at": UPDATED}


def dwellings(occupation: str, value: float) -> Row:
    own = {"freq": "A", "time_period": "2022", "geo_level": "COM", "geo_code": "35288", "measure": "DWELLINGS"}
    return {**own, "occupation": occupation, "obs_value": value, "updated_at": UPDATED}


def dropped(commune: str, beds: int) -> Row:
    own = {"commune_code": commune, "attribute_code": "tourist_beds", "year": 2026}
    return {**own, "value": str(beds), "value_number": beds}


def stay(month: str, taxed: int | None, exempt: int | None, declarants: int, **fields: object) -> Row:
    return {
        "commune_code": "35288",
        "stay_month": month,
        "stay_through_month": month,
        "accommodation_kind": "Camping",
        "collector": "Commune",
        "declarants_count": declarants,
        "taxed_nights": taxed,
        "exempt_nights": exempt,
        **fields,
    }


def lump(first: str, last: str, nights: int) -> Row:
    return stay(first, nights, 0, 9, stay_through_month=last, collector="Plateforme A")


def presence(day: str, category: str, origin: str, present: float, overnight: float | None = None) -> Row:
    own = {"zone_code": "35288", "present_on": day, "category": category, "origin": origin}
    return {**own, "presence_estimate": present, "overnight_presence_estimate": overnight}


def visits(site: str, period: str, total: int | None, grain: str = "month", starts: str = "2026-07-01") -> Row:
    own = {"site_code": site, "commune_code": "35288", "period": period, "period_grain": grain}
    return {**own, "period_starts_on": starts, "last_month": starts[:7], "total_entries": total}


def asked(channel: str, number: int, foreign: int | None) -> Row:
    own = {"office_code": "OT", "commune_code": "35288", "visited_on": "2026-07-03", "channel": channel}
    return {**own, "visits_count": number, "foreign_visits_count": foreign}


def review(name: str, stars: int, replied_days: int | None = None, commune: str = "35288", day: str = "10-01") -> Row:
    written = dt.datetime.fromisoformat(f"2026-{day}T09:00:00")
    return {
        "review_id": name,
        "account_key": f"google_{commune}",
        "territory_id": f"commune:{commune}",
        "created_at": str(written),
        "updated_at": str(written),
        "stars": stars,
        "reply_content": None if replied_days is None else "Merci",
        "reply_updated_at": None if replied_days is None else str(written + dt.timedelta(days=replied_days)),
    }


def recommendation(number: int, kind: str) -> Row:
    own = {"review_id": f"r{number}", "account_key": "page", "territory_id": "region:53"}
    return {**own, "created_at": "2026-11-10T09:00:00", "recommendation": kind}


def listing(number: int, dump: str) -> Row:
    own = {"area": "france/bretagne/bretagne", "dump_on": dump, "listing_id": str(number), "host_id": f"host_{number}"}
    place = {"neighbourhood_group": "35", "neighbourhood": "Saint-Malo", "room_type": "Private room"}
    return {
        **own,
        **place,
        "minimum_nights": {0: 7, 1: 365}.get(number, 1),
        "number_of_reviews": 0 if number == 11 else 2,
    }


def reviewed(number: int, day: str) -> Row:
    own = {"area": "france/bretagne/bretagne", "dump_on": "2026-09-12", "listing_id": str(number)}
    return {**own, "reviewed_on": day, "review_number": 1}


# Of six places.
IN_NOVEMBER = [[5, 4, 4], [5, 5, 3], [1, 2, 4], [5, 5, 5], [4, 4, 3], [2, 5, 5]]


@pytest.fixture(scope="module")
def built(empty_warehouse):
    empty_warehouse.reset()
    lake = empty_warehouse.lake

    def accept(source: str, stream: str, rows: list[Row], night: dt.date = NIGHT) -> None:
        lake.accept(source, stream, night, rows)

    everything = {"nace_r2": "I551-I553"}
    nights = [cell(value, month, **everything) for month, value in zip(MONTHS, NIGHTS, strict=True)]
    nights += [cell(None, "2026-08", flag=": @C", **everything), cell(110, "2026-07", "FOR", **everything)]
    nights += [cell(7, "2026-07", nace_r2="I551"), cell(9, "2026-07", unit="PCH_SM", **everything)]
    accept("eurostat", "nights", nights)
    arrivals = [cell(160, "2026-07", **everything), cell(None, "2026-05", flag=":", **everything)]
    accept("eurostat_extended", "arrivals", arrivals)
    accept("eurostat_extended", "capacity", [])
    platform = {"freq": "A", "geo": "FRH0"}
    booked = [cell(70, "2026-03", indic_to="NGT_SP", **platform), cell(9, "2026-03", indic_to="STY", **platform)]
    accept("eurostat_extended", "platform_nights", booked)
    hotels = [
        observation("NUI", 1.0, unit_mult=3),
        observation("ARR", 400),
        observation("PLACE_OCCUPANCY_RATE", 62.5),
        observation("NUI", 250, tour_resid="1_X_250"),
        observation("NUI", 5000, activity="I552"),  # camp sites, which are the NACE's I553
        observation("NUI", None, geo_code="22", obs_status="M", conf_status="C"),
    ]
    accept("insee_melodi", "frequentation", hotels)
    accept("insee_melodi", "capacity", [place("I551", 100), place("I552", 50), place("I553", 30)])
    # a drop names the beds of one commune of another region, and nobody said that it names all that have some
    accept("territory_attributes", "attributes", [dropped("44109", 700)])
    accept("insee_melodi", "housing", [dwellings("_T", 1000), dwellings("DW_SEC_DW_OCC", 250)])
    hidden = {"withheld_fields": "taxed_nights", "accommodation_kind": "Hôtel de tourisme"}
    year = [f"2025-{month:02}" for month in range(7, 13)] + [f"2026-{month:02}" for month in range(1, 7)]
    stays = [stay(month, 10, 0, 3) for month in year]
    stays += [lump("2025-07", "2025-12", 300), lump("2026-01", "2026-06", 600)]
    stays += [stay("2026-07", 100, 20, 4), stay("2026-07", None, 1, 2, **hidden), stay("2026-08", 8, 0, 2)]
    accept("tourist_tax", "stays", stays)
    # Requests of the same commune, and of one whose only hosts are two: nobody else is known to be there
    asked_of = [("35288", "2026-07", 12), ("35288", "2026-08", 15), ("35093", "2026-07", 11), ("35288", "2026-06", 4)]
    told = [
        {"request_id": f"{code}-{month}-{number}", "declared_on": f"{month}-05", "municipality_code": code,
         "status": "Ouvert", "channel": "Courrier", "category": "Divers"}
        for code, month, count in asked_of
        for number in range(count)
    ]  # fmt: skip
    accept("opendatasoft", "reports", told)
    phones = [
        presence("2026-07-01", "Touristes", "France", 100, 80),
        presence("2026-07-01", "Touristes", "Étranger", 50, 40),
        presence("2026-07-01", "Excursionnistes", "France", 30),
        presence("2026-07-01", "Résidents", "France", 500, 400),
        presence("2026-07-02", "Touristes", "France", 60, 50),
    ]
    accept("mobile_flows", "presence", phones)
    sites = [visits("S1", "2026-07", 300), visits("S2", "2026-07", None)]
    sites += [visits("S1", "2026-02", None, starts="2026-02-01") | {"note_code": "F"}]
    sites += [visits("S3", "2026-07-14", 20, "day", "2026-07-14"), visits("S1", "2025", 9999, "year", "2025-01-01")]
    accept("attendance", "visits", sites)
    accept("office_visits", "requests", [asked("Comptoir", 60, 15), asked("Téléphone", 30, None)])
    stars = [5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 1, 1]
    written = [review(f"g{i}", star, i + 1 if i < 6 else None) for i, star in enumerate(stars)]
    for commune in OTHERS:
        written += [review(f"{commune}{i}", star, commune=commune) for i, star in enumerate([4, 5])]
    for commune, given in zip(OTHERS, IN_NOVEMBER, strict=False):
        written += [review(f"n{commune}{i}", star, None if i else 1, commune, "11-05") for i, star in enumerate(given)]
    accept("google_business", "reviews", [*written, review("gone", 1, day="10-15")], EVE)
    accept("google_business", "reviews", written)
    accept("google_business", "locations", [])
    given = [recommendation(i, "positive" if i < 8 else "negative") for i in range(10)]
    accept("facebook", "ratings", given)
    # every listing has had a review but the last; the first asks for a week, the second for a year
    accept("inside_airbnb", "dumps", [])
    accept(
        "inside_airbnb",
        "listings",
        [listing(number, dump) for number in range(12) for dump in ("2026-03-10", "2026-09-12")],
    )
    accept(
        "inside_airbnb",
        "reviews",
        [reviewed(number, "2026-07-0" + day) for number in range(11) for day in "123"[: 1 + number % 2]],
    )
    empty_warehouse.build()
    return empty_warehouse


def kpi(
    built, kpi_id: str, territory: str, month: str, columns: str = "value, null_reason", channel: str = "all"
) -> tuple[object, ...]:
    rows = built.query(
        f"select {columns} from kpi_month where kpi_id = ? and territory_id = ? and month_on = ? and channel_code = ?",
        kpi_id,
        territory,
        f"{month}-01",
        channel,
    )
    assert len(rows) == 1, (kpi_id, territory, month, rows)
    return rows[0]


def population(built, territory: str) -> int:
    return built.query("select population from dim_territory where territory_id = ?", territory)[0][0]


@pytest.mark.parametrize("territory", ["nuts:FRH0", "region:53"])
def test_nights_arrivals_and_length_of_stay(built, territory):
    assert kpi(built, "tourism_nights", territory, "2026-07") == (440, None)
    assert kpi(built, "tourism_nights", territory, "2026-08") == (None, "withheld")
    assert kpi(built, "tourism_arrivals", territory, "2026-07") == (160, None)
    assert kpi(built, "tourism_arrivals", territory, "2026-05") == (None, "not_reported")
    found = kpi(built, "average_stay_nights", territory, "2026-07", "numerator, denominator, value")
    assert found == (440, 160, 2.75)
    assert kpi(built, "average_stay_nights", territory, "2026-05") == (None, "not_reported")
    assert kpi(built, "foreign_nights_share", territory, "2026-07") == (0.25, None)
    assert kpi(built, "commercial_present_persons", territory, "2026-07") == (pytest.approx(440 / 31), None)
    assert kpi(built, "platform_nights", territory, "2026-03") == (70, None)


def test_twelve_months_and_what_is_missing_among_them(built):
    total = sum(YEAR)
    assert total == 2201
    ranked = sorted(YEAR)
    gini = sum((2 * rank - 13) * value for rank, value in enumerate(ranked, 1)) / (12 * total)
    found = kpi(built, "nights_seasonality_gini", "region:53", "2026-07", "value, n, null_reason")
    assert found == (pytest.approx(gini), 12, None)
    assert kpi(built, "summer_nights_share", "region:53", "2026-07") == (pytest.approx((440 + 500) / 2201), None)
    intensity = pytest.approx(2201 / population(built, "region:53"))
    assert kpi(built, "tourism_intensity", "region:53", "2026-07") == (intensity, None)
    for name in ("nights_seasonality_gini", "summer_nights_share", "tourism_intensity"):
        assert kpi(built, name, "region:53", "2026-08") == (None, "withheld"), name
        assert kpi(built, name, "region:53", "2026-01") == (None, "fewer_than_12_months"), name


@pytest.mark.parametrize(
    ("month", "value", "reason"),
    [
        ("2026-02", None, "not_reported"),  # February 2025 is not there
        ("2026-03", 90 / 100 - 1, None),
        ("2026-04", 231 / 200 - 1, None),  # Easter lies in April both years
        ("2026-05", None, "calendar_not_comparable"),  # Ascension and Whitsun reached into June in 2025
        ("2026-06", (200 + 240) / (150 + 250) - 1, None),
        ("2026-07", 440 / 400 - 1, None),
        ("2026-08", None, "withheld"),
    ],
)
def test_change_at_a_comparable_calendar(built, month, value, reason):
    found = kpi(built, "nights_change_comparable", "region:53", month)
    assert found == (value if value is None else pytest.approx(value), reason)


def test_hotels_of_a_departement(built):
    assert kpi(built, "hotel_nights", "departement:35", "2026-07") == (1000, None)
    assert kpi(built, "hotel_nights", "departement:22", "2026-07") == (None, "withheld")
    assert kpi(built, "hotel_occupancy_share", "departement:35", "2026-07") == (0.625, None)
    assert kpi(built, "hotel_average_stay_nights", "departement:35", "2026-07") == (2.5, None)
    camping = (
        "select nights_count from fct_tourism_month where accommodation_code = 'I553' and stream = 'frequentation'"
    )
    assert built.query(camping) == [(5000,)]


def test_beds_and_second_homes(built):
    people = population(built, MALO)
    found = kpi(built, "tourist_function_rate", MALO, "2026-01", "numerator, denominator, value")
    assert found == (380, people, pytest.approx(38000 / people))  # 2 × 100 + 3 × 50 + 30
    assert kpi(built, "second_home_share", MALO, "2022-01") == (0.25, None)
    assert kpi(built, "second_home_share", "departement:35", "2022-01") == (None, "partly_reported")


def test_a_commune_has_no_beds_only_where_its_source_names_all_that_have_some(built):
    """INSEE leaves out the communes of Bretagne without beds; a drop leaves out what its sender did not fill in."""
    beds = (
        "select department_code, attribute.source_id, count(*), sum(value) from dim_territory_attribute as attribute"
        " inner join dim_territory using (territory_id) where territory_level = 'commune'"
        " and attribute_code = 'tourist_beds' group by all order by all"
    )
    communes = built.query("select commune_count from dim_territory where territory_id = 'departement:35'")[0][0]
    assert built.query(beds) == [("35", "insee_melodi", communes, 380), ("44", "territory_attributes", 1, 700)]
    people = population(built, "departement:35")
    found = kpi(built, "tourist_function_rate", "departement:35", "2026-01", "numerator, denominator, null_reason")
    assert found == (380, people, None)
    above = (
        "select value, null_reason from dim_territory_attribute"
        " where attribute_code = 'tourist_beds' and territory_id = 'departement:44'"
    )
    assert built.query(above) == [(None, "partly_reported")]
    known = (
        "select territory_id from dim_territory_profile inner join dim_territory using (territory_id)"
        " where department_code = '44' and tourist_beds_per_inhabitant is not null"
    )
    assert built.query(known) == [("commune:44109",)]


def test_tourist_tax_is_dated_by_the_stay_and_lumps_are_not_spread(built):
    found = kpi(built, "tourist_tax_nights", MALO, "2026-07", "value, n, known_share, quality")
    assert found == (120, 6, 0.5, "indicative")
    assert kpi(built, "tourist_tax_nights", MALO, "2026-01") == (10, None)  # nothing of the platform's half-year
    assert kpi(built, "tourist_tax_nights", MALO, "2026-08") == (None, "below_minimum_n")  # two declarants
    for territory in (MALO, "departement:35", "region:53"):
        found = kpi(built, "tourist_tax_nights_12_months", territory, "2026-06", "value, null_reason, known_share")
        assert found == (12 * 10 + 900, None, 1), territory
    assert kpi(built, "tourist_tax_nights_12_months", MALO, "2026-05") == (None, "fewer_than_12_months")
    assert kpi(built, "tourist_tax_nights_12_months", MALO, "2026-07") == (None, "not_defined")


def test_tourism_load_is_persons_a_day_for_a_hundred_inhabitants(built):
    columns = "value, quality, null_reason"
    for territory in ("nuts:FRH0", "region:53"):
        load = pytest.approx(100 * (440 / 31) / population(built, territory))
        assert kpi(built, "tourism_load", territory, "2026-07", columns) == (load, "ok", None)
        assert kpi(built, "tourism_load", territory, "2026-08", columns) == (None, "withheld", "withheld")
    found = kpi(built, "tourist_tax_load", MALO, "2026-07", "value, n, known_share, quality")
    assert found == (pytest.approx(100 * (120 / 31) / population(built, MALO)), 6, 0.5, "indicative")
    columns = "value, numerator, denominator, null_reason"
    assert kpi(built, "tourist_tax_load", MALO, "2026-08", columns) == (None, None, None, "below_minimum_n")


def test_requests_per_inhabitant_and_per_present_person(built):
    people = population(built, MALO)
    columns = "numerator, denominator, value, n, quality"
    found = kpi(built, "requests_per_1000_inhabitants", MALO, "2026-07", columns)
    assert found == (12, people, pytest.approx(12000 / people), 12, "indicative")
    present = pytest.approx(people + 120 / 31)
    found = kpi(built, "requests_per_1000_present", MALO, "2026-07", columns)
    assert found == (12, present, pytest.approx(12000 / (people + 120 / 31)), 12, "indicative")
    # two declarants are a secret, which the persons present must not tell; a commune without hosts; too few requests
    columns = "denominator, value, n, null_reason"
    assert kpi(built, "requests_per_1000_present", MALO, "2026-08", columns) == (None, None, 15, "not_reported")
    dinard = "commune:35093"
    assert kpi(built, "requests_per_1000_present", dinard, "2026-07", columns) == (None, None, 11, "not_reported")
    assert kpi(built, "requests_per_1000_inhabitants", dinard, "2026-07", "n, null_reason") == (11, None)
    assert kpi(built, "requests_per_1000_present", MALO, "2026-06", columns) == (None, None, 4, "below_minimum_n")


def test_mobile_presence_is_another_quantity_and_is_not_rolled_up(built):
    assert kpi(built, "mobile_overnight_stays", MALO, "2026-07", "value, known_share, quality") == (
        170,
        pytest.approx(2 / 31),  # days
        "indicative",
    )
    found = kpi(built, "mobile_present_visitors", MALO, "2026-07", "numerator, denominator, value")
    assert found == (240, 2, 120)
    levels = "select distinct territory_id from kpi_month where kpi_id like 'mobile%'"
    assert built.query(levels) == [(MALO,)]


def test_entries_of_months_and_days_only(built):
    for territory in (MALO, "region:53"):
        found = kpi(built, "site_entries", territory, "2026-07", "value, n, known_share, quality")
        assert found == (320, 2, pytest.approx(2 / 3), "indicative")
    assert kpi(built, "site_entries", MALO, "2026-02") == (None, "closed")
    assert built.query("select count(*) from kpi_month where kpi_id = 'site_entries' and month_on < '2026-01-01'") == [
        (0,)
    ]


def test_office_requests_by_channel_and_origin(built):
    assert kpi(built, "office_requests", MALO, "2026-07") == (90, None)
    assert kpi(built, "office_requests", MALO, "2026-07", channel="counter") == (60, None)
    assert kpi(built, "office_requests", MALO, "2026-07", channel="phone") == (30, None)
    assert kpi(built, "office_foreign_share", MALO, "2026-07", "n, interval_low") == (60, None)  # a single office
    found = kpi(built, "office_foreign_share", MALO, "2026-07", "numerator, denominator, known_share, quality")
    assert found == (15, 60, pytest.approx(60 / 90), "indicative")


def test_ratings_replies_and_what_was_taken_down(built):
    assert kpi(built, "reviews", MALO, "2026-10", "value") == (12,)  # the thirteenth is gone
    assert kpi(built, "reviews", MALO, "2026-10", "value", channel="google_business") == (12,)
    found = kpi(built, "mean_rating", MALO, "2026-10", "numerator, denominator, value, quality")
    assert found == (44, 12, pytest.approx(44 / 12), "indicative")
    assert kpi(built, "negative_review_share", MALO, "2026-10") == (0.25, None)
    assert kpi(built, "review_reply_share", MALO, "2026-10") == (0.5, None)
    # one establishment's twelve reviews do not say how far others' would be
    for name in ("mean_rating", "negative_review_share", "review_reply_share"):
        assert kpi(built, name, MALO, "2026-10", "n, interval_low, interval_high") == (12, None, None), name
    # six answered after one to six days, six still waiting for longer: half are answered after the sixth day
    found = kpi(built, "review_reply_delay_days", MALO, "2026-10", "value, n, interval_low is not null")
    # and so few do not bound the median from above: no interval with one end
    assert found == (6, 12, False)
    assert kpi(built, "mean_rating", "commune:29019", "2026-10") == (None, "below_minimum_n")
    assert kpi(built, "recommendation_share", "region:53", "2026-11") == (0.8, None)
    deleted = "select content, sentiment_score, is_deleted_at_source from fct_review where review_id = 'gone'"
    assert built.query(deleted) == [(None, -1, True)]


def test_what_is_said_of_one_place_is_one_cluster(built):
    """Expected bounds: the formulas of the macros in python, place by place."""

    def found(name: str) -> tuple:
        return kpi(built, name, "region:53", "2026-11", "numerator, denominator, interval_low, interval_high")

    def about(*figures: float) -> object:
        return pytest.approx(figures, abs=1e-6)

    assert found("mean_rating") == about(71, 18, 2.6365105, 4.6731426)
    assert found("negative_review_share") == about(3, 18, 0.0253562, 0.6059153)
    assert found("review_reply_share") == about(6, 18, 0.0971979, 0.6989830)
    # ten people about one page
    page = kpi(built, "recommendation_share", "region:53", "2026-11", "n, interval_low, quality")
    assert page == (10, None, "indicative")


def test_few_reviews_are_drawn_towards_the_mean_of_all(built):
    found = kpi(built, "adjusted_rating", MALO, "2026-10", "value, n, quality, interval_low, interval_high")
    group_mean = (44 / 12 + 7 * 4.5) / 8
    assert 44 / 12 < found[0] < group_mean + 0.2
    assert found[1:3] == (12, "indicative")
    assert found[3] < found[0] < found[4]
    assert kpi(built, "adjusted_rating", "commune:29019", "2026-10") == (None, "below_minimum_n")


def test_short_lets_are_counted_when_reviewed_and_their_nights_are_an_estimate(built):
    assert kpi(built, "rental_active_listings", MALO, "2026-09", "value, n, quality") == (11, 12, "indicative")
    # before they were reviewed: none of the twelve is active in March
    assert kpi(built, "rental_active_listings", MALO, "2026-03", "value, n") == (0, 12)
    # July: six listings with one review (two stays), five with two (four stays), three nights each; the first asks for
    # seven nights, the second for a year, which is cut at 70 % of 31 nights
    expected = 2 * 7 + 0.7 * 31 + 5 * 2 * 3 + 4 * 4 * 3
    found = kpi(built, "rental_estimated_nights", "region:53", "2026-07", "value, n")
    assert found == (pytest.approx(expected), 11)
    assert kpi(built, "rental_estimated_nights", MALO, "2026-09", "value, n, is_provisional") == (0, 12, True)
