"""What a profile must satisfy beyond the shape of each table: files it names, values it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic import BaseModel

from transforms.profiles.values import Value
from transforms.profiles.vocabulary import FIXED

if TYPE_CHECKING:
    from transforms.profiles.language import Profile

NUMBERED = re.compile(r"\{n(?::0(\d))?\}")


def suggestion(name: str, known: list[str] | tuple[str, ...]) -> str:
    """A `did you mean` for a name that is not among those known, and the list of them."""
    near = get_close_matches(name.lower(), [each.lower() for each in known], n=1)
    meant = next((each for each in known if near and each.lower() == near[0]), None)
    listed = f"known here: {', '.join(known)}"
    return f"did you mean {meant!r}? ({listed})" if meant else listed


def check_profile(profile: Profile) -> None:
    """Raise ValueError, naming the key, where the parts of a profile do not fit each other."""
    for key, file in _files_named(profile):
        if file not in profile.files:
            raise ValueError(f"{key}: no file role {file!r}; {suggestion(file, tuple(profile.files))}")
    for key, field, value in _values(profile):
        for outcome in value.outcomes() if field in FIXED else ():
            if outcome not in FIXED[field]:
                raise ValueError(f"{key}: {outcome!r} is no {field}; {suggestion(outcome, FIXED[field])}")
    if profile.diagnosis and profile.encounter is None:
        raise ValueError("diagnosis: a profile with diagnoses needs an encounter table")
    if profile.death_condition and profile.death is None:
        raise ValueError("death_condition: a profile with conditions needs a death table")


def _files_named(profile: Profile) -> Iterator[tuple[str, str]]:
    for kind in ("person", "encounter", "death", "birth", "population"):
        if (section := getattr(profile, kind)) is not None:
            yield f"{kind}.file", section.file
            for number, join in enumerate(getattr(section, "join", ()), 1):
                yield f"{kind}.join[{number}].file", join.file
    for kind in ("diagnosis", "procedure", "death_condition"):
        for number, section in enumerate(getattr(profile, kind), 1):
            if section.file:
                yield f"{kind}[{number}].file", section.file


def _values(part: BaseModel, path: str = "") -> Iterator[tuple[str, str, Value]]:
    """Yield (path, field, value) for every value of the profile, in the order of the file's tables."""
    for field in type(part).model_fields:
        given = getattr(part, field)
        here = f"{path}.{field}" if path else field
        if isinstance(given, Value):
            yield here, field, given
        elif isinstance(given, BaseModel):
            yield from _values(given, here)
        elif isinstance(given, tuple):
            for number, each in enumerate(given, 1):
                if isinstance(each, BaseModel):
                    yield from _values(each, f"{here}[{number}]")
