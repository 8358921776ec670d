-- Encounters whose bill says that codes of the other sex are right: condition code 45, or modifier KX on a line.
create view checked.sex_as_recorded as
select encounter_id
from {warehouse}.core.encounter as encounter
where list_contains(regexp_split_to_array(condition_codes, '[,; ]+'), '45')
union
select encounter_id
from {warehouse}.core.procedure as procedure
where modifiers like '%KX%' and list_contains(regexp_split_to_array(modifiers, '[,; ]+'), 'KX');
