/*
id = "obstetric_procedure_without_pregnancy"
title = "Obstetric procedure without a pregnancy"
family = "procedure"
severity = "warns"
severity_because = "Code of the procedure or the diagnosis is wrong; one record moves a figure little."
grain = "procedure"
systems = ["icd10pcs", "icd9proc", "hcpcs"]
message = "The record has an obstetric procedure and no diagnosis of pregnancy, childbirth or puerperium."
why = """
Deliveries are counted by procedure in one table and by diagnosis in another, and differ by such records. The \
procedure of the mother on the record of her child looks like this."""
source = "ICD-10-CM Official Guidelines, section I.C.15.a (chapter 15 on the maternal record only); ICD-10-PCS section 1; ICD-9-CM volume 3, 72 to 75; CPT 59000 to 59899"
fix = "Compare with the delivery record: add the diagnosis, or move the procedure to the mother's record."

[[effect]]
kind = "recode"
targets = ["codes"]
place = "principal"
codes = ["O"]

[[effect]]
kind = "person"

[[example]]
title = "A delivery beside a live birth as diagnosis, and one beside a fracture, fire"
given.core_procedure = """
encounter_id | seq | system   | code    | code_status
e1           | 1   | icd10pcs | 10E0XZZ | valid
e2           | 1   | hcpcs    | 59400   | valid
"""
given.principal = """
encounter_id | seq
e1           | 1
e2           | 1
"""
given.core_diagnosis = """
encounter_id | seq | role      | system  | code
e1           | 1   | principal | icd10cm | Z3800
e2           | 1   | principal | icd10cm | S72001A
"""
fires = """
encounter_id | seq
e1           | 1
e2           | 1
"""

[[example]]
title = "A delivery, a scan in pregnancy, another operation, and a record in a national system, and a code that does not exist do not"
given.core_procedure = """
encounter_id | seq | system   | code    | code_status
e1           | 1   | icd10pcs | 10E0XZZ | valid
e2           | 1   | hcpcs    | 59025   | valid
e3           | 1   | icd10pcs | 0DTJ4ZZ | valid
e4           | 1   | icd10pcs | 10E0XZZ | valid
e5           | 1   | icd9proc | 7230    | not_found
"""
given.principal = """
encounter_id | seq
e1           | 1
e2           | 1
e3           | 1
e4           | 1
e5           | 1
"""
given.core_diagnosis = """
encounter_id | seq | role      | system  | code
e1           | 1   | principal | icd10cm | O80
e2           | 1   | principal | icd10cm | Z3483
e3           | 1   | principal | icd10cm | K3580
e4           | 1   | principal | icd10gm | O80
e5           | 1   | principal | icd9cm  | 4019
"""
fires = ""
*/
with obstetric as (
    select encounter_id, seq, code, system
    from checked.core_procedure
    where
        -- A code that does not exist is judged by invalid_procedure_code.
        code_status in ('valid', 'unknown')
        and (
            (system = 'icd10pcs' and starts_with(code, '1'))
            or (system = 'icd9proc' and left(code, 2) between '72' and '75')
            or (system = 'hcpcs' and code between '59000' and '59899')
        )
),
pregnant as (
    select diagnosis.encounter_id
    from checked.core_diagnosis as diagnosis
    semi join obstetric on diagnosis.encounter_id = obstetric.encounter_id
    group by diagnosis.encounter_id
    having
        bool_or(
            (
                diagnosis.system in ('icd10cm', 'icd10')
                and regexp_matches(diagnosis.code, '^(O|A34|Z32|Z33|Z34|Z35|Z36|Z37|Z39|Z3A)')
            )
            or (diagnosis.system = 'icd9cm' and regexp_matches(diagnosis.code, '^(6[3-7]|V2[2-8])'))
            or diagnosis.system not in ('icd10cm', 'icd10', 'icd9cm')
            or diagnosis.code is null
        )
)
select encounter_id, seq, code, system
from obstetric
where
    encounter_id not in (select pregnant.encounter_id from pregnant)
    -- A record without any diagnosis is judged by other rules.
    and encounter_id in (select principal.encounter_id from checked.principal as principal)
