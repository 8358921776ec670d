/*
id = "hypertension_with_kidney_disease"
title = "Hypertension and chronic kidney disease are coded apart"
family = "record"
severity = "informs"
severity_because = "Right where the physician says that the two have nothing to do with each other."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["heart_and_kidney"]
message = "Essential hypertension (I10) stands beside chronic kidney disease, which the classification presumes to be linked."
why = """
Chronic kidney disease with hypertension is counted as hypertensive kidney disease. Coded apart, the groups for \
hypertension and for kidney failure shift against each other with the coder."""
source = "ICD-10-CM Official Guidelines, section I.C.9.a.2 (causal relationship presumed, hypertensive chronic kidney disease I12)"
fix = "Use the combination code, with the second code for the stage or type, unless the record says that they are unrelated."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["I12", "I13"]

[[example]]
title = "Both apart fire"
given.listed_diagnosis = """
list             | value          | encounter_id | seq | role      | code | system
heart_and_kidney | hypertension   | e1           | 2   | secondary | I10  | icd10cm
heart_and_kidney | kidney disease | e1           | 1   | principal | N184 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | I10
"""

[[example]]
title = "The combination does not"
given.listed_diagnosis = """
list             | value              | encounter_id | seq | role      | code | system
heart_and_kidney | with heart failure | e1           | 2   | secondary | I130 | icd10cm
heart_and_kidney | kidney disease     | e1           | 1   | principal | N184 | icd10cm
"""
fires = ""
*/
select
    hypertension.encounter_id,
    hypertension.seq,
    hypertension.code,
    hypertension.system,
    hypertension.role,
    string_agg(disease.code, ',' order by disease.code) as beside
from checked.listed_diagnosis as hypertension
inner join checked.listed_diagnosis as disease on hypertension.encounter_id = disease.encounter_id
where
    hypertension.list = 'heart_and_kidney'
    and hypertension.value = 'hypertension'
    and disease.list = 'heart_and_kidney'
    and disease.value = 'kidney disease'
    and hypertension.role in ('principal', 'secondary', 'external')
    and disease.role in ('principal', 'secondary', 'external')
group by all
