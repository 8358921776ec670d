"""Say what is wrong with a configuration: the section, the key, what was expected and what was found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from transforms.measures.methods.reliability import REGIMES


def sentence(problem: Mapping[str, Any], contents: Mapping[str, Any], keys: Mapping[str, Iterable[str]]) -> str:
    """Turn one of pydantic's errors into a sentence that names the key and what was expected.

    Args:
        problem: the error, as pydantic describes it.
        contents: the file as read, to name a source rather than number it.
        keys: the keys known in each section; the empty name stands for the file itself.
    """
    where, key = _place(problem["loc"], contents)
    prefix = f"{where}, key {key}" if where else f"key {key}"
    match problem["type"]:
        case "extra_forbidden":
            return f"{prefix}: unknown{near(key, keys.get(_kind(problem['loc']), ()))}"
        case "missing" if key == "source":
            return "expected at least one [[source]] with name, profile and path"
        case "missing" if key == problem["loc"][-1]:
            return f"{prefix}: missing; expected {_EXPECTED.get(key, 'a value')}"
        case "value_error" if not problem["loc"]:
            return str(problem["ctx"]["error"])
        case "value_error":
            return f"{prefix}: {problem['ctx']['error']}, found {_shown(problem['input'])}"
        case _:
            kind = "rules" if where == "[rules]" else "sources" if where == "[reference]" else key
            expected = _EXPECTED.get(kind, problem["msg"])
            return f"{prefix}: expected {expected}, found {_shown(problem['input'])}"


_EXPECTED = {
    "home": "the path of a folder",
    "source": "[[source]] tables, each with name, profile and path",
    "name": "a name of letters, digits, dots, dashes and underscores",
    "profile": "the name of a source profile, e.g. farr",
    "path": "a file, a glob or a list of them",
    "facility": "the facility's identifier as text",
    "collection": "a name of letters, digits, dots, dashes and underscores",
    "person_scope": "a name of letters, digits, dots, dashes and underscores",
    "update": '"by_path", "snapshot" or "by_record"',
    "covers": "two dates, first and last complete day, e.g. [2024-01-01, 2024-12-31]",
    "interval": '"nchs", "dobson", "fay_feuer", "tiwari" or "normal"',
    "title": "the name of the organisation",
    "period": '"year", "quarter" or "month"',
    "year_start": 'the month in which the reporting year starts, from 1 to 12, or its first day, e.g. "10-01"',
    "minimum_count": "a whole number of 1 or more",
    "regime": ", ".join(f'"{regime}"' for regime in REGIMES[:-1]) + f' or "{REGIMES[-1]}"',
    "rules": "a table, [rules.<id>]",
    "sources": "a list of sources, as `farr codes list` names them",
    "threshold": "a share between 0 and 1",
    "severity": '"blocks", "warns" or "informs"',
    "off": "true or false",
    "apply_corrections": "true or false",
    "msdrg": "true or false",
    "parameters": "a table of parameters",
    "note": "a sentence that says why",
}


def _place(location: tuple[Any, ...], contents: Mapping[str, Any]) -> tuple[str, str]:
    """The section, as it is written in the file, and the key that an error is about."""
    match location:
        case ("source", int(index), key, *_):
            name = _name_of(contents, index)
            return (f'[[source]] "{name}"' if name else f"[[source]] {index + 1}"), str(key)
        case ("rules", rule_id):
            return "[rules]", str(rule_id)
        case ("rules", rule_id, key, *_):
            return f"[rules.{rule_id}]", str(key)
        case (
            (
                "population"
                | "births"
                | "reference"
                | "standard"
                | "report"
                | "disclosure"
                | "reliability"
                | "reviews"
                | "grouper"
            ) as s,
            k,
            *_,
        ):
            return f"[{s}]", str(k)
        case (key, *_):
            return "", str(key)
        case _:
            return "", ""


def _name_of(contents: Mapping[str, Any], index: int) -> str | None:
    entry = contents["source"][index]
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _kind(location: tuple[Any, ...]) -> str:
    """The section that a key stands in; empty for the file itself."""
    return str(location[0]) if len(location) > 1 else ""


def near(word: str, words: Iterable[str]) -> str:
    """A hint at the word that was probably meant, to put behind a message; empty where none is close."""
    close = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def _shown(value: Any) -> str:
    return json.dumps(value, default=str)
