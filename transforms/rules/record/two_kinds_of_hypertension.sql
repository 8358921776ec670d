/*
id = "two_kinds_of_hypertension"
title = "Essential hypertension beside hypertensive disease"
family = "record"
severity = "informs"
severity_because = "The combination says it already."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["heart_and_kidney"]
message = "Essential hypertension (I10) stands beside hypertensive heart or kidney disease."
why = """
Hypertension is counted once a patient, in one of its categories. With both the patient is counted in two."""
source = "ICD-10-CM Official Guidelines, section I.C.9.a (one category of I10 to I13 by the organs concerned)"
fix = "Remove I10."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Both fire"
given.listed_diagnosis = """
list             | value               | encounter_id | seq | role      | code | system
heart_and_kidney | hypertension        | e1           | 2   | secondary | I10  | icd10cm
heart_and_kidney | with kidney disease | e1           | 3   | secondary | I129 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | I10
"""

[[example]]
title = "Either alone does not"
given.listed_diagnosis = """
list             | value               | encounter_id | seq | role      | code | system
heart_and_kidney | hypertension        | e1           | 2   | secondary | I10  | icd10cm
heart_and_kidney | with kidney disease | e2           | 3   | secondary | I129 | icd10cm
"""
fires = ""
*/
select
    hypertension.encounter_id,
    hypertension.seq,
    hypertension.code,
    hypertension.system,
    hypertension.role,
    string_agg(combination.code, ',' order by combination.code) as beside
from checked.listed_diagnosis as hypertension
inner join checked.listed_diagnosis as combination on hypertension.encounter_id = combination.encounter_id
where
    hypertension.list = 'heart_and_kidney'
    and hypertension.value = 'hypertension'
    and combination.list = 'heart_and_kidney'
    and combination.value in ('with heart failure', 'with kidney disease', 'hypertensive')
    and hypertension.role in ('principal', 'secondary', 'external')
    and combination.role in ('principal', 'secondary', 'external')
group by all
