/*
id = "new_patient_visit_of_known_patient"
title = "New-patient visit of a patient who is known"
family = "procedure"
severity = "informs"
severity_because = "Another specialty of a group may see the patient as new; counts of new patients move, counts of causes do not."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "facility_type in ('physician_office', 'clinic') and patient_id is not null"
message = "The visit is coded as a new patient's, and the practice saw the person within three years."
why = """
New patients of a practice are read from these codes, as are first contacts with an illness. A known patient among \
them is a new case that is none."""
source = "CMS Medicare Claims Processing Manual, chapter 12, 30.6.7 (new: not seen by the group and specialty within three years); CPT, evaluation and management"
fix = "Report the code for established patients, unless another specialty of the group saw the patient first."

[parameters.years]
default = 3
about = "Years within which a patient who was seen is no new one"

[[effect]]
kind = "none"

[[example]]
title = "A new patient who was there last year fires"
given.plain_procedure = """
encounter_id | seq | system | code  | collection | patient_id | facility_id | facility_type    | admission_date | date_precision
e2           | 1   | hcpcs  | 99204 | main       | p1         | o1          | physician_office | 2023-05-01     | day
"""
given.encounter_brief = """
encounter_id | collection | patient_id | facility_id | encounter_class | admission_date
e1           | main       | p1         | o1          | professional    | 2022-05-01
e2           | main       | p1         | o1          | professional    | 2023-05-01
"""
fires = """
encounter_id | seq | related_id
e2           | 1   | e1
"""

[[example]]
title = "Four years ago, in another practice, on the same day, or for a test alone it does not"
given.plain_procedure = """
encounter_id | seq | system | code  | collection | patient_id | facility_id | facility_type    | admission_date | date_precision
e2           | 1   | hcpcs  | 99204 | main       | p1         | o1          | physician_office | 2023-05-01     | day
"""
given.encounter_brief = """
encounter_id | collection | patient_id | facility_id | encounter_class | admission_date
e0           | main       | p1         | o1          | professional    | 2019-05-01
e1           | main       | p1         | o2          | professional    | 2022-05-01
e2           | main       | p1         | o1          | professional    | 2023-05-01
e3           | main       | p1         | o1          | laboratory      | 2022-05-01
"""
fires = ""
*/
with new_visit as (
    select encounter_id, seq, code, system, collection, patient_id, facility_id, admission_date
    from checked.plain_procedure
    where
        system = 'hcpcs'
        and (code between '99201' and '99205' or code between '99381' and '99387' or code in ('92002', '92004'))
        and facility_type in ('physician_office', 'clinic')
        and patient_id is not null
        and facility_id is not null
        and date_precision in ('day', 'shifted')
)
select
    new_visit.encounter_id,
    new_visit.seq,
    any_value(new_visit.code) as code,
    any_value(new_visit.system) as system,
    max_by(earlier.encounter_id, (earlier.admission_date, earlier.encounter_id)) as related_id,
    max(earlier.admission_date) as seen_on
from new_visit
inner join checked.encounter_brief as earlier
    on new_visit.patient_id = earlier.patient_id
    and new_visit.collection = earlier.collection
    and new_visit.facility_id = earlier.facility_id
    and earlier.admission_date < new_visit.admission_date
    and earlier.admission_date >= new_visit.admission_date - to_years($years)
    and earlier.encounter_class in ('professional', 'outpatient')
group by new_visit.encounter_id, new_visit.seq
