/*
id = "underdosing_without_reason"
title = "Underdosing without its reason"
family = "record"
severity = "informs"
severity_because = "The reason is to be coded only if it is known."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["drug_or_medicament", "reason_for_underdosing"]
message = "Underdosing is coded, and no code says why less was taken."
why = """
Whether patients cannot afford, forget or are denied their medicine is the use of this code to public health. Without \
the reason the count answers nothing."""
source = "ICD-10-CM Official Guidelines, section I.C.19.e.5.c (noncompliance Z91.1 or complication of care Y63.6 to Y63.9 to give the intent, if known)"
fix = "Add the reason where the record gives it."

[[effect]]
kind = "none"

[[example]]
title = "Underdosing alone fires"
given.listed_diagnosis = """
list               | encounter_id | seq | role      | code    | system
drug_or_medicament | e1           | 2   | secondary | T383X6A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | T383X6A
"""

[[example]]
title = "With noncompliance it does not"
given.listed_diagnosis = """
list                   | encounter_id | seq | role      | code    | system
drug_or_medicament     | e1           | 2   | secondary | T383X6A | icd10cm
reason_for_underdosing | e1           | 3   | secondary | Z91120  | icd10cm
"""
fires = ""
*/
select
    drug.encounter_id,
    drug.seq,
    drug.code,
    drug.system,
    drug.role
from checked.listed_diagnosis as drug
left join checked.listed_diagnosis as reason
    on drug.encounter_id = reason.encounter_id
    and reason.list = 'reason_for_underdosing'
where
    drug.list = 'drug_or_medicament'
    and if(substr(drug.code, 6, 1) in ('', 'X'), substr(drug.code, 5, 1), substr(drug.code, 6, 1)) = '6'
    and right(drug.code, 1) = 'A'
    and reason.encounter_id is null
