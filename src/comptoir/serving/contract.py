"""What is served, to whom, in which order and without which columns.

``public`` tables go to ``comptoir.duckdb``, which every role reads; ``restricted`` ones hold records with pseudonyms
and texts and go to ``restricted.duckdb``. A mart that is not listed here is not served.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

File = Literal["comptoir", "restricted"]
FILES: tuple[File, ...] = get_args(File)


@dataclass(frozen=True)
class ServedTable:
    """A mart, the file it goes to, its key (rows are stored in that order) and the columns that stay behind."""

    name: str
    file: File
    key: tuple[str, ...]
    without: tuple[str, ...] = ()


SERVED_TABLES: tuple[ServedTable, ...] = (
    ServedTable("dim_territory", "comptoir", ("territory_id",)),
    ServedTable("dim_territory_event", "comptoir", ("territory_id", "event_on", "other_territory_id")),
    ServedTable("bridge_territory_ancestor", "comptoir", ("territory_id", "ancestor_id")),
    ServedTable("dim_territory_attribute", "comptoir", ("territory_id", "attribute_code", "year_number")),
    ServedTable("dim_territory_profile", "comptoir", ("territory_id",)),
    ServedTable("dim_territory_stratum", "comptoir", ("territory_id",)),
    ServedTable("bridge_territory_peer", "comptoir", ("territory_id", "peer_id")),
    ServedTable("dim_target", "comptoir", ("kpi_id", "territory_id", "audience", "channel_code", "period_code")),
    ServedTable("dim_campaign", "comptoir", ("campaign_id",)),
    ServedTable("dim_positioning_axis", "comptoir", ("axis_id",), without=("hashtags",)),
    ServedTable("fct_maturity_indicator", "comptoir", ("territory_id", "quarter_on", "indicator_code")),
    ServedTable("fct_maturity", "comptoir", ("territory_id", "quarter_on", "pillar_code")),
    ServedTable("fct_maturity_composite", "comptoir", ("territory_id", "quarter_on")),
    ServedTable("fct_digital_inequality", "comptoir", ("territory_id", "quarter_on", "pillar_code")),
    ServedTable("fct_territory_silence", "comptoir", ("territory_id", "quarter_on")),
    ServedTable("rpt_kpi_target", "comptoir", ("kpi_id", "territory_id", "audience", "channel_code", "period_code")),
    ServedTable("fct_campaign_effect", "comptoir", ("campaign_id", "kpi_id")),
    ServedTable("dim_date", "comptoir", ("date_on",)),
    ServedTable("dim_month", "comptoir", ("month_on",)),
    ServedTable("dim_channel", "comptoir", ("channel_code",)),
    ServedTable("dim_platform_metric", "comptoir", ("channel_code", "metric_code")),
    ServedTable("dim_metric_epoch", "comptoir", ("channel_code", "metric_code", "epoch_number")),
    ServedTable("dim_listening_query", "comptoir", ("query_id", "query_version")),
    ServedTable("dim_account", "comptoir", ("account_key", "valid_from_on"), without=("author_id",)),
    ServedTable("dim_kpi", "comptoir", ("kpi_id",)),
    ServedTable("kpi_month", "comptoir", ("kpi_id", "territory_id", "month_on", "audience", "channel_code")),
    ServedTable("kpi_day", "comptoir", ("kpi_id", "territory_id", "day_on", "audience", "channel_code")),
    ServedTable("rpt_kpi_month", "comptoir", ("kpi_id", "territory_id", "month_on", "audience", "channel_code")),
    ServedTable("rpt_observatoire_index", "comptoir", ("territory_id", "month_on")),
    ServedTable("rpt_source_status", "comptoir", ("source_id",)),
    ServedTable("rpt_reconciliation", "comptoir", ("source_id", "stream", "night_on")),
    ServedTable("fct_account_day", "comptoir", ("account_key", "day_on")),
    ServedTable("fct_tourism_month", "comptoir", ("territory_id", "month_on")),
    ServedTable("dim_author", "restricted", ("channel_code", "author_id")),
    ServedTable("fct_comment", "restricted", ("comment_id",)),
    ServedTable("fct_mention", "restricted", ("post_id", "account_key")),
    ServedTable("fct_tourism_year", "comptoir", ("territory_id", "year_on")),
    ServedTable("fct_attendance", "comptoir", ("territory_id", "period_starts_on")),
    ServedTable("fct_mobile_presence_day", "comptoir", ("territory_id", "present_on")),
    ServedTable("fct_office_request_day", "comptoir", ("territory_id", "visited_on")),
    ServedTable("dim_place", "comptoir", ("territory_id", "place_id")),
    ServedTable("fct_tourism_capacity_year", "comptoir", ("territory_id", "year_on")),
    ServedTable("fct_post", "restricted", ("post_id",)),
    ServedTable("fct_post_metric_day", "restricted", ("post_id", "night_on")),
    ServedTable("fct_post_query", "restricted", ("post_id", "query_id")),
    ServedTable("fct_review", "restricted", ("place_id", "posted_at")),
    ServedTable("fct_rental_month", "restricted", ("territory_id", "month_on")),
    ServedTable("fct_tourist_tax", "restricted", ("territory_id", "stay_month_on")),
    ServedTable("fct_voice", "restricted", ("voice_id",)),
    ServedTable("fct_request", "restricted", ("source_id", "request_id")),
)
