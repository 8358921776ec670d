"""Fill the warehouse's `landing` tables from what was taken in."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import literal
from transforms.landing.delimited import glob_escaped
from transforms.landing.outcome import FAULTS, Batch, Ingested
from transforms.landing.records import MAX_RECORD

_BATCH = """
    insert into landing.batch by name
    select
        ? as batch_id, ? as source, ? as file_role, ? as file_name, ? as sha256, ? as rows_read,
        ? as rows_accepted, ? as rows_rejected, ? as status, ? as superseded_by, ? as reason, ? as message
"""


def register(connection: duckdb.DuckDBPyConnection, ingested: Sequence[Ingested]) -> None:
    """Fill `landing.batch` with every file version and `landing.reject` with the unreadable records of the live ones.

    The records of a version that is not live are all counted as accepted, its rejects stand with it in the landing.
    """
    for one in ingested:
        for batch in one.batches:
            rejected = batch.rows_faulty if batch.status == "live" else 0
            connection.execute(
                _BATCH,
                [
                    batch.batch_id, batch.source, batch.role, batch.file_name, batch.sha256, batch.rows_read,
                    batch.rows_read - rejected, rejected, batch.status, batch.superseded_by, None, batch.message,
                ],
            )  # fmt: skip
            if rejected:
                _register_rejects(connection, batch)
        for refusal in one.refusals:
            connection.execute(
                _BATCH,
                [
                    refusal.batch_id, refusal.source, refusal.role, refusal.file_name, refusal.sha256, 0,
                    0, 0, "refused", None, refusal.reason, refusal.message,
                ],
            )  # fmt: skip


def _register_rejects(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    sentences = ", ".join(f"({literal(reason)}, {literal(sentence)})" for reason, sentence in FAULTS.items())
    connection.execute(
        f"""
        insert into landing.reject by name
        select
            ? as batch_id, _row_number as row_number, _fault as reason,
            replace(replace(sentence, '{{width}}', ?), '{{limit}}', ?) as message, _raw as raw
        from read_parquet({literal(glob_escaped(batch.rows_path))})
        left join (values {sentences}) as fault (reason, sentence) on reason = _fault
        where _fault is not null
        order by row_number
        """,
        [batch.batch_id, str(len(batch.columns)), f"{MAX_RECORD:,}"],
    )
