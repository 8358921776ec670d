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
given.bare_diagnosis = """
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
given.bare_diagnosis = """
encounter_id | seq | role      | code    | system
e1           | 1   | principal | E119    | icd10cm
e1           | 2   | secondary | E119    | icd10cm
e2           | 2   | secondary | W1830XA | icd10cm
e2           | 9   | external  | W1830XA | icd10cm
"""
fires = ""
*/
with repeated as (
    -- Ten million keys are grouped by their hash; what shares one by chance is told apart below.
    select hash(encounter_id, system, code) as key
    from checked.bare_diagnosis
    where role = 'secondary'
    group by key
    having count(*) > 1
),
candidate as (
    select
        diagnosis.encounter_id,
        max(diagnosis.seq) as seq,
        diagnosis.code,
        diagnosis.system,
        count(*) as times
    from checked.bare_diagnosis as diagnosis
    where
        diagnosis.role = 'secondary'
        and hash(diagnosis.encounter_id, diagnosis.system, diagnosis.code) in (select key from repeated)
    group by diagnosis.encounter_id, diagnosis.system, diagnosis.code
    having count(*) > 1
)
select
    candidate.encounter_id,
    candidate.seq,
    candidate.code,
    candidate.system,
    candidate.times
from candidate
left join checked.principal as principal
    on candidate.encounter_id = principal.encounter_id
    and candidate.system = principal.system
    and candidate.code = principal.code
where principal.encounter_id is null
