/*
id = "manifestation_without_disease"
title = "Manifestation without the disease behind it"
family = "record"
severity = "informs"
severity_because = "What lies behind may be coded in words that the note does not name."
grain = "diagnosis"
systems = ["icd10cm"]
message = "A manifestation is coded, and none of the diseases that its note names first is on the record."
why = """
A manifestation is counted with its disease. Alone it is an organ's illness without a cause, and the disease behind it \
is too low."""
source = "ICD-10-CM tabular list, code first notes; ICD-10-CM Official Guidelines, section I.A.13 (aetiology and manifestation)"
fix = "Code the disease before the manifestation."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "A manifestation alone fires"
given.noted_code = """
system  | kind       | note_id | printed_at | is_carrier | code
icd10cm | code_first | 9       | G63        | true       | G63
icd10cm | code_first | 9       | G63        | false      | E851
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | is_manifestation
e1           | 3   | secondary | G63  | icd10cm | true
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 3   | secondary | G63  | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 3   | G63
"""

[[example]]
title = "With its disease it does not, nor where the note names no code"
given.noted_code = """
system  | kind       | note_id | printed_at | is_carrier | code
icd10cm | code_first | 9       | G63        | true       | G63
icd10cm | code_first | 9       | G63        | false      | E851
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | is_manifestation
e1           | 3   | secondary | G63   | icd10cm | true
e2           | 2   | secondary | F0280 | icd10cm | true
"""
given.bare_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 3   | secondary | G63  | icd10cm
e1           | 1   | principal | E851 | icd10cm
"""
fires = ""
*/
with manifestation as materialized (
    select encounter_id, seq, code, system, role
    from checked.marked_diagnosis
    where is_manifestation and role = 'secondary' and system = 'icd10cm'
),
beside as materialized (
    select diagnosis.encounter_id, diagnosis.code, diagnosis.system
    from checked.bare_diagnosis as diagnosis
    semi join manifestation on diagnosis.encounter_id = manifestation.encounter_id
),
-- Where the note is prose, or names a disease that no record has, nothing can be said.
judged as (
    select distinct manifestation.encounter_id, manifestation.seq, manifestation.code, manifestation.system, manifestation.role
    from manifestation
    inner join checked.noted_code as note
        on manifestation.system = note.system
        and manifestation.code = note.code
    where note.kind = 'code_first' and note.is_carrier
),
explained as (
    select distinct manifestation.encounter_id, manifestation.seq
    from manifestation
    inner join checked.noted_code as note
        on manifestation.system = note.system
        and manifestation.code = note.code
        and note.kind = 'code_first'
        and note.is_carrier
    inner join checked.noted_code as cause
        on note.note_id = cause.note_id
        and cause.kind = 'code_first'
        and not cause.is_carrier
    inner join beside as disease
        on manifestation.encounter_id = disease.encounter_id
        and disease.system = cause.system
        and disease.code = cause.code
)
select
    judged.encounter_id,
    judged.seq,
    judged.code,
    judged.system,
    judged.role
from judged
left join explained
    on judged.encounter_id = explained.encounter_id
    and judged.seq = explained.seq
where explained.encounter_id is null
