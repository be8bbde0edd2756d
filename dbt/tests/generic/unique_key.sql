{#- The columns together are unique and none of them is NULL. -#}
{% test unique_key(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 or {% for column in columns %}count({{ column }}) = 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
