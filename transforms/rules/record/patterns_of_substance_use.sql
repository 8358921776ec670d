/*
id = "patterns_of_substance_use"
title = "One substance is coded with two patterns of use"
family = "record"
severity = "informs"
severity_because = "The heavier pattern includes the lighter one."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["substance_use"]
message = "The same substance is coded with two of use, abuse and dependence."
why = """
Dependence, abuse and use are counted apart, one a person and substance. With two the person is in two rows."""
source = "ICD-10-CM Official Guidelines, section I.C.5.b.2 (only one code by the pattern: dependence before abuse before use)"
fix = "Keep the heaviest pattern that the record gives."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Abuse beside dependence of alcohol fires"
given.listed_diagnosis = """
list          | encounter_id | seq | role      | code  | system
substance_use | e1           | 2   | secondary | F1010 | icd10cm
substance_use | e1           | 4   | secondary | F1020 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | F1010
"""

[[example]]
title = "Two substances do not, nor two codes of one pattern"
given.listed_diagnosis = """
list          | encounter_id | seq | role      | code   | system
substance_use | e1           | 2   | secondary | F1010  | icd10cm
substance_use | e1           | 4   | secondary | F1120  | icd10cm
substance_use | e2           | 2   | secondary | F1020  | icd10cm
substance_use | e2           | 3   | secondary | F10230 | icd10cm
"""
fires = ""
*/
with pattern as (
    select
        encounter_id,
        seq,
        code,
        system,
        left(code, 3) as substance,
        case substr(code, 4, 1) when '2' then 1 when '1' then 2 when '9' then 3 end as lightness
    from checked.listed_diagnosis
    where list = 'substance_use' and role in ('principal', 'secondary')
),
several as (
    select encounter_id, system, substance
    from pattern
    group by encounter_id, system, substance
    having min(lightness) < max(lightness)
)
select
    pattern.encounter_id,
    arg_max(pattern.seq, (pattern.lightness, pattern.seq)) as seq,
    arg_max(pattern.code, (pattern.lightness, pattern.seq)) as code,
    pattern.system,
    string_agg(distinct pattern.code, ',' order by pattern.code) as codes
from several
inner join pattern
    on several.encounter_id = pattern.encounter_id
    and several.system = pattern.system
    and several.substance = pattern.substance
where pattern.lightness is not null
group by pattern.encounter_id, pattern.system, pattern.substance
