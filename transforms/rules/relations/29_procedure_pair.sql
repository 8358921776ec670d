-- Procedures that are not reported together, as far as the site has brought the edits in.
create view checked.procedure_pair as
select setting, column_1, column_2, modifier_indicator, valid_from, valid_to, source
from {warehouse}.codes.procedure_pair as pair;
