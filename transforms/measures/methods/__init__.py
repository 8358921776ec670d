"""Statistical methods: pure functions of aggregated arrays, many figures at once; nothing here reads or writes.

Rows are groups (figures), columns strata, age bands or periods; NaN is null. Where a number cannot be given, a
`problem` (a sentence, or None) of the same length says why; inputs that no data should hold (negative or null counts,
unequal shapes, unknown names) are a ValueError. `confidence` is any level: 0.95, 0.998. Limits and rates include
`multiplier` where it is an argument. docs/methods.md has the formulas and their sources.

| module | function | in | out |
| --- | --- | --- | --- |
| arrays | spread(row, column, values, shape, fill=) | long rows | groups by strata |
| poisson | exact_poisson, byar, phe, normal(events, confidence) | counts | (lower, upper) of the counts |
| poisson | poisson(events, confidence, method) | counts, name | the same |
| proportion | wilson, clopper_pearson(proportion, size, confidence) | shares, sizes | (lower, upper) |
| mean | normal_mean, student_mean(total, squares, weight, size, confidence) | sums | (lower, upper) |
| nchs | nchs(events, confidence); nchs_adjusted(events, effective, confidence) | counts | (lower, upper) |
| weighted_sum | weighted_sum(events, coefficient, method=, confidence=, variance=) | groups by strata | WeightedSum |
| standardisation | directly_standardised(events, population, weights, method=, ...) | groups by strata | Standardised |
| standardisation | expected_events(population, reference_events, ...) | groups by strata | E, problem |
| standardisation | indirectly_standardised(observed, population, reference_..., method=, ...) | groups | Indirect |
| standardisation | observed_over_expected(observed, expected, method=, ...) | groups | Indirect (SMR, ISR, PMR) |
| life_table | life_tables(deaths, population, starts, ...) | groups by ages | LifeTables (`.at(age)` is a column) |
| life_table | cause_deleted(tables, deaths, cause_deaths) | LifeTables, groups by ages | CauseDeleted |
| decomposition | decompose(first, second, first_by_cause, second_by_cause) | LifeTables, rates | Decomposition |
| years_lost | nchs_groups(limit), years_lost_by_age(ages, limit) | an age limit | bands, years lost by a death |
| years_lost | years_lost(deaths, years_each, population, weights, ...) | groups by bands | YearsLost |
| ranking | leading_ranks(deaths, group, rankable) | long rows | ranks, 0 for none |
| funnel | funnel_of_ratios(observed, expected, method=), funnel_of_proportions(events, size) | units | Funnel |
| funnel | ratio_limits(expected, confidence, ...), proportion_limits(size, target, confidence, ...) | sizes | curves |
| logistic | design(factors, continuous); fit_logistic(design, events, trials) | cells | LogisticModel |
| logistic | c_statistic, calibration(probability, events, trials) | cells | number, Calibration |
| control_charts | control_chart(kind, numerator, denominator, phase=, baseline=) | series by periods | ControlChart |
| joinpoint | fit_trend(years, rates, weights, most=, selection=, seed=), annual_percent_change | a series | Trend |
| comparability | comparable(events, ratio, ratio_standard_error) | earlier events | Comparable |
| comparability | comparability_ratio(later, earlier, both) | deaths coded twice | (ratio, its error) |
| excess | excess_over_average(observed, earlier, by_rate=, ...) | periods, years by periods | Excess |
| excess | brought_forward(events, person_years, today) | years by periods by ages | years by periods |
| excess | excess_over_regression(events, person_years, time, is_baseline, ...) | a series | Regression |
| reliability | judge(regime, kind, events, denominator, effective_events=, effective_size=) | figures | Judgement |
"""

# The intervals that a table may choose for a measure of its own cells, by the kind of the measure.
_OF_COUNTS = ("exact_poisson", "byar", "phe", "nchs", "none")
_OF_SHARES = ("wilson", "clopper_pearson", "none")
INTERVALS: dict[str, tuple[str, ...]] = {
    "count": _OF_COUNTS,
    "patients": ("none",),
    "mean": ("normal", "student", "none"),
    "score": ("normal", "student", "none"),
    "proportion": _OF_SHARES,
    "share_of_all": _OF_SHARES,
    "rate": _OF_COUNTS,
}
