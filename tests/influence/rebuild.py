"""Samples with injected errors, split into many small collections, and the resolutions of what the rules flag in them.

Each collection is a case of its own: what is chosen for its records is written into `core`, and all figures are made
anew. What influence predicts for the same choice stands beside them.
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
from transforms import landing, warehouse
from transforms.core import SourceInput, build_core
from transforms.influence.assess import assess, each_breakdown
from transforms.influence.beliefs import place_beliefs
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


def split(con: duckdb.DuckDBPyConnection, collections: int) -> None:
    """Deal the patients of the core out to collections; each has all of the population, the births and the cover.

    The cover is declared, so that it does not hang on the dates of the few records of a collection.
    """
    con.execute(f"""
        create temp table dealt as
        select 'case' || lpad((n // 2)::varchar, 4, '0') || if(n % 2 = 0, ' named', ' any') as collection
        from range({2 * collections}) as t (n);
        create temp macro dealt_to(patient) as
            'case' || lpad((hash(patient) % {collections})::varchar, 4, '0')
            || if(hash(patient) // {collections} % 2 = 0, ' named', ' any');
        update core.encounter set collection = dealt_to(coalesce(patient_id, stay_id));
        update core.stay set collection = dealt_to(coalesce(patient_id, stay_id));
        update core.death set collection = dealt_to(coalesce(patient_id, death_id));
        update core.person set collection = dealt_to(patient_id);
    """)
    for table in ("population", "birth", "coverage"):
        con.execute(f"""
            create temp table whole as from core.{table};
            delete from core.{table};
            insert into core.{table} select w.* replace (d.collection as collection) from whole as w, dealt as d;
            drop table whole;
        """)
    con.execute("update core.coverage set is_declared = true")


def flagged_cases(folder: Path, *, encounters: int, seed: int, miscoding: float, collections: int) -> Path:
    """The file of a warehouse whose core is split into cases and checked by the rules; figures are yet to be made."""
    files = generate(folder / "data", encounters=encounters, seed=seed, miscoding=miscoding)
    file = folder / "flagged.duckdb"
    with empty_warehouse(file) as con:
        sample_core(con, files, folder / "home")
        split(con, collections)
        run_rules(con, load_rules())
        con.execute("checkpoint")
    return file


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

    Columns figure_id, table_id, measure, collection, kind, value, n, d, bounds, before, and whether a move touches it.
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
    figures = con.execute("""
        select
            figure_id, table_id, measure, collection, "value" as before, numerator,
            bound_low, bound_high, worst_low, worst_high, expected, cause,
            concat_ws('|', table_id, collection, scheme_version, period_start, facility_id, area, sex, age_band)
                as place
        from stats.figure order by rowid
    """).df()
    d = np.where(base.is_fixed, base.d, d)
    value = np.where(results.is_of_lengths, of_lengths, results.values_of(results.every, n, d))
    figures = figures.assign(n=n, d=d, base_n=base.n, base_d=base.d, predicted=value, touched=touched)
    return figures[figures["measure"].isin(FORMS) & figures["before"].notna()]


def apply(con: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Write what was chosen in the warehouse of a file into the core of another."""
    con.execute(f"attach '{source}' as chosen (read_only)")
    con.execute("""
        create temp table made as
        select o.* from chosen.influence.option as o join chosen.influence.chosen as c using (option_id, record)
        where not o.is_coded;
        create temp table gone as select record_id from made where is_absent;

        delete from core.diagnosis as d
        using chosen.influence.recoded as r, made as m
        where r.option_id = m.option_id and d.encounter_id = r.encounter_id and d.seq = r.seq and r.code is null;
        update core.diagnosis as d
        set code = r.code, code_raw = r.code, "system" = r."system", code_status = 'valid'
        from chosen.influence.recoded as r semi join made using (option_id)
        where d.encounter_id = r.encounter_id and d.seq = r.seq;
        delete from core.death_condition as d
        using chosen.influence.recoded_condition as r, made as m
        where r.option_id = m.option_id and d.death_id = m.record_id and d.line = r.line and d.seq = r.seq
            and r.code is null;
        update core.death_condition as d
        set code = r.code, code_raw = r.code, "system" = r."system", code_status = 'valid'
        from chosen.influence.recoded_condition as r, made as m
        where r.option_id = m.option_id and d.death_id = m.record_id and d.line = r.line and d.seq = r.seq;

        update core.stay as s
        set
            patient_id = m.patient_id, discharge_date = m.event_date, sex = m.sex, age_years = m.age_years,
            age_years_max = m.age_years_max, age_days = m.age_days, principal_system = m."system",
            principal_code = m.code, principal_code_status = m.code_status, length_of_stay = m.bed_days::integer,
            died = m.died
        from made as m
        where m."domain" = 'discharge' and s.stay_id = m.record_id;
        update core.encounter as e
        set patient_id = s.patient_id
        from core.stay as s
        where e.stay_id = s.stay_id and s.stay_id in (select record_id from made);
        update core.death as d
        set
            patient_id = m.patient_id, death_date = m.event_date, sex = m.sex, age_years = m.age_years,
            age_years_max = m.age_years_max, age_days = m.age_days, "system" = m."system",
            underlying_cause = m.code, code_status = m.code_status
        from made as m
        where m."domain" = 'death' and d.death_id = m.record_id;

        delete from core.diagnosis where encounter_id in (
            select encounter_id from core.encounter where stay_id in (from gone)
        );
        delete from core.encounter where stay_id in (from gone);
        delete from core.stay where stay_id in (from gone);
        delete from core.death_condition where death_id in (from gone);
        delete from core.death where death_id in (from gone);
        detach chosen;
    """)


def predicted_and_rebuilt(flagged: Path, tables: Sequence[TableSpecification], seed: int, folder: Path) -> pd.DataFrame:
    """Figures as predicted for a random resolution of all cases, with column `after`: as rebuilt, null where gone."""
    rng = np.random.default_rng(seed)
    coded, rebuilt = folder / f"coded-{seed}.duckdb", folder / f"rebuilt-{seed}.duckdb"
    shutil.copy(flagged, coded)
    with connect(coded) as con:
        build_figures(con, tables, SETTINGS)
        find_options(con)
        assess(con, tables, SETTINGS)
        keep_only(con, resolved_at_random(con, rng), rng)
        figures = predicted(con, tables)
        con.execute("checkpoint")
    shutil.copy(flagged, rebuilt)
    with connect(rebuilt) as con:
        apply(con, coded)
        build_figures(con, tables, SETTINGS)
        after = con.execute(
            'select figure_id, "value" as after, numerator as numerator_after, denominator as denominator_after '
            "from stats.figure"
        ).df()
    return figures.merge(after, on="figure_id", how="left")
