{{ engagement_over('views', 'views_count', 'views_null_reason') }}
