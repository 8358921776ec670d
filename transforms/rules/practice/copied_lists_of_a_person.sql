/*
id = "copied_lists_of_a_person"
title = "A person's diagnoses copied from stay to stay"
family = "practice"
severity = "informs"
severity_because = "Chronic patients have much the same diagnoses; only the share can be too high."
grain = "group"
message = "A larger share of records repeats a whole list of diagnoses of the same person than with the peers."
why = """
A list carried forward keeps conditions alive that were cured and misses the new ones. Prevalence and comorbidity grow with \
every visit."""
source = "Weis and Levy, Chest 2014;145:632-8 (copy and paste in health records), recalled"
fix = "Review a sample of repeated lists; switch off carrying forward in the system."

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
title = "A coder who repeats every list fires"
parameters = { least_records = 4, q = 0.1 }
given.coding = """
collection | facility_id | coder_id | encounter_id | patient_id | admission_date | diagnoses | list_hash | records | patient_stratum
main       | h1          | c1       | c111         | c1p1       | 2023-01-01     | 6         | 1         | 1       | 1
main       | h1          | c1       | c112         | c1p1       | 2023-02-01     | 6         | 1         | 1       | 1
main       | h1          | c1       | c121         | c1p2       | 2023-01-01     | 6         | 2         | 1       | 1
main       | h1          | c1       | c122         | c1p2       | 2023-02-01     | 6         | 2         | 1       | 1
main       | h1          | c1       | c131         | c1p3       | 2023-01-01     | 6         | 3         | 1       | 1
main       | h1          | c1       | c132         | c1p3       | 2023-02-01     | 6         | 3         | 1       | 1
main       | h1          | c1       | c141         | c1p4       | 2023-01-01     | 6         | 4         | 1       | 1
main       | h1          | c1       | c142         | c1p4       | 2023-02-01     | 6         | 4         | 1       | 1
main       | h1          | c2       | c211         | c2p1       | 2023-01-01     | 6         | 11        | 1       | 1
main       | h1          | c2       | c212         | c2p1       | 2023-02-01     | 6         | 12        | 1       | 1
main       | h1          | c2       | c221         | c2p2       | 2023-01-01     | 6         | 21        | 1       | 1
main       | h1          | c2       | c222         | c2p2       | 2023-02-01     | 6         | 22        | 1       | 1
main       | h1          | c2       | c231         | c2p3       | 2023-01-01     | 6         | 31        | 1       | 1
main       | h1          | c2       | c232         | c2p3       | 2023-02-01     | 6         | 32        | 1       | 1
main       | h1          | c2       | c241         | c2p4       | 2023-01-01     | 6         | 41        | 1       | 1
main       | h1          | c2       | c242         | c2p4       | 2023-02-01     | 6         | 42        | 1       | 1
"""
fires = """
level | coder_id | observed | expected | records
coder | c1       | 1        | 0        | 4
"""

[[example]]
title = "Lists that change do not"
parameters = { least_records = 2, q = 0.1 }
given.coding = """
collection | facility_id | coder_id | encounter_id | patient_id | admission_date | diagnoses | list_hash | records | patient_stratum
main       | h1          | c1       | c111         | c1p1       | 2023-01-01     | 6         | 11        | 1       | 1
main       | h1          | c1       | c112         | c1p1       | 2023-02-01     | 6         | 12        | 1       | 1
main       | h1          | c1       | c121         | c1p2       | 2023-01-01     | 6         | 21        | 1       | 1
main       | h1          | c1       | c122         | c1p2       | 2023-02-01     | 6         | 22        | 1       | 1
main       | h1          | c2       | c211         | c2p1       | 2023-01-01     | 6         | 11        | 1       | 1
main       | h1          | c2       | c212         | c2p1       | 2023-02-01     | 6         | 12        | 1       | 1
main       | h1          | c2       | c221         | c2p2       | 2023-01-01     | 6         | 21        | 1       | 1
main       | h1          | c2       | c222         | c2p2       | 2023-02-01     | 6         | 22        | 1       | 1
"""
fires = ""
*/
with listed as (
    select *
    from checked.coding
    where diagnoses >= $least_diagnoses and patient_id is not null
),

placed as (
    select
        *,
        row_number() over (partition by collection, patient_id order by admission_date, encounter_id) as place,
        row_number() over (
            partition by collection, patient_id, list_hash order by admission_date, encounter_id
        ) as place_of_list
    from listed
    where admission_date is not null
)
select
    collection,
    facility_id,
    coder_id,
    patient_stratum as stratum,
    coalesce(sum(records) filter (place_of_list > 1), 0) as observed,
    sum(records) as records
from placed
where place > 1
group by all
