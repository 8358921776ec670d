"""Where a site keeps the files it added; light, so that finding reference data built loads no reader."""

from __future__ import annotations

from pathlib import Path

# The folder of a site that holds official files; the site's own lists stand beside it.
OFFICIAL_FOLDER = "official"


def files_of(site: Path | None) -> tuple[Path, ...]:
    """The files that a site has added, in the order of their names; hidden files are none."""
    if site is None or not site.is_dir():
        return ()
    found = [*site.glob("*.csv"), *(site / OFFICIAL_FOLDER).glob("*")]
    return tuple(sorted(path for path in found if path.is_file() and not path.name.startswith(".")))
