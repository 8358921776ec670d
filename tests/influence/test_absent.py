"""Records that may be absent: which figures they could enter, the bounds with them, and figures that are not fit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tests.influence.flagged import covers, deaths, flag, stays
from tests.influence.resolutions import resolutions
from tests.influence.test_tight import SETTINGS, TABLE, small
from transforms.influence.absent.absent import UNKNOWN
from transforms.influence.absent.find import find_absent
from transforms.influence.assess import assess, each_breakdown
from transforms.influence.beliefs import place_beliefs
from transforms.influence.options import find_options
from transforms.influence.results import Results
from transforms.measures import TableSpecification, build_figures

COLUMNS = ("bound_low", "bound_high", "worst_low", "worst_high")


def table(table_id: str, measures: list[str], margins: list[list[str]], period: str = "year", **more):
    return TableSpecification.model_validate(
        {
            "table_id": table_id, "order": 1, "title": "T", "question": "Q?", "measures": measures, "period": period,
            "margins": [{"by": by} for by in margins], "age_bands": ["broad"],
            "scheme": "chapter" if any("cause" in by for by in margins) else None, **more,
        }
    )  # fmt: skip


YEARS = table(
    "years", ["discharges", "bed_days", "in_hospital_mortality", "mean_length_of_stay"], [[], ["facility_id"]]
)
CAUSES = table("causes", ["discharges"], [["cause"]])
SEXES = table("sexes", ["discharges"], [["sex"]])
MONTHS = table("months", ["discharges"], [[], ["facility_id"]], "month")


def ten_stays(con, **more: str) -> None:
    """Ten stays for heart failure in 2024, of two facilities in two months each; two stays ended in death."""
    covers(con, "2024-01-01", "2024-12-31")
    con.execute("""
        insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source)
        values ('chapter', 'v', 'icd10cm', 'Chapters', true, 'test')
    """)
    stays(
        con,
        "stay_id | codes | discharge_date | facility_id | died\n"
        + "\n".join(
            f"s{n} | I500 | 2024-0{5 + n // 5}-1{n % 5} | h{n % 2} | {'true' if n < 2 else 'false'}" for n in range(10)
        ),
    )


def missing(con, rule_id: str = "thin_month", domain: str = "discharge", **given) -> None:
    """A finding about a group: by default of facility h0 in May, lacking 2 to 4 records."""
    row = {
        "facility_id": "h0", "area": None, "period_start": "2024-05-01", "period_end": "2024-05-31",
        "add_least": 2, "add_greatest": 4, **given,
    }  # fmt: skip
    con.execute(
        """
        insert into quality.group_flag by name
        select
            uuid()::varchar as group_flag_id, $rule_id as rule_id, 'main' as collection, 'facility' as level,
            'history' as reference, $facility_id as facility_id, $area as area, $period_start::date as period_start,
            $period_end::date as period_end, 'count' as measure, 7 as observed, 31 as records, 0 as q_value,
            'add' as effect, $add_least::bigint as add_least, $add_greatest::bigint as add_greatest, 'm' as message
        """,
        {"rule_id": rule_id, **row},
    )


def rejected(con, rows: int) -> None:
    """Rows of the file of stays that were rejected."""
    con.execute(
        "insert into landing.batch (batch_id, source, file_role, file_name, rows_read, rows_accepted, rows_rejected, "
        "status) values ('b', 's', 'encounter', 'a.csv', ?, 10, ?, 'live')",
        [10 + rows, rows],
    )


def assessed(con, *tables: TableSpecification) -> None:
    build_figures(con, tables, SETTINGS)
    find_options(con)
    assess(con, tables, SETTINGS)


def limits(con, where: str, columns: tuple[str, ...] = COLUMNS) -> tuple:
    """Bounds of one figure."""
    (row,) = con.execute(
        f'select {", ".join(columns)} from stats.figure where "value" is not null and {where}'
    ).fetchall()
    return row


def of_facility(name: str, table_id: str = "years", measure: str = "discharges") -> str:
    return f"table_id = '{table_id}' and measure = '{measure}' and facility_id = '{name}'"


def of_all(table_id: str = "years", measure: str = "discharges") -> str:
    return f"table_id = '{table_id}' and measure = '{measure}' and facility_id is null"


def test_a_number_told_of_a_facility_and_month_bounds_the_totals_it_lies_in(con):
    ten_stays(con)
    missing(con)
    assessed(con, YEARS, MONTHS)

    assert limits(con, of_facility("h0")) == (5, 9, 5, 9)
    assert limits(con, of_facility("h1")) == (5, 5, 5, 5)
    assert limits(con, of_all()) == (10, 14, 10, 14)
    assert limits(con, f"{of_facility('h0', 'months')} and period_start = '2024-05-01'") == (3, 7, 3, 7)
    assert limits(con, f"{of_facility('h0', 'months')} and period_start = '2024-06-01'") == (2, 2, 2, 2)
    assert limits(con, of_facility("h0"), ("absent", "bound_kind")) == (
        "records may be absent from it", "exact",
    )  # fmt: skip
    assert limits(con, of_facility("h1"), ("absent",)) == (None,)


def test_what_is_unknown_of_absent_records_enters_the_worst_bounds_alone(con):
    ten_stays(con)
    missing(con)
    assessed(con, CAUSES, SEXES)

    assert limits(con, "table_id = 'causes' and cause = 'all'") == (10, 14, 10, 14)
    assert limits(con, "table_id = 'causes' and cause = 'I'") == (10, 10, 10, 14)
    assert limits(con, "table_id = 'sexes' and sex = 'F'") == (10, 10, 10, 14)
    assert limits(con, "table_id = 'causes' and cause = 'I'", ("absent", "verdict")) == (None, "robust")


def test_of_rejected_rows_neither_place_nor_time_is_told(con):
    ten_stays(con)
    rejected(con, 3)
    assessed(con, YEARS, MONTHS)

    assert limits(con, of_all()) == (10, 10, 10, 13)
    assert limits(con, f"{of_facility('h1', 'months')} and period_start = '2024-06-01'") == (3, 3, 3, 6)


def test_shares_have_absent_records_in_both_parts_or_in_the_denominator_alone(con):
    ten_stays(con)
    rejected(con, 3)
    assessed(con, YEARS)

    found = limits(con, of_all(measure="in_hospital_mortality"))
    assert found == pytest.approx((2 / 10, 2 / 10, 2 / 13, 5 / 13))


def test_amounts_that_nobody_knows_have_no_worst_bound(con):
    ten_stays(con)
    rejected(con, 3)
    assessed(con, YEARS)

    assert limits(con, of_all(measure="bed_days")) == (40, 40, 40, None)
    assert limits(con, of_all(measure="mean_length_of_stay")) == (4, 4, None, None)


def test_without_a_greatest_number_figures_of_the_place_and_time_are_not_fit(con):
    ten_stays(con)
    missing(con, add_greatest=None)
    assessed(con, YEARS, MONTHS, CAUSES)

    told = ("absent", "verdict")
    assert limits(con, of_facility("h0"), told) == (UNKNOWN, "not_fit")
    assert limits(con, of_all(), told) == (UNKNOWN, "not_fit")
    assert limits(con, of_all(measure="bed_days"), told) == (UNKNOWN, "not_fit")
    assert limits(con, "table_id = 'causes' and cause = 'I'", told) == (UNKNOWN, "not_fit")
    assert limits(con, f"{of_all('months')} and period_start = '2024-05-01'", told) == (UNKNOWN, "not_fit")
    assert limits(con, of_facility("h1"), told) == (None, "robust")
    assert limits(con, f"{of_all('months')} and period_start = '2024-06-01'", told) == (None, "robust")
    assert limits(con, of_all()) == (10, 10, 10, None)
    assert limits(con, of_all(measure="in_hospital_mortality")) == (0.2, 0.2, None, None)


def test_findings_about_one_time_are_estimates_of_one_number(con):
    ten_stays(con)
    missing(con)
    missing(con, "thinner_month", add_greatest=6)
    missing(con, "thinner_month", facility_id="h1", add_greatest=3)
    missing(con, "thinner_month", facility_id=None, add_greatest=5)
    missing(con, period_start="2024-06-01", period_end="2024-06-30", add_greatest=1)
    con.execute("insert into quality.rule select * replace ('thinner_month' as rule_id) from quality.rule "
                "where rule_id = 'thin_month'")  # fmt: skip
    assessed(con, YEARS)

    # In May 6 of h0, 3 of h1, hence 9 of both, which is more than 5; in June 1.
    assert limits(con, of_facility("h0"))[1] == 5 + 6 + 1
    assert limits(con, of_facility("h1"))[1] == 5 + 3
    assert limits(con, of_all())[1] == 10 + 9 + 1
    # That 5 are absent from all facilities may be about h1.
    assert limits(con, of_facility("h1"))[3] == 5 + 5


def test_encounters_that_may_be_discharges_add_up_with_findings_about_groups(con):
    ten_stays(con)
    stays(con, "stay_id | codes | discharge_date | facility_id | class\nd1 | I500 | 2024-05-02 | h0 | day_case\n"
               "d2 | I500 | 2024-05-03 | h0 | day_case")  # fmt: skip
    flag(con, "absent_stay", encounter_id="d1")
    flag(con, "absent_stay", encounter_id="d2")
    missing(con)
    assessed(con, YEARS)

    assert limits(con, of_facility("h0")) == (5, 5 + 2 + 4, 5, 5 + 2 + 4)


def test_what_is_expected_rests_on_the_rule(con):
    ten_stays(con)
    missing(con)
    assessed(con, YEARS)

    # A rule that warns is right in half of its flags, and then 2 to 4 records are absent.
    expected, low, high = limits(con, of_facility("h0"), ("expected", "expected_low", "expected_high"))
    assert (expected, low, high) == (pytest.approx(5 + 0.5 * 3, abs=0.01), 5, 9)
    assert limits(con, of_facility("h0"), ("verdict",)) == ("not_fit",)
    assert con.execute("select rule_id, expected from influence.belief").fetchall() == [("thin_month", 0.5)]


def test_stays_that_may_be_absent_elsewhere_bear_on_who_came_back(con):
    ten_stays(con)
    con.execute("update core.stay set patient_id = stay_id")
    missing(con)
    assessed(con, table("back", ["readmission_rate_30_day"], [["facility_id"]]))

    for facility in ("h0", "h1"):
        found = limits(con, of_facility(facility, "back", "readmission_rate_30_day"))
        assert found == (0, 0, None, None)


def test_records_that_stand_for_several_have_no_number(con):
    ten_stays(con)
    con.execute("update core.stay set weight = 2.5, weight_kind = 'sampling'")
    missing(con)
    assessed(con, YEARS)

    assert limits(con, of_all()) == (25, 25, 25, None)


def test_deaths_to_come_are_told_of_the_collection_and_of_no_area(con):
    covers(con, "2024-01-01", "2024-12-31")
    deaths(
        con,
        "death_id | underlying_cause | area | registration_date\n"
        "d1 | I219 | a | 2024-05-12\nd2 | I219 | b | 2024-06-01\nd3 | I219 | b | 2025-01-01",
    )
    con.execute("""
        insert into quality.rule select * replace ('late' as rule_id, '[{"kind": "add", "of": "death"}]' as effect)
        from quality.rule where rule_id = 'thin_month'
    """)
    missing(con, "late", facility_id=None)
    areas = table("areas", ["deaths"], [[], ["area"]])
    registered = table("registered", ["deaths"], [[]], date_of="registration")
    assessed(con, areas, registered)

    assert limits(con, "table_id = 'areas' and area is null") == (3, 7, 3, 7)
    assert limits(con, "table_id = 'areas' and area = 'a'") == (1, 1, 1, 5)
    # When they will be registered is not told.
    assert limits(con, "table_id = 'registered' and period_start = '2024-01-01'") == (2, 2, 2, 6)


def test_the_number_of_rejected_rows_gives_away_nothing(con):
    ten_stays(con)
    rejected(con, 3)
    assessed(con, YEARS)
    assert limits(con, of_all(), ("fewest_bound", "fewest_worst")) == (10, 10)


def test_the_number_of_a_thin_month_gives_away_the_records_that_are_there(con):
    ten_stays(con)
    missing(con)
    assessed(con, YEARS, CAUSES)

    # The finding observed seven records, see `missing`; the figures are of ten.
    assert limits(con, of_all(), ("fewest_bound", "fewest_worst")) == (7, 7)
    assert limits(con, "table_id = 'causes' and cause = 'I'", ("fewest_bound", "fewest_worst")) == (10, 7)


def test_nothing_is_absent_where_nothing_is_told(con):
    ten_stays(con)
    build_figures(con, [YEARS], SETTINGS)
    find_options(con)

    assert not find_absent(con, [YEARS]).greatest.any()


@pytest.mark.parametrize("seed", [3, pytest.param(4, marks=pytest.mark.slow), pytest.param(5, marks=pytest.mark.slow)])
def test_worst_bounds_with_flagged_records_are_attained_and_never_left(seed):
    with small(np.random.default_rng(seed)) as con:
        con.execute("update stats.figure set bound_kind = null")
        con.execute("insert into influence.added values ('main', 'discharge', null, null, null, null, null, 0, 2)")
        for name in ("change", "member", "headline", "move", "kind", "belief"):
            con.execute(f"delete from influence.{name}")
        assess(con, [TABLE], SETTINGS)
        tried = _brute_force(con, 2)
        found = {
            figure: (low, high)
            for figure, low, high in con.execute(
                "select rowid, worst_low, worst_high from stats.figure where worst_low is not null"
            ).fetchall()
        }
    assert len(tried) > 10
    for figure, (least, greatest) in tried.items():
        assert found[figure] == (pytest.approx(least), pytest.approx(greatest))


def _brute_force(con, absent: int) -> dict[int, tuple[float, float]]:
    """By figure that counts records or shares of them, its least and greatest value over all resolutions."""
    place_beliefs(con)
    results = Results(con, [TABLE], SETTINGS)
    numbers = [(both, alone) for both, alone in product(range(absent + 1), repeat=2) if both + alone <= absent]
    found = {}

    def take(of, part) -> None:
        if of.is_of_lengths or not len(part.moves):
            return
        base = results.base(part.figures)
        for place, figure in enumerate(part.figures):
            if results.measure[figure] not in ("discharges", "in_hospital_deaths", "in_hospital_mortality"):
                continue
            sums, is_fixed = resolutions(part.moves, place), base.is_fixed[place]
            more_n = np.concatenate([sums[:, 0] + both for both, _ in numbers])
            more_d = np.concatenate([sums[:, 1] + both + alone for both, alone in numbers])
            n, d = base.n[place] + more_n, base.d[place] + (0 if is_fixed else 1) * more_d
            values = n[d > 1e-9] / d[d > 1e-9] * base.multiplier[place]
            found[int(figure)] = (values.min(), values.max())

    each_breakdown(con, [TABLE], SETTINGS, take)
    return found
