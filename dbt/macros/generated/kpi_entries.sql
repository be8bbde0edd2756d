{#- generated from dbt/metrics by `comptoir inventory sync`: edit the catalogue, not this file -#}
{% macro kpi_entries() %}
{% do return([
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_account_month",
            "known_share": "count(input.followers_count) / cast(count(*) as double)",
            "measure": "sum(input.followers_count)",
            "n": "count(input.followers_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "followers",
        "streams": [
            "mastodon.accounts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "max(territory.population)",
            "from": "kpi_input_account_month",
            "known_share": "count(input.followers_count) / cast(count(*) as double)",
            "measure": none,
            "n": "count(input.followers_count)",
            "numerator": "sum(input.followers_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1000,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "followers_per_1000_inhabitants",
        "streams": [
            "mastodon.accounts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_official_post",
            "known_share": none,
            "measure": "count(*)",
            "n": "count(*)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "official_posts",
        "streams": [
            "mastodon.statuses"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.rated_followers_count)",
            "from": "kpi_input_official_post",
            "known_share": "count(input.rated_followers_count) / cast(count(*) as double)",
            "measure": none,
            "n": "count(input.rated_followers_count)",
            "numerator": "sum(input.rated_interactions_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "engagement_rate_by_followers",
        "streams": [
            "mastodon.statuses"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(*)",
            "from": "kpi_input_captured_post",
            "known_share": none,
            "measure": none,
            "n": "count(*)",
            "numerator": "count(*) filter (where input.is_citizen)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "citizen_post_share",
        "streams": [
            "mastodon.hashtag_timeline"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "resident",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_request_month",
            "known_share": none,
            "measure": "sum(input.requests_count)",
            "n": "sum(input.requests_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "requests",
        "streams": [
            "opendatasoft.reports"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "resident",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.known_channel_requests_count)",
            "from": "kpi_input_request_month",
            "known_share": "sum(input.known_channel_requests_count) / cast(sum(input.requests_count) as double)",
            "measure": none,
            "n": "sum(input.known_channel_requests_count)",
            "numerator": "sum(input.digital_requests_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "digital_request_share",
        "streams": [
            "opendatasoft.reports"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_tourism_month",
            "known_share": none,
            "measure": "sum(input.nights_count)",
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "tourism_nights",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_tourism_arrivals",
            "known_share": none,
            "measure": "sum(input.arrivals_count)",
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "tourism_arrivals",
        "streams": [
            "eurostat.arrivals"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.stay_arrivals_count)",
            "from": "kpi_input_average_stay",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": "sum(input.stay_nights_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "average_stay_nights",
        "streams": [
            "eurostat.nights",
            "eurostat.arrivals"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.split_nights_count)",
            "from": "kpi_input_tourism_month",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": "sum(input.split_foreign_nights_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "foreign_nights_share",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_hotel_month",
            "known_share": none,
            "measure": "sum(input.nights_count)",
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "hotel_nights",
        "streams": [
            "insee_melodi.frequentation"
        ],
        "territory_levels": [
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "hotel_occupancy_share",
            "denominator": none,
            "from": "kpi_input_hotel_month",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "hotel_occupancy_share",
        "streams": [
            "insee_melodi.frequentation"
        ],
        "territory_levels": [
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.stay_arrivals_count)",
            "from": "kpi_input_hotel_month",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": "sum(input.stay_nights_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "hotel_average_stay_nights",
        "streams": [
            "insee_melodi.frequentation"
        ],
        "territory_levels": [
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_platform_month",
            "known_share": none,
            "measure": "sum(input.platform_nights_count)",
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "platform_nights",
        "streams": [
            "eurostat.platform_nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "nights_gini",
            "denominator": none,
            "from": "kpi_input_nights_seasonality",
            "known_share": none,
            "measure": none,
            "n": "max(input.months_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "nights_seasonality_gini",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "summer_nights_share",
            "denominator": none,
            "from": "kpi_input_nights_seasonality",
            "known_share": none,
            "measure": none,
            "n": "max(input.months_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "summer_nights_share",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "nights_per_inhabitant",
            "denominator": none,
            "from": "kpi_input_nights_seasonality",
            "known_share": none,
            "measure": none,
            "n": "max(input.months_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "tourism_intensity",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "nights_change_share",
            "denominator": none,
            "from": "kpi_input_nights_change",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 14
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "nights_change_comparable",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.counted_days_count)",
            "from": "kpi_input_tourism_month",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": "sum(input.nights_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "commercial_present_persons",
        "streams": [
            "eurostat.nights"
        ],
        "territory_levels": [
            "region",
            "nuts2",
            "nuts1",
            "country"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "max(territory.population)",
            "from": "kpi_input_tourist_beds",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": "sum(input.tourist_beds_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 100,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "tourist_function_rate",
        "streams": [
            "insee_melodi.capacity"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.dwellings_count)",
            "from": "kpi_input_second_homes",
            "known_share": none,
            "measure": none,
            "n": none,
            "numerator": "sum(input.second_homes_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "second_home_share",
        "streams": [
            "insee_melodi.housing"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_tourist_tax_month",
            "known_share": "count(input.tax_nights_count) / cast(count(*) as double)",
            "measure": "sum(input.tax_nights_count)",
            "n": "sum(input.declarants_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "tourist_tax_nights",
        "streams": [
            "tourist_tax.stays"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "year_tax_nights_count",
            "denominator": none,
            "from": "kpi_input_tourist_tax_year",
            "known_share": "max(input.known_share)",
            "measure": none,
            "n": "max(input.declarants_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "tourist_tax_nights_12_months",
        "streams": [
            "tourist_tax.stays"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_mobile_presence",
            "known_share": "count(input.overnight_presence_estimate) / nullif(cast(count(*) filter (where input.is_tourist) as double), 0)",
            "measure": "sum(input.overnight_presence_estimate)",
            "n": none,
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "mobile_overnight_stays",
        "streams": [
            "mobile_flows.presence"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(distinct input.day_on)",
            "from": "kpi_input_mobile_presence",
            "known_share": "count(input.visitor_presence_estimate) / cast(count(*) as double)",
            "measure": none,
            "n": none,
            "numerator": "sum(input.visitor_presence_estimate)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "mobile_present_visitors",
        "streams": [
            "mobile_flows.presence"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_attendance",
            "known_share": "count(input.total_entries_count) / cast(count(*) as double)",
            "measure": "sum(input.total_entries_count)",
            "n": "count(input.total_entries_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "site_entries",
        "streams": [
            "attendance.visits"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "also",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_office_request",
            "known_share": "count(input.office_requests_count) / cast(count(*) as double)",
            "measure": "sum(input.office_requests_count)",
            "n": "sum(input.office_requests_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "office_requests",
        "streams": [
            "office_visits.requests"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.split_office_requests_count)",
            "from": "kpi_input_office_request",
            "known_share": "sum(input.split_office_requests_count) / nullif(cast(sum(input.office_requests_count) as double), 0)",
            "measure": none,
            "n": "sum(input.split_office_requests_count)",
            "numerator": "sum(input.foreign_office_requests_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "office_foreign_share",
        "streams": [
            "office_visits.requests"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_rental_listing",
            "known_share": "count(input.is_active) / cast(count(*) as double)",
            "measure": "count(*) filter (where input.is_active)",
            "n": "count(input.is_active)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "rental_active_listings",
        "streams": [
            "inside_airbnb.listings"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "visitor",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_rental_month",
            "known_share": "count(input.estimated_nights_count) / cast(count(*) as double)",
            "measure": "sum(input.estimated_nights_count)",
            "n": "count(input.estimated_nights_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "additive",
        "kpi_id": "rental_estimated_nights",
        "streams": [
            "inside_airbnb.reviews"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "also",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_review",
            "known_share": none,
            "measure": "count(*)",
            "n": "count(*)",
            "numerator": none,
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": true,
        "kind": "additive",
        "kpi_id": "reviews",
        "streams": [
            "google_business.reviews",
            "facebook.ratings"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(input.stars_count)",
            "from": "kpi_input_review",
            "known_share": none,
            "measure": none,
            "n": "count(input.stars_count)",
            "numerator": "sum(input.stars_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "mean_rating",
        "streams": [
            "google_business.reviews"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "adjusted_rating",
            "denominator": none,
            "from": "kpi_input_rating_adjusted",
            "known_share": none,
            "measure": none,
            "n": "max(input.reviews_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "adjusted_rating",
        "streams": [
            "google_business.reviews"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(input.stars_count)",
            "from": "kpi_input_review",
            "known_share": none,
            "measure": none,
            "n": "count(input.stars_count)",
            "numerator": "count(*) filter (where input.is_negative)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "negative_review_share",
        "streams": [
            "google_business.reviews"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(input.is_recommendation)",
            "from": "kpi_input_review",
            "known_share": none,
            "measure": none,
            "n": "count(input.is_recommendation)",
            "numerator": "count(*) filter (where input.is_recommendation)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "recommendation_share",
        "streams": [
            "facebook.ratings"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(input.is_replied)",
            "from": "kpi_input_review",
            "known_share": none,
            "measure": none,
            "n": "count(input.is_replied)",
            "numerator": "count(*) filter (where input.is_replied)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "review_reply_share",
        "streams": [
            "google_business.reviews"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "reply_delay_days",
            "denominator": none,
            "from": "kpi_input_review_reply",
            "known_share": none,
            "measure": none,
            "n": "max(input.reviews_count)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 12
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "review_reply_delay_days",
        "streams": [
            "google_business.reviews"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "departement",
            "region",
            "nuts3",
            "nuts2",
            "nuts1"
        ]
    }
]) %}
{% endmacro %}
