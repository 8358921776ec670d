/*
id = "kidney_stage_missing"
title = "Hypertensive kidney disease without its stage"
family = "record"
severity = "informs"
severity_because = "The combination counts; only its detail is missing."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["heart_and_kidney"]
message = "Hypertensive chronic kidney disease is coded without the stage of the kidney disease."
why = """
Kidney failure is counted by stage. Without it the patient is in no row, and the number on their way to dialysis is \
too low."""
source = "ICD-10-CM Official Guidelines, section I.C.9.a.2; ICD-10-CM tabular list, note at I12 (use additional code for the stage, N18)"
fix = "Add the stage (N18); N18.9 where it is unknown."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "The combination alone fires"
given.listed_diagnosis = """
list             | value               | encounter_id | seq | role      | code | system
heart_and_kidney | with kidney disease | e1           | 2   | secondary | I129 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | I129
"""

[[example]]
title = "With the second code it does not"
given.listed_diagnosis = """
list             | value               | encounter_id | seq | role      | code | system
heart_and_kidney | with kidney disease | e1           | 2   | secondary | I129 | icd10cm
heart_and_kidney | kidney disease      | e1           | 3   | secondary | N184 | icd10cm
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
    and detail.value = 'kidney disease'
    and detail.role in ('principal', 'secondary', 'external')
where
    combination.list = 'heart_and_kidney'
    and combination.value = 'with kidney disease'
    and combination.role in ('principal', 'secondary', 'external')
    and detail.encounter_id is null
