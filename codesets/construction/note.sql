-- Instructional notes where the tabular list prints them, in its order, with the codes they refer to; what seventh
-- characters mean; and the standard populations.
insert into codes.note by name
select
    'icd10cm' as "system", note_id, code, kind, "text",
    case
        when note_id in (select note_id from tabular_note_ranges) then 'codes'
        when "text" like '%:' then 'heading'
        else 'prose'
    end as refers_to,
from tabular_notes
order by note_id;

insert into codes.note_range by name
select
    'icd10cm' as "system", note_id, notes.kind, notes.code, ranges.first_code, ranges.last_code, ranges.pattern,
from tabular_note_ranges as ranges
join tabular_notes as notes using (note_id)
order by note_id, ranges.position;

insert into codes.seventh_character by name
select 'icd10cm' as "system", code, "character", meaning
from tabular_seventh_characters
order by code, "character";

insert into codes.standard by name
select standard, title, groups, total, verification, source
from listed_standards
order by position;

insert into codes.standard_population by name
select standard, age_start, age_end, weight
from listed_standard_populations
order by standard, age_start;
