"""What the host has to know of a compiled kernel beside its code, and how that is kept with it: as a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from asyncir.errors import Location
from asyncir_python.error_codes import ErrorSite
from asyncir_python.host_types import HostType, from_json, to_json

_MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError, ImportError)
"""What reading a text of another shape, or naming what is not there any more, may raise."""


@dataclass(frozen=True)
class Outline:
    """A kernel from outside."""

    symbol: str
    """Its name in the module."""
    result: HostType
    errors: tuple[ErrorSite, ...]
    """By the number in the code of an error."""

    def text(self) -> str:
        """All of it, as JSON."""
        return json.dumps([self.symbol, to_json(self.result), [_site_to_json(site) for site in self.errors]])

    @classmethod
    def of(cls, text: str) -> Outline | None:
        """What `text` gave; None for a text that is none, or names a class of errors that is not there."""
        try:
            symbol, result, errors = json.loads(text)
            return cls(str(symbol), from_json(result), tuple([_site(*said) for said in errors]))
        except _MALFORMED:
            return None


def _site_to_json(site: ErrorSite) -> list[Any]:
    where = site.location
    return [site.error.__module__, site.error.__qualname__, site.message, where.file, where.line, where.column]


def _site(module: str, name: str, message: str, file: str, line: int, column: int) -> ErrorSite:
    found: Any = import_module(module)
    for attribute in name.split("."):
        found = getattr(found, attribute)
    if not isinstance(found, type) or not issubclass(found, BaseException):
        raise TypeError(f"{module}.{name} is no class of errors")
    return ErrorSite(found, message, Location(file, line, column))
