{#- Fewer comparable territories than this are no company: "no peers". -#}
{% macro minimum_peers() -%} 8 {%- endmacro %}

{#- How many neighbours are kept of each territory. -#}
{% macro kept_peers() -%} 20 {%- endmacro %}
