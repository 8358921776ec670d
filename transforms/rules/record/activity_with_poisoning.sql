/*
id = "activity_with_poisoning"
title = "Activity with a poisoning or adverse effect"
family = "record"
severity = "informs"
severity_because = "Nothing but the table of activities moves."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["circumstance_of_injury", "drug_or_medicament", "injury"]
message = "An activity is coded with a poisoning, an adverse effect or underdosing."
why = """
Activities are counted to prevent injuries at sport and work. Poisonings have none by definition, so such codes are \
noise in that table."""
source = "ICD-10-CM Official Guidelines, section I.C.20.c (activity codes not for poisonings, adverse effects, misadventures or sequelae)"
fix = "Remove the activity."

[[effect]]
kind = "none"

[[example]]
title = "An activity beside an overdose fires"
given.listed_diagnosis = """
list                   | value    | encounter_id | seq | role      | code    | system
circumstance_of_injury | activity | e1           | 4   | external  | Y9301   | icd10cm
drug_or_medicament     |          | e1           | 1   | principal | T401X1A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 4   | Y9301
"""

[[example]]
title = "Beside a fracture, with a drug at fault for a fall, it does not"
given.listed_diagnosis = """
list                   | value    | encounter_id | seq | role      | code    | system
circumstance_of_injury | activity | e1           | 4   | external  | Y9301   | icd10cm
injury                 |          | e1           | 1   | principal | S72001A | icd10cm
circumstance_of_injury | activity | e2           | 4   | external  | Y9301   | icd10cm
injury                 |          | e2           | 1   | principal | S72001A | icd10cm
drug_or_medicament     |          | e2           | 2   | secondary | T424X5A | icd10cm
"""
fires = ""
*/
select
    circumstance.encounter_id,
    circumstance.seq,
    circumstance.code,
    circumstance.system,
    circumstance.role,
    string_agg(drug.code, ',' order by drug.code) as beside
from checked.listed_diagnosis as circumstance
inner join checked.listed_diagnosis as drug on circumstance.encounter_id = drug.encounter_id
left join checked.listed_diagnosis as injury
    on circumstance.encounter_id = injury.encounter_id
    and injury.list = 'injury'
where
    circumstance.list = 'circumstance_of_injury'
    and circumstance.value = 'activity'
    and drug.list = 'drug_or_medicament'
    and circumstance.role in ('principal', 'secondary', 'external')
    and drug.role in ('principal', 'secondary', 'external')
    and injury.encounter_id is null
group by all
