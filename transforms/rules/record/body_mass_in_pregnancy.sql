/*
id = "body_mass_in_pregnancy"
title = "Body mass index on a record of pregnancy"
family = "record"
severity = "informs"
severity_because = "The weight of a pregnant woman is no measure of her body."
grain = "diagnosis"
systems = ["icd10cm"]
message = "A body mass index is coded on a record of pregnancy."
why = """
Obesity is counted with these codes. In pregnancy they count the child's weight as the mother's."""
source = "ICD-10-CM Official Guidelines, section I.C.21.c.3 (BMI codes not in pregnancy)"
fix = "Remove the body mass index; code obesity complicating pregnancy (O99.21) where it was there before."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "A body mass index with a delivery fires"
given.bare_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 3   | secondary | Z6835 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O701 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 3   | Z6835
"""

[[example]]
title = "Outside pregnancy it does not"
given.bare_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 3   | secondary | Z6835 | icd10cm
"""
fires = ""
*/
with pregnancy as (
    select distinct encounter_id, system
    from checked.marked_diagnosis
    where code >= 'O' and code < 'P' and role in ('principal', 'secondary')
)
select
    body_mass.encounter_id,
    body_mass.seq,
    body_mass.code,
    body_mass.system,
    body_mass.role
from checked.bare_diagnosis as body_mass
inner join pregnancy
    on body_mass.encounter_id = pregnancy.encounter_id
    and body_mass.system = pregnancy.system
where body_mass.code like 'Z68%' and body_mass.role = 'secondary'
