/*
id = "missing_principal_diagnosis"
title = "Stay has no principal diagnosis"
family = "record"
severity = "blocks"
severity_because = "An uncoded stay is missing from every cause; above one in twenty the leading causes may be others."
threshold = 0.05
grain = "stay"
applies_to = "discharge_date is not null"
message = "The stay has ended and has no principal diagnosis."
why = """
A stay without a principal diagnosis counts in the totals and in no cause, so every cause is too low by an unknown \
amount. Uncoded stays are mostly recent and long ones, so the loss is not the same for all causes."""
source = "Uniform Hospital Discharge Data Set, principal diagnosis; Medicare Code Editor v43.1, section 1 (blank principal diagnosis)"
fix = "Have the stay coded; if all stays of a month lack a code, ask for the extract again after coding is complete."

[[effect]]
kind = "recode"
place = "principal"
targets = ["any"]

[[example]]
title = "A discharge without a code fires"
given.stay = """
stay_id | facility_type | discharge_date | principal_code | principal_code_status
e1      | hospital      | 2023-04-01     |                |
"""
fires = """
stay_id
e1
"""

[[example]]
title = "A coded one, one with a code that is no good, and a patient still there do not"
given.stay = """
stay_id | facility_type | discharge_date | principal_code | principal_code_status
e1      | hospital      | 2023-04-01     | I214           | valid
e2      | hospital      | 2023-04-01     |                | malformed
e3      | hospital      |                |                |
"""
fires = ""
*/
select
    stay_id,
    principal_code as code,
    discharge_date
from checked.stay
where discharge_date is not null and principal_code is null and principal_code_status is null
