/*
id = "severe_sepsis_without_organ_dysfunction"
title = "Severe sepsis without the organ that failed"
family = "record"
severity = "informs"
severity_because = "The list of organs is open; the record may name one that is not on ours."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["sepsis"]
message = "Severe sepsis is coded, and no failing organ is."
why = """
Severe sepsis is sepsis with a failing organ, and models of mortality lean on it. Without the organ the code \
overstates how ill the patient was, or the record is incomplete."""
source = "ICD-10-CM Official Guidelines, section I.C.1.d.1.b (additional codes for the organ dysfunction); ICD-10-CM tabular list, note at R65.2"
fix = "Add the organ dysfunction, or code sepsis without R65.2."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Severe sepsis with no organ fires"
given.listed_diagnosis = """
list   | value     | encounter_id | seq | role      | code  | system
sepsis | severe    | e1           | 2   | secondary | R6520 | icd10cm
sepsis | infection | e1           | 1   | principal | A419  | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | R6520
"""

[[example]]
title = "With kidney failure it does not, nor septic shock, which is failure of the circulation"
given.listed_diagnosis = """
list   | value  | encounter_id | seq | role      | code  | system
sepsis | severe | e1           | 2   | secondary | R6520 | icd10cm
sepsis | organ  | e1           | 3   | secondary | N179  | icd10cm
sepsis | severe | e2           | 2   | secondary | R6521 | icd10cm
"""
fires = ""
*/
select distinct
    severe.encounter_id,
    severe.seq,
    severe.code,
    severe.system,
    severe.role
from checked.listed_diagnosis as severe
left join checked.listed_diagnosis as organ
    on severe.encounter_id = organ.encounter_id
    and organ.list = 'sepsis'
    and organ.value = 'organ'
    and organ.role in ('principal', 'secondary', 'external')
where
    severe.list = 'sepsis'
    and severe.value = 'severe'
    and severe.role in ('principal', 'secondary', 'external')
    and severe.code = 'R6520'
    and organ.encounter_id is null
