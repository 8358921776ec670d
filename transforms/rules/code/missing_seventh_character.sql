/*
id = "missing_seventh_character"
title = "Diagnosis code lacks its 7th character"
family = "code"
severity = "warns"
severity_because = "The condition is named in full; only the episode of care is open."
grain = "diagnosis"
systems = ["icd10cm"]
applies_to = "code_status <> 'unknown'"
message = "The diagnosis code lacks its 7th character, which is required in its category."
why = """
The 7th character tells the first treatment of an injury from its aftercare and its late effects. Without it the code \
is not valid, and counts of new injuries can neither take the record in nor leave it out."""
source = "ICD-10-CM Official Guidelines, sections I.A.4 and I.A.5 (placeholder and 7th characters)"
fix = "Add the 7th character that the record supports (in most injuries A active treatment, D aftercare, S sequela), with X for the places between."

[[effect]]
kind = "recode"
targets = ["children"]

[[example]]
title = "A fracture without its episode fires, also where places between are empty"
given.suggestion = """
system  | code   | code_status | suggestion | reason
icd10cm | S72001 | header      | S72001A    | seventh_character
icd10cm | T401X1 | header      | T401X1A    | seventh_character
icd10cm | W19    | header      | W19XXXA    | placeholder
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system  | code_status
e1           | 1   | principal | S72001 | icd10cm | header
e1           | 2   | external  | W19    | icd10cm | header
e2           | 1   | principal | T401X1 | icd10cm | header
"""
fires = """
encounter_id | seq | code   | suggestion
e1           | 1   | S72001 | S72001A
e1           | 2   | W19    | W19XXXA
e2           | 1   | T401X1 | T401X1A
"""

[[example]]
title = "A header that lacks more than its 7th character is another rule's business"
given.suggestion = """
system  | code | code_status | suggestion | reason
icd10cm | S720 | header      | S72001A    | code_below
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal | S720 | icd10cm | header
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role,
    diagnosis.code_status,
    suggestion.suggestion
from checked.marked_diagnosis as diagnosis
inner join checked.suggestion as suggestion
    on diagnosis.system = suggestion.system
    and diagnosis.code = suggestion.code
    and diagnosis.code_status = suggestion.code_status
where
    diagnosis.code_status = 'header'
    and suggestion.reason in ('seventh_character', 'placeholder')
