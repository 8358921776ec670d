/*
id = "longer_than_setting"
title = "Encounter lasts longer than its setting allows"
family = "setting"
severity = "warns"
severity_because = "Class or dates are wrong: it is an inpatient stay that is missing from discharges, or a day that was mistyped."
grain = "encounter"
applies_to = "length_of_stay is not null and encounter_class in ('day_case', 'emergency', 'outpatient', 'professional', 'laboratory')"
message = "The encounter lasts longer than {limited_to} days."
why = """
A day case of nine days is an inpatient stay, and its bed-days and its discharge are missing. If the date is wrong \
instead, it belongs to another period."""
source = "HES data dictionary (day cases do not stay overnight); NUBC UB-04 (repetitive services are billed by the month); table tables/setting.csv"
fix = "Mend the class if the patient stayed, else the dates; change the site's table setting.csv where longer visits are usual."

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[example]]
title = "A day case of nine days fires"
given.setting = """
facility_type | encounter_class | most_days
hospital      | day_case        | 1
"""
given.encounter_brief = """
encounter_id | facility_type | encounter_class | length_of_stay
e1           | hospital      | day_case        | 9
"""
fires = """
encounter_id | message
e1           | The encounter lasts longer than 1 days.
"""

[[example]]
title = "One over midnight, an inpatient stay, and a setting without a limit do not"
given.setting = """
facility_type | encounter_class | most_days
hospital      | day_case        | 1
hospital      | inpatient       |
"""
given.encounter_brief = """
encounter_id | facility_type | encounter_class | length_of_stay
e1           | hospital      | day_case        | 1
e2           | hospital      | inpatient       | 90
e3           | insurer       | day_case        | 9
"""
fires = ""
*/
select
    encounter.encounter_id,
    encounter.admission_date,
    encounter.discharge_date,
    setting.most_days as limited_to
from checked.setting as setting
inner join checked.encounter_brief as encounter
    on setting.facility_type = encounter.facility_type
    and setting.encounter_class = encounter.encounter_class
where encounter.length_of_stay > setting.most_days
