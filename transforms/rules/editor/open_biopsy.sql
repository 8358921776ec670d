/*
id = "open_biopsy"
title = "Biopsy is coded as open"
family = "editor"
severity = "informs"
severity_because = "The code may well be right; the payer looked at it after payment, and the edit has ended."
grain = "procedure"
systems = ["icd9proc"]
message = "Biopsy is coded as open by the list of its time."
why = """
Open biopsies were operations of the operating room, needle biopsies were not; the code for the open one is often \
taken for the other. Counts of operations are then too high."""
source = "Medicare Code Editor, section 12 (open biopsy check, discharges to 2010-09-30)"
fix = "Look in the operation note whether the biopsy was open; else code it as closed."

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "A listed operation fires"
given.procedure = """
encounter_id | seq | role      | code | system   | is_open_biopsy
e1           | 1   | principal | 5012 | icd9proc | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | 5012
"""

[[example]]
title = "Another does not"
given.procedure = """
encounter_id | seq | role      | code | system   | is_open_biopsy
e1           | 1   | principal | 5011 | icd9proc | false
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
where is_open_biopsy
