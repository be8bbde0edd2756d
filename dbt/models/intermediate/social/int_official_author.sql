-- An author is official when a watched account is theirs. Two accounts of one author: the first key, always the same one.
select
    author_id,
    account_key,
    territory_id
from {{ ref('int_account') }}
qualify row_number() over (partition by author_id order by account_key) = 1
