/*
id = "poa_on_exempt_code"
title = "Present on admission is given for an exempt code"
family = "record"
severity = "informs"
severity_because = "The code is right; only the indicator is one too many."
grain = "diagnosis"
systems = ["icd10cm"]
message = "Present on admission is given for a code that is exempt from it."
why = """
Hospital-acquired conditions are counted from the indicator. On codes that are exempt it says that the indicator is \
filled in by a program and not read from the record."""
source = "UB-04 present-on-admission reporting, list of exempt codes of fiscal year 2020 (later codes are not on it)"
fix = "Leave the indicator of exempt codes empty."

[[effect]]
kind = "none"

[[example]]
title = "An indicator on an outcome of delivery fires"
given.attribute = """
system  | code | attribute  | value
icd10cm | Z370 | poa_exempt | true
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 2   | secondary | Z370 | icd10cm | Y
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z370
"""

[[example]]
title = "The mark for exempt does not, nor an indicator where one belongs"
given.attribute = """
system  | code | attribute  | value
icd10cm | Z370 | poa_exempt | true
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 2   | secondary | Z370 | icd10cm | 1
e1           | 3   | secondary | Z370 | icd10cm |
e1           | 1   | principal | O701 | icd10cm | N
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.poa
from checked.bare_diagnosis as diagnosis
inner join checked.attribute as exempt
    on diagnosis.system = exempt.system
    and diagnosis.code = exempt.code
where exempt.attribute = 'poa_exempt' and diagnosis.poa in ('Y', 'N', 'U', 'W')
