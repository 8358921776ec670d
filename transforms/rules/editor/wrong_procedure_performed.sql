/*
id = "wrong_procedure_performed"
title = "Wrong operation, patient or side is coded"
family = "editor"
severity = "informs"
severity_because = "The code is right more often than not; each is worth a look because there should be none."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
message = "The record says that a wrong operation was done, or the right one on the wrong patient or side."
why = """
These events are counted as never events, where one more is news. A slip of the pen among the neighbouring codes for \
misadventures is about as likely as the event."""
source = "Medicare Code Editor v43.1, section 18 (wrong procedure performed)"
fix = "Compare with the incident report; correct the code where there was none."

[[effect]]
kind = "recode"
targets = ["block"]

[[example]]
title = "An operation on the wrong side fires in any position"
given.marked_diagnosis = """
encounter_id | seq | role     | code  | system  | encounter_class | is_wrong_procedure
e1           | 7   | external | Y6553 | icd10cm | inpatient       | true
"""
fires = """
encounter_id | seq | code
e1           | 7   | Y6553
"""

[[example]]
title = "Another external cause does not"
given.marked_diagnosis = """
encounter_id | seq | role     | code | system  | encounter_class | is_wrong_procedure
e1           | 7   | external | Y658 | icd10cm | inpatient       | false
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role
from checked.marked_diagnosis
where is_wrong_procedure
