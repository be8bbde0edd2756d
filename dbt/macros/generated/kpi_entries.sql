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
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "maturity_score",
            "denominator": none,
            "from": "kpi_input_maturity",
            "known_share": "max(input.known_weight_share)",
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
            "method": "model"
        },
        "is_daily": false,
        "kind": "model",
        "kpi_id": "maturity_score",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts",
            "mastodon.statuses",
            "bluesky.posts",
            "instagram.posts",
            "facebook.posts",
            "youtube.posts",
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "contact_register.contacts",
            "asterisk_cdr.call_legs"
        ],
        "territory_levels": [
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
            "column": "presence_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_presence",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts"
        ],
        "territory_levels": [
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
            "column": "activity_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_activity",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts",
            "mastodon.statuses",
            "bluesky.posts",
            "instagram.posts",
            "facebook.posts",
            "youtube.posts"
        ],
        "territory_levels": [
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
            "column": "conversation_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_conversation",
        "streams": [
            "facebook.comments",
            "youtube.comments",
            "mastodon.statuses",
            "bluesky.posts"
        ],
        "territory_levels": [
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
            "column": "audience_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_audience",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts",
            "mastodon.statuses",
            "bluesky.posts",
            "instagram.posts",
            "facebook.posts",
            "youtube.posts"
        ],
        "territory_levels": [
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
            "column": "digital_service_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_digital_service",
        "streams": [
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "contact_register.contacts",
            "asterisk_cdr.call_legs",
            "matomo.visits"
        ],
        "territory_levels": [
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
            "column": "timeliness_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_timeliness",
        "streams": [
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "asterisk_cdr.call_legs"
        ],
        "territory_levels": [
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
            "column": "openness_score",
            "denominator": none,
            "from": "kpi_input_maturity",
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
        "kpi_id": "maturity_openness",
        "streams": [
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "opendatasoft.experiences"
        ],
        "territory_levels": [
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
            "column": "rank_band_width",
            "denominator": none,
            "from": "kpi_input_maturity",
            "known_share": none,
            "measure": none,
            "n": "max(input.ranked_count)",
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
        "kpi_id": "maturity_rank_band_width",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts"
        ],
        "territory_levels": [
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
            "column": "maturity_gini",
            "denominator": none,
            "from": "kpi_input_inequality",
            "known_share": "max(input.scored_epci_count) / cast(max(input.epci_count) as double)",
            "measure": none,
            "n": "max(input.scored_epci_count)",
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
        "kpi_id": "maturity_gini",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts"
        ],
        "territory_levels": [
            "departement",
            "region"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "maturity_theil",
            "denominator": none,
            "from": "kpi_input_inequality",
            "known_share": "max(input.scored_epci_count) / cast(max(input.epci_count) as double)",
            "measure": none,
            "n": "max(input.scored_epci_count)",
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
        "kpi_id": "maturity_theil",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "instagram.accounts",
            "facebook.accounts",
            "youtube.accounts"
        ],
        "territory_levels": [
            "departement",
            "region"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "digital_service_gini",
            "denominator": none,
            "from": "kpi_input_inequality",
            "known_share": "max(input.digital_service_epci_count) / cast(max(input.epci_count) as double)",
            "measure": none,
            "n": "max(input.digital_service_epci_count)",
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
        "kpi_id": "digital_service_gini",
        "streams": [
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "contact_register.contacts",
            "asterisk_cdr.call_legs"
        ],
        "territory_levels": [
            "departement",
            "region"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": "silent_share",
            "denominator": none,
            "from": "kpi_input_silence",
            "known_share": none,
            "measure": none,
            "n": "max(input.communes_count)",
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
        "kpi_id": "silent_commune_share",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "instagram.posts",
            "facebook.posts",
            "youtube.posts",
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "contact_register.contacts",
            "asterisk_cdr.call_legs"
        ],
        "territory_levels": [
            "epci",
            "departement",
            "region"
        ]
    }
]) %}
{% endmacro %}
