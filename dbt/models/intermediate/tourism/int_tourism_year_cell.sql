-- Camp sites and other collective accommodation are surveyed in season only: INSEE gives their stays by year.
select
    *,
    month_on as year_on
from ({{ insee_stays('A', try_cast("period_code || '-01-01'", 'date')) }})
