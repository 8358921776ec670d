/*
id = "header_code"
title = "Diagnosis code is a header that has finer codes"
family = "code"
severity = "warns"
severity_because = "The chapter and mostly the block are still right; only the finer groups are lost."
grain = "diagnosis"
applies_to = "code_status <> 'unknown'"
message = "The diagnosis code is a header; a code below it must be reported."
why = """
A header names a category but not the condition, so finer groupings such as CCSR cannot place it. The record counts \
in its chapter and is `unmapped` elsewhere, which makes tables of one release disagree with each other."""
source = "ICD-10-CM Official Guidelines, section I.B.2 (level of detail); Medicare Code Editor v43.1, section 1"
fix = "Choose the code below the header that the record supports; the suggestion is the least specific."

[[effect]]
kind = "recode"
targets = ["children"]

[[example]]
title = "A category without its further digits fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal | I21  | icd10cm | header
"""
fires = """
encounter_id | seq | code
e1           | 1   | I21
"""

[[example]]
title = "What lacks only its 7th character is another rule's business"
given.suggestion = """
system  | code   | code_status | suggestion | reason
icd10cm | S72001 | header      | S72001A    | seventh_character
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system  | code_status
e1           | 1   | principal | S72001 | icd10cm | header
"""
fires = ""

[[example]]
title = "A reportable code does not"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal | I214 | icd10cm | valid
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
left join checked.suggestion as suggestion
    on diagnosis.system = suggestion.system
    and diagnosis.code = suggestion.code
    and diagnosis.code_status = suggestion.code_status
where
    diagnosis.code_status = 'header'
    and coalesce(suggestion.reason not in ('seventh_character', 'placeholder'), true)
