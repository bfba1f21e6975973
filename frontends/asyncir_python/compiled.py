"""A kernel for the types of its arguments: compiled, or taken from the cache; its results and errors."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

import asyncir
from asyncir.abi import ErrorKind
from asyncir.cache.store import open_store
from asyncir.errors import InputError, TaskError
from asyncir.lazy_module import Built
from asyncir.program import lazy
from asyncir_python.crossing import from_device, to_device
from asyncir_python.error_codes import KINDS, Code, ErrorSite
from asyncir_python.host_types import Elements, HostType, Number, of_annotation, of_value
from asyncir_python.keys import is_key, kernel_key
from asyncir_python.outlines import Outline
from asyncir_python.twin.arrays import array_text

if TYPE_CHECKING:
    import numpy

    from asyncir import Prepared
    from asyncir_python.kernels import Kernel

R = TypeVar("R")


class CompiledKernel:
    """The program, and how values cross its border."""

    def __init__(self, names: tuple[str, ...], types: tuple[HostType, ...], outline: Outline, program: asyncir.Program) -> None:
        self.names = names
        """Of the parameters."""
        self.types = types
        self.name = outline.symbol
        self.result = outline.result
        self.errors = outline.errors
        self.program = program

    def source_ir(self) -> str:
        """The text of the IR at level `source`."""
        text = self.program.dump("source")
        assert isinstance(text, str)
        return text

    def ptx(self) -> str:
        """The PTX text, with source lines."""
        text = self.program.dump("ptx", debug=True)
        assert isinstance(text, str)
        return text

    def run(self, values: Sequence[Any], instances: int | None, options: dict[str, Any]) -> Any:
        """Runs it to its end. Raises what the kernel raised, with a note of the place, or what the launch ended with."""
        given = [to_device(value, type_) for value, type_ in zip(values, self.types, strict=True)]
        chosen = {key: value for key, value in options.items() if key != "checks"}
        try:
            outcome = self.program.run(self.name, *given, instances=instances or 1, **chosen)
        except TaskError as error:
            raise self.raised(error) from error
        return self.results(outcome.results, instances)

    def launch(self, values: Sequence[Any], instances: int | None, options: dict[str, Any]) -> Running[Any]:
        """Starts it."""
        given = [to_device(value, type_) for value, type_ in zip(values, self.types, strict=True)]
        chosen = {key: value for key, value in options.items() if key != "checks"}
        return self.running(self.program.launch(self.name, *given, instances=instances or 1, **chosen), instances)

    def running(self, launch: asyncir.Launch, instances: int | None) -> Running[Any]:
        """A launch of it, with results and errors as Python has them."""
        running: Running[Any] = Running()
        running.compiled, running.launch, running.instances = self, launch, instances
        return running

    def prepare(self, instances: int | None, options: dict[str, Any]) -> Prepared | None:
        """
        The kernel with these options, for launches whose arguments need no conversion; None if there are none. What `Prepared.launch_plain`
        takes of arguments is then what `launch` takes, and the same for the kernel.
        """
        unsigned = any(isinstance(type_, Number) and type_.scalar.kind == "uint" for type_ in self.types)
        if unsigned or "stream" not in options:
            return None
        chosen = {key: value for key, value in options.items() if key not in ("checks", "stream", "output")}
        return self.program.prepare(self.name, instances=instances or 1, **chosen)

    def results(self, parts: Sequence[Any], instances: int | None) -> Any:
        """The launch's results as the kernel's result: numbers, or arrays where instances were asked for."""
        return from_device(self.result, parts, instances is not None)

    def raised(self, error: TaskError) -> BaseException:
        """The exception that the kernel raised, with the place on the device in a note; the error itself if it was the runtime's."""
        code = Code.of(error.code)
        found = self._raised_at(self.errors[code.site]) if error.kind == "fail" else self._runtime_error(error)
        for _ in range(code.groups):
            found = BaseExceptionGroup("unhandled errors in a TaskGroup", [found])
            found.add_note(f"raised in the kernel '{self.name}'")
        return found

    def visible(self, parameter: str) -> int:
        """The index of a parameter that the host may look into while the kernel runs. Raises InputError for another one."""
        if parameter not in self.names:
            raise InputError(f"'{self.name}' has no parameter '{parameter}'", help=f"it has {', '.join(self.names) or 'none'}")
        index = self.names.index(parameter)
        type_ = self.types[index]
        if not isinstance(type_, Elements) or not type_.visible:
            wanted = array_text(type_.element.name, type_.rank, visible=True) if isinstance(type_, Elements) else None
            raise InputError(
                f"'{parameter}' of '{self.name}' cannot be viewed while the kernel runs",
                help=f"annotate it: {parameter}: {wanted}" if wanted else "only arrays that are annotated HostVisible can be viewed",
            )
        return index

    def _raised_at(self, site: ErrorSite) -> BaseException:
        found = site.error(site.message) if site.message else site.error()
        found.add_note(f"raised in the kernel '{self.name}', at {site.location}")
        return found

    def _runtime_error(self, error: TaskError) -> BaseException:
        """What the runtime's own errors are in Python; resources stay what they are, since their errors tell the option to use."""
        class_ = {"cancelled": asyncio.CancelledError, "closed": KINDS[ErrorKind.CLOSED], "invalid-argument": RuntimeError}.get(error.kind)
        if class_ is None:
            return error
        found = class_() if class_ is asyncio.CancelledError else class_(error.message)
        found.add_note(f"raised in the kernel '{self.name}', at {error.location}")
        return found


class Running(Generic[R]):
    """A launch of a kernel: `await` it, or `wait()`. Its maker sets what it is of: that takes less time than a call."""

    __slots__ = ("__weakref__", "compiled", "instances", "launch")

    compiled: CompiledKernel
    launch: asyncir.Launch
    instances: int | None

    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.launch.done()

    def stop(self) -> None:
        """Tells the tasks to leave; waiting then raises DeadlineError, unless all had ended before."""
        self.launch.stop()

    def view(self, parameter: str) -> numpy.ndarray[Any, Any]:
        """
        The array given for a parameter that is annotated HostVisible, as tasks publish to it, while they run; it is read only. Raises
        InputError for another parameter.
        """
        return self.launch.view(self.compiled.visible(parameter))

    def stats(self) -> dict[str, Any]:
        """The launch's statistics, once it was waited for."""
        return dict(self.launch.stats())

    def wait(self) -> R:
        """The result. Raises what the kernel raised, or what the launch ended with."""
        try:
            return self.compiled.results(self.launch.wait(), self.instances)
        except TaskError as error:
            raise self.compiled.raised(error) from error

    def __await__(self) -> Generator[Any, None, R]:
        return self._awaited().__await__()

    async def _awaited(self) -> R:
        try:
            return self.compiled.results(await self.launch, self.instances)
        except TaskError as error:
            raise self.compiled.raised(error) from error


def compile_kernel(kernel: Kernel[Any, Any], types: tuple[HostType, ...]) -> CompiledKernel:
    """The kernel for parameters of these types. Raises CompileError."""
    checks = bool(kernel.options.get("checks"))
    key = None if open_store() is None else kernel_key(kernel.original, types, checks=checks)
    if key is not None:
        program = lazy(key, lambda: _build_unchanged(key, kernel, types, checks))
        outline = Outline.of(program.extra)
        if outline is not None:
            return CompiledKernel(tuple(kernel.parameters), types, outline, program)
    built, outline = _build(kernel, types, checks)
    return CompiledKernel(tuple(kernel.parameters), types, outline, asyncir.compile(built.module))


def _build_unchanged(key: bytes, kernel: Kernel[Any, Any], types: tuple[HostType, ...], checks: bool) -> Built:
    """
    What the key stands for. It may be asked for long after the kernel was first found in the cache: raises InputError if something that the
    kernel is made of is not what it was then.
    """
    if not is_key(key, kernel.original, types, checks=checks):
        raise InputError(
            f"what the kernel '{kernel.original.__name__}' uses from outside has changed since it was first run",
            help="give it what changes as an argument",
        )
    return _build(kernel, types, checks)[0]


def _build(kernel: Kernel[Any, Any], types: tuple[HostType, ...], checks: bool) -> tuple[Built, Outline]:
    from asyncir_python.compile.building import build

    return build(kernel, types, checks=checks)


def annotated_types(kernel: Kernel[Any, Any]) -> tuple[HostType, ...]:
    """The types of the parameters where all are annotated. Raises CompileError where one is not."""
    return tuple([_parameter(kernel, name, None) for name in kernel.parameters])


def types_of_arguments(kernel: Kernel[Any, Any], values: Sequence[Any]) -> tuple[HostType, ...]:
    """The types of the parameters for these arguments."""
    return tuple([_parameter(kernel, name, value) for name, value in zip(kernel.parameters, values, strict=True)])


def _parameter(kernel: Kernel[Any, Any], name: str, value: Any) -> HostType:
    annotation = kernel.annotations.get(name, Any)
    found = of_value(value) if annotation is Any else of_annotation(annotation)
    if found is None:
        what = "has no annotation, and no argument tells its type" if annotation is Any else f"is no type for kernels: {annotation!r}"
        _fail(kernel, name, what)
    return found


def _fail(kernel: Kernel[Any, Any], parameter: str, what: str) -> NoReturn:
    function = kernel.function
    arguments = [node for node in ast.walk(function.node.args) if isinstance(node, ast.arg) and node.arg == parameter]
    function.source.fail(arguments[0] if arguments else function.node, f"parameter '{parameter}' of '{function.name}' {what}")
