-- The days that each source covers, and whether the configuration says so or the records.
create view checked.covered_days as
select source, collection, record_kind, first_day, last_day, is_declared
from {warehouse}.core.coverage as coverage;
