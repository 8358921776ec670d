"""How far open flags could move each figure, worked out from cells.

`find_options` turns flags into what each flagged record may be instead (schema `influence`); `assess` places these
options as records are placed, and bounds every figure over all that they may be together.
"""

from transforms.influence.assess import assess
from transforms.influence.options import find_options

__all__ = ["assess", "find_options"]
