-- Siblings of an ICD-10-CM code, for what a source newer than its map leaves open: the codes that share its beginning.
-- In injuries the seventh character tells the first encounter from later ones and from sequelae, and in poisonings
-- (T36-T65) the sixth tells accident from intent: there, codes that share those too are nearer than codes that do not.

-- What two codes must share to be near siblings, beside their beginning; empty where there is no such character.
create or replace temp macro sibling_ending(code) as
    case
        when length(code) < 7 or right(code, 1) not between 'A' and 'S' then ''
        when left(code, 3) between 'T36' and 'T65' then right(code, 2)
        else right(code, 1)
    end;

-- The keys under which siblings find one another, the nearest first: beginnings of six to three characters with the
-- ending, then without it.
create or replace temp macro sibling_keys(code) as
    [left(code, size) || '|' || sibling_ending(code) for size in [6, 5, 4, 3] if size <= length(code)]
    || [left(code, size) || '|' for size in [6, 5, 4, 3] if size <= length(code)];
