-- What is said of each code that records have, one row a code and span of days in which nothing of it changes.
-- The day 0001-01-01 stands for a date that is not known: there every statement counts that was ever made.
create table checked.code as
with
statement as (
    select
        system,
        code,
        attribute,
        value,
        coalesce(valid_from, date '0001-01-02') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from {warehouse}.codes.attribute as attribute
    semi join checked.code_in_use as code_in_use
        on attribute.system = code_in_use.system and attribute.code = code_in_use.code
),
change as (
    select system, code, valid_from as day from statement
    union
    select system, code, valid_to + 1 from statement where valid_to < date '9999-12-31'
    union
    select system, code, unnest([date '0001-01-01', date '0001-01-02']) from statement
),
span as (
    select
        system,
        code,
        day as valid_from,
        coalesce(lead(day) over (partition by system, code order by day) - 1, date '9999-12-31') as valid_to
    from change
)
select
    span.system,
    span.code,
    span.valid_from,
    span.valid_to,
    -- A limit to both sexes is none.
    case when count(distinct value) filter (attribute = 'sex') = 1
        then max(value) filter (attribute = 'sex') end as sex_limit,
    case when count(distinct value) filter (attribute = 'sex_ever') = 1
        then max(value) filter (attribute = 'sex_ever') end as sex_limit_ever,
    bool_or(attribute = 'age_class' and value = 'newborn') as is_newborn,
    bool_or(attribute = 'age_class' and value = 'pediatric') as is_pediatric,
    bool_or(attribute = 'age_class' and value = 'maternity') as is_maternity,
    bool_or(attribute = 'age_class' and value = 'adult') as is_adult,
    bool_or(attribute = 'manifestation') as is_manifestation,
    bool_or(attribute = 'external_cause') as is_external_cause,
    bool_or(attribute = 'injury_nature') as is_injury_nature,
    bool_or(attribute = 'unacceptable_principal') as is_unacceptable_principal,
    bool_or(attribute = 'questionable_admission') as is_questionable_admission,
    bool_or(attribute = 'unspecified') as is_unspecified,
    bool_or(attribute = 'ill_defined') as is_ill_defined,
    bool_or(attribute = 'never_underlying') as is_never_underlying,
    bool_or(attribute = 'nonspecific') as is_nonspecific,
    bool_or(attribute = 'requires_secondary') as is_requires_secondary,
    bool_or(attribute = 'wrong_procedure') as is_wrong_procedure,
    bool_or(attribute = 'delivery_outcome') as is_delivery_outcome,
    max(value) filter (attribute = 'delivery') as delivery,
    bool_or(attribute = 'length_of_stay') as is_long_ventilation,
    bool_or(attribute = 'noncovered') as is_noncovered,
    bool_or(attribute = 'limited_coverage') as is_limited_coverage,
    bool_or(attribute = 'bilateral' and value = 'true') as is_bilateral,
    bool_or(attribute = 'open_biopsy') as is_open_biopsy
from span
inner join statement
    on span.system = statement.system
    and span.code = statement.code
    and (
        span.valid_from = date '0001-01-01'
        or (statement.valid_from <= span.valid_from and statement.valid_to >= span.valid_to)
    )
group by all;
