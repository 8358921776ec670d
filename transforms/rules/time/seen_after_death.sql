/*
id = "seen_after_death"
title = "Seen after the death"
family = "time"
severity = "warns"
severity_because = "The death, the visit or the person is wrong; one record moves a figure little."
grain = "encounter"
applies_to = "patient_id is not null and admission_date is not null"
message = "The encounter begins after the person's death."
why = """
A person seen after a death is either alive, and then mortality is too high, or another person, and then two \
histories were joined. Follow-up and readmission count both wrongly."""
source = "OHDSI Data Quality Dashboard, plausibleBeforeDeath (60 days of administrative grace); Kahn 2016, plausibility: temporal"
fix = "Compare names and numbers with the death record; late bills and specimens belong to a day before the death."

[parameters.grace_days]
default = 1
about = "Days after a death on which a stay or an emergency may begin: deaths around midnight"

[parameters.administrative_grace_days]
default = 60
about = "The same for visits, bills and specimens"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "person"

[[effect]]
kind = "drop"

[[example]]
title = "An emergency visit two days after the death and a consultation three months after it fire"
given.person = """
patient_id | collection | death_date | death_precision
p1         | main       | 2023-05-10 | day
"""
given.plain_encounter = """
encounter_id | collection | patient_id | encounter_class | admission_date
e1           | main       | p1         | emergency       | 2023-05-12
e2           | main       | p1         | outpatient      | 2023-08-10
"""
fires = """
encounter_id
e1
e2
"""

[[example]]
title = "The day after, a specimen at the end of the grace, a death known to the month, and a stay that is judged elsewhere do not"
given.person = """
patient_id | collection | death_date | death_precision
p1         | main       | 2023-05-10 | day
p2         | main       | 2023-05-01 | month
"""
given.plain_encounter = """
encounter_id | collection | patient_id | encounter_class | admission_date | stay_id | discharge_disposition | discharge_date
e1           | main       | p1         | emergency       | 2023-05-11     |         |                       |
e2           | main       | p1         | laboratory      | 2023-07-09     |         |                       |
e3           | main       | p2         | emergency       | 2023-05-31     |         |                       |
e4           | main       | p1         | inpatient       | 2023-06-01     | e4      | home                  | 2023-06-03
"""
fires = ""
*/
with deceased as (
    select
        patient_id,
        collection,
        -- The last day on which the death may have been, where only its month or year is known.
        case death_precision
            when 'month' then last_day(death_date)
            when 'year' then make_date(year(death_date), 12, 31)
            else death_date
        end as death_day
    from checked.person
    where death_date is not null
)
select
    encounter.encounter_id,
    encounter.admission_date,
    encounter.encounter_class,
    deceased.death_day
from deceased
inner join checked.plain_encounter as encounter
    on deceased.patient_id = encounter.patient_id
    and deceased.collection = encounter.collection
    and encounter.admission_date > deceased.death_day + case
        when encounter.encounter_class in ('inpatient', 'newborn', 'day_case', 'emergency') then $grace_days
        else $administrative_grace_days
    end
where
    -- Stays with a disposition are judged by disposition_against_death_date.
    (encounter.stay_id is null or encounter.discharge_disposition is null or encounter.discharge_date is null)
