/*
id = "class_not_of_facility"
title = "Facility does not give this class of care"
family = "setting"
severity = "warns"
severity_because = "Facility type or class is wrong, and with it what the record counts as; mostly the profile's map is at fault."
grain = "encounter"
message = "The facility type does not send encounters of this class."
why = """
What counts as a discharge, a bed-day or a visit hangs on facility type and class. An inpatient stay of a \
laboratory is a copy or a wrong map, and counts in the wrong table or in none."""
source = "NUBC UB-04 and X12 837I and 837P; table tables/setting.csv"
fix = "Mend the map of facility types or classes in the profile; where the facility does give this care, change the site's table setting.csv."

[[effect]]
kind = "drop"

[[example]]
title = "An inpatient stay of a laboratory fires"
given.setting = """
facility_type | encounter_class | is_expected
laboratory    | inpatient       | false
hospital      | inpatient       | true
"""
given.encounter_brief = """
encounter_id | facility_type | encounter_class
e1           | laboratory    | inpatient
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "A hospital's does not, nor does a setting of which the table says nothing"
given.setting = """
facility_type | encounter_class | is_expected
laboratory    | inpatient       | false
hospital      | inpatient       | true
"""
given.encounter_brief = """
encounter_id | facility_type | encounter_class
e1           | hospital      | inpatient
e2           | insurer       | inpatient
"""
fires = ""
*/
select encounter.encounter_id, encounter.facility_type, encounter.encounter_class
from checked.setting as setting
inner join checked.encounter_brief as encounter
    on setting.facility_type = encounter.facility_type
    and setting.encounter_class = encounter.encounter_class
where not setting.is_expected
