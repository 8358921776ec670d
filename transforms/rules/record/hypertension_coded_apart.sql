/*
id = "hypertension_coded_apart"
title = "Hypertension is coded apart from heart failure or kidney disease"
family = "record"
severity = "informs"
severity_because = "Right where the physician says that the two have nothing to do with each other."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["heart_and_kidney"]
message = "Essential hypertension (I10) stands beside {limited_to}, which the classification presumes to be linked."
why = """
Heart failure or chronic kidney disease with hypertension is counted as hypertensive heart or kidney disease. Coded \
apart, the stay counts as heart or kidney failure, and the groups shift against each other with the coder."""
source = "ICD-10-CM Official Guidelines, section I.C.9.a (causal relationship presumed: hypertensive heart disease I11 from discharges of 2016-10-01, hypertensive chronic kidney disease I12, both I13)"
fix = "Use the combination code, with the second code for the stage or type, unless the record says that they are unrelated."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["I11", "I12", "I13"]

[[example]]
title = "Heart failure and kidney disease apart from hypertension fire, each and together"
given.listed_diagnosis = """
list             | value          | encounter_id | seq | role      | code | system
heart_and_kidney | hypertension   | e1           | 2   | secondary | I10  | icd10cm
heart_and_kidney | heart failure  | e1           | 1   | principal | I509 | icd10cm
heart_and_kidney | hypertension   | e2           | 3   | secondary | I10  | icd10cm
heart_and_kidney | heart failure  | e2           | 1   | principal | I509 | icd10cm
heart_and_kidney | kidney disease | e2           | 2   | secondary | N184 | icd10cm
heart_and_kidney | hypertension   | e3           | 2   | secondary | I10  | icd10cm
heart_and_kidney | kidney disease | e3           | 1   | principal | N184 | icd10cm
"""
given.encounter_brief = """
encounter_id | code_date
e1           | 2020-01-01
e2           | 2020-01-01
e3           | 2016-01-01
"""
fires = """
encounter_id | seq | code | message
e1           | 2   | I10  | Essential hypertension (I10) stands beside heart failure, which the classification presumes to be linked.
e2           | 3   | I10  | Essential hypertension (I10) stands beside heart failure and kidney disease, which the classification presumes to be linked.
e3           | 2   | I10  | Essential hypertension (I10) stands beside kidney disease, which the classification presumes to be linked.
"""

[[example]]
title = "The combination does not, nor heart failure before it was presumed to be linked"
given.listed_diagnosis = """
list             | value               | encounter_id | seq | role      | code | system
heart_and_kidney | with heart failure  | e1           | 2   | secondary | I130 | icd10cm
heart_and_kidney | heart failure       | e1           | 1   | principal | I509 | icd10cm
heart_and_kidney | hypertension        | e2           | 2   | secondary | I10  | icd10cm
heart_and_kidney | heart failure       | e2           | 1   | principal | I509 | icd10cm
"""
given.encounter_brief = """
encounter_id | code_date
e1           | 2020-01-01
e2           | 2016-09-30
"""
fires = ""
*/
select
    hypertension.encounter_id,
    hypertension.seq,
    hypertension.code,
    hypertension.system,
    hypertension.role,
    string_agg(distinct disease.value, ' and ' order by disease.value) as limited_to,
    string_agg(disease.code, ',' order by disease.code) as beside
from checked.listed_diagnosis as hypertension
inner join checked.listed_diagnosis as disease on hypertension.encounter_id = disease.encounter_id
inner join checked.encounter_brief as brief on hypertension.encounter_id = brief.encounter_id
where
    hypertension.list = 'heart_and_kidney'
    and hypertension.value = 'hypertension'
    and hypertension.role in ('principal', 'secondary', 'external')
    and disease.list = 'heart_and_kidney'
    and disease.role in ('principal', 'secondary', 'external')
    and (
        disease.value = 'kidney disease'
        or (disease.value = 'heart failure' and coalesce(brief.code_date >= date '2016-10-01', true))
    )
group by hypertension.encounter_id, hypertension.seq, hypertension.code, hypertension.system, hypertension.role
