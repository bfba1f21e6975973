"""A program for tests of the cache, which is made anew with changes: a kernel that uses what a kernel may use from outside."""

from __future__ import annotations

import importlib.util
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HEAD = """
from __future__ import annotations
import asyncio
import helpers
from asyncir_python import Array, device, i32, i64, kernel, task
class Odd(ValueError): ...
LIMIT = 100
WEIGHTS = (1, (2.5, "text"))
Small = i32
UNUSED = 1
x = {}
def closed(step):
    @device
    def stepped(x: i32) -> i32:
        return x + step
    return stepped
stepped = closed(1)
@device
def half(x: i32, by: int = 2) -> i32:
    if x % 2 != 0:
        raise Odd("an odd number has no half")
    return x // by
@task
async def work(x: Small) -> i32:
    y: Small = helpers.double(x)
    return min(stepped(y), LIMIT) + WEIGHTS[0] + i32(asyncio.FIRST_COMPLETED == "FIRST_COMPLETED")
"""
KERNEL = """
@kernel
async def program(x: i32) -> tuple[i32, tuple[bool, None]]:
    a, b = await asyncio.gather(work(x), work(x + 1))
    return half(a + b), (a > b, None)
"""
HELPERS = """
from asyncir_python import device, i32
@device
def double(x: i32) -> i32:
    return twice(x)
@device
def twice(x: i32) -> i32:
    return x * 2
"""


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`load((text, other), …)` makes the program anew, as another process would, with changes to its text or to that of its helpers."""
    before = dict(sys.modules)

    def make(*changes: tuple[str, str], name: str = "cached_program", kernel: str = KERNEL) -> Any:
        texts = [HELPERS, HEAD + kernel]
        for old, new in changes:
            assert any(old in text for text in texts), old
            texts = [text.replace(old, new) for text in texts]
        imported("helpers", tmp_path / "helpers.py", texts[0])
        return imported(name, tmp_path / f"{name}.py", texts[1])

    yield make
    for name in set(sys.modules) - set(before):
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def imported(name: str, path: Path, text: str) -> ModuleType:
    path.write_text(text, encoding="utf-8")
    linecache.clearcache()
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    exec(compile(text, str(path), "exec"), module.__dict__)
    return module
