{{ engagement_over('reach', 'reach_count', 'reach_null_reason') }}
