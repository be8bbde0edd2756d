{{ request_delay_quantiles('observed_reply_business_hours', 'is_replied', 'reply_business_delay_null_reason') }}
