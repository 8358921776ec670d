-- Comorbidity groups as bits: one number holds all groups of a stay, so that the millions of its diagnoses are read
-- once for every scheme. AHRQ's refined measures have a number of their own, since what counts there depends on
-- presence on admission: its bit 63 says that this would have to be known. Of each code system the newest version.
create or replace temp table comorbidity_version as
select scheme, "system", max(scheme_version) as scheme_version
from codes.scheme
where scheme in ('charlson_quan', 'elixhauser_quan', 'elixhauser_ahrq')
group by scheme, "system";
