"""Worst bounds contain what every code there is would make of a figure: each code written into core and counted."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.influence.flagged import covers, empty, flag, stays
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.measures import Settings, TableSpecification, build_figures

SETTINGS = Settings(reliability="none")
# One of each kind that the figures tell apart.
CODES = ("E785", "I219", "I500", "N40", "R073")
KEY = ["table_id", "measure", "cause"]


def table(table_id: str, measures: list[str], **more: object) -> TableSpecification:
    given = {"table_id": table_id, "order": 1, "title": "T", "question": "Q?", "period": "year", "measures": measures}
    return TableSpecification.model_validate(given | {"margins": [{"by": []}]} | more)


TABLES = [
    table("coding", ["symptom_principal_share", "unspecified_principal_share", "mean_secondary_diagnoses"]),
    table("listed", ["discharges_with_mention"], scheme="chapter", margins=[{"by": ["cause"]}]),
]


def coded(code: str | None = None, seq: int = 1):
    """Four stays in core, of which the first may have another code in one place."""
    con = empty()
    covers(con, "2024-01-01", "2024-12-31")
    con.execute("""
        insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
        values ('chapter', 'v', 'icd10cm', 'Chapters', true, 'test');
        insert into codes.code ("system", code, title, is_billable, block, chapter)
        values ('icd10cm', 'R073', 'Pain', true, 'R07', 'R');
        insert into codes.validity values ('icd10cm', 'R073', date '2015-10-01', null);
    """)
    stays(con, "stay_id | codes\ns1 | I219 E785 N40\ns2 | I500\ns3 | E785 I219\ns4 | N40 I500")
    if code:
        con.execute("update core.diagnosis set code = ? where encounter_id = 's1' and seq = ?", [code, seq])
        if seq == 1:
            con.execute("update core.stay set principal_code = ? where stay_id = 's1'", [code])
    return con


def values(con) -> pd.DataFrame:
    build_figures(con, TABLES, SETTINGS)
    columns = "bound_kind, bound_low, bound_high, worst_low, worst_high"
    return con.execute(
        f"select table_id, measure, coalesce(cause, '') as cause, \"value\", {columns} from stats.figure"
    ).df()


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "seq"), [("principal_any", 1), ("any", 2)])
def test_bounds_contain_every_code(rule, seq, hold_bounds):
    with coded() as con:
        flag(con, rule, "diagnosis", encounter_id="s1", seq=seq, code=["I219", "E785"][seq - 1])
        build_figures(con, TABLES, SETTINGS)
        find_options(con)
        assess(con, TABLES, SETTINGS)
        said = con.execute(
            "select table_id, measure, coalesce(cause, '') as cause, \"value\", bound_kind, bound_low, bound_high, "
            "worst_low, worst_high from stats.figure"
        ).df()
    made = [said]
    for code in CODES:
        with coded(code, seq) as con:
            made.append(values(con))
    every = pd.concat(made).groupby(KEY)["value"].agg(["min", "max"]).reset_index()
    tried = said.merge(every, on=KEY).rename(columns={"worst_low": "low", "worst_high": "high"})
    assert (said["bound_low"] == said["value"]).all()
    assert (tried["min"] < tried["max"]).any()
    hold_bounds(tried.rename(columns={"min": "least", "max": "greatest"}))
