"""Whatever a change of one record is said to do, a rebuild from changed extracts finds, in every figure.

A sample is dealt out to cases, each a collection of its own. In each one record is otherwise: predicted from the
warehouse as coded, and then written into the extracts, from which everything is made anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import isclose

import pytest

from codesets.database import connect
from tests.influence.extracts import SOURCE, land, lay_out
from tests.influence.rebuild import empty_warehouse
from tests.influence.test_rebuild import TABLES
from transforms.influence.whatif import Change, predict
from transforms.measures import Settings, build_figures, load_specifications
from transforms.sample.generate import generate

pytestmark = pytest.mark.slow

SETTINGS = Settings(reliability="none")

# What a figure is of; its identifier names its confidence too, which goes where there are no limits any more.
_KEY = (
    "table_id, measure, scheme, scheme_version, cause, period_start, collection, facility_id, area, sex, age_band, "
    "stratum_name, stratum, standard"
)


@dataclass(frozen=True)
class Pack:
    """Cases that are rebuilt together, and the kinds of change that are tried in them in turn.

    `is_whole`: in all shipped tables, else in one of those that have the same measures of other causes.
    """

    cases: int
    encounters: int
    years: int
    kinds: tuple[str, ...]
    is_whole: bool = False


# A kind of change: the domain, the condition on the record, what is asked, and the same change of the extracts.
_OF_STAYS = {
    "code": ("true", Change(code="I21.9", system="icd10cm"), None),
    "sex": ("sex = 'M'", Change(sex="F"), "update encounter set sex = 'F' where encounter_id = $id"),
    "other sex": ("sex = 'F'", Change(sex="M"), "update encounter set sex = 'M' where encounter_id = $id"),
    "drop": ("true", Change(is_dropped=True), "delete from encounter where encounter_id = $id"),
    "survived": (
        "discharge_disposition = 'died'",
        Change(died=False),
        "update encounter set discharge_disposition = 'home' where encounter_id = $id",
    ),
    "died": (
        "discharge_disposition = 'home'",
        Change(died=True),
        "update encounter set discharge_disposition = 'died' where encounter_id = $id",
    ),
}
_OF_DEATHS = {
    "death's code": (
        "underlying_cause <> 'C509'", Change(code="C50.9", system="icd10"),
        "update death set underlying_cause = 'C509', \"system\" = 'icd10' where death_id = $id",
    ),
    "death's sex": ("sex = 'M'", Change(sex="F"), "update death set sex = 'F' where death_id = $id"),
    "death less": ("true", Change(is_dropped=True), "delete from death where death_id = $id"),
}  # fmt: skip
_CODE = "update diagnosis set code = 'I21.9', \"system\" = 'icd10cm' where encounter_id = $id and seq = '1'"


# Small cases, in which what has one record goes or comes as a whole, and large ones, in which deaths make life tables.
PACKS = [
    Pack(10, 900, 2, (*_OF_STAYS, *_OF_DEATHS)),
    Pack(2, 3000, 3, ("drop", "death less"), is_whole=True),
]


@pytest.fixture(scope="module", params=PACKS, ids=lambda pack: f"{pack.cases} cases")
def pack(request):
    return request.param


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, pack):
    """The changes by collection, the figures as coded, what is said of them, and those of a rebuild."""
    folder = tmp_path_factory.mktemp("whatif")
    tables = load_specifications(TABLES)
    if not pack.is_whole:
        first = {(table.domain, table.any_listed, table.period, table.measures): table for table in reversed(tables)}
        tables = list(first.values())
    files = generate(folder / "data", encounters=pack.encounters, seed=11, miscoding=0.02, years=pack.years)
    lay_out(folder / "extracts.duckdb", files, pack.cases)
    with empty_warehouse(folder / "coded.duckdb") as con:
        land(con, folder / "extracts.duckdb", folder / "home")
        build_figures(con, tables, SETTINGS)
        asked = _records(con, folder, pack.kinds)
        before = _figures(con)
        said = {
            collection: predict(con, f"{SOURCE}:{record}", change, is_death=kind in _OF_DEATHS)
            for collection, (kind, record, change, _) in asked.items()
        }
    with connect(folder / "extracts.duckdb") as con:
        for _, record, _, statement in asked.values():
            con.execute(statement, {"id": record})
        con.execute("delete from diagnosis where encounter_id not in (select encounter_id from encounter)")
        con.execute("delete from procedure where encounter_id not in (select encounter_id from encounter)")
        con.execute("delete from death_condition where death_id not in (select death_id from death)")
    with empty_warehouse(folder / "changed.duckdb") as con:
        land(con, folder / "extracts.duckdb", folder / "changed")
        build_figures(con, tables, SETTINGS)
        after = _figures(con)
    return asked, before, said, after


def _records(con, folder, names: tuple[str, ...]) -> dict[str, tuple]:
    """One record for each collection, the kinds of change in turn."""
    con.execute(f"attach '{folder / 'extracts.duckdb'}' as extracts (read_only)")
    kinds = [("encounter" if name in _OF_STAYS else "death", name, *(_OF_STAYS | _OF_DEATHS)[name]) for name in names]
    collections = con.execute("select distinct collection from core.stay order by collection").fetchall()
    asked = {}
    for number, (collection,) in enumerate(collections):
        domain, kind, condition, change, statement = kinds[number % len(kinds)]
        key = f"{domain}_id"
        counts = "and record_id in (select stay_id from core.stay where counts_as_discharge)" if key[0] == "e" else ""
        found = con.execute(
            f"""
            select {key}
            from extracts.{domain}
            join extracts.dealt as d on d."domain" = '{domain}' and d.record_id = {key}
            where "case" = $case and ({condition})
                {counts.replace("record_id", f"'{SOURCE}:' || {key}")}
            order by hash({key}) limit 1
            """,
            {"case": collection},
        ).fetchone()
        if found is not None:
            asked[collection] = (kind, found[0], change, statement or _CODE)
    con.execute("detach extracts")
    return asked


def _figures(con) -> dict[tuple, tuple]:
    rows = con.execute(f'select rowid, "value", {_KEY} from stats.figure').fetchall()
    assert len({row[2:] for row in rows}) == len(rows)
    return {row[2:]: row[:2] for row in rows}


def test_every_kind_of_change_is_tried(outcome, pack):
    asked, _, said, _ = outcome
    assert {kind for kind, *_ in asked.values()} == set(pack.kinds)
    assert all(one.moved for one in said.values())


def test_every_figure_that_a_rebuild_changes_is_named_and_no_other(outcome):
    asked, before, said, after = outcome
    names = _KEY.split(", ")
    at = {place: key for key, (place, _) in before.items()}
    predicted = {key: value for key, (_, value) in before.items()}
    listed = set()
    for one in said.values():
        for moved in one.moved:
            assert predicted[at[moved.figure]] == moved.before
            predicted[at[moved.figure]] = moved.after
            listed.add(at[moved.figure])
        for new in one.new:
            key = tuple(new.of[name] for name in names)
            predicted[key] = new.value
            listed.add(key)
    wrong = Counter()
    for key in predicted.keys() | after.keys():
        found = after.get(key, (None, None))[1]
        if not _is_near(predicted.get(key), found):
            kind = asked.get(key[names.index("collection")], ("none",))[0]
            wrong[kind, key[0], key[1]] += 1
    assert wrong == {}
    same = [key for key in listed if _is_near(before.get(key, (None, None))[1], after.get(key, (None, None))[1], 1e-13)]
    assert same == []


def test_figures_that_are_no_sums_move(outcome, pack):
    _, before, said, _ = outcome
    at = {place: key for key, (place, _) in before.items()}
    measures = {at[moved.figure][1] for one in said.values() for moved in one.moved}
    assert measures >= {
        "patients", "treated_prevalence", "readmission_rate_30_day", "thirty_day_mortality", "leading_diagnosis_rank",
        "leading_cause_rank", "discharges_centre_line", "standardised_mortality_ratio", "median_length_of_stay",
    }  # fmt: skip
    if pack.cases == 2:
        assert measures >= {"life_expectancy", "life_expectancy_change", "life_expectancy_gain_without_cause"}


def _is_near(one: float | None, other: float | None, tolerance: float = 1e-9) -> bool:
    return one is other if one is None or other is None else isclose(one, other, rel_tol=tolerance, abs_tol=1e-12)
