"""How far open flags could move each figure, worked out from cells.

`find_options` (options) turns flags into what each flagged record may be instead (schema `influence`); `assess`
(assess) places these options as records are placed, and bounds every figure over all that they may be together.
"""
