"""Expected values of shares that follow patients, and what one flagged stay alone does to them.

For each flagged stay the patient's stays are followed again without it, by the SQL that follows all (readmissions.sql):
the stay before it may now be the last of its chain, or no longer be followed by a return. Each option of the stay so
adds what it is itself and what it makes of the others: exact for one stay alone. For expected values these are added up
as those of any ratio (methods.expected), as if no two flagged stays of a patient were wrong at once.

Three things are followed in brief. A stay on other days is taken to lie far from the patient's others, since the day
that stands for a month says nothing of the days in between. A return on the day of discharge whose condition is in
doubt, and a death in doubt, are followed as they are coded; the bounds contain what they might do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from transforms.influence.classes import UNITS
from transforms.influence.found import Members
from transforms.influence.methods.bounds import SingleChanges, single_changes
from transforms.influence.methods.choices import Integers, Moves
from transforms.influence.methods.expected import Expected, Outcomes, simulate
from transforms.influence.methods.segments import starts
from transforms.influence.results import Results
from transforms.influence.sight import arrays
from transforms.measures.facts.find import WINDOW_DAYS, find_readmissions, place_planned
from transforms.measures.methods.arrays import Floats

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Stays:
    """The flagged stays that are followed: by record its unit's place in `numbers`, its set of rules, and members."""

    record: Integers
    unit: Integers
    is_tied: Integers
    rules: Integers
    numbers: Integers
    members: Members

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection) -> Stays:
        found = arrays(
            con,
            """
            select record, unit_id, has_states::integer as is_tied, rule_set
            from record_brief
            where record in (select record from followed_own)
            order by record
            """,
        )
        own = np.where(found["is_tied"] == 1, UNITS + found["unit_id"], found["record"])
        numbers, unit = np.unique(own, return_inverse=True)
        # A unit with states stands for all its records.
        _, first = np.unique(own, return_index=True)
        record = np.where(found["is_tied"] == 1, -1, found["record"])[first]
        members = Members(np.arange(len(numbers)), record, found["unit_id"][first])
        return cls(found["record"], unit, found["is_tied"], found["rule_set"], numbers, members)


def follow_again(con: duckdb.DuckDBPyConnection) -> None:
    """Create what `expect_followed` reads; `unsteady_stay`, `beside_stay` and the briefs of options are there."""
    con.execute((HERE / "followed_alone.sql").read_text())
    place_planned(con)
    find_readmissions(con, "trial_stay")
    con.execute((HERE / "followed_effects.sql").read_text().format(window_days=WINDOW_DAYS, units=UNITS))
    for name in ("trial_stay", "planned_stay", "readmission", "seen_stay"):
        con.execute(f"drop table temp.{name}")


def expect_followed(
    con: duckdb.DuckDBPyConnection, results: Results, figures: Integers, measure: str, stays: Stays, chances: Floats
) -> SingleChanges:
    """Set the expected values of the figures of `followed_row`, all listed; return what each unit alone can do."""
    found = {
        name: np.ma.getdata(values)
        for name, values in con.execute(
            (HERE / "followed_moves.sql").read_text(), {"measure": measure}
        ).fetchnumpy().items()
    }  # fmt: skip
    figure = np.searchsorted(figures, found["figure"])
    place = np.searchsorted(stays.record, found["record"])
    n, d, multiplier = results.parts(figures)
    outcomes = Outcomes(
        figure=figure, record=found["record"], rule=stays.rules[place], dn=found["dn"], dd=found["dd"],
        share=found["share"], count=np.ones_like(figure),
    )  # fmt: skip
    within = (results.bounds.worst_low[figures], results.bounds.worst_high[figures])
    expected = simulate(n, d, outcomes, chances, multiplier=multiplier, within=within)
    is_open = np.isnan(results.expected.expected[figures])
    results.set_expected(figures[is_open], Expected(*(values[is_open] for values in vars(expected).values())))
    changes = single_changes(n, d, _moves(figure, found, stays, place), multiplier=multiplier)
    return SingleChanges(figures[changes.figure], changes.unit, changes.low, changes.high)


def _moves(figure: Integers, found: dict[str, np.ndarray], stays: Stays, place: Integers) -> Moves:
    """The moves of units alone, of one with states its records one at a time; as coded is one of all."""
    # Of each figure and record the first row, as coded.
    first = starts(figure, found["record"])
    rows = np.concatenate([np.arange(len(figure)), first])
    nothing = np.zeros(len(first))
    return Moves(
        figure=figure[rows],
        unit=stays.unit[place][rows],
        state=np.where(stays.is_tied[place] == 1, found["record"], 0)[rows],
        record=found["record"][rows],
        dn=np.concatenate([found["dn"], nothing]),
        dd=np.concatenate([found["dd"], nothing]),
        named=np.ones(len(rows), dtype=bool),
        count=np.ones_like(rows),
    )
