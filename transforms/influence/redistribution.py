"""What causes of death would look like if ill-defined ones were something else: a sensitivity, never a replacement.

A death is ill-defined where open flags on its underlying cause name no cause that it could be instead (R codes, causes
that are no underlying ones, mechanisms only). Such deaths are left alone; or spread, within age and sex, over the
causes of the well-defined deaths in proportion to them; or are at their worst, all of them of a cause or none.
Spreading in proportion is what the Global Burden of Disease study calls proportional redistribution, within age and sex
(Naghavi M and others. Algorithms for enhancing public health utility of national causes-of-death data. Population
Health Metrics 2010;8:9); its targets for single codes are not used here.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown
from transforms.influence.effects import TableRows, rows_of

MEASURE = "deaths"
MARGIN = ("sex", "age_band", "cause")
_SLICE = ["collection", "period_start", "scheme_version"]
_CELL = [*_SLICE, "sex", "age_band"]


def is_redistributed(part: Breakdown) -> bool:
    """Whether a breakdown is deaths by cause, sex and age: what redistribution needs."""
    return (
        set(part.margin.by) == set(MARGIN)
        and not (part.table.any_listed or part.table.in_parts)
        and any(definition.name == MEASURE for definition in part.definitions)
    )


def redistribute(con: duckdb.DuckDBPyConnection, part: Breakdown, year_start: int) -> None:
    """Add to influence.redistributed the table's deaths by cause: all ages and sexes, one row a figure.

    Reads the options of flagged records as they are placed for the table, and stats.cell.
    """
    rows = TableRows.of(part.table, year_start).select()
    cells = con.execute(
        f"""
        with cell as (
            select {", ".join(_CELL)}, cause, sum(weight)::double as deaths, sum(records)::bigint as records
            from stats.cell
            where table_id = {literal(part.table.table_id)} and cause is not null and sex is not null
                and age_band is not null and facility_id is null and area is null and stratum is null
            group by all
        ),
        placed as (
            select r.record, {", ".join(f"r.{name}" for name in _CELL)}, r.cause, r.weight::double as weight
            from ({rows_of(part, rows, "record, option_id, weight")}) as r
            join influence.option as o using (option_id)
            where o.is_coded and r.cause <> 'all' and r.record in ({_ILL_DEFINED})
        ),
        -- Those in no group of the scheme cannot be taken from any.
        ill as (
            select * from placed
            anti join (select record, scheme_version from placed where cause in {_NO_GROUP}) as n
                using (record, scheme_version)
        ),
        ill_in as (
            from ill
            union all
            select distinct * replace ('all' as cause) from ill
        ),
        ill_cell as (
            select {", ".join(_CELL)}, cause, sum(weight) as ill_defined, count(*) as ill_records
            from ill_in
            group by all
        )
        select
            c.*, coalesce(i.ill_defined, 0) as ill_defined, coalesce(i.ill_records, 0)::bigint as ill_records
        from cell as c
        left join ill_cell as i on {" and ".join(f"i.{name} is not distinct from c.{name}" for name in _CELL)}
            and i.cause = c.cause
        order by {", ".join(_CELL)}, c.cause
        """
    ).df()
    found = spread(cells)
    con.register("spread_deaths", found)
    con.execute(
        f"""
        insert into influence.redistributed
        select
            f.figure_id, f.table_id, s.deaths, s.ill_defined, s.ill_records, s.records, s.all_ill_defined,
            s.all_ill_records, s.spread, s.least, s.greatest
        from spread_deaths as s
        join stats.figure as f
            on f.collection = s.collection and f.period_start is not distinct from s.period_start::date
            and f.scheme_version is not distinct from s.scheme_version and f.cause = s.cause
        where f.table_id = {literal(part.table.table_id)} and f.measure = {literal(MEASURE)}
            and f.sex is null and f.age_band is null and f.facility_id is null and f.area is null and f.stratum is null
        order by f.figure_id
        """
    )
    con.unregister("spread_deaths")


_NO_GROUP = "('other_system', 'unmapped', 'unknown')"

# Deaths whose underlying cause may be any, and none in particular.
_ILL_DEFINED = """
select record
from influence.option
where "domain" = 'death' and place = 'underlying' and not is_coded
group by record
having bool_and(is_wild)
"""


def spread(cells: pd.DataFrame) -> pd.DataFrame:
    """Deaths by cause as coded and with the ill-defined ones spread, or all, or none of the cause.

    In: a row for each cause of each cell (`collection`, `period_start`, `scheme_version`, `sex`, `age_band`), the rows
    `all`, `other_system`, `unmapped` and `unknown` among them: `deaths`, `records`, of which `ill_defined`,
    `ill_records`. Groups may overlap: each has the share of the well-defined deaths that it has among them. Out: a row
    for each group that is a cause, all ages and sexes. Ill-defined deaths of a cell without well-defined ones stay.
    """
    is_cause = ~cells["cause"].isin(["all", "other_system", "unmapped", "unknown"])
    sign = np.where(cells["cause"] == "all", 1.0, np.where(is_cause, 0.0, -1.0))
    whole = cells.assign(
        placed=cells["deaths"] * sign,
        all_ill=cells["ill_defined"].where(cells["cause"] == "all", 0.0),
        all_ill_records=cells["ill_records"].where(cells["cause"] == "all", 0),
    )
    whole = whole.groupby(_CELL, dropna=False, sort=True)[["placed", "all_ill", "all_ill_records"]].sum()
    rows = cells[is_cause].merge(whole.reset_index(), on=_CELL, how="left")
    well = rows["deaths"] - rows["ill_defined"]
    all_well = rows["placed"] - rows["all_ill"]
    share = (well / all_well).where(all_well > 0)
    rows = rows.assign(spread=(well + rows["all_ill"] * share).where(all_well > 0, rows["deaths"]), least=well)
    sums = ["deaths", "records", "ill_defined", "ill_records", "spread", "least"]
    found = rows.sort_values([*_CELL, "cause"]).groupby([*_SLICE, "cause"], dropna=False, sort=True)[sums].sum()
    every = whole.groupby(_SLICE, dropna=False, sort=True)[["all_ill", "all_ill_records"]].sum()
    found = found.reset_index().merge(every.reset_index(), on=_SLICE, how="left")
    return found.rename(columns={"all_ill": "all_ill_defined"}).assign(
        greatest=lambda table: table["least"] + table["all_ill_defined"]
    )
