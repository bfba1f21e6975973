"""`--verify-each=interpret`: a pass that changes what a program does is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import AddiOp, ConstantOp, SubiOp
from xdsl.dialects.builtin import IntegerAttr, ModuleOp
from xdsl.dialects.memref import StoreOp
from xdsl.passes import ModulePass
from xdsl.rewriter import Rewriter

from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.tools import opt
from asyncir.tools.same_results import default_argument
from asyncir.tools.signature import signature

PROGRAM = """func.func @main(%a: i32, %x: memref<?xi32>) -> i32 attributes {task.kernel} {
  %zero = arith.constant 0 : index
  %seven = arith.constant 7 : i32
  %0 = arith.addi %a, %seven : i32
  memref.store %0, %x[%zero] : memref<?xi32>
  %ok = arith.cmpi slt, %a, %seven : i32
  cf.assert %ok, "too large"
  return %a : i32
}
"""


class Keep(ModulePass):
    """Changes nothing."""

    name = "keep"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        return


class Subtract(ModulePass):
    """Makes differences of sums: what is stored changes, and what is returned does not."""

    name = "subtract"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for one in list(op.walk()):
            if isinstance(one, AddiOp):
                Rewriter.replace_op(one, SubiOp(one.lhs, one.rhs))


class Lower(ModulePass):
    """Makes 7 a 1, so that the assertion fails."""

    name = "lower"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for one in list(op.walk()):
            if isinstance(one, ConstantOp) and isinstance(one.value, IntegerAttr) and one.value.value.data == 7:
                Rewriter.replace_op(one, ConstantOp.from_int_and_width(1, 32))


class Forget(ModulePass):
    """Drops stores."""

    name = "forget"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for one in list(op.walk()):
            if isinstance(one, StoreOp):
                Rewriter.erase_op(one)


PASSES = {one.name: one for one in (Keep, Subtract, Lower, Forget)}


@pytest.mark.parametrize(
    ("passes", "arguments", "status", "message"),
    [
        ("keep", None, 0, ""),
        ("keep,keep", "5 iota:i32:4", 0, ""),
        ("subtract", "5 iota:i32:2", 2, "internal error: pass 'subtract' changed the results: 5, [12, 1] before it, 5, [-2, 1] after it"),
        ("keep,forget,keep", "5 zeros:i32:1", 2, "internal error: pass 'forget' changed the results: 5, [12] before it, 5, [0] after it"),
        ("lower", "5 zeros:i32:1", 2, "internal error: pass 'lower' changed the results: 5, [12] before it, TaskError"),
        ("lower", "9 zeros:i32:1", 0, ""),
        ("keep", "5", 1, "@main takes 2 arguments"),
        ("keep", "5 zeros:f32:4", 1, "of @main"),
    ],
)  # fmt: skip
def test_changed_results(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    passes: str,
    arguments: str | None,
    status: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opt, "available_passes", lambda: PASSES)
    Path("in.mlir").write_text(PROGRAM)
    given = [] if arguments is None else ["--interpret-args", arguments]
    assert opt.main(["in.mlir", "-p", passes, "--verify-each=interpret", *given]) == status
    assert message in capsys.readouterr().err
    left = {path.name for path in Path().iterdir()} - {"in.mlir"}
    assert bool(left) == (status == 2), "a pass that changes results leaves a reproducer"


EVERY_LEVEL = """async.func @square(%x: i32) -> !async.value<i32> {
  %0 = arith.muli %x, %x : i32
  return %0 : i32
}
func.func @main(%a: i32, %x: memref<?xi32>) -> i32 attributes {task.kernel} {
  %zero = arith.constant 0 : index
  %0 = async.call @square(%a) : (i32) -> !async.value<i32>
  %1 = async.await %0 : !async.value<i32>
  memref.store %1, %x[%zero] : memref<?xi32>
  return %1 : i32
}
"""

ALL = (
    "select-entry,outline-execute,convert-awaiting-funcs,scf-to-cf,infer-scope,split-suspensions,layout-frames,"
    'expand-executor{executor="dynamic"},rt-to-llvm{target="cpu"}'
)


def test_all_levels_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Down to rt; what is below it the reference does not run, and that is said."""
    path = tmp_path / "in.mlir"
    path.write_text(EVERY_LEVEL)
    assert opt.main([str(path), "-p", ALL, "--verify-each=interpret"]) == 0
    said = capsys.readouterr()
    assert "llvm.func" in said.out
    assert said.err == "note: not compared after 'rt-to-llvm': the reference does not run the llvm dialect\n"


def test_default_arguments() -> None:
    text = "func.func @main(%a: i1, %b: i64, %c: index, %d: f32, %e: bf16, %f: memref<?x4xf16>, %g: memref<f32>) {\n  return\n}"
    types = signature(parse_module(text, "f", make_context()), "main").parameters
    assert [default_argument(type_) for type_ in types] == ["true", "3", "3", "1.5", "1.5", "iota:f16:16x4", "iota:f32"]
