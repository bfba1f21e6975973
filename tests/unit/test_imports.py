"""
Who may import whom: the table of ARCHITECTURE.md, read off the sources.

A room is a folder or a file directly below `asyncir/`; imports under `if TYPE_CHECKING` count like others.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "asyncir"

BELOW_COMPILER = {"errors", "abi", "chips", "dialects", "analysis", "passes", "lowering", "levels", "compiled", "cache"}
BELOW_PROGRAM = BELOW_COMPILER | {"compiler", "lazy_module", "explain", "runtime", "reference"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "abi": {"errors"},
    "chips": {"errors"},
    "dialects": {"errors"},
    "analysis": {"dialects", "chips", "errors"},
    "passes": {"analysis", "dialects", "abi", "chips", "errors"},
    "lowering": {"analysis", "dialects", "abi", "chips", "errors"},
    "reference": {"analysis", "dialects", "abi", "chips", "errors"},
    "runtime": {"abi", "errors"},
    "levels": {"dialects", "errors"},
    "compiled": {"abi", "chips", "lowering", "errors"},
    "cache": {"compiled", "abi", "errors", "__init__"},
    "compiler": BELOW_COMPILER,
    "lazy_module": {"cache", "compiled", "compiler", "dialects", "lowering", "passes", "runtime"},
    "explain": BELOW_COMPILER | {"compiler"},
    "program": BELOW_PROGRAM,
    "__init__": {"program", "runtime", "errors"},
    "tools": BELOW_PROGRAM | {"program", "__init__"},
}

ONLY_IN: dict[str, set[str]] = {
    "xdsl": {"dialects", "analysis", "passes", "lowering", "reference", "levels", "compiler", "lazy_module", "explain", "program", "tools"},
    "llvmlite": {"lowering", "runtime/host.py", "tools/doctor.py"},
    "cuda": {"runtime", "tools/doctor.py"},
}
"""Rooms, or single files, that may import a package from outside."""

LAZY_PACKAGES = {"cuda", "llvmlite", "numpy", "networkx", "platformdirs"}
"""Large, or absent on some machines: loaded where they are used."""

LAZY_MODULES = {
    # Brings in asyncio, which takes longer to load than many a kernel runs.
    ("runtime/launch.py", "asyncir.runtime.awaiting"),
    # A few inputs hold these dialects, which take as long to load as all the others.
    ("tools/opt.py", "asyncir.dialects.llvm_ext"),
    ("tools/opt.py", "asyncir.dialects.nvvm"),
    # LLVM's part of the compiler: what only looks at IR answers without it.
    ("compiler.py", "asyncir.lowering.codegen"),
    ("compiler.py", "asyncir.lowering.entry"),
    ("compiler.py", "asyncir.lowering.llvm_text"),
    ("compiler.py", "asyncir.lowering.ptxas"),
    ("compiler.py", "asyncir.passes.layout"),
    # networkx takes a fifth of the time of a whole compilation to load.
    ("compiler.py", "asyncir.analysis.task_graph"),
    ("explain/kernels.py", "asyncir.lowering.codegen"),
    # A kernel that the cache has runs without the compiler.
    ("lazy_module.py", "asyncir.compiler"),
    ("lazy_module.py", "asyncir.dialects.printing"),
    ("lazy_module.py", "asyncir.runtime.host"),
    ("program.py", "asyncir.compiler"),
    # Takes longer to load than a short program to run, and is only for policies that are named.
    ("lowering/dispatch/__init__.py", "importlib.metadata"),
    # A program loads what its target needs, and no other target's.
    ("program.py", "asyncir.reference"),
    ("program.py", "asyncir.runtime.host_launch"),
    ("program.py", "asyncir.runtime.isolation"),
    ("program.py", "asyncir.runtime.cuda"),
    ("program.py", "asyncir.runtime.prepared_cuda"),
    ("program.py", "asyncir.explain"),
    # Brings in the whole compiler, for one option.
    ("tools/opt.py", "asyncir.tools.same_results"),
}
"""Imports inside of functions that have a reason, which stands here. A cycle is none."""


@dataclass(frozen=True)
class Import:
    """One imported module. `inside` tells whether a function's body holds the import."""

    file: str
    line: int
    module: str
    inside: bool

    def __str__(self) -> str:
        return f"asyncir/{self.file}:{self.line} imports {self.module}"


def imports_of(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    file = path.relative_to(PACKAGE).as_posix()

    def visit(node: ast.AST, inside: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (Import(file, child.lineno, alias.name, inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"asyncir/{file}:{child.lineno}: relative import"
                yield from (Import(file, child.lineno, name, inside) for name in _from(child))
            else:
                yield from visit(child, inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    yield from visit(tree, False)


def _from(node: ast.ImportFrom) -> list[str]:
    """`from asyncir import errors` names a module behind the `import`; elsewhere that may be any object."""
    assert node.module is not None
    return [f"asyncir.{alias.name}" for alias in node.names] if node.module == "asyncir" else [node.module]


def room_of(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def imported_room(module: str) -> str:
    """The room of a module of ours; what `asyncir` itself defines is `__init__`."""
    parts = module.split(".")
    known = len(parts) > 1 and ((PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file())
    return parts[1] if known else "__init__"


FILES = sorted(PACKAGE.rglob("*.py"))
IMPORTS = [found for path in FILES for found in imports_of(path)]


def test_every_room_is_in_the_table() -> None:
    assert {room_of(path.relative_to(PACKAGE).as_posix()) for path in FILES} <= set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_direction(room: str) -> None:
    ours = [found for found in IMPORTS if room_of(found.file) == room and found.module.split(".")[0] == "asyncir"]
    wrong = [str(found) for found in ours if imported_room(found.module) not in MAY_IMPORT[room] | {room}]
    assert not wrong, f"{room} may import {sorted(MAY_IMPORT[room])}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("package", ONLY_IN)
def test_packages_from_outside(package: str) -> None:
    users = [found for found in IMPORTS if found.module.split(".")[0] == package]
    wrong = [str(found) for found in users if not {found.file, room_of(found.file)} & ONLY_IN[package]]
    assert not wrong, "\n".join(wrong)


def test_runtime_host_is_the_only_room_of_llvmlite_at_run_time() -> None:
    users = {found.file for found in IMPORTS if found.module.split(".")[0] == "llvmlite" and room_of(found.file) == "runtime"}
    assert users <= {"runtime/host.py"}


def test_imports_inside_functions_have_a_reason() -> None:
    inside = [found for found in IMPORTS if found.inside and found.module.split(".")[0] not in LAZY_PACKAGES]
    wrong = [str(found) for found in inside if (found.file, found.module) not in LAZY_MODULES]
    assert not wrong, "\n".join(wrong)


def test_lazy_modules_are_up_to_date() -> None:
    assert {(found.file, found.module) for found in IMPORTS if found.inside} >= LAZY_MODULES


def loaded_by(statement: str) -> set[str]:
    """The packages in memory after `statement` in a new process."""
    command = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    ended = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, timeout=60)
    return set(ended.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import asyncir", "import asyncir.errors, asyncir.abi, asyncir.chips", "import asyncir.dialects.context"]
)
def test_import_loads_nothing_heavy(statement: str) -> None:
    assert not loaded_by(statement) & {"llvmlite", "cuda", "numpy", "networkx"}


def test_a_program_is_loaded_without_the_compiler() -> None:
    assert not loaded_by("import asyncir.program, asyncir.tools.run") & {"xdsl", "llvmlite", "cuda", "numpy", "networkx", "platformdirs"}


def test_the_tool_itself_loads_nothing_but_the_standard_library() -> None:
    assert not loaded_by("import asyncir.tools.main") & {"xdsl", "llvmlite", "cuda", "numpy", "networkx"}


FRONTEND = PACKAGE.parent / "frontends" / "asyncir_python"
FRONTEND_MAY_IMPORT = {"__init__", "abi", "analysis", "cache", "dialects", "errors", "explain", "lazy_module", "program"}


def test_the_python_frontend_stands_on_top() -> None:
    """What it needs of the package, and nothing of how that compiles and runs programs."""
    used: set[str] = set()
    for path in FRONTEND.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else names
            used |= {(name.split(".") + ["__init__"])[1] for name in names if name.split(".")[0] == "asyncir"}
    assert used <= FRONTEND_MAY_IMPORT
