{{ request_delay_quantiles('observed_reply_days', 'is_replied', 'reply_delay_null_reason') }}
