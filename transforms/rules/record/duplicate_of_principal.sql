/*
id = "duplicate_of_principal"
title = "Secondary diagnosis repeats the principal"
family = "record"
severity = "informs"
severity_because = "Counts by principal diagnosis do not move; counts of any mention and the depth of coding do."
grain = "diagnosis"
applies_to = "role in ('secondary', 'external')"
message = "The secondary diagnosis repeats the principal diagnosis."
why = """
The same code twice on a record counts one condition as two in the depth of coding. It often stands where another code \
should be, since copying fills a field."""
source = "Medicare Code Editor v43.1, section 3 (duplicate of principal diagnosis); ICD-10-CM Official Guidelines, section I.B.12"
fix = "Remove the repetition, or put in the code that was meant."

[[effect]]
kind = "none"

[[example]]
title = "The principal code again in third place fires"
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | I214
"""
given.repeated_diagnosis = """
encounter_id | seq | role      | system  | code
e1           | 1   | principal | icd10cm | I214
e1           | 2   | secondary | icd10cm | E119
e1           | 3   | secondary | icd10cm | I214
"""
fires = """
encounter_id | seq | code
e1           | 3   | I214
"""

[[example]]
title = "The admitting diagnosis may well be the principal, and another patient's diagnosis is no repetition"
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | I214
"""
given.repeated_diagnosis = """
encounter_id | seq | role      | system  | code
e1           | 2   | admitting | icd10cm | I214
e2           | 2   | secondary | icd10cm | I214
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role
from checked.repeated_diagnosis as diagnosis
inner join checked.principal as principal
    on diagnosis.encounter_id = principal.encounter_id
    and diagnosis.system = principal.system
    and diagnosis.code = principal.code
where diagnosis.role in ('secondary', 'external')
