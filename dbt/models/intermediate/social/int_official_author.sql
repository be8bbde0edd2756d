-- An author is official when a watched account is theirs, or was. Two accounts of one author: the first key, always the same one.
select
    author_id,
    min(account_key) as account_key
from {{ ref('int_account_version') }}
where author_id is not null
group by author_id
