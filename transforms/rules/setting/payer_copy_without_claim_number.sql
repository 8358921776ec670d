/*
id = "payer_copy_without_claim_number"
title = "Payer's copy has no claim number"
family = "setting"
severity = "informs"
severity_because = "Copies are never added to the provider's records; without the number they cannot be compared with them."
grain = "encounter"
applies_to = "facility_type = 'insurer'"
message = "The payer's copy has no claim number that links it to the provider's record."
why = """
A payer's copy counts nothing of its own and serves to check the provider's records, which takes the claim number. \
What cannot be linked hides stays that a provider did not send."""
source = "X12 837, claim number (CLM01); methods of linking in Kahn 2016, completeness against an external source"
fix = "Ask the payer for the claim number, or name its column in the profile."

[[effect]]
kind = "none"

[[example]]
title = "A copy without the number fires"
given.plain_encounter = """
encounter_id | facility_type | claim_number
e1           | insurer       |
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "A copy with it, and a hospital's own record, do not"
given.plain_encounter = """
encounter_id | facility_type | claim_number
e1           | insurer       | C1
e2           | hospital      |
"""
fires = ""
*/
select encounter_id, admission_date
from checked.plain_encounter
where facility_type = 'insurer' and claim_number is null
