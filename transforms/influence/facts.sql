-- Facts of the stays that an option gives other diagnoses: the rest is as of the stay as coded.
create or replace temp table option_fact as
with stay as (
    select
        o.option_stay as stay_id, o.stay_id as coded_id, o.option_id as stay_number,
        o."system" in ({systems}) as has_comorbidity,
        o."system" in ({refined_systems}) as has_refined
    from changed_option as o
),
counted as (
    select
        s.stay_number,
        coalesce(f.secondary_diagnoses, d.secondary_diagnoses)::integer as secondary_diagnoses,
        d.plain,
        d.refined,
        s.has_comorbidity and d.stay_number is not null as is_scored,
        s.has_refined and d.has_poa as is_refined
    from stay as s
    left join stay_diagnosis as d using (stay_number)
    left join folded_stay as f using (stay_number)
)
select
    c.* replace (
        s.stay_id as stay_id,
        n.secondary_diagnoses as secondary_diagnoses,
        case when n.is_scored then g.charlson_score end as charlson_score,
        case when n.is_scored then g.charlson_score_2011 end as charlson_score_2011,
        case when n.is_scored then g.charlson_groups end as charlson_groups,
        case when n.is_scored then g.elixhauser_score end as elixhauser_score,
        case when n.is_scored then g.elixhauser_groups end as elixhauser_groups,
        case when n.is_refined then r.ahrq_mortality_index end as ahrq_mortality_index,
        case when n.is_refined then r.ahrq_readmission_index end as ahrq_readmission_index,
        case when n.is_refined and r.ahrq_mortality_index is not null then r.ahrq_groups end as ahrq_groups
    )
from stay as s
join stats.stay_fact as c on c.stay_id = s.coded_id
join counted as n using (stay_number)
left join plain_profile as g on g.plain = n.plain
left join refined_profile as r on r.refined = n.refined;

create or replace temp table every_fact as
select * from stats.stay_fact
where stay_id in (select stay_id from held_encounter) or stay_id in (select stay_id from beside_stay)
union all by name
from option_fact;
