"""
Kernels: functions that the host starts.

    demo(5, True)                       compiled for the GPU if there is one, else for the CPU; waits for the result
    demo[128](…)                        128 instances; `instance()` is a task's index; results are arrays
    await demo.launch(5, True)          starts it and returns at once: a launch that can be awaited, stopped and looked at
    asyncio.run(demo.python(5, True))   the same function under asyncio

A kernel is compiled once for the types of its arguments: those that annotations name, else those of the arguments.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from asyncir_python.marks import Marked
from asyncir_python.twin.running import run_python

if TYPE_CHECKING:
    from asyncir import Launch
    from asyncir.explain import Explanation
    from asyncir_python.compiled import CompiledKernel, Running
    from asyncir_python.host_types import HostType

P = ParamSpec("P")
R = TypeVar("R")


_MOST_SIZED = 64


class Kernel(Marked[P, R], Generic[P, R]):
    """A kernel. Options hold for all its launches; `with_options` gives the same kernel with others."""

    kind = "kernel"

    def __init__(self, python: Callable[P, Coroutine[Any, Any, R]], options: dict[str, Any]) -> None:
        super().__init__(python)
        self.options = options
        self._instances: int | None = None
        self._compiled: dict[object, CompiledKernel] = {}
        self._sized: dict[int, Kernel[P, Any]] = {}
        """This kernel with numbers of instances."""
        self._prepared: tuple[CompiledKernel, Callable[[tuple[Any, ...], object], Launch | None], object] | None = None
        """What starts it, and where, if the types of its parameters do not depend on the arguments."""

    # ------------------------------------------------------------------------------------------------------------- running

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Compiles the kernel for these arguments if it is not yet, runs it to its end and gives its result."""
        compiled, given = self._for(args, kwargs)
        return compiled.run(given, self._instances, self.options)

    def __getitem__(self, instances: int) -> Kernel[P, Any]:
        """The kernel with so many instances: each result is an array over them. Raises ValueError for fewer than one."""
        if isinstance(instances, bool) or not isinstance(instances, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"{self.original.__name__}[n] takes the number of instances, an int, not {type(instances).__name__}")
        if instances < 1:
            raise ValueError(f"{self.original.__name__}[{instances}]: a launch has at least one instance")
        other = self._sized.get(instances)
        if other is None:
            if len(self._sized) >= _MOST_SIZED:
                self._sized.clear()
            other = self._sized[instances] = self._copy()
            other._instances = instances
        return other

    def with_options(self, **options: Any) -> Kernel[P, R]:
        """The same kernel with other options of `asyncir.Program.run`: target, executor, deadline, arena, width, seed, …."""
        other = self._copy()
        other.options = {**self.options, **options}
        if other.options.get("checks") != self.options.get("checks"):
            other._compiled = {}
        return other

    def launch(self, *args: P.args, **kwargs: P.kwargs) -> Running[R]:
        """Starts the kernel and returns at once."""
        if self._prepared is not None and not kwargs:
            known, start, stream = self._prepared
            if (launch := start(args, stream)) is not None:
                return known.running(launch, self._instances)
        compiled, given = self._for(args, kwargs)
        started = compiled.launch(given, self._instances, self.options)
        if self._prepared is None and self._annotated is not None and (prepared := compiled.prepare(self._instances, self.options)):
            self._prepared = compiled, prepared.launch_plain, self.options["stream"]
        return started

    async def python(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs the function as it is written, in the running event loop: what the compiled kernel must give."""
        given, named = self.converters.arguments(args, kwargs)
        return await run_python(self._root, given, named, instances=self._instances, name=self.original.__name__)

    async def _root(self, *args: Any, **kwargs: Any) -> Any:
        return self.converters.result(await self.original(*args, **kwargs))

    # ------------------------------------------------------------------------------------------------------- looking inside

    def source_ir(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The IR at level `source` for arguments of these types; for none where all parameters are annotated."""
        return self._shown(args, kwargs).source_ir()

    def explain(self, *args: P.args, **kwargs: P.kwargs) -> Explanation:
        """How the kernel is run and why, and what its tasks cost."""
        return self._shown(args, kwargs).program.explain()

    def ptx(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The PTX text, with the lines of the Python source as `.loc`. Needs no GPU."""
        return self._shown(args, kwargs).ptx()

    # ----------------------------------------------------------------------------------------------------------- compiling

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.original)

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """By name, in order."""
        return self._signature.parameters

    @cached_property
    def annotations(self) -> dict[str, Any]:
        """Parameter (and "return") to the object that annotates it."""
        return inspect.get_annotations(self.original, eval_str=True)

    def _for(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[CompiledKernel, list[Any]]:
        """The kernel compiled for these arguments, and the arguments in the order of the parameters."""
        if kwargs or len(args) != self._positional:
            bound = self._signature.bind(*args, **kwargs)
            bound.apply_defaults()
            values = list(bound.arguments.values())
        else:
            values = list(args)
        types = self._annotated
        if types is None:
            from asyncir_python.compiled import types_of_arguments

            types = types_of_arguments(self, values)
        compiled = self._compiled.get(types)
        if compiled is None:
            from asyncir_python.compiled import compile_kernel

            compiled = self._compiled[types] = compile_kernel(self, types)
        return compiled, values

    @cached_property
    def _positional(self) -> int:
        """The number of its parameters, if arguments may be given for all by their places; else -1."""
        by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return len(self.parameters) if all(parameter.kind in by_place for parameter in self.parameters.values()) else -1

    @cached_property
    def _annotated(self) -> tuple[HostType, ...] | None:
        """The types of the parameters, if annotations name them all."""
        from asyncir_python.compiled import annotated_types

        named = all(self.annotations.get(name, Any) is not Any for name in self.parameters)
        return annotated_types(self) if named else None

    def _copy(self) -> Kernel[P, R]:
        """The same kernel, whose launches are to be others."""
        other = copy.copy(self)
        other._sized, other._prepared = {}, None
        return other

    def _shown(self, args: Sequence[Any], kwargs: dict[str, Any]) -> CompiledKernel:
        if args or kwargs or not self._signature.parameters:
            return self._for(args, kwargs)[0]
        from asyncir_python.compiled import annotated_types, compile_kernel

        types = annotated_types(self)
        if types not in self._compiled:
            self._compiled[types] = compile_kernel(self, types)
        return self._compiled[types]


@overload
def kernel(function: Callable[P, Coroutine[Any, Any, R]], /) -> Kernel[P, R]: ...
@overload
def kernel(**options: Any) -> Callable[[Callable[P, Coroutine[Any, Any, R]]], Kernel[P, R]]: ...
def kernel(function: Any = None, /, **options: Any) -> Any:
    """
    Marks an `async def` that the host starts.

        @kernel
        async def demo(x: i32) -> i32: ...

        @kernel(executor="dynamic", deadline=1.0, checks=True)
        async def demo(x: i32) -> i32: ...

    Options are those of `asyncir.Program.run`, and `checks`: look at the range of indices. Raises TypeError for what is no async function.
    """
    if function is None:
        return partial(kernel_of, options=options)
    return kernel_of(function, options)


def kernel_of(function: Callable[P, Coroutine[Any, Any, R]], options: dict[str, Any]) -> Kernel[P, R]:
    """The kernel that an async function is."""
    if not inspect.iscoroutinefunction(function):
        raise TypeError(f"@kernel marks async functions: '{getattr(function, '__qualname__', function)}' is none; write async def")
    return Kernel(function, options)
