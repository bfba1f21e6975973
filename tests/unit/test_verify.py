"""The verifier on small programs, with mlir-opt as the oracle where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest
from growth import require_near_linear
from verify_corpus import INVALID, VALID
from xdsl.context import Context
from xdsl.dialects import arith, builtin, cf, func, llvm, memref, scf
from xdsl.dialects.builtin import i32, i64
from xdsl.dialects.test import TestOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import IRDLOperation, irdl_op_definition, successor_def, traits_def, var_operand_def
from xdsl.traits import IsTerminator
from xdsl.utils.exceptions import VerifyException

from asyncir.analysis.verify import verify_module
from asyncir.dialects.interfaces import SymbolLookup
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.errors import InputError

MLIR_OPT = shutil.which("mlir-opt-22") or shutil.which("mlir-opt")
needs_mlir_opt = pytest.mark.skipif(MLIR_OPT is None, reason="mlir-opt is not installed")


def context() -> Context:
    ctx = Context(allow_unregistered=True)
    for dialect in (builtin.Builtin, func.Func, scf.Scf, cf.Cf, arith.Arith, memref.MemRef, llvm.LLVM):
        ctx.load_dialect(dialect)
    return ctx


def check(text: str) -> None:
    verify_module(parse_module(text.lstrip("\n"), "test.mlir", context()))


def rejected(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        check(text)
    return caught.value


@pytest.mark.parametrize("name", INVALID)
def test_rejects(name: str) -> None:
    error = rejected(INVALID[name])
    assert error.location is not None
    assert error.location.file == "test.mlir"
    assert "\n" not in error.message


@pytest.mark.parametrize("name", VALID)
def test_accepts(name: str) -> None:
    check(VALID[name])


@needs_mlir_opt
@pytest.mark.parametrize("name", [*INVALID, *VALID])
def test_agrees_with_mlir_opt(name: str) -> None:
    assert MLIR_OPT is not None
    text = (INVALID | VALID)[name].lstrip("\n")
    command = [MLIR_OPT, "--allow-unregistered-dialect"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False, timeout=30)
    assert (done.returncode == 0) == (name in VALID), done.stderr


@needs_mlir_opt
@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("name", VALID)
def test_what_is_printed_is_read_back_by_both(name: str, generic: bool) -> None:
    assert MLIR_OPT is not None
    module = parse_module(VALID[name], "test.mlir", context())
    printed = print_module(module, generic=generic)
    assert printed.endswith(("}\n", ") : () -> ()\n"))
    verify_module(parse_module(printed, "printed.mlir", context()))
    command = [MLIR_OPT, "--allow-unregistered-dialect"]
    done = subprocess.run(command, input=printed, text=True, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "message", "place", "note", "note_place"),
    [
        (
            "use_before_definition",
            "operand #1 of 'arith.addi' (of type i32) does not dominate this use",
            (2, 8),
            "defined here, after the use",
            (3, 8),
        ),
        (
            "use_from_one_arm",
            "operand #0 of 'func.return' (of type i32) does not dominate this use",
            (7, 3),
            "defined here, in a block that does not lead to every such use",
            (4, 8),
        ),
        (
            "value_across_isolation",
            "'test.use' uses a value (%x) defined outside of 'func.func'",
            (4, 5),
            "defined here",
            (2, 8),
        ),
        (
            "br_too_few",
            "'cf.br' passes 0 values to successor, which has 1 argument",
            (2, 3),
            "successor block is here",
            (3, 7),
        ),
        (
            "br_wrong_type",
            "'cf.br' passes a value of type i64 to argument #0 of successor: expected i32",
            (2, 3),
            "argument defined here",
            (3, 7),
        ),
        (
            "switch_wrong_type",
            "'cf.switch' passes a value of type i64 to argument #0 of successor #1: expected i32",
            (2, 3),
            "argument defined here",
            (8, 8),
        ),
        (
            "call_wrong_operand",
            "operand #0 of 'func.call' has type i64: @g has i32",
            (3, 3),
            "@g is defined here",
            (1, 1),
        ),
        ("duplicate_symbol", "redefinition of symbol @f", (4, 1), "first defined here", (1, 1)),
        (
            "if_yields_wrong_type",
            "'scf.yield' yields (i64): 'scf.if' expects (i32)",
            (3, 5),
            "expected by this operation",
            (2, 8),
        ),
    ],
)
def test_messages_tell_both_places(name: str, message: str, place: tuple[int, int], note: str, note_place: tuple[int, int]) -> None:
    error = rejected(INVALID[name])
    assert error.message == message
    assert error.location is not None
    assert (error.location.line, error.location.column) == place
    text, where = error.notes[0]
    assert text == note
    assert where is not None
    assert (where.line, where.column) == note_place


@irdl_op_definition
class WaitOp(IRDLOperation):
    """Goes on with a value that it produces, then its operands."""

    name = "mine.wait"
    arguments = var_operand_def()
    dest = successor_def()
    traits = traits_def(IsTerminator())

    def successor_operands(self, successor_index: int) -> tuple[SSAValue, ...]:
        return tuple(self.arguments)

    def produced_block_arg_types(self, successor_index: int) -> tuple[Attribute, ...]:
        return (i64,)


@irdl_op_definition
class MuteOp(IRDLOperation):
    """A terminator that does not tell what it passes."""

    name = "mine.mute"
    dest = successor_def()
    traits = traits_def(IsTerminator())


@irdl_op_definition
class NamesOp(IRDLOperation):
    name = "mine.names"

    def verify_symbol_uses(self, lookup: SymbolLookup) -> None:
        if lookup(builtin.SymbolRefAttr("there")) is None:
            raise VerifyException("'mine.names' wants a symbol @there")


def function(*blocks: Block) -> builtin.ModuleOp:
    return builtin.ModuleOp([func.FuncOp("there", ([], []), Region(list(blocks)))])


@pytest.mark.parametrize(("arguments", "good"), [([i64, i32], True), ([i32, i64], False), ([i64], False), ([i32], False)])
def test_terminators_that_produce_block_arguments(arguments: list[Attribute], good: bool) -> None:
    last = Block([func.ReturnOp()], arg_types=arguments)
    value = TestOp(result_types=[i32])
    module = function(Block([value, WaitOp.build(operands=[[value.results[0]]], successors=[last])]), last)
    if good:
        verify_module(module)
    else:
        with pytest.raises(InputError, match=r"'mine\.wait' passes"):
            verify_module(module)


def test_a_terminator_must_say_what_it_passes() -> None:
    last = Block([func.ReturnOp()])
    with pytest.raises(InputError, match=r"'mine\.mute' does not say which operands"):
        verify_module(function(Block([MuteOp.build(successors=[last])]), last))


def test_operations_check_their_own_symbols() -> None:
    verify_module(function(Block([NamesOp(), func.ReturnOp()])))
    with pytest.raises(InputError, match="wants a symbol @there"):
        verify_module(builtin.ModuleOp([NamesOp()]))


def test_branch_to_a_block_of_another_function() -> None:
    target = Block([func.ReturnOp()])
    other = func.FuncOp("other", ([], []), Region([Block([func.ReturnOp()]), target]))
    module = builtin.ModuleOp([other, func.FuncOp("f", ([], []), Region(Block([cf.BranchOp(target)])))])
    with pytest.raises(InputError, match="another region"):
        verify_module(module)


def test_deep_nesting_needs_no_recursion() -> None:
    operation: Operation = TestOp()
    for _ in range(5000):
        operation = TestOp(regions=[Region(Block([operation]))])
    with pytest.raises(InputError, match="not a terminator"):
        verify_module(builtin.ModuleOp([operation]))


def lines(count: int) -> str:
    body = "".join(f"  %v{i + 1} = arith.addi %v{i}, %v0 : i32\n" for i in range(count))
    return f"func.func @f(%v0: i32) -> i32 {{\n{body}  return %v{count} : i32\n}}"


def blocks(count: int) -> str:
    body = "".join(f"^b{i}(%x{i}: i32):\n  cf.cond_br %c, ^b{i + 1}(%x{i} : i32), ^exit(%a : i32)\n" for i in range(count))
    end = f"^b{count}(%y: i32):\n  cf.br ^exit(%y : i32)\n^exit(%z: i32):\n  return %z : i32\n"
    return f"func.func @f(%a: i32, %c: i1) -> i32 {{\n  cf.br ^b0(%a : i32)\n{body}{end}}}"


def calls(count: int) -> str:
    return "".join(
        f"func.func @f{i}(%a: i32) -> i32 {{\n  %0 = func.call @f{i * 7 % count}(%a) : (i32) -> i32\n  return %0 : i32\n}}\n"
        for i in range(count)
    )


@pytest.mark.parametrize("program", [lines, blocks, calls])
def test_time_grows_with_size_not_faster(program: Callable[[int], str]) -> None:
    def prepared(count: int) -> Callable[[], object]:
        text = program(count)

        def run() -> None:
            module = parse_module(text, "test.mlir", context())
            verify_module(module)
            print_module(module)

        return run

    require_near_linear(prepared, 200, 1600)
