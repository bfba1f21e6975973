"""
Running an `async def` function as asyncio runs it, with the meaning that a launch has: roots are started, and the run is over when they and
all tasks that they have started, at any depth, have ended. (`asyncio.run` would cancel what is left.)

    await run_python(demo, (5, True))                 # in any loop, among whatever else runs there
    run_python_alone(demo, (5, True))                 # in a loop of its own; tells a deadlock, as a launch does

An error of a root is raised when the run is over; of several, the first. Errors of other tasks that nobody has looked at are not raised:
`Run.unseen` has them. Cancelling a run cancels its tasks, and waits for their ends.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from asyncir.errors import DeadlineError, DeadlockError, TaskReport
from asyncir_python.twin.alone import run_alone
from asyncir_python.twin.instances import INSTANCE, NUM_INSTANCES
from asyncir_python.twin.over_instances import over_instances
from asyncir_python.twin.reports import reports_of
from asyncir_python.twin.settling import Future, failed
from asyncir_python.twin.tracking import RUN, Tasks, tracking

GRACE = 2.0
"""Seconds that a run which is told to stop waits for tasks that go on all the same."""


@dataclass(frozen=True)
class Run:
    """How a run ended: what each root returned, and the errors of other tasks that nobody has looked at."""

    results: tuple[Any, ...]
    unseen: tuple[BaseException, ...]


async def run_python(
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    instances: int | None = None,
    timeout: float | None = None,
    name: str | None = None,
) -> Any:
    """
    Runs the function as root task and gives its result. With `instances`, runs that many roots at the same time, and gives for each result
    a NumPy array, or a list, over the instances (see over_instances).

    Raises what the first root to fail raised; DeadlineError if tasks are left after `timeout` seconds: they are cancelled then. A deadlock
    cannot be told in a loop in which others run: give a timeout, or see `run_python_alone`. `name` is what errors call the function.
    """
    run = await run_roots(function, args, kwargs, instances=1 if instances is None else instances, timeout=timeout, name=name)
    return _of_instances(run, instances)


def _of_instances(run: Run, instances: int | None) -> Any:
    return run.results[0] if instances is None else over_instances(run.results)


def run_python_alone(
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    instances: int | None = None,
    timeout: float | None = None,
    name: str | None = None,
) -> Any:
    """
    `run_python` in a loop of its own, for ordinary code outside of any loop. As soon as all tasks wait and nothing can wake one, raises
    what the first root to fail raised, or else DeadlockError. The function does no input or output, and uses no other thread.
    """
    failures: list[Future] = []

    def deadlock(reports: tuple[TaskReport, ...]) -> BaseException:
        if failures and (error := failures[0].exception()) is not None:
            for report in reports:
                error.add_note(f"left waiting: {report}")
            return error
        count = len(reports)
        what = "a task waits and nothing can wake it" if count == 1 else f"{count} tasks wait and nothing can wake them"
        return DeadlockError(f"deadlock: {what}", reports[0].location if reports else None, tasks=reports)

    async def run() -> Any:
        ended = await run_roots(
            function, args, kwargs, instances=1 if instances is None else instances, timeout=timeout, name=name, failures=failures
        )
        return _of_instances(ended, instances)

    return run_alone(run(), deadlock)


async def run_roots(
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    instances: int = 1,
    timeout: float | None = None,
    name: str | None = None,
    failures: list[Future] | None = None,
) -> Run:
    """
    `run_python`, with all that is known of the end; roots that fail are put into `failures` as they do. Raises ValueError for less than one
    instance.
    """
    if instances < 1:
        raise ValueError(f"a launch has at least one instance, got {instances}")
    failures = [] if failures is None else failures
    with tracking(asyncio.get_running_loop()) as tasks:
        try:
            roots = [_root(function, args, kwargs or {}, index, instances, tasks) for index in range(instances)]
            for root in roots:
                root.add_done_callback(lambda root: failures.append(root) if failed(root) else None)
            await _until_ended(tasks, timeout, name or getattr(function, "__name__", repr(function)))
        except asyncio.CancelledError:
            await tasks.stop(GRACE)
            raise
        if failures:
            tasks.unseen()
            failures[0].result()
        return Run(tuple([root.result() for root in roots]), tasks.unseen())


def _root(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], index: int, instances: int, tasks: Tasks
) -> asyncio.Task[Any]:
    """Starts a root in a context of its own, which says what run and what instance it is."""
    context = copy_context()
    context.run(RUN.set, tasks)
    context.run(INSTANCE.set, index)
    context.run(NUM_INSTANCES.set, instances)
    coroutine = context.run(function, *args, **kwargs)
    if not inspect.iscoroutine(coroutine):
        name = getattr(function, "__name__", repr(function))
        raise TypeError(f"{name} is not an async function: a kernel is an 'async def'")
    root = asyncio.get_running_loop().create_task(coroutine, context=context)
    tasks.add(root)
    return root


async def _until_ended(tasks: Tasks, timeout: float | None, name: str) -> None:
    try:
        async with asyncio.timeout(timeout):
            await tasks.all_ended()
    except TimeoutError:
        reports = reports_of(tasks.running)
        await tasks.stop(GRACE)
        raise DeadlineError(f"@{name} passed its deadline of {timeout:g} s", tasks=reports) from None
