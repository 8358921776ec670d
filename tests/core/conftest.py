"""Build core from small tables written in a test, with a handful of codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

import codesets
import transforms.warehouse
from codesets.canonical import create_macros
from codesets.database import connect, create_tables
from transforms import landing
from transforms.core import SourceInput, build_core
from transforms.profiles import load_profile
from transforms.source import Source

CODES = """
insert into codes.system
("system", title, kind, known_from, known_to, in_use_from, in_use_to, pattern) values
    ('icd10cm', 'ICD-10-CM', 'diagnosis', '2015-10-01', '2027-03-31', '2015-10-01', null, '^[A-Z][0-9A][0-9AB][0-9A-Z]{0,4}$'),
    ('icd10', 'ICD-10', 'diagnosis', '1990-01-01', '2030-12-31', null, null, '^[A-Z][0-9]{2}[0-9]{0,2}$');
insert into codes.validity ("system", code, valid_from, valid_to) values
    ('icd10cm', 'I214', '2015-10-01', null), ('icd10cm', 'E119', '2015-10-01', null),
    ('icd10cm', 'J189', '2015-10-01', null), ('icd10cm', 'Z3800', '2015-10-01', null),
    ('icd10', 'I219', '1990-01-01', null), ('icd10', 'J969', '1990-01-01', null);
insert into codes.code ("system", code, title, is_billable, parent, block, chapter) values
    ('icd10cm', 'I214', 'NSTEMI', true, 'I21', 'I20-I25', '09'), ('icd10cm', 'I21', 'AMI', false, null, 'I20-I25', '09'),
    ('icd10', 'I21', 'AMI', false, null, 'I20-I25', 'IX'), ('icd10', 'I219', 'AMI', true, 'I21', 'I20-I25', 'IX');
"""  # noqa: E501

CORRECTION = """
insert into quality.correction
(review_id, record_kind, record_id, seq, field, was, corrected, "system", flag_id, rule_id, collection)
values (?, ?, ?, ?, ?, ?, ?, ?, '', '', 'main')
"""

Rows = list[tuple]


class Core:
    """A filled core: `core("select ...")` gives its rows."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    def __call__(self, query: str) -> Rows:
        return self.con.execute(query).fetchall()

    def steps(self, source: str = "s") -> dict[str, int]:
        """The source's reconciliation: step and count, without the empty ones."""
        return dict(
            self.con.execute(
                "select step, row_count from core.reconciliation where source = ? and row_count > 0 order by all",
                [source],
            ).fetchall()
        )


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Core]:
    """Write files, take them in as one source or several, and build core.

    `build({"encounters.csv": "..."})` is source `s` of profile `farr`; `build({...}, profile="...")` brings a profile
    of its own; `build(a={...}, b={...})` gives several sources, with `settings={"b": {"collection": "x"}}`.
    `corrections` are (record_kind, record_id, seq, field, was, corrected, system) as reviews give them.
    """

    def run(
        files: Mapping[str, str] | None = None,
        *,
        profile: str | None = None,
        settings: Mapping[str, Mapping[str, object]] | None = None,
        corrections: Sequence[tuple] = (),
        **sources: Mapping[str, str],
    ) -> Core:
        if files is not None:
            sources = {"s": files}
        home = tmp_path / "home"
        (home / "profiles").mkdir(parents=True, exist_ok=True)
        if profile is not None:
            (home / "profiles" / "site.toml").write_text(profile, encoding="utf-8")
        con = connect()
        create_tables(con, Path(codesets.__file__).with_name("schema.sql"))
        create_macros(con)
        con.execute(CODES)
        for name in ("landing", "core", "quality"):
            create_tables(con, Path(transforms.warehouse.__file__).parent / "schema" / f"{name}.sql")
        inputs, taken = [], []
        for name, texts in sources.items():
            paths = []
            for file_name, text in texts.items():
                path = tmp_path / name / file_name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                paths.append(path)
            options = {"profile": "site" if profile else "farr"} | dict((settings or {}).get(name, {}))
            source = Source(name=name, paths=tuple(paths), **options)
            layout = load_profile(source.profile, [home / "profiles"])
            ingested = landing.ingest(home, source, layout.files)
            assert not ingested.refusals, [each.message for each in ingested.refusals]
            taken.append(ingested)
            inputs.append(SourceInput(source=source, profile=layout, batches=ingested.live))
        landing.register(con, taken)
        for number, correction in enumerate(corrections):
            con.execute(CORRECTION, [f"r{number}", *correction])
        build_core(con, inputs, corrections_in="quality.correction")
        balanced = con.execute(
            "select bool_and(rows_read = rows_accepted + rows_rejected) from landing.batch"
        ).fetchone()
        assert balanced == (True,)
        for _, steps in _by_source(con):
            assert_adds_up(steps)
        return Core(con)

    return run


def _by_source(con: duckdb.DuckDBPyConnection) -> list[tuple[str, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    for source, step, count in con.execute("select source, step, row_count from core.reconciliation").fetchall():
        found.setdefault(source, {})[step] = count
    return list(found.items())


def assert_adds_up(steps: Mapping[str, int]) -> None:
    """The way from rows read to encounters, stays and deaths loses nothing."""
    lost = ("rows_rejected", "out_of_scope", "exact_duplicate", "later_version")
    if "encounters" in steps:
        unfit = ("folded_into_encounter", "replaced", "voided", "void", "dropped_by_review")
        assert steps["rows_read"] - sum(steps[each] for each in (*lost, *unfit)) == steps["encounters"]
        apart = steps["encounters_outside_stays"] + steps["folded_into_stay"]
        assert steps["encounters"] - apart == steps["stays"]
    if "deaths" in steps:
        prefix = "deaths: " if "encounters" in steps else ""
        gone = sum(steps[prefix + each] for each in (*lost, "same_person", "dropped_by_review"))
        assert steps[prefix + "rows_read"] - gone == steps["deaths"]
