"""Figures: drafts with their value, limits, status and identifier, written to `stats.figure`."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transforms.measures.identity import figure_id_sql
from transforms.measures.methods.mean import normal_mean, student_mean
from transforms.measures.methods.nchs import nchs
from transforms.measures.methods.poisson import byar, exact_poisson, phe
from transforms.measures.methods.proportion import clopper_pearson, wilson
from transforms.measures.methods.reliability import judge
from transforms.measures.specification import Settings

# A survey's figure on fewer unweighted records is unreliable: National Hospital Discharge Survey, technical notes.
LEAST_SURVEY_RECORDS = 30

# The functions of the methods that tables may choose (`methods.INTERVALS`); Kish's are for survey weights.
_COUNTS = {
    "exact_poisson": exact_poisson,
    "byar": byar,
    "phe": phe,
    "nchs": nchs,
    "kish_poisson": exact_poisson,
}
_SHARES = {"wilson": wilson, "clopper_pearson": clopper_pearson, "kish_wilson": wilson}
_MEANS = {"normal": normal_mean, "student": student_mean, "kish_normal": normal_mean}

_TITLES = "case i.cause when 'all' then 'All' when 'unmapped' then 'Code in no group' " + (
    "when 'other_system' then 'Code of another system' when 'unknown' then 'No code' end"
)


def write_figures(
    con: duckdb.DuckDBPyConnection, settings: Settings, confidences: Mapping[str, float] | None = None
) -> int:
    """Turn `figure_draft` into rows of `stats.figure`, in a total order; returns how many.

    `confidences` are those of tables, by their id, whose limits have another than the settings'.
    """
    con.execute(
        """
        create or replace temp table figure_ordered as
        select *
        from figure_draft
        order by table_id, measure, scheme, scheme_version, collection, period_start, period_end,
            facility_id, area, sex, age_band, cause, stratum_name, stratum, standard
        """
    )
    arrays = con.execute(
        "select table_id, kind, method, numerator, denominator, multiplier, squares, effective, "
        "problem is null as holds, value, lower, upper, reliability, records, denominator_records "
        "from figure_ordered order by rowid"
    ).fetchnumpy()
    others = confidences or {}
    confidence = np.array([others.get(table, settings.confidence) for table in _text(arrays["table_id"])])
    value, lower, upper = (np.full(len(confidence), np.nan) for _ in range(3))
    for level in sorted(set(confidence.tolist())):
        rows = confidence == level
        found = values_and_limits({name: column[rows] for name, column in arrays.items()}, level)
        value[rows], lower[rows], upper[rows] = found
    limits = pa.table(
        {
            "place": pa.array(np.arange(len(value))),
            **_nullable(value=value, lower=lower, upper=upper, confidence=confidence),
            **_reliability(arrays, settings.reliability),
        }
    )
    con.register("figure_limits", limits)
    con.execute(
        f"""
        insert into stats.figure by name
        with judged as (
            select
                o.rowid as place, o.* exclude (problem, value, lower, upper, doubt, confidence, limits_problem),
                o.problem, l.value, l.lower, l.upper,
                case when l.lower is null then null else coalesce(o.confidence, l.confidence) end as confidence,
                l.withheld,
                case
                    when o.doubt is not null then o.doubt
                    when l.unreliable is not null then l.unreliable
                    when o.is_sampling
                        and case when o.denominator_records is null then o.records
                            else o.denominator_records end < $least_survey
                        then 'fewer than ' || $least_survey || ' records of the survey'
                end as doubt,
                case when l.lower is null and o.problem is null and l.withheld is null then coalesce(
                    o.limits_problem,
                    case when o.method = 'kish_poisson' then 'a survey without such records gives no limits' end
                ) end as without_limits,
                case
                    when o.period_start is not null and coalesce(o.days_covered, 0) = 0
                        then 'the sources do not cover this period'
                    when o.days_covered < o.days
                        then 'the sources cover ' || o.days_covered || ' of the ' || o.days || ' days of this period'
                end as partly
            from figure_ordered as o
            join figure_limits as l on l.place = o.rowid
        ),
        identified as (
            select
                *,
                case
                    when problem is not null or withheld is not null then 'not_applicable'
                    when doubt is not null then 'unreliable'
                    when partly is not null then 'provisional'
                    else 'value'
                end as status,
                coalesce(problem, withheld, nullif(concat_ws('; ', doubt, partly, without_limits), '')) as reason
            from judged
        ),
        named as (select *, {figure_id_sql()} as figure_id from identified)
        select
            i.figure_id, i.table_id, i.measure, i.scheme, i.scheme_version, i.cause,
            coalesce({_TITLES}, g.title) as cause_title,
            i.period_start, i.period_end, i.collection, i.facility_id, i.area, i.sex, i.age_band,
            i.stratum_name, i.stratum, i.standard,
            i.numerator, i.denominator, i.value, i.lower, i.upper, i.confidence, i.multiplier,
            case when i.lower is null then null else i.method end as method,
            i.status, i.reason, i.records, i.denominator_records, i.left_out,
            case when i.is_sampling then 'sampling' else 'frequency' end as weight_kind, i.additive_over,
            i.signal, i.smallest_cell
        from named as i
        left join codes.group_label as g
            on g.scheme = i.scheme and g.scheme_version = i.scheme_version and g.group_code = i.cause
        order by i.place
        """,
        {"least_survey": LEAST_SURVEY_RECORDS},
    )
    con.unregister("figure_limits")
    return len(value)


def _reliability(arrays: dict[str, NDArray], regime: str) -> dict[str, pa.Array]:
    """For each draft why the regime withholds it, and why it marks it as unreliable; null where it does neither."""
    kind = _text(arrays["reliability"])
    judged = (kind != "") & np.asarray(arrays["holds"], dtype=bool)
    records, denominator, effective, of_records = (
        _filled(arrays[name])[judged] for name in ("records", "denominator", "effective", "denominator_records")
    )
    is_share = kind[judged] == "proportion"
    found = judge(
        regime,
        kind[judged],
        records,
        np.where(np.isnan(of_records), denominator, of_records),
        effective_events=np.where(is_share | np.isnan(effective), records, effective),
        effective_size=np.where(is_share, effective, denominator),
    )
    reasons = {"not_applicable": "withheld", "unreliable": "unreliable"}
    columns = {name: np.full(len(kind), None, dtype=object) for name in reasons.values()}
    for status, name in reasons.items():
        rows = found.status == status
        columns[name][np.flatnonzero(judged)[rows]] = found.reason[rows]
    return {name: pa.array(values, type=pa.string()) for name, values in columns.items()}


def values_and_limits(
    arrays: dict[str, NDArray], confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Value, lower and upper limit of each draft, its multiplier included; NaN where there is none.

    Composed measures have theirs already.

    A weighted count X with variance V has the limits of a Poisson count of X²/V, scaled back to X: Kish's effective
    size (Survey Sampling, 1965, section 11.7); the design's clusters are not known and not allowed for.
    """
    kind, method = _text(arrays["kind"]), _text(arrays["method"])
    numerator, denominator, multiplier, squares, effective = (
        _filled(arrays[name]) for name in ("numerator", "denominator", "multiplier", "squares", "effective")
    )
    holds = np.asarray(arrays["holds"], dtype=bool)
    divisor = np.where(np.isin(kind, ("count", "patients")), 1.0, denominator)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(holds, numerator / divisor * multiplier, np.nan)
    lower, upper = np.full_like(value, np.nan), np.full_like(value, np.nan)
    composed = (kind == "composed") & holds
    for ready, column in ((value, "value"), (lower, "lower"), (upper, "upper")):
        ready[composed] = _filled(arrays[column])[composed]
    for name in sorted(set(method) - {""}):
        rows = np.flatnonzero((method == name) & holds & ~composed)
        if not len(rows):
            continue
        size = effective[rows]
        if name in _COUNTS:
            # Without events there is no weight to scale by: a survey's zero has no limits, a count's has those of 0.
            empty = numerator[rows] == 0
            size = np.where(empty, np.nan if name == "kish_poisson" else 0.0, size)
            low, high = _COUNTS[name](size, confidence)
            with np.errstate(invalid="ignore", divide="ignore"):
                scale = np.where(empty, 1.0, numerator[rows] / size) / divisor[rows]
        elif name in _SHARES:
            low, high = _SHARES[name](numerator[rows] / denominator[rows], size, confidence)
            scale = np.ones_like(low)
        else:
            low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
            for signed in (False, True):
                these = (kind[rows] == "score") == signed
                low[these], high[these] = _MEANS[name](
                    *(values[rows[these]] for values in (numerator, squares, denominator)),
                    size[these],
                    confidence,
                    signed=signed,
                )
            scale = np.ones_like(low)
        lower[rows], upper[rows] = low * scale * multiplier[rows], high * scale * multiplier[rows]
    return value, lower, upper


def _text(values: NDArray) -> NDArray[np.str_]:
    return np.ma.filled(np.ma.asarray(values, dtype=object), "").astype(str)


def _filled(values: NDArray) -> NDArray[np.float64]:
    return np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)


def _nullable(**columns: NDArray[np.float64]) -> dict[str, pa.Array]:
    return {name: pa.array(values, mask=np.isnan(values)) for name, values in columns.items()}
