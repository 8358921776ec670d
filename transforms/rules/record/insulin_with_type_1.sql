/*
id = "insulin_with_type_1"
title = "Long-term insulin is coded beside type 1 diabetes"
family = "record"
severity = "informs"
severity_because = "Type 1 needs insulin by definition; the code says nothing new."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["diabetes", "diabetes_medicine"]
message = "Long-term use of insulin is coded beside type 1 diabetes."
why = """
Insulin use is counted to follow the treatment of type 2. Codes beside type 1 raise its share, or hint at a patient \
who has type 2."""
source = "ICD-10-CM Official Guidelines, section I.C.4.a.3 (Z79.4 for patients with type 2 or other diabetes)"
fix = "Check the type; remove the insulin code beside type 1."

[[effect]]
kind = "none"

[[example]]
title = "Insulin with type 1 fires"
given.listed_diagnosis = """
list              | value   | encounter_id | seq | role      | code | system
diabetes          | E10     | e1           | 1   | principal | E109 | icd10cm
diabetes_medicine | insulin | e1           | 2   | secondary | Z794 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z794
"""

[[example]]
title = "With type 2 it does not"
given.listed_diagnosis = """
list              | value   | encounter_id | seq | role      | code | system
diabetes          | E11     | e1           | 1   | principal | E119 | icd10cm
diabetes_medicine | insulin | e1           | 2   | secondary | Z794 | icd10cm
"""
fires = ""
*/
select
    medicine.encounter_id,
    medicine.seq,
    medicine.code,
    medicine.system,
    medicine.role,
    string_agg(diabetes.code, ',' order by diabetes.code) as beside
from checked.listed_diagnosis as medicine
inner join checked.listed_diagnosis as diabetes on medicine.encounter_id = diabetes.encounter_id
where
    medicine.list = 'diabetes_medicine'
    and medicine.value = 'insulin'
    and diabetes.list = 'diabetes'
    and diabetes.value = 'E10'
    and medicine.role in ('principal', 'secondary', 'external')
    and diabetes.role in ('principal', 'secondary', 'external')
group by all
