"""The sections of a report, each a function of the released figures that returns blocks."""
