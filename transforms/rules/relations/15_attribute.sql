-- Whatever is said of codes, also by lists that have no column of their own in the relations above.
create view checked.attribute as
select system, code, attribute, value, valid_from, valid_to, source
from {warehouse}.codes.attribute as attribute;
