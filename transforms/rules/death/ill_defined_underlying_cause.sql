/*
id = "ill_defined_underlying_cause"
title = "Underlying cause of death is ill-defined"
family = "death"
severity = "informs"
severity_because = "It is often all that is known, and no coder can mend it; only the certifier can."
grain = "death"
systems = ["icd10", "icd10cm"]
applies_to = "underlying_cause is not null"
message = "The underlying cause of death is ill-defined."
why = """
A death from heart arrest or from an unknown cause is missing from the cause that led to it, so true causes are too \
low. Where the share of such deaths changes between years or places, their differences are of certifying, not of dying."""
source = "WHO ICD-10 volume 2 (2016), annex 7.3 (list of ill-defined conditions)"
fix = "Query the certifier for the disease or injury that started the chain of events."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "Cardiac arrest fires"
given.death = """
death_id | underlying_cause | system | is_ill_defined
d1       | I469             | icd10  | true
"""
fires = """
death_id | code
d1       | I469
"""

[[example]]
title = "Sudden infant death is a defined cause, and a certificate without a cause is another matter"
given.death = """
death_id | underlying_cause | system | is_ill_defined
d1       | R95              | icd10  | false
d2       |                  | icd10  |
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system
from checked.death
where is_ill_defined
