-- Macros that bring codes as sources write them into one form. They are plain expressions: apply them to distinct
-- values, not to ten million rows.

-- What is left of a raw code without case, blanks, dots, daggers, asterisks, and the dashes and commas that pad its end.
create or replace macro bare_code(raw) as
    regexp_replace(
        regexp_replace(upper(raw), '[\s.†‡*+!]', '', 'g'),
        '[-,]+$', ''
    );

-- Whether a spreadsheet took the code for a number or a date: 1.00E+10, 5/1/2024, 1-May, #REF!.
create or replace macro spreadsheet_damage(raw) as
    regexp_matches(
        upper(trim(raw)),
        '^([0-9]+([.,][0-9]+)?E[+-][0-9]+'
        '|[0-9]{1,2}[-/ ](JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|SEPT|OCT|NOV|DEC)[A-Z]*([-/ ][0-9]{2,4})?'
        '|(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|SEPT|OCT|NOV|DEC)[A-Z]*[-/ ][0-9]{1,4}'
        '|[0-9]{1,2}/[0-9]{1,2}(/[0-9]{2,4})?'
        '|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+)?'
        '|#(REF!|N/A|NAME\?|VALUE!|NUM!|DIV/0!|NULL!|#+))$'
    );

-- Whether a raw value is only padding and so no code at all: empty, blanks, -, *, X.
create or replace macro is_blank_code(raw) as
    raw is null or regexp_matches(upper(raw), '^[\s.,*+-]*$') or upper(trim(raw)) in ('X', 'NULL', 'NA', 'N/A', 'NONE');

-- The canonical code: upper case, no dot, no padding; null where the value is no code or was damaged by a spreadsheet.
-- The X that fills an ICD-10 category to four characters goes; the placeholder X of ICD-10-CM is part of its codes and
-- stays. Two optional characters of WHO's ICD-10 are no part of its codes and go too: the place of occurrence behind
-- W00-Y34 (but for Y06 and Y07, which have fourth characters of their own), and the site or openness that the fifth
-- character gives in chapters XIII and XIX.
create or replace macro canonical_code(raw, "system") as
    case
        when is_blank_code(raw) or spreadsheet_damage(raw) then null
        when "system" = 'icd10' then
            regexp_replace(
                regexp_replace(
                    regexp_replace(bare_code(raw), '^([A-Z][0-9]{2}[0-9]*)X+$', '\1'),
                    '^(W[0-9]{2}|X[0-9]{2}|Y0[0-5]|Y0[89]|Y[12][0-9]|Y3[0-4])[0-9]{1,2}$', '\1'
                ),
                '^([MST][0-9]{3})[0-9]$', '\1'
            )
        when "system" in ('icd10gm', 'icd10am', 'icd10ca', 'opcs4') then
            regexp_replace(bare_code(raw), '^([A-Z][0-9]{2}[0-9]*)X+$', '\1')
        else nullif(bare_code(raw), '')
    end;

-- The last day on which an event may have been, of its date and the precision of that date.
create or replace macro last_code_day("date", "precision") as
    case "precision"
        when 'month' then last_day("date")
        when 'year' then make_date(year("date"), 12, 31)
        else "date"
    end;
