create schema if not exists stats;

create table stats.specification ( -- The tables that figures belong to, as they were specified
    table_id varchar not null, -- Table
    table_order integer not null, -- Place among the tables of a report
    title varchar not null, -- Title
    question varchar not null, -- The question that the table answers
    period varchar not null, -- year, quarter or month
    footnotes varchar not null, -- Footnotes to print, one a line
    holds_every_record boolean not null, -- True where its cells hold every record of their domain: no filter, no population to be resident of
    specification varchar not null, -- The whole specification as JSON
    settings varchar not null, -- The settings it was computed with as JSON
);

create table stats.age_band ( -- Age bands of each table in each collection, in reading order
    table_id varchar not null, -- Table
    collection varchar not null, -- Collection
    age_band varchar not null, -- Label, e.g. 0, 1-4 or 85+
    age_start integer not null, -- First age in completed years
    age_end integer, -- Last age, inclusive; null: open-ended
    sort_order integer not null, -- Place in reading order, from 1
);

create table stats.covered_span ( -- Days that the sources of a collection cover, merged
    domain varchar not null, -- discharge or death
    collection varchar not null, -- Collection
    first_day date not null, -- First day
    last_day date not null, -- Last day, inclusive
);

create table stats.disclosure ( -- The disclosure control that the figures' statuses come from, one row
    minimum_count integer not null, -- Least count that a release may show
);

create table stats.cell ( -- Sums of contributions over the dimensions that the tables ask for
    table_id varchar not null, -- Table
    domain varchar not null, -- discharge or death
    scheme varchar, -- Grouping scheme; null where the table has no causes
    scheme_version varchar, -- Its version
    cause varchar, -- Group, all, unmapped, other_system or unknown
    period_start date, -- First day of the period; null: date unknown
    period_end date, -- Last day
    collection varchar not null, -- Collection
    facility_id varchar, -- Facility; null: all
    area varchar, -- Area of residence; null: all
    sex varchar, -- F, M, U; null: all
    age_band varchar, -- Age band; null: all
    stratum_name varchar, -- Further dimension
    stratum varchar, -- Its value
    records bigint not null, -- Records, unweighted where they are a survey's; deaths and stays of frequency rows counted by their weight
    weight decimal(38, 6) not null, -- Sum of weights
    weight_squared decimal(38, 6) not null, -- Sum of squared weights, a frequency row counting its weight: Kish's effective size is weight² over it
    patients bigint, -- Distinct patients; not additive over periods, places or causes
    identified_records bigint, -- Records with a patient identifier
    bed_days decimal(38, 6), -- Sum of weighted days where known
    bed_days_squared decimal(38, 6), -- Sum of weighted squared days
    bed_days_variance decimal(38, 6), -- Sum of squared weighted days, a frequency row counting its weight
    stays_with_length decimal(38, 6), -- Weight of stays whose length is known
    length_records bigint, -- Unweighted records of them
    length_squared decimal(38, 6), -- Their squared weights, as weight_squared
    died decimal(38, 6), -- Weight of stays that ended in death
    died_records bigint, -- Unweighted records of them
    died_squared decimal(38, 6), -- Their squared weights, as weight_squared
    outcome_known decimal(38, 6), -- Weight of stays whose outcome is known
    outcome_records bigint, -- Unweighted records of them
    outcome_squared decimal(38, 6), -- Their squared weights, as weight_squared
    sampling_records bigint not null, -- Of the records, how many carry sampling weights
);

create table stats.figure ( -- One row a figure: full numbers, with a status that says what a release may show
    figure_id varchar not null, -- First 16 hex digits of the SHA-256 of the identifying columns
    table_id varchar not null, -- Table
    measure varchar not null, -- Measure
    scheme varchar, -- Grouping scheme
    scheme_version varchar, -- Its version
    cause varchar, -- Group; all is the total; unmapped, other_system and unknown are rows of their own
    cause_title varchar, -- Its title
    period_start date, -- First day of the period
    period_end date, -- Last day
    collection varchar not null, -- Collection
    facility_id varchar, -- Facility; null: all; unknown is unknown
    area varchar, -- Area; null: all
    sex varchar, -- F, M, U; null: all
    age_band varchar, -- Age band; null: all
    stratum_name varchar, -- Further dimension
    stratum varchar, -- Its value
    standard varchar, -- Standard population, where one is used
    numerator double, -- Events
    denominator double, -- What they are divided by, in persons, person-years or records
    value double, -- The figure, its multiplier included
    lower double, -- Lower limit
    upper double, -- Upper limit
    confidence double, -- Confidence of the limits, e.g. 0.95
    multiplier double, -- Multiplier that the value includes
    method varchar, -- Method of the limits
    status varchar not null, -- value, suppressed_primary, suppressed_secondary, unreliable, not_applicable or provisional
    reason varchar, -- Why the status is not value
    records bigint, -- Unweighted records behind the numerator
    denominator_records bigint, -- Unweighted records that they are a part of; null where the denominator is a population
    left_out bigint, -- Records left out because what the measure needs of them is unknown
    weight_kind varchar, -- sampling where survey weights are behind the figure, else frequency
    signal varchar, -- What stands out: the rules of a control chart that the period breaks, or a place's side of a funnel's limits
    additive_over varchar, -- Dimensions over which the figure adds up, comma-separated
    value_without_flagged double, -- Value with flagged records left out
    bound_low double, -- Least value over admissible resolutions of flags with named targets
    bound_high double, -- Greatest
    worst_low double, -- Least value over all flags
    worst_high double, -- Greatest
    bound_kind varchar, -- exact, outer or conditional
    expected double, -- Expected value
    expected_low double, -- Its lower limit
    expected_high double, -- Its upper limit
    tolerance double, -- How far it may move
    verdict varchar, -- robust, sensitive or not_fit
);

create view stats.contribution as -- What each record contributes to figures: one row a record and domain
with discharge as (
    select
        'discharge' as domain, stay_id as record_id, collection, patient_id, discharge_date as event_date,
        date_precision, facility_id, area, sex, age_years, age_years_max, age_days,
        principal_system as system, principal_code as code, principal_code_status as code_status,
        weight, weight_kind, length_of_stay::bigint as bed_days, died, bucket
    from core.stay
    where counts_as_discharge
),
death as (
    select
        'death' as domain, death_id as record_id, collection, patient_id, death_date as event_date,
        date_precision, facility_id, area, sex, age_years, age_years_max, age_days,
        system, underlying_cause as code, code_status,
        weight, weight_kind, null::bigint as bed_days, true as died, bucket
    from core.death
),
record as (
    from discharge
    union all by name
    from death
)
select
    domain as domain, -- discharge (an inpatient stay that ended) or death (a registered death)
    record_id as record_id, -- stay_id or death_id
    collection as collection, -- Collection
    patient_id as patient_id, -- Patient
    event_date as event_date, -- Discharge or death
    date_precision as date_precision, -- day, month, year or shifted
    facility_id as facility_id, -- Facility
    area as area, -- Area of residence
    sex as sex, -- F, M or U
    age_years as age_years, -- See core.encounter
    age_years_max as age_years_max, -- See core.encounter
    age_days as age_days, -- See core.encounter
    system as system, -- System of the principal diagnosis or underlying cause
    code as code, -- Its canonical code
    code_status as code_status, -- Its status
    weight as weight, -- How many records it stands for
    weight_kind as weight_kind, -- frequency or sampling
    bed_days as bed_days, -- Length of stay in days; null where unknown, and for deaths
    died as died, -- Died in the stay; null is unknown; true for deaths
    bucket as bucket -- Patient bucket
from record;
