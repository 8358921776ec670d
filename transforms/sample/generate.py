"""Generate the sample extracts: the same arguments give the same bytes, at about a million encounters a minute.

Nothing is drawn from a random stream, whose order would depend on threads. Every choice is a hash of the seed, the
record's number and the name of the choice, so each record can be computed by itself and set-wise. Wide rows are
produced and written block by block, which bounds the memory whatever the number of encounters.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from codesets.database import connect, identifier, literal
from transforms.sample.macros import create_macros

HERE = Path(__file__).parent
LISTS = HERE / "lists"

# Records of which a block is made; a block of wide rows takes some hundred megabytes.
BLOCK = 200_000
# Slots of a draw: a choice with a share below half a slot may never happen.
SLOTS = 8_192
DAY_SLOTS = 32_768
DIAGNOSES = 25
# Stays in nursing homes and rehabilitation, as a share of all encounters.
POST_ACUTE_SHARE = 0.035
# Hospital stays a year and thousand residents, about the United States' rate; it sets the size of the population.
STAYS_PER_THOUSAND = 100
# Share of all encounters that are hospital stays, by lists/facilities.csv.
STAY_SHARE = 0.60

_ENCOUNTER_COLUMNS = (
    "encounter_id",
    "patient_id",
    "facility_id",
    "facility_type",
    "encounter_class",
    "admission_date",
    "discharge_date",
    "admission_type",
    "admission_source",
    "birth_date",
    "age_years",
    "age_days",
    "sex",
    "area",
    "discharge_disposition",
    "birth_weight",
    "department",
    "payer",
    "coder_id",
    "claim_number",
    "bill_type",
    "system",
)


@dataclass(frozen=True, kw_only=True)
class SampleFiles:
    """The files of one sample, all in `folder`."""

    folder: Path
    encounters: Path
    claims: Path
    procedures: Path
    deaths: Path
    death_conditions: Path
    population: Path
    births: Path
    coders: Path
    facilities: Path
    truth: Path


def sample_files(folder: Path) -> SampleFiles:
    """Name the files of a sample in a folder, whether they exist or not."""
    return SampleFiles(
        folder=folder,
        encounters=folder / "encounters.csv",
        claims=folder / "claims.csv",
        procedures=folder / "procedures.csv",
        deaths=folder / "death.csv",
        death_conditions=folder / "death_condition.csv",
        population=folder / "population.csv",
        births=folder / "births.csv",
        coders=folder / "coders.csv",
        facilities=folder / "facilities.csv",
        truth=folder / "truth.parquet",
    )


def generate(
    folder: Path,
    *,
    encounters: int,
    seed: int,
    miscoding: float = 0.02,
    first_year: int = 2023,
    years: int = 3,
    insured: float = 0.2,
    unreadable_rows: int = 0,
    rows_without_id: int = 0,
    on_progress: Callable[[str], None] | None = None,
) -> SampleFiles:
    """Write a sample hospital group's extracts into a folder, which is created if need be.

    `encounters` is the number of true encounters; `encounters.csv` holds a row more for every stay that an injected
    error enters again, and `claims.csv` copies the encounters of the persons insured with one insurer (`insured` of
    all). `miscoding` is the share of encounters and of deaths that carry an injected error; 0 gives clean extracts.
    The codes used are valid throughout 2023 to 2025. `unreadable_rows` lines with too few fields and
    `rows_without_id` lines without an `encounter_id` are appended to `encounters.csv`; they are not in the truth.
    """
    if encounters < 1:
        raise ValueError(f"encounters: expected at least 1, found {encounters}")
    if not 0 <= miscoding <= 1:
        raise ValueError(f"miscoding: expected a share from 0 to 1, found {miscoding}")
    if not 0 <= insured <= 1:
        raise ValueError(f"insured: expected a share from 0 to 1, found {insured}")
    tell = on_progress or (lambda message: None)
    folder.mkdir(parents=True, exist_ok=True)
    files = sample_files(folder)
    with TemporaryDirectory(dir=folder, prefix=".unfinished-") as scratch:
        work = Path(scratch)
        with connect(work / "work.duckdb", temp_directory=work / "spill", memory_limit="1500MB") as con:
            _prepare(con, encounters, seed, miscoding, first_year, years, insured)
            _run(con, "events.sql")
            tell(f"{encounters:,} encounters placed with persons, facilities and dates")
            _write_encounters(con, files, work, encounters, tell)
            _run(con, "deaths.sql")
            _write_the_rest(con, files)
            tell(f"{_count(con, 'death'):,} deaths and {_count(con, 'truth'):,} fields with errors written")
    _append_bad_rows(files.encounters, unreadable_rows, rows_without_id)
    return files


def _prepare(
    con: duckdb.DuckDBPyConnection,
    encounters: int,
    seed: int,
    miscoding: float,
    first_year: int,
    years: int,
    insured: float,
) -> None:
    for path in sorted(LISTS.glob("*.csv")):
        # ICD-9 codes look like numbers and are none.
        types = ", types = {'icd9': 'varchar'}" if path.stem == "icd9" else ""
        con.execute(
            f"create table {identifier('list_' + path.stem)} as "
            f"from read_csv({literal(str(path))}, header = true{types})"
        )
    first_day, last_day = date(first_year, 1, 1), date(first_year + years - 1, 12, 31)
    post_acute = round(encounters * POST_ACUTE_SHARE)
    variables = {
        "seed": seed,
        "slots": SLOTS,
        "day_slots": DAY_SLOTS,
        "first_year": first_year,
        "years": years,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "days": (last_day - first_day).days + 1,
        "base_events": encounters - post_acute,
        "post_acute_events": post_acute,
        "care_events": encounters,
        "population": round(encounters * STAY_SHARE / years * 1000 / STAYS_PER_THOUSAND),
        "miscoding": miscoding,
        "insured": insured,
    }
    _set_variables(con, variables)
    _run(con, "lookups.sql")
    create_macros(con)
    con.execute(
        "create table truth (file varchar, record varchar, row_number bigint, kind varchar, field varchar, "
        "true_value varchar, written_value varchar, facility_id varchar, coder_id varchar)"
    )


def _write_encounters(
    con: duckdb.DuckDBPyConnection, files: SampleFiles, work: Path, encounters: int, tell: Callable[[str], None]
) -> None:
    columns = ", ".join(
        (
            *_ENCOUNTER_COLUMNS,
            *(f"dx[{i}] as dx{i}" for i in range(1, DIAGNOSES + 1)),
            *(f"poa[{i}] as poa{i}" for i in range(1, DIAGNOSES + 1)),
        )
    )
    selects = {
        files.encounters: f"select {columns} from written order by n, copy",
        files.claims: f"select {columns} from claim order by n",
        files.procedures: "select columns(c -> c not in ('n', 'true_code', 'true_system', 'row_number', 'is_wrong')) "
        "from procedure order by n, seq",
    }
    parts: dict[Path, list[Path]] = {target: [] for target in selects}
    rows = claims = procedures = 0
    for first in range(1, encounters + 1, BLOCK):
        last = min(first + BLOCK - 1, encounters)
        bounds = {
            "first_number": first,
            "last_number": last,
            "first_row": rows,
            "first_claim_row": claims,
            "first_procedure_row": procedures,
        }
        _set_variables(con, bounds)
        for step in ("encounters.sql", "procedures.sql", "errors.sql", "truth.sql"):
            _run(con, step)
        for target, select in selects.items():
            part = work / f"{target.stem}-{first}.csv"
            _copy(con, select, part)
            parts[target].append(part)
        rows += _count(con, "written")
        claims += _count(con, "claim")
        procedures += _count(con, "procedure")
        tell(f"{last:,} encounters written")
    for target, pieces in parts.items():
        _join(pieces, target)


def _write_the_rest(con: duckdb.DuckDBPyConnection, files: SampleFiles) -> None:
    con.execute(
        "insert into truth select 'death.csv', death_id, n, kind, "
        "case kind when 'impossible_date' then 'death_date' else 'underlying_cause' end, "
        "case kind when 'impossible_date' then true_date::varchar else true_cause end, "
        "case kind when 'impossible_date' then death_date else underlying_cause end, facility_id, null "
        "from death_written where kind is not null order by n"
    )
    selects = {
        files.deaths: "select * exclude (n, true_cause, true_date, kind) from death_written order by n",
        files.death_conditions: "select * exclude (n), 'icd10' as system from death_condition order by n, line, seq",
        files.population: "select * exclude (death_rate) from population order by period, area, sex, age_start",
        files.births: "select * from birth order by period, area, sex",
        files.coders: "select * exclude (workload) from list_coders order by coder_id, facility_id",
        files.facilities: "select distinct facility_id, name, facility_type, area from list_facilities order by all",
    }
    for target, select in selects.items():
        _copy(con, select, target)
    con.execute(
        f"copy (select * from truth order by file, row_number, field) to {literal(str(files.truth))} (format parquet)"
    )


def _append_bad_rows(path: Path, unreadable_rows: int, rows_without_id: int) -> None:
    """Append copies of the file's first row, cut after three fields or without the identifier."""
    if not unreadable_rows and not rows_without_id:
        return
    with path.open(encoding="utf-8") as lines:
        next(lines)
        fields = next(lines).rstrip("\n").split(",")
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write((",".join(fields[:3]) + "\n") * unreadable_rows)
        file.write((",".join(["", *fields[1:]]) + "\n") * rows_without_id)


def _run(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute((HERE / "sql" / name).read_text(encoding="utf-8"))


def _set_variables(con: duckdb.DuckDBPyConnection, variables: Mapping[str, int | float | str]) -> None:
    for name, value in variables.items():
        con.execute(f"set variable {name} = {literal(value) if isinstance(value, str) else value}")


def _copy(con: duckdb.DuckDBPyConnection, select: str, target: Path) -> None:
    con.execute(f"copy ({select}) to {literal(str(target))} (format csv, header true)")


def _join(parts: Sequence[Path], target: Path) -> None:
    """Put the parts behind one another, with the header line of the first only."""
    with target.open("wb") as joined:
        for number, part in enumerate(parts):
            with part.open("rb") as piece:
                if number:
                    piece.readline()
                shutil.copyfileobj(piece, joined, 1 << 20)
            part.unlink()


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = con.execute(f"select count(*) from {identifier(table)}").fetchone()
    return count
