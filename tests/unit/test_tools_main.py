"""asyncir: how a call ends, with which message, and what it leaves behind."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest

from asyncir.program import Program
from asyncir.tools import files
from asyncir.tools.main import COMMANDS, main

ADD = """func.func @add(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %0 = arith.addi %a, %b : i32
  return %0 : i32
}
"""

SCALE = """func.func @scale(%x: memref<?xf32>, %by: f32) -> f32 attributes {task.kernel} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %size = memref.dim %x, %zero : memref<?xf32>
  scf.for %i = %zero to %size step %one {
    %0 = memref.load %x[%i] : memref<?xf32>
    %1 = arith.mulf %0, %by : f32
    memref.store %1, %x[%i] : memref<?xf32>
  }
  return %by : f32
}
"""

FAILS = """func.func @main(%ok: i1) {
  cf.assert %ok, "the answer is no"
  return
}
"""

DEADLOCK = """func.func @main() attributes {task.kernel} {
  %capacity = arith.constant 1 : index
  %channel = task.channel %capacity : !task.channel<i32>
  %item, %ok = task.recv %channel : !task.channel<i32>
  return
}
"""

INSTANCES = """func.func @main(%a: i32, %b: i32) -> i32 attributes {task.kernel} {
  %i = task.instance : index
  %1 = arith.index_cast %i : index to i32
  %0 = arith.addi %a, %1 : i32
  return %0 : i32
}
"""

ENDLESS = """func.func @main() attributes {task.kernel} {
  cf.br ^again
^again:
  task.yield_now
  cf.br ^again
}
"""


@dataclass
class Ended:
    """How a call ended."""

    status: int
    out: str
    err: str


Call = Callable[..., Ended]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the tool in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Ended:
        try:
            status = main(words)
        except SystemExit as end:  # argparse, after --help
            status = int(end.code or 0)
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    return call


def write(text: str | bytes, name: str = "in.mlir") -> str:
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)
    return name


# Help


def test_help(call: Call) -> None:
    for words in ((), ("--help",), ("-h",), ("help",)):
        ended = call(*words)
        assert (ended.status, ended.err) == (0, "")
        assert all(name in ended.out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_commands(call: Call, command: str) -> None:
    ended = call(command, "--help")
    assert ended.status == 0
    assert ended.out.startswith(f"usage: asyncir {command}")


def test_version(call: Call) -> None:
    assert call("--version").out.startswith("asyncir ")


# Results


def test_run(call: Call) -> None:
    assert call("run", write(ADD), "--target", "reference", "--args", "5", "-7") == Ended(0, "-2\n", "")


def test_options_may_follow_arguments(call: Call) -> None:
    assert call("run", write(ADD), "--args", "5", "-7", "--target", "reference").out == "-2\n"


def test_json(call: Call) -> None:
    ended = call("run", write(ADD), "--target", "reference", "--json", "--args", "5", "7")
    fields = json.loads(ended.out)
    assert {name: fields[name] for name in ("entry", "target", "results")} == {"entry": "add", "target": "reference", "results": [12]}
    assert isinstance(fields["stats"], dict)


def test_arrays_are_saved(call: Call) -> None:
    numpy.save("x.npy", numpy.array([1, 2, 3], numpy.float32))
    ended = call("run", write(SCALE), "--target", "reference", "--args", "@x.npy", "0.1", "--save", "0=y.npy")
    assert ended == Ended(0, "0.1\n", "")
    numpy.testing.assert_array_equal(numpy.load("y.npy"), numpy.array([1, 2, 3], numpy.float32) * numpy.float32(0.1))
    assert numpy.load("x.npy").tolist() == [1, 2, 3], "the file that was read is left alone"


def test_instances(call: Call) -> None:
    ended = call("run", write(INSTANCES), "--target", "reference", "--instances", "3", "--args", "5", "7")
    assert ended == Ended(0, "[5 6 7]\n", "")


def test_no_results_no_line(call: Call) -> None:
    assert call("run", write(FAILS), "--target", "reference", "--args", "true") == Ended(0, "", "")


# Failures of programs


def test_failed_task(call: Call) -> None:
    ended = call("run", write(FAILS), "--target", "reference", "--args", "false")
    assert (ended.status, ended.out) == (3, "")
    assert "in.mlir:2:3: error:" in ended.err
    assert "the answer is no" in ended.err


def test_failed_task_saves_nothing(call: Call) -> None:
    text = FAILS.replace("%ok: i1", "%ok: i1, %x: memref<?xf32>")
    ended = call("run", write(text), "--target", "reference", "--args", "false", "zeros:f32:4", "--save", "1=x.npy")
    assert ended.status == 3
    assert not Path("x.npy").exists()


def test_deadlock(call: Call) -> None:
    ended = call("run", write(DEADLOCK), "--target", "reference")
    assert (ended.status, ended.out) == (4, "")
    assert "deadlock" in ended.err
    assert "in.mlir:4" in ended.err


def test_deadline(call: Call) -> None:
    ended = call("run", write(ENDLESS), "--target", "reference", "--deadline", "0.1")
    assert (ended.status, ended.out) == (5, "")
    assert "deadline" in ended.err


def test_internal_error(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **options: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr(Program, "run", crash)
    ended = call("run", write(ADD), "--args", "5", "7")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("internal error: KeyError: 'no such thing'")
    assert "Traceback" not in ended.err
    (left,) = (path for path in Path().iterdir() if path.name.startswith("asyncir-reproducer-"))
    assert left.read_text() == f"// RUN: asyncir run %s --args 5 7\n// KeyError: 'no such thing'\n{ADD}"


# Bad input

BAD_FILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "in.mlir:1:1: error: the input is empty"),
    "binary": (bytes(range(256)), "in.mlir:"),
    "malformed": ("func.func @main( {", "in.mlir:1:18: error:"),
    "unknown operation": ("func.func @main() {\n  arith.adi\n  return\n}", "in.mlir:2:3: error: unknown operation 'arith.adi'"),
    "unknown dialect": ('"no.such"() : () -> ()', "error: unknown operation 'no.such'"),
    "unverifiable": ("func.func @main() -> i32 {\n  return\n}", "in.mlir:2:3: error:"),
    "no entry": ("func.func @f() {\n  return\n}", "error: there is no entry"),
    "unterminated string": ('"' + "a" * 100_000, "in.mlir:1:1: error:"),
    "nesting": ("func.func @main() {" + "scf.execute_region {" * 10_000, "error: nesting deeper than"),
    "nested types": ("func.func @main(%x: " + "!async.value<" * 10_000, "error: nesting deeper than"),
    "control characters": ("\x1b[2J func.func", "in.mlir:1:1: error:"),
}


def assert_one_message(ended: Ended) -> None:
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.count("error: ") == 1
    assert "Traceback" not in ended.err
    assert "\x1b" not in ended.err
    assert len(ended.err) < 2000


@pytest.mark.parametrize("what", BAD_FILES)
@pytest.mark.parametrize("command", [["run", "--target", "reference"], ["compile", "--emit", "sm", "-o", "out"], ["explain"]])
def test_bad_files(call: Call, what: str, command: list[str]) -> None:
    text, message = BAD_FILES[what]
    ended = call(command[0], write(text), *command[1:])
    assert_one_message(ended)
    assert message in ended.err
    assert os.listdir() == ["in.mlir"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rum"], "error: unknown command 'rum'\nhelp: did you mean 'run'?"),
        (["run"], "error: the following arguments are required: file"),
        (["run", "no-such.mlir"], "error: cannot read 'no-such.mlir': No such file or directory"),
        (["run", "."], "error: cannot read '.': Is a directory"),
        (["run", "in.mlir", "--no-such-option"], "error: unrecognized arguments: --no-such-option"),
        (["run", "in.mlir", "--target", "tpu"], "error: argument --target: invalid choice: 'tpu'"),
        (["run", "in.mlir", "--executor", "eager"], "error: argument --executor: invalid choice: 'eager'"),
        (["run", "in.mlir", "--instances", "0"], "error: --instances is at least 1, got 0"),
        (["run", "in.mlir", "--instances", "many"], "error: argument --instances: invalid int value: 'many'"),
        (["run", "in.mlir", "--deadline", "-1"], "error: --deadline is a time in seconds, got -1"),
        (["run", "in.mlir", "--deadline", "nan"], "error: --deadline is a time in seconds, got nan"),
        (["run", "in.mlir", "--entry", "ad"], "there is no entry @ad"),
        (["run", "in.mlir", "--target", "reference"], "@add takes 2 arguments"),
        (["run", "in.mlir", "--target", "reference", "--args", "5"], "@add takes 2 arguments"),
        (["run", "in.mlir", "--target", "reference", "--args", "5", "7", "9"], "@add takes 2 arguments"),
        (["run", "in.mlir", "--target", "reference", "--args", "5", "1.5"], "of @add"),
        (["run", "in.mlir", "--target", "reference", "--args", "5", "99999999999"], "of @add"),
        (["run", "in.mlir", "--target", "reference", "--args", "5", "zeros:i32:4"], "of @add"),
        (["run", "in.mlir", "--args", "5", "five"], "error: malformed argument 'five'"),
        (["run", "in.mlir", "--args", "5", "@no-such.npy"], "error: cannot read 'no-such.npy'"),
        (["run", "in.mlir", "--args", "5", "7", "--save", "0=x.npy"], "error: --save 0=x.npy: argument 0 is no array"),
        (["run", "in.mlir", "--args", "5", "7", "--save", "x.npy"], "error: malformed --save 'x.npy'"),
        (["run", "in.mlir", "--pipeline", "no-such-pass"], "error: unknown pass 'no-such-pass'"),
        (["compile", "in.mlir", "--emit", "wasm"], "error: argument --emit: invalid choice: 'wasm'"),
        (["compile", "in.mlir", "--emit", "ptx", "--arch", "sm_1"], "sm_1"),
        (["compile", "in.mlir", "--emit", "cubin"], "error: machine code is binary"),
        (["compile", "in.mlir", "--emit", "ptx", "--target", "cpu"], "error: --target cpu has no --arch"),
        (["compile", "in.mlir", "--emit", "sm", "-o", "no-such-folder/out"], "error: cannot write 'no-such-folder/out'"),
        (["explain", "in.mlir", "--policy", "no-such-policy"], "no-such-policy"),
    ],
)
def test_bad_usage(call: Call, words: list[str], message: str) -> None:
    write(ADD)
    ended = call(*words)
    assert_one_message(ended)
    assert message in ended.err
    assert os.listdir() == ["in.mlir"]


@pytest.mark.parametrize("what", ["unterminated string", "nesting", "nested types", "binary"])
def test_bad_files_as_a_process(tmp_path: Path, what: str) -> None:
    """What took exponential time, or ended the process, in the libraries below us. The limit is far above what is needed."""
    text, _ = BAD_FILES[what]
    path = tmp_path / "in.mlir"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    command = [sys.executable, "-m", "asyncir.tools.main", "run", str(path)]
    ended = subprocess.run(command, capture_output=True, timeout=30, check=False, cwd=tmp_path)
    assert ended.returncode == 1
    assert os.listdir(tmp_path) == ["in.mlir"]


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    path = tmp_path / "in.mlir"
    # More than a pipe holds, so that the writer is still writing.
    path.write_text(ADD + "".join(f"func.func @{'f' * 500}{i}() {{\n  return\n}}\n" for i in range(300)))
    command = f"{sys.executable} -m asyncir.tools.main compile {path} --emit source | head -n 1"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("words", [["--version"], ["compile", "in.mlir", "--emit", "source"]])
def test_a_full_disk(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "in.mlir").write_text(ADD)
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "asyncir.tools.main", *words]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False, cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: cannot write")
    assert ended.stderr.endswith("No space left on device\n")
    assert os.listdir(tmp_path) == ["in.mlir"]


# Files


def test_output_replaces_the_old_file_with_its_mode(call: Call) -> None:
    write("old", "out")
    Path("out").chmod(0o640)
    assert call("compile", write(ADD), "--emit", "source", "-o", "out").status == 0
    assert "arith.addi" in Path("out").read_text()
    assert stat.S_IMODE(Path("out").stat().st_mode) == 0o640


def test_output_goes_through_links(call: Call) -> None:
    write("old", "real")
    Path("link").symlink_to("real")
    files.write_output("link", "new")
    assert Path("real").read_text() == "new"
    assert Path("link").is_symlink()


def test_output_to_what_is_no_file(call: Call) -> None:
    files.write_output("/dev/null", "anything")
    assert os.path.exists("/dev/null")
    assert not os.path.isfile("/dev/null")
    assert os.listdir() == []


def test_a_failed_write_leaves_the_old_file(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    write("old", "out")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(files.InputError, match="No space left on device"):
        files.write_output("out", "new")
    assert Path("out").read_text() == "old"
    assert os.listdir() == ["out"]
