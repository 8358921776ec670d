/*
id = "operation_without_indication"
title = "No diagnosis explains the operation"
family = "procedure"
severity = "informs"
severity_because = "The lists are wide and a rare reason may lie outside; they show where to look."
grain = "procedure"
systems = ["icd10pcs", "icd9proc", "hcpcs", "opcs4"]
message = "No diagnosis of the record explains the operation ({limited_to})."
why = """
Nobody's gallbladder is removed for a cataract: if no diagnosis explains the operation, the illness it was done \
for is missing from its counts. Records whose codes were shifted or mixed with another's show up here first."""
source = "Uniform Hospital Discharge Data Set (principal procedure: done for definitive treatment of the principal diagnosis); table tables/indication.csv"
fix = "Read the operation note: add the diagnosis that it was done for, or correct the operation."

[[effect]]
kind = "recode"
targets = ["any"]
place = "principal"

[[example]]
title = "A gallbladder removed for a cataract fires"
given.indication = """
operation   | part      | system   | code_from | code_to
gallbladder | procedure | icd10pcs | 0FT4      | 0FT4
gallbladder | diagnosis | icd10cm  | K         | K
"""
given.core_procedure = """
encounter_id | seq | system   | code    | code_status
e1           | 1   | icd10pcs | 0FT44ZZ | valid
"""
given.core_diagnosis = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | H269
"""
fires = """
encounter_id | seq | message
e1           | 1   | No diagnosis of the record explains the operation (gallbladder).
"""

[[example]]
title = "One for stones, in second place, and one on a record that has no codes or only those of another system do not"
given.indication = """
operation   | part      | system   | code_from | code_to
gallbladder | procedure | icd10pcs | 0FT4      | 0FT4
gallbladder | diagnosis | icd10cm  | K         | K
"""
given.core_procedure = """
encounter_id | seq | system   | code    | code_status
e1           | 1   | icd10pcs | 0FT44ZZ | valid
e2           | 1   | icd10pcs | 0FT44ZZ | valid
e3           | 1   | icd10pcs | 0FT44ZZ | valid
e4           | 1   | icd10pcs | 0DTJ4ZZ | valid
"""
given.core_diagnosis = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | H269
e1           | 2   | icd10cm | K8020
e3           | 1   | icd10gm | H269
e4           | 1   | icd10cm | H269
"""
fires = ""
*/
with done as (
    select distinct system, code
    from checked.core_procedure
    where
        system in (select indication.system from checked.indication as indication where indication.part = 'procedure')
        -- A central line is laid for whatever illness.
        and not starts_with(code, '02HV')
        -- Five digits are a diagnosis code in the wrong column.
        and not (system = 'icd9proc' and length(code) > 4)
),
operation as (
    select done.system, done.code, indication.operation
    from done
    inner join checked.indication as indication
        on done.system = indication.system
        and done.code between indication.code_from and indication.code_to || '~'
    where indication.part = 'procedure'
),
operated as (
    select procedure.encounter_id, procedure.seq, procedure.code, procedure.system, operation.operation
    from operation
    inner join checked.core_procedure as procedure
        on operation.system = procedure.system
        and operation.code = procedure.code
    where procedure.code_status in ('valid', 'unknown')
),
reason as (
    select record.encounter_id, record.operation, diagnosis.system, diagnosis.code
    from (select distinct encounter_id, operation from operated) as record
    inner join checked.core_diagnosis as diagnosis on record.encounter_id = diagnosis.encounter_id
),
good_reason as (
    select distinct named.system, named.code, named.operation
    from (select distinct system, code, operation from reason) as named
    inner join checked.indication as indication
        on named.operation = indication.operation
        and named.system = indication.system
        and named.code between indication.code_from and indication.code_to || '~'
    where indication.part = 'diagnosis'
),
unexplained as (
    select reason.encounter_id, reason.operation
    from reason
    left join good_reason
        on reason.system = good_reason.system
        and reason.code = good_reason.code
        and reason.operation = good_reason.operation
    group by reason.encounter_id, reason.operation
    having
        count(good_reason.code) = 0
        -- Diagnoses of other systems explain nothing and prove nothing.
        and bool_or(reason.system in ('icd10cm', 'icd10', 'icd9cm') and reason.code is not null)
)
select
    operated.encounter_id,
    operated.seq,
    operated.code,
    operated.system,
    operated.operation as limited_to
from unexplained
inner join operated
    on unexplained.encounter_id = operated.encounter_id
    and unexplained.operation = operated.operation
