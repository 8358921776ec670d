/*
id = "two_sexes"
title = "Person has two sexes"
family = "time"
severity = "warns"
severity_because = "One of the two is an error or two persons were joined; the person counts as of unknown sex until it is settled."
grain = "person"
message = "Sources or records give the person both sexes."
why = """
Where sources disagree the person is of unknown sex, so the records are missing from every table by sex. Two sexes \
under one number often are mother and newborn, or two patients."""
source = "Tuva, logical test multiple_genders_per_person; Kahn 2016, plausibility: uniqueness"
fix = "Compare with the registration; give the newborn a number of its own. A sex that was changed by law is right: confirm it."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "person"

[[example]]
title = "Both sexes fire"
given.person = """
patient_id | sex | is_sex_disputed
p1         | U   | true
"""
fires = """
patient_id
p1
"""

[[example]]
title = "One sex, and a sex that nobody knows, do not"
given.person = """
patient_id | sex | is_sex_disputed
p1         | F   | false
p2         | U   | false
"""
fires = ""
*/
select patient_id, sex
from checked.person
where is_sex_disputed
