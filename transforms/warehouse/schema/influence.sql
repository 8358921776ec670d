create schema if not exists influence;

create table influence.unit ( -- Records that open flags tie together: they are resolved together, and apart from all others
    unit_id integer not null, -- Number, from 1
    collection varchar not null, -- Collection
    flags integer not null, -- Open flags that may change its records
    records integer not null, -- Records
    has_states boolean not null, -- True where its records may not choose freely: see influence.state
    is_relaxed boolean not null, -- True where it has more states than are told apart, so that some of them stand as free choice
);

create table influence.record ( -- Records that open flags may change: rows of stats.contribution
    record integer not null, -- Number, from 1
    unit_id integer not null, -- Unit
    domain varchar not null, -- discharge or death
    record_id varchar not null, -- stay_id or death_id
);

create table influence.unit_flag ( -- The open flags behind the options, one row a flag and record that it may change
    flag_id varchar not null, -- Flag
    unit_id integer not null, -- Unit
    record integer not null, -- Record
    rule_id varchar not null, -- Rule
    is_named boolean not null, -- True where at least one of the flag's options for the record has a named target
);

create table influence.option ( -- What each of these records may be, as coded included: the columns of stats.contribution as they then are
    option_id integer not null, -- Number, from 1
    record integer not null, -- Record
    kind varchar not null, -- coded, drop, merge, recode, demographic, outcome, dates, person, or several where flags meet
    rule_id varchar, -- Rule that allows it, the first of several; null as coded
    place varchar, -- Which code changes: principal, underlying, listed (one beside it) or condition (on a certificate); null where none does
    is_coded boolean not null, -- True as coded: one option of each record
    is_absent boolean not null, -- True where the record does not count; its columns are as coded
    is_named boolean not null, -- True where what it changes to is named by evidence
    is_wild boolean not null, -- True where the record's own code may be any code; the columns hold the one as coded
    share double not null, -- Probability of the option if the record is not as coded; 0 as coded, and for the least and the greatest length that a stay could have had
    domain varchar not null, -- See stats.contribution, as all that follow
    record_id varchar not null, -- stay_id or death_id
    collection varchar not null, -- Collection
    patient_id varchar, -- Patient; the record's own identifier where it may belong to another person
    event_date date, -- Discharge or death; a day of a month, its first covered one or the end of a stay so long, stands for that month
    date_precision varchar not null, -- day, month, year or shifted
    facility_id varchar, -- Facility
    area varchar, -- Area of residence
    sex varchar not null, -- F, M or U
    age_years integer, -- Age; one age stands for all that the tables place alike
    age_years_max integer, -- Greatest age
    age_days integer, -- Age in days, below one year
    system varchar, -- System of the principal diagnosis or underlying cause
    code varchar, -- Its code; the commonest one stands for all that are grouped alike
    code_status varchar, -- Its status
    weight decimal(18, 6) not null, -- How many records it stands for
    weight_kind varchar not null, -- frequency or sampling
    bed_days bigint, -- Length of stay in days
    died boolean, -- Died
    admission_type varchar, -- Type of admission
    department varchar, -- Department or specialty
    registration_date date, -- Registration of a death
    pregnancy_status varchar, -- See core.death
    place_of_death varchar, -- Kind of place where a death occurred
);

create table influence.recoded ( -- Diagnoses of a stay that an option changes
    option_id integer not null, -- Option
    encounter_id varchar not null, -- Encounter
    seq integer not null, -- Position of the diagnosis
    system varchar, -- System of the code that stands there then
    code varchar, -- That code; null: the diagnosis goes, unless it may be any
    is_any boolean not null, -- True where no code can be named: it may be any
);

create table influence.recoded_condition ( -- Conditions on a certificate that an option changes
    option_id integer not null, -- Option
    line integer not null, -- Line of the certificate
    seq integer not null, -- Position on the line
    system varchar, -- System of the code that stands there then
    code varchar, -- That code; null: the condition goes, unless it may be any
    is_any boolean not null, -- True where no code can be named: it may be any
);

create table influence.state ( -- What the records of a unit may be together: in each state every record chooses freely among the options listed
    unit_id integer not null, -- Unit, one with has_states
    state integer not null, -- State within the unit, from 1
    record integer not null, -- Record
    option_id integer not null, -- Option that the state allows it
);

create table influence.added ( -- Records that may be absent from core
    collection varchar not null, -- Collection
    domain varchar not null, -- discharge or death
    facility_id varchar, -- Facility; null: not known, or all
    area varchar, -- Area of residence; null: not known, or all
    period_start date, -- First day of the time they belong to; null: not known
    period_end date, -- Last day
    rule_id varchar, -- Rule that says so; null: rows of files that were rejected
    least bigint not null, -- The least number of records absent
    greatest bigint, -- The greatest number; null: cannot be told
);

create table influence.belief ( -- How often the flags of each rule that may change records are believed to be right
    rule_id varchar not null, -- Rule
    severity varchar not null, -- Its severity, which says what is believed before any review
    found_right bigint not null, -- Reviewed flags, of those drawn at random, whose record was corrected
    found_wrong bigint not null, -- Those whose record was confirmed, or accepted as an exception
    expected double not null, -- Share of flags expected to be right
    expected_low double not null, -- Lower 95 % limit of what is believed of that share
    expected_high double not null, -- Upper limit
);

create table influence.redistributed ( -- Deaths by cause if those with an ill-defined underlying cause were of others: a sensitivity, see transforms.influence.redistribution
    figure_id varchar not null, -- Figure: deaths of a cause in a period, all ages and sexes
    table_id varchar not null, -- Table
    deaths double not null, -- Left alone: as coded
    ill_defined double not null, -- Of these, ill-defined ones
    ill_records bigint not null, -- Records of the ill-defined ones
    records bigint not null, -- Records of the deaths
    all_ill_defined double not null, -- Ill-defined deaths of all causes together
    all_ill_records bigint not null, -- Their records
    spread double not null, -- Deaths with all ill-defined ones spread over causes in proportion, within age and sex
    least double not null, -- Deaths if none of the ill-defined ones were of the cause
    greatest double not null, -- Deaths if all of them were
);
