/*
id = "covid_pneumonia_without_covid"
title = "Pneumonia due to COVID-19 without COVID-19"
family = "record"
severity = "warns"
severity_because = "The infection is counted by U07.1 alone."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["covid"]
valid_from = 2021-01-01
message = "Pneumonia due to COVID-19 stands without the infection itself."
why = """
Cases of COVID-19 are counted by U07.1, everywhere in the world. A pneumonia without it is a severe case that is in no \
count of cases."""
source = "ICD-10-CM tabular list, J12.82 (code first COVID-19, U07.1), from discharges of 2021-01-01; ICD-10-CM Official Guidelines, section I.C.1.g.1.c"
fix = "Put U07.1 before it; where the infection is over, code the pneumonia otherwise."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "The pneumonia alone fires"
given.listed_diagnosis_with_encounter = """
list  | value     | encounter_id | seq | role      | code  | system  | code_date
covid | pneumonia | e1           | 1   | principal | J1282 | icd10cm | 2021-05-01
"""
fires = """
encounter_id | seq | code
e1           | 1   | J1282
"""

[[example]]
title = "With the infection it does not"
given.listed_diagnosis_with_encounter = """
list  | value     | encounter_id | seq | role      | code  | system  | code_date
covid | pneumonia | e1           | 2   | secondary | J1282 | icd10cm | 2021-05-01
covid | confirmed | e1           | 1   | principal | U071  | icd10cm | 2021-05-01
"""
fires = ""
*/
select distinct
    pneumonia.encounter_id,
    pneumonia.seq,
    pneumonia.code,
    pneumonia.system,
    pneumonia.code_date,
    pneumonia.role
from checked.listed_diagnosis_with_encounter as pneumonia
left join checked.listed_diagnosis_with_encounter as infection
    on pneumonia.encounter_id = infection.encounter_id
    and infection.list = 'covid'
    and infection.value = 'confirmed'
    and infection.role in ('principal', 'secondary', 'external')
where
    pneumonia.list = 'covid'
    and pneumonia.value = 'pneumonia'
    and pneumonia.role in ('principal', 'secondary', 'external')
    and infection.encounter_id is null
