/*
id = "poa_missing"
title = "Present on admission is missing beside others that have it"
family = "record"
severity = "warns"
severity_because = "The condition counts; whether the hospital caused it cannot be told."
grain = "diagnosis"
systems = ["icd10cm"]
message = "The diagnosis has no indicator of presence on admission, and other diagnoses of the record have one."
why = """
Complications in hospital are diagnoses that were not present on admission. Where the indicator is missing they count \
as present or not at all, and the hospital looks safer than it is."""
source = "UB-04 present-on-admission reporting (Y, N, U or W on every diagnosis that is not exempt; list of fiscal year 2020)"
fix = "Add the indicator."

[[effect]]
kind = "none"

[[example]]
title = "A diagnosis without it beside one that has it fires"
given.attribute = """
system  | code | attribute  | value
icd10cm | Z370 | poa_exempt | true
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 1   | principal | I214 | icd10cm | Y
e1           | 2   | secondary | N179 | icd10cm |
e1           | 3   | secondary | J189 | icd10cm | 1
"""
fires = """
encounter_id | seq | code
e1           | 2   | N179
e1           | 3   | J189
"""

[[example]]
title = "An exempt code does not, nor a record without any indicator"
given.attribute = """
system  | code | attribute  | value
icd10cm | Z370 | poa_exempt | true
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 1   | principal | O701 | icd10cm | Y
e1           | 2   | secondary | Z370 | icd10cm |
e2           | 1   | principal | I214 | icd10cm |
"""
fires = ""
*/
with bare as (
    select diagnosis.encounter_id, diagnosis.seq, diagnosis.code, diagnosis.system, diagnosis.poa
    from checked.bare_diagnosis as diagnosis
    left join checked.attribute as exempt
        on diagnosis.system = exempt.system
        and diagnosis.code = exempt.code
        and exempt.attribute = 'poa_exempt'
    where
        diagnosis.role in ('principal', 'secondary')
        and coalesce(diagnosis.poa, '1') = '1'
        and exempt.code is null
),
given as (
    select distinct encounter_id
    from checked.bare_diagnosis
    where poa in ('Y', 'N', 'U', 'W') and encounter_id in (select encounter_id from bare)
)
select
    bare.encounter_id,
    bare.seq,
    bare.code,
    bare.system,
    bare.poa
from bare
inner join given on bare.encounter_id = given.encounter_id
