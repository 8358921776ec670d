"""MS-DRGs of stays: the grouper of the package `msdrg`, asked once for each different claim.

The grouper takes one claim at a time, some 5,000 stays a second with all around it (measured on one core), so that a
run groups stays only where the configuration asks for it. It knows the versions of CMS's fiscal years 2023 to 2027;
stays of other days, or without what it needs, have a reason in place of a group.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import msdrg
import pyarrow as pa

HERE = Path(__file__).parent

# The grouper's versions and the discharges that each is for: the odd ones begin with the codes of April.
VERSIONS = (
    (400, "2022-10-01", "2023-03-31"),
    (401, "2023-04-01", "2023-09-30"),
    (410, "2023-10-01", "2024-03-31"),
    (411, "2024-04-01", "2024-09-30"),
    (420, "2024-10-01", "2025-03-31"),
    (421, "2025-04-01", "2025-09-30"),
    (430, "2025-10-01", "2026-03-31"),
    (431, "2026-04-01", "2026-09-30"),
    (440, "2026-10-01", "2027-03-31"),
)
CLAIMS_A_BATCH = 20_000
_POA = "case when d.poa in ('Y', 'N', 'U', 'W') then d.poa else ' ' end"
_SCHEMA = pa.schema(
    [
        ("claim", pa.string()), ("drg", pa.string()), ("title", pa.string()), ("base_drg", pa.string()),
        ("mdc", pa.string()), ("severity", pa.string()), ("problem", pa.string()),
    ]
)  # fmt: skip


def group_stays(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `stats.stay_drg`, which must be empty, from `core` and `codes.drg_weight`."""
    versions = ", ".join(f"({version}, date '{first}', date '{last}')" for version, first, last in VERSIONS)
    con.execute((HERE / "drg_claim.sql").read_text().format(versions=versions, poa=_POA))
    con.execute(
        "create or replace temp table drg_answer (claim varchar, drg varchar, title varchar, base_drg varchar, "
        "mdc varchar, severity varchar, problem varchar)"
    )
    claims = con.execute("select distinct claim from drg_claim where claim is not null order by claim").fetchall()
    for start in range(0, len(claims), CLAIMS_A_BATCH):
        batch = [claim for (claim,) in claims[start : start + CLAIMS_A_BATCH]]
        con.register("answered", pa.Table.from_pylist(list(_answers(batch)), schema=_SCHEMA))
        con.execute("insert into drg_answer from answered")
        con.unregister("answered")
    con.execute((HERE / "stay_drg.sql").read_text())
    for name in ("drg_claim", "drg_answer"):
        con.execute(f"drop table temp.{name}")


def _answers(claims: list[str]) -> Iterator[dict[str, str | None]]:
    with msdrg.MsdrgGrouper() as grouper:
        for claim in claims:
            found = grouper.group(json.loads(claim))
            is_grouped = found["return_code"] == "OK" and found["final_base_drg"] is not None
            yield {
                "claim": claim,
                "drg": f"{found['final_drg']:03}" if is_grouped else None,
                "title": found["final_drg_description"] if is_grouped else None,
                "base_drg": f"{found['final_base_drg']:03}" if is_grouped else None,
                "mdc": f"{found['final_mdc']:02}" if is_grouped else None,
                "severity": found["final_severity"] if is_grouped else None,
                "problem": None if is_grouped else f"the grouper says {found['return_code'].lower().replace('_', ' ')}",
            }
