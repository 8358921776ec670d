/*
id = "two_systems_on_one_record"
title = "Diagnoses of one record are of two code systems"
family = "code"
severity = "warns"
severity_because = "One of the two columns was read in the wrong system."
grain = "diagnosis"
message = "The record has diagnoses in the code system of its principal diagnosis and in another."
why = """
Tables by cause are made per code system, so the diagnoses of the other one fall out of counts of any mention and of \
comorbidity. At a change of systems such records bridge the two and belong to neither."""
source = "45 CFR 162.1002 (one code set for diagnoses by date of discharge)"
fix = "Look whether the profile gives a column the wrong system; else code the record anew in the system of its day."

[[effect]]
kind = "recode"
targets = ["equivalent"]

[[example]]
title = "A diagnosis of the ninth revision beside one of the tenth fires"
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | I214
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | I214 | icd10cm
e1           | 2   | secondary | 4019 | icd9cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | 4019
"""

[[example]]
title = "Diagnoses of one system do not"
given.principal = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | I214
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | I214 | icd10cm
e1           | 2   | secondary | I10  | icd10cm
"""
fires = ""
*/
with usual as (
    select system
    from checked.bare_diagnosis
    where system is not null
    group by system
    order by count(*) desc, system
    limit 1
),
unusual as (
    -- A record of two systems has a code that is not of the commonest; few records need then be joined.
    select encounter_id from checked.bare_diagnosis where system <> (select system from usual)
    union
    select encounter_id from checked.principal where system <> (select system from usual)
),
principal as (
    select encounter_id, system
    from checked.principal
    where encounter_id in (select encounter_id from unusual)
)
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    principal.system as principal_system
from checked.bare_diagnosis as diagnosis
inner join principal on diagnosis.encounter_id = principal.encounter_id
where diagnosis.system <> principal.system
