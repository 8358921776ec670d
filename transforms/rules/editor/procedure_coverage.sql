/*
id = "procedure_coverage"
title = "Operation that Medicare covers not at all or within limits"
family = "editor"
severity = "informs"
severity_because = "Other payers cover them; what matters to statistics is that such operations are rare."
grain = "procedure"
systems = ["icd10pcs", "icd9proc"]
message = "The operation is {problem}."
why = """
Operations that the largest payer does not pay for, or only in certain centres, are rare, so a keying error easily \
doubles their number. Rates of transplantation and of experimental operations rest on few records."""
source = "Medicare Code Editor v43.1, sections 11 (non-covered procedure) and 17 (limited coverage); conditions on age and diagnosis are not looked at"
fix = "Compare with the operation note."

[[effect]]
kind = "none"

[[example]]
title = "An operation that is not covered fires, and one that is covered within limits"
given.procedure = """
encounter_id | seq | role      | code    | system   | code_date  | is_noncovered | is_limited_coverage
e1           | 1   | principal | 0GT10ZZ | icd10pcs | 2023-01-05 | true          | false
e2           | 1   | principal | 02YA0Z0 | icd10pcs | 2023-01-05 | false         | true
"""
fires = """
encounter_id | seq | code    | message
e1           | 1   | 0GT10ZZ | The operation is not covered by Medicare.
e2           | 1   | 02YA0Z0 | The operation is covered by Medicare within limits.
"""

[[example]]
title = "Another does not"
given.procedure = """
encounter_id | seq | role      | code    | system   | code_date  | is_noncovered | is_limited_coverage
e1           | 1   | principal | 0DTJ4ZZ | icd10pcs | 2023-01-05 | false         | false
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    case
        when is_noncovered and is_limited_coverage then 'not covered by Medicare, or within limits'
        when is_noncovered then 'not covered by Medicare'
        else 'covered by Medicare within limits'
    end as problem
from checked.procedure
where is_noncovered or is_limited_coverage
