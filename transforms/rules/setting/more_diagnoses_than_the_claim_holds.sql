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
given.encounter = """
encounter_id | claim_number
e1           | C1
"""
given.plain_diagnosis = """
encounter_id | seq | role      | facility_type | encounter_class
e1           | 1   | principal | hospital      | inpatient
e1           | 2   | secondary | hospital      | inpatient
e1           | 3   | secondary | hospital      | inpatient
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
given.encounter = """
encounter_id | claim_number
e1           | C1
e2           |
"""
given.plain_diagnosis = """
encounter_id | seq | role      | facility_type | encounter_class
e1           | 1   | principal | hospital      | inpatient
e1           | 2   | secondary | hospital      | inpatient
e1           | 3   | admitting | hospital      | inpatient
e2           | 1   | principal | hospital      | inpatient
e2           | 2   | secondary | hospital      | inpatient
e2           | 3   | secondary | hospital      | inpatient
"""
fires = ""
*/
with long_list as (
    select diagnosis.encounter_id, any_value(setting.most_diagnoses) as most_diagnoses
    from checked.setting as setting
    inner join checked.plain_diagnosis as diagnosis
        on setting.facility_type = diagnosis.facility_type
        and setting.encounter_class = diagnosis.encounter_class
        and diagnosis.seq > setting.most_diagnoses
    group by diagnosis.encounter_id
)
select
    diagnosis.encounter_id,
    count(*) as diagnoses,
    any_value(long_list.most_diagnoses) as limited_to
from long_list
inner join checked.plain_diagnosis as diagnosis on long_list.encounter_id = diagnosis.encounter_id
inner join checked.encounter as encounter on long_list.encounter_id = encounter.encounter_id
where diagnosis.role in ('principal', 'secondary') and encounter.claim_number is not null
group by diagnosis.encounter_id
having count(*) > any_value(long_list.most_diagnoses)
