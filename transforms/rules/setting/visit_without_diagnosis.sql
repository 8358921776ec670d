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
given.plain_encounter = """
encounter_id | facility_type | encounter_class
e1           | hospital      | outpatient
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
given.plain_encounter = """
encounter_id | facility_type | encounter_class
e1           | hospital      | outpatient
e2           | hospital      | outpatient
e3           | hospital      | inpatient
"""
given.diagnosis_list = """
encounter_id | entries | diagnoses
e1           | 1       | 0
e2           | 1       | 1
"""
fires = ""
*/
select encounter.encounter_id, encounter.encounter_class
from checked.setting as setting
inner join checked.plain_encounter as encounter
    on setting.facility_type = encounter.facility_type
    and setting.encounter_class = encounter.encounter_class
left join checked.diagnosis_list as listed on encounter.encounter_id = listed.encounter_id
where
    setting.needs_diagnosis
    and encounter.encounter_class in ('outpatient', 'emergency', 'professional')
    and listed.encounter_id is null
