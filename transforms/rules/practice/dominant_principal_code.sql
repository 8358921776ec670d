/*
id = "dominant_principal_code"
title = "One code is a large part of a coder's principal diagnoses"
family = "practice"
severity = "informs"
severity_because = "A coder of a special ward has few codes; elsewhere it is a favourite of the encoder's list."
grain = "group"
message = "One code makes up far more of the principal diagnoses than for like patients of the peers."
why = """
A code picked from habit swallows its neighbours. Rates of that one condition then show who coded."""
source = "AHIMA coding compliance reviews (recalled); our own rule"
fix = "Review a sample of the records with this code; look at the encoder's list of favourites."

[comparison]
against = ["given"]
distribution = "binomial"
direction = "above"
levels = ["coder"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 3.0
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_share]
default = 0.1
about = "Share of the group's principal diagnoses that a code must have"

[[effect]]
kind = "none"

[[example]]
title = "A quarter of one coder's diagnoses, seldom with the others, fires"
given.coding = """
collection | facility_id | coder_id | principal_code | principal_system | records | stratum
main       | h1          | c1       | J189           | icd10            | 50      | 1
main       | h1          | c1       | J13            | icd10            | 150     | 1
main       | h1          | c2       | J189           | icd10            | 10      | 1
main       | h1          | c2       | J13            | icd10            | 490     | 1
"""
fires = """
level | coder_id | code | observed | expected | records
coder | c1       | J189 | 0.25     | 0.02     | 200
"""

[[example]]
title = "A code that is common with all does not"
given.coding = """
collection | facility_id | coder_id | principal_code | principal_system | records | stratum
main       | h1          | c1       | Z380           | icd10            | 150     | 1
main       | h1          | c1       | P073           | icd10            | 10      | 1
main       | h1          | c2       | Z380           | icd10            | 480     | 1
main       | h1          | c2       | P073           | icd10            | 20      | 1
"""
fires = ""
*/
with cell as (
    select collection, facility_id, coder_id, principal_code as code, stratum, sum(records) as observed
    from checked.coding
    where principal_code is not null
    group by all
),
of_stratum as (
    select
        collection,
        facility_id,
        coder_id,
        stratum,
        sum(observed) as records,
        sum(sum(observed)) over (partition by collection, stratum) as all_records
    from cell
    group by collection, facility_id, coder_id, stratum
),
of_coder as (
    select collection, facility_id, coder_id, sum(records) as coder_records
    from of_stratum
    group by all
),
candidate as (
    select cell.collection, cell.facility_id, cell.coder_id, cell.code
    from cell
    inner join of_coder using (collection, facility_id, coder_id)
    group by all
    having sum(cell.observed) >= $least_share * any_value(of_coder.coder_records)
),
of_code as (
    select collection, code, stratum, sum(observed) as all_observed from cell group by all
)
select
    candidate.collection,
    candidate.facility_id,
    candidate.coder_id,
    candidate.code,
    sum(coalesce(cell.observed, 0)) as observed,
    sum(of_stratum.records) as records,
    -- At the rate of the others; where nobody else has such patients, at its own.
    sum(case
        when of_stratum.all_records > of_stratum.records then
            of_stratum.records * (coalesce(of_code.all_observed, 0) - coalesce(cell.observed, 0))
            / (of_stratum.all_records - of_stratum.records)
        else coalesce(cell.observed, 0)
    end) as expected
from candidate
inner join of_stratum using (collection, facility_id, coder_id)
left join cell using (collection, facility_id, coder_id, code, stratum)
left join of_code
    on candidate.collection = of_code.collection
    and candidate.code = of_code.code
    and of_stratum.stratum = of_code.stratum
group by all
