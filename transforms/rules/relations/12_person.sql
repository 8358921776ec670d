-- Persons.
create view checked.person as
select person.*, cast(null as date) as code_date, cast(1 as bigint) as records
from {warehouse}.core.person as person;
