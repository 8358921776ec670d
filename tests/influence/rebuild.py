"""Samples with injected errors, dealt out to many small cases, and the resolutions of what the rules flag in them.

Each case is a collection of its own. What is chosen for its records is written into the extracts, which are taken in
again, and core and all figures are made anew. What influence predicts for the same choice stands beside them.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from codesets import reference
from codesets.database import connect
from tests.influence.extracts import land, lay_out, resolve
from transforms import landing, warehouse
from transforms.core import SourceInput, build_core
from transforms.influence.assess import assess, each_breakdown
from transforms.influence.beliefs import place_beliefs
from transforms.influence.composed.followed import FOLLOWED
from transforms.influence.forms import FORMS
from transforms.influence.lengths import lengths_after
from transforms.influence.options import find_options
from transforms.influence.results import Results
from transforms.measures import Settings, TableSpecification, build_figures
from transforms.profiles import load_profile
from transforms.rules import load_rules, run_rules
from transforms.sample.generate import SampleFiles, generate
from transforms.source import Source

SETTINGS = Settings(reliability="none")

# What a figure is of. Its identifier names the confidence of its interval besides, and none where there is no interval.
KEY = (
    "table_id", "measure", "scheme_version", "cause", "period_start", "collection", "facility_id", "area", "sex",
    "age_band", "stratum_name", "stratum",
)  # fmt: skip
_SCHEMA = Path(warehouse.__file__).with_name("schema")


def sample_core(con: duckdb.DuckDBPyConnection, files: SampleFiles, home: Path) -> None:
    """Build the core of a sample's providers, registry, population and births in an empty warehouse."""
    profile = load_profile("sample")
    sources = [
        Source(name=name, profile="sample", paths=paths, person_scope="group")
        for name, paths in (
            ("providers", (files.encounters, files.procedures)),
            ("registry", (files.deaths, files.death_conditions)),
            ("population", (files.population,)),
            ("births", (files.births,)),
        )
    ]
    ingested = [landing.ingest(home, source, profile.files) for source in sources]
    landing.register(con, ingested)
    inputs = zip(sources, ingested, strict=True)
    build_core(con, [SourceInput(source=source, profile=profile, batches=taken.batches) for source, taken in inputs])


def empty_warehouse(file: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse with the code sets and without records; without the comments, which take most of the time."""
    reference.begin_warehouse(reference.ensure(), file)
    con = connect(file)
    # What reads several schemas stands last.
    for schema in sorted(_SCHEMA.glob("*.sql"), key=lambda path: (path.stem == "record_influence", path.stem)):
        con.execute(schema.read_text(encoding="utf-8"))
    return con


def flagged_cases(folder: Path, *, encounters: int, seed: int, miscoding: float, cases: int) -> None:
    """Put into a folder a sample dealt out to cases: its extracts, and a warehouse that the rules have checked.

    Files extracts.duckdb and flagged.duckdb; figures are yet to be made.
    """
    files = generate(folder / "data", encounters=encounters, seed=seed, miscoding=miscoding, years=1)
    lay_out(folder / "extracts.duckdb", files, cases)
    with empty_warehouse(folder / "flagged.duckdb") as con:
        land(con, folder / "extracts.duckdb", folder / "home")
        run_rules(con, load_rules())
        con.execute("checkpoint")


def resolved_at_random(con: duckdb.DuckDBPyConnection, rng: np.random.Generator) -> pd.DataFrame:
    """One option for each record of influence: columns record and option_id.

    Of units with states a state is chosen first. In collections whose name ends with `named` only options with named
    targets are.
    """
    options = con.execute("""
        select
            o.record, o.option_id, r.unit_id, coalesce(s.state, 0) as state,
            o.is_named or o.collection like '% any' as is_open
        from influence.option as o
        join influence.record as r using (record)
        join influence.unit as u using (unit_id)
        left join influence.state as s using (unit_id, record, option_id)
        where not u.has_states or s.state is not null
        order by r.unit_id, state, o.record, o.option_id
    """).df()
    chosen = []
    for _, unit in options.groupby("unit_id"):
        records = unit["record"].nunique()
        allowed = unit[unit["is_open"]]
        states = [state for _, state in allowed.groupby("state") if state["record"].nunique() == records]
        state = states[rng.integers(len(states))]
        for _, record in state.groupby("record"):
            chosen.append(record.iloc[rng.integers(len(record))][["record", "option_id"]])
    return pd.DataFrame(chosen).astype(int).reset_index(drop=True)


def keep_only(con: duckdb.DuckDBPyConnection, chosen: pd.DataFrame, rng: np.random.Generator) -> None:
    """Leave in influence what was chosen and the records as coded; any code becomes one that is in force."""
    con.register("chosen", chosen)
    con.execute("""
        create table influence.chosen as from chosen;
        delete from influence.option where not is_coded and option_id not in (select option_id from chosen);
        delete from influence.state;
        insert into influence.state
        select r.unit_id, 1, record, c.option_id
        from chosen as c
        join influence.record as r using (record)
        join influence.unit as u using (unit_id)
        where u.has_states;
    """)
    wild = con.execute("""
        with own as (
            select s.stay_id as record_id, d.encounter_id, d.seq, d."system"
            from core.stay as s
            join core.diagnosis as d on d.encounter_id = s.principal_encounter_id
            where d.role = 'principal'
        ),
        beside as (
            select e.stay_id as record_id, max(d."system") as "system"
            from core.encounter as e
            join core.diagnosis as d using (encounter_id)
            group by e.stay_id
        )
        select o.option_id, 'own' as part, w.encounter_id, w.seq, null as line,
            coalesce(o."system", b."system", if(o."domain" = 'death', 'icd10', 'icd10cm')) as "system"
        from influence.option as o
        left join own as w using (record_id)
        left join beside as b using (record_id)
        where o.is_wild
        union all
        select r.option_id, 'listed', r.encounter_id, r.seq, null, d."system"
        from influence.recoded as r
        join chosen as c using (option_id)
        join core.diagnosis as d using (encounter_id, seq)
        where r.is_any
        union all
        select r.option_id, 'condition', null, r.seq, r.line, coalesce(m."system", 'icd10')
        from influence.recoded_condition as r
        join influence.option as o using (option_id)
        join core.death_condition as m on m.death_id = o.record_id and m.line = r.line and m.seq = r.seq
        where r.is_any
        order by all
    """).df()
    con.unregister("chosen")
    codes = {
        system: con.execute(
            """
            select distinct code from codes.validity
            where "system" = ? and coalesce(valid_from, date '2023-01-01') <= date '2023-01-01'
                and coalesce(valid_to, date '9999-12-31') >= date '2025-12-31'
            order by code
            """,
            [system],
        ).fetchnumpy()["code"]
        for system in sorted(set(wild["system"]))
    }
    wild["code"] = [codes[system][rng.integers(len(codes[system]))] for system in wild["system"]]
    con.register("wild", wild)
    con.execute("""
        update influence.option as o
        set is_wild = false, "system" = w."system", code = w.code, code_status = 'valid'
        from wild as w
        where o.option_id = w.option_id and w.part = 'own';
        insert into influence.recoded
        select option_id, encounter_id, seq, "system", code, false
        from wild
        where part = 'own' and seq is not null
            and (option_id, encounter_id, seq) not in (select option_id, encounter_id, seq from influence.recoded);
        update influence.recoded as r
        set "system" = w."system", code = w.code, is_any = false
        from wild as w
        where w.part = 'listed' and (r.option_id, r.encounter_id, r.seq) = (w.option_id, w.encounter_id, w.seq);
        update influence.recoded_condition as r
        set "system" = w."system", code = w.code, is_any = false
        from wild as w
        where w.part = 'condition' and (r.option_id, r.line, r.seq) = (w.option_id, w.line, w.seq);
    """)
    con.unregister("wild")


def predicted(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> pd.DataFrame:
    """Every figure with a form as it is said to be once everything is as chosen: from its cells.

    Columns of KEY, before, n, d, predicted, bounds, and whether a move touches it.
    """
    results = Results(con, tables, SETTINGS)
    base = results.base(results.every)
    n, d, touched = base.n.copy(), base.d.copy(), np.zeros(len(base.n), dtype=bool)
    of_lengths = results.value.copy()
    place_beliefs(con)

    def take(part, found) -> None:
        moves = found.moves
        if part.is_of_lengths:
            figures, values = lengths_after(con, part, found, results)
            of_lengths[figures] = values
            touched[figures] = True
            return
        rows = (moves.dn != 0) | (moves.dd != 0)
        np.add.at(n, found.figures[moves.figure[rows]], moves.dn[rows] * moves.count[rows])
        np.add.at(d, found.figures[moves.figure[rows]], moves.dd[rows] * moves.count[rows])
        touched[found.figures[moves.figure[rows]]] = True

    each_breakdown(con, [table.resolved(SETTINGS) for table in tables], SETTINGS, take)
    figures = con.execute(f"""
        select
            {", ".join(KEY)}, "value" as before, numerator, bound_kind, bound_low, bound_high, worst_low, worst_high,
            expected,
            concat_ws('|', table_id, collection, scheme_version, period_start, facility_id, area, sex, age_band)
                as place
        from stats.figure order by rowid
    """).df()
    d = np.where(base.is_fixed, base.d, d)
    value = np.where(results.is_of_lengths, of_lengths, results.values_of(results.every, n, d))
    figures = figures.assign(n=n, d=d, base_n=base.n, base_d=base.d, predicted=value, touched=touched)
    return figures[figures["measure"].isin((*FORMS, *FOLLOWED)) & figures["before"].notna()]


def predicted_and_rebuilt(folder: Path, tables: Sequence[TableSpecification], seed: int) -> pd.DataFrame:
    """Figures as predicted for a random resolution of all cases, with columns of what a rebuild from landing makes.

    `after` and `numerator_after` are null where the figure is gone. `folder` as from flagged_cases.
    """
    rng = np.random.default_rng(seed)
    coded, extracts = folder / f"coded-{seed}.duckdb", folder / f"extracts-{seed}.duckdb"
    shutil.copy(folder / "flagged.duckdb", coded)
    with connect(coded) as con:
        build_figures(con, tables, SETTINGS)
        find_options(con)
        assess(con, tables, SETTINGS)
        keep_only(con, resolved_at_random(con, rng), rng)
        figures = predicted(con, tables)
        con.execute("checkpoint")
    shutil.copy(folder / "extracts.duckdb", extracts)
    resolve(extracts, coded)
    with empty_warehouse(folder / f"rebuilt-{seed}.duckdb") as con:
        land(con, extracts, folder / f"home-{seed}")
        build_figures(con, tables, SETTINGS)
        after = con.execute(
            f'select {", ".join(KEY)}, "value" as after, numerator as numerator_after from stats.figure'
        ).df()
    return figures.merge(after, on=list(KEY), how="left", validate="one_to_one")
