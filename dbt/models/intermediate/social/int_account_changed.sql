{{ config(materialized='table') }}
{%- set resolved_with = as_last_built('dim_account') %}
{%- set history = ['account_key', 'author_id', 'territory_id', 'valid_from_on', 'valid_to_on'] | join(', ') %}
-- Accounts whose history is no longer the one that posts were resolved with. Few nights have any.
-- depends_on: {{ ref('int_account_version') }}
{%- if resolved_with %}
select distinct
    account_key,
    author_id
from (
    (
        select {{ history }} from {{ ref('int_account_version') }}
        except
        select {{ history }} from {{ resolved_with }} where not is_inferred
    )
    union all
    (
        select {{ history }} from {{ resolved_with }} where not is_inferred
        except
        select {{ history }} from {{ ref('int_account_version') }}
    )
)
{%- else %}
select
    account_key,
    author_id
from {{ ref('int_account_version') }}
where false
{%- endif %}
