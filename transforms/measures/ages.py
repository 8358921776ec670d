"""Age bands: which set a table uses in each collection, and in which band each age lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import duckdb

from transforms.measures.specification import Settings, TableSpecification, band_sets

# Band that stands for every age, among the sets that a population is held against.
ALL_AGES = "all"

# For each table with age bands the set that it uses in each collection.
ChosenBands = Mapping[str, tuple[tuple[str, str], ...]]

# A set of bands serves a collection if no more than this share of the known ages falls between its bands.
TOLERATED_MISFITS = 0.01


def register_bands(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    """Create the temp table `band` with the named sets, and the set `all` of one band from 0, open-ended."""
    con.execute(
        "create or replace temp table band "
        "(set_name varchar, sort_order integer, age_band varchar, age_start integer, age_end integer)"
    )
    rows: list[tuple[str, int, str, int, int | None]] = [(ALL_AGES, 1, ALL_AGES, 0, None)]
    for name in names:
        rows += [(name, place, band.label, band.start, band.end) for place, band in enumerate(band_sets()[name], 1)]
    con.executemany("insert into band values (?, ?, ?, ?, ?)", rows)


def choose_bands(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification], settings: Settings
) -> ChosenBands:
    """Fill `stats.age_band`: for each table and collection the first of its sets that the ages fill; they are returned.

    A set is filled if at most `TOLERATED_MISFITS` of the records of known age fall between its bands and, in a table
    of rates, if the population's age groups make up each band and, in one of standardised rates, if those of the
    standard do. Where no set is, the one with the fewest misfits is taken, the population's first, then the
    standard's; ages that lie in none of its bands are `unknown`.
    """
    con.execute(
        """
        create or replace temp table band_misfit as
        with age as (
            select scope_id, age_key // 1000 as least, age_key % 1000 as greatest, count(*) as records
            from placed
            where age_key >= 0
            group by all
        )
        select s.set_name, a.scope_id, sum(a.records) as records,
            coalesce(sum(a.records) filter (not exists (
                select 1 from band as b
                where b.set_name = s.set_name and b.age_start <= a.least and coalesce(b.age_end, 999) >= a.greatest
            )), 0) as misfits
        from age as a
        cross join (select distinct set_name from band) as s
        group by all
        """
    )
    con.execute(
        """
        create or replace temp table population_misfit as
        select set_name, collection, count(*) filter (problem is not null) as misfits
        from population_band
        where facility_id is null
        group by all
        """
    )
    misfits = {
        (name, scope): (count / records, count)
        for name, scope, records, count in con.execute(
            "from band_misfit select set_name, scope_id, records, misfits"
        ).fetchall()
    }
    unfilled = {
        (name, collection): count
        for name, collection, count in con.execute(
            "select set_name, collection, misfits from population_misfit"
        ).fetchall()
    }
    split = {
        (standard, name)
        for standard, name in con.execute(
            "select distinct standard, set_name from standard_band where problem is not null or weight is null"
        ).fetchall()
    }
    scopes = con.execute('select scope_id, "domain", collection from scope order by scope_id').fetchall()
    chosen = []
    for table in tables:
        if not any("age_band" in margin.by for margin in table.margins) and not any(
            "age_band" in definition.within for definition in table.definitions
        ):
            continue
        for scope_id, domain, collection in scopes:
            if domain != table.domain:
                continue

            def rank(
                name: str, scope: int = scope_id, of: str = collection, table: TableSpecification = table
            ) -> tuple:
                share, count = misfits.get((name, scope), (0.0, 0))
                crossed = unfilled.get((name, of), 0) if table.is_rate else 0
                is_split = table.is_standardised and (table.standard or settings.standard, name) in split
                return (
                    crossed > 0,
                    is_split,
                    share > TOLERATED_MISFITS,
                    crossed,
                    count if share > TOLERATED_MISFITS else 0,
                )

            chosen.append((table.table_id, collection, min(table.age_bands, key=rank)))
    if chosen:
        con.execute("create or replace temp table chosen_set (table_id varchar, collection varchar, set_name varchar)")
        con.executemany("insert into chosen_set values (?, ?, ?)", chosen)
        con.execute(
            """
            insert into stats.age_band by name
            select c.table_id, c.collection, b.age_band, b.age_start, b.age_end, b.sort_order
            from chosen_set as c
            join band as b using (set_name)
            order by all
            """
        )
    return {
        table_id: tuple((collection, set_name) for _, collection, set_name in rows)
        for table_id, rows in groupby(chosen, key=itemgetter(0))
    }


def place_ages(con: duckdb.DuckDBPyConnection, table_id: str) -> None:
    """Create the temp table `age_place`: the band, or `unknown`, of each age of `placed` in one table.

    An age known only to a range lies in a band only if the whole range does.
    """
    con.execute(
        """
        create or replace temp table age_place as
        with age as (select distinct scope_id, age_key from placed)
        select a.scope_id, a.age_key, coalesce(b.age_band, 'unknown') as age_band
        from age as a
        join scope as s using (scope_id)
        left join stats.age_band as b
            on b.table_id = $table_id and b.collection = s.collection
            and a.age_key >= 0
            and b.age_start <= a.age_key // 1000
            and coalesce(b.age_end, 999) >= a.age_key % 1000
        """,
        {"table_id": table_id},
    )
