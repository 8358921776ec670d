/*
id = "bilateral_modifier_conflict"
title = "Side of the procedure contradicts itself"
family = "procedure"
severity = "informs"
severity_because = "The procedure is right and its number is not; figures count records, and rates by side count lines."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "modifiers is not null"
message = "The modifiers of the line contradict each other or the procedure ({problem})."
why = """
A procedure on both sides counts as two where one line says so by its modifier and again by units or a second \
line. Rates of joint and eye surgery by side are then too high."""
source = "Integrated Outpatient Code Editor, edits 17 and 74 (bilateral procedures); CMS Medicare Claims Processing Manual, chapter 4, 20.6"
fix = "Report one line with modifier 50 and one unit, or two lines with LT and RT."

[[effect]]
kind = "none"

[[example]]
title = "Both sides with two units, with one side, left with right, and of a screening of both breasts, fire"
given.attribute = """
system | code  | attribute | value    | valid_from
hcpcs  | 77067 | bilateral | inherent | 2019-07-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | modifiers | units | code_date
e1           | 1   | hcpcs  | 27447 | 50        | 2     | 2023-05-01
e1           | 2   | hcpcs  | 27447 | 50,LT     | 1     | 2023-05-01
e1           | 3   | hcpcs  | 27447 | LT,RT     | 1     | 2023-05-01
e1           | 4   | hcpcs  | 77067 | 50        | 1     | 2023-05-01
"""
fires = """
encounter_id | seq
e1           | 1
e1           | 2
e1           | 3
e1           | 4
"""

[[example]]
title = "Both sides once, two lines of a side each, and a right side alone do not"
given.plain_procedure = """
encounter_id | seq | system | code  | modifiers | units | code_date
e1           | 1   | hcpcs  | 27447 | 50        | 1     | 2023-05-01
e2           | 1   | hcpcs  | 27447 | LT        | 1     | 2023-05-01
e2           | 2   | hcpcs  | 27447 | RT        | 1     | 2023-05-01
e3           | 1   | hcpcs  | 27447 | RT        | 2     | 2023-05-01
"""
fires = ""
*/
with sided as (
    select
        encounter_id,
        seq,
        code,
        system,
        code_date,
        units,
        modifiers,
        string_split(replace(modifiers, ' ', ''), ',') as each_modifier
    from checked.plain_procedure
    where system = 'hcpcs' and regexp_matches(modifiers, '(^|,) ?(50|LT|RT)($|,)')
),
inherent as (
    select code, valid_from, coalesce(valid_to, date '9999-12-31') as valid_to
    from checked.attribute
    where system = 'hcpcs' and attribute = 'bilateral' and value = 'inherent'
),
judged as (
    select
        sided.encounter_id,
        sided.seq,
        sided.code,
        sided.system,
        sided.modifiers,
        sided.units,
        case
            when list_has_all(sided.each_modifier, ['LT', 'RT']) then 'left and right on one line'
            when not list_contains(sided.each_modifier, '50') then null
            when list_has_any(sided.each_modifier, ['LT', 'RT']) then 'both sides and one side'
            when sided.units > 1 then 'both sides and several units'
            when inherent.code is not null then 'both sides of a procedure that is bilateral by itself'
        end as problem
    from sided
    left join inherent
        on sided.code = inherent.code
        and sided.code_date between inherent.valid_from and inherent.valid_to
)
select encounter_id, seq, code, system, modifiers, units, problem
from judged
where problem is not null
