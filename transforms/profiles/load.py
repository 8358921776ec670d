"""Find and read a profile by name, and say what is wrong with one in words that help to mend it."""

from __future__ import annotations

import tomllib
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from transforms.profiles.checks import suggestion
from transforms.profiles.language import Profile

SHIPPED = Path(__file__).parent / "shipped"


class BadProfile(ValueError):  # noqa: N818 - the name of what is wrong, as the command says it
    """A profile that cannot be used: the message names the file, the key and what was expected."""


def shipped_profiles() -> tuple[str, ...]:
    """Names of the profiles that come with Farr."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load_profile(name: str, folders: Sequence[Path] = ()) -> Profile:
    """Read profile `name` from the first of `folders` that has `NAME.toml`, else from those shipped.

    Raises BadProfile where there is none, or where the file does not follow the profile language.
    """
    for folder in (*folders, SHIPPED):
        path = Path(folder) / f"{name}.toml"
        if path.is_file():
            return read_profile(path, folders)
    own = sorted(path.stem for folder in folders for path in Path(folder).glob("*.toml"))
    known = tuple(dict.fromkeys([*own, *shipped_profiles()]))
    raise BadProfile(f"there is no profile {name!r}; {suggestion(name, known)}")


def read_profile(path: Path, folders: Sequence[Path] = ()) -> Profile:
    """Read one profile file. Raises BadProfile naming every key that is wrong."""
    given = _tables(path, folders, ())
    try:
        return Profile.model_validate({**given, "name": path.stem})
    except ValidationError as error:
        lines = [_explain(problem) for problem in error.errors()]
        raise BadProfile("\n".join(f"profile {path.name}: {line}" for line in dict.fromkeys(lines))) from None


def _tables(path: Path, folders: Sequence[Path], extended: tuple[str, ...]) -> dict[str, Any]:
    """The tables of a profile file, laid over those of the profile that it `extends`."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadProfile(f"profile {path.name}: cannot be read as TOML: {error}") from error
    if "name" in given:
        raise BadProfile(f"profile {path.name}: name: leave it out; a profile is named by its file")
    base = given.pop("extends", None)
    if base is None:
        return given
    found = [Path(folder) / f"{base}.toml" for folder in (*folders, SHIPPED)]
    below = next((each for each in found if each.is_file() and each != path), None)
    if below is None or base in extended:
        raise BadProfile(f"profile {path.name}: extends: {suggestion(str(base), shipped_profiles())}")
    return _laid_over(_tables(below, folders, (*extended, base)), given)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are joined key by key; any other value replaces the one below."""
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = _laid_over(below[key], value) if both else value
    return merged


def _explain(problem: Any) -> str:
    """One line for one of pydantic's errors: the key as the file writes it, and what was expected."""
    place = [part for part in problem["loc"] if part not in ("name",)]
    key = ".".join(f"[{part + 1}]" if isinstance(part, int) else str(part) for part in place).replace(".[", "[")
    if problem["type"] == "extra_forbidden":
        return f"{key}: unknown key; {suggestion(str(place[-1]), _keys_at(place[:-1]))}"
    if problem["type"] == "missing":
        return f"{key}: missing; it must be given"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{key}: {message}" if key else message
    return f"{key}: {message} (found {type(problem['input']).__name__})"


def _keys_at(place: list[Any]) -> tuple[str, ...]:
    """The keys that the language knows at a place of the file."""
    model: Any = Profile
    for part in place:
        if isinstance(model, type) and issubclass(model, BaseModel) and part in model.model_fields:
            model = _model_of(model.model_fields[part].annotation)
    return tuple(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else ()


def _model_of(annotation: Any) -> Any:
    """The model inside an annotation such as `Value | None`, `tuple[Case, ...]` or `dict[str, FileLayout]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, tuple, dict) or hasattr(annotation, "__metadata__"):
        inner = [_model_of(part) for part in get_args(annotation)]
        return next((part for part in inner if part is not None), None)
    return None
