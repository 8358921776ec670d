/*
id = "covid_with_other_viral_pneumonia"
title = "Pneumonia with COVID-19 is coded as another viral one"
family = "record"
severity = "informs"
severity_because = "The infection counts; only its pneumonia is in the older code."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["covid"]
valid_from = 2021-01-01
message = "Another viral pneumonia stands beside COVID-19."
why = """
Severity of COVID-19 is told by its pneumonia, which has its own code since 2021. Under the code used before, severe \
cases are too few."""
source = "ICD-10-CM Official Guidelines, section I.C.1.g.1.c (J12.82 for pneumonia confirmed as due to COVID-19), from discharges of 2021-01-01; J12.89 before"
fix = "Code J12.82."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["J1282"]

[[example]]
title = "The older code after the change fires"
given.listed_diagnosis_with_encounter = """
list  | value                 | encounter_id | seq | role      | code  | system  | code_date
covid | other viral pneumonia | e1           | 2   | secondary | J1289 | icd10cm | 2021-05-01
covid | confirmed             | e1           | 1   | principal | U071  | icd10cm | 2021-05-01
"""
fires = """
encounter_id | seq | code
e1           | 2   | J1289
"""

[[example]]
title = "Before the change it does not"
given.listed_diagnosis_with_encounter = """
list  | value                 | encounter_id | seq | role      | code  | system  | code_date
covid | other viral pneumonia | e1           | 2   | secondary | J1289 | icd10cm | 2020-05-01
covid | confirmed             | e1           | 1   | principal | U071  | icd10cm | 2020-05-01
"""
fires = ""
*/
select
    pneumonia.encounter_id,
    pneumonia.seq,
    pneumonia.code,
    pneumonia.system,
    pneumonia.code_date,
    pneumonia.role,
    string_agg(infection.code, ',' order by infection.code) as beside
from checked.listed_diagnosis_with_encounter as pneumonia
inner join checked.listed_diagnosis_with_encounter as infection on pneumonia.encounter_id = infection.encounter_id
where
    pneumonia.list = 'covid'
    and pneumonia.value = 'other viral pneumonia'
    and infection.list = 'covid'
    and infection.value = 'confirmed'
    and pneumonia.role in ('principal', 'secondary', 'external')
    and infection.role in ('principal', 'secondary', 'external')
group by all
