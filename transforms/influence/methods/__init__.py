"""Methods of influence: pure functions of arrays, all figures at once; nothing here reads or writes.

| module | function | what it answers |
| --- | --- | --- |
| choices | Moves, Choices | options of records in states of units, sorted for segmented reductions |
| alike | alike | units that may move one figure in the same ways, as one |
| outermost | outermost | which moves of a record can be the best or the worst in any optimum |
| bounds | bounds, extremes, single_changes | how far units, all or each alone, can move sums and ratios: exact |
| order_statistic | Shifts, quantile_bounds, quantile_extremes | the same for medians and other quantiles: exact |
| order_changes | single_shifts, fewest_shifted, simulate_quantile | medians: each unit alone, expected values |
| changed | changed_records, fewest_between, fewest_net | how many records lie between a figure and its bounds |
| reach | reach | how far each unit can still move each figure, whatever others turn out to be |
| chances | prior, update, draw, largest | how likely the flags of a rule are right, learnt from reviews |
| expected | Outcomes, simulate | expected values and their limits, the records of a rule sharing its fate |
| segments | starts, sums, pairs_of, mixed | runs of rows in sorted arrays, and rows known by a number |
| verdict | verdicts | robust, sensitive or not fit |
| cover | shortest | the shortest list of units whose review makes figures safe, and a lower bound |
"""
