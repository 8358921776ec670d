/*
id = "missing_underlying_cause"
title = "Death has no underlying cause"
family = "death"
severity = "blocks"
severity_because = "Deaths waiting for a cause are rarely a cross-section of all; above one in twenty the leading causes may be others."
threshold = 0.05
grain = "death"
message = "The death has no underlying cause."
why = """
A death without a cause counts in the total and in no cause, so every cause is too low. Deaths under inquest and recent \
deaths wait longest, so injuries and the last months lose most."""
source = "WHO ICD-10 volume 2 (2016), 5.9; NCHS provisional counts, percent completeness"
fix = "Ask the registry for the coded cause; until then read the last months as provisional."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A registered death without a cause fires"
given.death = """
death_id | underlying_cause | underlying_cause_raw | code_status
d1       |                  |                      |
"""
fires = """
death_id
d1
"""

[[example]]
title = "A cause that cannot be read is there, and another rule's business"
given.death = """
death_id | underlying_cause | underlying_cause_raw | code_status
d1       | C61              | C61                  | valid
d2       |                  | ??                   | malformed
"""
fires = ""
*/
select
    death_id,
    registration_date
from checked.death
where underlying_cause is null and underlying_cause_raw is null
