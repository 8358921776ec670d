/*
id = "diagnosis_pointer_to_nothing"
title = "Procedure line points to a diagnosis that is not there"
family = "procedure"
severity = "warns"
severity_because = "The diagnosis that was meant is missing or the line is another claim's; one record moves a figure little."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "diagnosis_pointers is not null"
message = "The line points to a position at which the record has no diagnosis."
why = """
A pointer to an empty place shows that diagnoses were cut off or that lines of two claims were mixed. Conditions \
are then too few, and procedures by cause are wrong."""
source = "X12 837P, SV107 (one to four pointers to the diagnoses of the claim); CMS-1500, item 24E"
fix = "Compare with the claim: add the diagnosis that was cut off, or correct the pointer."

[[effect]]
kind = "recode"
targets = ["any"]

[[example]]
title = "A third diagnosis where there are two, a zero and a word fire"
given.diagnosis_list = """
encounter_id | last_seq
e1           | 2
"""
given.core_procedure = """
encounter_id | seq | system | code  | diagnosis_pointers
e1           | 1   | hcpcs  | 99213 | 1,3
e1           | 2   | hcpcs  | 99213 | 0
e1           | 3   | hcpcs  | 99213 | first
"""
fires = """
encounter_id | seq
e1           | 1
e1           | 2
e1           | 3
"""

[[example]]
title = "Pointers to what is there, in figures or letters, and none, do not"
given.diagnosis_list = """
encounter_id | last_seq
e1           | 2
"""
given.core_procedure = """
encounter_id | seq | system | code  | diagnosis_pointers
e1           | 1   | hcpcs  | 99213 | 1,2
e1           | 2   | hcpcs  | 99213 | A, B
e1           | 3   | hcpcs  | 99213 |
"""
fires = ""
*/
with written as (
    select distinct diagnosis_pointers
    from checked.core_procedure
    where diagnosis_pointers is not null and diagnosis_pointers not in ('1', 'A')
),
read as (
    select
        diagnosis_pointers,
        list_transform(
            string_split(upper(replace(diagnosis_pointers, ' ', '')), ','),
            -- Paper claims letter the diagnoses from A to L.
            pointer -> if(regexp_matches(pointer, '^[A-L]$'), ascii(pointer) - 64, try_cast(pointer as integer))
        ) as places
    from written
),
pointing as (
    select
        procedure.encounter_id,
        procedure.seq,
        procedure.code,
        procedure.system,
        procedure.diagnosis_pointers,
        read.places
    from checked.core_procedure as procedure
    inner join read on procedure.diagnosis_pointers = read.diagnosis_pointers
),
greatest_pointer as (
    select encounter_id, seq, code, system, diagnosis_pointers, list_max(places) as place
    from pointing
    where list_count(places) = len(places)
)
select pointing.encounter_id, pointing.seq, pointing.code, pointing.system, pointing.diagnosis_pointers
from pointing
where list_count(places) < len(places) or list_min(places) < 1
union all
select line.encounter_id, line.seq, line.code, line.system, line.diagnosis_pointers
from greatest_pointer as line
anti join checked.diagnosis_list as listed
    on line.encounter_id = listed.encounter_id
    and listed.last_seq >= line.place
where line.place >= 1
