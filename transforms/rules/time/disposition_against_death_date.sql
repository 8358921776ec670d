/*
id = "disposition_against_death_date"
title = "Discharge disposition contradicts death or survival"
family = "time"
severity = "warns"
severity_because = "One of the two is wrong, and in-hospital mortality rests on the disposition; but one record moves it little."
grain = "stay"
applies_to = "patient_id is not null and discharge_date is not null and discharge_disposition is not null"
message = "The discharge disposition contradicts what else is known of the person ({problem})."
why = """
A death coded as a discharge home lowers in-hospital mortality, and a living patient coded as dead raises it. Deaths \
after discharge are counted from the date of death, so both sides of the split move."""
source = "HCUP DIED and DISPUNIFORM edits; Medicare Code Editor v43.1, section 16 (discharge status)"
fix = "Compare with the death certificate or the registration: correct the disposition or the date of death."

[parameters.grace_days]
default = 1
about = "Days by which a discharge as dead may differ from the date of death: deaths around midnight"

[parameters.settling_days]
default = 1
about = "Days after a discharge as dead in which a visit may still be entered late"

[parameters.specimen_days]
default = 90
about = "Days after a death in which a specimen may still be examined: a full autopsy is reported within three months, recalled"

[[effect]]
kind = "outcome"

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[effect]]
kind = "person"

[[example]]
title = "Sent home after or on the day of a death in hospital, and discharged as dead weeks before it, fire"
given.person = """
patient_id | collection | death_date
p1         | main       | 2023-03-03
p2         | main       | 2023-06-30
p3         | main       | 2023-03-05
"""
given.death = """
death_id | patient_id | collection | death_date | place_of_death
d3       | p3         | main       | 2023-03-05 | hospital
"""
given.stay = """
stay_id | collection | patient_id | admission_date | discharge_date | discharge_disposition | facility_type
e1      | main       | p1         | 2023-03-01     | 2023-03-05     | home                  | hospital
e2      | main       | p2         | 2023-03-01     | 2023-03-05     | died                  | hospital
e3      | main       | p3         | 2023-03-01     | 2023-03-05     | home                  | hospital
"""
fires = """
stay_id | message
e1      | The discharge disposition contradicts what else is known of the person (died before the discharge).
e2      | The discharge disposition contradicts what else is known of the person (another date of death).
e3      | The discharge disposition contradicts what else is known of the person (died in hospital on the day of discharge).
"""

[[example]]
title = "Discharged as dead and admitted a month later fires, or examined half a year later"
given.stay = """
stay_id | collection | patient_id | admission_date | discharge_date | discharge_disposition | facility_type
e1      | main       | p1         | 2023-03-01     | 2023-03-05     | died                  | hospital
e3      | main       | p2         | 2023-03-01     | 2023-03-05     | died                  | hospital
"""
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | encounter_class
e1           | main       | p1         | 2023-03-01     | inpatient
e2           | main       | p1         | 2023-04-05     | emergency
e4           | main       | p2         | 2023-09-05     | laboratory
"""
fires = """
stay_id | message
e3      | The discharge disposition contradicts what else is known of the person (seen again).
e1      | The discharge disposition contradicts what else is known of the person (seen again).
"""

[[example]]
title = "A death at home on the day of discharge, one around midnight, late specimens, and a patient still there do not"
given.person = """
patient_id | collection | death_date
p1         | main       | 2023-03-05
p2         | main       | 2023-03-06
p3         | main       | 2023-03-03
"""
given.death = """
death_id | patient_id | collection | death_date | place_of_death
d1       | p1         | main       | 2023-03-05 | home
"""
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | encounter_class
e5           | main       | p2         | 2023-03-30     | laboratory
e6           | main       | p2         | 2023-03-06     | outpatient
"""
given.stay = """
stay_id | collection | patient_id | admission_date | discharge_date | discharge_disposition | facility_type
e1      | main       | p1         | 2023-03-01     | 2023-03-05     | home                  | hospital
e2      | main       | p2         | 2023-03-01     | 2023-03-05     | died                  | hospital
e3      | other      | p3         | 2023-03-01     | 2023-03-05     | home                  | hospital
e4      | main       | p3         | 2023-03-01     | 2023-03-05     |                       | hospital
"""
fires = ""
*/
with certified as (
    select collection, patient_id, any_value(place_of_death order by death_id) as place_of_death
    from checked.death
    where patient_id is not null
    group by collection, patient_id
),
discharged_as_dead as (
    select stay_id, collection, patient_id, discharge_date
    from checked.stay
    where discharge_disposition = 'died'
),
seen_again as (
    select discharged_as_dead.stay_id, min(encounter.admission_date) as seen_again_on
    from discharged_as_dead
    inner join checked.plain_encounter as encounter
        on discharged_as_dead.collection = encounter.collection
        and discharged_as_dead.patient_id = encounter.patient_id
        and encounter.admission_date > discharged_as_dead.discharge_date + $settling_days
    where
        encounter.encounter_class not in ('laboratory', 'other')
        or (
            encounter.encounter_class = 'laboratory'
            and encounter.admission_date > discharged_as_dead.discharge_date + $specimen_days
        )
    group by discharged_as_dead.stay_id
),
known as (
    select
        stay.stay_id,
        stay.discharge_date,
        stay.discharge_disposition,
        person.death_date,
        seen_again.seen_again_on,
        case
            when stay.discharge_disposition = 'died' and abs(person.death_date - stay.discharge_date) > $grace_days
                then 'another date of death'
            when stay.discharge_disposition = 'died' and seen_again.seen_again_on is not null
                then 'seen again'
            when stay.discharge_disposition <> 'died' and person.death_date < stay.discharge_date
                then 'died before the discharge'
            when
                stay.discharge_disposition in ('home', 'against_advice')
                and person.death_date = stay.discharge_date
                and certified.place_of_death = 'hospital'
                then 'died in hospital on the day of discharge'
        end as problem
    from checked.stay as stay
    left join checked.person as person
        on stay.patient_id = person.patient_id
        and stay.collection = person.collection
        and person.death_date is not null
    left join certified
        on stay.patient_id = certified.patient_id
        and stay.collection = certified.collection
    left join seen_again on stay.stay_id = seen_again.stay_id
)
select
    stay_id,
    discharge_date,
    discharge_disposition,
    death_date,
    seen_again_on,
    problem
from known
where problem is not null
