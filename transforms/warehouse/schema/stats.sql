create schema if not exists stats;

create table stats.specification ( -- The tables that figures belong to, as they were specified
    table_id varchar not null, -- Table
    table_order integer not null, -- Place among the tables of a report
    title varchar not null, -- Title
    question varchar not null, -- The question that the table answers
    period varchar not null, -- year, quarter or month
    footnotes varchar not null, -- Footnotes to print, one a line
    any_listed boolean not null default false, -- True where a record counts once in each group of its codes, so that groups do not add up
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

create table stats.comorbidity_bit ( -- Comorbidity groups and their places in the numbers of stats.stay_fact: a stay has a group where (groups >> place) & 1 = 1
    scheme varchar not null, -- charlson_quan, elixhauser_quan or elixhauser_ahrq
    group_code varchar not null, -- Group
    place integer not null, -- Place of its bit, from 0
);

create table stats.stay_fact ( -- Facts of each stay that counts as a discharge, from its diagnoses, the patient's other stays and linked deaths
    stay_id varchar not null, -- Stay
    secondary_diagnoses integer, -- Secondary diagnoses, external causes apart; null without any diagnosis
    charlson_score integer, -- Charlson score of the secondary diagnoses (Quan's codes, weights of 1987); null where no principal diagnosis is in a system with such groups
    charlson_score_2011 integer, -- The same with Quan's weights of 2011
    charlson_groups ubigint, -- Charlson comorbidities that count, each a bit: see stats.comorbidity_bit
    elixhauser_score integer, -- Elixhauser score of the secondary diagnoses (Quan's codes, van Walraven's weights); null as charlson_score
    elixhauser_groups ubigint, -- Elixhauser comorbidities that count, as charlson_groups
    ahrq_mortality_index integer, -- AHRQ's refined Elixhauser index of in-hospital mortality; null where presence on admission would have to be known and is not
    ahrq_readmission_index integer, -- The same of readmission
    ahrq_groups ubigint, -- AHRQ's refined comorbidities that count, as charlson_groups; null where the indices are
    is_readmission_index boolean, -- An index stay of the 30-day readmission rate; null where that is not known
    readmitted boolean, -- An index stay that was followed by an admission within 30 days; null for other stays
    died_30_days_from_admission boolean, -- Died up to 30 days after admission, in hospital or not; null where linked deaths do not cover these days
    died_30_days_from_discharge boolean, -- Died in hospital or up to 30 days after discharge, and was not admitted again before; null where linked deaths do not cover these days
    days_since_discharge integer, -- Days since the patient's discharge before this one; null where none is known
);

create table stats.stay_drg ( -- MS-DRG of each stay that counts as a discharge and has a principal diagnosis in ICD-10-CM, where the configuration asks for it
    stay_id varchar not null, -- Stay
    drg varchar, -- Group with its title; null where there is none
    base_drg varchar, -- Groups that differ by complications only, by the number of the first of them
    mdc varchar, -- Major diagnostic category
    severity varchar, -- MCC: a major complication or comorbidity among the secondary diagnoses; CC: another; NONE
    weight integer, -- Relative weight in ten-thousandths, from the site's file; null where it gives none
    problem varchar, -- Why there is no group
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
    grouped_stays decimal(38, 6), -- Weight of stays with an MS-DRG
    grouped_records bigint, -- Unweighted records of them
    grouped_squared decimal(38, 6), -- Their squared weights, as weight_squared
    complicated_stays decimal(38, 6), -- Weight of stays whose MS-DRG has a complication or comorbidity (CC or MCC)
    complicated_records bigint, -- Unweighted records of them
    majorly_complicated_stays decimal(38, 6), -- Weight of stays whose MS-DRG has a major one (MCC)
    majorly_complicated_records bigint, -- Unweighted records of them
    drg_weight decimal(38, 6), -- Weighted sum of relative weights of MS-DRGs in ten-thousandths
    drg_weight_squared decimal(38, 6), -- Weighted sum of their squares
    drg_weight_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    weighed_stays decimal(38, 6), -- Weight of stays whose MS-DRG has a relative weight
    weighed_records bigint, -- Unweighted records of them
    weighed_squared decimal(38, 6), -- Their squared weights, as weight_squared
    first_patients bigint, -- Patients with a discharge and none (of the same group) in the days before it that the table names
    first_known_records bigint, -- Unweighted records whose patient and day are known
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
    long_stays decimal(38, 6), -- Weight of stays of 21 days and more
    long_stay_records bigint, -- Unweighted records of them
    net_died decimal(38, 6), -- Weight of stays that ended in death after two days and more
    net_died_records bigint, -- Unweighted records of them
    net_outcome decimal(38, 6), -- Weight of stays of known outcome and length but those that ended in death before two days
    net_outcome_records bigint, -- Unweighted records of them
    net_outcome_squared decimal(38, 6), -- Their squared weights, as weight_squared
    net_known_records bigint, -- Unweighted records whose outcome and length are known
    symptom_principals decimal(38, 6), -- Weight of stays with a symptom as principal diagnosis
    symptom_records bigint, -- Unweighted records of them
    classified_principals decimal(38, 6), -- Weight of stays whose principal diagnosis is in an edition of ICD-9 or ICD-10
    classified_records bigint, -- Unweighted records of them
    classified_squared decimal(38, 6), -- Their squared weights, as weight_squared
    unspecified_principals decimal(38, 6), -- Weight of stays whose principal diagnosis says unspecified
    unspecified_records bigint, -- Unweighted records of them
    titled_principals decimal(38, 6), -- Weight of stays whose principal diagnosis has a known title
    titled_records bigint, -- Unweighted records of them
    titled_squared decimal(38, 6), -- Their squared weights, as weight_squared
    invalid_principals decimal(38, 6), -- Weight of stays whose principal diagnosis could not be reported on its date
    invalid_records bigint, -- Unweighted records of them
    judged_principals decimal(38, 6), -- Weight of stays whose principal diagnosis can be judged on its date
    judged_records bigint, -- Unweighted records of them
    judged_squared decimal(38, 6), -- Their squared weights, as weight_squared
    secondary_diagnoses decimal(38, 6), -- Weighted sum of secondary diagnoses where known
    secondary_diagnoses_squared decimal(38, 6), -- Weighted sum of their squares
    secondary_diagnoses_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    coded_stays decimal(38, 6), -- Weight of stays with diagnoses
    coded_records bigint, -- Unweighted records of them
    coded_squared decimal(38, 6), -- Their squared weights, as weight_squared
    charlson_score decimal(38, 6), -- Weighted sum of Charlson scores, weights of 1987 where known
    charlson_score_squared decimal(38, 6), -- Weighted sum of their squares
    charlson_score_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    charlson_score_2011 decimal(38, 6), -- Weighted sum of Charlson scores, weights of 2011 where known
    charlson_score_2011_squared decimal(38, 6), -- Weighted sum of their squares
    charlson_score_2011_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    elixhauser_score decimal(38, 6), -- Weighted sum of Elixhauser scores where known
    elixhauser_score_squared decimal(38, 6), -- Weighted sum of their squares
    elixhauser_score_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    scored_stays decimal(38, 6), -- Weight of stays with Charlson and Elixhauser scores
    scored_records bigint, -- Unweighted records of them
    scored_squared decimal(38, 6), -- Their squared weights, as weight_squared
    ahrq_mortality_index decimal(38, 6), -- Weighted sum of AHRQ mortality indices where known
    ahrq_mortality_index_squared decimal(38, 6), -- Weighted sum of their squares
    ahrq_mortality_index_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    ahrq_readmission_index decimal(38, 6), -- Weighted sum of AHRQ readmission indices where known
    ahrq_readmission_index_squared decimal(38, 6), -- Weighted sum of their squares
    ahrq_readmission_index_variance decimal(38, 6), -- Sum of the squared weighted numbers, a frequency row counting its weight
    refined_stays decimal(38, 6), -- Weight of stays with AHRQ's indices
    refined_records bigint, -- Unweighted records of them
    refined_squared decimal(38, 6), -- Their squared weights, as weight_squared
    readmitted decimal(38, 6), -- Weight of index stays followed by a readmission
    readmitted_records bigint, -- Unweighted records of them
    index_stays decimal(38, 6), -- Weight of index stays of the readmission rate
    index_records bigint, -- Unweighted records of them
    index_squared decimal(38, 6), -- Their squared weights, as weight_squared
    index_known_records bigint, -- Unweighted records known to be an index stay or none
    died_from_admission decimal(38, 6), -- Weight of stays of patients who died up to 30 days after admission
    died_from_admission_records bigint, -- Unweighted records of them
    followed_from_admission decimal(38, 6), -- Weight of stays whose outcome 30 days after admission is known
    followed_from_admission_records bigint, -- Unweighted records of them
    followed_from_admission_squared decimal(38, 6), -- Their squared weights, as weight_squared
    died_from_discharge decimal(38, 6), -- Weight of stays of patients who died in hospital or up to 30 days after discharge
    died_from_discharge_records bigint, -- Unweighted records of them
    followed_from_discharge decimal(38, 6), -- Weight of stays whose outcome 30 days after discharge is known
    followed_from_discharge_records bigint, -- Unweighted records of them
    followed_from_discharge_squared decimal(38, 6), -- Their squared weights, as weight_squared
    infant_deaths decimal(38, 6), -- Weight of deaths under one year
    infant_records bigint, -- Unweighted records of them
    infant_squared decimal(38, 6), -- Their squared weights, as weight_squared
    infant_aged_records bigint, -- Unweighted records of them whose age in days is known
    early_neonatal_deaths decimal(38, 6), -- Weight of deaths under 7 days
    early_neonatal_records bigint, -- Unweighted records of them
    early_neonatal_squared decimal(38, 6), -- Their squared weights, as weight_squared
    neonatal_deaths decimal(38, 6), -- Weight of deaths under 28 days
    neonatal_records bigint, -- Unweighted records of them
    neonatal_squared decimal(38, 6), -- Their squared weights, as weight_squared
    post_neonatal_deaths decimal(38, 6), -- Weight of deaths at 28 days and over, under one year
    post_neonatal_records bigint, -- Unweighted records of them
    post_neonatal_squared decimal(38, 6), -- Their squared weights, as weight_squared
    maternal_deaths decimal(38, 6), -- Weight of maternal deaths as NCHS counts them
    maternal_records bigint, -- Unweighted records of them
    maternal_squared decimal(38, 6), -- Their squared weights, as weight_squared
    maternal_deaths_who decimal(38, 6), -- Weight of maternal deaths as WHO defines them
    maternal_records_who bigint, -- Unweighted records of them
    maternal_squared_who decimal(38, 6), -- Their squared weights, as weight_squared
    late_maternal_deaths decimal(38, 6), -- Weight of late maternal deaths: 43 days to one year after a pregnancy
    late_maternal_records bigint, -- Unweighted records of them
    late_maternal_squared decimal(38, 6), -- Their squared weights, as weight_squared
    maternal_known_records bigint, -- Unweighted records whose cause says whether a death was maternal
    sampling_records bigint not null, -- Of the records, how many carry sampling weights
);

create table stats.model ( -- Models behind expected events, one row a table, measure and collection
    table_id varchar not null, -- Table
    measure varchar not null, -- Measure
    collection varchar not null, -- Collection
    trials double not null, -- Records that the model is fitted to, by weight
    events double not null, -- Of these, those with the event
    c_statistic double, -- Share of pairs, one with the event and one without, that the model ranks rightly
    deviance double not null, -- Deviance of the cells
    ridge double not null, -- Penalty on the coefficients, which keeps levels without events finite
    iterations integer not null, -- Newton steps until the coefficients stood still
);

create table stats.model_term ( -- Terms of these models
    table_id varchar not null, -- Table
    measure varchar not null, -- Measure
    collection varchar not null, -- Collection
    term_order integer not null, -- Place in the model, the intercept first
    term varchar not null, -- intercept, or factor=level against the factor's first level
    coefficient double not null, -- Log odds ratio; of the intercept, the log odds at all first levels
    standard_error double not null, -- Its standard error
    is_separated boolean not null, -- True where all or none of the level's records have the event: the penalty alone holds it
);

create table stats.model_calibration ( -- Observed and expected events of these models by tenth of the records, by rising risk
    table_id varchar not null, -- Table
    measure varchar not null, -- Measure
    collection varchar not null, -- Collection
    risk_group integer not null, -- Tenth, from the least risk to the greatest; cells are not split, so that tenths may differ in size
    trials double not null, -- Records
    observed double not null, -- Of these, those with the event
    expected double not null, -- Those that the model expects
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
    reason varchar, -- Why the status is not value, or why there are no limits
    records bigint, -- Unweighted records behind the numerator
    denominator_records bigint, -- Unweighted records that they are a part of; null where the denominator is a population
    left_out bigint, -- Records left out because what the measure needs of them is unknown
    smallest_cell bigint, -- Smallest count but 0 of the cells that the figure would give away; null where it gives away none
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
    absent varchar, -- Whether records may be absent from it, in words, where findings are about its place and time or tell no number; null: none
    flips varchar, -- What open flags with named targets could turn round: its rank, the side of a reference it is on, its band in a funnel, a signal, whether it is reliable; null: nothing
    fewest_bound bigint, -- Fewest records, none apart, that lie between the value and one of its bounds: see transforms.disclosure; null: not known
    fewest_worst bigint, -- The same between these and the worst bounds
    fewest_without bigint, -- The same between all of these and the value without flagged records
    is_headline boolean not null default false, -- True for the figures that a publication leads with, which the worklist makes safe
);

create view stats.contribution as -- What each record contributes to figures: one row a record and domain
with discharge as (
    select
        'discharge' as domain, stay_id as record_id, collection, patient_id, discharge_date as event_date,
        date_precision, facility_id, area, sex, age_years, age_years_max, age_days,
        principal_system as system, principal_code as code, principal_code_status as code_status,
        weight, weight_kind, length_of_stay::bigint as bed_days, died, admission_type, department,
        null::date as registration_date, null as pregnancy_status, null as place_of_death, rowid as record_number, bucket
    from core.stay
    where counts_as_discharge
),
death as (
    select
        'death' as domain, death_id as record_id, collection, patient_id, death_date as event_date,
        date_precision, facility_id, area, sex, age_years, age_years_max, age_days,
        system, underlying_cause as code, code_status,
        weight, weight_kind, null::bigint as bed_days, true as died, null as admission_type, null as department,
        registration_date, pregnancy_status, place_of_death, rowid as record_number, bucket
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
    admission_type as admission_type, -- Type of admission; null for deaths
    department as department, -- Department or specialty; null for deaths
    registration_date as registration_date, -- Registration of a death; null for discharges
    pregnancy_status as pregnancy_status, -- See core.death; null for discharges
    place_of_death as place_of_death, -- Kind of place where a death occurred; null for discharges
    record_number as record_number, -- Number of the record in this warehouse and domain; another build may give another
    bucket as bucket -- Patient bucket
from record;
