/*
id = "excludes1"
title = "Two codes that exclude each other"
family = "record"
severity = "warns"
severity_because = "The classification forbids the pair, unless the two conditions have nothing to do with each other."
grain = "diagnosis"
systems = ["icd10cm"]
message = "The classification says of one of two codes on the record that it excludes the other (Excludes1)."
why = """
Codes that exclude each other name one condition in two ways. The patient is counted in both groups, and one of them \
is wrong."""
source = "ICD-10-CM tabular list, Excludes1 notes of the edition at hand; ICD-10-CM Official Guidelines, section I.A.12.a (not for conditions unrelated to each other), recalled"
fix = "Keep the code that the note points to; where the record shows two unrelated conditions, confirm both."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Codes of which one excludes the other fire once"
given.noted_code = """
system  | kind      | note_id | printed_at | is_carrier | code
icd10cm | excludes1 | 7       | K20        | true       | K2090
icd10cm | excludes1 | 7       | K20        | false      | K2100
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 1   | principal | K2100 | icd10cm
e1           | 4   | secondary | K2090 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 4   | K2090
"""

[[example]]
title = "Neither alone, nor on two records, nor a note that another rule or none can apply"
given.noted_code = """
system  | kind      | note_id | printed_at | is_carrier | code
icd10cm | excludes1 | 7       | K20        | true       | K2090
icd10cm | excludes1 | 7       | K20        | false      | K2100
icd10cm | excludes1 | 8       | E872       | true       | E8720
icd10cm | excludes1 | 8       | E872       | false      | E119
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 1   | principal | K2100 | icd10cm
e2           | 4   | secondary | K2090 | icd10cm
e3           | 1   | principal | E119  | icd10cm
e3           | 2   | secondary | E8720 | icd10cm
"""
fires = ""
*/
with note as (
    select system, note_id, is_carrier, code
    from checked.noted_code
    where
        kind = 'excludes1'
        -- Notes of blocks and chapters name in words conditions narrower than the codes they give.
        and length(printed_at) >= 3
        and printed_at not like '%-%'
        -- So do those of acidosis, of unspecified adverse effects, of mild cognitive impairment and of jaundice of newborns.
        -- Diabetes, normal pregnancy and patterns of substance use have rules of their own.
        and printed_at not in (
            'E872', 'T887', 'G3184', 'P59', 'E08', 'E09', 'E10', 'E11', 'E13', 'O24', 'Z33', 'Z331', 'Z34', 'Z37', 'Z38',
            'F101', 'F102', 'F109', 'F111', 'F112', 'F119', 'F121', 'F122', 'F129', 'F131', 'F132', 'F139',
            'F141', 'F142', 'F149', 'F151', 'F152', 'F159', 'F161', 'F162', 'F169', 'F181', 'F182', 'F189',
            'F191', 'F192', 'F199'
        )
),
carrier as (
    select diagnosis.encounter_id, diagnosis.seq, diagnosis.system, diagnosis.code, note.note_id
    from checked.bare_diagnosis as diagnosis
    inner join note on diagnosis.system = note.system and diagnosis.code = note.code
    where note.is_carrier
),
excluded as (
    select diagnosis.encounter_id, diagnosis.seq, diagnosis.system, diagnosis.code, note.note_id
    from checked.bare_diagnosis as diagnosis
    inner join note on diagnosis.system = note.system and diagnosis.code = note.code
    where not note.is_carrier
)
select
    carrier.encounter_id,
    greatest(carrier.seq, excluded.seq) as seq,
    min(if(carrier.seq > excluded.seq, carrier.code, excluded.code)) as code,
    carrier.system,
    min(if(carrier.seq > excluded.seq, excluded.code, carrier.code)) as beside
from carrier
inner join excluded
    on carrier.encounter_id = excluded.encounter_id
    and carrier.note_id = excluded.note_id
where carrier.code <> excluded.code
group by carrier.encounter_id, carrier.system, greatest(carrier.seq, excluded.seq)
