-- Order files that a site added. The one that begins on the day after the horizon of its system carries the system on:
-- its codes hold from its first day, open codes that it lacks end on the day before, and the horizon moves to its last
-- day. Each run of these statements takes one release further; any other file gives titles alone.
create or replace temp table site_releases as
select
    site_order."system", site_order."release", any_value(site_order.first_day) as first_day,
    any_value(site_order.last_day) as last_day,
from site_order
join codes.system as systems on systems."system" = site_order."system"
where site_order.first_day = systems.known_to + 1
group by site_order."system", site_order."release";

update codes.validity as validity
set valid_to = releases.first_day - 1
from site_releases as releases
where validity."system" = releases."system" and validity.valid_to is null
    and not exists (
        from site_order
        where site_order."system" = validity."system" and site_order."release" = releases."release"
            and site_order.code = validity.code and site_order.is_billable
    );

insert into codes.validity by name
select site_order."system", site_order.code, releases.first_day as valid_from, null as valid_to
from site_order
join site_releases as releases
    on releases."system" = site_order."system" and releases."release" = site_order."release"
where site_order.is_billable
    and not exists (
        from codes.validity as validity
        where validity."system" = site_order."system" and validity.code = site_order.code and validity.valid_to is null
    )
order by site_order."system", site_order.code;

update codes.system as systems
set known_to = releases.last_day
from site_releases as releases
where systems."system" = releases."system";
