"""How far the open flags could move every figure: bounds, expected values and verdicts, from cells.

`assess` comes after `find_options` and `build_figures`. It fills the columns of stats.figure that follow the value, and
keeps, by classes of records that are alike, the change that each could bring to each figure, and what moves headlines.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.absent.find import find_absent
from transforms.influence.any_code import find_any_code
from transforms.influence.beliefs import place_beliefs, store_beliefs
from transforms.influence.breakdowns import Breakdown
from transforms.influence.cells import figures_of_cells, place_figures
from transforms.influence.changes import Changes
from transforms.influence.classes import UNITS, find_classes
from transforms.influence.composed.behind import Corners
from transforms.influence.composed.bound import begin_composed, bound_composed
from transforms.influence.composed.hospital_ratio import hospital_ratio_moves
from transforms.influence.effects import TableRows, place_weights
from transforms.influence.found import Found
from transforms.influence.headlines import Headlines, mark_headlines
from transforms.influence.lengths import Lengths
from transforms.influence.methods.bounds import SingleChanges
from transforms.influence.moves import find_moves
from transforms.influence.patients.find import counts_patients, patient_moves
from transforms.influence.patients.first import bound_first
from transforms.influence.placing import place_options, place_strata
from transforms.influence.redistribution import is_redistributed, redistribute
from transforms.influence.results import Results
from transforms.influence.sights import Sights
from transforms.influence.solving import Solver
from transforms.measures.ages import place_ages
from transforms.measures.person_time import place_years
from transforms.measures.placing import place_periods, placed_for
from transforms.measures.specification import Settings, TableSpecification

Progress = Callable[[str], None]
Find = Callable[[], Found]

# Breakdowns that are read and not yet solved: so few for memory.
_MOST_WAITING = 12

_WORK = (
    "option_contribution", "other_stay", "option_brief", "record_brief", "state_brief",
    "record_rules", "figure_at",
    "beside_stay", "influenced_stay", "unsteady_stay", "unsteady_death", "reached_stay", "followed_pair",
    "followed_own", "followed_other", "followed_share",
    "figure_in_cell", "patient_cell", "cell_figure", "within_cell", "record_option", "patient_seen", "patient_record",
    "tied_option", "patient_day", "cell_day", "first_in_cell", "patients_in_cell",
    "effect", "class_cell", "stratum_weight",
    "changed_option", "changed_encounter", "changed_diagnosis",
    "any_code", "any_plain", "any_refined", "end_option", "held_encounter", "held_diagnosis", "every_fact",
    "option_fact", "stay_encounter", "stay_diagnosis", "folded_stay", "plain_profile",
    "refined_profile", "comorbidity_version", "comorbidity_code", "listed_stay", "listed_encounter",
    "scope", "code_in_use", "group_in_use", "code_segment", "block", "cause_of", "placed", "placed_by_registration",
    "covered_event", "outside_area", "outside_birth_area", "listed_code", "listed_death_cause", "listed_stay_number",
    "listed_stay_name", "listed_stay_since", "population_group", "population_band", "band", "chosen_set",
    "standard_band", "age_place", "calendar_period", "year_share",
)  # fmt: skip


def assess(
    con: duckdb.DuckDBPyConnection,
    specifications: Sequence[TableSpecification],
    settings: Settings | None = None,
    on_progress: Progress | None = None,
) -> None:
    """Fill the columns of stats.figure from `value_without_flagged` on, influence.belief, and its tables by class.

    One connection to the warehouse under construction, in no transaction, in which `influence` and `stats` are filled.
    Work tables are temporary and dropped at the end.
    """
    settings = settings or Settings()
    say = on_progress or (lambda _: None)
    tables = [table.resolved(settings) for table in specifications]
    results = Results(con, tables, settings)
    results.absent = find_absent(con, tables)
    solver = Solver(results, place_beliefs(con), _relaxed_units(con))

    # In one transaction: hundreds of small statements that each commit take twice as long, and much memory.
    con.execute("begin")
    try:
        store_beliefs(con)
        mark_headlines(con, tables)
        changes, headlines, corners = Changes(con), Headlines(con, results), Corners(con, solver.chances)
        begin_composed(results)

        def bound_table(table: TableSpecification, sights: Sights) -> None:
            bound_first(con, table, settings, results, sights)
            bound_composed(con, table, settings, results, corners, sights)

        number = 0
        parts = breakdowns_of(con, tables, settings, with_patients=True, on_table=bound_table)
        for number, (part, found, own) in enumerate(_solved(con, solver, parts, settings), start=1):
            changes.take(number, found, own)
            if not part.is_of_lengths:
                headlines.take(number, found)
        for of_composed, (ways, own) in enumerate(corners.changes, start=number + 1):
            changes.take(of_composed, ways, own)
        changes.write()
        corners.drop()
        results.write(con)
        headlines.write(con)
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise
    con.execute("commit")
    for name in ("listed_cause", "every_diagnosis"):
        con.execute(f"drop view if exists temp.{name}")
    for name in _WORK:
        con.execute(f"drop table if exists temp.{name}")
    say(f"Open flags could move {int(results.is_movable.sum()):,} of {int(results.has_form.sum()):,} figures")


def _relaxed_units(con: duckdb.DuckDBPyConnection) -> NDArray[np.int64]:
    """The numbers, as in the moves, of units with more states than are told apart: some stand as free choice."""
    found = con.execute("select unit_id from influence.unit where is_relaxed order by unit_id").fetchnumpy()
    return UNITS + np.ma.getdata(found["unit_id"]).astype(np.int64)


def _solved(
    con: duckdb.DuckDBPyConnection, solver: Solver, parts: Iterator[tuple[Breakdown, Find]], settings: Settings
) -> Iterator[tuple[Breakdown, Found, SingleChanges]]:
    """The breakdowns in their order, solved in another thread while the next ones are read from the warehouse.

    Where that thread falls behind, the next one is solved here.
    """

    def solve(part: Breakdown, find: Find, lengths: Lengths | None) -> tuple[Breakdown, Found, SingleChanges]:
        found = find()
        return part, found, solver.solve(part, found, lengths)

    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(max_workers=1) as worker:
        for part, find in parts:
            if is_redistributed(part):
                redistribute(con, part, settings.year_start)
            lengths = Lengths.of_all(con, part) if part.is_of_lengths else None
            if sum(not each.done() for each in waiting) < _MOST_WAITING:
                waiting.append(worker.submit(solve, part, find, lengths))
            else:
                here: Future = Future()
                here.set_result(solve(part, find, lengths))
                waiting.append(here)
            while waiting and waiting[0].done():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _one_thread_less(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Leave a processor to whoever solves the moves meanwhile: statements this small gain nothing by more threads."""
    threads = con.execute("select current_setting('threads')").fetchone()[0]
    con.execute(f"set threads = {max(1, threads - 1)}")
    try:
        yield
    finally:
        con.execute(f"set threads = {threads}")


def each_breakdown(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[TableSpecification],
    settings: Settings,
    on_part: Callable[[Breakdown, Found], None],
    *,
    figures: str = "true",
) -> None:
    """Tell `on_part` the moves of every breakdown of every table; arguments as for `breakdowns_of`."""
    for part, find in breakdowns_of(con, tables, settings, figures=figures):
        on_part(part, find())


def breakdowns_of(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[TableSpecification],
    settings: Settings,
    *,
    figures: str = "true",
    with_patients: bool = False,
    on_table: Callable[[TableSpecification, Sights], None] | None = None,
) -> Iterator[tuple[Breakdown, Find]]:
    """Every breakdown of every table with what finds its moves; `record_rules` is there (see place_beliefs).

    `figures` is a condition on stats.figure that narrows the figures; `with_patients` asks for figures that count
    patients too. Moves may be found later and in another thread. `on_table` is told each table after its breakdowns,
    while all is placed for it, and the sights of options.
    """
    with_patients &= any(map(counts_patients, tables))
    place_options(con, tables, with_others=with_patients)
    place_strata(con)
    place_figures(con, figures)
    find_any_code(con)
    sights = Sights(con)

    def of_period(table: TableSpecification) -> tuple[str, str]:
        return table.period, placed_for(table)

    for (period, placed), group in groupby(sorted(tables, key=of_period), key=of_period):
        place_periods(con, period, settings.year_start, placed)
        for table in group:
            place_ages(con, table.table_id)
            if table.is_rate:
                place_years(con, table.domain)
            rows = TableRows.of(table, settings.year_start)
            with _one_thread_less(con):
                if rows.parts:
                    classes = find_classes(con, rows, sights.look(rows.seen))
                for part in rows.parts:
                    place_weights(con, part, settings)
                    yield part, partial(find_moves, classes, part, figures_of_cells(con, part))
                for part, found in hospital_ratio_moves(con, table, settings, sights):
                    yield part, partial(_given, found)
            if with_patients:
                for part, found in patient_moves(con, table, settings, sights):
                    yield part, partial(_given, found)
            if on_table is not None:
                on_table(table, sights)


def _given(found: Found) -> Found:
    return found
