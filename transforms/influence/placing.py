"""The options of flagged records, placed in time, age and cause by the SQL that places records themselves.

An option stands in `placed` as a record of its own, its number being the option's, so that every table sums it as it
would sum the record: what is predicted here is what a rebuild would find.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from transforms.measures.ages import ALL_AGES
from transforms.measures.placing import HERE, place, place_by_registration, place_rates
from transforms.measures.specification import TableSpecification
from transforms.measures.standards import place_standards

# One record as coded of each kind there is, so that scopes, and blocks of causes, are those of all records.
_KINDS = """
select distinct on ("domain", collection, "system") * replace (-1 as record_number)
from stats.contribution
order by "domain", collection, "system", record_number
"""

_OPTIONS = """
select
    option_id as record_number, 0 as bucket,
    o.* exclude (option_id, record, kind, rule_id, place, is_coded, is_absent, is_named, is_wild, share)
from influence.option as o
where not is_absent
"""


def place_options(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> None:
    """Create the temporary tables that `cells.rows_source` reads, for options in place of records.

    `stats` is filled: its bands of age are those of the figures.
    """
    con.execute(
        f"create or replace temp table option_contribution as from ({_KINDS}) union all by name from ({_OPTIONS})"
    )
    place(con, [table.scheme for table in tables if table.scheme], "temp.option_contribution")
    place_rates(con)
    if any(table.date_of == "registration" for table in tables):
        place_by_registration(con, "temp.option_contribution")


def place_strata(con: duckdb.DuckDBPyConnection) -> None:
    """Create what population and standards are joined by: the bands of each table and collection as they were chosen.

    Sets of bands are told apart by their bands, since the names they had are not kept.
    """
    con.execute(
        """
        create or replace temp table chosen_set as
        select table_id, collection, string_agg(age_band, ' ' order by sort_order) as set_name
        from stats.age_band
        group by all
        order by all
        """
    )
    con.execute(
        f"""
        create or replace temp table band as
        select distinct c.set_name, b.sort_order, b.age_band, b.age_start, b.age_end
        from stats.age_band as b
        join chosen_set as c using (table_id, collection)
        union all
        select '{ALL_AGES}', 1, '{ALL_AGES}', 0, null
        order by all
        """
    )
    con.execute((HERE / "population.sql").read_text())
    place_standards(con)
