"""
Kernels and outlines of programs as bytes, and their keys.

A *program key* stands for a module: the compiler's fingerprint, and what the module is made of. Under keys made from it are kept the
program's outline, which says that the module is valid and what a host may ask of it, and a record for each kernel compiled from it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from asyncir import abi
from asyncir.cache.fingerprint import compiler_fingerprint, digest, is_unchanged
from asyncir.cache.store import Store
from asyncir.compiled import Compiled, Options, Target

_LENGTH = struct.Struct("<I")
_MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error)
"""What reading a record of another shape may raise. A checksum makes it unlikely; it must not end a run."""


@dataclass(frozen=True)
class Outline:
    """What a host asks of a module before it runs one of its kernels."""

    level: str
    default: str | None
    """The entry that is meant where none is named; None: one has to be."""
    results: Mapping[str, tuple[str, ...]]
    """The types of results of every possible entry."""
    extra: str = ""
    """What a frontend says of the module beside it."""


def program_key(kind: str, *parts: bytes | str) -> bytes | None:
    """The key of a program made of `parts`, whose meaning `kind` tells; None if nothing may be kept."""
    compiler = compiler_fingerprint()
    return None if compiler is None else digest([compiler, kind, *parts])


def kernel_key(program: bytes, entry: str, target: Target, options: Options, machine: str) -> bytes:
    """The key of a kernel; `machine` is what its code depends on of this machine."""
    said = [f"{field.name}={getattr(options, field.name)!r}" for field in fields(options)]
    return digest([program, "kernel", entry, target, machine, *said])


def find_outline(store: Store, program: bytes) -> Outline | None:
    """The outline of a program that was compiled before."""
    data = store.get(_outline_key(program))
    if data is None:
        return None
    try:
        said = json.loads(data)
        results = {name: tuple(types) for name, types in said["results"].items()}
        return Outline(said["level"], said["default"], results, said["extra"])
    except _MALFORMED:
        store.drop(_outline_key(program))
        return None


def find_kernel(store: Store, key: bytes) -> Compiled | None:
    """A kernel that was compiled before."""
    data = store.get(key)
    if data is None:
        return None
    try:
        return _kernel(data)
    except _MALFORMED:
        store.drop(key)
        return None


def keep(store: Store, program: bytes, outline: Outline, key: bytes, kernel: Compiled) -> None:
    """Keeps a kernel and the outline of its program, unless the compiler's sources have changed since the process began."""
    if is_unchanged():
        store.put_all({key: _kernel_bytes(kernel), _outline_key(program): json.dumps(asdict(outline)).encode()})


def _outline_key(program: bytes) -> bytes:
    return digest([program, "outline"])


def _kernel_bytes(kernel: Compiled) -> bytes:
    """The length of a head in JSON, the head, the code. The head says how long the parts of the code are."""
    llvm, ptx = kernel.llvm.encode(), None if kernel.ptx is None else kernel.ptx.encode()
    parts = [llvm, ptx, kernel.image]
    lengths = [None if part is None else len(part) for part in parts]
    head = json.dumps({"entry": asdict(kernel.entry), "target": kernel.target, "arch": kernel.arch, "code": lengths}).encode()
    return b"".join([_LENGTH.pack(len(head)), head, *(part for part in parts if part is not None)])


def _kernel(data: bytes) -> Compiled:
    behind = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    head = json.loads(data[_LENGTH.size : behind])
    parts: list[bytes | None] = []
    for length in head["code"]:
        parts.append(None if length is None else data[behind : behind + length])
        behind += length or 0
    if behind != len(data):
        raise ValueError("the parts are not as long as the head says")
    llvm, ptx, image = parts
    if llvm is None:
        raise ValueError("there is no code")
    return Compiled(_entry(head["entry"]), head["target"], head["arch"], llvm.decode(), None if ptx is None else ptx.decode(), image)


def _entry(said: dict[str, Any]) -> abi.Entry:
    """An entry from what `asdict` made of it, after JSON has made lists of tuples and strings of a dict's keys."""
    parameters = tuple(one if isinstance(one, str) else _array(one) for one in said.pop("parameters"))
    machines = tuple(_machine(one) for one in said.pop("machines"))
    sites = tuple(abi.Site(**one) for one in said.pop("sites"))
    return abi.Entry(parameters=parameters, results=tuple(said.pop("results")), machines=machines, sites=sites, **said)


def _array(said: dict[str, Any]) -> abi.Array:
    return abi.Array(shape=tuple(said.pop("shape")), **said)


def _machine(said: dict[str, Any]) -> abi.Machine:
    states = {int(state): site for state, site in said.pop("states").items()}
    largest = said.pop("largest")
    return abi.Machine(states=states, largest=None if largest is None else _largest(largest), **said)


def _largest(said: dict[str, Any]) -> abi.Largest:
    return abi.Largest(values=tuple(abi.Kept(**value) for value in said.pop("values")), **said)
