"""What cells sum: the columns of `stats.cell`, and how each is summed from the records `placed as p`.

Every column exists twice, since records that stand for themselves are counted in integers, which is several times as
fast as sums of decimal weights. Both ways give the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from transforms.measures.facts import LONG_STAY_DAYS

# A survey's record is one record however much it stands for; a frequency row is as many as its weight.
_RECORDS = "(case p.weight_kind when 'sampling' then 1 else p.weight end)"
# DuckDB keeps products of narrow decimals narrow, and they overflow: the wide type holds any weight times squared days.
_WEIGHT = "p.weight::decimal(28, 6)"
_SQUARED = f"(case p.weight_kind when 'sampling' then {_WEIGHT} * {_WEIGHT} else {_WEIGHT} end)::decimal(38, 6)"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Records that `holds` is true for (None: all of them), as columns of `stats.cell`.

    `weight` sums their weights, `records` counts them unweighted, `squared` sums their squared weights (a frequency
    row counting its weight): Kish's effective size is weight² over it. A column that is None is not kept.
    """

    group: str
    holds: str | None = None
    weight: str | None = None
    records: str | None = None
    squared: str | None = None

    def one_each(self) -> dict[str, str]:
        count = f"count(*) filter ({self.holds})" if self.holds else "count(*)"
        return {name: count for name in (self.records, self.weight, self.squared) if name}

    def weighted(self) -> dict[str, str]:
        def total(expression: str) -> str:
            return f"coalesce(sum({expression}) filter ({self.holds}), 0)" if self.holds else f"sum({expression})"

        expressions = ((self.records, _RECORDS), (self.weight, "p.weight"), (self.squared, _SQUARED))
        return {name: total(expression) for name, expression in expressions if name}

    def contributions(self) -> dict[str, str]:
        if not self.weight:
            return {}
        return {self.weight: f"case when {self.holds} then p.weight end" if self.holds else "p.weight"}


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Records that `holds` is true for, each of another patient: counted one each, whatever they weigh."""

    group: str
    holds: str
    persons: str

    def one_each(self) -> dict[str, str]:
        return {self.persons: f"count(*) filter ({self.holds})"}

    def weighted(self) -> dict[str, str]:
        return self.one_each()

    def contributions(self) -> dict[str, str]:
        return {self.persons: f"case when {self.holds} then 1 end"}


@dataclass(frozen=True, kw_only=True)
class Added:
    """A whole number that every record carries (`value`, null where unknown), summed over records.

    `total` is the weighted sum, `squares` the weighted sum of squares, `variance` the sum of the squared weighted
    numbers, a frequency row counting its weight.
    """

    group: str
    value: str
    total: str
    squares: str
    variance: str

    def one_each(self) -> dict[str, str]:
        square = f"sum({self.value} * {self.value})"
        return {self.total: f"sum({self.value})", self.squares: square, self.variance: square}

    def weighted(self) -> dict[str, str]:
        value = f"{self.value}::decimal(9, 0)"
        return {
            self.total: f"sum({_WEIGHT} * {value})",
            self.squares: f"sum({_WEIGHT} * {value} * {value})",
            self.variance: f"sum({_SQUARED} * {value} * {value})",
        }

    def contributions(self) -> dict[str, str]:
        return {self.total: f"{_WEIGHT} * {self.value}"}


ALWAYS = "always"


def _share(group: str, holds: str, weight: str, records: str, known: str) -> tuple[Counted, Counted]:
    """Stays that `holds` is true for, and those that it is known for."""
    return (
        Counted(group=group, holds=holds, weight=weight, records=records),
        Counted(
            group=group,
            holds=f"{holds} is not null",
            weight=f"{known}_principals",
            records=f"{known}_records",
            squared=f"{known}_squared",
        ),
    )


def _number(group: str, *names: str) -> Iterator[Added]:
    """Whole numbers that `placed` has as columns of these names."""
    for name in names:
        yield Added(group=group, value=f"p.{name}", total=name, squares=f"{name}_squared", variance=f"{name}_variance")


def _outcome(column: str, since: str) -> tuple[Counted, Counted]:
    """Stays followed by a death within the window, and those whose window is followed."""
    return (
        Counted(group=since, holds=f"p.{column}", weight=f"died_{since}", records=f"died_{since}_records"),
        Counted(
            group=since,
            holds=f"p.{column} is not null",
            weight=f"followed_{since}",
            records=f"followed_{since}_records",
            squared=f"followed_{since}_squared",
        ),
    )


_KNOWN_PATIENT = "p.patient_id is not null and p.date_precision = 'day'"

SUMS: tuple[Counted | Persons | Added, ...] = (
    Counted(group=ALWAYS, records="records", weight="weight", squared="weight_squared"),
    Counted(group="identified", holds="p.patient_id is not null", records="identified_records"),
    Counted(
        group="drg",
        holds="p.drg is not null",
        weight="grouped_stays",
        records="grouped_records",
        squared="grouped_squared",
    ),
    *(
        Counted(
            group="drg", holds=f"p.drg_severity in ({severities})", weight=f"{name}_stays", records=f"{name}_records"
        )
        for name, severities in (("complicated", "'CC', 'MCC'"), ("majorly_complicated", "'MCC'"))
    ),
    *_number("drg", "drg_weight"),
    Counted(
        group="drg",
        holds="p.drg_weight is not null",
        weight="weighed_stays",
        records="weighed_records",
        squared="weighed_squared",
    ),
    # `is_first` is of the relation that a table looking back reads: see cells.rows_source.
    Persons(group="first", holds=f"{_KNOWN_PATIENT} and is_first", persons="first_patients"),
    Counted(group="first", holds=_KNOWN_PATIENT, records="first_known_records"),
    Added(
        group="length",
        value="p.bed_days",
        total="bed_days",
        squares="bed_days_squared",
        variance="bed_days_variance",
    ),
    Counted(
        group="length",
        holds="p.bed_days is not null",
        weight="stays_with_length",
        records="length_records",
        squared="length_squared",
    ),
    Counted(group="outcome", holds="p.died", weight="died", records="died_records", squared="died_squared"),
    Counted(
        group="outcome",
        holds="p.died is not null",
        weight="outcome_known",
        records="outcome_records",
        squared="outcome_squared",
    ),
    Counted(
        group="length",
        holds=f"p.bed_days >= {LONG_STAY_DAYS}",
        weight="long_stays",
        records="long_stay_records",
    ),
    # Deaths in the first two days are in neither part of net mortality, nor are stays of unknown length: a death among
    # them may be of either kind, and without the deaths their survivors would stand alone.
    Counted(group="net", holds="p.died and p.bed_days >= 2", weight="net_died", records="net_died_records"),
    Counted(
        group="net",
        holds="p.died is not null and p.bed_days is not null and (not p.died or p.bed_days >= 2)",
        weight="net_outcome",
        records="net_outcome_records",
        squared="net_outcome_squared",
    ),
    Counted(
        group="net",
        holds="p.died is not null and p.bed_days is not null",
        records="net_known_records",
    ),
    *_share("coding", "p.is_symptom", "symptom_principals", "symptom_records", "classified"),
    *_share("coding", "p.is_unspecified", "unspecified_principals", "unspecified_records", "titled"),
    *_share("coding", "p.is_invalid", "invalid_principals", "invalid_records", "judged"),
    *_number("depth", "secondary_diagnoses"),
    Counted(
        group="depth",
        holds="p.secondary_diagnoses is not null",
        weight="coded_stays",
        records="coded_records",
        squared="coded_squared",
    ),
    *_number("comorbidity", "charlson_score", "charlson_score_2011", "elixhauser_score"),
    Counted(
        group="comorbidity",
        holds="p.charlson_score is not null",
        weight="scored_stays",
        records="scored_records",
        squared="scored_squared",
    ),
    *_number("refined_comorbidity", "ahrq_mortality_index", "ahrq_readmission_index"),
    Counted(
        group="refined_comorbidity",
        holds="p.ahrq_mortality_index is not null",
        weight="refined_stays",
        records="refined_records",
        squared="refined_squared",
    ),
    Counted(group="readmission", holds="p.readmitted", weight="readmitted", records="readmitted_records"),
    Counted(
        group="readmission",
        holds="p.is_readmission_index",
        weight="index_stays",
        records="index_records",
        squared="index_squared",
    ),
    Counted(group="readmission", holds="p.is_readmission_index is not null", records="index_known_records"),
    *_outcome("died_30_days_from_admission", "from_admission"),
    *_outcome("died_30_days_from_discharge", "from_discharge"),
    Counted(
        group="infant",
        holds="p.infant_age is not null",
        weight="infant_deaths",
        records="infant_records",
        squared="infant_squared",
    ),
    Counted(group="infant", holds="p.infant_age <> 'unknown'", records="infant_aged_records"),
    *(
        Counted(
            group="infant",
            holds=f"p.infant_age in ({ages})",
            weight=f"{name}_deaths",
            records=f"{name}_records",
            squared=f"{name}_squared",
        )
        for name, ages in (
            ("early_neonatal", "'early_neonatal'"),
            ("neonatal", "'early_neonatal', 'late_neonatal'"),
            ("post_neonatal", "'post_neonatal'"),
        )
    ),
    *(
        Counted(
            group="maternal",
            holds=f"p.{column}",
            weight=f"{name}_deaths{definition}",
            records=f"{name}_records{definition}",
            squared=f"{name}_squared{definition}",
        )
        for column, name, definition in (
            ("is_maternal", "maternal", ""),
            ("is_maternal_who", "maternal", "_who"),
            ("is_late_maternal", "late_maternal", ""),
        )
    ),
    Counted(group="maternal", holds="p.is_maternal is not null", records="maternal_known_records"),
)

_SAMPLING = "sampling_records"


def _joined(parts: Iterable[dict[str, str]]) -> dict[str, str]:
    return {name: expression for part in parts for name, expression in part.items()}


ONE_EACH: dict[str, str] = {_SAMPLING: "0::bigint", **_joined(one.one_each() for one in SUMS)}
WEIGHTED: dict[str, str] = {
    _SAMPLING: "count_if(p.weight_kind = 'sampling')",
    **_joined(one.weighted() for one in SUMS),
}

# Where records count in parts: a record's share of its cause, `cause_of as k`. Its variance goes with the square.
IN_PARTS: dict[str, str] = {
    _SAMPLING: WEIGHTED[_SAMPLING],
    "records": f"sum({_RECORDS})",
    "weight": f"sum(({_WEIGHT} * k.share)::decimal(38, 6))",
    "weight_squared": f"sum(({_SQUARED}::decimal(30, 6) * k.share * k.share)::decimal(38, 6))",
}

# A record's contribution to a column of stats.cell; null where the column leaves the record out. A patient's first
# record contributes 1 to `patients`, the others 0.
CONTRIBUTION: dict[str, str] = {
    **_joined(one.contributions() for one in SUMS),
    "patients": """case when p.patient_id is not null then (row_number() over (
        partition by p.patient_id order by p.event_date nulls last, p.record_id) = 1)::integer end""",
}


def columns_for(used: Iterable[str]) -> tuple[str, ...]:
    """The additive columns of `stats.cell` that must be summed for the columns `used`: whole groups of them."""
    wanted = set(used)
    groups = {one.group for one in SUMS if wanted & set(one.one_each())} | {ALWAYS}
    needed = {_SAMPLING, *(name for one in SUMS if one.group in groups for name in one.one_each())}
    return tuple(name for name in ONE_EACH if name in needed)
