/*
id = "poa_not_of_setting"
title = "Present on admission is given where nobody is admitted"
family = "setting"
severity = "informs"
severity_because = "The indicator enters no figure of such settings; it shows that the class of the record is wrong."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
applies_to = "poa is not null"
message = "The setting does not report what was present on admission."
why = """
Only acute inpatient records carry the indicator, so one on a visit shows an inpatient stay that was classed as \
something else and is missing from discharges. Hospitals that are exempt fill it by default, which says nothing."""
source = "CMS, hospital-acquired conditions (POA reporting: general acute inpatient hospitals; exempt: CAH, LTCH, IRF, IPF, cancer, children's); NUBC UB-04 and X12 837I and 837P; table tables/setting.csv"
fix = "Mend the class of the record, or leave the indicator out."

[[effect]]
kind = "none"

[[example]]
title = "An indicator on an office visit fires"
given.setting = """
facility_type    | encounter_class | poa
physician_office | professional    | not_expected
"""
given.encounter_brief = """
encounter_id | facility_type    | encounter_class
e1           | physician_office | professional
"""
given.diagnosis_list = """
encounter_id | has_poa
e1           | true
"""
given.core_diagnosis = """
encounter_id | seq | code | system  | poa
e1           | 1   | I10  | icd10cm | Y
"""
fires = """
encounter_id | seq
e1           | 1
"""

[[example]]
title = "On an inpatient record, exempt on a visit, or none, it does not"
given.setting = """
facility_type    | encounter_class | poa
physician_office | professional    | not_expected
hospital         | inpatient       | required
"""
given.encounter_brief = """
encounter_id | facility_type    | encounter_class
e1           | hospital         | inpatient
e2           | physician_office | professional
e3           | physician_office | professional
"""
given.diagnosis_list = """
encounter_id | has_poa
e1           | true
e2           | true
e3           | false
"""
given.core_diagnosis = """
encounter_id | seq | code | system  | poa
e1           | 1   | I10  | icd10cm | Y
e2           | 1   | I10  | icd10cm | 1
e3           | 1   | I10  | icd10cm |
"""
fires = ""
*/
with indicated as (
    select encounter.encounter_id
    from checked.setting as setting
    inner join checked.encounter_brief as encounter
        on setting.facility_type = encounter.facility_type
        and setting.encounter_class = encounter.encounter_class
    inner join checked.diagnosis_list as listed on encounter.encounter_id = listed.encounter_id
    where setting.poa = 'not_expected' and listed.has_poa
)
select diagnosis.encounter_id, diagnosis.seq, diagnosis.code, diagnosis.system, diagnosis.poa
from indicated
inner join checked.core_diagnosis as diagnosis on indicated.encounter_id = diagnosis.encounter_id
where diagnosis.poa <> '1'
