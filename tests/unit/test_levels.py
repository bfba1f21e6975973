"""At which level a text is, and which entry is meant."""

from __future__ import annotations

import pytest

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError
from asyncir.levels import entry_name, level_of

TWO_KERNELS = """
func.func @a() attributes {task.kernel} { return }
func.func @b() attributes {task.kernel} { return }
func.func private @outside()
func.func @helper() { return }
"""

SPLIT = 'sm.machine @k() attributes {scope = "lane", kernel} { sm.return }'
SM = """
sm.machine @k() attributes {scope = "lane", kernel, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}
"""

RT = """
rt.kernel @k(%control: !rt.ptr, %n: index) attributes {executor = "inline", why = "", scope = "lane", results = []} { rt.return }
"""


def module(text: str):
    return parse_module(text, "f.mlir", make_context())


@pytest.mark.parametrize(
    ("text", "level"), [(TWO_KERNELS, "source"), ("func.func @f() { return }", "source"), (SPLIT, "split"), (SM, "sm"), (RT, "rt")]
)
def test_level(text: str, level: str) -> None:
    assert level_of(module(text)) == level


def test_mixed_levels_are_rejected() -> None:
    with pytest.raises(InputError) as caught:
        level_of(module(f"{SPLIT}\nfunc.func @a() attributes {{task.kernel}} {{ return }}"))
    assert str(caught.value) == "f.mlir:2:1: 'func.func' belongs to the level 'source', but the module is at the level 'split'"


@pytest.mark.parametrize(("text", "level"), [(SPLIT, "split"), (SM, "sm"), (RT, "rt")])
def test_only_kernel_is_the_entry(text: str, level: str) -> None:
    assert entry_name(module(text), level, None) == "k"
    with pytest.raises(InputError, match="there is no entry @x"):
        entry_name(module(text), level, "x")


def test_one_of_several_must_be_named() -> None:
    assert entry_name(module(TWO_KERNELS), "source", "b") == "b"
    assert entry_name(module(TWO_KERNELS), "source", "helper") == "helper", "any function with a body can be run"
    with pytest.raises(InputError) as caught:
        entry_name(module(TWO_KERNELS), "source", None)
    assert [note for note, _ in caught.value.notes] == ["kernel @a", "kernel @b"]


def test_main_is_the_entry_without_kernels() -> None:
    assert entry_name(module("func.func @main() { return }"), "source", None) == "main"


@pytest.mark.parametrize(("wanted", "help"), [("helpr", "did you mean @helper?"), ("outside", "there are @a, @b, @helper")])
def test_unknown_entry(wanted: str, help: str) -> None:
    with pytest.raises(InputError) as caught:
        entry_name(module(TWO_KERNELS), "source", wanted)
    assert caught.value.help == help


def test_no_entry_at_all() -> None:
    with pytest.raises(InputError, match="there is no entry"):
        entry_name(module("func.func @f() { return }"), "source", None)
