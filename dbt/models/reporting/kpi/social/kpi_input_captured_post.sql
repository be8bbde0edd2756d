{{ captured_by('interactions_count', interactions_null_reason('post.', 'post.channel_code')) }}
