"""Methods of influence: pure functions of arrays, all figures at once; nothing here reads or writes.

| module | function | what it answers |
| --- | --- | --- |
| choices | Moves, Choices | options of records in states of units, sorted for segmented reductions |
| bounds | bounds, extremes, single_changes | how far units, all or each alone, can move sums and ratios: exact |
| chances | prior, update, draw, largest | how likely the flags of a rule are right, learnt from reviews |
| expected | Outcomes, simulate | expected values and their limits, the records of a rule sharing its fate |
"""
