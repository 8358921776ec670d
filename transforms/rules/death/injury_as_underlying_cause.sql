/*
id = "injury_as_underlying_cause"
title = "Nature of an injury stands as underlying cause"
family = "death"
severity = "warns"
severity_because = "The classification forbids it: the underlying cause of an injury is what happened."
grain = "death"
systems = ["icd10", "icd10cm"]
applies_to = "underlying_cause is not null"
message = "The underlying cause is the nature of an injury, not what caused it."
why = """
Such deaths are missing from accidents, suicides and homicides, which are prevented by what happened and not by what broke. \
The chapter of injuries has no deaths of its own in any published table."""
source = "WHO ICD-10 volume 2 (2016), 4.2.4 and the table of codes not to be used for the underlying cause (S00-T98 to V01-Y89)"
fix = "Select the external cause (V01 to Y89) from the certificate; where it is not there, query the certifier."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["codes"]
codes = ["V", "W", "X", "Y0", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Y8"]

[[example]]
title = "A fracture as underlying cause fires"
given.death = """
death_id | underlying_cause | system | is_injury_nature
d1       | S720             | icd10  | true
"""
fires = """
death_id | code
d1       | S720
"""

[[example]]
title = "The fall itself does not"
given.death = """
death_id | underlying_cause | system | is_injury_nature
d1       | W19              | icd10  | false
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system
from checked.death
where is_injury_nature
