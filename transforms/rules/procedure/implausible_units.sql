/*
id = "implausible_units"
title = "Units of service are implausible"
family = "procedure"
severity = "informs"
severity_because = "The units are wrong and the procedure is not; figures count records and not units."
grain = "procedure"
applies_to = "units is not null"
message = "The units of service are implausible ({problem})."
why = """
Volumes and costs add up units, so one line of ten thousand outweighs a year of a clinic. Units of nought or less \
cancel lines that did happen."""
source = "X12 837, SV104 and SV205; limits by Farr"
fix = "Correct the units: minutes belong to anaesthesia only, milligrams to the unit of the code."

[parameters.most_units]
default = 100
about = "Units of a CPT code beyond which they are implausible"

[parameters.most_minutes]
default = 1440
about = "The same for the minutes of anaesthesia"

[[effect]]
kind = "none"

[[example]]
title = "No unit, and five hundred consultations, fire"
given.core_procedure = """
encounter_id | seq | system | code  | units
e1           | 1   | hcpcs  | 99213 | 0
e2           | 1   | hcpcs  | 99213 | 500
"""
fires = """
encounter_id | seq | message
e1           | 1   | The units of service are implausible (none).
e2           | 1   | The units of service are implausible (too many).
"""

[[example]]
title = "One, minutes of anaesthesia, and milligrams of a drug do not"
given.core_procedure = """
encounter_id | seq | system | code  | units
e1           | 1   | hcpcs  | 99213 | 1
e2           | 1   | hcpcs  | 00840 | 240
e3           | 1   | hcpcs  | J9271 | 400
e4           | 1   | hcpcs  | 99213 |
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    units,
    if(units <= 0, 'none', 'too many') as problem
from checked.core_procedure
where
    units <= 0
    or (
        system = 'hcpcs'
        and regexp_matches(code, '^[0-9]{5}$')
        and units > if(code between '00100' and '01999', $most_minutes, $most_units)
    )
