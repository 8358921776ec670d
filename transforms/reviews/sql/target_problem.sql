-- Corrections that cannot be: of no record, of no code, the same as coded, or with a code that was not in force.
update decision set problem = wrong.problem
from (
    select
        d."row",
        arg_min(
            case
                when t."row" is null or not t.is_there then 'record_absent'
                when not t.has_place then 'no_code_there'
                when t.field in ('diagnosis', 'procedure', 'underlying_cause', 'death_condition')
                    then case
                        when t.system is null then 'system_unknown'
                        when (s.kind = 'procedure') <> (t.field = 'procedure') then 'system_of_other_kind'
                        when t.status not in ('valid', 'unknown') then 'code_' || t.status
                        when t.status is null then 'code_malformed'
                        when t.was = t.system || ' ' || t.value or split_part(t.was, ' ', 1) = t.system
                            and canonical_code(t.was[length(t.system) + 2:], t.system) = t.code then 'as_coded'
                    end
            end,
            (t.record_kind, t.record_id)
        ) as problem
    from decision as d
    left join target as t on d."row" = t."row"
    left join codes.system as s on t.system = s.system
    where d.problem is null and d.verdict = 'corrected' and d.field <> 'source'
    group by d."row"
) as wrong
where decision."row" = wrong."row" and wrong.problem is not null;

-- A value that all records concerned have as coded corrects nothing; those of them that have it need no correction.
delete from target where field in ('sex', 'died') and record_kind <> 'person' and was = value;
update decision set problem = 'as_coded'
where
    problem is null
    and verdict = 'corrected'
    and field in ('sex', 'died')
    and "row" not in (select "row" from target where record_kind <> 'person');
