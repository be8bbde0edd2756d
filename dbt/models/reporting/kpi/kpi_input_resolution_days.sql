{{ request_delay_quantiles('observed_resolution_days', 'is_resolved', 'resolution_delay_null_reason') }}
