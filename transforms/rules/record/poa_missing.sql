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
title = "An exempt code does not, nor a record without any indicator, nor a code that may have been exempt in its time"
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
e1           | 1   | principal | O701 | icd10cm | Y
e1           | 2   | secondary | Z370 | icd10cm |
e3           | 1   | principal | I214 | icd10cm |
e2           | 1   | principal | O701 | icd10cm | Y
e2           | 2   | secondary | Z370 | icd10cm |
"""
fires = ""
*/
with exempt as (
    -- On a day whose list is not at hand a code may be exempt.
    select system, code, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
    from checked.attribute
    where attribute = 'poa_exempt'
),
always_exempt as (
    -- Most that have none are exempt on every day there is a record of, and need not be held against a day.
    select exempt.system, exempt.code
    from exempt
    cross join (select min(code_date) as first_day, max(code_date) as last_day from checked.encounter_brief) as seen
    where exempt.valid_from <= seen.first_day and exempt.valid_to >= seen.last_day
),
without as (
    select diagnosis.encounter_id, diagnosis.seq, diagnosis.code, diagnosis.system, diagnosis.poa
    from checked.bare_diagnosis as diagnosis
    anti join always_exempt
        on diagnosis.system = always_exempt.system
        and diagnosis.code = always_exempt.code
    where diagnosis.role <> 'external' and coalesce(diagnosis.poa, '1') = '1'
),
given as (
    select encounter_id
    from checked.bare_diagnosis
    where poa <> '1'
    group by encounter_id
)
select
    without.encounter_id,
    without.seq,
    without.code,
    without.system,
    without.poa,
    brief.code_date
from without
inner join given on without.encounter_id = given.encounter_id
inner join checked.encounter_brief as brief on without.encounter_id = brief.encounter_id
anti join exempt
    on without.system = exempt.system
    and without.code = exempt.code
    and brief.code_date between exempt.valid_from and exempt.valid_to
where brief.code_date is not null
