/*
id = "disposition_against_death_date"
title = "Discharge disposition contradicts the date of death"
family = "time"
severity = "warns"
severity_because = "One of the two is wrong, and in-hospital mortality rests on the disposition; but one record moves it little."
grain = "stay"
applies_to = "patient_id is not null and discharge_date is not null and discharge_disposition is not null"
message = "The discharge disposition contradicts the person's date of death."
why = """
A death coded as a discharge home lowers in-hospital mortality, and a living patient coded as dead raises it. Deaths \
after discharge are counted from the date of death, so both sides of the split move."""
source = "HCUP DIED and DISPUNIFORM edits; Medicare Code Editor v43.1, section 16 (discharge status)"
fix = "Compare with the death certificate or the registration: correct the disposition or the date of death."

[parameters.grace_days]
default = 1
about = "Days by which the date of death may differ from the day of a discharge as dead; deaths around midnight"

[[effect]]
kind = "outcome"

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[effect]]
kind = "person"

[[example]]
title = "Sent home after the day of death, and discharged as dead weeks before it, fire"
given.person = """
patient_id | collection | death_date
p1         | main       | 2023-03-03
p2         | main       | 2023-06-30
"""
given.stay = """
stay_id | collection | patient_id | admission_date | discharge_date | discharge_disposition
e1      | main       | p1         | 2023-03-01     | 2023-03-05     | home
e2      | main       | p2         | 2023-03-01     | 2023-03-05     | died
"""
fires = """
stay_id
e1
e2
"""

[[example]]
title = "A death at home on the day of discharge, one around midnight, and a patient still there do not"
given.person = """
patient_id | collection | death_date
p1         | main       | 2023-03-05
p2         | main       | 2023-03-06
p3         | main       | 2023-03-03
"""
given.stay = """
stay_id | collection | patient_id | admission_date | discharge_date | discharge_disposition
e1      | main       | p1         | 2023-03-01     | 2023-03-05     | home
e2      | main       | p2         | 2023-03-01     | 2023-03-05     | died
e3      | other      | p3         | 2023-03-01     | 2023-03-05     | home
e4      | main       | p3         | 2023-03-01     | 2023-03-05     |
"""
fires = ""
*/
select
    stay.stay_id,
    stay.discharge_date,
    stay.discharge_disposition,
    person.death_date
from checked.stay as stay
inner join checked.person as person
    on stay.patient_id = person.patient_id
    and stay.collection = person.collection
where
    case
        when stay.discharge_disposition = 'died' then abs(person.death_date - stay.discharge_date) > $grace_days
        when stay.discharge_disposition is not null then person.death_date < stay.discharge_date
    end
