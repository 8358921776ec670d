-- The Medicare Code Editor's edits as the reference data have them: (claim_id, edit).
with
    described as (
        select
            claim.*, coded."system", coded.place, coded.code,
            {status} as code_status,
        from claim
        join claim_code as coded using (claim_id)
        join judged on judged."system" = coded."system" and judged.code_raw = coded.code
    ),
    marked as (
        select described.*, attribute.attribute, attribute."value"
        from described
        join codes.attribute as attribute
            on attribute."system" = described."system" and attribute.code = described.code
            and attribute.source = 'cms_mce'
            and discharge_date between attribute.valid_from and coalesce(attribute.valid_to, date '9999-12-31')
        where code_status = 'valid'
    ),
    found as (
        select claim_id, 'INVALID_CODE' as edit from described where code_status <> 'valid'
        union all
        select claim_id, 'E_CODE_AS_PDX' from marked where attribute = 'external_cause' and place = 0
        union all
        select claim_id, 'MANIFESTATION_AS_PDX' from marked where attribute = 'manifestation' and place = 0
        union all
        select claim_id, 'UNACCEPTABLE_PDX'
        from marked
        where attribute = 'unacceptable_principal' and place = 0
            -- Z51.89 is acceptable where any other diagnosis stands beside it.
            and not (
                (claim_id, code) in (select (claim_id, code) from marked where attribute = 'requires_secondary')
                and claim_id in (select claim_id from described where "system" = 'icd10cm' and place > 0)
            )
        union all
        select claim_id, 'QUESTIONABLE_ADMISSION' from marked where attribute = 'questionable_admission' and place = 0
        union all
        select claim_id, 'UNSPECIFIED' from marked where attribute = 'unspecified'
        union all
        select claim_id, 'WRONG_PROCEDURE_PERFORMED' from marked where attribute = 'wrong_procedure'
        union all
        select claim_id, 'LIMITED_COVERAGE' from marked where attribute = 'limited_coverage'
        union all
        select claim_id, 'NON_COVERED' from marked where attribute = 'noncovered'
        union all
        select claim_id, 'SEX_CONFLICT' from marked where attribute = 'sex' and "value" <> ['M', 'F'][sex + 1]
        union all
        select claim_id, 'AGE_CONFLICT'
        from marked
        join codes.age_class as ages
            on marked.attribute = 'age_class' and ages.age_class = marked."value"
            and discharge_date between ages.valid_from and coalesce(ages.valid_to, date '9999-12-31')
        where age not between ages.age_from and ages.age_to
        union all
        select claim_id, 'QUESTIONABLE_OBSTETRIC_ADMISSION'
        from marked
        where attribute = 'delivery'
            and claim_id not in (select claim_id from marked where attribute = 'delivery_outcome')
        union all
        select one.claim_id, 'DUPLICATE_OF_PDX'
        from described as one
        join described as other
            on other.claim_id = one.claim_id and other."system" = one."system" and other.code = one.code
        where one."system" = 'icd10cm' and one.place = 0 and other.place > 0
    )
select distinct claim_id, edit from found order by all
