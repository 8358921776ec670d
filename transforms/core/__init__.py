"""Core: landed rows become encounters, stays, diagnoses, procedures, persons, deaths and counts."""

from transforms.core.build import build_core
from transforms.core.inputs import SourceInput

__all__ = ["SourceInput", "build_core"]
