/*
id = "cause_sex_conflict"
title = "Cause of death is limited to the other sex"
family = "death"
severity = "warns"
severity_because = "Either the cause or the sex is wrong; WHO asks for a query, not for a change."
grain = "death"
systems = ["icd10", "icd10cm", "icd9cm"]
applies_to = "sex in ('F', 'M') and underlying_cause is not null"
message = "The underlying cause is limited to {limited_to} persons, and the record gives the other sex."
why = """
Such a death stands in the wrong row of the tables by sex or in the wrong cause. Rates of the reproductive cancers and \
of maternal deaths are made for one sex, so it drops out of them altogether."""
source = "WHO ICD-10 volume 2 (2016), 4.3.8 and annex 7.8 (categories limited to one sex)"
fix = "Compare with the certificate and the register of persons: correct the sex or the cause."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["chapter", "sex"]

[[example]]
title = "Cancer of the cervix in a man fires"
given.death = """
death_id | underlying_cause | system | sex | sex_limit | sex_limit_ever
d1       | C539             | icd10  | M   | F         | F
"""
fires = """
death_id | code | message
d1       | C539 | The underlying cause is limited to female persons, and the record gives the other sex.
"""

[[example]]
title = "The right sex and an unknown sex do not"
given.death = """
death_id | underlying_cause | system | sex | sex_limit | sex_limit_ever
d1       | C539             | icd10  | F   | F         | F
d2       | C61              | icd10  | U   | M         | M
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    sex,
    if(sex_limit_ever = 'F', 'female', 'male') as limited_to
from checked.death
where sex in ('F', 'M') and sex <> sex_limit_ever
