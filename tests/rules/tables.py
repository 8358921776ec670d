"""Fill tables of the warehouse from small ASCII tables."""

from __future__ import annotations

import duckdb

from transforms.rules.header import rows

DEFAULTS = {
    "collection": "main",
    "facility_type": "hospital",
    "encounter_class": "inpatient",
    "weight": "1",
    "weight_kind": "frequency",
    "date_precision": "day",
    "source": "s",
    "batch_id": "b",
    "row_number": "1",
    "bucket": "0",
    "code_status": "valid",
    "code_raw": "x",
    "role": "secondary",
    "sex": "U",
    "stay_class": "inpatient",
    "encounters": "1",
    "principal_encounter_id": "e",
    "counts_as_discharge": "true",
}


def fill(con: duckdb.DuckDBPyConnection, table: str, text: str) -> None:
    """Insert an ASCII table, columns that may not be null taking their defaults."""
    columns = {name for (name,) in con.execute(f"select column_name from (describe {table})").fetchall()}
    for row in rows(text):
        record = {name: value for name, value in DEFAULTS.items() if name in columns} | row
        names = ", ".join(record)
        con.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(record))})", list(record.values()))
