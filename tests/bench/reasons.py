"""Why expected values are not always nearer to the truth than values as coded: each reason taken away in turn.

The warehouse of a sample with injected errors is assessed again: with what reviews of all flags would have taught of
each rule, with the alternative known that the injected errors of outcome are of, and with deaths expected of areas
that follow those observed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from codesets.database import connect, literal
from tests.bench.influence import TABLES
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.measures import load_specifications

RATIO = "standardised_mortality_ratio"
# What is further by so little is as near.
_ROUNDING = 1e-4
OF_OUTCOMES = "disposition_against_death_date"
OF_CAUSES = ("nonspecific_underlying_cause", "intermediate_underlying_cause")

# By flag whether one of its records has an injected error. A record that is there twice has a number of its own.
_FLAGS = """
create or replace temp table judged as
select
    u.flag_id, u.rule_id,
    coalesce(bool_or(replace(split_part(r.record_id, ':', 2), '-2', '') in (
        select replace(record, '-2', '') from read_parquet({truth})
    )), false) as is_right
from influence.unit_flag as u
join influence.record as r using (record)
group by all
"""

# What reviews of all of them, as if drawn at random, teach of their rules; no flag is closed by them here.
_LEARN = """
insert into quality.review by name
select
    flag_id as review_id, flag_id, 'evidence' as evidence, if(is_right, 'corrected', 'confirmed_correct') as verdict,
    rule_id, 'random' as selected_by, true as is_standing
from judged
order by flag_id
"""

# Where a flag against an outcome stands alone, the outcome is what is wrong.
_KNOW = f"""
update influence."option"
set share = if(kind = 'outcome', 1, 0)
where not is_coded and record in (
    select record from influence.unit_flag group by record having bool_and(rule_id = '{OF_OUTCOMES}')
)
"""

# Deaths expected of all areas together are those observed: where flags move these, they move with them.
_FOLLOWING = f"""
select
    figure_id,
    expected * sum(denominator) over each_reference / sum(expected * denominator / multiplier) over each_reference
        as following
from stats.figure
where measure = '{RATIO}' and expected is not null and denominator is not null
window each_reference as (
    partition by table_id, scheme_version, cause, collection, period_start, sex, age_band, stratum
)
"""


def reassessed(
    source: Path, copy: Path, truth: Path, columns: str, *, is_learned: bool, is_known: bool
) -> tuple[pd.DataFrame, pd.Series]:
    """The figures of a warehouse assessed again in a copy, and by figure the ratio whose reference follows."""
    shutil.copy(source, copy)
    with connect(copy) as con:
        made = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'influence' and not temporary"
        ).fetchall()
        con.execute(";".join(f'delete from influence."{name}"' for (name,) in made))
        find_options(con)
        con.execute(_FLAGS.format(truth=literal(str(truth))))
        if is_learned:
            con.execute(_LEARN)
        if is_known:
            con.execute(_KNOW)
        assess(con, load_specifications(TABLES))
        found = con.execute(f"select {columns} from stats.figure where verdict is not null").df()
        following = con.execute(_FOLLOWING).df().set_index("figure_id")["following"]
    copy.unlink()
    return found, following


def flags_right(source: Path, truth: Path) -> dict[str, tuple[int, int]]:
    """By rule how many of its flags have options, and how many of these are right."""
    with duckdb.connect(str(source)) as con:
        con.execute(_FLAGS.format(truth=literal(str(truth))))
        rows = con.execute(
            "select rule_id, count(*), count(*) filter (is_right) from judged group by rule_id"
        ).fetchall()
    return {rule_id: (flags, right) for rule_id, flags, right in rows}


def reasons(
    source: Path,
    truth: Path,
    found: pd.DataFrame,
    clean: pd.DataFrame,
    clean_file: Path,
    columns: str,
    against_truth: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
) -> list[str]:
    """Paragraphs and a table in Markdown."""
    copy = source.with_name("reasons.duckdb")
    learned, following = reassessed(source, copy, truth, columns, is_learned=True, is_known=False)
    known, _ = reassessed(source, copy, truth, columns, is_learned=True, is_known=True)
    with duckdb.connect(str(source), read_only=True) as con:
        as_it_is = con.execute(_FOLLOWING).df().set_index("figure_id")["following"]

    def distances(figures: pd.DataFrame, name: str = "expected") -> dict[str, float]:
        return against_truth(figures, clean)[name].to_dict()

    coded, without, expected = (distances(found, name) for name in ("as_coded", "without", "expected"))
    taught, with_known = distances(learned), distances(known)
    followed, taught_and_followed = (
        distances(figures.assign(expected=figures["figure_id"].map(series).fillna(figures["expected"])))[RATIO]
        for figures, series in ((found, as_it_is), (learned, following))
    )
    measures = [
        name
        for name, distance in expected.items()
        if distance > (1 + _ROUNDING) * coded[name] or without[name] < (1 - _ROUNDING) * distance
    ]
    nearer = sum(taught[name] < coded[name] for name in measures)
    lines = [
        "Expected values should be nearer to the truth than those as coded. Where they are not, or values without "
        "flagged records are nearer still, the reasons can be taken away in turn: rules believed to be right as often "
        "as they are in this sample (as if all of its flags had been reviewed); the alternative known that the "
        "injected errors of outcome are of; and a reference that follows the deaths observed:",
        "",
        "| measure | as coded | without flagged | expected | rules believed as they are | and the alternative known | "
        "reference follows | and rules believed as they are |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for measure in measures:
        row = [coded[measure], without[measure], expected[measure], taught[measure]]
        row += [with_known[measure]] if measure != RATIO else [None, followed, taught_and_followed]
        cells = [f"{100 * number:.1f} %" if number is not None else "" for number in row]
        lines.append(f"| {' | '.join([measure, *cells, *[''] * (7 - len(cells))])} |")
    right = flags_right(source, truth)
    flags, is_right = right[OF_OUTCOMES]
    of_causes = [right.get(name, (0, 0)) for name in OF_CAUSES]
    moved, true_deaths = _ratios(source, clean_file)
    return [
        *lines,
        "",
        f"- *How often a rule is right.* `{OF_OUTCOMES}` warns, so that half of its flags are taken to be right: here "
        f"{is_right} of {flags} are. `{'` and `'.join(OF_CAUSES)}` inform, a quarter: here "
        f"{sum(count for _, count in of_causes)} of {sum(count for count, _ in of_causes)} are, since true deaths of "
        "the sample have such causes too, and expected values take deaths away from causes that are right. Reviews "
        f"teach both: with what they would have taught, {'all' if nearer == len(measures) else f'{nearer} of these'} "
        f"{len(measures)} measures are nearer than as coded.",
        "- *Which alternative holds.* Of one who is discharged as dead and seen again the outcome, the dates or the "
        "person may be wrong. A rule's alternatives share alike, so that such a flag changes an outcome in one of six "
        "cases; in the sample it is always the outcome. Values without flagged records leave these stays out whole, "
        "which is nearer the truth where nearly all of them are wrong, and is not where few are.",
        f"- *The reference stays as coded.* In {true_deaths} of the {moved} mortality ratios that are not the true "
        "ones the deaths of the area are: what is not is the number expected of it, since deaths are missing from "
        "their cause in all areas. Expected values bring back the deaths of the area and leave the number that "
        "it is held against.",
        "- *An error that no rule flags* no expected value can know of: what is left when all else is taken away.",
        "",
        "None of this was tuned away: beliefs that fit the errors of a sample that we made would say nothing of "
        "others.",
    ]


def _ratios(source: Path, clean: Path) -> tuple[int, int]:
    """How many mortality ratios are not the true ones, and in how many of these the deaths are."""
    with duckdb.connect(str(source), read_only=True) as con:
        con.execute(f"attach {literal(str(clean))} as clean (read_only)")
        return con.execute(
            """
            select count(*), count(*) filter (f.numerator = c.numerator)
            from stats.figure as f
            join clean.stats.figure as c using (figure_id)
            where f.measure = ? and abs(f."value" - c."value") > 1e-9 * (1 + abs(c."value"))
            """,
            [RATIO],
        ).fetchone()
