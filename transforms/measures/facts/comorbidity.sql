-- The place of each comorbidity group among the bits (see comorbidity_code.sql).
insert into stats.comorbidity_bit
with listed as (
    select distinct l.scheme, l.group_code
    from codes.group_label as l
    semi join comorbidity_version as v using (scheme, scheme_version)
)
select
    scheme,
    group_code,
    (row_number() over (partition by scheme = 'elixhauser_ahrq' order by scheme, group_code) - 1)::integer as place
from listed
order by scheme, group_code;
