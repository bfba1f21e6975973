"""The decorators, and what they make of functions: objects that run as Python, and that the compiler knows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, get_args, get_origin

from asyncir_python.scalars import Scalar
from asyncir_python.twin.arrays import Array, ArrayType

if TYPE_CHECKING:
    from asyncir_python.compile.functions import Function

P = ParamSpec("P")
R = TypeVar("R")


class Marked(Generic[P, R]):
    """A function that can be compiled. Calling it runs it as Python, arguments and results converted to the annotated types."""

    kind = ""

    def __init__(self, python: Callable[P, Any]) -> None:
        wrapped: Any = self
        update_wrapper(wrapped, python)
        self.original = python
        """The function as it was written."""

    @cached_property
    def function(self) -> Function:
        """The function as the compiler sees it."""
        from asyncir_python.compile.functions import Function

        return Function(self.original, self.kind)  # pyright: ignore[reportArgumentType]

    @cached_property
    def converters(self) -> Converters:
        """What the annotations do to arguments and results when the function runs as Python."""
        return Converters(self.original)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.original.__qualname__}>"

    def __get__(self, instance: object, owner: type | None = None) -> Marked[P, R]:
        if instance is not None:
            raise TypeError(f"'{self.original.__qualname__}' is a {self.kind}: it cannot be a method; define it outside of the class")
        return self


class Task(Marked[P, R]):
    """An async function that compiled functions start and await. Under asyncio a call makes a coroutine, as ever."""

    kind = "task"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, R]:
        return self._run(*args, **kwargs)

    async def _run(self, *args: Any, **kwargs: Any) -> R:
        args, kwargs = self.converters.arguments(args, kwargs)
        return self.converters.result(await self.original(*args, **kwargs))


class Device(Marked[P, R]):
    """A function without async that compiled functions call."""

    kind = "device"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        given, named = self.converters.arguments(args, kwargs)
        return self.converters.result(self.original(*given, **named))


class Converters:
    """Conversions by annotation: numbers to the annotated classes, NumPy arrays to `Array` views; other things are left as they are."""

    def __init__(self, python: Callable[..., Any]) -> None:
        self._python = python

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self._python)

    @cached_property
    def _annotations(self) -> dict[str, Any]:
        return inspect.get_annotations(self._python, eval_str=True)

    def arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments converted. Raises TypeError as the call itself would."""
        bound = self._signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            bound.arguments[name] = convert(value, self._annotations.get(name))
        return bound.args, bound.kwargs

    def result(self, value: Any) -> Any:
        """The result converted."""
        return convert(value, self._annotations.get("return"))


def convert(value: Any, annotation: Any) -> Any:
    """A value as its annotation says, in the run under asyncio."""
    if isinstance(annotation, ArrayType):
        return annotation.of(value) if not _is_array(value) else value
    if isinstance(annotation, type) and (issubclass(annotation, Scalar) or annotation in (int, float, bool)):
        # An annotation of int takes the integers of the package too, as its own int.
        return value if type(value) is annotation else annotation(value)
    inner = get_args(annotation)
    if get_origin(annotation) is tuple and type(value) in (tuple, list) and len(inner) == len(value):
        return tuple([convert(item, wanted) for item, wanted in zip(value, inner, strict=True)])
    return value


def _is_array(value: object) -> bool:
    return isinstance(value, Array)


def task(function: Callable[P, Coroutine[Any, Any, R]]) -> Task[P, R]:
    """
    Marks an `async def` that compiled functions may start.

        @task
        async def double(x: i32) -> i32:
            return x * 2

    Raises TypeError for what is no async function.
    """
    if not inspect.iscoroutinefunction(function):
        raise TypeError(f"@task marks async functions: '{getattr(function, '__qualname__', function)}' is none; @device marks others")
    return Task(function)


def device(function: Callable[P, R]) -> Device[P, R]:
    """Marks a `def` that compiled functions may call. Raises TypeError for an async function."""
    if inspect.iscoroutinefunction(function) or not inspect.isfunction(function):
        raise TypeError(f"@device marks functions without async: '{getattr(function, '__qualname__', function)}' is none; see @task")
    return Device(function)
