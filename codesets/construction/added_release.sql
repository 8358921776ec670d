-- One release that a site added, of each system, carries what is known on: forward from the day after the horizon, or
-- backward to the day before the first that is known. The newest is the first of a system without a code set. Run until
-- nothing follows; a release that never does gives titles alone.
create or replace temp table next_release as
select releases.*,
    case
        when systems.known_from is null then 'first'
        when releases.first_day = systems.known_to + 1 then 'forward'
        else 'backward'
    end as direction,
from edition_release as releases
join codes.system as systems on systems."system" = releases."system"
anti join release_in_force as used
    on used."system" = releases."system" and used."release" = releases."release" and used.form = releases.form
where case
    when systems.known_from is null then releases.form = 'release'
    when releases.first_day = systems.known_to + 1 then true
    else releases.form = 'release' and releases.last_day + 1 = systems.known_from
end
-- A whole list says more than what changes.
qualify row_number() over (
    partition by releases."system" order by releases.first_day desc, releases.form desc, releases."release"
) = 1;

update codes.validity as validity
set valid_to = releases.first_day - 1
from next_release as releases
where releases.direction = 'forward' and validity."system" = releases."system" and validity.valid_to is null
    and (
        releases.form = 'release' and not exists (
            from edition_code as listed
            where listed."system" = validity."system" and listed."release" = releases."release"
                and listed.form = 'release' and listed.code = validity.code and listed.is_billable
        )
        or releases.form = 'change' and exists (
            from edition_code as listed
            where listed."system" = validity."system" and listed."release" = releases."release"
                and listed.form = 'change' and listed.change = 'delete' and listed.code = validity.code
        )
    );

update codes.validity as validity
set valid_from = releases.first_day
from next_release as releases
join codes.system as systems on systems."system" = releases."system"
join edition_code as listed
    on listed."system" = releases."system" and listed."release" = releases."release" and listed.form = releases.form
    and listed.is_billable
where releases.direction = 'backward' and validity."system" = listed."system" and validity.code = listed.code
    and validity.valid_from = systems.known_from;

insert into codes.validity by name
select
    listed."system", listed.code, releases.first_day as valid_from,
    if(releases.direction = 'backward', releases.last_day, null) as valid_to,
from edition_code as listed
join next_release as releases
    on releases."system" = listed."system" and releases."release" = listed."release" and releases.form = listed.form
where listed.is_billable and coalesce(listed.change, 'add') = 'add'
    and not exists (
        from codes.validity as validity
        where validity."system" = listed."system" and validity.code = listed.code
            and if(releases.direction = 'backward', validity.valid_from = releases.first_day, validity.valid_to is null)
    )
order by listed."system", listed.code;

update codes.system as systems
set known_from = if(releases.direction = 'forward', systems.known_from, releases.first_day),
    known_to = if(releases.direction = 'backward', systems.known_to, releases.last_day)
from next_release as releases
where systems."system" = releases."system";

insert into release_in_force by name
select "system", "release", form, first_day, last_day from next_release;
