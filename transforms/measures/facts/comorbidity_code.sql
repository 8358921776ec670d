-- The comorbidity groups of each code as bits, at the places that stats.comorbidity_bit gives them.
create or replace temp table comorbidity_code as
with assigned as (
    select distinct
        g."system", g.code, g.scheme = 'elixhauser_ahrq' as is_refined, l.poa_rule, 1::ubigint << b.place as bit
    from codes.grouping as g
    join comorbidity_version as v using (scheme, scheme_version, "system")
    join stats.comorbidity_bit as b using (scheme, group_code)
    join codes.group_label as l using (scheme, scheme_version, group_code)
),
exempt as (
    select distinct "system", code from codes.attribute where attribute = 'poa_exempt' and "value" = 'true'
),
masked as (
    select
        "system",
        code,
        coalesce(bit_or(bit) filter (not is_refined), 0)::ubigint as plain,
        coalesce(bit_or(bit) filter (is_refined and poa_rule is null), 0)::ubigint as neutral,
        coalesce(bit_or(bit) filter (is_refined and poa_rule = 'present'), 0)::ubigint as if_present,
        coalesce(bit_or(bit) filter (is_refined and poa_rule = 'absent'), 0)::ubigint as if_absent
    from assigned
    group by "system", code
)
select
    m."system",
    m.code,
    m.plain,
    m.neutral | m.if_present as if_present,
    case when e.code is null then m.neutral | m.if_absent else m.neutral | m.if_present end as if_absent,
    case
        when e.code is not null then m.neutral | m.if_present
        when (m.if_present | m.if_absent) = 0 then m.neutral
        else m.neutral | (1::ubigint << 63)
    end as if_unknown
from masked as m
left join exempt as e using ("system", code);
