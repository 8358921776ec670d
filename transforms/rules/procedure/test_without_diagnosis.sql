/*
id = "test_without_diagnosis"
title = "Test has no diagnosis at all"
family = "procedure"
severity = "warns"
severity_because = "The test counts in no cause; one record moves a figure little."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "code between '70010' and '89398' and encounter_class not in ('outpatient', 'emergency', 'professional')"
message = "The laboratory or imaging test was ordered for no diagnosis that the record names."
why = """
Whoever orders a test says why: an illness, a symptom, or a screening. Tests without a reason are missing from \
every count of what illnesses are looked for, and seldom at random."""
source = "42 CFR 410.32 (tests are ordered by the physician who treats the beneficiary); 45 CFR and Balanced Budget Act 1997, section 4317 (diagnosis with the order); ICD-10-CM Official Guidelines, section IV.K"
fix = "Ask who ordered the test for the diagnosis or the symptom; a screening has a Z code."

[[effect]]
kind = "recode"
targets = ["any"]
place = "principal"

[[example]]
title = "A blood count without a reason fires"
given.plain_procedure = """
encounter_id | seq | system | code  | encounter_class
e1           | 1   | hcpcs  | 85025 | laboratory
"""
fires = """
encounter_id | seq
e1           | 1
"""

[[example]]
title = "One with a symptom, a vaccination, and a visit, which another rule judges, do not"
given.diagnosis_list = """
encounter_id | entries | diagnoses
e1           | 1       | 0
"""
given.plain_procedure = """
encounter_id | seq | system | code  | encounter_class
e1           | 1   | hcpcs  | 85025 | laboratory
e2           | 1   | hcpcs  | 90471 | laboratory
e3           | 1   | hcpcs  | 85025 | outpatient
"""
fires = ""
*/
select procedure.encounter_id, procedure.seq, procedure.code, procedure.system
from checked.plain_procedure as procedure
left join checked.diagnosis_list as listed on procedure.encounter_id = listed.encounter_id
where
    procedure.system = 'hcpcs'
    and procedure.code between '70010' and '89398'
    -- Visits without a diagnosis are judged by visit_without_diagnosis.
    and procedure.encounter_class not in ('outpatient', 'emergency', 'professional')
    and listed.encounter_id is null
