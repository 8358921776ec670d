/*
id = "birth_after_birth"
title = "Birth is coded on a stay that began days after it"
family = "record"
severity = "warns"
severity_because = "The code is limited to the record of the birth itself."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["liveborn_infant"]
message = "The birth (Z38) is coded on a stay that began when the child was days old."
why = """
Counts of births in hospital rest on this code. A child that is admitted from home or moved from elsewhere is counted \
as born here."""
source = "ICD-10-CM Official Guidelines, section I.C.16.a.2 (Z38 on the birth record only)"
fix = "Code the condition for which the child was admitted; check the date of birth."

[parameters.days]
default = 1
about = "Completed days of life at admission up to which a birth may be coded"

[[effect]]
kind = "recode"
targets = ["any"]

[[effect]]
kind = "demographic"
fields = ["age_days"]

[[example]]
title = "A stay that began on the fourth day of life fires"
given.listed_diagnosis_with_encounter = """
list            | encounter_id | seq | role      | code  | system  | age_days
liveborn_infant | e1           | 1   | principal | Z3800 | icd10cm | 4
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z3800
"""

[[example]]
title = "The day of birth does not, nor the next (admission after midnight), nor an unknown age"
given.listed_diagnosis_with_encounter = """
list            | encounter_id | seq | role      | code  | system  | age_days
liveborn_infant | e1           | 1   | principal | Z3800 | icd10cm | 0
liveborn_infant | e2           | 1   | principal | Z3800 | icd10cm | 1
liveborn_infant | e3           | 1   | principal | Z3800 | icd10cm |
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    age_days
from checked.listed_diagnosis_with_encounter
where list = 'liveborn_infant' and role in ('principal', 'secondary') and age_days > $days
