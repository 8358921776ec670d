/*
id = "unlikely_cause_of_death"
title = "Condition is unlikely to cause death"
family = "death"
severity = "informs"
severity_because = "It can happen; WHO asks to look for another cause first."
grain = "death"
systems = ["icd10"]
applies_to = "underlying_cause is not null"
message = "WHO lists the underlying cause as unlikely to cause death."
why = """
A death from a cataract or from warts hides the cause that was really there. Few as they are, they make small causes of death \
out of harmless conditions."""
source = "WHO ICD-10 volume 2 (2016), annex 7.4 (list of conditions unlikely to cause death)"
fix = "Compare with the certificate; select the reaction to treatment or the more serious condition that is written."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["record"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "Viral warts fire"
given.death = """
death_id | underlying_cause | system | is_unlikely_cause
d1       | B07              | icd10  | true
"""
fires = """
death_id | code
d1       | B07
"""

[[example]]
title = "Measles do not"
given.death = """
death_id | underlying_cause | system | is_unlikely_cause
d1       | B059             | icd10  | false
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system
from checked.death
where is_unlikely_cause
