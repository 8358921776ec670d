-- Notes and seventh characters of the newest tabular list at hand, a site's or the one shipped; and the notes of other
-- systems' newest edition in ClaML, where exclusions are not told into two kinds.
create temp table noted_file as
select "system", arg_max(file, first_day) as file, max(first_day) as first_day
from added_note
group by "system"
having "system" <> 'icd10cm' or max(first_day) > date '2026-04-01';

delete from codes.note where "system" in (select "system" from noted_file);
delete from codes.note_range where "system" in (select "system" from noted_file);
delete from codes.seventh_character where "system" in (select "system" from noted_file);

insert into codes.note by name
select
    notes."system", notes.note_id, notes.code, notes.kind, notes."text",
    case
        when exists (from added_note_range as r where r.file = notes.file and r.note_id = notes.note_id) then 'codes'
        when notes."text" like '%:' then 'heading'
        else 'prose'
    end as refers_to,
from added_note as notes
join noted_file on noted_file.file = notes.file
order by notes."system", notes.note_id;

insert into codes.note_range by name
select notes."system", notes.note_id, notes.kind, notes.code, ranges.first_code, ranges.last_code, ranges.pattern
from added_note_range as ranges
join noted_file on noted_file.file = ranges.file
join added_note as notes on notes.file = ranges.file and notes.note_id = ranges.note_id
order by notes."system", notes.note_id, ranges.first_code, ranges.last_code;

insert into codes.seventh_character by name
select noted_file."system", seventh.code, seventh."character", seventh.meaning
from added_seventh_character as seventh
join noted_file on noted_file.file = seventh.file
order by seventh.code, seventh."character";
