"""Figures that are no sums over records: how far open flags could move what is worked out from cells, or from chains.

Each module is a family of measures and says what its bounds are certain of.
"""
