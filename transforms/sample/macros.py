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

# Places among which the options of a draw are shared: weights count by the hundredth.
PLACES = 100


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Create `secondary_diagnoses` and `visit_procedures` from the tables `list_*`.

    Both give codes separated by blanks, an empty text where there are none.
    """
    families: dict[str, list[str]] = {}
    for domain, *family in con.execute((HERE / "sql" / "families.sql").read_text(encoding="utf-8")).fetchall():
        families.setdefault(domain, []).append(_family(*family))
    con.execute(
        "create macro secondary_diagnoses(key, person_key, domain, age, sex, is_stay, family) as "
        + _by_case("domain", families)
    )
    visits: dict[str, list[str]] = {}
    for setting, choice, codes, percents in con.execute(
        "select setting, choice, list(code order by code), list(percent order by code) from list_visits "
        "group by all order by all"
    ).fetchall():
        pick = _pick(f"draw(key, {literal('visit ' + choice)})", codes, percents, PLACES)
        visits.setdefault(setting, []).append(pick)
    con.execute("create macro visit_procedures(key, setting) as " + _by_case("setting", visits))


def _by_case(column: str, branches: dict[str, list[str]]) -> str:
    whens = [f"when {literal(value)} then concat_ws(' ', {', '.join(parts)})" for value, parts in branches.items()]
    return f"case {column} {' '.join(whens)} end"


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
    """One option of the family or null: the draw over the prevalence is below 1 in those who have it, and picks one."""
    by_age = (
        f" * greatest(0.0, least(1.0, (age - {age_from}) / {age_full - age_from}.0))" if age_full > age_from else ""
    )
    key = "person_key" if is_chronic else "key"
    prevalence = f"(case when is_stay then {of_stays} else {of_visits} end{by_age})"
    guards = f"when family = {literal(family)} then null "
    if sex:
        guards += f"when sex <> {literal(sex)} then null "
    pick = _pick(f"draw({key}, {literal('family ' + family)}) / {prevalence}", options, weights, sum(weights))
    return f"case {guards}else {pick} end"


def _pick(share: str, options: list[str], weights: list[int], total: int) -> str:
    """An option by its weight, null where the share reaches past the last: the place in a list of a hundred."""
    places, upto = [], 0
    for option, weight in zip(options, weights, strict=True):
        upto += weight
        places += [option] * (round(upto * PLACES / total) - len(places))
    listed = ", ".join(literal(place) for place in places)
    return f"[{listed}][1 + floor({PLACES} * least(1.0, {share}))::integer]"
