/*
id = "condition_sex_conflict"
title = "Condition on a certificate is limited to the other sex"
family = "death"
severity = "warns"
severity_because = "Either the condition or the sex is wrong; WHO asks for a query, not for a change."
grain = "death_condition"
systems = ["icd10", "icd10cm", "icd9cm"]
applies_to = "sex in ('F', 'M')"
message = "The condition is limited to {limited_to} persons, and the record gives the other sex."
why = """
Multiple causes by sex are wrong on both sides. Where the underlying cause agrees with the sex, the line is mostly of another \
person."""
source = "WHO ICD-10 volume 2 (2016), 4.3.8 and annex 7.8 (categories limited to one sex)"
fix = "Compare with the certificate: correct the sex or the line."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "recode"
place = "flagged"
targets = ["chapter", "sex"]

[[example]]
title = "Prostate cancer on a woman's certificate fires"
given.death_condition = """
death_id | seq | code | system | sex | sex_limit_ever | underlying_cause
d1       | 601 | C61  | icd10  | F   | M              | I219
"""
fires = """
death_id | seq | code
d1       | 601 | C61
"""

[[example]]
title = "A man's does not, and the underlying cause is another rule's business"
given.death_condition = """
death_id | seq | code | system | sex | sex_limit_ever | underlying_cause
d1       | 601 | C61  | icd10  | M   | M              | I219
d2       | 101 | C61  | icd10  | F   | M              | C61
"""
fires = ""
*/
select
    death_id,
    seq,
    code,
    system,
    sex,
    if(sex_limit_ever = 'F', 'female', 'male') as limited_to
from checked.death_condition
where sex in ('F', 'M') and sex <> sex_limit_ever and code is distinct from underlying_cause
