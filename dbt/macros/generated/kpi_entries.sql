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
            "publik.forms",
            "open311.requests",
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
            "publik.forms",
            "open311.requests",
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
        "audience": "all",
        "audience_split": false,
        "channel_split": "also",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_contact",
            "known_share": none,
            "measure": "sum(input.contacts_count)",
            "n": "sum(input.contacts_count)",
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
        "kpi_id": "contacts",
        "streams": [
            "contact_register.contacts",
            "asterisk_cdr.call_legs",
            "publik.forms",
            "open311.requests",
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
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.classified_contacts_count)",
            "from": "kpi_input_contact",
            "known_share": "sum(input.classified_contacts_count) / cast(sum(input.contacts_count) as double)",
            "measure": none,
            "n": "nullif(sum(input.classified_contacts_count), 0)",
            "numerator": "sum(input.digital_contacts_count)",
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
        "kpi_id": "digital_contact_share",
        "streams": [
            "contact_register.contacts",
            "asterisk_cdr.call_legs",
            "publik.forms",
            "open311.requests",
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
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.classified_contacts_count)",
            "from": "kpi_input_contact",
            "known_share": "sum(input.classified_contacts_count) / cast(sum(input.contacts_count) as double)",
            "measure": none,
            "n": "nullif(sum(input.classified_contacts_count), 0)",
            "numerator": "sum(input.paper_contacts_count)",
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
        "kpi_id": "paper_fax_contact_share",
        "streams": [
            "contact_register.contacts",
            "asterisk_cdr.call_legs",
            "publik.forms",
            "open311.requests",
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
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "sum(input.calls_count)",
            "from": "kpi_input_call",
            "known_share": none,
            "measure": none,
            "n": "sum(input.calls_count)",
            "numerator": "sum(input.answered_calls_count)",
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
        "kpi_id": "answered_call_rate",
        "streams": [
            "asterisk_cdr.call_legs"
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
            "column": "median",
            "denominator": none,
            "from": "kpi_input_first_reply_days",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "first_reply_median_days",
        "streams": [
            "publik.forms",
            "publik.form_events"
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
            "column": "ninth_decile",
            "denominator": none,
            "from": "kpi_input_first_reply_days",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "first_reply_p90_days",
        "streams": [
            "publik.forms",
            "publik.form_events"
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
            "column": "median",
            "denominator": none,
            "from": "kpi_input_first_reply_business_hours",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "first_reply_median_business_hours",
        "streams": [
            "publik.forms",
            "publik.form_events"
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
            "column": "ninth_decile",
            "denominator": none,
            "from": "kpi_input_first_reply_business_hours",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "first_reply_p90_business_hours",
        "streams": [
            "publik.forms",
            "publik.form_events"
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
            "column": "median",
            "denominator": none,
            "from": "kpi_input_resolution_days",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "resolution_median_days",
        "streams": [
            "publik.forms",
            "open311.requests",
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
            "column": "ninth_decile",
            "denominator": none,
            "from": "kpi_input_resolution_days",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "resolution_p90_days",
        "streams": [
            "publik.forms",
            "open311.requests",
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
            "column": "median",
            "denominator": none,
            "from": "kpi_input_resolution_business_hours",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "resolution_median_business_hours",
        "streams": [
            "publik.forms",
            "open311.requests"
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
            "column": "ninth_decile",
            "denominator": none,
            "from": "kpi_input_resolution_business_hours",
            "known_share": none,
            "measure": none,
            "n": "max(input.n)",
            "numerator": none,
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "resolution_p90_business_hours",
        "streams": [
            "publik.forms",
            "open311.requests"
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
            "denominator": "sum(input.known_promises_count)",
            "from": "kpi_input_promise",
            "known_share": "sum(input.known_promises_count) / cast(sum(input.due_promises_count) as double)",
            "measure": none,
            "n": "nullif(sum(input.known_promises_count), 0)",
            "numerator": "sum(input.kept_promises_count)",
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
        "kpi_id": "promise_kept_share",
        "streams": [
            "open311.requests"
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
            "denominator": "sum(input.letters_count)",
            "from": "kpi_input_letter",
            "known_share": none,
            "measure": none,
            "n": "nullif(sum(input.letters_count), 0)",
            "numerator": "sum(input.timely_letters_count)",
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
        "kpi_id": "letters_answered_in_15_days_share",
        "streams": [
            "contact_register.contacts"
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
            "from": "kpi_input_backlog",
            "known_share": none,
            "measure": "sum(input.open_count)",
            "n": "sum(input.open_count)",
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
        "kpi_id": "open_requests",
        "streams": [
            "publik.forms",
            "open311.requests",
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
            "denominator": "sum(input.open_count)",
            "from": "kpi_input_backlog",
            "known_share": none,
            "measure": none,
            "n": "nullif(sum(input.open_count), 0)",
            "numerator": "sum(input.open_over_30_days_count)",
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
        "kpi_id": "open_over_30_days_share",
        "streams": [
            "publik.forms",
            "open311.requests",
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
            "denominator": "sum(input.followed_requests_count)",
            "from": "kpi_input_reopening",
            "known_share": "sum(input.followed_requests_count) / cast(sum(input.closed_requests_count) as double)",
            "measure": none,
            "n": "nullif(sum(input.followed_requests_count), 0)",
            "numerator": "sum(input.reopened_requests_count)",
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
        "kpi_id": "reopen_rate",
        "streams": [
            "publik.forms",
            "open311.requests",
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
            "denominator": "sum(input.told_requests_count)",
            "from": "kpi_input_one_touch",
            "known_share": "sum(input.told_requests_count) / cast(sum(input.closed_requests_count) as double)",
            "measure": none,
            "n": "nullif(sum(input.told_requests_count), 0)",
            "numerator": "sum(input.one_touch_requests_count)",
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
        "kpi_id": "one_touch_share",
        "streams": [
            "publik.forms",
            "publik.form_events"
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
            "denominator": "sum(input.linkable_contacts_count)",
            "from": "kpi_input_recontact",
            "known_share": none,
            "measure": none,
            "n": "nullif(sum(input.linkable_contacts_count), 0)",
            "numerator": "sum(input.recontacts_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 2
        },
        "interval": {
            "cluster": none,
            "method": "wilson"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "recontact_share",
        "streams": [
            "contact_register.contacts",
            "publik.forms"
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
            "denominator": "sum(input.contacts_count)",
            "from": "kpi_input_contact",
            "known_share": none,
            "measure": none,
            "n": "nullif(sum(input.contacts_count), 0)",
            "numerator": "sum(input.linkable_contacts_count)",
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
        "kpi_id": "contact_linkage_share",
        "streams": [
            "contact_register.contacts",
            "asterisk_cdr.call_legs",
            "publik.forms",
            "open311.requests",
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
            "denominator": "count(*) filter (where input.is_rated)",
            "from": "kpi_input_satisfaction",
            "known_share": "count(*) filter (where input.is_rated) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(*) filter (where input.is_rated), 0)",
            "numerator": "count(*) filter (where input.is_satisfied)",
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
        "kpi_id": "satisfaction_share",
        "streams": [
            "limesurvey.answers"
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
            "denominator": "count(*) filter (where input.is_rated)",
            "from": "kpi_input_satisfaction",
            "known_share": "count(*) filter (where input.is_rated) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(*) filter (where input.is_rated), 0)",
            "numerator": "sum(input.net_satisfaction)",
            "opinionated": "count(*) filter (where input.net_satisfaction <> 0)",
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "answer_id",
            "method": "net_share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "net_satisfaction",
        "streams": [
            "limesurvey.answers"
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
        "audience": "unknown",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "count(*) filter (where input.is_rated)",
            "from": "kpi_input_experience",
            "known_share": "count(*) filter (where input.is_rated) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(*) filter (where input.is_rated), 0)",
            "numerator": "sum(input.net_tonality)",
            "opinionated": "count(*) filter (where input.net_tonality <> 0)",
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "answer_id",
            "method": "net_share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "experience_net_tonality",
        "streams": [
            "opendatasoft.experiences"
        ],
        "territory_levels": [
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
            "from": "kpi_input_web_day",
            "known_share": "count(input.visits_count) / cast(count(*) as double)",
            "measure": "sum(input.visits_count)",
            "n": "sum(input.visits_count)",
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
        "kpi_id": "web_visits",
        "streams": [
            "matomo.visits"
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
            "denominator": "sum(input.categorised_contacts_count)",
            "from": "kpi_input_contact",
            "known_share": none,
            "measure": none,
            "n": "nullif(sum(input.categorised_contacts_count), 0)",
            "numerator": "sum(input.themed_contacts_count)",
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
        "kpi_id": "themed_contact_share",
        "streams": [
            "contact_register.contacts",
            "publik.forms",
            "open311.requests",
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
    }
]) %}
{% endmacro %}
