"""The registry of dispatch policies, what says so when there is no such policy, and the example in docs/dispatch-policies.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import asyncir
from asyncir.compiler import Options
from asyncir.errors import InputError
from asyncir.lowering.dispatch import DEFAULT, check_policy, find_policy
from asyncir.lowering.dispatch.fullest_first import fullest_first
from asyncir.lowering.dispatch.gather import gather
from asyncir.lowering.dispatch.stay_while_full import stay_while_full
from asyncir.lowering.dispatch.sweep import sweep

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "dispatch-policies.md").read_text(encoding="utf-8")
FIB = ROOT / "examples" / "fib.mlir"


def block(language: str) -> str:
    """The document's only code in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return found


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder in which the document's package is installed."""
    code = block("python")
    file = tmp_path / code.splitlines()[0].removeprefix("# ")
    file.parent.mkdir()
    file.write_text(code, encoding="utf-8")
    (points,) = re.findall(r'\[project\.entry-points\."(.*)"\]', block("toml"))
    (line,) = [line for line in block("toml").splitlines() if " = " in line]
    information = tmp_path / "my_dispatch-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: my-dispatch\nVersion: 1\n")
    (information / "entry_points.txt").write_text(f"[{points}]\n{line.replace(chr(34), '')}\n")
    return tmp_path


def optimised(path: Path | None, test: Path) -> subprocess.CompletedProcess[str]:
    """The document's test as its RUN line says, with the folder of a package, if there is one."""
    (passes,) = re.findall(r"// RUN: asyncir-opt %s -p (\S+) \| filecheck %s", block("mlir"))
    start = "import sys; from asyncir.tools.opt import main; sys.exit(main())"
    environment = dict(os.environ)
    if path is not None:
        environment["PYTHONPATH"] = os.pathsep.join([str(path), environment.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    command = [sys.executable, "-c", start, str(test), "-p", passes]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def document_test(tmp_path: Path) -> Path:
    test = tmp_path / "dispatch-in-order.mlir"
    test.write_text(block("mlir"), encoding="utf-8")
    return test


def test_ours_are_there() -> None:
    assert find_policy("gather") is gather
    assert find_policy("sweep") is sweep
    assert find_policy("fullest-first") is fullest_first
    assert find_policy("stay-while-full") is stay_while_full
    check_policy(DEFAULT)


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(InputError, match="unknown dispatch policy 'emptiest'") as caught:
        find_policy("emptiest")
    assert caught.value.help == "there are: gather, sweep, fullest-first, stay-while-full"


def test_a_name_that_is_nearly_one_is_guessed() -> None:
    with pytest.raises(InputError) as caught:
        check_policy("fullest_first")
    assert caught.value.help is not None
    assert caught.value.help.startswith("did you mean 'fullest-first'?")


def test_options_and_runs_refuse_an_unknown_name() -> None:
    with pytest.raises(InputError, match="unknown dispatch policy 'x'"):
        Options(dispatch="x")
    with pytest.raises(InputError, match="unknown dispatch policy 'x'"):
        asyncir.compile(FIB).run("fib", 5, target="reference", dispatch="x")


@pytest.mark.parametrize("asked", [None, "stay-while-full"])
def test_explain_says_the_policy(asked: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASYNCIR_PTXAS", "no-ptxas")  # It would take most of the time.
    explanation = asyncir.compile(FIB).explain("fib", options=Options(elide=False, dispatch=asked))
    assert explanation.kernels[0].dispatch == (asked or DEFAULT)
    assert f"  dispatch: {asked or DEFAULT}\n" in str(explanation)


def test_explain_says_nothing_where_nothing_is_chosen() -> None:
    text = "func.func @f(%x: i32) -> i32 attributes {task.kernel} {\n  return %x : i32\n}\n"
    explanation = asyncir.compile(text).explain(options=Options(dispatch="fullest-first"))
    assert explanation.kernels[0].dispatch is None
    assert "dispatch:" not in str(explanation)


def test_the_documents_policy_is_found_and_does_what_its_test_says(package: Path, document_test: Path) -> None:
    done = optimised(package, document_test)
    assert done.returncode == 0, done.stderr
    check = [sys.executable, "-m", "filecheck", str(document_test)]
    checked = subprocess.run(check, input=done.stdout, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_documents_policy_runs_programs(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(package))
    text = asyncir.compile(FIB).dump("rt", "fib", elide=False, dispatch="in-order")
    program = asyncir.compile(text, filename="fib.rt.mlir")
    assert program.run("fib", 8, target="reference", width=4, deadline=60.0).value == 21


def test_without_the_package_there_is_no_such_policy(document_test: Path) -> None:
    done = optimised(None, document_test)
    assert done.returncode == 1
    assert "unknown dispatch policy 'in-order'" in done.stderr
    assert "there are: gather, sweep, fullest-first, stay-while-full" in done.stderr
