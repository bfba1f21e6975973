"""
The dialects borrowed from xDSL speak MLIR: what mlir-opt prints of a program we read, and what we print of it mlir-opt
reads as the same program. The programs are the parts of the files in `mlir_corpus`, one operation or form of text each.
"""

from __future__ import annotations

import functools
import math
import shutil
import subprocess
from pathlib import Path

import pytest
from xdsl.dialects import arith, memref, scf
from xdsl.dialects.builtin import DenseIntOrFPElementsAttr, ModuleOp

from asyncir.analysis.verify import verify_module
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.errors import InputError

OPT = "mlir-opt-22"
CORPUS = Path(__file__).parent / "mlir_corpus"
SEPARATOR = "// -----\n"
FORMS = {"short": [], "generic": ["--mlir-print-op-generic"], "debuginfo": ["--mlir-print-debuginfo", "--mlir-print-local-scope"]}

needs_mlir = pytest.mark.skipif(shutil.which(OPT) is None, reason=f"{OPT} is not on PATH")


@functools.cache
def programs(dialect: str) -> dict[str, str]:
    """The parts of a file by the comment that each starts with."""
    parts = (CORPUS / f"{dialect}.mlir").read_text(encoding="utf-8").split(SEPARATOR)
    return {part.strip().splitlines()[0].removeprefix("// "): part for part in parts}


CASES = [(dialect, name) for dialect in ("arith", "cf", "func", "math", "memref", "scf") for name in programs(dialect)]


def mlir_opt(texts: list[str], *flags: str) -> list[str]:
    """What mlir-opt makes of each text: one process, or where it rejects some, more of them; its errors where it does."""
    command = [OPT, "--split-input-file", *flags, "-"]
    done = subprocess.run(command, input=SEPARATOR.join(f"{text}\n" for text in texts), capture_output=True, text=True, timeout=60)
    if done.returncode == 0:
        results = [part.strip() + "\n" for part in done.stdout.split(SEPARATOR)]
        assert len(results) == len(texts)
        return results
    if len(texts) == 1:
        return [f"rejected: {done.stderr}"]
    middle = len(texts) // 2
    return mlir_opt(texts[:middle], *flags) + mlir_opt(texts[middle:], *flags)


@functools.cache
def printed_by_mlir(dialect: str, form: str) -> dict[str, str]:
    found = programs(dialect)
    return dict(zip(found, mlir_opt(list(found.values()), *FORMS[form]), strict=True))


def read(text: str) -> ModuleOp:
    module = parse_module(text, "mlir.mlir", make_context())
    verify_module(module)
    return module


@functools.cache
def normalised(dialect: str, form: str, ours: str) -> dict[str, str]:
    """What mlir-opt prints, in `form`, of what we print, in the form `ours`, of what mlir-opt prints in `form`."""
    flags = {"generic": ours == "generic", "debuginfo": form == "debuginfo"}
    texts: dict[str, str] = {}
    for name, text in printed_by_mlir(dialect, form).items():
        try:
            texts[name] = print_module(read(text), **flags)
        except InputError:
            continue  # Reported by test_reads_what_mlir_prints.
    return dict(zip(texts, mlir_opt(list(texts.values()), *FORMS[form]), strict=True))


@needs_mlir
@pytest.mark.parametrize(("dialect", "name"), CASES)
@pytest.mark.parametrize("form", FORMS)
def test_reads_what_mlir_prints(dialect: str, name: str, form: str) -> None:
    text = printed_by_mlir(dialect, form)[name]
    assert not text.startswith("rejected"), text
    read(text)


@needs_mlir
@pytest.mark.parametrize(("dialect", "name"), CASES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ours", ["short", "generic"])
def test_mlir_reads_what_we_print(dialect: str, name: str, form: str, ours: str) -> None:
    assert normalised(dialect, form, ours)[name] == printed_by_mlir(dialect, form)[name]


@pytest.mark.parametrize(("dialect", "name"), CASES)
def test_reads_the_program_itself(dialect: str, name: str) -> None:
    """Without MLIR: the program is read, and what is printed of it is read as the same."""
    text = print_module(read(programs(dialect)[name]))
    assert print_module(read(text)) == text


def in_function(arguments: str, line: str) -> str:
    return f"func.func @f({arguments}) {{\n  {line}\n  return\n}}"


REJECTED = [
    (in_function("%a: i32", "scf.for unsigned %i = %a to %a step %a : i32 {}"), "unsigned comparison"),
    ("memref.global @a : memref<4xf32>", "an array of another module is not supported"),
    ("memref.global @a : memref<4xf32> = dense<1.0> {alignment = 3 : i64}", "alignment 3 is not a power of 2"),
    ('"memref.global"() <{sym_name = "a", type = memref<2xf32>, initial_value = dense<1> : tensor<2xi32>}> : () -> ()', "tensor<2xf32>"),
    (in_function("%m: memref<2xf32>, %v: f32", "%r = memref.atomic_rmw addf %v, %m[] : (f32, memref<2xf32>) -> f32"), "1 indices"),
    (in_function("%m: memref<f32>, %v: f32", "%r = memref.atomic_rmw max %v, %m[] : (f32, memref<f32>) -> f32"), "kind 'max'"),
    (in_function("%a: i32", "%r = arith.index_castui %a : i32 to i64"), "are cast incompatible"),
    (in_function("", "%r = arith.constant dense<0x7F8000000> : vector<2xf32>"), "more than a f32 has"),
    (in_function("%a: f32", '%r = "arith.truncf"(%a) <{roundingmode = 1 : i32}> : (f32) -> f16'), "property 'roundingmode'"),
    (in_function("%a: f32", "%r = math.clampf %a to [%a, %a] : f32"), "unknown operation 'math.clampf'"),
]


@pytest.mark.parametrize(("text", "message"), REJECTED, ids=[message for _, message in REJECTED])
def test_rejects(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(text)
    assert caught.value.location is not None


def test_ours_are_xdsls() -> None:
    """Whoever asks for an operation of xDSL finds what the parser made."""
    module = read("memref.global @a : memref<2xf32> = uninitialized\nfunc.func @f(%c: i1) {\n  scf.while : () -> () {\n"
                  "    scf.condition(%c)\n  } do {\n    scf.yield\n  }\n  return\n}")  # fmt: skip
    assert {type(op).__mro__[1] for op in module.walk()} >= {memref.GlobalOp, scf.WhileOp}


def test_bit_patterns_in_dense() -> None:
    module = read("func.func @f() {\n  %r = arith.constant dense<[0x7F800000, 0x40490FDB]> : vector<2xf32>\n  return\n}")
    (constant,) = (op for op in module.walk() if isinstance(op, arith.ConstantOp))
    assert isinstance(constant.value, DenseIntOrFPElementsAttr)
    assert [value.value.data for value in constant.value.iter_attrs()] == [math.inf, pytest.approx(math.pi)]
