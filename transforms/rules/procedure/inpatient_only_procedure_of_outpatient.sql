/*
id = "inpatient_only_procedure_of_outpatient"
title = "Inpatient-only procedure of an outpatient"
family = "procedure"
severity = "informs"
severity_because = "The list is Medicare's rule of payment and shrinks; such an operation on another's outpatient may be right."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "facility_type = 'hospital' and encounter_class in ('outpatient', 'day_case', 'emergency')"
message = "The procedure is on Medicare's inpatient-only list, and the record is an outpatient's."
why = """
An operation that is done on inpatients only shows an inpatient stay that was classed as a visit. Its discharge, \
its bed-days and perhaps its death are missing."""
source = "Integrated Outpatient Code Editor, edit 18 (inpatient procedure), status indicator C of each quarter from July 2019"
fix = "See whether the patient was admitted, and mend the class; else correct the code."

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[example]]
title = "A valve replaced on an outpatient fires"
given.attribute = """
system | code  | attribute      | value | valid_from
hcpcs  | 33405 | inpatient_only | true  | 2019-07-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | code_date  | facility_type | encounter_class
e1           | 1   | hcpcs  | 33405 | 2023-05-01 | hospital      | outpatient
"""
fires = """
encounter_id | seq
e1           | 1
"""

[[example]]
title = "On an inpatient, before the first quarter, and of a patient who died in the emergency room it does not"
given.attribute = """
system | code  | attribute      | value | valid_from
hcpcs  | 33405 | inpatient_only | true  | 2019-07-01
"""
given.plain_procedure = """
encounter_id | seq | system | code  | code_date  | facility_type | encounter_class | discharge_disposition
e1           | 1   | hcpcs  | 33405 | 2023-05-01 | hospital      | inpatient       | home
e2           | 1   | hcpcs  | 33405 | 2018-05-01 | hospital      | outpatient      | home
e3           | 1   | hcpcs  | 33405 | 2023-05-01 | hospital      | emergency       | died
"""
fires = ""
*/
select
    procedure.encounter_id,
    procedure.seq,
    procedure.code,
    procedure.system,
    procedure.encounter_class
from checked.attribute as attribute
inner join checked.plain_procedure as procedure
    on attribute.code = procedure.code
    and attribute.system = procedure.system
    and procedure.code_date between attribute.valid_from and coalesce(attribute.valid_to, date '9999-12-31')
where
    attribute.system = 'hcpcs'
    and attribute.attribute = 'inpatient_only'
    and procedure.facility_type = 'hospital'
    and procedure.encounter_class in ('outpatient', 'day_case', 'emergency')
    -- Whoever dies or is transferred before the admission is an outpatient all the same (modifier CA).
    and coalesce(procedure.discharge_disposition, '') not in ('died', 'transferred')
    and not list_contains(string_split(coalesce(procedure.modifiers, ''), ','), 'CA')
