/*
id = "visit_without_diagnosis"
title = "Visit has no diagnosis"
family = "setting"
severity = "warns"
severity_because = "The visit counts in no cause; one record moves a figure little."
grain = "encounter"
applies_to = "encounter_class in ('outpatient', 'emergency', 'professional')"
message = "The visit has no diagnosis at all."
why = """
A visit without a diagnosis is in the totals and in no cause, so every outpatient cause is too low by an unknown \
amount. What is left blank is seldom left at random."""
source = "X12 837P and 837I (a principal or first-listed diagnosis is required); Tuva, diagnosis_code_1_null"
fix = "Have the visit coded; the reason for the encounter, a symptom or a Z code will do."

[[effect]]
kind = "recode"
targets = ["any"]
place = "principal"

[[example]]
title = "An outpatient visit without a code fires"
given.setting = """
facility_type | encounter_class | needs_diagnosis
hospital      | outpatient      | true
"""
given.encounter = """
encounter_id | facility_type | encounter_class | principal_seq
e1           | hospital      | outpatient      |
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "One with a reason for the visit, one with a diagnosis, and a stay, which another rule judges, do not"
given.setting = """
facility_type | encounter_class | needs_diagnosis
hospital      | outpatient      | true
hospital      | inpatient       | true
"""
given.encounter = """
encounter_id | facility_type | encounter_class | principal_seq
e1           | hospital      | outpatient      |
e2           | hospital      | outpatient      | 1
e3           | hospital      | inpatient       |
"""
given.core_diagnosis = """
encounter_id | seq | role
e1           | 1   | reason_for_visit
e2           | 1   | principal
"""
fires = ""
*/
with candidate as (
    select encounter.encounter_id, encounter.encounter_class
    from checked.setting as setting
    inner join checked.encounter as encounter
        on setting.facility_type = encounter.facility_type
        and setting.encounter_class = encounter.encounter_class
    where
        setting.needs_diagnosis
        and encounter.encounter_class in ('outpatient', 'emergency', 'professional')
        and encounter.principal_seq is null
),
coded as (
    select distinct candidate.encounter_id
    from candidate
    inner join checked.core_diagnosis as diagnosis on candidate.encounter_id = diagnosis.encounter_id
)
select encounter_id, encounter_class
from candidate
where encounter_id not in (select coded.encounter_id from coded)
