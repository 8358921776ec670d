-- Claims made from a hash: any diagnoses and procedures of ICD-10, headers and codes out of their time among them. Codes
-- with flags are few among all: half of the codes are taken from them.
create temp table pool as
with listed as (
    select "system", code, false as is_flagged from codes.code
    union all
    select distinct "system", code, true from codes.attribute where source = 'cms_mce'
)
select
    "system", is_flagged, code,
    row_number() over (partition by "system", is_flagged order by hash(code)) - 1 as place,
    count(*) over (partition by "system", is_flagged) as size,
from listed
where "system" in ('icd10cm', 'icd10pcs');

create temp table claim as
select
    i as claim_id,
    date '2015-10-01' + (hash(i, 1) % 4100)::integer as discharge_date,
    (hash(i, 2) % 111)::integer as age,
    (hash(i, 3) % 2)::integer as sex,
from range($claims) as claims(i);

create temp table claim_code as
with
    slots as (
        select claim_id, 'icd10cm' as "system", slot.place
        from claim
        join range(4) as slot(place) on slot.place <= hash(claim_id, 4) % 4
        union all
        select claim_id, 'icd10pcs', slot.place
        from claim
        join range(2) as slot(place) on slot.place < hash(claim_id, 5) % 3
    ),
    sizes as (
        select distinct "system", is_flagged, size from pool
    ),
    drawn as (
        select slots.*, sizes.is_flagged, (hash(claim_id, "system", place) % size)::bigint as draw
        from slots
        join sizes using ("system")
        where sizes.is_flagged = (hash(claim_id, "system", place, 6) % 2 = 0)
    )
select drawn.claim_id, drawn."system", drawn.place, pool.code
from drawn
join pool on pool."system" = drawn."system" and pool.is_flagged = drawn.is_flagged and pool.place = drawn.draw
