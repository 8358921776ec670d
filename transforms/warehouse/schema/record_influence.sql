create schema if not exists influence;

create table influence.change ( -- What one record of a class alone could do to a figure, all others as coded
    part integer not null, -- Breakdown of a table: the classes of another are others
    class integer not null, -- Class of records that are alike in this breakdown: the first of them, or a unit with states
    figure_id varchar not null, -- Figure
    change_low double, -- The least change of its value, 0 or less; null where it leaves the figure without a value
    change_high double, -- The greatest change, 0 or more
);

create table influence.member ( -- Which records are of which class
    part integer not null, -- Breakdown
    class integer not null, -- Class
    record integer not null, -- Record
);

create table influence.headline ( -- The headline figures that are sums over records: value = numerator / denominator * multiplier
    headline integer not null, -- Number, from 1
    figure_id varchar not null, -- Figure
    numerator double not null, -- As coded
    denominator double not null, -- As coded
    multiplier double not null, -- Multiplier
    is_fixed boolean not null, -- Whether the denominator stays whatever records turn out to be
);

create table influence.move ( -- What a record or unit of each kind may do to a headline figure: in each state one option of each record holds
    kind integer not null, -- Kind, from 1: of one figure
    headline integer not null, -- Headline figure by number
    state integer not null, -- State of a unit with states; else 0
    record integer not null, -- Record of the first of the kind
    numerator double not null, -- What the option adds to the numerator as coded
    denominator double not null, -- What it adds to the denominator
    is_named boolean not null, -- Whether it rests on a named target
);

create table influence.kind ( -- Of which kinds the classes are, one for each headline figure that they move
    part integer not null, -- Breakdown
    class integer not null, -- Class, as in influence.change
    kind integer not null, -- Kind
);

create view stats.record_influence as -- What each open flag's record could do to each figure; never in a release
with found as (
    select
        u.flag_id, u.rule_id, r.unit_id, r.record, r."domain", r.record_id, f.figure_id, f.table_id, f.measure,
        f.is_headline, c.change_low, c.change_high,
        2 * greatest(-c.change_low, c.change_high) / nullif(f.upper - f.lower, 0) as half_widths,
        greatest(-c.change_low, c.change_high) > f.tolerance as is_beyond_tolerance
    from influence.unit_flag as u
    join influence.record as r using (record)
    join influence.member as m using (record)
    join influence.change as c using (part, class)
    join stats.figure as f using (figure_id)
)
select
    flag_id as flag_id, -- Flag
    rule_id as rule_id, -- Rule
    unit_id as unit_id, -- Unit: its records are resolved together
    record as record, -- Record by number
    domain as domain, -- discharge or death
    record_id as record_id, -- stay_id or death_id
    figure_id as figure_id, -- Figure
    table_id as table_id, -- Table
    measure as measure, -- Measure
    is_headline as is_headline, -- Whether the figure is a headline
    change_low as change_low, -- The least change of the figure's value by the record, or by its unit where that has states
    change_high as change_high, -- The greatest change
    half_widths as half_widths, -- The larger of them in half-widths of the figure's interval
    is_beyond_tolerance as is_beyond_tolerance -- Whether it alone could take the figure beyond its tolerance
from found;
