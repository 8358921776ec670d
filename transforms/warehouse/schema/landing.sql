create schema if not exists landing;

create table landing.batch ( -- Files taken in, one row a file version
    batch_id varchar not null, -- SHA-256 of the file's bytes, the source's name and the reader's options
    source varchar not null, -- Source of the configuration
    file_role varchar, -- Which file of the profile it is, e.g. encounter, diagnosis, patients
    file_name varchar not null, -- Name of the file, without its folder
    sha256 varchar, -- SHA-256 of the file's bytes
    rows_read bigint not null, -- Records found in the file, the unreadable ones too
    rows_accepted bigint not null, -- Records that entered core; of a version that is not live, all its records
    rows_rejected bigint not null, -- Records in landing.reject
    status varchar not null, -- live, superseded, withdrawn or refused
    superseded_by varchar, -- Batch that replaces this one
    reason varchar, -- Why a refused file was refused
    message varchar, -- The same as a sentence: file, what was expected, what was found, what to do
);

create table landing.reject ( -- Records that could not be read or have no key, with their raw text
    batch_id varchar not null, -- File version
    row_number bigint not null, -- Record within the file, the first after the header being 1
    reason varchar not null, -- wrong_number_of_fields, invalid_encoding, unterminated_quote, line_too_long, missing_key, ...
    message varchar not null, -- What is wrong and what to do, in a sentence
    raw varchar, -- The record as it stands in the file
);
