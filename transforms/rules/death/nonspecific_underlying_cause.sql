/*
id = "nonspecific_underlying_cause"
title = "Underlying cause is not specific enough"
family = "death"
severity = "informs"
severity_because = "Often nothing finer is known, and no coder can mend it; only the certifier can."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "The underlying cause is too little specific to serve public health."
why = """
A cancer of no site or a stroke of no kind counts in its chapter and in nothing that can be prevented. Finer causes are too low \
by these deaths."""
source = "Flagg and Anderson 2021, Unsuitable underlying causes of death for assessing the quality of cause-of-death reporting (NVSR 69(14)): list of NCHS"
fix = "Query the certifier for site, type or organism."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A stroke of no kind fires"
given.death = """
death_id | underlying_cause | system | unsuitable_class
d1       | I64              | icd10  | nonspecific
"""
fires = """
death_id | code
d1       | I64
"""

[[example]]
title = "A cerebral infarction does not"
given.death = """
death_id | underlying_cause | system | unsuitable_class
d1       | I639             | icd10  |
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system
from checked.death
where unsuitable_class = 'nonspecific'
