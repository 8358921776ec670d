"""Reference data for tests: the real ones, built once into the user's cache, and a small hand-made set."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from codesets.canonical import create_macros
from codesets.database import CODES_SCHEMA, connect, create_tables
from codesets.reference import Reference, ensure


@pytest.fixture(scope="session")
def reference() -> Reference:
    return ensure()


@pytest.fixture(scope="session")
def codes(reference: Reference) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(reference.path, read_only=True) as con:
        yield con


@pytest.fixture
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """A code set small enough to read: two systems of one country, one of the world, one by name only."""
    with connect() as con:
        create_tables(con, CODES_SCHEMA)
        create_macros(con)
        con.execute(
            """
            insert into codes.system by name
            select * from (values
                ('icd10cm', 'New', 'diagnosis', date '2015-10-01', date '2027-03-31', date '2015-10-01', null,
                 '^[A-Z][0-9A][0-9AB][0-9A-Z]{0,4}$', null, 'US'),
                ('icd9cm', 'Old', 'diagnosis', date '1985-10-01', date '2015-09-30', date '1979-01-01',
                 date '2015-09-30', '^([0-9]{3}|V[0-9]{2})[0-9]{0,2}$|^E[0-9]{3}[0-9]?$', null, 'US'),
                ('icd9proc', 'Old procedures', 'procedure', date '1985-10-01', date '2015-09-30', date '1979-01-01',
                 date '2015-09-30', '^[0-9]{2}[0-9]{0,2}$', null, 'US'),
                ('icd10', 'World', 'diagnosis', date '2016-01-01', null, null, null, '^[A-Z][0-9]{2}[0-9]{0,2}$',
                 '^U', null),
                ('opcs4', 'By name', 'procedure', null, null, null, null, '^[A-Z][0-9]{2}[0-9]?$', null, null)
            ) as systems("system", title, kind, known_from, known_to, in_use_from, in_use_to, pattern, open_pattern,
                edition_country);

            insert into codes.validity values
                ('icd10cm', 'I214', '2015-10-01', null),
                ('icd10cm', 'E11A', '2025-10-01', null),
                ('icd10cm', 'I420', '2015-10-01', '2026-09-30'),
                ('icd9cm', '4280', '1985-10-01', '2015-09-30'),
                ('icd9cm', 'V5861', '1985-10-01', '2015-09-30'),
                ('icd9proc', '8118', '1985-10-01', '1990-09-30'),
                ('icd9proc', '8118', '2000-10-01', '2015-09-30'),
                ('icd10', 'A46', '2016-01-01', null),
                ('icd10', 'A047', '2016-01-01', null),
                ('icd10', 'A090', '2016-01-01', null),
                ('icd10', 'I842', '2009-12-31', '2009-12-31'),
                ('icd10', 'R17', '2016-01-01', '2018-12-31'),
                ('icd10', 'R170', '2019-01-01', null);

            insert into codes.code by name
            select distinct "system", code, true as is_billable, null as parent from codes.validity
            union all
            select * from (values ('icd10cm', 'E11', false, null), ('icd10', 'A09', false, null),
                ('icd10', 'I84', false, null),
                ('icd10cm', 'E112', false, 'E11'));
            """
        )
        yield con
