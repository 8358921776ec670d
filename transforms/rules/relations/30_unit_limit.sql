-- Units of procedures above which they are unlikely, as far as the site has brought the edits in.
create view checked.unit_limit as
select setting, code, units, adjudication_indicator, valid_from, valid_to, source
from {warehouse}.codes.unit_limit as unit_limit;
