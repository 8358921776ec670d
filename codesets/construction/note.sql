-- Instructional notes where the tabular list prints them, in its order, and the standard populations.
insert into codes.note by name
select 'icd10cm' as "system", code, kind, "text"
from tabular_notes
order by position;

insert into codes.standard_population by name
select standard, age_start, age_end, weight
from listed_standard_populations
order by standard, age_start;
