/*
id = "bilateral_procedures"
title = "Joint operations whose side cannot be told"
family = "editor"
severity = "informs"
severity_because = "Two joints may well have been replaced in one stay; the codes cannot say so."
grain = "encounter"
message = "The record has two or more operations on joints of the leg whose codes do not tell the side."
why = """
Replacements of both hips in one stay and one hip coded twice look the same in ICD-9-CM. Rates of joint replacement \
are too high by the second kind."""
source = "Medicare Code Editor, section 13 (bilateral procedure, discharges to 2015-09-30)"
fix = "Look in the operation note whether two joints were operated on; else remove the repetition."

[[effect]]
kind = "none"

[[example]]
title = "The same replacement twice fires"
given.procedure = """
encounter_id | seq | role      | code | system   | is_bilateral
e1           | 1   | principal | 8154 | icd9proc | true
e1           | 2   | secondary | 8154 | icd9proc | true
"""
fires = """
encounter_id | code
e1           | 8154
"""

[[example]]
title = "One replacement does not"
given.procedure = """
encounter_id | seq | role      | code | system   | is_bilateral
e1           | 1   | principal | 8154 | icd9proc | true
e1           | 2   | secondary | 9904 | icd9proc | false
"""
fires = ""
*/
select
    encounter_id,
    min(code) as code,
    count(*) as operations
from checked.procedure
where is_bilateral
group by encounter_id
having count(*) > 1
