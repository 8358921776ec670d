/*
id = "puerperal_and_other_sepsis"
title = "Puerperal sepsis beside sepsis of chapter 1"
family = "record"
severity = "informs"
severity_because = "The sepsis is counted as maternal all the same."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["sepsis"]
message = "Puerperal sepsis stands with a code of sepsis outside pregnancy."
why = """
Sepsis after birth is a maternal cause. A second code for it counts one sepsis in two chapters."""
source = "ICD-10-CM Official Guidelines, section I.C.15.k (A40 and A41 not with O85; the organism by B95 to B96)"
fix = "Keep O85 and name the organism."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Sepsis by its organism beside puerperal sepsis fires"
given.listed_diagnosis = """
list   | value     | encounter_id | seq | role      | code  | system
sepsis | infection | e1           | 1   | principal | O85   | icd10cm
sepsis | infection | e1           | 2   | secondary | A4151 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | A4151
"""

[[example]]
title = "Either alone does not"
given.listed_diagnosis = """
list   | value     | encounter_id | seq | role      | code  | system
sepsis | infection | e1           | 1   | principal | O85   | icd10cm
sepsis | infection | e2           | 2   | secondary | A4151 | icd10cm
"""
fires = ""
*/
select
    sepsis.encounter_id,
    sepsis.seq,
    sepsis.code,
    sepsis.system,
    sepsis.role,
    string_agg(puerperal.code, ',' order by puerperal.code) as beside
from checked.listed_diagnosis as sepsis
inner join checked.listed_diagnosis as puerperal on sepsis.encounter_id = puerperal.encounter_id
where
    sepsis.list = 'sepsis'
    and sepsis.value = 'infection'
    and puerperal.list = 'sepsis'
    and puerperal.value = 'infection'
    and sepsis.role in ('principal', 'secondary', 'external')
    and puerperal.role in ('principal', 'secondary', 'external')
    and sepsis.code between 'A40' and 'A42'
    and puerperal.code = 'O85'
group by all
