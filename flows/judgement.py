"""Judge an extract without loading it: land it in a folder of its own, form its records, run the rules, and tell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from codesets import reference
from codesets.database import connect
from codesets.suggest import suggest
from codesets.switches import Switches
from flows.commands.console import complain, results, show_table
from flows.configuration_file import Place
from flows.errors import ConfigurationError
from flows.progress import Progress
from transforms import landing, warehouse
from transforms.core import SourceInput, build_core
from transforms.landing import Ingested
from transforms.profiles import Profile, load_profile
from transforms.rules import load_rules, run_rules
from transforms.source import Source

_WORST_RULES = 10
_EXAMPLES = 3
_REJECTS = 20
_NAME = "check"

_BAD_CODES = 15

_BAD = """
create or replace temp table bad_code as
select
    d."system", d.code_raw, d.code_status, max(e.discharge_date) as on_date, count(*) as times,
    row_number() over (order by count(*) desc, d."system", d.code_raw, d.code_status) as place
from core.diagnosis as d join core.encounter as e using (encounter_id)
where d.code_status not in ('valid', 'unknown')
group by d."system", d.code_raw, d.code_status
qualify place <= ?
"""

_MEANT = """
select
    b.code_raw as code, b."system", b.code_status as status, b.times, m.suggestion as perhaps,
    c.title, m.reason
from bad_code as b
left join meant as m
    on m."system" = b."system" and m.code_raw = b.code_raw and m.code_status = b.code_status and m.rank = 1
left join codes.code as c on c."system" = m.suggested_system and c.code = m.suggestion
order by b.place
"""

_WORST = """
select r.rule_id, r.title, r.severity, result.checked, result.violated, 100 * result.share as per_cent, r.fix
from quality.rule_result as result join quality.rule as r using (rule_id)
where result.violated > 0
order by
    list_position(['blocks', 'warns', 'informs'], r.severity), result.share desc, result.violated desc, r.rule_id
limit ?
"""

_EXAMPLES_OF_A_RULE = """
select
    coalesce(f.encounter_id, f.death_id, f.patient_id) as record, f.seq, coalesce(d.code_raw, f.code) as code, f.message
from quality.flag as f
left join core.diagnosis as d on f.domain = 'diagnosis' and d.encounter_id = f.encounter_id and d.seq = f.seq
where f.rule_id = ?
order by all
limit ?
"""


def judge(files: Sequence[Path], profile_name: str, place: Place | None, folder: Path, progress: Progress) -> bool:
    """Print what can be read of the files, what is rejected and why, and what the rules find, with examples.

    Args:
        files: one extract; several files that belong together.
        profile_name: the source profile that describes their layout.
        place: where a site's own profiles, code sets and rules are, and which sources it takes; nothing is written.
        folder: an empty folder for work files.
        progress: where to say what is going on.

    Returns:
        Whether a release of it would stand: no file refused, no blocking rule over its threshold.
    """
    home = place.home if place else None
    profile = load_profile(profile_name, [home.site_profiles] if home else [])
    code_sets = reference.ensure(
        site=home.site_code_sets if home else None,
        switches=place.switches if place else Switches(),
        on_progress=progress.say,
    )
    rules = load_rules([home.site_rules] if home else [])
    ingested = _read(files, profile, folder)
    for refusal in ingested.refusals:
        complain(f"Refused: {refusal.message}")
    if not ingested.batches:
        return False
    with connect(temp_directory=folder) as con:
        warehouse.create(con)
        reference.copy_into(con, code_sets)
        landing.register(con, [ingested])
        source = Source(name=_NAME, profile=profile_name, paths=tuple(files))
        with progress.stage("Form encounters, stays and deaths"):
            build_core(con, [SourceInput(source=source, profile=profile, batches=ingested.batches)])
        with progress.stage("Check the records against the rules"):
            run_rules(con, rules)
        _tell(con)
        over = con.execute("select count(*) from quality.rule_result where is_over_threshold").fetchone()[0]
    if over:
        complain(
            f"{over} blocking {'rule is' if over == 1 else 'rules are'} over the threshold: it would hold a release"
        )
    return not over and not ingested.refusals


def _read(files: Sequence[Path], profile: Profile, folder: Path) -> Ingested:
    """Read each file into a folder of its own."""
    batches, refusals = [], []
    for number, file in enumerate(files):
        if not file.exists():
            raise ConfigurationError(f"{file}: there is no such file")
        target = folder / str(number)
        target.mkdir()
        outcome = landing.read_one(file, profile.files, target, source=_NAME)
        (batches if isinstance(outcome, landing.Batch) else refusals).append(outcome)
    return Ingested(batches=tuple(batches), refusals=tuple(refusals))


def _tell(con: duckdb.DuckDBPyConnection) -> None:
    """Print counts, rejected rows, impossible fields, and the worst rules with examples."""
    _print(
        con,
        "Files",
        "select file_name, file_role, rows_read, rows_accepted, rows_rejected from landing.batch order by all",
    )
    _print(
        con,
        "From rows to records",
        "select step, row_count, weighted::double as weighted, note from core.reconciliation order by step_order, step",
    )
    _print(
        con,
        "Rejected rows",
        f"""
        select b.file_name, r.row_number, r.reason, r.message, left(r.raw, 120) as raw
        from landing.reject as r join landing.batch as b using (batch_id)
        order by b.file_name, r.row_number
        limit {_REJECTS}
        """,
    )
    _print(
        con,
        "Fields with impossible values, set to null",
        """
        select field, problem, count(*) as row_count, any_value(raw_value order by row_number) as example,
            min(row_number) as first_row
        from core.field_issue
        group by field, problem
        order by row_count desc, field, problem
        """,
    )
    con.execute(_BAD, [_BAD_CODES])
    suggest(con, "select system, code_raw, code_status, on_date from bad_code", into="meant", maximum=1)
    _print(con, "Diagnoses whose code is not valid on the day, and what may have been meant", _MEANT)
    worst = con.execute(_WORST, [_WORST_RULES]).fetchall()
    if not worst:
        results.print("No rule found anything.")
    for rule_id, title, severity, checked, violated, per_cent, fix in worst:
        results.print(f"\n{title} ({rule_id}, {severity}): {violated:,} of {checked:,}, {per_cent:.2f} %")
        results.print(f"To fix: {fix}")
        examples = con.execute(_EXAMPLES_OF_A_RULE, [rule_id, _EXAMPLES])
        show_table("", [column[0] for column in examples.description], examples.fetchall())


def _print(con: duckdb.DuckDBPyConnection, title: str, query: str) -> None:
    found = con.execute(query)
    columns = [column[0] for column in found.description]
    if rows := found.fetchall():
        show_table(title, columns, rows)
