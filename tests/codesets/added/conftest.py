"""The steps of the build that a site's files take part in, on a code set small enough to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from codesets import construction
from codesets.construction.carry_on import carry_on
from codesets.sources.added.kinds import read_site

_FOLDER = Path(construction.__file__).parent
_STEPS = ("added_attribute.sql", "site.sql", "site_release.sql", "added_note.sql", "added_limits.sql")

Build = Callable[[Path], duckdb.DuckDBPyConnection]


@pytest.fixture
def built(small: duckdb.DuckDBPyConnection) -> Build:
    def build(site: Path) -> duckdb.DuckDBPyConnection:
        for name, table in read_site(site).items():
            small.register(name, table)
        small.execute(
            "create temp table medicare_code_editor as select * from (values "
            "('icd10cm', date '2027-03-31'), ('icd10pcs', date '2027-03-31')) as given(\"system\", horizon)"
        )
        small.execute("create temp table listed_poa_exempt as select date '2019-10-01' as valid_from")
        carry_on(small)
        for step in _STEPS:
            small.execute((_FOLDER / step).read_text(encoding="utf-8"))
        return small

    return build
