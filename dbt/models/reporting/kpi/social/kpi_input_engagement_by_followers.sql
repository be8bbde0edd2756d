{{ engagement_over('followers_at_post', 'followers_at_post_count', 'followers_null_reason') }}
