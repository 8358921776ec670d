"""What is found for each figure, as arrays over all figures, and how it is written to the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transforms.influence.absent.absent import Absent
from transforms.influence.bands import BAND, other_bands
from transforms.influence.base import Base
from transforms.influence.conclusions import conclusions, with_words
from transforms.influence.forms import FORMS, OF_ANY_CODE
from transforms.influence.methods.bounds import Bounds
from transforms.influence.methods.changed import Changed, Fewest, fewer, fewest_between, fewest_net
from transforms.influence.methods.expected import Expected
from transforms.influence.methods.verdict import verdicts
from transforms.influence.signals import assess_signals
from transforms.measures.dimensions import OF_DRGS
from transforms.measures.specification import RELATIVE_TOLERANCE, Settings, TableSpecification

HERE = Path(__file__).parent

# Measures whose value is the numerator less what a baseline expects, or a weighted sum: no ratio of its columns.
_WHOLE = [name for name, form in FORMS.items() if form.kind == "weighted" or name.startswith("excess_deaths")]
# The mean of a logarithm, of which they are exp.
_LOGARITHMS = [name for name, form in FORMS.items() if form.kind == "geometric"]


class Results:
    """By figure, in the order of stats.figure: the base, what is left without flagged records, and the bounds."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification], settings: Settings
    ) -> None:
        found = con.execute(
            """
            select
                table_id, measure, "value", lower, upper,
                coalesce(records, 0) as n_records,
                coalesce(if(measure in (select unnest($logarithms)), records, denominator_records), 0) as d_records,
                coalesce(numerator = records, false) as is_records, cause is not null as by_cause,
                case
                    when measure in (select unnest($whole)) then "value"
                    when measure in (select unnest($logarithms)) then ln("value") * numerator
                    else numerator
                end as n,
                case
                    when measure in (select unnest($whole)) then 1
                    when measure in (select unnest($logarithms)) then numerator
                    else coalesce(denominator, 1)
                end as d,
                case when measure in (select unnest($whole)) then 1 else multiplier end as multiplier,
                coalesce(list_has_any(string_split(stratum_name, ' by '), $drgs), false) as is_of_drg
            from stats.figure
            order by rowid
            """,
            {"whole": _WHOLE, "logarithms": _LOGARITHMS, "drgs": list(OF_DRGS)},
        ).fetchnumpy()
        self._settings, self._tables = settings, tables
        self.measure = measure = np.ma.getdata(found["measure"]).astype(str)
        names, of = np.unique(measure, return_inverse=True)
        forms = [FORMS.get(name) for name in names]

        def number(name: str) -> NDArray[np.float64]:
            return np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan)

        def of_form(what: list[bool]) -> NDArray[np.bool_]:
            return np.array(what, dtype=bool)[of] if len(names) else np.zeros(0, dtype=bool)

        self.value = number("value")
        self.has_form = of_form([form is not None for form in forms]) & ~np.isnan(self.value)
        # The grouper of MS-DRGs is not asked again.
        self.is_conditional = of_form([form is not None and form.is_conditional for form in forms])
        self.is_conditional |= np.ma.getdata(found["is_of_drg"]).astype(bool)
        self.is_median = of_form([form is not None and form.kind == "median" for form in forms])
        self.is_logarithm = of_form([form is not None and form.kind == "geometric" for form in forms])
        self._by_cause = np.ma.getdata(found["by_cause"]).astype(bool)
        self.is_of_patients = of_form([form is not None and form.by == "patients" for form in forms])
        self.is_of_lengths = self.is_median | self.is_logarithm
        self._numerator = number("n")
        n = np.where(self.has_form & ~self.is_median, self._numerator, np.nan)
        is_fixed = of_form([form is not None and form.kind in ("sum", "weighted") for form in forms])
        self._base = Base(n, number("d"), number("multiplier"), is_fixed)
        self.lower, self.upper = number("lower"), number("upper")
        self.left_out_n, self.left_out_d = np.zeros(len(n)), np.zeros(len(n))
        self.left_out_records = np.zeros((2, len(n)), dtype=np.int64)
        self.changed = np.zeros((4, 2, len(n)), dtype=np.int64)
        self.records = np.stack([np.ma.getdata(found[name]).astype(np.int64) for name in ("n_records", "d_records")])
        self.is_records = np.ma.getdata(found["is_records"]).astype(bool)
        self.is_outer = np.zeros(len(n), dtype=bool)
        # Records that may be absent: none, until it is looked for them.
        self.absent = Absent.nothing(measure)
        as_coded = np.where(self.has_form, self.value, np.nan)
        self.bounds = Bounds(*(as_coded.copy() for _ in range(4)))
        self.expected = Expected(*(as_coded.copy() for _ in range(3)))
        self._median_without = as_coded.copy()
        self._median_fewest = Fewest(*(np.full(len(n), -1, dtype=np.int64) for _ in range(3)))
        # Of figures that are no ratio of sums: they have no base.
        self.is_composed = np.zeros(len(n), dtype=bool)
        self._without = np.full(len(n), np.nan)
        self.tolerance = _tolerances(found["table_id"], tables, self.value, self.upper - self.lower)

    @property
    def every(self) -> NDArray[np.int64]:
        """The numbers of all figures."""
        return np.arange(len(self.value))

    @property
    def is_sum(self) -> NDArray[np.bool_]:
        """Whether a figure is made of sums over records, which a list of records can be chosen for."""
        return self.has_form & ~self.is_of_lengths & ~self.is_of_patients

    def base(self, figures: NDArray[np.int64]) -> Base:
        return self._base.of(figures)

    def leave_out(
        self, figures: NDArray[np.int64], n: NDArray[np.float64], d: NDArray[np.float64], records: Changed
    ) -> None:
        """Take note of what flagged records contribute to figures as coded, and of how many they are."""
        self.left_out_n[figures] += n
        self.left_out_d[figures] += d
        self.left_out_records[:, figures] += records

    def mark_outer(self, figures: NDArray[np.int64]) -> None:
        """Take note that records of these figures choose more freely here than they may."""
        self.is_outer[figures] = True

    def set_bounds(self, figures: NDArray[np.int64], found: Bounds, changed: Changed) -> None:
        """Set the bounds of figures, and how many records change in each."""
        for name, values in vars(found).items():
            getattr(self.bounds, name)[figures] = values
        self.changed[:, :, figures] = changed

    def set_expected(self, figures: NDArray[np.int64], found: Expected) -> None:
        for name, values in vars(found).items():
            getattr(self.expected, name)[figures] = values

    def set_medians(self, figures: NDArray[np.int64], without: NDArray[np.float64]) -> None:
        """Set what medians are without flagged records."""
        self._median_without[figures] = without

    def set_fewest(self, figures: NDArray[np.int64], found: Fewest) -> None:
        """Set how few records lie between columns of medians that flags could move."""
        for name, values in vars(found).items():
            getattr(self._median_fewest, name)[figures] = values

    def values_of(
        self, figures: NDArray[np.int64], n: NDArray[np.float64], d: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """What figures are where their sums are these; NaN without a denominator, and of medians."""
        base = self._base.of(figures)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(d > 1e-9, n / d, np.nan)
            found = ratio * base.multiplier
            of = np.flatnonzero(self.is_logarithm[figures])
            # As coded the value is the published one, to the last bit.
            found[of] = self.value[figures[of]] * np.exp(ratio[of] - base.n[of] / base.d[of])
            return found

    def parts(self, figures: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Numerator, denominator and multiplier of figures, of those without a form too."""
        return self._numerator[figures], self._base.d[figures], self._base.multiplier[figures]

    def set_outer(
        self,
        figures: NDArray[np.int64],
        found: Bounds,
        without_flagged: NDArray[np.float64],
        *,
        is_conditional: bool = False,
    ) -> None:
        """Set the bounds of figures that are no sums over records, certain to contain; expected where nothing moves.

        A bound is no nearer than the value: rounding may make it so.
        """
        self.has_form[figures] = self.is_composed[figures] = True
        self.is_conditional[figures] = is_conditional
        self.is_outer[figures] = True
        self._without[figures] = without_flagged
        value = self.value[figures]
        moved = np.zeros(len(figures), dtype=bool)
        for name, limits in vars(found).items():
            is_near = np.abs(limits - value) <= 1e-9 * np.maximum(np.abs(value), 1e-6)
            moved |= ~is_near
            nearer = np.minimum if name.endswith("low") else np.maximum
            getattr(self.bounds, name)[figures] = np.where(is_near, value, nearer(limits, value))
        for values in vars(self.expected).values():
            values[figures] = np.where(moved, np.nan, value)

    @property
    def fewest(self) -> Fewest:
        """The fewest records, none apart, that lie between columns of a figure."""
        base = self._base
        with np.errstate(divide="ignore", invalid="ignore"):
            records_each = np.where(self.is_records & base.is_fixed, base.d / base.multiplier, np.nan)
        found = fewer(
            fewest_between(self.changed, self.records, self.left_out_records),
            fewest_net(self.value, self.bounds, self.without_flagged, records_each),
        )
        medians = vars(self._median_fewest)
        return Fewest(**{name: np.where(own >= 0, own, getattr(found, name)) for name, own in medians.items()})

    @property
    def without_flagged(self) -> NDArray[np.float64]:
        """Every figure without its flagged records; NaN where nothing would be left to divide by."""
        base = self._base
        d = np.where(base.is_fixed, base.d, base.d - self.left_out_d)
        found = self.values_of(self.every, base.n - self.left_out_n, d)
        found = np.where(self.is_composed, self._without, found)
        return np.where(self.is_median, self._median_without, found)

    @property
    def is_movable(self) -> NDArray[np.bool_]:
        """Whether any resolution of the open flags gives a figure another value."""
        return (self.bounds.worst_low < self.value) | (self.bounds.worst_high > self.value)

    def _is_uncounted(self, between: str) -> NDArray[np.bool_]:
        """Whether it is not known how many records lie between columns (see Fewest): of figures that are no sums."""
        columns = list(vars(self.bounds).values())
        if between == "without":
            columns.append(self.without_flagged)
        stays = np.all([np.abs(column - self.value) <= 1e-9 * np.abs(self.value) for column in columns], axis=0)
        return self.is_composed & ~stays

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Set the columns of stats.figure."""
        found = self.bounds
        # What any code would do to these is contained, and not always attained.
        of_any = np.isin(self.measure, OF_ANY_CODE)
        of_any &= (found.worst_low < found.bound_low) | (found.worst_high > found.bound_high)
        is_outer = self.is_outer | of_any
        kind = np.where(self.is_conditional, "conditional", np.where(is_outer, "outer", "exact")).astype(object)
        # How many records lie between columns is asked of those that are there.
        fewest = self.absent.fewest(self.fewest)
        self.absent.widen(self.bounds, self.expected, self._base)
        is_unfollowed = self.is_of_patients & self._by_cause & _has_any_code(con)
        columns = {
            "value_without_flagged": self.without_flagged,
            "bound_low": self.bounds.bound_low,
            "bound_high": self.bounds.bound_high,
            "worst_low": np.where(is_unfollowed, np.nan, self.bounds.worst_low),
            "worst_high": np.where(is_unfollowed, np.nan, self.bounds.worst_high),
            "expected": self.expected.expected,
            "expected_low": self.expected.low,
            "expected_high": self.expected.high,
            "tolerance": np.where(self.has_form, self.tolerance, np.nan),
        }
        flips = conclusions(
            self.measure,
            self._settings.reliability,
            self.value,
            self._base.d,
            self._base.multiplier,
            self._base.is_fixed,
            self.bounds,
            self._settings.confidence,
        )
        flips = with_words(flips, other_bands(con, self.bounds), BAND)
        verdict = verdicts(
            np.where(self.has_form, self.value, np.nan),
            self.tolerance,
            bound_low=self.bounds.bound_low,
            bound_high=self.bounds.bound_high,
            expected_low=self.expected.low,
            expected_high=self.expected.high,
            flips=flips != None,  # noqa: E711 - elementwise
        )
        frame = pa.table(
            {
                "figure": pa.array(np.arange(len(self.value))),
                **{
                    f"fewest_{name}": pa.array(values, mask=~self.has_form | self._is_uncounted(name))
                    for name, values in vars(fewest).items()
                },
                "bound_kind": pa.array(np.where(self.has_form, kind, None), type=pa.string()),
                "verdict": pa.array(verdict, type=pa.string()),
                "flips": pa.array(flips, type=pa.string()),
                # Adding nothing turns a negative nought into nought.
                **{name: pa.array(values + 0.0, mask=np.isnan(values)) for name, values in columns.items()},
            }
        )
        con.register("figure_influence", frame)
        names = [name for name in frame.column_names if name != "figure"]
        con.execute(
            f"""
            update stats.figure
            set {", ".join(f"{name} = i.{name}" for name in names)}
            from figure_influence as i
            where i.figure = stats.figure.rowid
            """
        )
        con.unregister("figure_influence")
        con.execute((HERE / "ranks.sql").read_text(encoding="utf-8"))
        assess_signals(con, self._tables)
        self.absent.write(con)


def _has_any_code(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether some record may be of any code."""
    return con.execute(
        """
        select
            exists (from influence.option where is_wild)
            or exists (from influence.recoded where is_any)
            or exists (from influence.recoded_condition where is_any)
        """
    ).fetchone()[0]


def _tolerances(
    table: NDArray, tables: Sequence[TableSpecification], value: NDArray[np.float64], width: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each figure may move, in its own unit."""
    by_table = {one.table_id: one.tolerance for one in tables}
    names, of = np.unique(np.ma.getdata(table).astype(str), return_inverse=True)
    given = [by_table[name] for name in names]

    def stated(what: str) -> NDArray[np.float64]:
        numbers = [getattr(tolerance, what) for tolerance in given]
        return np.array([np.nan if number is None else number for number in numbers] or [0.0])[of]

    by_width = stated("half_widths") * width / 2
    relative = stated("relative")
    relative = np.where(np.isnan(relative), RELATIVE_TOLERANCE, relative) * np.abs(value)
    absolute = stated("absolute")
    return np.where(np.isnan(absolute), np.where(np.isnan(by_width), relative, by_width), absolute)
