/*
id = "always_present_on_admission"
title = "Nearly every secondary diagnosis said to be present on admission"
family = "practice"
severity = "informs"
severity_because = "A place may be that safe; mostly it is a default that nobody changes."
grain = "group"
message = "A larger share of secondary diagnoses is present on admission than for like patients elsewhere."
why = """
Complications are told from comorbidities by this indicator alone. Where it is always Y, harm in hospital is zero and \
comorbidity too high."""
source = "CMS POA reporting, exempt list and reason codes (fcso.com 34931); AHRQ Elixhauser Refined, use of POA"
fix = "Look whether the system fills in Y; review stays with typical complications."

[comparison]
against = ["peers"]
distribution = "binomial"
direction = "above"
levels = ["facility", "coder"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 300
about = "Secondary diagnoses with an indicator that a group needs to be judged"

[parameters.least_difference]
default = 0.04
about = "Difference of shares that is worth saying"

[[effect]]
kind = "none"

[[example]]
title = "A coder for whom everything was present fires"
given.coding = """
collection | facility_id | coder_id | poa_given | poa_present | records | stratum
main       | h1          | c1       | 10        | 10          | 100     | 1
main       | h1          | c2       | 10        | 9           | 100     | 1
"""
fires = """
level | reference | coder_id | observed | expected | records
coder | peers     | c1       | 1        | 0.9      | 1000
"""

[[example]]
title = "Nine in ten for both, or without an indicator, does not"
given.coding = """
collection | facility_id | coder_id | poa_given | poa_present | records | stratum
main       | h1          | c1       | 10        | 9           | 100     | 1
main       | h1          | c2       | 10        | 9           | 100     | 1
main       | h1          | c3       | 0         | 0           | 100     | 1
"""
fires = ""
*/
select
    collection,
    facility_id,
    coder_id,
    stratum,
    sum(poa_present * records) as observed,
    sum(poa_given * records) as records
from checked.coding
where poa_given > 0
group by all
