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
encounter_id | claim_number | facility_type | encounter_class
e1           | C1           | hospital      | inpatient
"""
given.core_diagnosis = """
encounter_id | seq | role
e1           | 1   | principal
e1           | 2   | secondary
e1           | 3   | secondary
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
encounter_id | claim_number | facility_type | encounter_class
e1           | C1           | hospital      | inpatient
e2           |              | hospital      | inpatient
"""
given.core_diagnosis = """
encounter_id | seq | role
e1           | 1   | principal
e1           | 2   | secondary
e1           | 3   | admitting
e2           | 1   | principal
e2           | 2   | secondary
e2           | 3   | secondary
"""
fires = ""
*/
with least as (
    select min(most_diagnoses) as most_diagnoses from checked.setting
),
long_list as (
    select diagnosis.encounter_id
    from checked.core_diagnosis as diagnosis
    where diagnosis.seq > (select least.most_diagnoses from least)
    group by diagnosis.encounter_id
),
limited as (
    select encounter.encounter_id, setting.most_diagnoses
    from long_list
    inner join checked.encounter as encounter on long_list.encounter_id = encounter.encounter_id
    inner join checked.setting as setting
        on encounter.facility_type = setting.facility_type
        and encounter.encounter_class = setting.encounter_class
    where encounter.claim_number is not null and setting.most_diagnoses is not null
),
long_enough as (
    select diagnosis.encounter_id
    from limited
    inner join checked.core_diagnosis as diagnosis
        on limited.encounter_id = diagnosis.encounter_id
        and diagnosis.seq > limited.most_diagnoses
    group by diagnosis.encounter_id
)
select
    diagnosis.encounter_id,
    count(*) as diagnoses,
    any_value(limited.most_diagnoses) as limited_to
from limited
semi join long_enough on limited.encounter_id = long_enough.encounter_id
inner join checked.core_diagnosis as diagnosis on limited.encounter_id = diagnosis.encounter_id
where diagnosis.role in ('principal', 'secondary')
group by diagnosis.encounter_id
having count(*) > any_value(limited.most_diagnoses)
