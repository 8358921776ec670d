/*
id = "heart_failure_type_missing"
title = "Hypertensive heart disease with failure without its type"
family = "record"
severity = "informs"
severity_because = "The combination counts; only its detail is missing."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["heart_and_kidney"]
message = "Hypertensive heart disease with heart failure is coded without the type of the failure."
why = """
Heart failure is counted by type and course. Without the second code the patient has heart failure in one table and \
none in another."""
source = "ICD-10-CM Official Guidelines, section I.C.9.a.1; ICD-10-CM tabular list, note at I11.0 (use additional code for the type, I50)"
fix = "Add the type of heart failure (I50)."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "The combination alone fires"
given.listed_diagnosis = """
list             | value              | encounter_id | seq | role      | code | system
heart_and_kidney | with heart failure | e1           | 2   | secondary | I110 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | I110
"""

[[example]]
title = "With the second code it does not"
given.listed_diagnosis = """
list             | value              | encounter_id | seq | role      | code | system
heart_and_kidney | with heart failure | e1           | 2   | secondary | I110 | icd10cm
heart_and_kidney | heart failure      | e1           | 3   | secondary | I509 | icd10cm
"""
fires = ""
*/
select distinct
    combination.encounter_id,
    combination.seq,
    combination.code,
    combination.system,
    combination.role
from checked.listed_diagnosis as combination
left join checked.listed_diagnosis as detail
    on combination.encounter_id = detail.encounter_id
    and detail.list = 'heart_and_kidney'
    and detail.value = 'heart failure'
    and detail.role in ('principal', 'secondary', 'external')
where
    combination.list = 'heart_and_kidney'
    and combination.value = 'with heart failure'
    and combination.role in ('principal', 'secondary', 'external')
    and detail.encounter_id is null
