"""SQL macros made from the lists: which other diagnoses a patient has, and what is done at a visit.

A family of conditions (hypertension, diabetes, ...) is one draw: below the family's prevalence at the patient's age it
picks one of the family's mutually exclusive codes. Chronic families draw from the person, so that a patient has the
same diseases at each visit; acute ones draw from the encounter. A code that is exempt from the present-on-admission
indicator is marked with `*`, one that often arises in hospital with `!`; the marks come off before writing.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import literal

HERE = Path(__file__).parent


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Create `secondary_diagnoses` and `visit_procedures` from the tables `list_*`.

    Both give codes separated by blanks, an empty text where there are none.
    """
    con.execute(
        "create macro secondary_diagnoses(key, person_key, domain, age, sex, is_stay, family) as "
        + _by_case("domain", {domain: _families(con, domain) for domain in _values(con, "domain", "list_families")})
    )
    con.execute(
        "create macro visit_procedures(key, setting) as "
        + _by_case("setting", {setting: _choices(con, setting) for setting in _values(con, "setting", "list_visits")})
    )


def _by_case(column: str, branches: dict[str, list[str]]) -> str:
    whens = [f"when {literal(value)} then concat_ws(' ', {', '.join(parts)})" for value, parts in branches.items()]
    return f"case {column} {' '.join(whens)} end"


def _values(con: duckdb.DuckDBPyConnection, column: str, table: str) -> list[str]:
    return [value for (value,) in con.execute(f"select distinct {column} from {table} order by all").fetchall()]


def _families(con: duckdb.DuckDBPyConnection, domain: str) -> list[str]:
    rows = con.execute(
        (HERE / "sql" / "families.sql").read_text(encoding="utf-8"),
        [domain],
    ).fetchall()
    return [_family(*row) for row in rows]


def _family(
    family: str,
    of_stays: float,
    of_visits: float,
    age_from: int,
    age_full: int,
    sex: str | None,
    is_chronic: bool,
    options: list[str],
    weights: list[int],
) -> str:
    """One option of the family or null: the draw over the prevalence is uniform below 1 and picks the option."""
    by_age = (
        f" * greatest(0.0, least(1.0, (age - {age_from}) / {age_full - age_from}.0))" if age_full > age_from else ""
    )
    key = "person_key" if is_chronic else "key"
    prevalence = f"case when is_stay then {of_stays} else {of_visits} end{by_age}"
    draw = f"(draw({key}, {literal('family ' + family)}) / ({prevalence}))"
    picks, upto, total = [], 0, sum(weights)
    for option, weight in zip(options, weights, strict=True):
        upto += weight
        picks.append(f"when {draw} < {upto / total:.6f} then {literal(option)}")
    guards = f"when family = {literal(family)} then null "
    if sex:
        guards += f"when sex <> {literal(sex)} then null "
    return f"case {guards}{' '.join(picks)} end"


def _choices(con: duckdb.DuckDBPyConnection, setting: str) -> list[str]:
    rows = con.execute(
        "select choice, list(code order by code), list(percent order by code) from list_visits where setting = ? "
        "group by choice order by choice",
        [setting],
    ).fetchall()
    parts = []
    for choice, codes, percents in rows:
        draw, picks, upto = f"draw(key, {literal('visit ' + choice)})", [], 0
        for code, percent in zip(codes, percents, strict=True):
            upto += percent
            picks.append(f"when {draw} < {upto / 100} then {literal(code)}")
        parts.append(f"case {' '.join(picks)} end")
    return parts
