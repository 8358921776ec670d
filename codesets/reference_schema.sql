create table codes.gem ( -- General Equivalence Mappings between ICD-9-CM and ICD-10-CM as published; in the reference data only
    system varchar not null, -- Code system mapped from
    code varchar not null, -- Canonical code
    to_system varchar not null, -- Code system mapped to
    to_code varchar, -- A target; null where nothing corresponds
    approximate boolean not null, -- The two do not mean the same
    no_map boolean not null, -- Nothing corresponds
    combination boolean not null, -- Part of a cluster: within one scenario, one code of every choice list together
    scenario integer not null, -- Number of the scenario; 0 where the row is no part of a cluster
    choice_list integer not null, -- Number of the choice list within the scenario; 0 likewise
);
