/*
id = "invalid_certificate_condition"
title = "Condition on a certificate is no valid code"
family = "death"
severity = "warns"
severity_because = "Multiple causes are counted from these codes; one record moves them little."
grain = "death_condition"
applies_to = "code_status <> 'unknown'"
message = "The condition on the certificate is no valid code ({code_status})."
why = """
The condition falls out of every count of multiple causes. Where the selection of the underlying cause is automatic, it may have \
gone wrong with it."""
source = "WHO ICD-10 volume 2 (2016), 4.1; NVSS quality assessment framework"
fix = "Code the line anew from the certificate."

[[effect]]
kind = "recode"
place = "flagged"
targets = ["prefix"]

[[effect]]
kind = "recode"
place = "flagged"
targets = ["any"]

[[example]]
title = "A condition that does not exist fires"
given.death_condition = """
death_id | seq | code | code_status
d1       | 101 | I999 | not_found
"""
fires = """
death_id | seq | code
d1       | 101 | I999
"""

[[example]]
title = "A valid one, and one that nobody can judge, do not"
given.death_condition = """
death_id | seq | code | code_status
d1       | 101 | I219 | valid
d1       | 201 | B59  | unknown
"""
fires = ""
*/
select
    death_id,
    seq,
    code,
    system,
    code_raw,
    code_status
from checked.death_condition
where code_status in ('malformed', 'not_found', 'header', 'retired', 'not_yet_valid', 'wrong_system')
