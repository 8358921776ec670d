"""Run the SQL that places contributions in time, age and cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codesets.database import literal
from transforms.measures.facts.comorbidity import PLAIN, REFINED
from transforms.measures.maternal import MATERNAL
from transforms.measures.specification import MONTHS, TableSpecification

HERE = Path(__file__).parent


def placed_for(table: TableSpecification) -> str:
    """The relation of placed records that a table sums: by the date of the event, or of its registration."""
    return "placed_by_registration" if table.date_of == "registration" else "placed"


def period_expression(period: str, year_start: int) -> str:
    """The first month of a record's period as a month index, over `placed as p`; null where it is not known.

    A record known to its year lies in calendar years only, one known to its month in any period.
    """
    months, offset = MONTHS[period], year_start - 1
    by_month = f"((p.month_index - {offset}) // {months}) * {months} + {offset}"
    if period == "year" and year_start == 1:
        return "p.calendar_year * 12"
    return by_month


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Where is read what records hold beside their main code, as relations.

    `facts` has the columns of stats.stay_fact, `drgs` those of stats.stay_drg, `diagnoses` those of core.diagnosis.
    `encounters` are the encounters of each stay (stay_id, encounter_id), `conditions` those on each death's certificate
    (record_number, system, code).
    """

    facts: str = "stats.stay_fact"
    drgs: str = "stats.stay_drg"
    diagnoses: str = "core.diagnosis"
    encounters: str = """(
    select stay_id, stay_id as encounter_id from core.stay where encounters = 1
    union all
    select stay_id, encounter_id from core.encounter
    where stay_id in (select stay_id from core.stay where encounters > 1)
)"""
    conditions: str = """(
    select d.rowid as record_number, m."system", m.code
    from core.death_condition as m
    join core.death as d using (death_id)
)"""


def place(
    con: duckdb.DuckDBPyConnection,
    schemes: Sequence[str],
    records_of: str | None = None,
    listed: Sequence[tuple[str, str]] = (),
    since: Sequence[str] = (),
    beside: Beside = Beside(),
) -> None:
    """Create `scope`, `block`, `cause_of` and `placed` (see placing.sql).

    `listed` are the domains and schemes by which records count once in each group of all their codes: for these
    `listed_cause` is created too (see listed.sql and listed_stay_cause.sql), and is empty without any; `since` are
    those of the schemes whose stays are held against the same patient's before, in `listed_since`.

    `records_of`, a subquery of `stats.contribution`, narrows them to some records and keeps each one's identifier;
    without it all records are placed, without their identifiers, which sums do not need.
    """
    named = ", ".join(literal(scheme) for scheme in sorted(set(schemes))) or "''"
    contributions = records_of or "stats.contribution"
    of_deaths = sorted({scheme for domain, scheme in listed if domain == "death"})
    of_stays = sorted({scheme for domain, scheme in listed if domain == "discharge"})
    is_wanted = "true" if of_deaths else "false"
    con.execute(
        (HERE / "listed.sql")
        .read_text()
        .format(contributions=contributions, is_wanted=is_wanted, conditions=beside.conditions)
    )
    text = (HERE / "placing.sql").read_text()
    con.execute(
        text.format(
            contributions=contributions,
            schemes=named,
            facts=beside.facts,
            drgs=beside.drgs,
            record_columns="c.record_id," if records_of else "",
            maternal=MATERNAL,
        )
    )
    by_all = ", ".join(map(literal, of_deaths)) or "''"
    con.execute((HERE / "listed_cause.sql").read_text().format(contributions=contributions, schemes=by_all))
    if of_stays:
        con.execute(
            (HERE / "listed_stay.sql").read_text().format(contributions=contributions, encounters=beside.encounters)
        )
        for scheme in of_stays:
            _place_listed_stays(con, scheme, beside)
    if since:
        held = ", ".join(map(literal, sorted(set(since))))
        con.execute((HERE / "listed_since.sql").read_text().format(schemes=held))


# The columns of stats.stay_fact that have the groups of comorbidity schemes.
_COMORBIDITY = {scheme.name: scheme.groups for scheme in (*PLAIN, *REFINED)}


def _place_listed_stays(con: duckdb.DuckDBPyConnection, scheme: str, beside: Beside) -> None:
    """Add the groups of stays by all their diagnoses to `listed_cause`."""
    if scheme in _COMORBIDITY:
        text = (HERE / "listed_comorbidity.sql").read_text()
        con.execute(text.format(scheme=literal(scheme), groups=_COMORBIDITY[scheme], facts=beside.facts))
        return
    versions = con.execute(
        """
        select distinct scheme, scheme_version, "system"
        from block
        semi join (from scope where "domain" = 'discharge') using (scope_id)
        where scheme = ?
        order by all
        """,
        [scheme],
    ).fetchall()
    text = (HERE / "listed_stay_cause.sql").read_text()
    for _, scheme_version, system in versions:
        con.execute(
            text.format(
                scheme=literal(scheme),
                scheme_version=literal(scheme_version),
                system=literal(system),
                facts=beside.facts,
                diagnoses=beside.diagnoses,
            )
        )


def place_by_registration(con: duckdb.DuckDBPyConnection, contributions: str = "stats.contribution") -> None:
    """Create `placed_by_registration`: the deaths of `placed` in the time of their registration."""
    con.execute((HERE / "registration.sql").read_text().format(contributions=contributions))


def place_periods(con: duckdb.DuckDBPyConnection, period: str, year_start: int, placed: str = "placed") -> None:
    """Create `calendar_period` (see periods.sql) for one length of period and the records of the relation `placed`."""
    text = (HERE / "periods.sql").read_text()
    by = period_expression(period, year_start)
    con.execute(text.format(months=MONTHS[period], offset=year_start - 1, period=by, placed=placed))


def place_rates(con: duckdb.DuckDBPyConnection) -> None:
    """Create `covered_event` and `outside_area`: which records a rate by population may count."""
    con.execute((HERE / "rates.sql").read_text())
