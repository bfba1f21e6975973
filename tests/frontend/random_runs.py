"""Runs random programs under asyncio and compiled, compares, and makes a failing one small."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from harness import CPU, DEADLINE, Case, Outcome, compare, compiled, under_asyncio
from random_functions import Program

from asyncir.errors import InputError
from asyncir_python import Kernel

DTYPES = {"i32": np.int32, "u8": np.uint8, "i64": np.int64, "f32": np.float32}
WIDTHS = (1, 4)


def kernel_of(program: Program) -> Kernel[..., Any]:
    """The program's kernel. The text is noted where Python looks for source lines."""
    name = f"<random function {program.seed}>"
    linecache.cache[name] = (len(program.text), None, program.text.splitlines(keepends=True), name)
    names: dict[str, Any] = {"__name__": name}
    exec(compile(program.text, name, "exec"), names)
    return names["main"]


def case_of(program: Program) -> Case:
    """The kernel with its arguments."""
    args = [np.array(arg[1], DTYPES[arg[0]]) if isinstance(arg, tuple) else arg for arg in program.args]
    return Case(kernel_of(program), *args)


def mismatch(program: Program, *, cpu: bool) -> str | None:
    """What differs between the run under asyncio and compiled ones, else None."""
    try:
        case = case_of(program)
        wanted = under_asyncio(case)
        for name, options in _ways(program, cpu):
            compare(name, case, _run(case, options), wanted)
    except AssertionError as error:
        return str(error)
    return None


def _ways(program: Program, cpu: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    for width in WIDTHS:
        yield f"reference, width {width}", {"target": "reference", "width": width, "seed": program.seed + width, "deadline": DEADLINE}
    if cpu:
        yield "cpu", CPU


def _run(case: Case, options: dict[str, Any]) -> Outcome:
    """Programs are valid: an error of the compiler is a mismatch."""
    try:
        return compiled(case, options)
    except InputError as error:
        raise AssertionError(f"refused: {error}") from error
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {str(error)[:300]}") from error


# ------------------------------------------------------------------------------------------------------------------- shrinking


def shrunk(program: Program, *, cpu: bool, attempts: int = 300) -> Program:
    """A smaller program that goes wrong too, by leaving out statements and taking parts of expressions for the whole."""
    kind = _kind(mismatch(program, cpu=cpu))
    changed = True
    while changed and attempts > 0:
        changed = False
        for edits in (_statement_edits, _expression_edits):
            place = 0
            while attempts > 0 and place < len(edits(ast.parse(program.text))):
                attempts -= 1
                candidate = replace(program, text=_edited(program.text, edits, place))
                if _runs(candidate) and _kind(mismatch(candidate, cpu=cpu)) == kind:
                    program, changed = candidate, True
                else:
                    place += 1
    return program


def _kind(message: str | None) -> str | None:
    """What sort of mismatch it is: shrinking must not slip to another one."""
    if message is None:
        return None
    first = message.splitlines()[0]
    return first.rsplit(": ", 1)[-1][:25] if message.startswith("refused") else first.split(":")[0].split("(")[0][:30]


def _runs(program: Program) -> bool:
    """Whether the text is a program at all: it ends under asyncio, and uses no name that it has not."""
    try:
        error = under_asyncio(case_of(program), deadline=0.5).error
    except Exception:
        return False
    return not isinstance(error, NameError | TypeError | AttributeError | TimeoutError)


Edit = Callable[[], Any]


def _edited(text: str, edits: Callable[[ast.AST], list[Edit]], index: int) -> str:
    tree = ast.parse(text)
    edits(tree)[index]()
    return ast.unparse(ast.fix_missing_locations(tree))


def _statement_edits(tree: ast.AST) -> list[Edit]:
    """Leaving out a statement, or taking the body of one for the whole."""
    edits: list[Edit] = []
    for node in ast.walk(tree):
        for _, block in ast.iter_fields(node):
            if not (isinstance(block, list) and block and isinstance(block[0], ast.stmt)):
                continue
            for place, inner in enumerate(block):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    continue
                counts_down = isinstance(node, ast.While) and place == 0  # without it the loop would not end
                if len(block) > 1 and not counts_down:
                    edits.append(lambda block=block, place=place: block.pop(place))
                if isinstance(inner, ast.If | ast.For | ast.While | ast.Try | ast.AsyncWith):
                    edits.append(lambda block=block, place=place, inner=inner: block.__setitem__(slice(place, place + 1), inner.body))
    return edits


def _expression_edits(tree: ast.AST) -> list[Edit]:
    """Taking an operand for the whole."""
    edits: list[Edit] = []
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and not isinstance(value, ast.Name | ast.Constant):
                for part in ast.iter_child_nodes(value):
                    if isinstance(part, ast.expr):
                        edits.append(lambda node=node, name=name, part=part: setattr(node, name, part))
    return edits
