-- Epochs of a metric are numbered from 1, never overlap, and leave a gap only after one that has no successor. The last one is the metric
-- as the platform reports it today.
with
epochs as (
    select
        epoch.*,
        lag(epoch.valid_to) over one_metric as previous_valid_to,
        lag(epoch.successor_name) over one_metric as previous_successor_name,
        row_number() over one_metric as position,
        lead(epoch.epoch_number) over one_metric is null as is_last
    from {{ ref('dim_metric_epoch') }} as epoch
    window one_metric as (partition by epoch.channel_code, epoch.metric_code order by epoch.epoch_number)
)

select
    epochs.channel_code,
    epochs.metric_code,
    epochs.epoch_number
from epochs
left join {{ ref('dim_platform_metric') }} as metric
    on epochs.channel_code = metric.channel_code and epochs.metric_code = metric.metric_code
where
    epochs.epoch_number != epochs.position
    or not coalesce(metric.is_reported, false)
    or (epochs.position = 1) != (epochs.is_comparable_with_previous is null)
    or (epochs.position = 1 and epochs.valid_from is distinct from metric.valid_from)
    or (epochs.position > 1 and not coalesce(epochs.valid_from >= epochs.previous_valid_to, false))
    or (
        epochs.position > 1
        and epochs.previous_successor_name is not null
        and (epochs.valid_from != epochs.previous_valid_to or epochs.published_name != epochs.previous_successor_name)
    )
    or (epochs.is_last and epochs.published_name is distinct from metric.published_name)
    or (epochs.is_last and epochs.valid_to is distinct from metric.valid_to)
    or (epochs.is_last and epochs.successor_name is not null)
