-- Versions of the claims that have a replacement or a void, those that no longer stand among them.
create view checked.bill as
select bill.*, cast(1 as bigint) as records
from {warehouse}.core.bill as bill;
