/*
id = "nonspecific_operation"
title = "Operation is not specific"
family = "editor"
severity = "informs"
severity_because = "The code may well be right; the payer looked at it after payment, and the edit has ended."
grain = "procedure"
systems = ["icd9proc"]
message = "Operation is not specific by the list of its time."
why = """
Operations coded as not otherwise specified fall between the groups for open, endoscopic and laparoscopic operations. \
Rates of each kind are too low, and their trend shows coding as much as surgery."""
source = "Medicare Code Editor, section 10 (non-specific operating room procedures, discharges to 2007-09-30)"
fix = "Code the approach and the extent from the operation note."

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "A listed operation fires"
given.procedure = """
encounter_id | seq | role      | code | system   | is_nonspecific
e1           | 1   | principal | 5199 | icd9proc | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | 5199
"""

[[example]]
title = "Another does not"
given.procedure = """
encounter_id | seq | role      | code | system   | is_nonspecific
e1           | 1   | principal | 5123 | icd9proc | false
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role
from checked.procedure
where is_nonspecific
