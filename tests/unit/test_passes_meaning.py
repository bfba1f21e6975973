"""Each pass keeps what a program does, is verified and printed and read back, and keeps locations."""

from __future__ import annotations

import numpy as np
import pytest
from pass_programs import EXAMPLES, Example
from xdsl.dialects.builtin import ModuleOp

from asyncir import reference
from asyncir.analysis.verify import verify_module
from asyncir.dialects.context import make_context
from asyncir.dialects.locations import location_of
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.errors import TaskError
from asyncir.passes.registry import available_passes

PASSES = (
    "select-entry",
    "outline-execute",
    "convert-awaiting-funcs",
    "divide-loops",
    "scf-to-cf",
    "elide-awaited-calls",
    "infer-scope",
    "split-suspensions",
    "kernel-arguments",
    "layout-frames",
)
CASES = [pytest.param(example, width, id=f"{example.name}-{width}") for example in EXAMPLES for width in example.widths]


def outcome(module: ModuleOp, example: Example, width: int, seed: int) -> tuple[object, ...]:
    """Results and array contents, or the error."""
    arrays = [np.arange(example.array, dtype=np.int32)] if example.array else []
    try:
        results = tuple(reference.run(module, "main", [*example.scalars, *arrays], width=width, seed=seed, deadline=30).results)
    except TaskError as error:
        results = (error.kind, error.code, error.message)
    return (*(str(result) for result in results), *(array.tolist() for array in arrays))


@pytest.mark.parametrize("skipped", ["", "elide-awaited-calls"], ids=["elided", "not-elided"])
@pytest.mark.parametrize(("example", "width"), CASES)
def test_each_pass_keeps_the_meaning(example: Example, width: int, skipped: str) -> None:
    module = parse_module(example.text, f"{example.name}.mlir", make_context())
    verify_module(module)
    expected = outcome(module, example, width, seed=0)
    for name in PASSES:
        if name == skipped:
            continue
        available_passes()[name]().apply(make_context(), module)
        verify_module(module)
        assert all(location_of(op) is not None for op in module.walk()), f"{name} loses a location"
        printed = parse_module(print_module(module), "printed.mlir", make_context())
        verify_module(printed)
        assert outcome(printed, example, width, seed=3) == expected, f"{name} changes the outcome"
