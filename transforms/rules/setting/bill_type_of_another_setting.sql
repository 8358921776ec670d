/*
id = "bill_type_of_another_setting"
title = "Type of bill belongs to another setting"
family = "setting"
severity = "warns"
severity_because = "Class or bill is wrong, and with it what the record counts as; mostly the profile's map is at fault."
grain = "encounter"
applies_to = "bill_type is not null"
message = "The type of bill does not belong to this facility type and class."
why = """
An inpatient bill that is classed as a visit is a discharge that is missing, and the other way about one too many. \
A professional claim with a type of bill is two claims mixed up."""
source = "NUBC UB-04, form locator 4 (type of bill); Tuva, institutional_indicators_present_for_professional_claim"
fix = "Mend the map of classes in the profile, or the type of bill; change the site's table setting.csv where a facility bills otherwise."

[[effect]]
kind = "drop"

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[example]]
title = "An inpatient bill of a visit, and any bill type of a professional claim, fire"
given.setting = """
facility_type    | encounter_class | bill_types
hospital         | outpatient      | 13 14
physician_office | professional    | none
"""
given.plain_encounter = """
encounter_id | facility_type    | encounter_class | bill_type
e1           | hospital         | outpatient      | 0111
e2           | physician_office | professional    | 131
"""
fires = """
encounter_id
e1
e2
"""

[[example]]
title = "The right bill, no bill, and a word that is no type of bill do not"
given.setting = """
facility_type    | encounter_class | bill_types
hospital         | outpatient      | 13 14
physician_office | professional    | none
insurer          | inpatient       |
"""
given.plain_encounter = """
encounter_id | facility_type    | encounter_class | bill_type
e1           | hospital         | outpatient      | 0131
e2           | hospital         | outpatient      | 13X7
e3           | physician_office | professional    |
e4           | insurer          | inpatient       | 0131
"""
fires = ""
*/
select
    encounter.encounter_id,
    encounter.bill_type,
    encounter.facility_type,
    encounter.encounter_class
from checked.setting as setting
inner join checked.plain_encounter as encounter
    on setting.facility_type = encounter.facility_type
    and setting.encounter_class = encounter.encounter_class
where
    setting.bill_types is not null
    and regexp_matches(encounter.bill_type, '^0?[1-9][1-9][0-9A-Z]$')
    and not list_contains(string_split(setting.bill_types, ' '), substr(ltrim(encounter.bill_type, '0'), 1, 2))
