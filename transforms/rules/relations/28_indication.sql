-- Operations and the diagnoses that may be their reason: filled from tables/indication.csv.
create table checked.indication (
    operation varchar,
    part varchar,
    system varchar,
    code_from varchar,
    code_to varchar
);
