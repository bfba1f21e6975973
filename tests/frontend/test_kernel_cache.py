"""Kernels from the cache do what compiled ones do, without the compiler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from keyed_program import load

from asyncir.cache import fingerprint, settings
from asyncir.errors import InputError
from asyncir.passes import registry
from asyncir_python import compiled, keys
from asyncir_python.outlines import Outline

__all__ = ["load"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own; checking layouts counts as the compiler's, and editing its sources meanwhile does not count."""
    monkeypatch.setattr(registry, "_ours", dict(registry._targets))
    monkeypatch.setattr(fingerprint, "_own_sources", lambda: fingerprint._AT_START)
    monkeypatch.setattr(keys, "_sources", lambda: keys._AT_START)
    path = tmp_path / "cache"
    monkeypatch.setenv(settings.CACHE, str(path))
    return path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kernels that were really compiled from Python."""
    called: list[str] = []
    original = compiled._build

    def counted(kernel: Any, *rest: Any) -> Any:
        called.append(kernel.original.__name__)
        return original(kernel, *rest)

    monkeypatch.setattr(compiled, "_build", counted)
    return called


def _ended(kernel: Any, *args: object) -> tuple[Any, ...]:
    """How a call ends: the result, or the class of the error by name, its text and its notes."""
    try:
        return ("result", repr(kernel.with_options(target="cpu", deadline=10.0)(*args)))
    except Exception as error:
        return (type(error).__mro__[0].__qualname__, [base.__name__ for base in type(error).__mro__], str(error), error.__notes__)


def test_a_hit_ends_as_the_first_run(load: Callable[..., Any], cache: Path, built: list[str]) -> None:
    """Results with their types, and errors of the program's own classes, with their places."""
    first = load().program
    wanted = [_ended(first, x) for x in (3, 49)]
    assert wanted[0] == ("result", "(i32(10), (False, None))")
    assert wanted[1][0] == "Odd" and wanted[1][2] == "an odd number has no half" and "cached_program.py:21:9" in wanted[1][3][0]
    module = load()
    assert [_ended(module.program, x) for x in (3, 49)] == wanted
    assert built == ["program"]
    with pytest.raises(module.Odd):
        module.program.with_options(target="cpu")(49)


def test_another_constant_is_a_miss(load: Callable[..., Any], cache: Path, built: list[str]) -> None:
    assert _ended(load().program, 3) == ("result", "(i32(10), (False, None))")
    assert _ended(load(("LIMIT = 100", "LIMIT = 5")).program, 3) == ("result", "(i32(7), (False, None))")
    assert built == ["program"] * 2


def test_without_a_key_it_is_compiled(load: Callable[..., Any], cache: Path, built: list[str]) -> None:
    changes = (("UNUSED = 1", "UNUSED = {}"), ("return half", "UNUSED\n    return half"))
    for _ in range(2):
        assert _ended(load(*changes).program, 3) == ("result", "(i32(10), (False, None))")
    assert built == ["program"] * 2


def test_what_changed_after_a_hit_is_not_compiled_under_the_old_key(load: Callable[..., Any], cache: Path) -> None:
    assert _ended(load().program, 3)[0] == "result"
    module = load()
    assert _ended(module.program, 3)[0] == "result"
    module.LIMIT = 5
    with pytest.raises(InputError, match="what the kernel 'program' uses from outside has changed since it was first run"):
        module.program.source_ir()


def test_an_error_in_a_group(load: Callable[..., Any], cache: Path, built: list[str]) -> None:
    grouped = """
@task
async def bad(x: i32):
    assert x < 3, "too large"
@kernel
async def program(x: i32):
    async with asyncio.TaskGroup() as group:
        group.create_task(bad(x))
"""
    for _ in range(2):
        with pytest.raises(ExceptionGroup) as raised:
            load(kernel=grouped).program.with_options(target="cpu")(3)
        assert [(type(error), str(error)) for error in raised.value.exceptions] == [(AssertionError, "too large")]
    assert built == ["program"]


SCRIPT = """
import sys
from cached_program import program
print(program.with_options(target="cpu")(3))
print(sorted({name.partition(".")[0] for name in sys.modules} & {"xdsl", "networkx"}))
print([name for name in sys.modules if name.startswith("asyncir_python.compile.")][:1])
"""


def test_the_compiler_is_not_loaded_for_a_hit(load: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    environment = {**os.environ, settings.CACHE: str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}

    def run() -> list[str]:
        done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert run()[0] == "(i32(10), (False, None))"
    assert run() == ["(i32(10), (False, None))", "[]", "[]"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "3", '["f", "i33", []]', '["f", {"element": "i32"}, []]', '["f", null, [["builtins", "ValueError", "text"]]]',
     '["f", null, [["builtins", "print", "", "f.py", 1, 1]]]', '["f", null, [["no_such_module", "Error", "", "f.py", 1, 1]]]'],
)  # fmt: skip
def test_an_outline_that_is_none(text: str) -> None:
    assert Outline.of(text) is None


def test_an_outline_comes_back() -> None:
    said = json.dumps(["f", ["u8", None, ["bool", {"element": "f32", "rank": 2}]], [["builtins", "KeyError", "gone", "f.py", 3, 4]]])
    outline = Outline.of(said)
    assert outline is not None
    assert Outline.of(outline.text()) == outline
    assert json.loads(outline.text()) == json.loads(said)
    assert outline.errors[0].error is KeyError
