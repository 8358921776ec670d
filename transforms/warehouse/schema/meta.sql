create schema if not exists meta;

create table meta.run ( -- The run that built this warehouse
    release_id varchar not null, -- Hash of batches, configuration, codes, rules, reviews and program version
    as_of date, -- Latest event date: stands in for the clock
    program_version varchar not null, -- Version of Farr
    is_held boolean not null, -- True where a blocking rule is over its threshold or a file was refused
    held_because varchar, -- Why, in a sentence
);

create table meta.manifest ( -- What went in: one row an input
    kind varchar not null, -- batch, configuration, codes, rules, reviews or program
    name varchar not null, -- Name
    hash varchar, -- Its hash
    detail varchar, -- More of it
);

create table meta.identity_check ( -- Identities that were verified before publishing
    identity varchar not null, -- What must hold
    left_side decimal(38, 6), -- One side
    right_side decimal(38, 6), -- The other
    holds boolean not null, -- Whether they are equal
);
