/*
id = "admission_for_injury_without_cause"
title = "Injury without its external cause"
family = "record"
severity = "informs"
severity_because = "There is no national mandate; the rule works only where the site says that its state or payer asks for it."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["injury"]
message = "The record has an injury at its first treatment and no external cause."
why = """
Deaths and stays by falls, traffic and violence are counted from external causes. Each injury without one is missing \
from all of them."""
source = "ICD-10-CM Official Guidelines, section I.C.20 (no national requirement; by mandate of a state or payer)"
fix = "Add the external cause."

[parameters.mandate]
default = false
about = "Whether the state or the payer asks for external causes"

[[effect]]
kind = "add"
least = 1
greatest = 1

[[example]]
title = "With a mandate a fracture alone fires"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 1   | principal | S72001A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | S72001A
"""
parameters = { mandate = true }

[[example]]
title = "With its external cause it does not; nor does aftercare"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 1   | principal | S72001A | icd10cm
injury | e2           | 1   | principal | S72001D | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role     | code    | system  | is_external_cause
e1           | 2   | external | W010XXA | icd10cm | true
"""
fires = ""
parameters = { mandate = true }

[[example]]
title = "Without a mandate nothing does"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 1   | principal | S72001A | icd10cm
"""
fires = ""
*/
with injury as (
    select
        encounter_id,
        min(seq) as seq,
        arg_min(code, seq) as code,
        system
    from checked.listed_diagnosis
    where
        $mandate
        and list = 'injury'
        and code like 'S%'
        and right(code, 1) in ('A', 'B', 'C')
        and length(code) = 7
    group by encounter_id, system
)
select
    injury.encounter_id,
    injury.seq,
    injury.code,
    injury.system
from injury
left join checked.marked_diagnosis as cause
    on injury.encounter_id = cause.encounter_id
    and cause.is_external_cause
where cause.encounter_id is null
