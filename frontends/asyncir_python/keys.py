"""
What a compiled kernel depends on, as a key for the cache of asyncir: equal keys mean that the compiler would make the same again.

That is the text of the kernel and of all functions that it reaches, where they stand, and what the names in them stand for outside. Every
name and dotted name of a text counts, whether the compiler looks at it or not. Objects count by what the compiler can see in them: numbers
and texts by their value, functions of the program by their text, what belongs to Python or to this package by its name (versions and
sources count as well), classes of errors by their bases. For anything else there is no key: the kernel is compiled in each process.
"""

from __future__ import annotations

import builtins
import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, GenericAlias, ModuleType
from typing import Any, cast, get_args, get_origin

from asyncir.cache.fingerprint import digest, sources_digest
from asyncir_python.host_types import HostType, to_json
from asyncir_python.marks import Marked
from asyncir_python.names import outside_paths
from asyncir_python.scalars import Scalar
from asyncir_python.texts import text_of
from asyncir_python.twin.arrays import ArrayType
from asyncir_python.twin.channels import ChannelType

_FOLDER = Path(__file__).parent


def _sources() -> bytes | None:
    try:
        return sources_digest(_FOLDER)
    except OSError:
        return None  # Code that lies in no folder, for instance in an archive.


_AT_START = _sources()
"""When this process began: most of the frontend is loaded later, if at all."""

_OURS = __name__.partition(".")[0]
_LIBRARY = os.path.dirname(os.__file__)


class Unkeyable(Exception):
    """Something that the compiler may look at, and that no key can stand for: says what."""


def kernel_key(function: Callable[..., Any], types: tuple[HostType, ...], *, checks: bool) -> bytes | None:
    """The key of a kernel for parameters of these types; None if there is none."""
    if _AT_START is None or _sources() != _AT_START:
        return None
    try:
        return _key(_AT_START, function, types, checks)
    except Unkeyable:
        return None


def is_key(key: bytes, function: Callable[..., Any], types: tuple[HostType, ...], *, checks: bool) -> bool:
    """Whether that is still the key of a kernel: objects that its names stand for may have changed since."""
    try:
        return _AT_START is not None and key == _key(_AT_START, function, types, checks)
    except Unkeyable:
        return False


def _key(sources: bytes, function: Callable[..., Any], types: tuple[HostType, ...], checks: bool) -> bytes:
    return digest([sources, *parts_of(function), json.dumps([to_json(type_) for type_ in types]), str(checks)])


def parts_of(function: Callable[..., Any]) -> list[str]:
    """What a kernel depends on beside types and options, in an order that says what is what. Raises Unkeyable."""
    walk = _Walk()
    walk.function("kernel", function)
    return walk.parts


def importable(class_: type) -> bool:
    """Whether a class is what its module and name lead to: then they can stand for it."""
    return _named(class_.__module__, class_.__qualname__) is class_


class _Walk:
    """Goes through what a function reaches."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._numbers: dict[Callable[..., Any], int] = {}

    def function(self, kind: str, python: Callable[..., Any]) -> None:
        """A function of the program, the first time with all that belongs to it."""
        number = self._numbers.get(python)
        if number is not None:
            self.parts.append(f"function {number}")
            return
        self._numbers[python] = len(self._numbers)
        try:
            lines, first = text_of(python)
        except (OSError, TypeError) as error:
            raise Unkeyable(f"the text of {python!r}") from error
        self.parts += ["new function", kind, python.__qualname__, python.__code__.co_filename, str(first), "".join(lines)]
        self._values("defaults", dict(enumerate(cast(Any, python).__defaults__ or ())))
        self._values("keyword defaults", cast(Any, python).__kwdefaults__ or {})
        self._values("annotations", python.__annotations__)
        known = _names_of(python)
        for path in _paths("".join(lines)):
            self.parts.append(".".join(path))
            if path[0] in known:
                self.value(known[path[0]], path[1:])
            else:
                self.parts.append("unknown")

    def _values(self, what: str, values: Mapping[Any, Any]) -> None:
        self.parts += [what, str(len(values))]
        for name, value in values.items():
            self.parts.append(str(name))
            self.value(value, ())

    def value(self, value: object, path: tuple[str, ...]) -> None:
        """An object that a name stands for, of which the attributes along `path` are asked for."""
        match value:
            case ModuleType():
                self._module(value, path)
            case None | bool() | int() | float() | str() if type(value) in (type(None), bool, int, float, str):
                self.parts += [type(value).__name__, repr(value)]
            case Scalar():
                self.parts += ["number", repr(value)]
            case _ if type(value) is tuple:
                self._values("tuple", dict(enumerate(cast(tuple[object, ...], value))))
            case Marked() if not path:
                self.function(value.kind, value.original)
            case type() if issubclass(value, BaseException) and not path:
                self._error(value)
            case ArrayType() | ChannelType():
                self.parts += [type(value).__name__, str(value)]
            case GenericAlias() if not path:
                self.parts.append("generic")
                self.value(get_origin(value), ())
                self._values("arguments", dict(enumerate(get_args(value))))
            case _:
                self._by_name(value)

    def _module(self, module: ModuleType, path: tuple[str, ...]) -> None:
        if not path:
            raise Unkeyable(f"the module {module.__name__}, as a value")
        if not hasattr(module, path[0]):
            self.parts += ["absent", module.__name__]
            return
        self.parts += ["module", module.__name__]
        self.value(getattr(module, path[0]), path[1:])

    def _error(self, class_: type[BaseException]) -> None:
        """A class of errors: what else is one follows from the bases."""
        self.parts.append("error")
        for base in class_.__mro__:
            if not importable(base):
                raise Unkeyable(f"the class {base.__qualname__}, which its name does not lead to")
            self.parts.append(f"{base.__module__}:{base.__qualname__}")

    def _by_name(self, value: object) -> None:
        """What belongs to Python or to this package; some of what the package exports are objects without names of their own."""
        if id(value) in _exported():
            self.parts.append(f"{_OURS}:{_exported()[id(value)]}")
            return
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if not isinstance(module, str) or not isinstance(name, str) or not _is_fixed(module):
            raise Unkeyable(f"{value!r}")
        if _named(module, name) is not value:
            raise Unkeyable(f"{value!r}, which its name does not lead to")
        self.parts.append(f"{module}:{name}")


@cache
def _exported() -> Mapping[int, str]:
    package = sys.modules[_OURS]
    return {id(getattr(package, name)): name for name in package.__all__}


def _is_fixed(module: str) -> bool:
    """Whether a module is what it is as long as Python and this package are; a program may have one of a name that Python uses too."""
    package = module.partition(".")[0]
    file = getattr(sys.modules.get(module), "__file__", None)
    return package == _OURS or (package in sys.stdlib_module_names and (file is None or str(file).startswith(_LIBRARY)))


def _named(module: str, name: str) -> Any:
    """What a module has under a dotted name; None if nothing."""
    found: Any = sys.modules.get(module)
    for attribute in name.split("."):
        found = getattr(found, attribute, None)
    return found


def _paths(text: str) -> tuple[tuple[str, ...], ...]:
    try:
        return outside_paths(text)
    except SyntaxError as error:
        raise Unkeyable("a text that cannot be parsed by itself") from error


def _names_of(python: Callable[..., Any]) -> Mapping[str, Any]:
    """What names mean that a function does not assign, as the compiler takes them: captured and global ones, then builtins."""
    code: CodeType = python.__code__
    captured: dict[str, Any] = {}
    for name, cell in zip(code.co_freevars, cast(Any, python).__closure__ or (), strict=True):
        try:
            captured[name] = cell.cell_contents
        except ValueError:  # Not assigned yet.
            raise Unkeyable(f"the variable {name}, which has no value yet") from None
    return {**vars(builtins), **python.__globals__, **captured}
