-- Who wrote each post to recompute, and where it belongs: an official one to the account's territory at its day, another to the most local
-- one of what showed it.
with
shown as (
    select
        post_id,
        min(scope_key) filter (where scope_kind = 'own') as own_account_key,
        {{ first_known('author_id', "scope_kind = 'own' desc, night_on desc, scope_key") }} as author_id,
        {{ first_known('author_is_bot', "night_on desc, scope_key") }} as author_is_bot,
        {{ first_known(
            'territory_id',
            "array_position(" ~ territory_levels() ~ ", split_part(territory_id, ':', 1)) asc nulls last, territory_id"
        ) }} as most_local_territory_id,
        min(posted_on) as posted_on,
        min(night_on) as first_seen_night_on,
        max(night_on) as last_seen_night_on
    from {{ ref('int_post_sighting') }}
    group by post_id
),

official as (
    select
        shown.*,
        coalesce(author.account_key, shown.own_account_key) as account_key
    from shown
    left join {{ ref('int_official_author') }} as author on shown.author_id = author.author_id
)

select
    official.post_id,
    official.account_key,
    coalesce(official.author_id, version.author_id) as author_id,
    {{ author_kind('official.account_key', 'official.author_is_bot') }} as author_kind,
    coalesce(version.territory_id, official.most_local_territory_id) as territory_id,
    official.first_seen_night_on,
    official.last_seen_night_on
from official
left join {{ ref('int_account_version') }} as version
    on
        official.account_key = version.account_key
        and {{ version_of_day('version', 'official.posted_on') }}
