/*
id = "hypertension_with_heart_failure"
title = "Hypertension and heart failure are coded apart"
family = "record"
severity = "informs"
severity_because = "Right where the physician says that the two have nothing to do with each other."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["heart_and_kidney"]
valid_from = 2016-10-01
message = "Essential hypertension (I10) stands beside heart failure, which the classification presumes to be linked."
why = """
Heart failure with hypertension is counted as hypertensive heart disease. Coded apart, the stay counts as heart \
failure, and the two groups shift against each other with the coder."""
source = "ICD-10-CM Official Guidelines, section I.C.9.a.1 (causal relationship presumed, hypertensive heart disease I11), from discharges of 2016-10-01"
fix = "Use the combination code, with the second code for the stage or type, unless the record says that they are unrelated."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["I11", "I13"]

[[example]]
title = "Both apart fire"
given.listed_diagnosis_with_encounter = """
list             | value         | encounter_id | seq | role      | code | system  | code_date
heart_and_kidney | hypertension  | e1           | 2   | secondary | I10  | icd10cm | 2020-01-01
heart_and_kidney | heart failure | e1           | 1   | principal | I509 | icd10cm | 2020-01-01
"""
fires = """
encounter_id | seq | code
e1           | 2   | I10
"""

[[example]]
title = "The combination does not"
given.listed_diagnosis_with_encounter = """
list             | value              | encounter_id | seq | role      | code | system  | code_date
heart_and_kidney | with heart failure | e1           | 2   | secondary | I130 | icd10cm | 2020-01-01
heart_and_kidney | heart failure      | e1           | 1   | principal | I509 | icd10cm | 2020-01-01
"""
fires = ""
*/
select
    hypertension.encounter_id,
    hypertension.seq,
    hypertension.code,
    hypertension.system,
    hypertension.code_date,
    hypertension.role,
    string_agg(disease.code, ',' order by disease.code) as beside
from checked.listed_diagnosis_with_encounter as hypertension
inner join checked.listed_diagnosis_with_encounter as disease on hypertension.encounter_id = disease.encounter_id
where
    hypertension.list = 'heart_and_kidney'
    and hypertension.value = 'hypertension'
    and disease.list = 'heart_and_kidney'
    and disease.value = 'heart failure'
    and hypertension.role in ('principal', 'secondary', 'external')
    and disease.role in ('principal', 'secondary', 'external')
group by all
