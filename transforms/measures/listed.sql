-- Codes of each record that a table of listed codes counts by: of a death its underlying cause and every condition on
-- the certificate.
create or replace temp table listed_code as
select c."domain", c.record_number, coalesce(c."system", 'other') as "system", c.code
from {contributions} as c
where c."domain" = 'death' and c.code is not null and {is_wanted}
union
select 'death', m.record_number, m."system", m.code
from {conditions} as m
where m.code is not null and {is_wanted}
    and m.record_number in (select record_number from {contributions} where "domain" = 'death');
