-- What each flagged stay alone adds to the figures of `followed_row`: a row for each thing that it may come to, with the
-- share of its options that do. A stay that is without its patient changes the patient's others too. Shares and weights
-- are summed as decimals, whose sums do not depend on the order.
with alike as (
    select
        figure, unit as record, is_apart, is_coded, is_anywhere, own_n * weight as n, own_d * weight as d,
        sum((share * likely)::decimal(20, 12)) as share, count(*) as versions
    from followed_row
    where is_apart is not null and likely > 0
    group by all
),
coded as (
    select figure, record, any_value(n) as n, any_value(d) as d from alike where is_coded group by figure, record
),
other as (
    select r.figure, c.record, sum(c.dn * r.weight::decimal(18, 6)) as dn,
        sum(c.dd * r.weight::decimal(18, 6)) as dd
    from followed_other as c
    join followed_row as r on r.unit = c.unit and r.is_coded
    where c.measure = $measure
    group by r.figure, c.record
),
pair as (
    select distinct figure, record from alike
    union
    select figure, record from other
),
option_of as (
    select a.figure, a.record, a.is_apart, a.n, a.d, sum(a.share) as share, sum(a.versions) as versions
    from alike as a
    left join coded as c on c.figure = a.figure and c.record = a.record
    -- Any other code: where the stay is as coded, another code takes it away.
    where not a.is_coded and (not a.is_anywhere or c.record is null)
    group by all
),
here as (
    select figure, record, is_apart, sum(share) as share, sum(versions) as versions from option_of group by all
),
total as (
    select record, is_apart, sum(share::decimal(20, 12)) as share, count(*) as versions
    from followed_share
    where not is_coded
    group by record, is_apart
),
every as (
    select figure, record, is_apart, n, d, share from option_of
    union all by name
    -- Options that are in no part of the figure.
    select p.figure, p.record, t.is_apart, 0 as n, 0 as d, t.share - coalesce(h.share, 0) as share
    from pair as p
    join total as t using (record)
    left join here as h on h.figure = p.figure and h.record = p.record and h.is_apart = t.is_apart
    where h.versions is null or h.versions < t.versions or h.share < t.share - 0.000000001
),
moved as (
    select
        e.figure, e.record,
        e.n - coalesce(c.n, 0) + if(e.is_apart, coalesce(o.dn, 0), 0)::double as dn,
        e.d - coalesce(c.d, 0) + if(e.is_apart, coalesce(o.dd, 0), 0)::double as dd,
        e.share
    from every as e
    left join coded as c using (figure, record)
    left join other as o using (figure, record)
)
select
    m.figure::bigint as figure, m.record::bigint as record, m.dn::double as dn, m.dd::double as dd,
    greatest(sum(m.share), 0)::double as share
from moved as m
where m.dn <> 0 or m.dd <> 0
group by all
order by figure, record, dn, dd
