/*
id = "units_above_limit"
title = "More units of a procedure than are likely in a day"
family = "procedure"
severity = "informs"
severity_because = "The units are wrong and the procedure is not; figures count records and not units."
grain = "procedure"
systems = ["hcpcs"]
needs = ["unit_limit"]
applies_to = "units is not null"
message = "The units of the day are above the medically unlikely limit."
why = """
Units that are many times too high inflate volumes and costs of a procedure. They mostly are minutes, milligrams \
or a slip of the finger."""
source = "CMS National Correct Coding Initiative, medically unlikely edits, as the site has brought them in (codes.unit_limit)"
fix = "Correct the units; repeat services on separate lines with a modifier where they were done."

[[effect]]
kind = "none"

[[example]]
title = "Three of one a day, and two lines of one, fire"
given.unit_limit = """
setting             | code  | units | adjudication_indicator | valid_from
practitioner        | 99213 | 1     | 3                      | 2020-01-01
outpatient_hospital | 85025 | 2     | 1                      | 2020-01-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | patient_id | facility_id | code_date  | encounter_class | units
e1           | 1   | hcpcs  | 85025 | p1         | h1          | 2023-05-01 | outpatient      | 3
e2           | 1   | hcpcs  | 99213 | p1         | h1          | 2023-05-01 | professional    | 1
e3           | 1   | hcpcs  | 99213 | p1         | h1          | 2023-05-01 | professional    | 1
"""
fires = """
encounter_id | seq
e1           | 1
e2           | 1
e3           | 1
"""

[[example]]
title = "The limit itself, two days, and two lines of a limit by line do not"
given.unit_limit = """
setting             | code  | units | adjudication_indicator | valid_from
practitioner        | 99213 | 1     | 3                      | 2020-01-01
outpatient_hospital | 85025 | 2     | 1                      | 2020-01-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | patient_id | facility_id | code_date  | encounter_class | units
e1           | 1   | hcpcs  | 85025 | p1         | h1          | 2023-05-01 | outpatient      | 2
e1           | 2   | hcpcs  | 85025 | p1         | h1          | 2023-05-01 | outpatient      | 2
e2           | 1   | hcpcs  | 99213 | p1         | h1          | 2023-05-01 | professional    | 1
e3           | 1   | hcpcs  | 99213 | p1         | h1          | 2023-05-02 | professional    | 1
"""
fires = ""
*/
with line as (
    select
        procedure.encounter_id,
        procedure.seq,
        procedure.code,
        procedure.system,
        procedure.units,
        unit_limit.units as most_units,
        unit_limit.adjudication_indicator,
        sum(procedure.units) over (
            partition by
                coalesce(procedure.patient_id, procedure.encounter_id), procedure.facility_id, procedure.code,
                procedure.code_date
        ) as units_of_day
    from checked.plain_procedure as procedure
    inner join checked.unit_limit as unit_limit
        on procedure.code = unit_limit.code
        and unit_limit.setting = if(procedure.encounter_class = 'professional', 'practitioner', 'outpatient_hospital')
        and procedure.code_date between unit_limit.valid_from and coalesce(unit_limit.valid_to, date '9999-12-31')
    where procedure.system = 'hcpcs' and procedure.stay_id is null
)
select encounter_id, seq, code, system, units, units_of_day, most_units
from line
where units > most_units or (coalesce(adjudication_indicator, 1) in (2, 3) and units_of_day > most_units)
