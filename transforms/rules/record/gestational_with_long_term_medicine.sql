/*
id = "gestational_with_long_term_medicine"
title = "Gestational diabetes beside long-term medicine for diabetes"
family = "record"
severity = "informs"
severity_because = "The count of gestational diabetes is right; the medicine is told by its own 6th character."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["diabetes", "diabetes_medicine"]
message = "Gestational diabetes stands with long-term use of insulin or other medicine for diabetes."
why = """
How gestational diabetes is treated stands in its own code. The additional code counts the mother among persons with \
long-term medicine."""
source = "ICD-10-CM Official Guidelines, section I.C.15.i (Z79.4, Z79.84 and Z79.85 not with O24.4)"
fix = "Remove the long-term medicine; give O24.4 the character for the treatment."

[[effect]]
kind = "none"

[[example]]
title = "Insulin with gestational diabetes fires"
given.listed_diagnosis = """
list              | value           | encounter_id | seq | role      | code   | system
diabetes          | O24 gestational | e1           | 1   | principal | O24414 | icd10cm
diabetes_medicine | insulin         | e1           | 2   | secondary | Z794   | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z794
"""

[[example]]
title = "With pre-existing diabetes it does not"
given.listed_diagnosis = """
list              | value            | encounter_id | seq | role      | code   | system
diabetes          | O24 pre-existing | e1           | 1   | principal | O24113 | icd10cm
diabetes_medicine | insulin          | e1           | 2   | secondary | Z794   | icd10cm
"""
fires = ""
*/
select
    medicine.encounter_id,
    medicine.seq,
    medicine.code,
    medicine.system,
    medicine.role,
    string_agg(gestational.code, ',' order by gestational.code) as beside
from checked.listed_diagnosis as medicine
inner join checked.listed_diagnosis as gestational on medicine.encounter_id = gestational.encounter_id
where
    medicine.list = 'diabetes_medicine'
    and gestational.list = 'diabetes'
    and gestational.value = 'O24 gestational'
    and medicine.role in ('principal', 'secondary', 'external')
    and gestational.role in ('principal', 'secondary', 'external')
group by all
