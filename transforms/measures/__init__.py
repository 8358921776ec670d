"""Measures: tables as specified become contributions, cells and figures, and figures lead back to their records."""

from transforms.measures.build import build_figures
from transforms.measures.identity import figure_id, figure_id_sql
from transforms.measures.records import records, stored_specifications
from transforms.measures.specification import Settings, SpecificationError, TableSpecification, load_specifications
from transforms.measures.standards import check_standards

__all__ = [
    "Settings",
    "SpecificationError",
    "TableSpecification",
    "build_figures",
    "check_standards",
    "figure_id",
    "figure_id_sql",
    "load_specifications",
    "records",
    "stored_specifications",
]
