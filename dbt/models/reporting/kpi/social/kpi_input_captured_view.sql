{{ captured_by('views_count', 'post.views_null_reason') }}
