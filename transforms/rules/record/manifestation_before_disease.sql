/*
id = "manifestation_before_disease"
title = "Manifestation stands before its disease"
family = "record"
severity = "informs"
severity_because = "Both codes are there; only their order is off."
grain = "diagnosis"
systems = ["icd10cm"]
message = "A manifestation stands before the disease that its note names first."
why = """
Where a source cuts off the last codes, the disease is lost and the manifestation stays. Tables of the first few \
diagnoses then show the organ and not the cause."""
source = "ICD-10-CM tabular list, code first notes; ICD-10-CM Official Guidelines, section I.A.13 (aetiology before manifestation)"
fix = "Exchange the two."

[[effect]]
kind = "none"

[[example]]
title = "A manifestation before its disease fires"
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
e1           | 4   | secondary | E851 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 3   | G63
"""

[[example]]
title = "After it it does not"
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
e1           | 1   | principal | E851 | icd10cm
"""
fires = ""
*/
with manifestation as materialized (
    select encounter_id, seq, code, system
    from checked.marked_diagnosis
    where is_manifestation and role = 'secondary' and system = 'icd10cm'
),
beside as materialized (
    select diagnosis.encounter_id, diagnosis.seq, diagnosis.code, diagnosis.system
    from checked.bare_diagnosis as diagnosis
    semi join manifestation on diagnosis.encounter_id = manifestation.encounter_id
)
select
    manifestation.encounter_id,
    manifestation.seq,
    manifestation.code,
    manifestation.system,
    min(disease.seq) as disease_seq
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
group by manifestation.encounter_id, manifestation.seq, manifestation.code, manifestation.system
having min(disease.seq) > manifestation.seq
