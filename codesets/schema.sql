create schema if not exists codes;

create table codes.validity ( -- Codes that may be reported, with the dates between which each may be; leaves of the national editions at hand
    system varchar not null, -- Code system, e.g. icd10cm
    code varchar not null, -- Canonical code: upper case, no dot
    valid_from date not null, -- First day on which the code may be reported
    valid_to date, -- Last day, inclusive; null while open
);

create table codes.code ( -- Every code and header at hand, once per system, with its place in the hierarchy
    system varchar not null, -- Code system
    code varchar not null, -- Canonical code: upper case, no dot
    title varchar, -- Title in the source's words; null where the source gives none we may show (CPT)
    is_billable boolean not null, -- True for a code that may be reported at some date; false for a header
    parent varchar, -- Nearest header above, null at the top
    block varchar, -- Block of the classification, as its range, e.g. I20-I25
    chapter varchar, -- Chapter as printed: Roman numerals for icd10, two digits for icd10cm and icd9cm
);

create table codes.attribute ( -- What an edit or a classification says of a code, by date: the ground of the rules
    system varchar not null, -- Code system
    code varchar not null, -- Canonical code
    attribute varchar not null, -- sex, sex_ever, age_class, manifestation, external_cause, unacceptable_principal, unspecified, questionable_admission, nonspecific (as principal, ICD-9-CM), requires_secondary, wrong_procedure, delivery_outcome, delivery, length_of_stay (ventilation over 96 hours), noncovered, limited_coverage, bilateral, open_biopsy, poa_exempt, ill_defined, never_underlying, unlikely_cause_of_death, injury_nature, age_from, age_to or inpatient_only (of HCPCS)
    value varchar not null, -- F or M for sex and sex_ever (ever flagged for that sex and no other: for plausibility on any date); newborn, pediatric, maternity or adult for age_class; vaginal or cesarean for delivery; completed years for age_from and age_to; inherent, conditional or independent for bilateral of HCPCS; for poa_exempt true, or unknown on days for which no list of the code's time is at hand; else true
    valid_from date, -- First day on which the source says so; null: always
    valid_to date, -- Last day, inclusive; null: still
    source varchar not null, -- Who says so, e.g. cms_mce, who_2016
);

create table codes.earlier_title ( -- Titles that codes had in an earlier release, where their words differ from codes.code
    system varchar not null, -- Code system
    code varchar not null, -- Canonical code
    title varchar not null, -- Title in that release
    release varchar not null, -- Release that has it
    last_known date not null, -- Last day of that release; the title changed after it
);

create table codes.successor ( -- What took the place of a code, by CMS's conversion tables and, for WHO's ICD-10, by our notes; the old code may have stayed, see codes.validity
    system varchar not null, -- Code system
    code varchar not null, -- The older code
    successor varchar not null, -- A code that came in its place; there may be several
    effective_from date not null, -- Day of the change
);

create table codes.conversion ( -- The one code of the other edition that a code becomes, or none, by CMS's equivalence mappings; one row a code
    system varchar not null, -- Code system: icd9cm or icd10cm
    code varchar not null, -- Canonical code
    to_system varchar not null, -- The other system
    conversion_status varchar not null, -- exact, approximate, combination (to_code together with to_code_with), ambiguous (several, none chosen) or no_map
    to_code varchar, -- The code it becomes; null where none is chosen
    to_code_with varchar[], -- The other codes of a combination, which belong to the same record; else null
    alternatives integer not null, -- Codes of the other system that the mapping names
    to_category varchar, -- Category that all alternatives share, for grouping where none is chosen; null where they share none
);

create table codes.system ( -- Every code system Farr names, with the dates its code set at hand covers
    system varchar not null, -- Code system
    title varchar not null, -- Name in words
    kind varchar not null, -- diagnosis or procedure
    known_from date, -- First day for which validity is known; null where no code set is at hand
    known_to date, -- Horizon: last day for which validity is known; null where no code set is at hand (known_from null too), else open
    in_use_from date, -- First day on which the system was in use in the United States, where that decides wrong_system; else null
    in_use_to date, -- Last such day
    pattern varchar, -- Regular expression of a well-formed canonical code; null where none is known
    open_pattern varchar, -- Regular expression of codes of which those at hand are not all: what is not found of these is unknown; null: none
    edition_country varchar, -- Country whose national edition the code set at hand is; null for WHO's and where none is at hand
);

create table codes.age_class ( -- Ages that belong to the age classes of codes.attribute, by date
    age_class varchar not null, -- newborn, pediatric, maternity or adult
    age_from integer not null, -- First age, in completed years
    age_to integer not null, -- Last age, inclusive
    valid_from date not null, -- First day on which these ages hold
    valid_to date, -- Last day, inclusive; null: still
);

create table codes.grouping ( -- Codes to groups, one row for each pair; one code may have several groups in one scheme, of which one at most is the default on a day
    scheme varchar not null, -- Grouping scheme, e.g. chapter, block, ccsr, ccs
    scheme_version varchar not null, -- Version of the scheme
    system varchar not null, -- Code system of the code
    code varchar not null, -- Canonical code
    group_code varchar not null, -- Group
    is_default boolean not null, -- True for the one group that a principal (inpatient) diagnosis counts in
    is_default_outpatient boolean not null, -- The same for a first-listed outpatient diagnosis
    provenance varchar not null, -- official; by range of a list; shared by all codes of a header (some of them imputed, if so), or by several groups of it (is_unspecified); or imputed with the way it was imputed
    valid_from date, -- First day on which this assignment holds; null: always
    valid_to date, -- Last day, inclusive; null: still
);

create table codes.group_label ( -- Title of each group, in reading order
    scheme varchar not null, -- Grouping scheme
    scheme_version varchar not null, -- Version of the scheme
    group_code varchar not null, -- Group
    title varchar not null, -- Title to print
    sort_order integer not null, -- Reading order within the scheme
    alternative_number varchar, -- Number of the group in the publisher's other numbering, e.g. 1 to 113 beside GR113-001 to GR113-137
    parent_group varchar, -- Group that holds this one: a subtotal, or for a subset the leaf that counts it already; null at the top
    is_subtotal boolean not null default false, -- True for a group that holds other groups and no codes of its own; see group_member
    is_subset boolean not null default false, -- True for a group that a leaf counts already; never added to the others
    is_unspecified boolean not null default false, -- True for a leaf that Farr adds to a subtotal: codes of three characters whose subdivisions fall into several of its leaves
    is_rankable boolean not null default false, -- True for a cause that its publisher ranks among the leading ones
    sex varchar, -- Sex to which the group is limited, F or M; null: none
    age_from integer, -- First age to which the group is limited, in completed years; null: none
    age_to integer, -- Last such age, inclusive; null: none
    age_from_days integer, -- The same as age_from, in completed days, where the limit is below one year
    poa_rule varchar, -- present: counts only where the diagnosis was present on admission or is exempt; absent: only where it was not; null: counts whatever
);

create table codes.group_member ( -- Leaves of each group: how leaves roll up to subtotals; a leaf, and a subset, is its own member
    scheme varchar not null, -- Grouping scheme
    scheme_version varchar not null, -- Version of the scheme
    group_code varchar not null, -- Group: a subtotal, a leaf or a subset
    member_code varchar not null, -- Leaf that counts in it, as in codes.grouping with is_default; of a subset, itself
    share decimal(3, 2) not null default 1, -- How much of each record of the member counts in the group: 0.5 where a cause is half in each of two
);

create table codes.group_weight ( -- Weights of groups in comorbidity scores
    scheme varchar not null, -- Grouping scheme
    scheme_version varchar not null, -- Version of the scheme
    group_code varchar not null, -- Group
    weight_set varchar not null, -- Whose weights, e.g. charlson_1987, quan_2011
    weight integer not null, -- Weight of a patient who has the group
);

create table codes.group_exclusion ( -- Groups that take the place of milder ones in comorbidity scores
    scheme varchar not null, -- Grouping scheme
    scheme_version varchar not null, -- Version of the scheme
    group_code varchar not null, -- Group that a patient has
    excluded_group varchar not null, -- Group that then does not count
);

create table codes.scheme ( -- Each grouping scheme: which system it groups and whether its totals add up
    scheme varchar not null, -- Grouping scheme
    scheme_version varchar not null, -- Version
    system varchar not null, -- Code system that it groups
    title varchar not null, -- Name in words
    is_partition boolean not null, -- True where each code is in exactly one group, so that groups add up to all
    source varchar not null, -- Where it comes from
    verification varchar, -- official: read from the publisher's file; transcribed: checked against a second source or by its sums; recalled: in part from memory; unverified: wholly from memory, used only where the configuration asks for it; null: a site's own
    valid_from date, -- First day for which the publisher uses this version; null: not stated
    valid_to date, -- Last such day, inclusive; null: still in use, or not stated
);

create table codes.note ( -- Instructional notes of the classification
    system varchar not null, -- Code system
    code varchar not null, -- Code, category, block or chapter at which the note is printed
    kind varchar not null, -- excludes1, excludes2, code_first, use_additional, code_also, includes; excludes where the classification does not tell two kinds
    text varchar not null, -- The note
    note_id integer, -- Number of the note within the system, in printed order
    refers_to varchar, -- codes (see codes.note_range), heading (a line that the notes after it complete) or prose that names no code
);

create table codes.note_range ( -- Codes that instructional notes refer to; a note holds for every code below the one that prints it
    system varchar not null, -- Code system
    note_id integer not null, -- The note; it may have several ranges
    kind varchar not null, -- Kind of the note, as in codes.note
    code varchar not null, -- Code, category, block or chapter at which the note is printed
    first_code varchar not null, -- First code referred to, with all below it
    last_code varchar not null, -- Last code, with all below it; the first again where it is one code
    pattern varchar, -- Regular expression that a code must match too; null where there is no such condition
);

create table codes.seventh_character ( -- Seventh characters of ICD-10-CM, at the code that prints them: they hold for all below it that print none of their own
    system varchar not null, -- Code system
    code varchar not null, -- Code that prints them
    character varchar not null, -- The seventh character; shorter codes are filled with X up to it
    meaning varchar not null, -- What it says
);

create table codes.standard ( -- What each standard population is; codes.standard_population has its age groups
    standard varchar not null, -- Identifier, e.g. us2000_nchs_11: its last number is that of its age groups
    title varchar not null, -- Name in words
    groups integer not null, -- Number of age groups
    total decimal(18, 3) not null, -- Sum of its weights: a million, or what its publisher printed
    verification varchar not null, -- transcribed, or recalled from memory in part; see source
    source varchar not null, -- Where it comes from
);

create table codes.standard_population ( -- Standard populations by age
    standard varchar not null, -- Identifier, e.g. us2000_nchs_11
    age_start integer not null, -- First age of the group, in completed years
    age_end integer, -- Last age, inclusive; null: open-ended
    weight decimal(18, 3) not null, -- Weight; the unit is the standard's own and only shares matter
);

create table codes.procedure_pair ( -- Procedures not reported together: CMS's NCCI procedure-to-procedure edits, from a site's file; empty without one
    setting varchar not null, -- Whose edits: practitioner or outpatient_hospital
    column_1 varchar not null, -- HCPCS or CPT code that may be reported
    column_2 varchar not null, -- HCPCS or CPT code that is not reported beside it
    modifier_indicator varchar not null, -- 0: never together; 1: together with an NCCI-associated modifier; 9: not applicable, the edit does not act
    valid_from date not null, -- First day of service on which the edit holds
    valid_to date, -- Last day, inclusive; null: still
    source varchar not null, -- Whose edits, of which quarter
);

create table codes.unit_limit ( -- The most units of a procedure in one day: CMS's NCCI medically unlikely edits, from a site's file; empty without one
    setting varchar not null, -- Whose edits: practitioner, outpatient_hospital or dme
    code varchar not null, -- HCPCS or CPT code
    units integer not null, -- Most units of service for one patient by one provider on one day; more are unlikely
    adjudication_indicator integer, -- MAI: 1 claim line, 2 absolute limit of the date of service, 3 limit of the date of service by clinical benchmark; null: not stated
    valid_from date not null, -- First day of service on which the limit holds
    valid_to date, -- Last day, inclusive; null: still
    source varchar not null, -- Whose edits, of which quarter
);

create table codes.coverage ( -- Diagnoses that cover a procedure, from a site's file; a procedure without a row has no rule at hand
    procedure_code varchar not null, -- Canonical code of the procedure
    system varchar not null, -- Code system of the diagnoses
    code_from varchar not null, -- First diagnosis that covers it, with all below it
    code_to varchar not null, -- Last diagnosis, with all below it; code_from again where it is one
    valid_from date, -- First day of service for which this holds; null: always
    valid_to date, -- Last day, inclusive; null: still
    source varchar not null, -- Who says so, e.g. the coverage determination
);

create table codes.drg_weight ( -- Relative weights of MS-DRGs, from a site's file
    drg varchar not null, -- MS-DRG, three digits
    weight decimal(8, 4) not null, -- Relative weight
    valid_from date not null, -- First day of discharge for which it holds
    valid_to date, -- Last day, inclusive; null: still
    source varchar not null, -- Whose weights, e.g. CMS table 5 of the final rule
);

create table codes.release ( -- Where the reference data come from, and what is switched off
    name varchar, -- Name by which [reference] off of the configuration switches it off; null for what the site added
    source varchar not null, -- Name of the source
    package varchar, -- Package that carries it
    version varchar, -- Version of that package, or SHA-256 of a site's file
    release varchar, -- Release of the code set itself
    row_count bigint not null, -- Rows taken from it
    horizon date, -- Last day for which it speaks; null where it has none
    licence varchar, -- Licence in one line
    status varchar not null default 'used', -- used; off: switched off, nothing of it is here; unverified: not checked against its publisher, used because the configuration asks for it; not_used: the same where it does not ask
    without varchar, -- What is missing where it is off
    file_name varchar, -- Name of the file that a site added; null for what Farr ships
    first_day date, -- First day for which a site's file speaks; null where it states none, and for what Farr ships
    remark varchar, -- What to know of a site's file, such as lists in it that were not taken
);
