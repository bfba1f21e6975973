"""
Runs a kernel under asyncio and compiled, and compares results, arrays and errors.

    check(Case(kernel, 5, True))

Each run gets copies of the NumPy arguments of its own. Results are the same where their types and values are: of floats all bits but those
of a NaN, unless a case allows a relative difference, for functions whose last place differs between libraries.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from asyncir_python import Kernel
from asyncir_python.scalars import Scalar

DEADLINE = 10.0
"""Seconds after which a run is stopped: no case takes a tenth of that."""
CPU = {"target": "cpu", "deadline": DEADLINE}


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    result: Any
    error: BaseException | None
    arrays: tuple[np.ndarray[Any, Any], ...]


class Case:
    """A kernel with arguments. The keywords that begin with an underscore are not the kernel's but the case's own."""

    def __init__(self, kernel: Kernel[..., Any], *args: Any, close: float = 0.0, dynamic: bool = False, gpu: bool = True) -> None:
        self.kernel = kernel
        self.args = args
        self.close = close
        """The relative difference that floats may have."""
        self.dynamic = dynamic
        """Whether the CPU runs it with the dynamic executor and no elision, too."""
        self.gpu = gpu

    def __str__(self) -> str:
        shown = [f"{arg.dtype}[{'x'.join(map(str, arg.shape))}]" if isinstance(arg, np.ndarray) else repr(arg) for arg in self.args]
        return f"{self.kernel.original.__name__}({', '.join(shown)})"

    def fresh(self) -> list[Any]:
        """The arguments of a run."""
        return [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in self.args]


def check(case: Case, *, seeds: Sequence[int] = (0, 3), widths: Sequence[int] = (1, 4)) -> None:
    """Raises AssertionError where a compiled run ends in another way than the run under asyncio."""
    wanted = under_asyncio(case)
    for name, options in compiled_runs(case, seeds, widths):
        compare(name, case, compiled(case, options), wanted)


def check_on(case: Case, **options: Any) -> None:
    """`check` for one way of running the kernel."""
    compare(str(options), case, compiled(case, options), under_asyncio(case))


def compiled_runs(case: Case, seeds: Sequence[int], widths: Sequence[int]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The ways in which a case is run, each with a name."""
    for width, seed in zip(widths, seeds, strict=True):
        yield f"reference, width {width}, seed {seed}", {"target": "reference", "width": width, "seed": seed, "deadline": DEADLINE}
    yield "cpu", CPU
    if case.dynamic:
        yield "cpu, dynamic, not elided", {**CPU, "executor": "dynamic", "elide": False}


def under_asyncio(case: Case, deadline: float = DEADLINE) -> Outcome:
    """The run that says what is right."""
    args = case.fresh()

    async def limited() -> Any:
        # Errors that nobody looked at are part of some programs; they are not logged.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        async with asyncio.timeout(deadline):
            return await case.kernel.python(*args)

    return _outcome(lambda: asyncio.run(limited()), args)


def compiled(case: Case, options: dict[str, Any]) -> Outcome:
    """A compiled run. The runtime's own errors are raised: they are no outcome that asyncio has."""
    args = case.fresh()
    outcome = _outcome(lambda: _kernel(case.kernel, tuple(options.items()))(*args), args)
    if outcome.error is not None and not _from_the_kernel(outcome.error):
        raise outcome.error
    return outcome


def _from_the_kernel(error: BaseException) -> bool:
    """Whether its notes, or those of all errors of a group, tell where the kernel raised it."""
    if any(note.startswith("raised in the kernel") for note in getattr(error, "__notes__", ())):
        return True
    return isinstance(error, BaseExceptionGroup) and all(map(_from_the_kernel, error.exceptions))


@cache
def _kernel(kernel: Kernel[..., Any], options: tuple[tuple[str, Any], ...]) -> Kernel[..., Any]:
    """The kernel with these options: one for all cases, so that it is compiled once."""
    return kernel.with_options(**dict(options))


def _outcome(run: Callable[[], Any], args: list[Any]) -> Outcome:
    arrays = tuple(arg for arg in args if isinstance(arg, np.ndarray))
    try:
        return Outcome(run(), None, arrays)
    except (Exception, asyncio.CancelledError) as error:
        return Outcome(None, error, arrays)


def compare(name: str, case: Case, found: Outcome, wanted: Outcome) -> None:
    """Raises AssertionError where two outcomes differ."""
    if found.error is not None or wanted.error is not None:
        if described(found.error) != described(wanted.error):
            raise AssertionError(f"{case} on {name}: raised {described(found.error)}, under asyncio {described(wanted.error)}") from (
                found.error or wanted.error
            )
        return
    assert same(found.result, wanted.result, case.close), f"{case} on {name}: gave {found.result!r}, under asyncio {wanted.result!r}"
    for index, (array, right) in enumerate(zip(found.arrays, wanted.arrays, strict=True)):
        assert same(array, right, case.close), f"{case} on {name}: array {index} is\n{array}\nunder asyncio\n{right}"


def described(error: BaseException | None) -> Any:
    """An error as something that can be compared: its class and text, and those in a group."""
    if isinstance(error, BaseExceptionGroup):
        return type(error).__name__, error.message, sorted(map(described, error.exceptions))
    return None if error is None else (type(error).__name__, str(error))


def same(found: Any, wanted: Any, close: float = 0.0) -> bool:
    """Whether two results are the same, types included."""
    if type(found) is not type(wanted):
        return False
    if isinstance(wanted, tuple | list):
        return len(found) == len(wanted) and all(same(a, b, close) for a, b in zip(found, wanted, strict=True))
    if isinstance(wanted, np.ndarray):
        return found.dtype == wanted.dtype and found.shape == wanted.shape and all(map(_number(close), found.ravel(), wanted.ravel()))
    if isinstance(wanted, float) or (isinstance(wanted, Scalar) and wanted.scalar_type.is_float):
        return _number(close)(found, wanted)
    return found == wanted


def _number(close: float) -> Callable[[Any, Any], bool]:
    def equal(found: Any, wanted: Any) -> bool:
        a, b = float(found), float(wanted)
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return (found == wanted and math.copysign(1, a) == math.copysign(1, b)) or (close > 0 and math.isclose(a, b, rel_tol=close))

    return equal
