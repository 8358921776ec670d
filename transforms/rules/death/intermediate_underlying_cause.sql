/*
id = "intermediate_underlying_cause"
title = "Underlying cause is an immediate or intermediate cause"
family = "death"
severity = "informs"
severity_because = "Often nothing else is written, and no coder can mend it; only the certifier can."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "The underlying cause is a step on the way to death, not what began it."
why = """
Heart failure, sepsis or kidney failure ends many diseases, and the death is missing from the one that began. Trends of true \
causes bend with the habits of certifiers."""
source = "Flagg and Anderson 2021, Unsuitable underlying causes of death for assessing the quality of cause-of-death reporting (NVSR 69(14)): list of NCHS"
fix = "Query the certifier for the disease that began the chain."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "Sepsis fires"
given.death = """
death_id | underlying_cause | system | unsuitable_class
d1       | A419             | icd10  | intermediate
"""
fires = """
death_id | code
d1       | A419
"""

[[example]]
title = "A cause not specific enough is another rule's business"
given.death = """
death_id | underlying_cause | system | unsuitable_class
d1       | I64              | icd10  | nonspecific
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system
from checked.death
where unsuitable_class = 'intermediate'
