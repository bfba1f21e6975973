"""The text of a function: the lines that are compiled are those that stand for it in the cache, though the file may change meanwhile."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

_TEXTS: WeakKeyDictionary[Callable[..., Any], tuple[list[str], int]] = WeakKeyDictionary()


def text_of(function: Callable[..., Any]) -> tuple[list[str], int]:
    """The lines of a function, decorators included, and the number of the first. Raises OSError or TypeError where there are none."""
    found = _TEXTS.get(function)
    if found is None:
        found = _TEXTS[function] = inspect.getsourcelines(function)
    return found


def parsed(text: str) -> ast.Module:
    """
    The tree of a text. Pythons before 3.11.9 raise SystemError where the garbage collector runs code that parses, too, while they make a
    tree (CPython issue 106905): that passes.
    """
    try:
        return ast.parse(text)
    except SystemError:
        return ast.parse(text)
