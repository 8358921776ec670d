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
given.diagnosis_list = """
encounter_id | diagnoses | lacks_principal_poa | has_poa
e1           | 1         | false               | true
e2           | 1         | true                | false
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
given.diagnosis_list = """
encounter_id | diagnoses | lacks_principal_poa | has_poa
e1           | 1         | true                | false
e2           | 1         | true                | false
e3           | 1         | false               | true
e4           | 1         | true                | false
e5           | 2         | true                | true
e6           | 1         | false               | true
e7           | 1         | false               | true
"""
fires = ""
*/
with required as (
    select
        encounter.encounter_id,
        encounter.source,
        encounter.principal_system as system,
        encounter.code_date,
        listed.lacks_principal_poa,
        listed.has_poa
    from checked.setting as setting
    inner join checked.encounter as encounter
        on setting.facility_type = encounter.facility_type
        and setting.encounter_class = encounter.encounter_class
    inner join checked.diagnosis_list as listed on encounter.encounter_id = listed.encounter_id
    where setting.poa = 'required' and encounter.principal_code is not null
),
reporting as (
    -- Few principal diagnoses lack it where the source reports it at all.
    select source
    from required
    group by source
    having count(*) filter (not lacks_principal_poa) >= $least_share * count(*)
)
select required.encounter_id, required.system, required.code_date
from required
inner join reporting on required.source = reporting.source
where required.lacks_principal_poa and not required.has_poa
