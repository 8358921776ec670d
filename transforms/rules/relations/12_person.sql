-- Persons, those among them of whom nothing is left but cancelled bills.
create view checked.person as
select person.*, cast(null as date) as code_date, cast(1 as bigint) as records
from {warehouse}.core.person as person
union all by name
select distinct bill.patient_id, bill.collection, cast(1 as bigint) as records
from {warehouse}.core.bill as bill
anti join {warehouse}.core.person as person on bill.patient_id = person.patient_id
where bill.patient_id is not null;
