{#- An SQL condition is true of every row; a condition that is NULL does not hold. -#}
{% test holds(model, condition) %}
select *
from {{ model }}
where coalesce(not ({{ condition }}), true)
{% endtest %}
