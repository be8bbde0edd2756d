-- What the catalogue's expressions give, before anything is judged: see macros/kpi/kpi_rows.sql.
{% for entry in kpi_entries() %}
({{ kpi_rows(entry) }})
{{ 'union all by name' if not loop.last }}
{% endfor %}
