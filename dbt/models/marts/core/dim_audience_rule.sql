select
    rule_code as audience_rule,
    audience,
    explanation_en,
    explanation_fr
from {{ ref('audience_rules') }}
