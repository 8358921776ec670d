"""Read of `farr.toml` what every command needs, the home and the sources of code sets, without loading all the rest."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codesets.switches import SwitchError, Switches
from flows.errors import ConfigurationError
from flows.home import Home

DEFAULT_HOME = "farr-home"

# Keys of [reference], each a list of names of sources.
REFERENCE_KEYS = ("off", "unverified")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a configuration keeps things, which sources of code sets it takes, and the profile of each `[[source]]`."""

    home: Home
    switches: Switches
    profiles: dict[str, str]


def place(file: Path) -> Place:
    """Read the home, `[reference]` and the sources' profiles of a configuration; what else it says is not looked at.

    Raises:
        ConfigurationError: where the file cannot be read, or one of the two is wrong.
    """
    file = file.absolute()
    contents = parse(file)
    home = contents.get("home", DEFAULT_HOME)
    if not isinstance(home, str):
        raise ConfigurationError(f"{file.name}: key home: expected the path of a folder")
    reference = contents.get("reference", {})
    if not isinstance(reference, dict) or any(not _is_list_of_names(value) for value in reference.values()):
        raise ConfigurationError(f"{file.name}: [reference]: expected off or unverified, each a list of sources")
    if wrong := sorted(reference.keys() - set(REFERENCE_KEYS)):
        raise ConfigurationError(f"{file.name}: [reference], key {wrong[0]}: unknown; expected off or unverified")
    return Place(home=Home(home_folder(file, home)), switches=switches(file, reference), profiles=_profiles(contents))


def _profiles(contents: dict[str, Any]) -> dict[str, str]:
    """The profile of each source that has a name and a profile; `load` says of others what is wrong with them."""
    listed = contents.get("source", [])
    sections = [section for section in listed if isinstance(section, dict)] if isinstance(listed, list) else []
    pairs = [(section.get("name"), section.get("profile")) for section in sections]
    return {name: profile for name, profile in pairs if isinstance(name, str) and isinstance(profile, str)}


def switches(file: Path, reference: dict[str, list[str]]) -> Switches:
    """Turn `[reference]` into switches; raise `ConfigurationError` where it names a source that there is not."""
    chosen = {}
    for key in REFERENCE_KEYS:
        try:
            chosen[key] = getattr(Switches(**{key: tuple(reference.get(key, ()))}), key)
        except SwitchError as error:
            raise ConfigurationError(f"{file.name}: [reference], key {key}: {error}") from None
    return Switches(**chosen)


def home_folder(file: Path, text: str) -> Path:
    """The home, relative to the configuration file."""
    try:
        return file.parent / Path(text).expanduser()
    except RuntimeError:
        raise ConfigurationError(
            f"{file.name}: key home: expected a folder, found the home of a user who is unknown"
        ) from None


def parse(file: Path) -> dict[str, Any]:
    """Read a TOML file; raise `ConfigurationError` where it cannot be."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{file}: no such file. Expected a configuration; name one with --config, or write farr.toml "
            "with at least one [[source]]."
        ) from None
    except IsADirectoryError:
        raise ConfigurationError(f"{file}: is a folder; expected a configuration file in TOML") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file.name}: is not UTF-8; save it as UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file.name}: is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
