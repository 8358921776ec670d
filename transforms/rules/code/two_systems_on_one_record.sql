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
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    principal.system as principal_system
from checked.bare_diagnosis as diagnosis
inner join checked.principal as principal on diagnosis.encounter_id = principal.encounter_id
where diagnosis.system <> principal.system
