/*
id = "stay_heaping"
title = "Stays of whole weeks too often"
family = "practice"
severity = "informs"
severity_because = "Planned courses last whole weeks; elsewhere it is a rounded length."
grain = "group"
message = "More stays last exactly one to four weeks than their neighbouring lengths suggest."
why = """
Rounded lengths of stay stand for discharge dates that nobody recorded. Bed-days and means are then guesses."""
source = "Kahn 2016, plausibility: atemporal distributions; our own rule"
fix = "Ask whether discharges are entered weekly, or stays are closed by rule."

[comparison]
against = ["given"]
distribution = "poisson"
direction = "above"
levels = ["collection", "facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 100
about = "Stays of about one to four weeks that a group needs to be judged"

[parameters.least_ratio]
default = 1.5
about = "How many times what is expected, or what part of it, is worth saying"

[[effect]]
kind = "none"

[[example]]
title = "Four times as many stays of seven days as of six and eight fire"
given.coding = """
collection | facility_id | encounter_class | length_of_stay | records
main       | h1          | inpatient       | 6              | 55
main       | h1          | inpatient       | 7              | 200
main       | h1          | inpatient       | 8              | 45
"""
fires = """
level      | facility_id | observed | expected | records
collection |             | 200      | 50       | 300
facility   | h1          | 200      | 50       | 300
"""

[[example]]
title = "An even decline does not"
given.coding = """
collection | facility_id | encounter_class | length_of_stay | records
main       | h1          | inpatient       | 6              | 60
main       | h1          | inpatient       | 7              | 50
main       | h1          | inpatient       | 8              | 40
"""
fires = ""
*/
select
    collection,
    facility_id,
    coalesce(sum(records) filter (length_of_stay % 7 = 0), 0) as observed,
    sum(records) as records,
    coalesce(sum(records) filter (length_of_stay % 7 <> 0), 0) / 2 as expected
from checked.coding
where encounter_class = 'inpatient' and length_of_stay in (6, 7, 8, 13, 14, 15, 20, 21, 22, 27, 28, 29)
group by all
