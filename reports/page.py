"""Write the report as one HTML file that opens from disk and fetches nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import jinja2
import plotly.offline

from reports.blocks import Amount, Chart, Mark, Section, Strip
from reports.compose import Cover

_FOLDER = Path(__file__).with_name("html")


def write_page(path: Path, cover: Cover, sections: Sequence[Section]) -> None:
    """Write the report. The page's policy lets only the two scripts in it run, each by the hash of its text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    environment.tests["mark"] = lambda cell: isinstance(cell, Mark)
    environment.tests["amount"] = lambda cell: isinstance(cell, Amount)
    environment.tests["strip"] = lambda cell: isinstance(cell, Strip)
    charts = {}
    numbered = {}
    for chart in _charts(sections):
        identifier = f"chart-{len(charts) + 1}"
        numbered[id(chart)] = identifier
        charts[identifier] = chart.figure.to_plotly_json()
    library, script = plotly.offline.get_plotlyjs(), (_FOLDER / "report.js").read_text(encoding="utf-8")
    html = environment.get_template("report.html.jinja").render(
        cover=cover,
        sections=sections,
        policy=_policy(library, script),
        css=(_FOLDER / "report.css").read_text(encoding="utf-8"),
        library=library,
        script=script,
        charts=embedded_json(charts),
        chart_id=lambda chart: numbered[id(chart)],
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def _charts(sections: Sequence[Section]):
    for section in sections:
        yield from (block for block in section.blocks if isinstance(block, Chart))
        yield from _charts(section.sections)


def _policy(*scripts: str) -> str:
    """The Content-Security-Policy. Plotly sets styles from script, and draws heat maps as data: images."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def embedded_json(value: object) -> str:
    """JSON that cannot end the script element that holds it: <, > and & as escapes, as are U+2028 and U+2029."""
    from plotly.utils import PlotlyJSONEncoder

    text = json.dumps(value, cls=PlotlyJSONEncoder, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
