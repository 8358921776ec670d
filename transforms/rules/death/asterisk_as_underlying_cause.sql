/*
id = "asterisk_as_underlying_cause"
title = "Asterisk code stands as underlying cause"
family = "death"
severity = "warns"
severity_because = "An asterisk code is never used alone; the disease behind it has a code of its own."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "The underlying cause is an asterisk code: a manifestation of another disease."
why = """
The manifestation takes the death from the disease that caused it, so diabetes, tuberculosis and the like have too few. Tables \
by cause have no rows for asterisk codes."""
source = "WHO ICD-10 volume 2 (2016), 3.1.3 and 4.2.4 (asterisk codes)"
fix = "Use the dagger code of the disease behind it."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["record"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A neuropathy in a neoplastic disease fires"
given.death = """
death_id | underlying_cause | system | is_manifestation
d1       | G630             | icd10  | true
"""
fires = """
death_id | code
d1       | G630
"""

[[example]]
title = "The neoplasm does not"
given.death = """
death_id | underlying_cause | system | is_manifestation
d1       | C349             | icd10  | false
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system
from checked.death
where is_manifestation
