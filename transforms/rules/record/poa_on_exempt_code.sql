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
system  | code | attribute  | value   | valid_from | valid_to
icd10cm | Z370 | poa_exempt | true    | 2019-10-01 |
icd10cm | Z370 | poa_exempt | unknown | 2015-10-01 | 2019-09-30
"""
given.encounter_brief = """
encounter_id | code_date
e1           | 2023-05-01
e2           | 2018-05-01
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
title = "The mark for exempt does not, nor an indicator where one belongs, nor a time whose list is not at hand"
given.attribute = """
system  | code | attribute  | value   | valid_from | valid_to
icd10cm | Z370 | poa_exempt | true    | 2019-10-01 |
icd10cm | Z370 | poa_exempt | unknown | 2015-10-01 | 2019-09-30
"""
given.encounter_brief = """
encounter_id | code_date
e1           | 2023-05-01
e2           | 2018-05-01
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 2   | secondary | Z370 | icd10cm | 1
e1           | 3   | secondary | Z370 | icd10cm |
e1           | 1   | principal | O701 | icd10cm | N
e2           | 2   | secondary | Z370 | icd10cm | Y
"""
fires = ""
*/
with exempt as (
    select system, code, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
    from checked.attribute
    where attribute = 'poa_exempt' and value = 'true'
)
select
    given.encounter_id,
    given.seq,
    given.code,
    given.system,
    given.poa,
    brief.code_date
from checked.bare_diagnosis as given
inner join exempt
    on given.system = exempt.system
    and given.code = exempt.code
inner join checked.encounter_brief as brief
    on given.encounter_id = brief.encounter_id
    and brief.code_date between exempt.valid_from and exempt.valid_to
where given.poa <> '1'
