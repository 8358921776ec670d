"""The shortest list of flagged records to review after which no figure can move by more than its tolerance."""

from transforms.influence.worklist.case import Case
from transforms.influence.worklist.choose import Choice, choose
from transforms.influence.worklist.gather import HEADLINES, gather
from transforms.influence.worklist.rows import RANDOM, Flagged, Hold, rows_of
from transforms.influence.worklist.tolerance import Tolerances, read_tolerance

__all__ = [
    "HEADLINES",
    "RANDOM",
    "Case",
    "Choice",
    "Flagged",
    "Hold",
    "Tolerances",
    "choose",
    "gather",
    "read_tolerance",
    "rows_of",
]
