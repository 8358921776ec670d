/*
id = "invalid_procedure_code"
title = "Procedure code cannot be right on its day"
family = "code"
severity = "warns"
severity_because = "No figure of causes rests on procedures; rates of operations do."
grain = "procedure"
message = "The procedure code cannot be right on its day ({code_status})."
why = """
An operation whose code does not exist, or was not in force on its day, is missing from every count of procedures. \
Rules that hold a diagnosis against its procedure cannot see it either."""
source = "Medicare Code Editor v43.1, section 1 (invalid procedure); Integrated Outpatient Code Editor, edits 6 and 28"
fix = "Look up the procedure in the operation note or the order, and code it from the edition in force on its day."

[[effect]]
kind = "recode"
targets = ["prefix"]

[[example]]
title = "Codes that do not exist, have ended or are of another system fire"
given.procedure = """
encounter_id | seq | code    | system   | code_status
e1           | 1   | 0DTJ4ZX | icd10pcs | not_found
e1           | 2   | 99201   | hcpcs    | retired
e1           | 3   | 4701    | icd9proc | wrong_system
"""
fires = """
encounter_id | seq | code
e1           | 1   | 0DTJ4ZX
e1           | 2   | 99201
e1           | 3   | 4701
"""

[[example]]
title = "A system whose code set is not at hand is never judged"
given.procedure = """
encounter_id | seq | code    | system   | code_status
e1           | 1   | 0DTJ4ZZ | icd10pcs | valid
e2           | 1   | H01     | opcs4    | unknown
"""
fires = ""
*/
select
    operation.encounter_id,
    operation.seq,
    operation.code,
    operation.system,
    operation.code_raw,
    operation.code_date,
    operation.code_status,
    suggestion.suggestion
from checked.procedure as operation
left join checked.suggestion as suggestion
    on operation.system = suggestion.system
    and coalesce(operation.code, operation.code_raw) = suggestion.code
    and operation.code_status = suggestion.code_status
where operation.code_status in ('malformed', 'not_found', 'header', 'retired', 'not_yet_valid', 'wrong_system')
