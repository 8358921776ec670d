/*
id = "invalid_certificate_condition"
title = "Condition on a certificate is no valid code"
family = "code"
severity = "warns"
severity_because = "The underlying cause may be right all the same; multiple causes are not."
grain = "death_condition"
applies_to = "code_status <> 'unknown'"
message = "A condition on the certificate is no valid code on the day of death ({code_status})."
why = """
Multiple causes of death are counted from every condition on the certificate. One that cannot be read is missing, and \
rules that ask whether the underlying cause is written there go astray."""
source = "WHO ICD-10 volume 2 (2016), 4.1; NCHS multiple cause-of-death files, record axis codes"
fix = "Look up the certificate and code the condition again."

[[effect]]
kind = "recode"
targets = ["prefix"]

[[example]]
title = "A code that does not exist fires"
given.death_condition = """
death_id | seq | code | code_raw | system | code_status
d1       | 102 | I999 | I99.9    | icd10  | not_found
"""
fires = """
death_id | seq | code
d1       | 102 | I999
"""

[[example]]
title = "A valid code does not, nor one that cannot be judged"
given.death_condition = """
death_id | seq | code | code_raw | system  | code_status
d1       | 102 | I219 | I21.9    | icd10   | valid
d1       | 103 | I219 | I21.9    | icd10am | unknown
"""
fires = ""
*/
select
    condition.death_id,
    condition.seq,
    condition.code,
    condition.system,
    condition.code_raw,
    condition.code_status,
    suggestion.suggestion
from checked.death_condition as condition
left join checked.suggestion as suggestion
    on condition.system = suggestion.system
    and coalesce(condition.code, condition.code_raw) = suggestion.code
    and condition.code_status = suggestion.code_status
where condition.code_status in ('malformed', 'not_found', 'header', 'retired', 'not_yet_valid', 'wrong_system')
