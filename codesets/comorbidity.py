"""Score comorbidities: Charlson and Elixhauser, as set-wise SQL over the groups and weights of schema `codes`."""

from __future__ import annotations

from codesets.database import literal


def comorbidity_sql(diagnoses: str, *, scheme: str, weight_set: str, scheme_version: str | None = None) -> str:
    """Return a select of (record, score, groups), one row for each record of `diagnoses`, in no order.

    `scheme_version` is the version to score by; without it, of each code system the newest at hand.

    `diagnoses` is a select of (record, system, code, is_present): canonical codes, and whether each diagnosis was
    present on admission or is exempt from the question (null: not known). Leave out what the scheme does not count:
    AHRQ's refined Elixhauser takes secondary diagnoses only. A group counts once a record; one that a more severe group
    takes the place of does not count (`codes.group_exclusion`). `score` is the sum of the weights of `weight_set`, 0
    without comorbidity; it is null where a diagnosis belongs to a group that asks for presence on admission and that
    is not known (AHRQ, CMR user guide). `groups` are the groups that count, sorted.
    """
    asked = f"scheme_version = {literal(scheme_version)}" if scheme_version else "true"
    return f"""
        with
            diagnosis as ({diagnoses}),
            version as (
                select "system", max(scheme_version) as scheme_version
                from codes.scheme
                where scheme = {literal(scheme)} and {asked}
                group by "system"
            ),
            code_group as (
                select
                    assigned."system", assigned.code, assigned.group_code, labels.parent_group, labels.poa_rule,
                from codes.grouping as assigned
                join version
                    on version."system" = assigned."system" and version.scheme_version = assigned.scheme_version
                join codes.group_label as labels
                    on labels.scheme = assigned.scheme and labels.scheme_version = assigned.scheme_version
                    and labels.group_code = assigned.group_code
                where assigned.scheme = {literal(scheme)}
            ),
            placed as (
                select
                    diagnosis.record, code_group.group_code, any_value(code_group.parent_group) as parent_group,
                    bool_or(
                        case code_group.poa_rule
                            when 'present' then diagnosis.is_present
                            when 'absent' then not diagnosis.is_present
                            else true
                        end
                    ) as counts,
                    bool_or(code_group.poa_rule is not null and diagnosis.is_present is null) as is_open,
                from diagnosis
                join code_group on code_group."system" = diagnosis."system" and code_group.code = diagnosis.code
                group by diagnosis.record, code_group.group_code
            ),
            displaced as (
                select placed.record, exclusions.excluded_group as group_code
                from placed
                join (
                    select distinct group_code, excluded_group
                    from codes.group_exclusion
                    where scheme = {literal(scheme)}
                        and scheme_version in (select scheme_version from version)
                ) as exclusions on exclusions.group_code = placed.group_code
                where placed.counts
            ),
            counted as (
                select distinct placed.record, coalesce(placed.parent_group, placed.group_code) as group_code
                from placed
                anti join displaced on displaced.record = placed.record and displaced.group_code = placed.group_code
                where placed.counts
            ),
            weights as (
                select distinct group_code, weight
                from codes.group_weight
                where scheme = {literal(scheme)} and weight_set = {literal(weight_set)}
                    and scheme_version in (select scheme_version from version)
            ),
            weighed as (
                select
                    counted.record, sum(weights.weight)::integer as score,
                    list(counted.group_code order by counted.group_code) as groups,
                from counted
                join weights on weights.group_code = counted.group_code
                group by counted.record
            ),
            open as (
                select distinct record from placed where is_open
            )
        select
            records.record,
            if(open.record is null, coalesce(weighed.score, 0), null) as score,
            coalesce(weighed.groups, []) as groups,
        from (select distinct record from diagnosis) as records
        left join weighed on weighed.record = records.record
        left join open on open.record = records.record
    """
