/*
id = "invalid_underlying_cause"
title = "Underlying cause of death is no valid code"
family = "death"
severity = "blocks"
severity_because = "Every figure of causes of death rests on this one code; above one in a hundred the register's coding failed."
threshold = 0.01
grain = "death"
applies_to = "underlying_cause_raw is not null"
message = "The underlying cause of death is no valid code ({code_status})."
why = """
A death whose cause cannot be read counts in the total and in no cause. Deaths are few, so a handful of bad codes moves \
the rates of small causes and small areas."""
source = "WHO ICD-10 volume 2 (2016), 4.1; NCHS instruction manual part 11 (valid cause-of-death codes)"
fix = "Look up the certificate and code the cause again; if many fail, compare the profile's code system and padding."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["prefix"]

[[example]]
title = "A code that does not exist fires, and one of another system"
given.death = """
death_id | underlying_cause | underlying_cause_raw | system | code_status
d1       | I999             | I99.9                | icd10  | not_found
d2       | 4109             | 410.9                | icd10  | malformed
"""
fires = """
death_id | code
d1       | I999
d2       | 4109
"""

[[example]]
title = "A category is valid where the source gives categories, and a missing cause is another rule's business"
given.death = """
death_id | underlying_cause | system | code_status
d1       | I21              | icd10  | valid
d2       |                  | icd10  |
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    underlying_cause_raw,
    code_status
from checked.death
where code_status in ('malformed', 'not_found', 'header', 'retired', 'not_yet_valid', 'wrong_system')
