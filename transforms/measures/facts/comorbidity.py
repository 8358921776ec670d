"""Score each combination of comorbidity groups that stays have, instead of each stay."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.comorbidity import score_sql, version_sql
from codesets.database import literal

HERE = Path(__file__).parent

# Groups of the schemes that share one number of 64 bits; of the refined ones the last bit says that it is not known.
_ROOM = {False: 64, True: 63}

SCHEMES = ("charlson_quan", "elixhauser_quan", "elixhauser_ahrq")

_PLAIN = (
    ("charlson_score", "charlson_groups", "charlson_quan", "charlson_1987"),
    ("charlson_score_2011", None, "charlson_quan", "quan_2011"),
    ("elixhauser_score", "elixhauser_groups", "elixhauser_quan", "van_walraven_2009"),
)
_REFINED = (
    ("mortality_index", "ahrq_groups", "elixhauser_ahrq", "mortality_2023"),
    ("readmission_index", None, "elixhauser_ahrq", "readmission"),
)


def place_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Create `comorbidity_bit` and `comorbidity_code`: the place of each group in a number, and the groups of a code.

    Raises ValueError where the schemes at hand have more groups than a number has bits.
    """
    versions = "\nunion all\n".join(
        f"select {literal(scheme)} as scheme, v.* from ({version_sql(scheme)}) as v" for scheme in SCHEMES
    )
    con.execute((HERE / "comorbidity.sql").read_text().format(versions=versions))
    _check_room(con)


def _check_room(con: duckdb.DuckDBPyConnection) -> None:
    for is_refined, groups in con.execute(
        "select is_refined, count(*) from comorbidity_bit group by is_refined order by is_refined"
    ).fetchall():
        if groups > _ROOM[is_refined]:
            raise ValueError(
                f"the comorbidity schemes have {groups} groups together, and {_ROOM[is_refined]} fit: take back the "
                "site's file that adds groups to charlson_quan, elixhauser_quan or elixhauser_ahrq"
            )


def score_profiles(con: duckdb.DuckDBPyConnection) -> None:
    """Create `comorbidity_profile` and `refined_profile`: scores and groups of each number in `stay_diagnosis`."""
    con.execute(f"create or replace temp table comorbidity_profile as {_profile('plain', _PLAIN)}")
    con.execute(f"create or replace temp table refined_profile as {_profile('refined', _REFINED)}")


def _profile(column: str, scores: tuple[tuple[str, str | None, str, str], ...]) -> str:
    """SELECT of `column` and, for each number in it, the scores and lists of groups named."""
    joins, selected = [], []
    for score, groups, scheme, weight_set in scores:
        found = score_sql(_placed(column, scheme), scheme=scheme, weight_set=weight_set)
        joins.append(f"left join ({found}) as {score}_of on {score}_of.record = n.{column}")
        # A number without a bit of the scheme is not placed, and scores 0.
        selected.append(f"case when {score}_of.record is null then 0 else {score}_of.score end as {score}")
        if groups:
            selected.append(f"coalesce({score}_of.groups, []) as {groups}")
    return (
        f"select n.{column}, {', '.join(selected)} "
        f"from (select distinct {column} from stay_diagnosis) as n {' '.join(joins)}"
    )


def _placed(column: str, scheme: str) -> str:
    """SELECT of the groups of each number as `score_sql` takes them."""
    is_open = f"(n.{column} >> 63) = 1" if column == "refined" else "false"
    return f"""
        with label as (
            select group_code, max(parent_group) as parent_group
            from codes.group_label
            join comorbidity_version using (scheme, scheme_version)
            where scheme = {literal(scheme)}
            group by group_code
        )
        select n.{column} as record, b.group_code, l.parent_group, true as counts, false as is_open
        from (select distinct {column} from stay_diagnosis) as n
        join comorbidity_bit as b on b.scheme = {literal(scheme)} and ((n.{column} >> b.place) & 1) = 1
        join label as l using (group_code)
        union all
        select n.{column}, null, null, false, true
        from (select distinct {column} from stay_diagnosis) as n
        where {is_open}
    """
