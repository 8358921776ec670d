"""Brute force by rebuilding: every resolution of a collection's flagged records is a collection of its own.

The options are written by hand, not found by rules: what is proved is what becomes of them in figures that are no sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import duckdb
import pandas as pd

from tests.measures import every
from tests.measures.warehouse import SCHEMA
from transforms.influence.assess import assess
from transforms.measures import Settings, TableSpecification, build_figures

SETTINGS = Settings(reliability="none")
CODED = "coded"
# What makes figures of different collections the same one.
KEYS = [
    "table_id", "measure", "scheme_version", "cause", "period_start", "period_end", "facility_id", "area", "sex",
    "stratum_name", "stratum",
]  # fmt: skip

# Values of columns of core, as SQL, that differ from those as coded; None: the record is absent.
Option = dict[str, str] | None
AS_CODED: Option = {}


@dataclass(frozen=True)
class Unit:
    """Records that are resolved together, with their options beside as coded, and the states that they may be in.

    A state allows each record some of its options, by their place in (as coded, *options); without states all are
    allowed. `named` says whether the options rest on named targets; `any_code` lists the codes that a death which may
    be of any may turn out to have.
    """

    records: dict[str, Sequence[Option]]
    states: Sequence[dict[str, Sequence[int]]] = ()
    named: bool = True
    any_code: dict[str, Sequence[str]] = field(default_factory=dict)

    def resolutions(self, *, named_only: bool) -> list[dict[str, Option]]:
        if named_only and not self.named:
            return [dict.fromkeys(self.records, AS_CODED)]
        found = []
        for state in self.states or [{death: range(1 + len(of)) for death, of in self.records.items()}]:
            choices = []
            for death, options in self.records.items():
                allowed = [(AS_CODED, *options)[place] for place in state[death]]
                allowed += [{"underlying_cause": repr(code)} for code in self.any_code.get(death, ())]
                choices.append([(death, option) for option in allowed])
            found += [dict(chosen) for chosen in product(*choices)]
        return found


def resolutions(units: Sequence[Unit], *, named_only: bool) -> list[dict[str, Option]]:
    """Every resolution of all units together: each death's option."""
    parts = [unit.resolutions(named_only=named_only) for unit in units]
    return [{death: option for part in chosen for death, option in part.items()} for chosen in product(*parts)]


def offer(con: duckdb.DuckDBPyConnection, units: Sequence[Unit], domain: str = "death") -> None:
    """Write the units' options into schema influence, after the figures are built."""
    con.execute("""
        insert into quality.rule by name
        select 'by_hand' as rule_id, 't' as title, 'death' as family, 'warns' as severity, 'death' as grain,
            '[]' as effect, 'w' as why, 's' as source, 'x' as fix, '{}' as parameters, false as is_off
    """)
    record = option_id = 0
    for unit_id, unit in enumerate(units, start=1):
        con.execute(
            "insert into influence.unit values (?, ?, 1, ?, ?, false)",
            [unit_id, CODED, len(unit.records), bool(unit.states)],
        )
        numbers: dict[str, tuple[int, list[int]]] = {}
        for death, options in unit.records.items():
            record += 1
            con.execute("insert into influence.record values (?, ?, ?, ?)", [record, unit_id, domain, death])
            con.execute(
                "insert into influence.unit_flag values (?, ?, ?, 'by_hand', ?)",
                [f"flag{record}", unit_id, record, unit.named],
            )
            every_option = [AS_CODED, *options, *([AS_CODED] if death in unit.any_code else [])]
            numbers[death] = (record, [])
            for place, option in enumerate(every_option):
                option_id += 1
                numbers[death][1].append(option_id)
                changes = {_COLUMNS.get(name, name): value for name, value in (option or {}).items()}
                replaced = ", ".join(f"{value} as {name}" for name, value in changes.items())
                con.execute(
                    f"""
                    insert into influence.option by name
                    select
                        {option_id} as option_id, {record} as record, 'recode' as kind, {place == 0} as is_coded,
                        {option is None} as is_absent, {place == 0 or unit.named} as is_named,
                        {place > len(options)} as is_wild,
                        {0 if place == 0 else 1 / (len(every_option) - 1)}::double as share,
                        * exclude (record_number, bucket) {f"replace ({replaced})" if replaced else ""}
                    from stats.contribution
                    where "domain" = ? and record_id = ?
                    """,
                    [domain, death],
                )
        for number, state in enumerate(unit.states, start=1):
            for death, places in state.items():
                record_of, options_of = numbers[death]
                for place in places:
                    con.execute(
                        "insert into influence.state values (?, ?, ?, ?)",
                        [unit_id, number, record_of, options_of[place]],
                    )


# Columns of core that have another name in stats.contribution.
_COLUMNS = {
    "underlying_cause": "code", "death_date": "event_date", "principal_code": "code", "discharge_date": "event_date",
    "length_of_stay": "bed_days",
}  # fmt: skip
_TABLES = {"death": "death", "discharge": "stay"}


def copied(
    con: duckdb.DuckDBPyConnection, collection: str, resolution: dict[str, Option], domain: str = "death"
) -> None:
    """Add a collection with the records and persons of the one as coded, but resolved."""
    name = _TABLES[domain]
    con.execute(
        f"""
        create or replace temp table copy as
        select * replace ('{collection}' as collection, {name}_id || ' {collection}' as {name}_id), {name}_id as own
        from core.{name} where collection = '{CODED}'
        """
    )
    for record, option in resolution.items():
        if option is None:
            con.execute("delete from copy where own = ?", [record])
        elif option:
            changes = ", ".join(f"{name} = {value}" for name, value in option.items())
            con.execute(f"update copy set {changes} where own = ?", [record])
    con.execute(f"insert into core.{name} select * exclude (own) from copy")
    con.execute(
        f"insert into core.person select * replace ('{collection}' as collection) "
        f"from core.person where collection = '{CODED}'"
    )


def shared(con: duckdb.DuckDBPyConnection, collections: Sequence[str]) -> None:
    """Give collections the population, the births and the cover of the one as coded."""
    con.execute("create or replace temp table copied_to as select unnest(?) as collection", [list(collections)])
    for table in ("population", "birth", "coverage"):
        con.execute(
            f"insert into core.{table} select t.* replace (c.collection as collection) "
            f"from (from core.{table} where collection = '{CODED}') as t, copied_to as c"
        )


def tried(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[TableSpecification],
    units: Sequence[Unit],
    domain: str = "death",
) -> pd.DataFrame:
    """The figures as coded with their bounds, and with the least and greatest value of all resolutions rebuilt.

    Columns KEYS, those of the figure, and `least`, `greatest` (over named targets), `worst_least`, `worst_greatest`.
    """
    every_one = {False: resolutions(units, named_only=False), True: resolutions(units, named_only=True)}
    names = []
    for named_only, found in every_one.items():
        for number, resolution in enumerate(found):
            names.append(f"{'named' if named_only else 'any'}{number:04}")
            copied(con, names[-1], resolution, domain)
    shared(con, names)
    build_figures(con, tables, SETTINGS)
    offer(con, units, domain)
    assess(con, tables, SETTINGS)
    figures = con.execute("""select * from stats.figure where "value" is not null""").df()
    figures[KEYS] = figures[KEYS].astype(str).fillna("-")
    coded = figures[figures["collection"] == CODED]
    for prefix, least, greatest in (("named", "least", "greatest"), ("any", "worst_least", "worst_greatest")):
        others = figures[figures["collection"].str.startswith(prefix)]
        ends = others.groupby(KEYS)["value"].agg(["min", "max"]).rename(columns={"min": least, "max": greatest})
        coded = coded.merge(ends, left_on=KEYS, right_index=True, how="left")
    return coded


def bounds_of(tried: pd.DataFrame) -> pd.DataFrame:
    """Rows for `looseness.held`: each figure's bounds over named targets and over all, where they could be given."""
    named = tried.rename(columns={"bound_low": "low", "bound_high": "high"})
    names = {"worst_low": "low", "worst_high": "high"}
    worst = tried.drop(columns=["least", "greatest"]).rename(
        columns={**names, "worst_least": "least", "worst_greatest": "greatest"}
    )
    columns = ["measure", "bound_kind", "low", "high", "least", "greatest"]
    return pd.concat([named[columns], worst[columns]], ignore_index=True).dropna()


def core() -> duckdb.DuckDBPyConnection:
    """The generated core of tests.measures.every in a warehouse that has rules and influence too."""
    con = every.core()
    for schema in ("quality", "influence", "record_influence"):
        con.execute((SCHEMA / f"{schema}.sql").read_text(encoding="utf-8"))
    return con


def only_deaths(con: duckdb.DuckDBPyConnection, first_year: int) -> None:
    """Leave the deaths of the Januaries from a year on, but those of mothers, in the one collection as coded."""
    con.execute(f"""
        delete from core.stay;
        delete from core.diagnosis;
        delete from core.person;
        delete from core.coverage where record_kind <> 'death';
        delete from core.death
        where year(death_date) < {first_year} or month(death_date) > 1 or underlying_cause like 'O%';
        delete from core.population where period not between {first_year} and 2019;
        delete from core.birth where period not between {first_year} and 2019;
        update core.coverage set first_day = date '{first_year}-01-01';
        update core.death set weight = 5 + 3 * weight, collection = '{CODED}';
        update core.population set collection = '{CODED}';
        update core.birth set collection = '{CODED}';
        update core.coverage set collection = '{CODED}';
    """)


def deaths() -> duckdb.DuckDBPyConnection:
    """Deaths of two years in two areas, by sex, twenty ages and three causes, in one collection with its population."""
    con = core()
    only_deaths(con, first_year=2018)
    return con


def death_id(year: int, sex: str, area: int, band: int, code: str) -> str:
    """The identifier of the deaths of a year, sex, area, age (the number of its band) and cause."""
    return f"D-{year}-1-{sex}-{area}-{band}-{code}"
