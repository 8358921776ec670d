/*
id = "ventilation_longer_than_stay"
title = "Ventilation of more than four days in a shorter stay"
family = "editor"
severity = "warns"
severity_because = "One of the two is impossible: the dates, or the duration of ventilation."
grain = "procedure"
systems = ["icd10pcs", "icd9proc"]
applies_to = "length_of_stay is not null"
message = "Mechanical ventilation for more than 96 consecutive hours stands on a stay that was shorter."
why = """
The code marks the sickest patients, and models of expected mortality lean on it. A stay of two days with it has wrong \
dates or the wrong code, and moves bed-days or case mix."""
source = "Medicare Code Editor v43.1, section 19 (procedure inconsistent with length of stay): 5A1955Z with less than 5 days; ICD-9-CM 96.72 with less than 4, from 2012-10-01"
fix = "Compare the ventilation chart with admission and discharge: code the shorter duration, or correct the dates."

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "Four days with more than 96 hours of ventilation fire under ICD-10-PCS, three under ICD-9-CM"
given.procedure = """
encounter_id | seq | role      | code    | system   | code_date  | length_of_stay | is_long_ventilation
e1           | 2   | secondary | 5A1955Z | icd10pcs | 2023-01-05 | 4              | true
e2           | 1   | principal | 9672    | icd9proc | 2014-01-05 | 3              | true
"""
fires = """
encounter_id | seq | code
e1           | 2   | 5A1955Z
e2           | 1   | 9672
"""

[[example]]
title = "Five days do not, four under ICD-9-CM do not, and an unknown stay proves nothing"
given.procedure = """
encounter_id | seq | role      | code    | system   | code_date  | length_of_stay | is_long_ventilation
e1           | 2   | secondary | 5A1955Z | icd10pcs | 2023-01-05 | 5              | true
e2           | 1   | principal | 9672    | icd9proc | 2014-01-05 | 4              | true
e3           | 1   | principal | 5A1955Z | icd10pcs | 2023-01-05 |                | true
e4           | 1   | principal | 5A1945Z | icd10pcs | 2023-01-05 | 2              | false
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    length_of_stay
from checked.procedure
where
    is_long_ventilation
    and length_of_stay < case system when 'icd10pcs' then 5 else 4 end
