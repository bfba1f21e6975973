"""The checker of layouts accepts each right one of tests/layout_broken, and rejects each broken one for what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from growth import require_near_linear
from xdsl.dialects.builtin import ModuleOp

from asyncir.analysis.check_layout import LayoutError, check_layout, check_layouts
from asyncir.analysis.verify import verify_module
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.passes.layout_frames import LayoutFramesPass

CORPUS = sorted((Path(__file__).resolve().parents[1] / "layout_corpus").glob("*.mlir"))
FILES = sorted((Path(__file__).resolve().parents[1] / "layout_broken").glob("*.mlir"))


@dataclass(frozen=True)
class Case:
    """A layout with some of its lines replaced, and what the checker says of it."""

    name: str
    message: str
    right: str
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    """Lines of the right layout, each there once, and what stands for them."""

    @property
    def text(self) -> str:
        lines = self.right.split("\n")
        for line, others in self.changes:
            found = [at for at, other in enumerate(lines) if other.strip() == line.strip()]
            assert len(found) == 1, f"{self.name}: '{line}' is there {len(found)} times"
            lines[found[0]] = "\n".join(others)
        return "\n".join(lines)


def parts(path: Path) -> tuple[str, str, list[str]]:
    split, right, *cases = path.read_text(encoding="utf-8").split("\n// -----\n")
    return split, right, cases


def case_of(right: str, text: str) -> Case:
    lines = [line.removeprefix("// ") for line in text.strip().split("\n")]
    name, _, message = lines[0].partition(": ")
    changes: list[tuple[str, list[str]]] = []
    for line in lines[1:]:
        if line.startswith("- "):
            changes.append((line[2:], []))
        else:
            assert line.startswith("+ ") and changes, f"{name}: {line}"
            changes[-1][1].append(line[2:])
    return Case(name, message, right, tuple((line, tuple(others)) for line, others in changes))


def _cases() -> list[Any]:
    found: list[Any] = []
    for path in FILES:
        split, right, cases = parts(path)
        found += [pytest.param(split, case, id=f"{path.stem}-{case.name}") for case in (case_of(right, text) for text in cases)]
    return found


CASES = _cases()


def parsed(text: str, name: str) -> ModuleOp:
    return parse_module(text, name, make_context())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_right_layout_is_accepted(path: Path) -> None:
    split, right, _ = parts(path)
    before, after = parsed(split, "split.mlir"), parsed(right, "right.mlir")
    verify_module(before)
    verify_module(after)
    check_layouts(before, after)
    for op, other in zip(before.ops, after.ops, strict=True):
        assert isinstance(op, sm.MachineOp) and isinstance(other, sm.MachineOp)
        check_layout(op, other)


@pytest.mark.parametrize(("split", "case"), CASES)
def test_a_broken_layout_is_rejected(split: str, case: Case) -> None:
    before, after = parsed(split, "split.mlir"), parsed(case.text, "broken.mlir")
    with pytest.raises(LayoutError) as caught:
        check_layouts(before, after)
    assert case.message in caught.value.message
    assert caught.value.location is not None


def test_there_are_many_broken_layouts() -> None:
    assert len(CASES) >= 30
    assert len({case.values[1].name for case in CASES}) == len(CASES)


def test_notes_show_the_reload_the_save_and_the_definition() -> None:
    split, right, _ = parts(next(path for path in FILES if path.stem == "slots"))
    text = right.replace("sm.save %b at <task 12>", "sm.save %a at <task 12>")
    with pytest.raises(LayoutError) as caught:
        check_layouts(parsed(split, "split.mlir"), parsed(text, "broken.mlir"))
    assert [note for note, _ in caught.value.notes] == [
        "slot <task 12> is reloaded here",
        "%a is defined here",
        "the program's %b is defined here",
    ]
    assert all(location is not None for _, location in caught.value.notes)


@pytest.mark.parametrize("remat", ["off", "free"])
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_layouts_of_the_corpus_are_accepted(path: Path, remat: str) -> None:
    before = parsed(path.read_text(encoding="utf-8"), path.name)
    after = before.clone()
    LayoutFramesPass(policy="bound", remat=remat).apply(make_context(), after)
    check_layouts(before, after)


def chain(suspensions: int) -> str:
    """Ten new values in front of each suspension, each used five suspensions later."""
    lines = ['sm.machine @f(%m: memref<?xi32>) -> i32 attributes {scope = "lane"} {', "  %zero = arith.constant 0 : index"]
    lines.append("  %s = memref.load %m[%zero] : memref<?xi32>")
    total = "%s"
    for state in range(1, suspensions + 1):
        lines += [f"  %v{state}_{k} = memref.load %m[%zero] : memref<?xi32>" for k in range(10)]
        lines += [f"  sm.suspend yield() {state} : () -> () [^b{state}]", f"^b{state}:"]
        for k in range(10) if state > 5 else ():
            lines.append(f"  %s{state}_{k} = arith.xori {total}, %v{state - 5}_{k} : i32")
            total = f"%s{state}_{k}"
    return "\n".join([*lines, f"  sm.return {total} : i32", "}"])


def test_time_is_near_linear() -> None:
    def prepared(suspensions: int) -> Callable[[], object]:
        before = parsed(chain(suspensions), "chain.mlir")
        after = before.clone()
        LayoutFramesPass(policy="per-value").apply(make_context(), after)
        return lambda: check_layouts(before, after)

    require_near_linear(prepared, 10, 80)
