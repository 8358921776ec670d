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
fix = "Choose the code below the header that the record supports, with its 7th character where the category has one."

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
title = "A reportable code does not"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal | I214 | icd10cm | valid
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    code_status
from checked.marked_diagnosis
where code_status = 'header'
