"""What Python has and compiled functions have not: each with what to use instead."""

from __future__ import annotations

import asyncio
import builtins

from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.values import Value

INSTEAD: dict[str, str] = {
    "print": "a kernel cannot print yet: write to an array",
    "input": "pass it as an argument",
    "open": "read files before the launch and pass arrays",
    "list": "arrays are made by zeros(n, f32)",
    "dict": "use arrays",
    "set": "use arrays",
    "frozenset": "use arrays",
    "str": "texts are constants here",
    "bytes": "use an array of u8",
    "bytearray": "use an array of u8",
    "complex": "use two numbers",
    "sorted": "sort in an array",
    "map": "use a comprehension",
    "filter": "use a loop",
    "iter": "use a for loop",
    "next": "use a for loop",
    "aiter": "use async for",
    "anext": "use `await channel.recv()`",
    "isinstance": "types are known when compiling: annotate them",
    "issubclass": "types are known when compiling: annotate them",
    "type": "types are known when compiling: annotate them",
    "hash": "compute it with integer operations",
    "id": "values have no identity here",
    "repr": "texts are constants here",
    "getattr": "write value.name",
    "setattr": "use an array",
    "eval": "functions are compiled from their source",
    "exec": "functions are compiled from their source",
    "slice": "write a[i:j]",
    "super": "functions are compiled, classes are not",
    "vars": "pass what is needed as arguments",
    "globals": "pass what is needed as arguments",
    "locals": "pass what is needed as arguments",
}

ASYNCIO: dict[str, str] = {
    "run": "await the coroutine; the host starts kernels",
    "timeout_at": "use asyncio.timeout(seconds)",
    "as_completed": "use asyncio.wait with FIRST_COMPLETED, or a Channel that the tasks send to",
    "current_task": "a task has no handle of its own here",
    "all_tasks": "keep the tasks that you start",
    "get_running_loop": "compiled tasks have no event loop",
    "get_event_loop": "compiled tasks have no event loop",
    "new_event_loop": "compiled tasks have no event loop",
    "to_thread": "there are no host threads on a device",
    "run_coroutine_threadsafe": "use asyncio.create_task",
    "iscoroutine": "it is known when compiling",
    "open_connection": "a device has no network",
    "start_server": "a device has no network",
    "create_subprocess_exec": "a device has no processes",
    "create_subprocess_shell": "a device has no processes",
    "Future": "use an asyncio.Event, or a Channel",
    "Runner": "the host starts kernels",
    "LifoQueue": "use asyncio.Queue, or an array",
    "PriorityQueue": "use asyncio.Queue, or an array",
}


def _refuse(name: str, function: object, instead: str) -> None:
    @builtin(function)
    def emit(f: Emitter, call: Call) -> Value:
        f.fail(call.node, f"{name} is not supported in compiled functions", help=instead)


for _name, _instead in INSTEAD.items():
    _refuse(f"{_name}()", getattr(builtins, _name), _instead)
for _name, _instead in ASYNCIO.items():
    _refuse(f"asyncio.{_name}", getattr(asyncio, _name), _instead)
