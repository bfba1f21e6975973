"""
A module that is built when something needs it: what the cache has of it is had without the compiler being loaded.

Building means parsing a text, or whatever a frontend does. Errors are the same either way: what is in the cache has none, and whatever
is not there is built and compiled as if there were no cache.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from asyncir.cache.records import Outline, find_kernel, find_outline, keep, kernel_key, program_key
from asyncir.cache.store import Store, open_store
from asyncir.compiled import Compiled, Options, Target
from asyncir.lowering.toolkit import find_libdevice

if TYPE_CHECKING:
    from xdsl.dialects.builtin import ModuleOp


@dataclass(frozen=True)
class Built:
    """A module, and what a frontend has to know of it to use its kernels: a text of the frontend's own."""

    module: ModuleOp
    extra: str = ""


class LazyModule:
    """A module, or the way to one; what is said of it comes from the cache or, by building it, from itself."""

    def __init__(self, build: Callable[[], Built], key: Callable[[], bytes | None]) -> None:
        """
        `build` gives a verified module; its errors are raised where the module is first needed. `key` gives the program's key: equal keys
        mean equal modules, locations included. None is for a module of which nothing may be kept.
        """
        self._build = build
        self._key = key

    @property
    def module(self) -> ModuleOp:
        """The module, built now if it was not before. It is not to be changed."""
        return self._built.module

    @property
    def extra(self) -> str:
        """What whoever built the module said of it beside."""
        return self._outline.extra

    def check(self) -> None:
        """Builds the module, so that its errors are raised now, unless the cache knows that it is valid."""
        if self._kept_outline is None:
            _ = self.level

    @property
    def level(self) -> str:
        """The level of the module: "source", "split", "sm" or "rt"."""
        return self._outline.level

    def entry_name(self, entry: str | None) -> str:
        """The entry that is meant by `entry`. Raises InputError as levels.entry_name does, which sees the module."""
        kept = self._kept_outline
        wanted = kept.default if kept is not None and entry is None else entry
        if kept is not None and wanted is not None and wanted in kept.results:
            return wanted
        from asyncir import compiler

        return compiler.entry_name(self.module, self.level, entry)

    def result_types(self, entry: str) -> tuple[str, ...]:
        """The types of an entry's results."""
        return self._outline.results[entry]

    def compile(self, entry: str | None, target: Target, options: Options) -> Compiled:
        """The code of a kernel, from the cache if it is there; raises InputError as compiler.compile_module does."""
        store = open_store()
        program = None if store is None or options.pipeline is not None or _passes_are_registered() else self._program_key
        if store is None or program is None:
            return self._compile(entry, target, options)
        name = self.entry_name(entry)
        key = kernel_key(program, name, target, options, _machine(target))
        found = find_kernel(store, key)
        if found is None:
            found = self._compile(name, target, options)
            self._keep(store, program, key, found, options)
        return found

    def _compile(self, entry: str | None, target: Target, options: Options) -> Compiled:
        from asyncir import compiler

        return compiler.compile_module(self.module, entry, target, options)

    def _keep(self, store: Store, program: bytes, key: bytes, made: Compiled, options: Options) -> None:
        from asyncir import compiler

        if compiler.is_own(options):
            keep(store, program, self._outline, key, made)

    @cached_property
    def _built(self) -> Built:
        return self._build()

    @cached_property
    def _program_key(self) -> bytes | None:
        return self._key()

    @cached_property
    def _kept_outline(self) -> Outline | None:
        if "_built" in self.__dict__:
            return None  # It is built: nothing is saved by looking for it.
        store = open_store()
        program = None if store is None else self._program_key
        return None if store is None or program is None else find_outline(store, program)

    @cached_property
    def _outline(self) -> Outline:
        if self._kept_outline is not None:
            return self._kept_outline
        from asyncir import compiler

        return replace(compiler.outline(self.module), extra=self._built.extra)


def _passes_are_registered() -> bool:
    """Whether this process has made passes of its own known. Where the registry was never loaded, nobody has."""
    registry = sys.modules.get("asyncir.passes.registry")
    return registry is not None and registry.is_changed()


def _machine(target: Target) -> str:
    """What code for a target depends on of this machine beside the compiler: its processor; a library that may be linked in."""
    if target == "cpu":
        from asyncir.runtime.host import processor

        return processor()
    library = find_libdevice()
    try:
        status = None if library is None else os.stat(library)
    except OSError:
        status = None
    return f"{library}" if status is None else f"{library} {status.st_size} {status.st_mtime_ns}"


def from_text(data: str | bytes, filename: str, *, cache: bool = True) -> LazyModule:
    """The module in a text, whose locations name `filename`. Raises InputError now for a text that is not valid."""

    def build() -> Built:
        from asyncir import compiler

        return Built(compiler.read(data, filename))

    found = LazyModule(build, lambda: program_key("text", filename, data) if cache else None)
    found.check()
    return found


def from_module(module: ModuleOp, *, cache: bool = True) -> LazyModule:
    """A verified module. Its key is its text with locations, made when something is compiled. Raises InputError for mixed levels."""

    def key() -> bytes | None:
        from asyncir.dialects.printing import print_module

        return program_key("module", print_module(module, generic=True, debuginfo=True))

    found = LazyModule(lambda: Built(module), key if cache else lambda: None)
    _ = found.module
    found.check()
    return found


def from_builder(key: bytes, build: Callable[[], Built]) -> LazyModule:
    """A module that `build` makes when it is first needed; it is verified then. `key` stands for all that `build` depends on."""

    def build_verified() -> Built:
        from asyncir import compiler

        built = build()
        compiler.verified(built.module)
        return built

    return LazyModule(build_verified, lambda: program_key("built", key))
