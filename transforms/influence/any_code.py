"""What any code would do to measures that see more of a code than its cause: the least and the greatest it may come to.

An option of which some code may be any stands in a table as coded, or without that code. In tables of such measures two
more options stand beside it, in each of which every measure of the record is at one of its ends; they are never
expected. Each measure takes the end it needs, so that together they contain whatever the code may be.

- A principal diagnosis may be a symptom, unspecified, both or neither; it is one that could be reported.
- A diagnosis beside it counts once more, or not; its comorbidity groups join those of the others. With one such
  diagnosis the scores are tried with the groups of every code there is; with several they lie between the sums of all
  weights below and above 0.
- An underlying cause may make a death other than a man's a maternal one.
- What is listed, beside others or on a certificate, may be of any group: the record may leave each of its groups, and
  come into any. Others of its codes that keep it there are not looked at, so bounds can be wider than what is attained.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from transforms.influence.forms import OF_ANY_CODE
from transforms.measures.facts.comorbidity import (
    PLAIN,
    REFINED,
    Scheme,
    group_weights,
    groups_expression,
    score_expression,
)

# Options at an end have the number of the option they stand beside, so much higher each.
_APART = 500_000_000
_LEAST, _GREATEST, _UNSCORED = 1, 2, 3

_SCORES = tuple(score for scheme in (*PLAIN, *REFINED) for score, _ in scheme.scores)
_REFINED_SCORES = tuple(score for scheme in REFINED for score, _ in scheme.scores)


def sees_codes(measures: Sequence[str]) -> bool:
    """Whether some of these measures see more of a code than its cause."""
    return bool(set(measures) & set(OF_ANY_CODE))


def find_any_code(con: duckdb.DuckDBPyConnection) -> None:
    """Create `end_option`: the options at an end, beside those of which some code may be any.

    The diagnoses of options are placed (see placing). Columns: option_id, of_option, the end (1 least, 2 greatest, 3
    without a score), is_own and is_folded, how many listed diagnoses may be any, sex, weight, and the scores there.
    """
    con.execute(
        """
        create or replace temp table any_code as
        with listed as (
            select r.option_id, count(*) as listed, bool_or(d.poa is null) as is_without_poa
            from influence.recoded as r
            join held_diagnosis as d using (encounter_id, seq)
            where r.is_any
            group by r.option_id
        ),
        conditions as (
            select distinct option_id from influence.recoded_condition where is_any
        ),
        chosen as (
            select o.option_id, o.record_id, o.is_wild, o.sex, o.weight
            from influence.option as o
            where
                o.is_wild or o.option_id in (select option_id from listed) or o.option_id in (from conditions)
        ),
        folded as (
            select stay_id from core.stay semi join chosen on record_id = stay_id where encounters > 1
        )
        select
            o.option_id, o.is_wild as is_own, o.record_id in (from folded) as is_folded,
            coalesce(l.listed, 0) as listed, coalesce(l.is_without_poa, false) as is_without_poa, o.sex,
            o.weight::double as weight,
            coalesce(d.plain, 0)::ubigint as plain, coalesce(d.refined, 0)::ubigint as refined
        from chosen as o
        left join listed as l using (option_id)
        left join stay_diagnosis as d on d.stay_number = o.option_id
        """
    )
    _try_codes(con, "plain", PLAIN, ("plain",))
    _try_codes(con, "refined", REFINED, ("if_present", "if_absent"))
    ends = {_LEAST: "least", _GREATEST: "greatest"}
    scores = ", ".join(
        f"case v.which {' '.join(f'when {which} then {end}_{score}' for which, end in ends.items())} end as {score}"
        for score in _SCORES
    )
    con.execute(
        f"""
        create or replace temp table end_option as
        select
            (a.option_id + v.which * {_APART})::integer as option_id, a.option_id as of_option, v.which as which_end,
            a.is_own, a.is_folded, a.listed, a.sex, a.weight, {scores}
        from any_code as a
        cross join (values ({_LEAST}), ({_GREATEST}), ({_UNSCORED})) as v (which)
        left join any_plain as p on p.plain = a.plain and p.is_one = (a.listed = 1) and a.listed > 0
        left join any_refined as q on q.refined = a.refined and q.is_one = (a.listed = 1) and a.listed > 0
        where v.which <> {_UNSCORED} or a.is_without_poa
        order by 1
        """
    )


def _try_codes(con: duckdb.DuckDBPyConnection, held: str, schemes: Sequence[Scheme], columns: Sequence[str]) -> None:
    """Create `any_plain` or `any_refined`: the ends of scores by the groups that the other diagnoses have.

    `is_one`: of one code more, any of those of `comorbidity_code`; else of several.
    """
    groups = ", ".join(f"{groups_expression(con, scheme)} as {scheme.groups}" for scheme in schemes)
    scores = [(scheme, score, weights) for scheme in schemes for score, weights in scheme.scores]
    tried = ", ".join(f"{score_expression(con, scheme, weights)} as {score}" for scheme, score, weights in scores)
    ends = ", ".join(f"min({score}) as least_{score}, max({score}) as greatest_{score}" for _, score, _ in scores)
    sums = []
    for scheme, score, weights in scores:
        each = group_weights(con, scheme, weights)
        sums.append(f"{sum(min(weight, 0) for weight in each)} as least_{score}")
        sums.append(f"{sum(max(weight, 0) for weight in each)} as greatest_{score}")
    codes = " union ".join(f"select {column} as bits from comorbidity_code" for column in columns)
    con.execute(
        f"""
        create or replace temp table any_{held} as
        with other as (select distinct {held} from any_code where listed > 0),
        joined as (
            select distinct o.{held} as held, (o.{held} | c.bits)::ubigint as {held}
            from other as o
            cross join ({codes} union select 0::ubigint) as c
        )
        select held as {held}, true as is_one, {ends}
        from (select *, {tried} from (select *, {groups} from joined))
        group by held
        union all
        select {held}, false, {", ".join(sums)} from other
        """
    )


def at_ends(columns: Sequence[str], rows: str, ends: str, *, by_cause: bool) -> str:
    """SELECT of the rows of the options `ends` at an end, from the SELECT `rows` of those that they stand beside."""
    changed = "".join(f", {_AT_END[name]} as {name}" for name in columns if name in _AT_END)
    one = f"""
        select r.* replace (v.option_id as option_id, true as is_wild {changed})
        from ({rows}) as r
        join end_option as v on v.of_option = r.option_id
        where v.option_id in (select option_id from {ends})
    """
    return f"{one} union all by name select * replace ('*' as cause) from ({one})" if by_cause else one


def beside(ends: str) -> str:
    """SELECT of the options that the options `ends` at an end stand beside."""
    return f"(select of_option as option_id from end_option where option_id in (select option_id from {ends}))"


def _either(of: str, most: str = "v.weight") -> str:
    return f"""case
        when not v.is_own or v.which_end = {_UNSCORED} then {of}
        when v.which_end = {_LEAST} then 0
        else {most}
    end"""


def _score(of: str, among: str) -> str:
    return f"if(v.{of} is null or r.{among} = 0, r.{of}, v.{of} * v.weight)"


# What columns of stats.cell come to at an end, by the row `r` and the option `v`.
_AT_END = {
    "symptom_principals": _either("r.symptom_principals"),
    "unspecified_principals": _either("r.unspecified_principals"),
    "invalid_principals": "if(v.is_own, 0, r.invalid_principals)",
    **{
        name: f"if(v.is_own, v.weight, r.{name})"
        for name in ("classified_principals", "titled_principals", "judged_principals", "scored_stays")
    },
    "coded_stays": "v.weight",
    "secondary_diagnoses": f"""case v.which_end
        when {_LEAST} then greatest(r.secondary_diagnoses - if(v.is_own and v.is_folded, v.weight, 0), 0)
        when {_GREATEST} then
            r.secondary_diagnoses + v.weight * (v.listed + if(v.is_own and v.is_folded, 1, 0))
        else r.secondary_diagnoses
    end""",
    **{score: _score(score, "refined_stays" if score in _REFINED_SCORES else "scored_stays") for score in _SCORES},
    **{score: f"if(v.which_end = {_UNSCORED}, 0, {_score(score, 'refined_stays')})" for score in _REFINED_SCORES},
    "refined_stays": f"if(v.which_end = {_UNSCORED}, 0, r.refined_stays)",
    **{
        name: _either(f"r.{name}", "if(v.sex = 'M', 0, v.weight)")
        for name in ("maternal_deaths", "maternal_deaths_who", "late_maternal_deaths")
    },
}
