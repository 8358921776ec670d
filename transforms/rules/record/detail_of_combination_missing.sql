/*
id = "detail_of_combination_missing"
title = "Combination code without the code for its detail"
family = "record"
severity = "informs"
severity_because = "The combination counts; only its detail is missing."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["combination_and_detail"]
message = "The code {limited_to}, which its note asks for in a second code, and the record has none."
why = """
Heart failure is counted by type, kidney disease by stage, ulcers by site. Without the second code the patient has the \
disease in one table and not in the other, and the number on their way to dialysis is too low."""
source = "ICD-10-CM tabular list, use additional code notes at I11.0, I12, I13 and E08.621 to E13.621; ICD-10-CM Official Guidelines, sections I.A.17 and I.C.9.a"
fix = "Add the second code: the type of heart failure (I50), the stage of kidney disease (N18; N18.9 where it is unknown), the site of the ulcer (L97)."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Heart failure without its type, kidney disease without its stage, and a combination that lacks one of two fire"
given.listed_diagnosis = """
list                   | value                           | encounter_id | seq | role      | code | system
combination_and_detail | needs the type of heart failure | e1           | 2   | secondary | I110 | icd10cm
combination_and_detail | needs the stage of kidney disease | e2           | 1   | principal | I129 | icd10cm
combination_and_detail | needs the type of heart failure | e3           | 1   | principal | I130 | icd10cm
combination_and_detail | needs the stage of kidney disease | e3           | 1   | principal | I130 | icd10cm
combination_and_detail | the type of heart failure       | e3           | 2   | secondary | I509 | icd10cm
"""
fires = """
encounter_id | seq | code | message
e1           | 2   | I110 | The code needs the type of heart failure, which its note asks for in a second code, and the record has none.
e2           | 1   | I129 | The code needs the stage of kidney disease, which its note asks for in a second code, and the record has none.
e3           | 1   | I130 | The code needs the stage of kidney disease, which its note asks for in a second code, and the record has none.
"""

[[example]]
title = "With the second code they do not"
given.listed_diagnosis = """
list                   | value                             | encounter_id | seq | role      | code | system
combination_and_detail | needs the type of heart failure   | e1           | 2   | secondary | I110 | icd10cm
combination_and_detail | the type of heart failure         | e1           | 3   | secondary | I509 | icd10cm
combination_and_detail | needs the stage of kidney disease | e2           | 1   | principal | I129 | icd10cm
combination_and_detail | the stage of kidney disease       | e2           | 4   | secondary | N184 | icd10cm
"""
fires = ""
*/
select
    combination.encounter_id,
    combination.seq,
    combination.code,
    combination.system,
    combination.role,
    string_agg(combination.value, ' and ' order by combination.value) as limited_to
from checked.listed_diagnosis as combination
left join checked.listed_diagnosis as detail
    on combination.encounter_id = detail.encounter_id
    and combination.value = 'needs ' || detail.value
    and detail.list = 'combination_and_detail'
    and detail.role in ('principal', 'secondary', 'external')
where
    combination.list = 'combination_and_detail'
    and combination.value like 'needs %'
    and combination.role in ('principal', 'secondary', 'external')
    and detail.encounter_id is null
group by combination.encounter_id, combination.seq, combination.code, combination.system, combination.role
