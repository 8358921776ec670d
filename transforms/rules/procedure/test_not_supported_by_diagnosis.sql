/*
id = "test_not_supported_by_diagnosis"
title = "No diagnosis supports the procedure"
family = "procedure"
severity = "informs"
severity_because = "Coverage tables name what a payer pays for and not all that is right; they show where to look."
grain = "procedure"
systems = ["hcpcs"]
needs = ["covered_diagnosis"]
message = "The site's coverage table names no diagnosis of the record for this procedure."
why = """
A test that no diagnosis of the record explains mostly means that the true reason was not coded. Its illness is \
then missing from the counts of the setting that orders most tests."""
source = "CMS national and local coverage determinations, as the site has brought them in (codes.coverage)"
fix = "Ask who ordered it for the diagnosis; code a screening or a pre-operative examination as such."

[[effect]]
kind = "recode"
targets = ["any"]

[[example]]
title = "A thyroid test for a sprained ankle fires"
given.covered_diagnosis = """
procedure_code | system  | code_from | code_to
84443          | icd10cm | E00       | E07
"""
given.core_diagnosis = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | S93401A
"""
given.plain_procedure = """
encounter_id | seq | system | code  | code_date
e1           | 1   | hcpcs  | 84443 | 2023-05-01
"""
fires = """
encounter_id | seq
e1           | 1
"""

[[example]]
title = "One for a goitre, one before an operation, a test that the table does not name, and a record without codes do not"
given.covered_diagnosis = """
procedure_code | system  | code_from | code_to
84443          | icd10cm | E00       | E07
"""
given.core_diagnosis = """
encounter_id | seq | system  | code
e1           | 1   | icd10cm | S93401A
e1           | 2   | icd10cm | E042
e2           | 1   | icd10cm | Z01818
e3           | 1   | icd10cm | S93401A
"""
given.plain_procedure = """
encounter_id | seq | system | code  | code_date
e1           | 1   | hcpcs  | 84443 | 2023-05-01
e2           | 1   | hcpcs  | 84443 | 2023-05-01
e3           | 1   | hcpcs  | 85025 | 2023-05-01
e4           | 1   | hcpcs  | 84443 | 2023-05-01
"""
fires = ""
*/
with ruled as (
    select distinct procedure.encounter_id, procedure.seq, procedure.code, procedure.system, procedure.code_date
    from checked.plain_procedure as procedure
    inner join checked.covered_diagnosis as coverage
        on procedure.code = coverage.procedure_code
        and procedure.code_date between
            coalesce(coverage.valid_from, date '0001-01-01') and coalesce(coverage.valid_to, date '9999-12-31')
    where procedure.system = 'hcpcs'
),
reason as (
    select ruled.encounter_id, ruled.seq, ruled.code, ruled.code_date, diagnosis.system, diagnosis.code as diagnosis_code
    from ruled
    inner join checked.core_diagnosis as diagnosis on ruled.encounter_id = diagnosis.encounter_id
    where diagnosis.code is not null
),
supported as (
    select reason.encounter_id, reason.seq
    from reason
    inner join checked.covered_diagnosis as coverage
        on reason.code = coverage.procedure_code
        and reason.system = coverage.system
        and reason.diagnosis_code between coverage.code_from and coverage.code_to || '~'
        and reason.code_date between
            coalesce(coverage.valid_from, date '0001-01-01') and coalesce(coverage.valid_to, date '9999-12-31')
    union all
    -- Examinations, screenings and pre-operative examinations support whatever test belongs to them.
    select encounter_id, seq
    from reason
    where
        (system in ('icd10cm', 'icd10') and left(diagnosis_code, 3) in ('Z00', 'Z01', 'Z02', 'Z03', 'Z04', 'Z11', 'Z12', 'Z13'))
        or (system = 'icd9cm' and (diagnosis_code between 'V70' and 'V829~'))
)
select ruled.encounter_id, ruled.seq, ruled.code, ruled.system
from ruled
anti join supported on ruled.encounter_id = supported.encounter_id and ruled.seq = supported.seq
where ruled.encounter_id in (select reason.encounter_id from reason)
