/*
id = "malformation_at_high_age"
title = "Malformation as cause of death at high age"
family = "death"
severity = "informs"
severity_because = "Some malformations are found and kill late; most such codes are slips."
grain = "death"
systems = ["icd10", "icd10cm"]
applies_to = "underlying_cause is not null and age_years is not null"
message = "The underlying cause is a congenital malformation in an old person."
why = """
Acquired disease of valves, kidneys or vessels with a congenital code leaves its group. Deaths from malformations then seem to \
rise with an ageing population."""
source = "WHO ICD-10 chapter XVII; the age is our own plausibility limit"
fix = "See whether the condition was acquired."

[parameters.least_age]
default = 70
about = "Completed years from which such a death is looked at"

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A heart malformation at eighty fires"
given.death = """
death_id | underlying_cause | system | age_years
d1       | Q249             | icd10  | 80
"""
fires = """
death_id | code
d1       | Q249
"""

[[example]]
title = "At fifty, and polycystic kidneys at any age, it does not"
given.death = """
death_id | underlying_cause | system | age_years
d1       | Q249             | icd10  | 50
d2       | Q612             | icd10  | 80
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    age_years
from checked.death
where
    underlying_cause >= 'Q'
    and underlying_cause < 'R'
    -- Polycystic kidneys of adults are inherited and kill late.
    and not regexp_matches(underlying_cause, '^Q61([23]|$)')
    and age_years >= $least_age
