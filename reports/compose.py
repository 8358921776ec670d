"""Compose the report's sections from the warehouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from codesets.drift import scheme_breaks
from reports import periods
from reports.blocks import Block, Column, Headlines, Section, Table, Text
from reports.margins import margin
from reports.released import Warehouse
from reports.sections import (
    activity,
    causes,
    headlines,
    hospital,
    ill_defined,
    life,
    mortality,
    overview,
    provenance,
    quality,
    risk,
)

# The records that figures are about, and the table that counts them.
COUNTED = {"discharges": "activity", "deaths": "deaths"}


@dataclass(frozen=True)
class Cover:
    """The face of the report."""

    title: str
    period: str
    release_id: str
    as_of: str
    program_version: str
    is_held: bool
    held_because: str


def cover(warehouse: Warehouse, title: str) -> Cover:
    """Who it is for, what it covers, and whether it is held."""
    run = warehouse.table("select release_id, as_of, program_version, is_held, held_because from meta.run").iloc[0]
    first, last = warehouse.con.execute(
        "select min(first_day), max(last_day) from core.coverage where source not in"
        " (select source from core.encounter where date_precision = 'shifted'"
        " union all select source from core.death where date_precision = 'shifted')"
    ).fetchone()
    return Cover(
        title=title,
        period=periods.label(first, last) if first and last else "no dated records",
        release_id=run["release_id"],
        as_of=periods.day(run["as_of"]),
        program_version=run["program_version"],
        is_held=bool(run["is_held"]),
        held_because=str(run["held_because"] or "") if run["is_held"] else "",
    )


def compose(warehouse: Warehouse, on_progress: Callable[[str], None] | None = None) -> list[Section]:
    """All sections in reading order: at a glance, one a collection, then what they share."""
    schemes = warehouse.table("select scheme, scheme_version, system, title from codes.scheme")
    labels = warehouse.table("select scheme, scheme_version, group_code, sort_order from codes.group_label")
    shared = Shared(schemes, labels, *_standards_and_breaks(warehouse))
    names = warehouse.collections()
    glances, sections, used = {}, [], []
    for order, name in enumerate(names, start=1):
        if on_progress:
            on_progress(f"Drawing the report of collection {name} ({order} of {len(names)})")
        figures = warehouse.figures(name)
        focus = {domain: periods.focus(margin(figures, table_id, domain)) for domain, table_id in COUNTED.items()}
        glances[name] = overview.Glance(figures, focus)
        used.append(figures[["measure", "method"]].drop_duplicates())
        parts = _parts(warehouse, name, figures, focus, shared)
        sections.append(_collection(warehouse, name, order, parts, is_only=len(names) == 1))
    measures = pd.concat(used, ignore_index=True) if used else pd.DataFrame({"measure": [], "method": []})
    methods = provenance.methods(measures, warehouse.minimum_count, provenance.reliability(warehouse))
    first = [Section("glance", "At a glance", [overview.at_a_glance(warehouse, glances)])] if len(names) > 1 else []
    return [
        *first,
        *sections,
        Section("files", "Files and rejected rows", quality.files_and_rejects(warehouse)),
        Section("provenance", "Where the figures come from", provenance.provenance(warehouse)),
        Section("methods", "Methods", [*methods, provenance.symbols()]),
        Section("glossary", "Glossary", [_glossary()]),
    ]


def _glossary() -> Table:
    return Table(
        title="Terms",
        columns=[Column("Term"), Column("Meaning", is_prose=True)],
        rows=[list(e) for e in provenance.glossary()],
    )


@dataclass(frozen=True)
class Shared:
    """What the sections of all collections share: codes.scheme, codes.group_label, titles of standards, and breaks."""

    schemes: pd.DataFrame
    labels: pd.DataFrame
    standards: dict[str, str]
    breaks: mortality.Breaks


def _standards_and_breaks(warehouse: Warehouse) -> tuple[dict[str, str], mortality.Breaks]:
    standards = dict(warehouse.con.execute("select standard, title from codes.standard").fetchall())
    titles = dict(warehouse.con.execute('select "system", title from codes.system').fetchall())

    @cache
    def breaks(scheme: str, first: dt.date, last: dt.date) -> list[tuple[dt.date, str, str | None]]:
        """Days after the first up to the last on which groups of a scheme change: day, why, group (None for all)."""
        return [
            (
                each.on_date,
                f"{titles.get(each.system, each.system)} from here on" if each.before else "codes regrouped",
                each.group_code,
            )
            for each in scheme_breaks(warehouse.con, scheme, first, last)
            if each.alters_meaning
        ]

    return standards, breaks


def _parts(warehouse, name, figures, focus, shared: Shared) -> list[tuple[str, str, list[Block]]]:
    """The parts of a collection's section: key, title and blocks; those without blocks fall away."""
    source = {domain: _source(warehouse, name, domain) for domain in COUNTED}
    leading = {
        domain: causes.leading_causes(
            figures, shared.schemes, source[domain], focus[domain].period, domain=domain, noun=noun
        )
        if focus[domain]
        else []
        for domain, noun in (("discharges", "principal diagnosis"), ("deaths", "cause of death"))
    }
    stays = _stays(figures, source["discharges"], focus["discharges"], hospital.calibration(warehouse, name))
    died = _deaths(warehouse, figures, source["deaths"], focus["deaths"], shared)
    return [
        ("headlines", "Headlines", _headlines(figures, focus)),
        ("risk", "Figures at risk", [*risk.at_risk(warehouse, name, figures, focus), *died["ill_defined"]]),
        ("diagnoses", "Leading principal diagnoses", [*leading["discharges"], *stays["diagnoses"]]),
        ("deaths", "Leading causes of death", died["causes"] or leading["deaths"]),
        ("death-rates", "Death rates", died["rates"]),
        ("life", "Life expectancy", died["life"]),
        ("infants", "Infants and mothers", died["infants"]),
        ("trends", "Trends", [*activity.trends(figures, source), *mortality.excess(figures, source["deaths"])]),
        ("facilities", "Facilities side by side", stays["facilities"]),
        ("people", "Age and sex", activity.pyramids(figures, source, focus)),
        ("causes-by-age", "Causes by age", causes.cause_by_age(figures, shared.schemes, shared.labels, source, focus)),
        ("rows", "From rows to stays and deaths", quality.from_rows_to_stays(warehouse, name)),
        ("quality", "Data quality", quality.findings(warehouse, name)),
    ]


def _stays(
    figures: pd.DataFrame, source: str, focus: periods.Focus | None, calibration: list[Block]
) -> dict[str, list[Block]]:
    """The parts on hospital care beside the leading diagnoses; empty lists where the collection has none."""
    if focus is None:
        return {"diagnoses": [], "facilities": []}
    period = focus.period
    ratios = hospital.ratios(figures, source, period)
    # Deaths against those expected say more than deaths alone.
    crude = activity.facilities(figures, source, period, without=("in_hospital_mortality",) if ratios else ())
    return {
        "diagnoses": hospital.diagnoses(figures, source, period),
        "facilities": [
            *ratios,
            *(calibration if ratios else []),
            *crude,
            *hospital.facilities(figures, source, period),
        ],
    }


def _deaths(
    warehouse: Warehouse, figures: pd.DataFrame, source: str, focus: periods.Focus | None, shared: Shared
) -> dict[str, list[Block]]:
    """The parts on deaths by population and by births; empty lists where the collection has none."""
    if focus is None:
        return {"causes": [], "rates": [], "life": [], "infants": [], "ill_defined": []}
    period = focus.period
    ranked = mortality.leading_causes(figures, source, period)
    return {
        "causes": [*ranked, *(mortality.years_lost(figures, source, period) if ranked else [])],
        "rates": mortality.rates(figures, source, period, shared.breaks, shared.standards),
        "life": life.expectancy(figures, source, period),
        "infants": life.infants_and_mothers(figures, source, period),
        "ill_defined": ill_defined.redistributed(
            warehouse, figures, focus, frozenset(mortality.ranked_causes(figures, period))
        ),
    }


def _collection(warehouse: Warehouse, name: str, order: int, parts: list, *, is_only: bool) -> Section:
    identifier = f"collection-{order}"
    inner = [Section(f"{identifier}-{key}", title, blocks) for key, title, blocks in parts if blocks]
    title = "The figures" if is_only else f"Collection {name}"
    return Section(identifier, title, [Text(line) for line in quality.character(warehouse, name)], inner)


def _headlines(figures: pd.DataFrame, focus: dict[str, periods.Focus | None]) -> list[Block]:
    found = headlines.headlines(figures, focus)
    said = [Text(line) for line in headlines.remarks(figures, focus)]
    if not found:
        return [Text("This collection has no discharges and no registered deaths that can be shown."), *said]
    return [Headlines(found), *said]


SOURCES = {
    "discharges": "select distinct source from core.stay where collection = ? and counts_as_discharge order by 1",
    "deaths": "select distinct source from core.death where collection = ? order by 1",
}
SYSTEMS = {
    "discharges": "select title, known_to from codes.system where system in (select distinct principal_system"
    " from core.stay where collection = ? and counts_as_discharge) order by 1",
    "deaths": "select title, known_to from codes.system where system in (select distinct system from core.death"
    " where collection = ?) order by 1",
}


def _source(warehouse: Warehouse, collection: str, domain: str) -> str:
    """The line beneath a chart: the sources of its records, and the code sets that judged their codes."""
    sources = [name for (name,) in warehouse.con.execute(SOURCES[domain], [collection]).fetchall()]
    systems = warehouse.con.execute(SYSTEMS[domain], [collection]).fetchall()
    sets = [f"{title}{f', as known to {periods.day(until)}' if until else ''}" for title, until in systems]
    line = f"Source: {', '.join(sources)}." if sources else ""
    return f"{line} Codes: {'; '.join(sets)}.".strip() if sets else line
