-- Releases of CCSR that a site has added, beside the one at hand.
insert into codes.scheme by name
select distinct
    'ccsr' as scheme, added.version as scheme_version, 'icd10cm' as "system",
    'Clinical Classifications Software Refined' as title, false as is_partition,
    'AHRQ HCUP CCSR for ICD-10-CM diagnoses, v' || added.version || ', added by the site' as source,
from site_ccsr as added
order by scheme_version;

insert into codes.grouping by name
select
    'ccsr' as scheme, version as scheme_version, 'icd10cm' as "system", code, group_code,
    inpatient as is_default, outpatient as is_default_outpatient, 'official' as provenance,
    null::date as valid_from, null::date as valid_to,
from site_ccsr
order by version, code, group_code;

insert into codes.group_label by name
select
    'ccsr' as scheme, version as scheme_version, group_code, any_value(title order by title) as title,
    row_number() over (partition by version order by group_code)::integer as sort_order,
from site_ccsr
group by version, group_code
order by version, group_code;

insert into codes.release by name
select
    'AHRQ CCSR for ICD-10-CM diagnoses, added by the site' as source, 'v' || version as "release",
    count(*) as row_count, 'US government work (AHRQ HCUP)' as licence,
from site_ccsr
group by version
order by version;

insert into codes.release by name
select
    'CMS order file of ' || "system" || ', added by the site' as source, "release", count(*) as row_count,
    any_value(last_day) as horizon, 'US government work (CMS, CDC/NCHS)' as licence,
from site_order
group by "system", "release"
order by "system", "release";
