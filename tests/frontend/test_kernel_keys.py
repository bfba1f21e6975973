"""The keys of kernels: what makes one another, and what has none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from keyed_program import imported, load

from asyncir_python import Kernel, compiled, keys
from asyncir_python.names import outside_paths

__all__ = ["load"]


def _key(kernel: Kernel[..., Any], *args: object, checks: bool = False) -> bytes | None:
    types = compiled.types_of_arguments(kernel, args) if args else compiled.annotated_types(kernel)
    return keys.kernel_key(kernel.original, types, checks=checks)


def test_the_same_has_the_same_key(load: Callable[..., Any]) -> None:
    assert _key(load().program) == _key(load().program) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("work(x + 1)", "work(x + 2)", id="the kernel"),
        pytest.param("@kernel", "\n@kernel", id="the line that it stands in"),
        pytest.param("async def work", "async def  work", id="a task"),
        pytest.param("LIMIT = 100", "LIMIT = 101", id="a global number"),
        pytest.param("LIMIT = 100", "LIMIT = 100.0", id="its type"),
        pytest.param("LIMIT = 100", "LIMIT = i64(100)", id="its type, of the package"),
        pytest.param("LIMIT = 100", "pass", id="whether it is there"),
        pytest.param('(1, (2.5, "text"))', '(1, (2.0, "text"))', id="a number in a tuple"),
        pytest.param('(1, (2.5, "text"))', '(1, (2.5, "texts"))', id="a text in a tuple"),
        pytest.param('(1, (2.5, "text"))', '(1, 2.5, "text")', id="the shape of a tuple"),
        pytest.param("return x * 2", "return x + x", id="a function that another module calls"),
        pytest.param("twice(x)", "twice(x + 0)", id="a function of another module"),
        pytest.param("closed(1)", "closed(2)", id="what a closure holds"),
        pytest.param("Small = i32", "Small = i64", id="what an annotation means"),
        pytest.param("by: int = 2", "by: int = 3", id="a default"),
        pytest.param("class Odd(ValueError)", "class Odd(TypeError)", id="what an error is"),
        pytest.param("Odd", "Uneven", id="which error is raised"),
    ],
)
def test_what_changes_a_key(load: Callable[..., Any], old: str, new: str) -> None:
    first = _key(load().program)
    changed = _key(load((old, new)).program)
    assert first is not None and changed is not None
    assert changed != first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("UNUSED = 1", "UNUSED = 2", id="a name that no function uses"),
        pytest.param("UNUSED = 1", "y = [print]", id="an object of the name of a variable"),
        pytest.param("a > b, None)", "a > b, None)\n# The end.\n", id="what stands below"),
    ],
)
def test_what_does_not_change_a_key(load: Callable[..., Any], old: str, new: str) -> None:
    assert _key(load((old, new)).program) == _key(load().program)


def test_a_default_is_what_it_is_made_of(load: Callable[..., Any]) -> None:
    """The text is the same."""
    first = _key(load(("by: int = 2", "by: int = UNUSED")).program)
    assert _key(load(("by: int = 2", "by: int = UNUSED"), ("UNUSED = 1", "UNUSED = 4")).program) != first


def test_the_file_counts(load: Callable[..., Any]) -> None:
    assert _key(load(name="other_program").program) != _key(load().program)


def test_types_of_arguments_and_options_count(load: Callable[..., Any]) -> None:
    program = load(("program(x: i32)", "program(x)")).program
    found = [_key(program, 1), _key(program, 1.0), _key(program, True), _key(program, 1, checks=True)]
    assert None not in found and len(set(found)) == len(found)


def test_sources_count(load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    first = _key(load().program)
    monkeypatch.setattr(keys, "_sources", lambda: b"other")
    assert _key(load().program) is None, "they have changed since this process began"
    monkeypatch.setattr(keys, "_AT_START", b"other")
    assert _key(load().program) not in (first, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("LIMIT = 100", "LIMIT = [100]", id="a list"),
        pytest.param("LIMIT = 100", "LIMIT = {100}", id="a set"),
        pytest.param("LIMIT = 100", "LIMIT = type('L', (), {'n': 3})", id="a class"),
        pytest.param("LIMIT = 100", "import enum; LIMIT = enum.IntEnum('L', ['A']).A", id="a number of another class"),
        pytest.param("LIMIT = 100", "LIMIT = helpers", id="a module as a value"),
        pytest.param("LIMIT = 100", "LIMIT = (1, [2])", id="a list in a tuple"),
        pytest.param("LIMIT = 100", "LIMIT = lambda: 1", id="a function without a mark"),
        pytest.param("class Odd(ValueError): ...", "Odd = type('Hidden', (ValueError,), {})", id="an error of another name"),
    ],
)
def test_what_has_no_key(load: Callable[..., Any], old: str, new: str) -> None:
    assert _key(load((old, new)).program) is None


def test_a_module_in_the_place_of_pythons(load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its objects may change as those of any program."""
    other = imported("colorsys", tmp_path / "colorsys.py", "class Shade:\n    GREY = 1\n")
    monkeypatch.setitem(sys.modules, "colorsys", other)
    assert _key(load(("LIMIT = 100", "from colorsys import Shade as LIMIT")).program) is None


def test_names_in_a_text() -> None:
    text = '''
    @decorated(by.this)
    async def f(a: "types.A[B]", b=defaults.one):
        c: C = a.x
        for i in range(b):
            c = [d * i + e.f.g for d in c]
        h = lambda c, j: c + j + k
        def inner(l: L) -> "M":
            return l + c + n + inner(l)
        o = (p := 3) + p
        return h(c)
    '''
    found = [".".join(path) for path in outside_paths(text)]
    assert found == ["B", "C", "L", "M", "defaults.one", "e.f.g", "k", "n", "range", "types.A"]
