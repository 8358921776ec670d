/*
id = "copied_lists_between_persons"
title = "The same list of diagnoses for several persons"
family = "practice"
severity = "informs"
severity_because = "Templates for routine cases are in order; long lists that agree are seldom chance."
grain = "group"
message = "A larger share of records has a whole list of diagnoses that another person has too than with the peers."
why = """
A template gives every patient the same illness. Its codes are then counted as often as the template is used."""
source = "Weis and Levy, Chest 2014;145:632-8 (copy and paste in health records), recalled"
fix = "Review a sample of records with the same list; ask for the template."

[comparison]
against = ["peers"]
distribution = "binomial"
direction = "above"
levels = ["facility", "coder"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 2.0
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_difference]
default = 0.05
about = "Difference of shares that is worth saying"

[parameters.least_diagnoses]
default = 5
about = "Diagnoses that a list must have to count as copied"

[[effect]]
kind = "none"

[[example]]
title = "A coder whose patients all have one list fires"
given.coding = """
collection | facility_id | coder_id | encounter_id | patient_id | diagnoses | list_hash | records | stratum
main       | h1          | c1       | c11          | c1p1       | 6         | 7         | 10      | 1
main       | h1          | c1       | c12          | c1p2       | 6         | 7         | 10      | 1
main       | h1          | c1       | c13          | c1p3       | 6         | 7         | 10      | 1
main       | h1          | c1       | c14          | c1p4       | 6         | 7         | 10      | 1
main       | h1          | c2       | c21          | c2p1       | 6         | 1         | 10      | 1
main       | h1          | c2       | c22          | c2p2       | 6         | 2         | 10      | 1
main       | h1          | c2       | c23          | c2p3       | 6         | 3         | 10      | 1
main       | h1          | c2       | c24          | c2p4       | 6         | 4         | 10      | 1
"""
fires = """
level | coder_id | observed | expected | records
coder | c1       | 1        | 0        | 40
"""

[[example]]
title = "The same list of one person, or a short one, does not"
given.coding = """
collection | facility_id | coder_id | encounter_id | patient_id | diagnoses | list_hash | records | stratum
main       | h1          | c1       | e1           | p1         | 6         | 7         | 10      | 1
main       | h1          | c1       | e2           | p1         | 6         | 7         | 10      | 1
main       | h1          | c1       | e3           | p1         | 6         | 7         | 10      | 1
main       | h1          | c1       | e4           | p1         | 6         | 7         | 10      | 1
main       | h1          | c2       | f1           | q1         | 2         | 8         | 10      | 1
main       | h1          | c2       | f2           | q2         | 2         | 8         | 10      | 1
main       | h1          | c2       | f3           | q3         | 2         | 8         | 10      | 1
main       | h1          | c2       | f4           | q4         | 2         | 8         | 10      | 1
main       | h1          | c3       | g1           | r1         | 6         | 1         | 10      | 1
main       | h1          | c3       | g2           | r2         | 6         | 2         | 10      | 1
main       | h1          | c3       | g3           | r3         | 6         | 3         | 10      | 1
main       | h1          | c3       | g4           | r4         | 6         | 4         | 10      | 1
"""
fires = ""
*/
with listed as (
    select *
    from checked.coding
    where diagnoses >= $least_diagnoses and patient_id is not null
),

shared as (
    select collection, facility_id, list_hash
    from listed
    group by collection, facility_id, list_hash
    having count(distinct patient_id) > 1
)
select
    listed.collection,
    listed.facility_id,
    listed.coder_id,
    listed.stratum,
    coalesce(sum(listed.records) filter (shared.list_hash is not null), 0) as observed,
    sum(listed.records) as records
from listed
left join shared
    on listed.collection = shared.collection
    and listed.facility_id is not distinct from shared.facility_id
    and listed.list_hash = shared.list_hash
group by all
