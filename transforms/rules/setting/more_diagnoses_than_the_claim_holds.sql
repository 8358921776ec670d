/*
id = "more_diagnoses_than_the_claim_holds"
title = "Record has more diagnoses than its claim can hold"
family = "setting"
severity = "informs"
severity_because = "No code is wrong by itself; two claims that were folded into one look like this."
grain = "encounter"
applies_to = "claim_number is not null"
message = "The claim has more than {limited_to} principal and secondary diagnoses."
why = """
Depth of coding and comorbidity indices grow with the length of the list, so claims that were joined into one look \
sicker. A principal diagnosis of the second claim then counts as secondary."""
source = "X12 837I (principal and 24 other diagnoses) and 837P (12 diagnoses); table tables/setting.csv"
fix = "See whether the key of the source joins several claims, and mend it in the profile."

[[effect]]
kind = "none"

[[example]]
title = "Three diagnoses on a claim for two fire"
given.setting = """
facility_type | encounter_class | most_diagnoses
hospital      | inpatient       | 2
"""
given.plain_encounter = """
encounter_id | claim_number | facility_type | encounter_class
e1           | C1           | hospital      | inpatient
"""
given.diagnosis_list = """
encounter_id | entries | diagnoses
e1           | 3       | 3
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "An admitting diagnosis beside them, and a record that is no claim, do not"
given.setting = """
facility_type | encounter_class | most_diagnoses
hospital      | inpatient       | 2
"""
given.plain_encounter = """
encounter_id | claim_number | facility_type | encounter_class
e1           | C1           | hospital      | inpatient
e2           |              | hospital      | inpatient
"""
given.diagnosis_list = """
encounter_id | entries | diagnoses
e1           | 3       | 2
e2           | 3       | 3
"""
fires = ""
*/
select
    encounter.encounter_id,
    listed.diagnoses,
    setting.most_diagnoses as limited_to
from checked.setting as setting
inner join checked.plain_encounter as encounter
    on setting.facility_type = encounter.facility_type
    and setting.encounter_class = encounter.encounter_class
inner join checked.diagnosis_list as listed
    on encounter.encounter_id = listed.encounter_id
    and listed.diagnoses > setting.most_diagnoses
where encounter.claim_number is not null
