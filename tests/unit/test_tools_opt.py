"""asyncir-opt: what its flags do, and how it ends when something is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from xdsl.context import Context
from xdsl.dialects.arith import AddiOp
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from asyncir.dialects.locations import location_of
from asyncir.dialects.remarks import remark
from asyncir.errors import InputError
from asyncir.tools import opt

ADD = """func.func @f(%a: i32) -> i32 {
  %0 = arith.addi %a, %a : i32
  return %0 : i32
}
"""


@dataclass(frozen=True)
class Mark(ModulePass):
    """Leaves a mark on the module."""

    name = "mark"
    text: str = "here"
    size: int | None = None

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        op.attributes["marked"] = StringAttr(self.text)


class Crash(ModulePass):
    """Breaks down."""

    name = "crash"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        raise KeyError("no such thing")


class Refuse(ModulePass):
    """Does not take additions."""

    name = "refuse"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for one in op.walk():
            if isinstance(one, AddiOp):
                raise InputError("no additions here", location_of(one), notes=[("inside of this", location_of(op))])


class RefuseTheirWay(ModulePass):
    """Refuses as xDSL's passes do."""

    name = "refuse-their-way"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        raise PassFailedException("not like this")


class Break(ModulePass):
    """Leaves the module broken."""

    name = "break"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for one in list(op.walk()):
            if isinstance(one, AddiOp):
                one.detach()
                op.body.block.add_op(one)


class Tell(ModulePass):
    """Remarks on each addition."""

    name = "tell"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        for one in op.walk():
            if isinstance(one, AddiOp):
                remark(one, self.name, "seen", "an addition")


PASSES: Mapping[str, type[ModulePass]] = {one.name: one for one in (Mark, Crash, Refuse, RefuseTheirWay, Break, Tell)}


@dataclass
class Ended:
    """How a call ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the tool in an empty folder on a file `in.mlir` with the given text."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(opt, "available_passes", lambda: PASSES)

    def call(text: str, *flags: str) -> Ended:
        Path("in.mlir").write_text(text)
        status = opt.main(["in.mlir", *flags])
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    return call


def files(*, but: str = "in.mlir") -> set[str]:
    return {path.name for path in Path().iterdir()} - {but}


# Pipelines


def test_passes_take_options(run: Run) -> None:
    assert 'attributes {marked = "there"}' in run(ADD, "-p", "mark{text=there}").out


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ("mrak", "unknown pass 'mrak'\nhelp: "),
        ("nothing-like-it", "unknown pass 'nothing-like-it'\nhelp: asyncir-opt --list-passes"),
        ("mark{colour=red}", 'pass \'mark\': Provided arguments ["colour"]'),
        ("mark{size=red}", "pass 'mark': Incompatible types"),
        ("mark,", None),
        ("mark{", "malformed pipeline"),
        ("mark mark", "malformed pipeline"),
        ("ma\u00e9rk", "malformed pipeline"),
    ],
)
def test_bad_pipelines(run: Run, pipeline: str, message: str | None) -> None:
    ended = run(ADD, "-p", pipeline)
    assert ended.status == (0 if message is None else 1)
    assert message is None or message in ended.err
    assert message is None or ended.out == ""


def test_list_passes(run: Run) -> None:
    out = run("", "--list-passes").out
    assert "mark{text: str = here, size: int | None = none}\n    Leaves a mark on the module.\n" in out


def test_usage_errors_have_status_1(run: Run) -> None:
    ended = run(ADD, "--no-such-flag")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("error: unrecognized arguments: --no-such-flag\n")


# Errors


def test_error_shows_the_source_line(run: Run) -> None:
    ended = run(ADD, "-p", "refuse")
    assert ended.status == 1
    assert ended.err == (
        "in.mlir:2:8: error: no additions here\n    %0 = arith.addi %a, %a : i32\n         ^\n"
        "in.mlir:1:1: note: inside of this\n  func.func @f(%a: i32) -> i32 {\n  ^\n"
    )


def test_an_error_leaves_the_old_output(run: Run) -> None:
    Path("out.mlir").write_text("old")
    assert run(ADD, "-p", "refuse", "-o", "out.mlir").status == 1
    assert Path("out.mlir").read_text() == "old"
    assert files() == {"out.mlir"}
    assert run(ADD, "-o", "out.mlir").status == 0
    assert "arith.addi" in Path("out.mlir").read_text()
    assert files() == {"out.mlir"}


def test_passes_that_refuse_as_xdsl_does(run: Run) -> None:
    ended = run(ADD, "-p", "refuse-their-way")
    assert (ended.status, ended.err) == (1, "error: pass 'refuse-their-way': not like this\n")
    assert files() == set()


# Internal errors


def test_crash_leaves_a_reproducer(run: Run) -> None:
    ended = run(ADD, "-p", "mark{text=x},crash,mark")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("internal error: KeyError: 'no such thing'")
    assert "Traceback" not in ended.err
    (name,) = files()
    assert re.fullmatch(r"asyncir-reproducer-[0-9a-f]{12}\.mlir", name)
    assert name in ended.err
    lines = Path(name).read_text().splitlines()
    assert lines[0] == "// RUN: asyncir-opt -p crash,mark %s"
    assert lines[1] == "// KeyError: 'no such thing'"
    assert 'builtin.module attributes {marked = "x"} {' in lines, "the module as it was before the pass that crashed"


def test_reproducer_reproduces(run: Run) -> None:
    run(ADD, "-p", "mark,crash", "--reproducer=again.mlir")
    assert files() == {"again.mlir"}
    ended = run(Path("again.mlir").read_text(), "-p", "crash", "--reproducer=again.mlir")
    assert ended.status == 2


def test_debug_shows_the_traceback(run: Run) -> None:
    assert "Traceback" in run(ADD, "-p", "crash", "--debug").err


def test_a_pass_that_breaks_the_module(run: Run) -> None:
    ended = run(ADD, "-p", "break,mark")
    assert ended.status == 2
    assert "internal error: after pass 'break,mark' the module does not verify" in ended.err
    ended = run(ADD, "-p", "break,mark", "--verify-each")
    assert ended.status == 2
    assert "internal error: after pass 'break' the module does not verify" in ended.err
    assert run(ADD, "-p", "break,mark", "--disable-verify").status == 0


# --split-input-file and --verify-diagnostics

TWO_PARTS = f"// RUN: something\n\n// -----\n{ADD}\n// -----\n\nfunc.func @g() {{\n  return\n}}\n"


def test_split_input(run: Run) -> None:
    ended = run(TWO_PARTS, "--split-input-file")
    assert ended.status == 0
    first, second = ended.out.split("// -----\n")
    assert "@f" in first
    assert "@g" in second


def test_parts_keep_their_lines(run: Run) -> None:
    ended = run(TWO_PARTS, "--split-input-file", "-p", "refuse")
    assert ended.status == 1
    assert ended.err.startswith("in.mlir:5:8: error: no additions here\n    %0 = arith.addi")
    assert "@g" in ended.out, "the other parts are transformed"


EXPECTED = ADD.replace("  %0", "  // expected-error @+1 {{no additions}}\n  %0")


@pytest.mark.parametrize(
    ("text", "pipeline", "status", "message"),
    [
        (EXPECTED, "refuse", 0, ""),
        (EXPECTED, "mark", 1, 'in.mlir:2:6: error: expected error "no additions" was not produced'),
        (ADD, "refuse", 1, "in.mlir:2:8: error: unexpected error: no additions here"),
        (EXPECTED.replace("no add", "some add"), "refuse", 1, "unexpected error"),
        (EXPECTED.replace("@+1", "@+2"), "refuse", 1, "unexpected error"),
        (ADD.replace("%a, %a", "%a, %b // expected-error {{undefined value '%b'}}\n"), "mark", 0, ""),
        ("// expected-note {{inside of this}}\n" + EXPECTED, "refuse", 0, ""),
        ("// expected-note @+2 {{inside of this}}\n" + EXPECTED, "refuse", 1, 'expected note "inside of this" was not produced'),
        (ADD.replace("i32\n  return", "i32 // expected-remark {{an addition}}\n  return"), "tell", 0, ""),
        ("// expected-remark {{an addition}}\n" + ADD, "tell", 1, 'expected remark "an addition" was not produced'),
        (EXPECTED, "crash", 2, "internal error"),
    ],
)  # fmt: skip
def test_verify_diagnostics(run: Run, text: str, pipeline: str, status: int, message: str) -> None:
    ended = run(text, "--verify-diagnostics", "-p", pipeline)
    assert ended.status == status
    assert message in ended.err
    assert (message == "") == (ended.err == "")


# What goes to the standard error


@pytest.mark.parametrize(
    ("flag", "dumps"),
    [
        ("--print-before-all", ["Before mark", "Before tell"]),
        ("--print-after-all", ["After mark", "After tell"]),
        ("--print-between-passes", ["After mark"]),
    ],
)
def test_dumps(run: Run, flag: str, dumps: list[str]) -> None:
    ended = run(ADD, "-p", "mark,tell", flag)
    assert re.findall(r"IR Dump (\S+ \S+)", ended.err) == dumps
    assert ended.out == run(ADD, "-p", "mark,tell").out


def test_time_passes(run: Run) -> None:
    ended = run(ADD, "-p", "mark,tell", "--time-passes")
    assert re.findall(r"%  (\S+)$", ended.err, re.MULTILINE) == ["parse", "verify", "mark", "tell", "print", "total"]


def test_remarks(run: Run) -> None:
    run(ADD, "-p", "tell", "--remarks=remarks.json")
    (line,) = Path("remarks.json").read_text().splitlines()
    assert json.loads(line) == {"pass": "tell", "kind": "seen", "message": "an addition", "file": "in.mlir", "line": 2, "column": 8}


# Forms of output


def test_generic_form_and_locations(run: Run) -> None:
    assert '"func.return"' in run(ADD, "--print-op-generic").out
    assert 'loc("in.mlir":2:8)' in run(ADD, "--print-debuginfo").out


def test_unregistered_operations(run: Run) -> None:
    text = '"other.op"() : () -> ()\n'
    assert "unknown operation 'other.op'" in run(text).err
    assert '"other.op"()' in run(text, "--allow-unregistered-dialect").out


def test_llvm_dialect_is_known(run: Run) -> None:
    text = "llvm.func @f(%a: i32) -> i32 {\n  %0 = llvm.add %a, %a : i32\n  llvm.return %0 : i32\n}\n"
    assert "llvm.add" in run(text).out
