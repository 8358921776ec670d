/*
id = "repeated_procedure_line"
title = "Procedure line is there twice"
family = "procedure"
severity = "informs"
severity_because = "Counts of procedures move, counts of records and causes do not."
grain = "procedure"
systems = ["hcpcs"]
message = "Another line has the same procedure, day, modifiers and units, and no modifier says that it was repeated."
why = """
A line that was sent twice counts one procedure as two. Volumes of tests, of which there are most, grow without \
anyone noticing."""
source = "CMS Medicare Claims Processing Manual, chapter 1, 120 (duplicate claims); CPT modifiers 76, 77 and 91; Tuva, exact duplicates of lines"
fix = "Remove the line, or add the modifier of a repeated procedure."

[[effect]]
kind = "none"

[[example]]
title = "The second of two equal lines fires"
given.core_procedure = """
encounter_id | seq | system | code  | procedure_date | modifiers | units
e1           | 1   | hcpcs  | 85025 | 2023-05-01     |           | 1
e1           | 2   | hcpcs  | 85025 | 2023-05-01     |           | 1
"""
fires = """
encounter_id | seq
e1           | 2
"""

[[example]]
title = "A repeat that says so, another day, other units, the other side, and an operation of an inpatient do not"
given.core_procedure = """
encounter_id | seq | system   | code    | procedure_date | modifiers | units
e1           | 1   | hcpcs    | 85025   | 2023-05-01     |           | 1
e1           | 2   | hcpcs    | 85025   | 2023-05-01     | 91        | 1
e1           | 3   | hcpcs    | 85025   | 2023-05-02     |           | 1
e1           | 4   | hcpcs    | 85025   | 2023-05-01     |           | 2
e2           | 1   | hcpcs    | 66984   | 2023-05-01     | LT        | 1
e2           | 2   | hcpcs    | 66984   | 2023-05-01     | LT        | 1
e3           | 1   | icd10pcs | 02703ZZ | 2023-05-01     |           |
e3           | 2   | icd10pcs | 02703ZZ | 2023-05-01     |           |
"""
fires = ""
*/
with line as (
    select encounter_id, seq, code, system, procedure_date, modifiers, units
    from checked.core_procedure
    where
        system = 'hcpcs'
        and code is not null
        and not coalesce(regexp_matches(modifiers, '(^|,) ?(76|77|91|59|XE|XS|XP|XU|LT|RT|50)($|,)'), false)
),
repeated as (
    select encounter_id, code, procedure_date, modifiers, units, min(seq) as first_seq
    from line
    group by all
    having count(*) > 1
)
select line.encounter_id, line.seq, line.code, line.system, line.procedure_date, line.modifiers, line.units
from repeated
inner join line
    on repeated.encounter_id = line.encounter_id
    and repeated.code = line.code
    and repeated.procedure_date is not distinct from line.procedure_date
    and repeated.modifiers is not distinct from line.modifiers
    and repeated.units is not distinct from line.units
    and repeated.first_seq < line.seq
