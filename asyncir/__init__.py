"""
Asynchronous programs as IR, compiled for the CPU and for NVIDIA GPUs.

    import asyncir
    program = asyncir.compile(Path("demo.mlir"))
    print(program.run("demo", 5, True).results)

Names are loaded when they are used: `import asyncir` alone costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncir.errors import (
        AsyncirError,
        DeadlineError,
        DeadlockError,
        InputError,
        InternalError,
        IsolationError,
        Location,
        ResourceError,
        TaskError,
        TaskReport,
    )
    from asyncir.program import Outcome, Program, compile  # noqa: A004 (the name says what it does)
    from asyncir.runtime.launch import Launch
    from asyncir.runtime.prepared import Prepared
    from asyncir.runtime.slots import Stream

__version__ = "0.1.0"

__all__ = [
    "AsyncirError",
    "DeadlineError",
    "DeadlockError",
    "InputError",
    "InternalError",
    "IsolationError",
    "Launch",
    "Location",
    "Outcome",
    "Prepared",
    "Program",
    "ResourceError",
    "Stream",
    "TaskError",
    "TaskReport",
    "__version__",
    "compile",
]

_HOMES = {
    "Launch": "asyncir.runtime.launch",
    "Outcome": "asyncir.program",
    "Prepared": "asyncir.runtime.prepared",
    "Program": "asyncir.program",
    "Stream": "asyncir.runtime.slots",
    "compile": "asyncir.program",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'asyncir' has no attribute '{name}'")
    value = getattr(import_module(_HOMES.get(name, "asyncir.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
