/*
id = "missing_disposition"
title = "Discharge disposition is missing"
family = "setting"
severity = "warns"
severity_because = "Whether the patient died is then unknown, and in-hospital mortality leaves the record out."
grain = "encounter"
applies_to = "discharge_date is not null and encounter_class in ('inpatient', 'newborn', 'day_case', 'long_term')"
message = "The patient was discharged, and nothing says where to or whether alive."
why = """
A record without a disposition is in no numerator and no denominator of in-hospital mortality. Where the dead are \
more often left blank than the living, mortality is too low."""
source = "NUBC UB-04, form locator 17 (required); Medicare Code Editor v43.1, section 16; Tuva, discharge_disposition_code_invalid"
fix = "Look up the disposition; if a whole facility lacks it, mend the map of its codes in the profile."

[[effect]]
kind = "outcome"

[[example]]
title = "A hospital stay and a nursing home's that have ended fire"
given.setting = """
facility_type | encounter_class | needs_disposition
hospital      | inpatient       | true
nursing_home  | long_term       | true
"""
given.encounter_brief = """
encounter_id | source | facility_type | encounter_class | discharge_date | discharge_disposition
e1           | s      | hospital      | inpatient       | 2023-05-01     |
e2           | s      | nursing_home  | long_term       | 2023-05-01     |
e3           | s      | hospital      | inpatient       | 2023-05-01     | home
"""
fires = """
encounter_id
e1
e2
"""

[[example]]
title = "A patient still there, a visit, and a source that never says it do not"
given.setting = """
facility_type | encounter_class | needs_disposition
hospital      | inpatient       | true
hospital      | outpatient      | false
"""
given.encounter_brief = """
encounter_id | source | facility_type | encounter_class | discharge_date | discharge_disposition
e1           | s      | hospital      | inpatient       |                | still_patient
e2           | s      | hospital      | outpatient      | 2023-05-01     |
e3           | t      | hospital      | inpatient       | 2023-05-01     |
e4           | s      | hospital      | inpatient       |                |
"""
fires = ""
*/
with reporting as (
    select distinct source
    from checked.encounter_brief
    where discharge_disposition is not null
)
select encounter.encounter_id, encounter.discharge_date
from checked.setting as setting
inner join checked.encounter_brief as encounter
    on setting.facility_type = encounter.facility_type
    and setting.encounter_class = encounter.encounter_class
inner join reporting on encounter.source = reporting.source
where setting.needs_disposition and encounter.discharge_date is not null and encounter.discharge_disposition is null
