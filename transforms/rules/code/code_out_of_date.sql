/*
id = "code_out_of_date"
title = "Diagnosis code was not in force on the day"
family = "code"
severity = "warns"
severity_because = "The condition is named, by a code of another year; groupings mostly still place it."
grain = "diagnosis"
applies_to = "code_status <> 'unknown'"
message = "The diagnosis code was not in force on the day of discharge ({code_status})."
why = """
A code used after its end or before its start marks coding with a book of another year, and breaks the trend of \
exactly those conditions whose codes were split. Trends are then changes of codes, and not of disease."""
source = "ICD-10-CM Official Guidelines, section I (codes by date of discharge); Medicare Code Editor v43.1, section 1"
fix = "Code from the classification in force on the day of discharge; check the encoder's update."

[[effect]]
kind = "recode"
targets = ["category"]

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[example]]
title = "A code used after its last day fires, and one used before its first"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_status
e1           | 1   | principal | I272  | icd10cm | retired
e2           | 3   | secondary | I2720 | icd10cm | not_yet_valid
"""
fires = """
encounter_id | seq | code
e1           | 1   | I272
e2           | 3   | I2720
"""

[[example]]
title = "A header and a code that does not exist are other rules' business"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal | I21  | icd10cm | header
e2           | 1   | principal | Q999 | icd10cm | not_found
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role,
    diagnosis.code_date,
    diagnosis.code_status,
    suggestion.suggestion
from checked.marked_diagnosis as diagnosis
left join checked.suggestion as suggestion
    on diagnosis.system = suggestion.system
    and diagnosis.code = suggestion.code
    and diagnosis.code_status = suggestion.code_status
where diagnosis.code_status in ('retired', 'not_yet_valid')
