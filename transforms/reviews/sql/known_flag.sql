-- Flags that may be decided on: those of the warehouse, and those decided on before that are no longer raised, e.g.
-- since their correction is applied. With what a correction may say by the rule's effect.
create or replace temp table known_flag as
with former as (
    select
        flag_id, evidence, rule_id, collection, domain, encounter_id, death_id, patient_id, seq, related_id
    from decided
    anti join quality.flag using (flag_id)
    qualify row_number() over (partition by flag_id order by place desc) = 1
),
known as (
    select
        flag_id, evidence, rule_id, collection, domain, encounter_id, death_id, patient_id, seq, related_id
    from quality.flag
    union all by name
    from former
),
alternative as (
    select
        rule_id,
        unnest(from_json(effect, '[{"kind":"VARCHAR","place":"VARCHAR","fields":["VARCHAR"]}]'), recursive := true)
    from quality.rule
),
effect as (
    select
        rule_id,
        bool_or(kind = 'recode') as may_recode,
        coalesce(bool_or(kind = 'recode' and place = 'principal'), false) as is_of_principal,
        bool_or(kind = 'demographic' and list_contains(fields, 'sex')) as may_change_sex,
        bool_or(kind = 'demographic' and len(list_filter(fields, lambda field: starts_with(field, 'age'))) > 0)
            as may_change_age,
        bool_or(kind = 'outcome') as may_change_outcome,
        bool_or(kind in ('drop', 'merge')) as may_drop
    from alternative
    group by rule_id
)
select
    known.*,
    coalesce(effect.is_of_principal, false) as is_of_principal,
    list_filter(
        [
            case
                when (may_recode and domain <> 'person')
                    or domain in ('diagnosis', 'procedure', 'death', 'death_condition') then 'code'
            end,
            if(may_change_sex, 'sex', null),
            if(may_change_age and domain <> 'person', 'age', null),
            if(may_change_outcome and domain in ('encounter', 'stay'), 'died', null),
            if(may_drop and domain in ('encounter', 'stay', 'death'), 'dropped', null),
            if(may_drop and domain in ('encounter', 'stay', 'death') and related_id is not null, 'related_dropped', null),
            'source'
        ],
        lambda field: field is not null
    ) as admits
from known
left join effect using (rule_id);
