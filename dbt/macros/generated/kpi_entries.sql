{#- generated from dbt/metrics by `comptoir inventory sync`: edit the catalogue, not this file -#}
{% macro kpi_entries() %}
{% do return([
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
            "null_reason": "null_reason",
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
            "destination",
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
            "denominator": "max(territory.population)",
            "from": "kpi_input_request_month",
            "known_share": none,
            "measure": none,
            "n": "sum(input.requests_count)",
            "null_reason": "null_reason",
            "numerator": "sum(input.requests_count)",
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
        "kpi_id": "requests_per_1000_inhabitants",
        "streams": [
            "publik.forms",
            "open311.requests",
            "opendatasoft.reports"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "max(territory.population) + case when sum(input.declarants_count) >= 3 then sum(input.tax_nights_count) end / max(input.days_count)",
            "from": "kpi_input_present_request",
            "known_share": none,
            "measure": none,
            "n": "sum(input.requests_count)",
            "null_reason": "null_reason",
            "numerator": "sum(input.requests_count)",
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
        "kpi_id": "requests_per_1000_present",
        "streams": [
            "publik.forms",
            "open311.requests",
            "opendatasoft.reports",
            "tourist_tax.stays"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination"
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
            "null_reason": "null_reason",
            "numerator": "sum(input.digital_requests_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "from": "kpi_input_account_month",
            "known_share": "count(input.followers_count) / cast(count(*) as double)",
            "measure": "sum(input.followers_count)",
            "n": "nullif(count(input.followers_count), 0)",
            "null_reason": "null_reason",
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
            "mastodon.accounts",
            "bluesky.accounts",
            "youtube.accounts",
            "instagram.accounts",
            "facebook.accounts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "max(territory.population)",
            "from": "kpi_input_account_month",
            "known_share": "count(input.followers_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.followers_count), 0)",
            "null_reason": "null_reason",
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
            "mastodon.accounts",
            "bluesky.accounts",
            "youtube.accounts",
            "instagram.accounts",
            "facebook.accounts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "from": "kpi_input_official_post",
            "known_share": none,
            "measure": "count(*)",
            "n": "count(*)",
            "null_reason": "null_reason",
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
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "max(input.observed_days)",
            "from": "kpi_input_account_posting",
            "known_share": none,
            "measure": none,
            "n": "sum(input.posts_of_30_days_count)",
            "null_reason": "null_reason",
            "numerator": "sum(input.posts_of_30_days_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 3
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "official_posts_per_day",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "sum(input.rated_denominator_count)",
            "from": "kpi_input_engagement_by_followers",
            "known_share": "count(input.rated_denominator_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.rated_denominator_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.rated_interactions_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "post_id",
            "method": "ratio"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "engagement_rate_by_followers",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": none,
            "denominator": "sum(input.rated_denominator_count)",
            "from": "kpi_input_engagement_by_reach",
            "known_share": "count(input.rated_denominator_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.rated_denominator_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.rated_interactions_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "post_id",
            "method": "ratio"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "engagement_rate_by_reach",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": none,
            "denominator": "sum(input.rated_denominator_count)",
            "from": "kpi_input_engagement_by_views",
            "known_share": "count(input.rated_denominator_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.rated_denominator_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.rated_interactions_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "post_id",
            "method": "ratio"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "engagement_rate_by_views",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "count(input.post_engagement_share)",
            "from": "kpi_input_engagement_by_followers",
            "known_share": "count(input.post_engagement_share) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.post_engagement_share), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.post_engagement_share)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "post_id",
            "method": "ratio"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "engagement_rate_mean_of_posts",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "sum(input.rated_denominator_count)",
            "from": "kpi_input_account_day",
            "known_share": "count(input.rated_denominator_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.rated_denominator_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.rated_interactions_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 2
        },
        "interval": {
            "cluster": "day_on",
            "method": "ratio"
        },
        "is_daily": true,
        "kind": "ratio",
        "kpi_id": "engagement_rate_daily",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts",
            "youtube.posts",
            "instagram.posts",
            "facebook.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": "observatoire_index",
            "denominator": none,
            "from": "kpi_input_observatoire_index",
            "known_share": none,
            "measure": none,
            "n": "max(input.posts_count)",
            "null_reason": "null_reason",
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
        "kpi_id": "observatoire_index",
        "streams": [
            "instagram.posts",
            "instagram.accounts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
            "departement",
            "region"
        ]
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "also",
        "compute": {
            "column": none,
            "denominator": "count(input.is_replied)",
            "from": "kpi_input_conversation",
            "known_share": "count(input.is_replied) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.is_replied), 0)",
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_replied)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "author_key",
            "method": "share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "reply_share",
        "streams": [
            "youtube.comments",
            "facebook.comments",
            "instagram.comments",
            "bluesky.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": "reply_delay_hours",
            "denominator": none,
            "from": "kpi_input_reply_delay",
            "known_share": none,
            "measure": none,
            "n": "max(input.utterances_count)",
            "null_reason": "null_reason",
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
        "kpi_id": "reply_delay_hours",
        "streams": [
            "youtube.comments",
            "facebook.comments",
            "instagram.comments",
            "bluesky.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": none,
            "denominator": "count(*)",
            "from": "kpi_input_captured_post",
            "known_share": none,
            "measure": none,
            "n": "count(*)",
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_citizen)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "author_key",
            "method": "share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "citizen_post_share",
        "streams": [
            "mastodon.hashtag_timeline",
            "bluesky.hashtag_posts",
            "youtube.hashtag_posts",
            "instagram.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": none,
            "denominator": "sum(input.interactions_count)",
            "from": "kpi_input_captured_post",
            "known_share": "count(input.interactions_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.interactions_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.interactions_count) filter (where input.is_citizen)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "author_key",
            "method": "share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "citizen_interaction_share",
        "streams": [
            "mastodon.hashtag_timeline",
            "bluesky.hashtag_posts",
            "youtube.hashtag_posts",
            "instagram.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": none,
            "denominator": "sum(input.views_count)",
            "from": "kpi_input_captured_view",
            "known_share": "count(input.views_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.views_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.views_count) filter (where input.is_citizen)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "author_key",
            "method": "share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "citizen_view_share",
        "streams": [
            "mastodon.hashtag_timeline",
            "bluesky.hashtag_posts",
            "youtube.hashtag_posts",
            "instagram.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "channel_split": "only",
        "compute": {
            "column": none,
            "denominator": "sum(input.expected_interactions_count)",
            "from": "kpi_input_citizen_against_official",
            "known_share": "count(input.expected_interactions_count) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.expected_interactions_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.compared_interactions_count)",
            "opinionated": none,
            "rollup": "published",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "author_key",
            "method": "ratio"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "citizen_to_official_interactions",
        "streams": [
            "mastodon.hashtag_timeline",
            "bluesky.hashtag_posts",
            "youtube.hashtag_posts",
            "instagram.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "count(input.is_citizen)",
            "from": "kpi_input_official_repost",
            "known_share": "count(input.is_citizen) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(input.is_citizen), 0)",
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_citizen)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 2
        },
        "interval": {
            "cluster": "account_key",
            "method": "share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "citizen_repost_share",
        "streams": [
            "mastodon.statuses",
            "bluesky.posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "known_share": "count(distinct input.day_on) filter (where input.overnight_presence_estimate is not null) / cast(max(input.days_count) as double)",
            "measure": "sum(input.overnight_presence_estimate)",
            "n": none,
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.foreign_office_requests_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "office_code",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "denominator": "sum(input.counted_days_count) * max(territory.population)",
            "from": "kpi_input_tourism_month",
            "known_share": none,
            "measure": none,
            "n": none,
            "null_reason": "null_reason",
            "numerator": "sum(input.nights_count)",
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
        "kpi_id": "tourism_load",
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
            "denominator": "max(input.days_count) * max(territory.population)",
            "from": "kpi_input_tourist_tax_month",
            "known_share": "count(input.tax_nights_count) / cast(count(*) as double)",
            "measure": none,
            "n": "sum(input.declarants_count)",
            "null_reason": "null_reason",
            "numerator": "sum(input.tax_nights_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 100,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "none"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "tourist_tax_load",
        "streams": [
            "tourist_tax.stays"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination"
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.stars_count)",
            "opinionated": "sum(input.sentiment_score * input.sentiment_score)",
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "account_key",
            "method": "mean_rating"
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_negative)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "account_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_recommendation)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "account_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_replied)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "account_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "from": "kpi_input_contact",
            "known_share": none,
            "measure": "sum(input.contacts_count)",
            "n": "sum(input.contacts_count)",
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.digital_contacts_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "requester_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.paper_contacts_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "requester_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.answered_calls_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.kept_promises_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.timely_letters_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "known_share": "sum(input.open_count) / nullif(cast(sum(input.open_or_unknown_count) as double), 0)",
            "measure": "sum(input.open_count)",
            "n": "sum(input.open_count)",
            "null_reason": "null_reason",
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
            "destination",
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
            "denominator": "sum(input.open_of_known_age_count)",
            "from": "kpi_input_backlog",
            "known_share": "sum(input.open_of_known_age_count) / nullif(cast(sum(input.open_or_unknown_count) filter (where input.open_of_known_age_count is not null) as double), 0)",
            "measure": none,
            "n": "nullif(sum(input.open_of_known_age_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.open_over_30_days_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.reopened_requests_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.one_touch_requests_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.recontacts_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "requester_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "sum(input.linkable_contacts_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "requester_key",
            "method": "share"
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
            "destination",
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
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_satisfied)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": none,
            "method": "independent"
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
            "destination",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "destination",
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
            "known_share": "max(input.known_share)",
            "measure": none,
            "n": "max(input.known_indicators_count)",
            "null_reason": "null_reason",
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
            "known_share": "max(input.presence_known_share)",
            "measure": none,
            "n": "max(input.presence_observations_count)",
            "null_reason": "presence_null_reason",
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
            "known_share": "max(input.activity_known_share)",
            "measure": none,
            "n": "max(input.activity_observations_count)",
            "null_reason": "activity_null_reason",
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
            "known_share": "max(input.conversation_known_share)",
            "measure": none,
            "n": "max(input.conversation_observations_count)",
            "null_reason": "conversation_null_reason",
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
        "kpi_id": "maturity_conversation",
        "streams": [
            "facebook.comments",
            "instagram.comments",
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
            "known_share": "max(input.audience_known_share)",
            "measure": none,
            "n": "max(input.audience_observations_count)",
            "null_reason": "audience_null_reason",
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
            "known_share": "max(input.digital_service_known_share)",
            "measure": none,
            "n": "max(input.digital_service_observations_count)",
            "null_reason": "digital_service_null_reason",
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
            "known_share": "max(input.timeliness_known_share)",
            "measure": none,
            "n": "max(input.timeliness_observations_count)",
            "null_reason": "timeliness_null_reason",
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
            "column": "rank_band_width",
            "denominator": none,
            "from": "kpi_input_maturity",
            "known_share": "max(input.known_share)",
            "measure": none,
            "n": "max(input.ranked_count)",
            "null_reason": "rank_null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "null_reason",
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
            "null_reason": "digital_service_null_reason",
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
            "null_reason": "null_reason",
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
    },
    {
        "audience": "all",
        "audience_split": false,
        "channel_split": "none",
        "compute": {
            "column": none,
            "denominator": "max(input.known_networks_count)",
            "from": "kpi_input_heard_network",
            "known_share": none,
            "measure": none,
            "n": "count(distinct input.channel_code)",
            "null_reason": "null_reason",
            "numerator": "count(distinct input.channel_code)",
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
        "kpi_id": "heard_network_share",
        "streams": [
            "mastodon.accounts",
            "bluesky.accounts",
            "youtube.accounts",
            "instagram.accounts",
            "facebook.accounts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "count(input.has_author)",
            "from": "kpi_input_captured_post",
            "known_share": none,
            "measure": none,
            "n": "count(*)",
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.has_author)",
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
        "kpi_id": "known_author_share",
        "streams": [
            "mastodon.hashtag_timeline",
            "bluesky.hashtag_posts",
            "youtube.hashtag_posts",
            "instagram.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "count(input.has_language)",
            "from": "kpi_input_captured_post",
            "known_share": none,
            "measure": none,
            "n": "count(*)",
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.has_language)",
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
        "kpi_id": "known_language_share",
        "streams": [
            "mastodon.hashtag_timeline",
            "bluesky.hashtag_posts",
            "youtube.hashtag_posts",
            "instagram.hashtag_posts"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
        "audience_split": true,
        "channel_split": "also",
        "compute": {
            "column": none,
            "denominator": none,
            "from": "kpi_input_voice",
            "known_share": none,
            "measure": "count(*)",
            "n": "count(*)",
            "null_reason": "null_reason",
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
        "kpi_id": "voices",
        "streams": [
            "mastodon.statuses",
            "mastodon.hashtag_timeline",
            "bluesky.posts",
            "bluesky.hashtag_posts",
            "youtube.comments",
            "youtube.hashtag_posts",
            "instagram.comments",
            "instagram.hashtag_posts",
            "instagram.mentions",
            "facebook.comments",
            "facebook.mentions",
            "facebook.ratings",
            "google_business.reviews",
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "limesurvey.answers",
            "opendatasoft.experiences"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "count(input.sentiment_score)",
            "from": "kpi_input_voice",
            "known_share": "count(input.sentiment_score) / cast(count(*) as double)",
            "measure": none,
            "n": "nullif(count(distinct input.author_key) filter (where input.sentiment_score is not null), 0)",
            "null_reason": "null_reason",
            "numerator": "count(*) filter (where input.is_favourable) - count(*) filter (where input.is_unfavourable)",
            "opinionated": "count(*) filter (where input.is_favourable or input.is_unfavourable)",
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "author_key",
            "method": "net_share"
        },
        "is_daily": false,
        "kind": "ratio",
        "kpi_id": "voice_net_sentiment",
        "streams": [
            "mastodon.statuses",
            "mastodon.hashtag_timeline",
            "bluesky.posts",
            "bluesky.hashtag_posts",
            "youtube.comments",
            "youtube.hashtag_posts",
            "instagram.comments",
            "instagram.hashtag_posts",
            "instagram.mentions",
            "facebook.comments",
            "facebook.mentions",
            "facebook.ratings",
            "google_business.reviews",
            "opendatasoft.reports",
            "open311.requests",
            "publik.forms",
            "limesurvey.answers",
            "opendatasoft.experiences"
        ],
        "territory_levels": [
            "commune",
            "epci",
            "destination",
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
            "denominator": "sum(input.categorised_contacts_count)",
            "from": "kpi_input_contact",
            "known_share": none,
            "measure": none,
            "n": "nullif(sum(input.categorised_contacts_count), 0)",
            "null_reason": "null_reason",
            "numerator": "sum(input.themed_contacts_count)",
            "opinionated": none,
            "rollup": "ancestors",
            "scale": 1,
            "window_months": 1
        },
        "interval": {
            "cluster": "requester_key",
            "method": "share"
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
            "destination",
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
