/*
id = "duplicate_secondary"
title = "Secondary diagnosis stands twice"
family = "record"
severity = "informs"
severity_because = "Counts by principal diagnosis do not move; counts of any mention and the depth of coding do."
grain = "diagnosis"
message = "The same secondary diagnosis stands on the record twice."
why = """
One condition in two places counts as two in the depth of coding. It often stands where another code should be, since \
copying fills a field."""
source = "ICD-10-CM Official Guidelines, section I.B.12 (each diagnosis code once an encounter), recalled"
fix = "Remove the repetition, or put in the code that was meant."

[[effect]]
kind = "none"

[[example]]
title = "The second of two fires"
given.repeated_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 2   | secondary | E119 | icd10cm
e1           | 5   | secondary | E119 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 5   | E119
"""

[[example]]
title = "A repetition of the principal diagnosis is another rule's business; an external cause may stand in its own field too"
given.repeated_diagnosis = """
encounter_id | seq | role      | code    | system
e1           | 1   | principal | E119    | icd10cm
e1           | 2   | secondary | E119    | icd10cm
e2           | 2   | secondary | W1830XA | icd10cm
e2           | 9   | external  | W1830XA | icd10cm
"""
fires = ""
*/
with repeated as (
    select encounter_id, max(seq) as seq, code, system, count(*) as times
    from checked.repeated_diagnosis
    where role = 'secondary'
    group by encounter_id, code, system
    having count(*) > 1
)
select repeated.encounter_id, repeated.seq, repeated.code, repeated.system, repeated.times
from repeated
left join checked.principal as principal
    on repeated.encounter_id = principal.encounter_id
    and repeated.system = principal.system
    and repeated.code = principal.code
where principal.encounter_id is null
