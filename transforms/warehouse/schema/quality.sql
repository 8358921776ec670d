create schema if not exists quality;

create table quality.rule ( -- The rules in force
    rule_id varchar not null, -- Identifier
    title varchar not null, -- Title
    family varchar not null, -- Family
    severity varchar not null, -- blocks, warns or informs
    grain varchar not null, -- encounter, diagnosis, procedure, stay, death, death_condition, person, record (a field of whatever record) or group (many records together)
    effect varchar not null, -- What it does to a figure if it is right, as JSON: a list of alternatives, each drop, merge, recode, demographic, outcome, dates, person, add or none, with its admissible targets
    valid_from date, -- First day on which it applies; null: always
    valid_to date, -- Last day, inclusive
    threshold double, -- Share of violations above which a blocking rule holds the release
    why varchar not null, -- Why it matters to statistics
    source varchar not null, -- Manual and section
    fix varchar not null, -- How to fix it
    systems varchar, -- Code systems it applies to, comma-separated; null: whichever
    parameters varchar not null, -- Its parameters as they were, as JSON
    is_off boolean not null, -- True where the site has switched it off
    changes varchar, -- What the site set otherwise, in words; null where nothing
    override_note varchar, -- Why
);

create table quality.flag ( -- What the rules found, one row a finding
    flag_id varchar not null, -- First 16 hex digits of the SHA-256 of rule, record, domain, seq and related_id
    rule_id varchar not null, -- Rule
    collection varchar not null, -- Collection
    encounter_id varchar, -- Encounter, where it is one
    death_id varchar, -- Death, where it is one
    patient_id varchar, -- Person, where known
    domain varchar not null, -- What seq counts: encounter, diagnosis, procedure, stay, death, death_condition or person
    seq integer, -- Position of the diagnosis or procedure
    code varchar, -- Canonical code concerned
    message varchar not null, -- What is wrong, in a sentence without values that identify
    evidence varchar not null, -- Hash of the values that the flag rests on
    related_id varchar, -- The other record, where the finding is about two
    group_key varchar, -- Flags that one answer may settle share it: rule, code, facility and coder
    suggestion varchar, -- The likeliest code that may have been meant, for people to judge; with its system where that is another; null where none is known
);

create table quality.group_flag ( -- What is true of a group and of no single record
    group_flag_id varchar not null, -- First 16 hex digits of the SHA-256 of rule, collection, level, reference and what names the group
    rule_id varchar not null, -- Rule
    collection varchar not null, -- Collection
    level varchar not null, -- collection, area, facility, department or coder: how the records were put together
    reference varchar not null, -- peers, history (its own earlier periods) or given: what it was compared with
    area varchar, -- Area of residence
    facility_id varchar, -- Facility
    department varchar, -- Department
    coder_id varchar, -- Coder; never leaves the warehouse
    code varchar, -- Code concerned
    period_start date, -- First day of the period; null: all days
    period_end date, -- Last day
    measure varchar not null, -- share, mean or count: what observed and expected are
    observed double not null, -- What was observed
    expected double, -- What it would be at the rates of what it is compared with, in the same case mix
    lower double, -- Lower 95 % limit of observed
    upper double, -- Upper 95 % limit
    records bigint not null, -- Records, or days, that it rests on
    q_value double not null, -- Share of false discoveries among groups as far from what was expected (Benjamini and Hochberg)
    effect varchar not null, -- none, or add where records are absent
    add_least bigint, -- For add: the least number of records absent
    add_greatest bigint, -- For add: the greatest number; null: cannot be told
    message varchar not null, -- In a sentence
);

create table quality.rule_result ( -- Each rule's outcome in each collection
    rule_id varchar not null, -- Rule
    collection varchar not null, -- Collection
    status varchar not null, -- passed, failed, not_applicable or error
    checked bigint not null, -- Records that the rule applies to; groups large enough to be judged
    violated bigint not null, -- Records that violate it; groups found
    settled bigint not null default 0, -- Of these, records of which reviewers confirmed or accepted every flag: no threshold counts them
    share double, -- violated / checked; null where nothing was checked
    is_over_threshold boolean not null, -- True where a blocking rule's share, the settled left out, is above its threshold
    message varchar, -- Why it is not applicable, or the error
);

create table quality.review ( -- Decisions on flags; filled from the home's reviews before the rules look
    review_id varchar not null, -- First 16 hex digits of the SHA-256 of flag, evidence, verdict, correction, reviewer, date and note
    flag_id varchar not null, -- Flag
    evidence varchar not null, -- Evidence at the time of the decision, which holds as long as the flag has the same
    verdict varchar not null, -- corrected, confirmed_correct, accepted_exception or cannot_determine
    corrected varchar, -- What it was corrected to
    reviewer varchar, -- Who decided; never leaves the warehouse
    decided_at timestamp, -- When
    note varchar, -- Note; never leaves the warehouse
    rule_id varchar, -- Rule of the flag
    collection varchar, -- Collection of the flag
    selected_by varchar, -- How the worklist chose the flag: influence or random; null where it does not say
    is_standing boolean not null default true, -- True for the latest decision on a flag and evidence; earlier ones stay here
    place integer, -- Order in which the decisions were taken in
    file_name varchar, -- File that was taken in
    row_number bigint, -- Row of it, the header being the first
);

create table quality.correction ( -- What the standing decisions correct, one row a field of a record, and whether the figures have it
    review_id varchar not null, -- Decision
    flag_id varchar not null, -- Flag
    rule_id varchar not null, -- Rule of the flag
    collection varchar not null, -- Collection
    record_kind varchar not null, -- encounter, death or person
    record_id varchar not null, -- encounter_id, death_id or patient_id
    seq integer, -- Position of the diagnosis or procedure; 100 times the line plus the position for a condition of a certificate; null for a principal diagnosis that was missing
    field varchar not null, -- diagnosis, procedure, underlying_cause, death_condition, sex, age_years, died or dropped
    was varchar, -- As coded: the system and raw code, or the value; for dropped a hash of the record
    corrected varchar, -- As corrected: the canonical code, or the value
    system varchar, -- System of the corrected code
    is_applied boolean not null default false, -- True where core has the corrected value
    reason varchar, -- Why it is not applied: switched_off, overruled, record_absent, record_changed or code_not_valid
);

create view quality.open_flag as -- Flags that no decision has closed: those not confirmed, accepted or corrected with the same evidence
with closed as (
    select flag_id, evidence
    from quality.review
    where is_standing and verdict in ('confirmed_correct', 'accepted_exception', 'corrected')
)
select
    flag_id as flag_id, -- See quality.flag
    rule_id as rule_id, -- See quality.flag
    collection as collection, -- See quality.flag
    encounter_id as encounter_id, -- See quality.flag
    death_id as death_id, -- See quality.flag
    patient_id as patient_id, -- See quality.flag
    domain as domain, -- See quality.flag
    seq as seq, -- See quality.flag
    code as code, -- See quality.flag
    message as message, -- See quality.flag
    evidence as evidence, -- See quality.flag
    related_id as related_id, -- See quality.flag
    group_key as group_key, -- See quality.flag
    suggestion as suggestion -- See quality.flag
from quality.flag
anti join closed using (flag_id, evidence);
