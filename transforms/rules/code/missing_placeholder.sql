/*
id = "missing_placeholder"
title = "Diagnosis code has its 7th character in the wrong place, or a wrong one"
family = "code"
severity = "blocks"
severity_because = "The code does not exist as written; above one in a hundred an interface drops the placeholder X or cuts the last character."
threshold = 0.01
grain = "diagnosis"
systems = ["icd10cm"]
applies_to = "code_status <> 'unknown'"
message = "The diagnosis code does not exist as written: its 7th character or the placeholder X before it is wrong."
why = """
Without the placeholder X the 7th character slips into another place, and the code exists nowhere. Injuries, poisonings \
and complications lose most, since nearly all their codes have one."""
source = "ICD-10-CM Official Guidelines, sections I.A.4 and I.A.5 (placeholder and 7th characters)"
fix = "Put in the placeholder X so that the 7th character stands in the seventh place; if many fail, mend the interface."

[[effect]]
kind = "recode"
targets = ["prefix"]

[[example]]
title = "A 7th character that has slipped fires, and one that its category has not"
given.suggestion = """
system  | code    | code_status | suggestion | reason
icd10cm | T401A   | not_found   | T401X1A    | placeholder
icd10cm | S72001Z | not_found   | S72001A    | other_seventh_character
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code    | system  | code_status
e1           | 1   | principal | T401A   | icd10cm | not_found
e2           | 1   | principal | S72001Z | icd10cm | not_found
"""
fires = """
encounter_id | seq | code    | suggestion
e1           | 1   | T401A   | T401X1A
e2           | 1   | S72001Z | S72001A
"""

[[example]]
title = "A code that does not exist for another reason is another rule's business"
given.suggestion = """
system  | code  | code_status | suggestion | reason
icd10cm | I2199 | not_found   | I219       | code_above
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_status
e1           | 1   | principal | I2199 | icd10cm | not_found
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role,
    diagnosis.code_raw,
    diagnosis.code_status,
    suggestion.suggestion
from checked.marked_diagnosis as diagnosis
inner join checked.suggestion as suggestion
    on diagnosis.system = suggestion.system
    and diagnosis.code = suggestion.code
    and diagnosis.code_status = suggestion.code_status
where
    diagnosis.code_status in ('not_found', 'malformed')
    and suggestion.reason in ('placeholder', 'seventh_character', 'other_seventh_character')
