/*
id = "wrong_system"
title = "Diagnosis is coded in a system that was not in use on the day"
family = "code"
severity = "blocks"
severity_because = "Records of another system stand in the row `other_system` of every table by cause; above one in a hundred the tables no longer describe the hospital."
threshold = 0.01
grain = "diagnosis"
applies_to = "code_status <> 'unknown'"
message = "The diagnosis is coded in a system that was not in use on the day of discharge."
why = """
Tables by cause are made per code system, so a record in the wrong one drops out of the causes of its period. At a \
change of systems, as on 1 October 2015, such records make a fall and a rise that never happened."""
source = "45 CFR 162.1002 (code sets by date of discharge); Medicare Code Editor, ICD version by discharge date"
fix = "Code the record again in the system of its day of discharge, or mend the profile if it names the wrong system."

[[effect]]
kind = "recode"
targets = ["equivalent"]

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[example]]
title = "A code of the ninth revision after the change fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system | code_status
e1           | 1   | principal | 41071 | icd9cm | wrong_system
"""
fires = """
encounter_id | seq | code
e1           | 1   | 41071
"""

[[example]]
title = "Dates that were shifted prove nothing about the system"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system | code_status
e1           | 1   | principal | 41071 | icd9cm | unknown
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
where diagnosis.code_status = 'wrong_system'
