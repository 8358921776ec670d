-- Ages that belong to each age class of the Medicare Code Editor, by date.
create view checked.age_class as
select age_class, age_from, age_to, valid_from, valid_to
from {warehouse}.codes.age_class as age_class;
