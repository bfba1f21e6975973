"""
Programs as users handle them: compile, run, launch, look inside.

    program = asyncir.compile(Path("demo.mlir"))
    outcome = program.run("demo", 5, True)
    outcome.results                             # (10, 30, 10, 20, 70, 110)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xdsl.dialects.builtin import ModuleOp

from asyncir import compiler
from asyncir.analysis.verify import verify_module
from asyncir.chips import chip_of_capability
from asyncir.compiler import Compiled, Options
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.errors import InputError
from asyncir.levels import entry_name, level_of, result_types
from asyncir.runtime import devices
from asyncir.runtime import launch as launching
from asyncir.runtime.capacity import Asked
from asyncir.runtime.prints import standard_output
from asyncir.runtime.scalars import DTYPES

if TYPE_CHECKING:
    from asyncir.explain import Explanation
    from asyncir.runtime.cuda import CudaKernel
    from asyncir.runtime.host import HostKernel
    from asyncir.runtime.launch import Launch
    from asyncir.runtime.statistics import Stats

Target = Literal["reference", "cpu", "cuda", "auto"]
REFERENCE_WORKERS = 2
"""Tasks that the reference runs in turns, unless the caller says otherwise."""

TARGETS = ("reference", "cpu", "cuda", "auto")


@dataclass(frozen=True)
class Outcome:
    """What a run gave."""

    results: tuple[Any, ...]
    """The entry's results: Python scalars, or NumPy arrays over the instances if there are several."""
    stats: Stats
    """Counters by name; None for what was not counted: `stats=True` counts all there is."""
    target: str
    """Where it ran: "reference", "cpu" or "cuda"."""

    @property
    def value(self) -> Any:
        """The only result; None if the entry has none, the tuple if it has several."""
        if not self.results:
            return None
        return self.results[0] if len(self.results) == 1 else self.results


def compile(source: str | bytes | os.PathLike[str] | ModuleOp, *, filename: str | None = None) -> Program:
    """
    A program from MLIR text, a file's path (as a `pathlib.Path`) or a module. Nothing is lowered yet.

    `filename` is the name that locations give to a text. Raises InputError for what is not a valid program at one of the levels.
    """
    if isinstance(source, ModuleOp):
        module = source.clone()
    else:
        text, name = _read(source, filename)
        module = parse_module(text, name, make_context())
    verify_module(module)
    return Program(module)


def _read(source: str | bytes | os.PathLike[str], filename: str | None) -> tuple[str | bytes, str]:
    if isinstance(source, str | bytes):
        return source, filename or "<string>"
    path = Path(source)
    try:
        return path.read_bytes(), filename or str(path)
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror or error}") from error


def _executor(asked: str | None, deterministic: bool) -> str:
    """A deterministic launch needs an executor that has an order: `inline` runs instances side by side."""
    if deterministic and asked == "inline":
        raise InputError("the executor 'inline' runs instances in no order", help="leave executor out, or deterministic")
    return asked or ("dynamic" if deterministic else "auto")


def _over_instances(module: ModuleOp, entry: str, results: Sequence[Sequence[int | float | bool]]) -> list[Any]:
    """Results over several instances as the other targets give them: arrays of the results' own types."""
    import numpy

    types = result_types(module, entry)
    return [numpy.array(values, dtype=DTYPES[str(type_)][0]) for values, type_ in zip(results, types, strict=True)]


class Program:
    """A verified module, and the kernels that were compiled from it."""

    def __init__(self, module: ModuleOp) -> None:
        self._module = module
        self.level = level_of(module)
        """The level of the text: "source", "split", "sm" or "rt"."""
        self._compiled: dict[tuple[str, str, Options], Compiled] = {}
        self._host: dict[tuple[str, Options], HostKernel] = {}
        self._cuda: dict[tuple[str, Options], CudaKernel] = {}

    def entry_name(self, entry: str | None = None) -> str:
        """The kernel that is meant: `entry`, else the only one, else main."""
        return entry_name(self._module, self.level, entry)

    # ------------------------------------------------------------------------------------------------------------ running

    def run(
        self,
        entry: str | None = None,
        *args: object,
        target: Target = "auto",
        instances: int = 1,
        seed: int = 0,
        width: int = 1,
        executor: str | None = None,
        deadline: float | None = None,
        stats: bool = False,
        elide: bool = True,
        arena: int | None = None,
        queue: int | None = None,
        stack: int | None = None,
        workers: int | None = None,
        deterministic: bool = False,
        output: Callable[[str], None] | None = None,
        policy: str | None = None,
        remat: str | None = None,
        dispatch: str | None = None,
        pipeline: str | None = None,
    ) -> Outcome:
        """
        Runs a kernel to its end.

        `entry` is a kernel's name, None the only one; `args` are scalars and C-contiguous NumPy arrays, which are written in
        place. `target` "auto" is the GPU if there is one, else the CPU. `instances` roots are started; `deadline` is in
        seconds; `width` is the lanes of a warp on the reference; `output` takes what the program prints.

        Capacities: `arena` is the bytes for frames, channels and allocations, `queue` the tasks that can be ready at once, `stack`
        the 4-byte words of a lane's stack; what runs out is a ResourceError that names the option.

        `policy` lays frames out (docs/layout-policies.md), `dispatch` chooses what warps run next (docs/dispatch-policies.md).

        `deterministic` runs on one worker, of which one lane takes tasks, in an order that `seed` and the program alone decide, the
        same on CPU and GPU; `seed` is also the order of tasks on the reference.

        Raises InputError (arguments, target), TaskError (a task failed), DeadlockError, DeadlineError.
        """
        where = self._target(target)
        limits = launching.Options(instances, Asked(arena, queue, stack), workers, deadline, deterministic, seed)
        options = Options(_executor(executor, deterministic), elide, stats, policy, remat, pipeline=pipeline, dispatch=dispatch)
        if where == "reference":
            return self._interpret(entry, args, options, limits, width, output)
        launch = self._launch(where, self.entry_name(entry), args, options, limits, output)
        return Outcome(launch.wait(), launch.stats(), where)

    def launch(
        self,
        entry: str | None = None,
        *args: object,
        target: Target = "auto",
        instances: int = 1,
        seed: int = 0,
        executor: str | None = None,
        deadline: float | None = None,
        stats: bool = False,
        elide: bool = True,
        arena: int | None = None,
        queue: int | None = None,
        stack: int | None = None,
        workers: int | None = None,
        deterministic: bool = False,
        output: Callable[[str], None] | None = None,
        policy: str | None = None,
        remat: str | None = None,
        dispatch: str | None = None,
        pipeline: str | None = None,
    ) -> Launch:
        """Starts a kernel and returns at once: as `run`, with `wait`, `stop`, `stats` and `view` on what it returns."""
        where = self._target(target)
        if where == "reference":
            raise InputError("the reference has no launches that go on by themselves", help="use run(), or target='cpu'")
        limits = launching.Options(instances, Asked(arena, queue, stack), workers, deadline, deterministic, seed)
        options = Options(_executor(executor, deterministic), elide, stats, policy, remat, pipeline=pipeline, dispatch=dispatch)
        return self._launch(where, self.entry_name(entry), args, options, limits, output)

    def _target(self, target: Target) -> Literal["reference", "cpu", "cuda"]:
        if target not in TARGETS:
            raise InputError(f"unknown target '{target}'", help=f"the targets are {', '.join(TARGETS)}")
        if target == "auto":
            return "cuda" if devices.device_count() > 0 else "cpu"
        return target

    def _interpret(
        self,
        entry: str | None,
        args: Sequence[object],
        options: Options,
        limits: launching.Options,
        width: int,
        output: Callable[[str], None] | None,
    ) -> Outcome:
        from asyncir import reference

        module = self._module
        if options.pipeline is not None:
            module = compiler.Lowering(module, entry, "cpu", options).module
        name = entry_name(module, level_of(module), entry)
        outcome = reference.run(
            module,
            name,
            args,
            instances=limits.instances,
            seed=limits.seed,
            width=width,
            workers=limits.workers or (1 if limits.deterministic else REFERENCE_WORKERS),
            deadline=limits.deadline,
            output=output or standard_output,
            statistics=options.statistics,
        )
        results = outcome.results if limits.instances == 1 else _over_instances(module, name, outcome.results)
        return Outcome(tuple(results), outcome.stats, "reference")

    def _launch(
        self,
        target: str,
        entry: str,
        args: Sequence[object],
        options: Options,
        limits: launching.Options,
        output: Callable[[str], None] | None,
    ) -> Launch:
        if target == "cuda":
            return self._launch_on_cuda(entry, args, options, limits)
        from asyncir.runtime.host_launch import HostKernel, launch_on_host

        compiled = self.compiled(entry, "cpu", options)
        kernel = self._host.get((entry, options))
        if kernel is None:
            assert compiled.image is not None
            kernel = self._host[entry, options] = HostKernel(compiled.image, compiled.entry.name)
        return launch_on_host(kernel, compiled.entry, args, limits, output)

    def _launch_on_cuda(self, entry: str, args: Sequence[object], options: Options, limits: launching.Options) -> Launch:
        from asyncir.runtime.cuda import CudaKernel, device_capability, launch_on_cuda

        options = compiler.with_arch(options, chip_of_capability(*device_capability()).arch)
        compiled = self.compiled(entry, "cuda", options)
        kernel = self._cuda.get((entry, options))
        if kernel is None:
            assert compiled.ptx is not None
            kernel = self._cuda[entry, options] = CudaKernel(compiled.ptx, compiled.entry.name)
        return launch_on_cuda(kernel, compiled.entry, args, limits)

    # ------------------------------------------------------------------------------------------------------- looking inside

    def compiled(self, entry: str | None = None, target: compiler.Target = "cpu", options: Options | None = None) -> Compiled:
        """The code of a kernel; compiled once for the same entry, target and options."""
        options = options or Options()
        key = (self.entry_name(entry) if options.pipeline is None else entry or "", target, options)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = compiler.compile_module(self._module, entry, target, options)
        return found

    def ptx(self, entry: str | None = None, *, arch: str = compiler.DEFAULT_ARCH, executor: str | None = None, elide: bool = True) -> str:
        """The PTX text of a kernel. Needs no GPU."""
        code = self.compiled(entry, "cuda", Options(executor=executor or "auto", elide=elide, arch=arch)).ptx
        assert code is not None
        return code

    def dump(
        self,
        stage: str,
        entry: str | None = None,
        *,
        target: compiler.Target = "cpu",
        arch: str | None = None,
        executor: str | None = None,
        elide: bool = True,
        stats: bool = False,
        policy: str | None = None,
        remat: str | None = None,
        dispatch: str | None = None,
        pipeline: str | None = None,
        debug: bool = False,
    ) -> str | bytes:
        """The program at a stage, one of `asyncir.compiler.STAGES`: text, or bytes for cubin. PTX and cubin are the GPU's."""
        options = Options(executor or "auto", elide, stats, policy, remat, arch, pipeline, debug, dispatch=dispatch)
        return compiler.dump(self._module, entry, stage, target, options)

    def explain(self, entry: str | None = None, *, options: Options | None = None) -> Explanation:
        """How a kernel is run and why, what its tasks cost, and what the GPU's assembler says of it, if there is one."""
        from asyncir.explain import explain

        return explain(self._module, entry, options or Options())
