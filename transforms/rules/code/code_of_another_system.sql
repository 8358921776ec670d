/*
id = "code_of_another_system"
title = "Diagnosis code is one of another code system"
family = "code"
severity = "blocks"
severity_because = "Above one in a hundred the profile names the wrong system for the whole extract, or two are mixed in one column."
threshold = 0.01
grain = "diagnosis"
applies_to = "code_status <> 'unknown'"
message = "The diagnosis code is no code of its system, but is one of another that was in use on the day."
why = """
A code of another revision or edition that is read in the wrong one falls into `unmapped`, or worse, into another \
cause that happens to have its letters. Mixed columns make causes rise and fall with the share of each sender."""
source = "Medicare Code Editor v43.1, section 1 (invalid diagnosis); HIPAA transaction standard 837, qualifiers ABK and BK (system of each code), recalled"
fix = "Ask the sender which system the code is of; name it in the profile, or give each row its own."

[[effect]]
kind = "recode"
targets = ["equivalent"]

[[example]]
title = "A code of WHO's classification in a column of the clinical modification fires"
given.suggestion = """
system  | code | code_status | suggestion | reason
icd10cm | I842 | not_found   | icd10 I842 | other_system
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_status
e1           | 1   | principal | I842 | icd10cm | not_found
"""
fires = """
encounter_id | seq | code | suggestion
e1           | 1   | I842 | icd10 I842
"""

[[example]]
title = "A system that was not in use on the day is another rule's business, and so is a code of none"
given.suggestion = """
system  | code  | code_status  | suggestion    | reason
icd9cm  | 41071 | wrong_system | icd10cm I214  | equivalent
icd10cm | Q9999 | not_found    | Q999          | code_above
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_status
e1           | 1   | principal | 41071 | icd9cm  | wrong_system
e2           | 1   | principal | Q9999 | icd10cm | not_found
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
    and suggestion.reason in ('other_system', 'equivalent')
