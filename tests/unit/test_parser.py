"""The parser: locations of everything, and one located InputError for whatever is wrong."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable

import pytest
from growth import require_near_linear
from xdsl.context import Context
from xdsl.dialects import arith, builtin, cf, func, memref, scf
from xdsl.dialects.builtin import FileLineColLoc, FusedLoc, ModuleOp, UnknownLoc
from xdsl.ir import Operation

from asyncir.analysis.verify import verify_module
from asyncir.dialects.lexing import MAX_NESTING
from asyncir.dialects.locations import LineTable
from asyncir.dialects.parsing import location_of, parse_module
from asyncir.dialects.printing import print_module
from asyncir.errors import InputError, Location

MLIR_OPT = shutil.which("mlir-opt-22") or shutil.which("mlir-opt")

PROGRAM = """\
#early = loc("early.py":4:5)
!number = i32
#map = affine_map<(d0)[s0] -> (d0 + s0 * 2)>
func.func @f(%a: i32, %c: i1, %g: f32) -> i32 attributes {x = "a\\\\b\\22", y = [1, 2.5e3, 0x1F], z = dense<[1, 2]> : tensor<2xi32>} {
  %0:2 = "test.x"(%a) ({
  ^bb0(%q: !number):
    "test.y"(%q) {m = #map} : (i32) -> ()
  }) : (i32) -> (i32, i64) loc(#late)
  %n = arith.constant 3 : index  // a comment "
  %m = memref.alloc(%n)[%n] : memref<4x?xf32, strided<[1, ?], offset: 3>>
  %z = scf.for %i = %n to %n step %n iter_args(%x = %a) -> (i32) {
    %y = scf.if %c -> (i32) { scf.yield %x : i32 } else { scf.yield %a : i32 }
    scf.yield %y : i32
  }
  scf.if %c {
    %u = arith.negf %g : f32 loc(unknown)
  }
  "test.w"(%0#1) : (i64) -> ()
  cf.switch %a : i32, [ default: ^e(%z : i32), 7: ^e(%z : i32) ]
^e(%r: i32):
  return %r : i32 loc(fused<"meta">["name"(#early), callsite("b.py":1:2 at unknown)])
}
#late = loc("late.py":1:2 to 3:4)
"""


def context(*, unregistered: bool = True) -> Context:
    ctx = Context(allow_unregistered=unregistered)
    for dialect in (builtin.Builtin, func.Func, scf.Scf, cf.Cf, arith.Arith, memref.MemRef):
        ctx.load_dialect(dialect)
    return ctx


def parse(text: str | bytes, *, unregistered: bool = True) -> ModuleOp:
    return parse_module(text, "f.mlir", context(unregistered=unregistered))


HANG = 30.0
"""Seconds of CPU time: the texts here take milliseconds."""


def rejected(text: str | bytes, *, unregistered: bool = True) -> InputError:
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        parse(text, unregistered=unregistered)
    assert time.process_time() - start < HANG, text
    assert caught.value.location is not None
    return caught.value


def place(error: InputError) -> tuple[int, int]:
    assert error.location is not None
    return error.location.line, error.location.column


def named(module: ModuleOp, name: str) -> Operation:
    for operation in module.walk():
        if operation.name == name or (isinstance(operation, builtin.UnregisteredOp) and operation.op_name.data == name):
            return operation
    raise AssertionError(f"no {name}")


def test_operations_have_the_place_of_their_name() -> None:
    module = parse(PROGRAM)
    assert location_of(module) == Location("f.mlir", 1, 1)
    assert location_of(named(module, "func.func")) == Location("f.mlir", 4, 1)
    assert location_of(named(module, "arith.constant")) == Location("f.mlir", 9, 8)
    assert location_of(named(module, "scf.for")) == Location("f.mlir", 11, 8)
    assert location_of(named(module, "test.y")) == Location("f.mlir", 7, 5)


def test_block_arguments_have_the_place_of_their_name() -> None:
    module = parse(PROGRAM)
    function = named(module, "func.func")
    entry, exit = function.regions[0].blocks
    assert [location_of(argument) for argument in entry.args[:2]] == [Location("f.mlir", 4, 14), Location("f.mlir", 4, 23)]
    assert location_of(exit.args[0]) == Location("f.mlir", 20, 4)
    counter, carried = named(module, "scf.for").regions[0].block.args
    assert location_of(counter) == Location("f.mlir", 11, 16)
    assert location_of(carried) == Location("f.mlir", 11, 48)


def test_implicit_terminators_have_the_place_of_their_operation() -> None:
    module = parse("func.func @f(%c: i1) {\n  scf.if %c {\n  }\n  return\n}")
    branch = named(module, "scf.if")
    terminator = branch.regions[0].block.last_op
    assert terminator is not None
    assert location_of(terminator) == Location("f.mlir", 2, 3)


def test_results_have_the_place_of_their_operation() -> None:
    constant = named(parse(PROGRAM), "arith.constant")
    assert location_of(constant.results[0]) == location_of(constant)


def test_written_locations_win() -> None:
    module = parse(PROGRAM)
    assert location_of(named(module, "test.x")) == Location("late.py", 1, 2)
    assert isinstance(named(module, "arith.negf").location, UnknownLoc)
    assert location_of(named(module, "arith.negf")) is None
    final = named(module, "func.return")
    assert isinstance(final.location, FusedLoc)
    assert location_of(final) == Location("early.py", 4, 5)


def test_an_alias_that_needs_itself_is_an_error() -> None:
    text = 'module {} loc(#a)\n#a = loc(fused[#b])\n#b = loc("n"(#a))\n'
    assert rejected(text).message == "undefined location alias '#a'"


@pytest.mark.skipif(MLIR_OPT is None, reason="mlir-opt is not installed")
@pytest.mark.parametrize("generic", [False, True])
def test_locations_are_those_of_mlir_opt(generic: bool) -> None:
    """What mlir-opt finds in a text, and prints, is what we find in the text, and what we read back."""
    assert MLIR_OPT is not None
    command = [MLIR_OPT, "--allow-unregistered-dialect", "--mlir-print-debuginfo"] + ["--mlir-print-op-generic"] * generic
    done = subprocess.run(command, input=PROGRAM, text=True, capture_output=True, check=True, timeout=30)
    theirs = parse_module(done.stdout, "printed.mlir", context())
    ours = parse_module(PROGRAM, "<stdin>", context())
    for mine, other in zip(list(ours.walk())[1:], list(theirs.walk())[1:], strict=True):
        assert mine.name == other.name
        # The short form shows no location of an implicit terminator: it is then that of the printed text.
        if (found := location_of(other)) is None or found.file != "printed.mlir":
            assert location_of(mine) == found


def test_debuginfo_is_printed_and_read_back() -> None:
    module = parse(PROGRAM)
    again = parse_module(print_module(module, debuginfo=True), "again.mlir", context())
    # Implicit terminators are not in the text, so that they are where the text is.
    expected = [location_of(operation) for operation in module.walk() if operation.name != "scf.yield"]
    assert [location_of(operation) for operation in again.walk() if operation.name != "scf.yield"] == expected


def test_location_attributes_to_locations() -> None:
    at = FileLineColLoc(builtin.StringAttr("a"), builtin.IntAttr(1), builtin.IntAttr(2))
    nowhere = builtin.NameLoc(builtin.StringAttr("n"), builtin.NoneAttr())
    assert location_of(at) == Location("a", 1, 2)
    assert location_of(builtin.CallSiteLoc(nowhere, at)) == Location("a", 1, 2)
    assert location_of(FusedLoc((nowhere, UnknownLoc(), at), builtin.NoneAttr())) == Location("a", 1, 2)
    assert location_of(nowhere) is None


def test_line_table() -> None:
    table = LineTable("ab\n\nc", "f")
    assert [table.position(offset) for offset in range(6)] == [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2)]


@pytest.mark.parametrize(
    ("text", "message", "where"),
    [
        ("", "the input is empty: a module or a function is expected", (1, 1)),
        (" \n ", "the input is empty: a module or a function is expected", (1, 1)),
        ("// nothing\n", "the input has no operation: a module or a function is expected", (2, 1)),
        ("module {\n\0}", "the input contains a NUL character", (2, 1)),
        (b"module {\n  \xff\n}", "not UTF-8 text: byte 0xff", (2, 3)),
        ("module {\n", "expected an operation, found ''", (2, 1)),
        ("func.func @f() {\n  return %x : i32\n}", "use of undefined value '%x'", (2, 10)),
        ("func.func @f(%a: i32) {\n  return %a : i64\n}", "'%a' is used with type i64, but has type i32", (2, 10)),
        ("func.func @f() {\n  arith.adi\n}", "unknown operation 'arith.adi'", (2, 3)),
        ('func.func @f() {\n  %0 = "x.y"() : () -> i32\n}', "unknown operation 'x.y'", (2, 8)),
        ('"abc', "string literal is not terminated or has an invalid escape", (1, 1)),
    ],
)
def test_what_is_wrong_and_where(text: str | bytes, message: str, where: tuple[int, int]) -> None:
    error = rejected(text, unregistered=False)
    assert place(error) == where
    if text != "module {\n":
        assert error.message == message


def test_an_unknown_operation_gets_a_suggestion() -> None:
    assert rejected("func.func @f() {\n  arith.addii\n}").help == "did you mean 'arith.addi'?"
    assert rejected("whatever.op").help == 'an operation of an unknown dialect is written in generic form: "whatever.op"(...)'
    assert rejected('"arith.addii"() : () -> ()', unregistered=False).help == "did you mean 'arith.addi'?"


def test_a_type_mismatch_tells_the_definition() -> None:
    error = rejected("func.func @f(%a: i32) {\n  return %a : i64\n}")
    assert error.notes == (("defined here", Location("f.mlir", 1, 14)),)


def test_undefined_blocks_are_noted_where_they_are_used() -> None:
    error = rejected("func.func @f() {\n  cf.br ^nowhere\n}")
    assert error.notes[0][1] == Location("f.mlir", 2, 9)


def test_errors_of_constructors_are_located() -> None:
    error = rejected("func.func @f(%m: memref<2xi32>) {\n  memref.store %m, %m[] : memref<2xi32>\n  return\n}")
    assert place(error)[0] == 2


def test_huge_dense_literals_are_refused() -> None:
    error = rejected("module attributes {x = dense<0> : tensor<999999999xi32>} {}")
    assert error.message == "a dense literal of 999999999 elements: at most 4194304 are read"


def nested_ifs(depth: int) -> str:
    return "func.func @f(%c: i1) {\n" + "scf.if %c {\n" * depth + "}\n" * depth + "return\n}"


def nested_regions(depth: int) -> str:
    return 'func.func @f() {\n"test.op"() : () -> ()\n' + '"test.r"() ({\n' * depth + "}) : () -> ()\n" * depth + "return\n}"


@pytest.mark.parametrize("text", [nested_ifs(MAX_NESTING - 1), nested_regions((MAX_NESTING - 1) // 2)])
def test_the_deepest_nesting_goes_through(text: str) -> None:
    module = parse(text)
    verify_module(module)
    print_module(module)
    print_module(module, generic=True)
    module.clone()


@pytest.mark.parametrize(
    "text",
    [
        nested_ifs(MAX_NESTING),
        nested_ifs(10_000),
        nested_regions(10_000),
        "func.func @f(%c: i1) {" + "scf.if %c {" * 10_000,
        "module attributes {x = " + "[" * 10_000 + "]" * 10_000 + "} {}",
        "module attributes {x = " + "tuple<" * 10_000 + ">" * 10_000 + "} {}",
        "module {} loc(" + "fused[" * 10_000 + "unknown" + "]" * 10_000 + ")",
        "(" * 100_000,
    ],
)
def test_too_deep_nesting_is_one_error(text: str) -> None:
    assert rejected(text).message == f"nesting deeper than {MAX_NESTING} levels"


def test_recursion_without_brackets_is_caught_too() -> None:
    assert rejected("module attributes {x = affine_map<(d0) -> (" + "-" * 10_000 + "d0)>} {}").message == "nested too deeply"


def test_brackets_in_strings_comments_and_arrows_do_not_count() -> None:
    many = "{" * 1000
    parse(f'module attributes {{x = "{many}"}} {{\n// {many}\n}}')
    parse("func.func @f(" + ", ".join(f"%a{i}: () -> ()" for i in range(200)) + ") {\n  return\n}")


@pytest.mark.parametrize(
    ("head", "again", "tail"),
    [
        ('"', "aa", ""),
        ('func.func @f() { "x', "\\\\", ""),
        ('module attributes {x = "', "\\n", ""),
        ('module attributes {x = @"', "aa", ""),
        ("", '"\\q', ""),
        ('module attributes {x = #foo.bar<"', "aa", ""),
        ("", "//", ""),
        ("/", "//", ""),
        ("%", "aa", ""),
        ("module attributes {x = ", "11", "} {}"),
    ],
)
def test_long_lexemes_take_linear_time(head: str, again: str, tail: str) -> None:
    def prepared(count: int) -> Callable[[], object]:
        text = head + again * count + tail
        return lambda: rejected(text)

    require_near_linear(prepared, 5_000, 50_000)


def attempt(text: bytes, *, unregistered: bool) -> None:
    start = time.process_time()
    try:
        verify_module(parse(text, unregistered=unregistered))
    except InputError as error:
        error.render(text.decode("utf-8", "replace"))
    assert time.process_time() - start < HANG, text


def test_the_sample_program_is_good() -> None:
    verify_module(parse(PROGRAM))


def test_each_truncation_parses_or_is_an_input_error() -> None:
    data = PROGRAM.encode()
    for end in range(len(data)):
        attempt(data[:end], unregistered=bool(end % 2))


TOKENS = ['"', "{", "}", "(", ")", "<", ">", "%", "^", "#", "!", "-", "9" * 5000, "\0", "é", "²", "//", "loc(", "->", ":"]
TOKENS += ["\\", "1e999", "0x", "i99999999", "dense<", "vector<0x", "%0#9", '@"', "{-#", "scf.while", '"scf.if"', "func.func"]


@pytest.mark.parametrize("seed", range(4))
def test_each_mutation_parses_or_is_an_input_error(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(300):
        data = bytearray(PROGRAM.encode())
        for _ in range(rng.choice([1, 1, 2, 4])):
            at, source = rng.randrange(len(data)), rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    data[at : at + rng.choice([0, 1, 5])] = rng.choice(TOKENS).encode()
                case _:
                    data[at : at + rng.randrange(12)] = data[source : source + rng.randrange(20)]
        attempt(bytes(data), unregistered=rng.random() < 0.5)
