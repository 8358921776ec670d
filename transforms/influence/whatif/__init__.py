"""What if a record were otherwise: every figure that would change, made anew from the cells without a run."""

from transforms.influence.whatif.change import Change, NoSuchRecord, find_record
from transforms.influence.whatif.figures import Moved, New, Prediction, predict

__all__ = ["Change", "Moved", "New", "NoSuchRecord", "Prediction", "find_record", "predict"]
