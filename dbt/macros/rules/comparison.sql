{#- Fewer comparable territories than this are no company: "no peers". -#}
{% macro minimum_peers() -%} 8 {%- endmacro %}

{#- How many neighbours are kept of each territory. -#}
{% macro kept_peers() -%} 20 {%- endmacro %}

{#- The least share of the published weights whose pillars are known for a composite to say something of a territory. -#}
{% macro minimum_known_weight() -%} 0.6 {%- endmacro %}

{#- The digital share of contacts compares territories that are heard by each of so many ways: digital, the phone, the counter or mail. -#}
{% macro contact_ways() -%} 3 {%- endmacro %}

{#- A request is looked at for so long before it counts as not closed in time. -#}
{% macro resolution_deadline_days() -%} 30 {%- endmacro %}

{#-
    The CTE `sums` of fct_maturity_month, and what it counts contacts by: per territory, month and indicator the numerator and the denominator of
    what facts say. Denominators of populations are the business of whoever sums up. Of no pillar: `utterances` tells who is heard at all, `contacts_by_phone` and
    `contacts_by_counter_or_mail` by which ways besides the digital one.
-#}
{% macro maturity_sums(month_is_touched, post_month_is_touched) -%}
contact_months as (
    select
        territory_id,
        month_on,
        count(*) filter (where is_digital) as digital_count,
        count(*) filter (where channel_code = 'phone') as phone_count,
        count(*) filter (where is_paper or channel_code = 'counter') as counter_or_mail_count,
        count(*) as contacts_count
    from ({{ contacts_counted_once(month_is_touched) }}) as contact
    where is_digital is not null and {{ month_is_touched }}
    group by territory_id, month_on
),

sums as (
    select
        territory_id,
        month_on,
        'followers_per_1000' as indicator_code,
        sum(followers_count) as numerator,
        null as denominator,
        sum(account_days_count) as observations_count
    from account_months
    where followers_count is not null
    group by territory_id, month_on
    union all by name
    select
        territory_id,
        month_on,
        'posts_per_account_day' as indicator_code,
        0 as numerator,
        sum(account_days_count) as denominator,
        sum(account_days_count) as observations_count
    from account_months
    group by territory_id, month_on
    {%- for indicator, fact, numerator, denominator, condition in [
        ('engagement_by_followers', 'fct_post', 'sum(interactions_count)', 'sum(followers_at_post_count)',
            "author_kind = 'official' and not is_repost and not is_deleted_at_source and interactions_count is not null
                and followers_at_post_count > 0"),
        ('comment_reply_share', 'fct_comment', 'count(*) filter (where is_replied)', 'count(is_replied)',
            'is_replied is not null and not is_deleted_at_source'),
        ('mention_reply_share', 'fct_mention', 'count(*) filter (where is_replied)', 'count(is_replied)', 'is_replied is not null'),
        ('resolved_in_30_days_share', 'fct_request', 'count(*) filter (where resolution_days <= ' ~ resolution_deadline_days() ~ ')', 'count(*)',
            "is_followed_from_start and coalesce(resolution_null_reason, 'open') = 'open'"),
        ('answered_call_share', 'fct_call', 'count(*) filter (where is_answered)', 'count(is_answered)', 'is_answered is not null'),
        ('web_visits_per_inhabitant', 'fct_web_day', 'sum(visits_count)', 'null', 'visits_count is not null'),
        ('utterances', 'fct_post', 'count(*)', 'null', 'not is_repost'),
        ('utterances', 'fct_comment', 'count(*)', 'null', 'true'),
        ('utterances', 'fct_contact', 'count(*)', 'null', 'true'),
        ('utterances', 'fct_review', 'count(*)', 'null', 'true')
    ] %}
    union all by name
    select
        territory_id,
        month_on,
        '{{ indicator }}' as indicator_code,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        count(*) as observations_count
    from {{ ref(fact) }}
    where {{ condition }} and territory_id is not null and {{ month_is_touched }}
    group by territory_id, month_on
    {%- endfor %}
    union all by name
    -- On days that the account was seen only: posts reach further back than accounts.
    select
        post.territory_id,
        post.month_on,
        'posts_per_account_day' as indicator_code,
        count(*) as numerator,
        0 as denominator,
        0 as observations_count
    from {{ ref('fct_post') }} as post
    inner join {{ ref('fct_account_day') }} as account on post.account_key = account.account_key and post.posted_on = account.day_on
    where
        post.author_kind = 'official'
        and not post.is_repost
        and not post.is_deleted_at_source
        and post.territory_id is not null
        and account.channel_code != 'google_business'
        and {{ post_month_is_touched }}
    group by post.territory_id, post.month_on
    {%- for indicator, numerator, denominator in [
        ('digital_contact_share', 'digital_count', 'contacts_count'),
        ('contacts_by_phone', 'phone_count', 'null'),
        ('contacts_by_counter_or_mail', 'counter_or_mail_count', 'null')
    ] %}
    union all by name
    select
        territory_id,
        month_on,
        '{{ indicator }}' as indicator_code,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        contacts_count as observations_count
    from contact_months
    {%- endfor %}
)
{%- endmacro %}

{#- Other weights that could have been published, and each pillar left out in turn. -#}
{% macro weight_variants() -%}
    select
        'draw' as variant_kind,
        draw_number as variant_number,
        pillar_code,
        weight
    from {{ ref('maturity_weight_draws') }}
    union all
    select
        'left_out' as variant_kind,
        left_out.display_order as variant_number,
        weight.pillar_code,
        weight.weight
    from {{ ref('maturity_weights') }} as weight
    inner join {{ ref('maturity_weights') }} as left_out on weight.pillar_code != left_out.pillar_code
{%- endmacro %}

{#- What each quarter's ranks rest on, as one number. -#}
{% macro composite_fingerprints() -%}
    select
        maturity.quarter_on,
        {{ fingerprint([
            'maturity.territory_id', 'maturity.pillar_code', 'maturity.score', 'maturity.known_share', 'maturity.is_provisional', 'stratum.stratum_code'
        ]) }}
            as scores_fingerprint
    from {{ ref('fct_maturity') }} as maturity
    left join {{ ref('dim_territory_stratum') }} as stratum on maturity.territory_id = stratum.territory_id
    group by maturity.quarter_on
{%- endmacro %}

{#- What a territory is compared by: neighbours are near in these. -#}
{% macro stratum_scores() -%}
    {{ return(['population_score', 'density_score', 'function_rate_score', 'second_homes_score', 'coast_score', 'mountain_score']) }}
{%- endmacro %}

{#- What the neighbours of each level are found with, as one number. -#}
{% macro stratum_fingerprints() -%}
    select
        territory_level,
        {{ fingerprint(['territory_id', 'region_code', 'stratum_code', 'peers_null_reason'] + stratum_scores()) }} as attributes_fingerprint
    from {{ ref('dim_territory_stratum') }}
    where stratum_code is not null
    group by territory_level
{%- endmacro %}

{#- Other neighbours, of a level that has some already or of a new one, change what stands beside every month. -#}
{% macro remember_other_neighbours() -%}
    {%- if is_incremental() -%}
    insert into meta.touched_month
    select
        'bridge_territory_peer' as fact_name,
        month_on
    from {{ ref('dim_month') }}
    where exists (
        select 1
        from {{ this }}
        where (territory_level, attributes_fingerprint) not in (select (territory_level, attributes_fingerprint) from ({{ stratum_fingerprints() }}))
    ) or (
        select count(distinct territory_level)
        from {{ ref('dim_territory_stratum') }}
        where stratum_code is not null and peers_null_reason is null and population_score is not null
    ) != (select count(distinct territory_level) from {{ this }})
    {%- endif -%}
{%- endmacro %}

{% macro forget_other_neighbours() -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where (territory_level, attributes_fingerprint) not in (select (territory_level, attributes_fingerprint) from ({{ stratum_fingerprints() }}))
    {%- endif -%}
{%- endmacro %}
