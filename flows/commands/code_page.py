"""Show a code in a terminal: what it is, where it stands, its groups, edits, notes, and what changed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from flows.commands.console import results

if TYPE_CHECKING:
    from datetime import date

    from codesets.describe import Attribute, CodeDescription, Equivalent, Guess, Place
    from codesets.drift import Change
    from codesets.suggest import Suggestion

# Chapters and blocks are shown with the place in the hierarchy, not again among the groups.
_HIERARCHY = ("chapter", "block")
_CODES_BELOW = 30
_NARROWEST = 40

_KINDS = {
    "excludes1": "Excludes1 (not coded here)",
    "excludes2": "Excludes2 (not included here)",
    "code_first": "Code first",
    "use_additional": "Use additional code",
    "code_also": "Code also",
    "includes": "Includes",
    "excludes": "Excludes",
}


def tell(code: CodeDescription) -> None:
    """Print all that is known of a code."""
    _line(Text.assemble((f"{dotted(code.code, code.system)}  {code.title or _untitled(code)}", "bold")))
    is_valid = code.code_status == "valid"
    _line(
        Text.assemble(
            f"{code.system_title} · ",
            (f"{code.code_status} on {code.on}", "green" if is_valid else "bold red"),
            *(f" · reportable {_days(*days)}" for days in code.validity),
        )
    )
    _suggestions(code.suggestions)
    _section("Hierarchy", (_place(place, code.system) for place in code.above))
    below = [_place(place, code.system) for place in code.below]
    more = [f"and {len(below) - _CODES_BELOW} more"] if below[_CODES_BELOW:] else []
    _section("Below it", [*below[:_CODES_BELOW], *more])
    _section("Groups", _groups(code))
    _section("Edits and flags", map(_attribute, code.attributes))
    _section("Seventh character", (f"{character}  {meaning}" for character, meaning in code.seventh_characters))
    for (kind, place), notes in groupby(code.notes, key=lambda note: (note.kind, note.printed_at)):
        _section(f"{_KINDS[kind]}, at {dotted(place)}", (note.text for note in notes))
    _section("In the other edition", map(_equivalent, code.equivalents))
    _section("What changed", map(_change, code.changes))
    _line("")


def _untitled(code: CodeDescription) -> str:
    return "(a title that may not be shown here)" if code.system == "hcpcs" else "(title not at hand)"


def tell_guess(guess: Guess) -> None:
    """Print what may have been meant by a code that no system has."""
    _line(f"As {guess.system_title}: {guess.code_status}")
    _suggestions(guess.suggestions)


def dotted(code: str, system: str | None = None) -> str:
    """A code as people write it: a dot behind the category, where anything follows it."""
    if system == "icd9proc":
        place = 2
    elif system == "icd9cm":
        place = 4 if code.startswith("E") else 3
    elif 3 < len(code) <= 7 and "-" not in code and code[0].isalpha() and code[1:2].isdigit() and system != "hcpcs":
        place = 3
    else:
        return code
    return f"{code[:place]}.{code[place:]}" if len(code) > place else code


def _suggestions(suggestions: Iterable[Suggestion]) -> None:
    from codesets.suggest import REASONS

    for suggestion in suggestions:
        code = dotted(suggestion.code, suggestion.system)
        why = f"({REASONS[suggestion.reason]}, {suggestion.system})"
        _indented(f"perhaps {code}  {suggestion.title or ''}  {why}", 2)


def _section(title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    if listed:
        _line(Text(f"  {title}", style="cyan"))
    for line in listed:
        _indented(line, 4)


def _indented(text: str, indent: int) -> None:
    """Print a line that goes on, where the terminal ends, further to the right."""
    margin, hanging = " " * indent, " " * (indent + 4)
    width = max(results.width, _NARROWEST)
    for line in textwrap.wrap(text, width, initial_indent=margin, subsequent_indent=hanging, break_on_hyphens=False):
        _line(line)


def _line(text: str | Text) -> None:
    results.print(text)


def _place(place: Place, system: str) -> str:
    code = dotted(place.code, system) if place.level in ("header", "code") else place.code
    return f"{code:<9} {place.title or ''}"


def _groups(code: CodeDescription) -> list[str]:
    shown = []
    for group in code.groups:
        if group.scheme in _HIERARCHY:
            continue
        if group.is_default and group.is_default_outpatient:
            use = ""
        elif group.is_default:
            use = "  for principal diagnoses"
        elif group.is_default_outpatient:
            use = "  for first-listed outpatient diagnoses"
        else:
            use = "  not its default"
        is_ours = "imputed" in group.provenance or "unverified" in group.provenance
        imputed = f"  ({group.provenance})" if is_ours else ""
        name = f"{group.scheme} {group.scheme_version}"
        shown.append(f"{name:<34} {group.group_code:<10} {group.title}{use}{imputed}")
    return shown


def _attribute(attribute: Attribute) -> str:
    name = attribute.attribute.replace("_", " ")
    value = "" if attribute.value == "true" else f" {attribute.value}"
    is_dated = attribute.valid_from is not None or attribute.valid_to is not None
    when = f", {_days(attribute.valid_from, attribute.valid_to)}" if is_dated else ""
    return f"{name}{value}{when}  ({attribute.source})"


def _days(first: date | None, last: date | None) -> str:
    if first is None or first == last:
        # One day stands for all before it: since when is not known.
        return f"until {last}" if last else "always"
    return f"{first} to {last}" if last else f"since {first}"


def _equivalent(equivalent: Equivalent) -> str:
    if equivalent.to_code is None:
        several = f"; {equivalent.alternatives} codes, none chosen" if equivalent.alternatives else ""
        return f"{equivalent.to_system}: {equivalent.conversion_status.replace('_', ' ')}{several}"
    codes = " with ".join(
        dotted(code, equivalent.to_system) for code in (equivalent.to_code, *(equivalent.to_code_with or []))
    )
    return f"{equivalent.to_system}: {codes} ({equivalent.conversion_status})"


def _change(change: Change) -> str:
    match change.change:
        case "introduced" | "retired":
            what = change.change
        case "replaced":
            what = f"{dotted(change.after)} came for {dotted(change.before)}"
        case "title":
            what = f"until then: {change.before}"
        case _:
            what = f"{change.scheme}: from {change.before} to {change.after}"
    return f"{change.on_date}  {what}"
