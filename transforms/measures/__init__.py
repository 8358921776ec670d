"""Measures: tables as specified become contributions, cells and figures, and figures lead back to their records."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.measures.behind import records, stored_specifications
    from transforms.measures.build import build_figures
    from transforms.measures.identity import figure_id, figure_id_sql
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

_MODULES = {
    "behind": ("records", "stored_specifications"),
    "build": ("build_figures",),
    "identity": ("figure_id", "figure_id_sql"),
    "specification": ("Settings", "SpecificationError", "TableSpecification", "load_specifications"),
    "standards": ("check_standards",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load what is asked for: who wants a method of arrays only does not wait seconds for what builds figures."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
