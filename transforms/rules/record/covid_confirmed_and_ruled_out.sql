/*
id = "covid_confirmed_and_ruled_out"
title = "COVID-19 is confirmed and ruled out on one record"
family = "record"
severity = "informs"
severity_because = "The confirmed infection counts; the other code is left from before the test."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["covid"]
message = "COVID-19 stands beside a code for contact, screening or observation that ruled it out."
why = """
Contacts and screenings are counted to follow testing. Beside a confirmed case the patient is in both counts."""
source = "ICD-10-CM Official Guidelines, section I.C.1.g.1 (Z20.822, Z03.818 and Z11.52 where the infection is not confirmed)"
fix = "Remove the code for contact, screening or observation."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Contact beside the infection fires"
given.listed_diagnosis = """
list  | value     | encounter_id | seq | role      | code   | system
covid | ruled out | e1           | 2   | secondary | Z20822 | icd10cm
covid | confirmed | e1           | 1   | principal | U071   | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z20822
"""

[[example]]
title = "Contact alone does not"
given.listed_diagnosis = """
list  | value     | encounter_id | seq | role      | code   | system
covid | ruled out | e1           | 2   | secondary | Z20822 | icd10cm
"""
fires = ""
*/
select
    contact.encounter_id,
    contact.seq,
    contact.code,
    contact.system,
    contact.role,
    string_agg(infection.code, ',' order by infection.code) as beside
from checked.listed_diagnosis as contact
inner join checked.listed_diagnosis as infection on contact.encounter_id = infection.encounter_id
where
    contact.list = 'covid'
    and contact.value = 'ruled out'
    and infection.list = 'covid'
    and infection.value = 'confirmed'
    and contact.role in ('principal', 'secondary', 'external')
    and infection.role in ('principal', 'secondary', 'external')
group by all
