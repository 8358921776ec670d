/*
id = "poa_missing_on_whole_record"
title = "Record lacks present on admission altogether"
family = "setting"
severity = "warns"
severity_because = "Complications and hospital-acquired conditions cannot be told from comorbidity; one record moves their rates little."
grain = "encounter"
systems = ["icd10cm", "icd9cm"]
valid_from = 2008-01-01
applies_to = "principal_code is not null"
message = "No diagnosis of the record says whether it was present on admission."
why = """
Without the indicator a complication counts as a comorbidity and lowers the hospital's risk-adjusted mortality. \
Records that lack it altogether mostly come from one ward, form or interface."""
source = "CMS, hospital-acquired conditions and POA reporting (claims processed from 2008); CMS reason codes 34929 to 34931; NUBC UB-04 and X12 837I and 837P; table tables/setting.csv"
fix = "Have the indicators added; if a whole facility lacks them, see that its interface sends them, or change its type where it is exempt."

[parameters.least_share]
default = 0.5
about = "Share of a source's records that must have an indicator for the rule to speak: others do not report it"

[[effect]]
kind = "none"

[[example]]
title = "The one stay of two that lacks it fires"
given.setting = """
facility_type | encounter_class | poa
hospital      | inpatient       | required
"""
given.encounter = """
encounter_id | source | facility_type | encounter_class | principal_system | principal_code | code_date
e1           | s      | hospital      | inpatient       | icd10cm          | I214           | 2023-05-01
e2           | s      | hospital      | inpatient       | icd10cm          | I214           | 2023-05-01
"""
given.core_diagnosis = """
encounter_id | seq | role      | poa
e1           | 1   | principal | Y
e2           | 1   | principal |
"""
fires = """
encounter_id
e2
"""

[[example]]
title = "A source that never sends it, stays before 2008, rehabilitation, and a record that lacks it in part do not"
given.setting = """
facility_type  | encounter_class | poa
hospital       | inpatient       | required
rehabilitation | inpatient       | not_expected
"""
given.encounter = """
encounter_id | source | facility_type  | encounter_class | principal_system | principal_code | code_date
e1           | a      | hospital       | inpatient       | icd10cm          | I214           | 2023-05-01
e2           | b      | hospital       | inpatient       | icd9cm           | 41071          | 2007-12-31
e3           | b      | hospital       | inpatient       | icd9cm           | 41071          | 2023-05-01
e4           | b      | rehabilitation | inpatient       | icd10cm          | I214           | 2023-05-01
e5           | b      | hospital       | inpatient       | icd10cm          | I214           | 2023-05-01
e6           | b      | hospital       | inpatient       | icd10cm          | I214           | 2023-05-01
e7           | b      | hospital       | inpatient       | icd10cm          | I214           | 2023-05-01
"""
given.core_diagnosis = """
encounter_id | seq | role      | poa
e1           | 1   | principal |
e2           | 1   | principal |
e3           | 1   | principal | Y
e4           | 1   | principal |
e5           | 1   | principal |
e5           | 2   | secondary | Y
"""
fires = ""
*/
with silent as (
    -- Few principal diagnoses lack it where the source reports it at all.
    select encounter_id
    from checked.core_diagnosis
    where role = 'principal' and poa is null
),
required as (
    select
        encounter.encounter_id,
        encounter.source,
        encounter.principal_system as system,
        encounter.code_date,
        silent.encounter_id is not null as is_silent
    from checked.setting as setting
    inner join checked.encounter as encounter
        on setting.facility_type = encounter.facility_type
        and setting.encounter_class = encounter.encounter_class
    left join silent on encounter.encounter_id = silent.encounter_id
    where setting.poa = 'required' and encounter.principal_code is not null
),
reporting as (
    select source
    from required
    group by source
    having count(*) filter (not is_silent) >= $least_share * count(*)
),
candidate as (
    select required.encounter_id, required.system, required.code_date
    from required
    inner join reporting on required.source = reporting.source
    where required.is_silent
),
indicated as (
    select distinct candidate.encounter_id
    from candidate
    inner join checked.core_diagnosis as diagnosis on candidate.encounter_id = diagnosis.encounter_id
    where diagnosis.poa is not null
)
select encounter_id, system, code_date
from candidate
where encounter_id not in (select indicated.encounter_id from indicated)
