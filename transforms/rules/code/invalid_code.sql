/*
id = "invalid_code"
title = "Diagnosis code does not exist in any system"
family = "code"
severity = "blocks"
severity_because = "A code that never existed says nothing; above one in a hundred the extract itself is damaged (a wrong column, lost digits, another code system)."
threshold = 0.01
grain = "diagnosis"
message = "The diagnosis code is no code of its system on any date ({code_status})."
why = """
A diagnosis whose code does not exist falls into the row `unmapped` of every table by cause, so the causes are \
undercounted. Where many codes fail at once, a column was misread or cut, and the other codes are suspect as well."""
source = "Medicare Code Editor v43.1, section 1 (invalid diagnosis); HCUP data quality edits"
fix = "Look up the code in the record; if many fail at once, compare the profile's column and padding with the file."

[[effect]]
kind = "recode"
targets = ["prefix"]

[[example]]
title = "A code that was never in the classification fires, in any position"
given.marked_diagnosis = """
encounter_id | seq | role      | code    | system  | code_status
e1           | 1   | principal | Q9999   | icd10cm | not_found
e1           | 2   | secondary | 1234567 | icd10cm | malformed
"""
fires = """
encounter_id | seq | code    | message
e1           | 1   | Q9999   | The diagnosis code is no code of its system on any date (not_found).
e1           | 2   | 1234567 | The diagnosis code is no code of its system on any date (malformed).
"""

[[example]]
title = "What a spreadsheet has damaged is another rule's business"
given.field_issue = """
domain    | record_id | seq | problem
diagnosis | e1        | 1   | spreadsheet_damage
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal |      | icd10cm | malformed
"""
fires = ""

[[example]]
title = "What lacks a placeholder X, or belongs to another system, is another rule's business"
given.suggestion = """
system  | code  | code_status | suggestion | reason
icd10cm | T401A | not_found   | T401X1A    | placeholder
icd10cm | I842  | not_found   | icd10 I842 | other_system
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_status
e1           | 1   | principal | T401A | icd10cm | not_found
e2           | 1   | principal | I842  | icd10cm | not_found
"""
fires = ""

[[example]]
title = "A retired code existed, and a code beyond the horizon of the code set is unknown"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_status
e1           | 1   | principal | I2720 | icd10cm | retired
e2           | 1   | principal | I219  | icd10am | unknown
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
left join checked.field_issue as issue
    on issue.domain = 'diagnosis'
    and issue.problem = 'spreadsheet_damage'
    and diagnosis.encounter_id = issue.record_id
    and diagnosis.seq = issue.seq
left join checked.suggestion as suggestion
    on diagnosis.system = suggestion.system
    and coalesce(diagnosis.code, diagnosis.code_raw) = suggestion.code
    and diagnosis.code_status = suggestion.code_status
where
    diagnosis.code_status in ('malformed', 'not_found')
    and issue.record_id is null
    and coalesce(
        suggestion.reason not in (
            'placeholder', 'seventh_character', 'other_seventh_character', 'other_system', 'equivalent'
        ),
        true
    )
