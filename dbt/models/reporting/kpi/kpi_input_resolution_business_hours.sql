{{ request_delay_quantiles('observed_resolution_business_hours', 'is_resolved', 'resolution_business_delay_null_reason') }}
