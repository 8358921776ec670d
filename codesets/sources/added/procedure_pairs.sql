-- Judge the lines of a file of pairs, and keep the edits that ever held. A line without the first two codes is of the
-- header; an edit deleted on the day it took effect never held.
create temp table judged as
with
    parted as (
        select
            number, width, coalesce(cell_1, '') as column_1, coalesce(cell_2, '') as column_2,
            coalesce(cell_4, '') as begins, coalesce(cell_5, '') as ends, coalesce(cell_6, '') as modifier_indicator,
        from line
        where coalesce(cell_1, '') <> '' or coalesce(cell_2, '') <> ''
    ),
    -- Few days stand on many lines.
    days as (
        select written, try_strptime(written, ['%Y-%m-%d', '%Y%m%d', '%m/%d/%Y'])::date as "day"
        from (select distinct begins as written from parted union select distinct ends from parted)
    ),
    dated as (
        select parted.*, first."day" as valid_from, last."day" as deleted
        from parted
        join days as first on first.written = parted.begins
        join days as last on last.written = parted.ends
    ),
    counted as (
        select *, min(number) over (partition by column_1, column_2, valid_from) as earlier from dated
    )
select
    *,
    case
        when width < 6 or column_1 = '' or column_2 = '' then 'columns'
        when not (regexp_full_match(column_1, '[0-9A-Z]{5}') and regexp_full_match(column_2, '[0-9A-Z]{5}'))
            or column_1 = column_2 then 'codes'
        when modifier_indicator not in ('0', '1', '9') then 'modifier'
        when valid_from is null and begins not in ('', '*') then 'effective'
        when deleted is null and ends not in ('', '*') then 'deletion'
        when valid_from is null then 'without'
        when deleted < valid_from then 'order'
        when earlier < number then 'twice'
    end as fault,
from counted;

create temp table pair as
select
    number, $setting as setting, column_1, column_2, modifier_indicator, valid_from, deleted - 1 as valid_to,
    $source as source, $first_day::date as first_day,
from judged
where fault is null and deleted is distinct from valid_from;
