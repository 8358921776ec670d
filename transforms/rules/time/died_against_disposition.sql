/*
id = "died_against_disposition"
title = "Death as a field of its own contradicts the discharge disposition"
family = "time"
severity = "warns"
severity_because = "One of the two is wrong, and in-hospital mortality rests on them; but one record moves it little."
grain = "encounter"
applies_to = "died_reported is not null and discharge_disposition is not null"
message = "The source says {problem}."
why = """
In-hospital mortality counts whoever either field calls dead, so a slip in one of them makes a death. The other \
way about, a death that only one field knows may be missed in another system's figures."""
source = "HCUP data quality edits of DIED against DISPUNIFORM; Medicare Code Editor v43.1, section 16"
fix = "Compare with the death certificate or the discharge letter, and correct the field that is wrong."

[[effect]]
kind = "outcome"

[[example]]
title = "Dead and sent home, and discharged as dead but alive, fire"
given.plain_encounter = """
encounter_id | died_reported | discharge_disposition
e1           | true          | home
e2           | false         | died
"""
fires = """
encounter_id | message
e1           | The source says that the patient died and was discharged otherwise.
e2           | The source says that the patient was discharged as dead and did not die.
"""

[[example]]
title = "Fields that agree, and one of them missing, do not"
given.plain_encounter = """
encounter_id | died_reported | discharge_disposition
e1           | true          | died
e2           | false         | home
e3           |               | died
e4           | true          |
"""
fires = ""
*/
select
    encounter_id,
    discharge_disposition,
    died_reported,
    case when died_reported then 'that the patient died and was discharged otherwise'
        else 'that the patient was discharged as dead and did not die' end as problem
from checked.plain_encounter
where died_reported = (discharge_disposition <> 'died')
