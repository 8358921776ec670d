"""The options of flagged records, and the figures, in brief: all that a table can tell apart, and no more."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from codesets.database import literal
from transforms.influence.forms import FORMS
from transforms.influence.methods.choices import Booleans, Integers
from transforms.measures.dimensions import PLAIN
from transforms.measures.methods.arrays import Floats


def prepare(con: duckdb.DuckDBPyConnection, source: str = "influence", figures: str = "true") -> None:
    """Create what every breakdown reads: the options and records of `source` in brief, and the figures by number.

    `figures` is a condition on stats.figure.
    """
    shares = ", ".join(literal(name) for name, form in FORMS.items() if form.kind == "share")
    con.execute(
        f"""
        create or replace temp table option_of_diagnoses as
        select
            o.option_id, o.record, r.unit_id, u.has_states, o.is_coded, o.is_named, o.is_wild, o.share,
            min(o.option_id) over (
                partition by o.record, o.is_absent, o.is_wild, a.columns_alike order by o.option_id
            ) as first_alike
        from {source}."option" as o
        join (
            select option_id, hash(*columns(* exclude (
                option_id, record, kind, rule_id, place, is_coded, is_absent, is_named, is_wild, share
            ))) as columns_alike
            from {source}."option"
        ) as a using (option_id)
        join {source}.record as r using (record)
        join {source}.unit as u using (unit_id);

        create or replace temp table option_of_columns as
        select
            first_alike as option_id, any_value(record) as record, any_value(unit_id) as unit_id,
            any_value(has_states) as has_states, bool_or(is_coded) as is_coded,
            bool_or(is_named) as is_named, any_value(is_wild) as is_wild,
            if(bool_or(is_coded), 0, sum(share)) as share
        from option_of_diagnoses
        group by first_alike;

        create or replace temp table state_of_columns as
        select distinct s.unit_id, s.state, s.record, o.first_alike as option_id
        from {source}.state as s
        join option_of_diagnoses as o using (option_id);
        """
    )
    for sight in ("diagnoses", "columns"):
        con.execute(
            f"""
            create or replace temp table record_of_{sight} as
            select
                b.record, any_value(b.unit_id) as unit_id, any_value(b.has_states) as has_states,
                any_value(coalesce(r.rule_set, 0)) as rule_set,
                count(*) = 2 and bool_or(b.is_wild) and not any_value(b.has_states) as is_open
            from option_of_{sight} as b
            left join record_rules as r using (record)
            group by b.record
            """
        )
    con.execute(
        f"""
        create or replace temp table figure_at as
        with sized as (
            select
                rowid as figure, table_id, measure, collection, period_start, {", ".join(PLAIN)}, stratum_name, stratum,
                scheme_version, cause,
                -- A share's denominator is of all causes.
                if(measure in ({shares}), records, coalesce(denominator_records, records)) as size,
                {figures} as is_wanted
            from stats.figure
            where "value" is not null
        )
        select
            * exclude (size, is_wanted),
            -- How likely any code is one of the cause: as often as it is coded among records of the same kind.
            case when cause is not null then coalesce(size / nullif(max(size) filter (cause = 'all') over (
                partition by table_id, measure, collection, scheme_version, period_start, {", ".join(PLAIN)},
                    stratum_name, stratum
            ), 0), 0) end as share_of_all
        from sized
        qualify is_wanted;
        """
    )


def look(con: duckdb.DuckDBPyConnection, source: str, of_diagnoses: bool) -> None:
    """Point `option_brief`, `record_brief` and `state_brief` at all options, or at those that differ in columns."""
    sight = "diagnoses" if of_diagnoses else "columns"
    states = f"{source}.state" if of_diagnoses else "state_of_columns"
    point_at(con, f"option_of_{sight}", f"record_of_{sight}", states)


def point_at(con: duckdb.DuckDBPyConnection, options: str, records: str, states: str) -> None:
    for name, behind in (("option", options), ("record", records), ("state", states)):
        con.execute(f"create or replace temp view {name}_brief as from {behind}")


@dataclass(frozen=True)
class Sight:
    """The options of flagged records as a table sees them: what `option_brief`, `record_brief`, `state_brief` hold.

    By option, ascending: `option_id`, `record` (a place among the records), and what it is; the `share` of what is as
    coded is that of options that come to the same. By record, ascending: its
    number, its unit of influence.unit, the number of the set of rules that flag it, whether its unit has states, and
    whether it may only be as coded or of any code (`is_open`). By state, record and option that it allows: the unit,
    the state, and the places of the record and the option.
    """

    option_id: Integers
    of_record: Integers
    is_coded: Booleans
    is_named: Booleans
    is_wild: Booleans
    share: Floats
    record: Integers
    unit_id: Integers
    rules: Integers
    has_states: Booleans
    is_open: Booleans
    state_unit: Integers
    state: Integers
    state_record: Integers
    state_option: Integers


def read_sight(con: duckdb.DuckDBPyConnection) -> Sight:
    """The options that the views point at (see `look`)."""
    options, records, states = (
        arrays(con, query)
        for query in (
            'select option_id, record, is_coded, is_named, is_wild, "share" from option_brief order by option_id',
            "select record, unit_id, rule_set, has_states, is_open from record_brief order by record",
            "select unit_id, state, record, option_id from state_brief order by all",
        )
    )
    return Sight(
        option_id=options["option_id"],
        of_record=np.searchsorted(records["record"], options["record"]),
        is_coded=options["is_coded"],
        is_named=options["is_named"],
        is_wild=options["is_wild"],
        share=options["share"],
        record=records["record"],
        unit_id=records["unit_id"],
        rules=records["rule_set"],
        has_states=records["has_states"],
        is_open=records["is_open"],
        state_unit=states["unit_id"],
        state=states["state"],
        state_record=np.searchsorted(records["record"], states["record"]),
        state_option=np.searchsorted(options["option_id"], states["option_id"]),
    )


def arrays(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, np.ndarray]:
    """The columns of a query without nulls; whole numbers wide."""
    found = {name: np.ma.getdata(values) for name, values in con.execute(query).fetchnumpy().items()}
    return {name: values.astype(np.int64) if values.dtype.kind == "i" else values for name, values in found.items()}
