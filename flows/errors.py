"""Errors that a person can mend; each message says what is wrong, where, and what to do."""

from __future__ import annotations


class ConfigurationError(Exception):
    """The configuration, or what a command was given, cannot be used; names the file, the key and what was expected."""


class HomeBusyError(Exception):
    """Another run is using the home; the message says which."""


class HomeError(Exception):
    """The home folder cannot be used."""


class ServerError(Exception):
    """Prefect's temporary server did not start; the message says where its log is."""
