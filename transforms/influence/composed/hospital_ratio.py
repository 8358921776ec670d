"""Deaths in hospital over those that a model expects, were flagged records otherwise: the model stays as it is fitted.

The ratio is 100 times the sum of deaths over the sum of probabilities, both over stays of known outcome, and each
option of a stay has its own probability by the model's terms (stats.model_term): age, sex, diagnosis group, type of
admission and comorbidity as the option has them. So it is a ratio of sums over records and its bounds are attained,
given the model; fitted anew to other records the model would be another, which is why they are `conditional`.

A level without a term has the coefficient 0: the reference, or one that no stay has as coded. Groups that stood
together for their few deaths stay together, and a group that no stay is in joins them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import duckdb

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown
from transforms.influence.composed.options import options_in_cells
from transforms.influence.composed.ratios import ratio_moves
from transforms.influence.found import Found
from transforms.influence.sights import Sights, seen_in
from transforms.measures.cells import in_slice, slice_of
from transforms.measures.definitions import DEFINITIONS
from transforms.measures.dimensions import FURTHER, PLAIN, STRATUM_SEPARATOR
from transforms.measures.families.expected_deaths import DEATHS_PER_TERM, FEW_DEATHS, LEFT_OVER
from transforms.measures.specification import Settings, TableSpecification

MEASURE = "hospital_standardised_mortality_ratio"
_DEFINITION = DEFINITIONS[MEASURE]
_FACTORS = ("age_band", "sex", *(name for name in FURTHER if name in _DEFINITION.within))


def hospital_ratio_moves(
    con: duckdb.DuckDBPyConnection,
    table: TableSpecification,
    settings: Settings,
    sights: Sights,
) -> Iterator[tuple[Breakdown, Found]]:
    """The moves of the ratio in each margin of a table that has it."""
    if _DEFINITION not in table.definitions:
        return
    parts = [
        Breakdown(table, margin, slice_of(margin, _DEFINITION), (_DEFINITION,))
        for margin in table.margins
        if _DEFINITION.stands_in(margin)
    ]
    # The deaths of a record and its probability are the same in every margin: all read the widest cells.
    dimensions = tuple(name for name in PLAIN if any(name in part.one.dimensions for part in parts))
    widest = replace(parts[0].one, dimensions=dimensions)
    columns = (_DEFINITION.numerator, *_DEFINITION.also)
    query = options_in_cells(table, widest, columns, settings.year_start)
    any_beside = "p.record_number in (select option_id from influence.recoded where is_any)"
    sights.look(seen_in(query, table, settings.year_start, also=any_beside))
    con.execute(f"create or replace temp table effect as {query}")
    _place_terms(con, parts[0])
    con.execute(f"create or replace temp table expected_option as {_expected(dimensions)}")
    for part in parts:
        con.execute(f"create or replace temp table ratio_option as {_in_figures(part)}")
        yield part, ratio_moves(con)
    for name in ("ratio_option", "expected_option", "model_level", "group_weight", "class_weight"):
        con.execute(f"drop table if exists temp.{name}")


def _place_terms(con: duckdb.DuckDBPyConnection, part: Breakdown) -> None:
    """Create the model's terms as levels, and how stays of known outcome are spread over what any code may be.

    `model_level` (collection, factor, level, coefficient); `group_weight` and `class_weight`: each diagnosis group and
    class of comorbidity as coded with its share of stays (likely).
    """
    of_table = f"table_id = {literal(part.table.table_id)}"
    separator = literal(STRATUM_SEPARATOR)
    place = part.one.further.index("comorbidity_class") + 1
    con.execute(
        f"""
        create or replace temp table model_level as
        select
            collection, split_part(term, '=', 1) as factor, substr(term, strpos(term, '=') + 1) as level, coefficient
        from stats.model_term
        where {of_table} and measure = {literal(MEASURE)};

        create or replace temp table group_weight as
        with coded as (
            select
                collection, scheme_version, cause, sum(died)::double as died, sum(outcome_known)::double as known
            from stats.cell as c
            where {of_table} and {in_slice(part.one)} and cause not in ('all', {literal(LEFT_OVER)})
            group by all
        )
        select * exclude (known), known / sum(known) over (partition by collection) as likely
        from coded
        where known > 0;

        create or replace temp table class_weight as
        with coded as (
            select
                collection, split_part(stratum, {separator}, {place}) as comorbidity_class,
                sum(outcome_known)::double as known
            from stats.cell as c
            where {of_table} and {in_slice(part.one)} and cause = 'all'
            group by all
        )
        select collection, comorbidity_class, known / sum(known) over (partition by collection) as likely
        from coded
        where known > 0 and comorbidity_class <> 'unknown';
        """
    )


def _expected(dimensions: Sequence[str]) -> str:
    """SELECT of each option's deaths and expected deaths in the widest cells.

    An option of any main code stands in every group with the group's share of stays, one with any code beside it in
    every class of comorbidity. A record counts once: in the block of its own system, without a code in the first block,
    and with those of systems that have no block in what is left over.
    """
    joins = "".join(
        f" left join model_level as t_{name} on t_{name}.collection = e.collection "
        f"and t_{name}.factor = {literal(name)} and t_{name}.level = e.{name}"
        for name in _FACTORS
    )
    terms = "".join(f" + coalesce(t_{name}.coefficient, 0)" for name in _FACTORS)
    plain = "".join(f"e.{name}, " for name in dimensions)
    no_block = f"('unknown', {literal(LEFT_OVER)})"
    return f"""
        with first_block as (
            select collection, min(scheme_version) as scheme_version from effect group by collection
        ),
        of_block as (
            select option_id from effect where cause not in {no_block}
        ),
        once as (
            select e.*, 1.0::double as likely
            from effect as e
            join first_block as b using (collection)
            where
                e.cause not in {no_block}
                or e.scheme_version = b.scheme_version
                and (e.cause = 'unknown' or e.option_id not in (from of_block))
        ),
        of_group as (
            select * from once where not is_wild
            union all by name
            select o.* replace (
                g.scheme_version as scheme_version, g.cause as cause, o.likely * g.likely as likely
            )
            from once as o
            join group_weight as g using (collection)
            where o.is_wild
        ),
        any_beside as (
            select distinct option_id from influence.recoded where is_any
        ),
        of_class as (
            select * from of_group anti join any_beside using (option_id)
            union all by name
            select g.* replace (w.comorbidity_class as comorbidity_class, g.likely * w.likely as likely)
            from of_group as g
            semi join any_beside using (option_id)
            join class_weight as w on w.collection = g.collection
        )
        select
            e.record, e.option_id, e.collection, e.period_start, {plain} e.scheme_version, e.cause, e.likely,
            e.died,
            e.outcome_known / (1 + exp(-(
                i.coefficient
                + coalesce(d.coefficient, if(g.died >= {DEATHS_PER_TERM}, 0, few.coefficient), 0)
                {terms}
            ))) as expected
        from of_class as e
        join model_level as i on i.collection = e.collection and i.factor = 'intercept'
        left join group_weight as g on g.collection = e.collection
            and g.scheme_version = e.scheme_version and g.cause = e.cause
        left join model_level as d on d.collection = e.collection and d.factor = 'diagnosis_group'
            and d.level = e.scheme_version || ' ' || e.cause
        left join model_level as few on few.collection = e.collection and few.factor = 'diagnosis_group'
            and few.level = {literal(FEW_DEATHS)}
        {joins}
    """


def _in_figures(part: Breakdown) -> str:
    """SELECT of `ratio_option`: the options in the figures of a margin."""
    by_cause = "cause" in part.margin.by
    margin = [name for name in PLAIN if name in part.margin.by]
    same = ["f.collection = e.collection", "f.period_start is not distinct from e.period_start"]
    same += [f"f.{name} = e.{name}" for name in margin]
    same += [f"f.{name} is null" for name in PLAIN if name not in margin]
    same += ["f.scheme_version = e.scheme_version", "f.cause = e.cause"] if by_cause else ["f.cause is null"]
    return f"""
        select f.figure, e.record, e.option_id, e.likely, e.died as n, e.expected as d
        from expected_option as e
        join figure_at as f on {" and ".join(same)}
        where f.table_id = {literal(part.table.table_id)} and f.measure = {literal(MEASURE)}
    """
