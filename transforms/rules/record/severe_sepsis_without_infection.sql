/*
id = "severe_sepsis_without_infection"
title = "Severe sepsis without the infection behind it"
family = "record"
severity = "warns"
severity_because = "The death or stay is counted in no infection."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["sepsis"]
message = "Severe sepsis is coded, and no systemic infection is."
why = """
Sepsis is counted by its infection. Severe sepsis alone is a symptom in the tables, and the leading infectious cause \
of death is too low."""
source = "ICD-10-CM Official Guidelines, section I.C.1.d.1.b and I.C.1.d.4 (underlying infection first, then R65.2); ICD-10-CM tabular list, note at R65.2"
fix = "Code the infection first; A41.9 where the organism is unknown."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "Severe sepsis beside pneumonia alone fires"
given.listed_diagnosis = """
list   | value  | encounter_id | seq | role      | code  | system
sepsis | severe | e1           | 2   | secondary | R6520 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | R6520
"""

[[example]]
title = "With sepsis it does not"
given.listed_diagnosis = """
list   | value     | encounter_id | seq | role      | code  | system
sepsis | severe    | e1           | 2   | secondary | R6520 | icd10cm
sepsis | infection | e1           | 1   | principal | A419  | icd10cm
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
left join checked.listed_diagnosis as infection
    on severe.encounter_id = infection.encounter_id
    and infection.list = 'sepsis'
    and infection.value = 'infection'
    and infection.role in ('principal', 'secondary', 'external')
where
    severe.list = 'sepsis'
    and severe.value = 'severe'
    and severe.role in ('principal', 'secondary', 'external')
    and infection.encounter_id is null
