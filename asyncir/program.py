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
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec

from asyncir import lazy_module
from asyncir.chips import chip_of_capability
from asyncir.compiled import DEFAULT_ARCH, Compiled, Options, with_arch
from asyncir.compiled import Target as CodeTarget
from asyncir.errors import InputError
from asyncir.lazy_module import Built, LazyModule
from asyncir.runtime import devices
from asyncir.runtime import launch as launching
from asyncir.runtime.capacity import Asked
from asyncir.runtime.prepared import Prepared
from asyncir.runtime.prints import standard_output
from asyncir.runtime.scalars import DTYPES

if TYPE_CHECKING:
    from xdsl.dialects.builtin import ModuleOp

    from asyncir.analysis.task_graph import TaskGraph
    from asyncir.explain import Explanation
    from asyncir.runtime.cuda import CudaKernel
    from asyncir.runtime.host import HostKernel
    from asyncir.runtime.launch import Launch
    from asyncir.runtime.statistics import Stats

P = ParamSpec("P")
Target = Literal["reference", "cpu", "cuda", "auto"]
REFERENCE_WORKERS = 2
"""Tasks that the reference runs in turns, unless the caller says otherwise."""

_MOST_PREPARED = 64
"""Options of launches that a program keeps ready at the same time."""

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


def compile(source: str | bytes | os.PathLike[str] | ModuleOp, *, filename: str | None = None, cache: bool = True) -> Program:
    """
    A program from MLIR text, a file's path (as a `pathlib.Path`) or a module. Nothing is lowered yet.

    `filename` is the name that locations give to a text. Without `cache` kernels are neither taken from the directory of compiled ones
    (docs/cli.md: ASYNCIR_CACHE) nor kept there. Raises InputError for what is not a valid program at one of the levels.
    """
    if isinstance(source, str | bytes | os.PathLike):
        return Program(lazy_module.from_text(*_read(source, filename), cache=cache))
    from asyncir import compiler

    return Program(lazy_module.from_module(compiler.verified(source.clone()), cache=cache))


def lazy(key: bytes, build: Callable[[], Built]) -> Program:
    """
    A program from a module that `build` makes, when something first needs it: a kernel that the cache has runs without it.

    `key` stands for everything that the module depends on, locations included: equal keys are equal modules for all time and in all
    processes. What asyncir itself depends on is added to it; the code of `build` is not, and has to be a part of it
    (`asyncir.cache.fingerprint.sources_digest(folder)` digests a package). `build` is called at most once, and its module is then the
    program's. What it raises, and InputError for a module that does not verify, is raised by the method that needed the module.

        program = lazy(key, lambda: Built(module, extra))

    `extra`, a text, is what the caller has to know of the module to use its kernels; it is kept with them, and is `program.extra`.
    """
    return Program(lazy_module.from_builder(key, build))


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


def _check_for_reference(stream: object, isolated: bool) -> None:
    if stream is not None or isolated:
        option = "isolated" if isolated else "stream"
        raise InputError(f"the reference takes no {option}: it runs here and now", help=f"leave {option} out, or use target='cpu'")


def _over_instances(types: Sequence[str], results: Sequence[Sequence[int | float | bool]]) -> list[Any]:
    """Results over several instances as the other targets give them: arrays of the results' own types."""
    import numpy

    return [numpy.array(values, dtype=DTYPES[type_][0]) for values, type_ in zip(results, types, strict=True)]


def _as_the_last(launch: Callable[Concatenate[Program, P], Launch]) -> Callable[Concatenate[Program, P], Launch]:
    """
    `Program.launch`, in a shorter way if the options are those of the last launch: two dozen parameters take longer to be filled than a
    launch may take.
    """

    @wraps(launch)
    def by_last(self: Program, entry: str | None = None, *args: Any, stream: object = None, **options: Any) -> Launch:
        last = self.last
        if last is not None:
            known, said, prepared = last
            if said == options and known == entry and (started := prepared.launch_plain(args, stream)) is not None:
                return started
        whole: Any = launch
        started = whole(self, entry, *args, stream=stream, **options)
        if "output" not in options:
            self.last = entry, options, self.prepare(entry, **options)
        return started

    typed: Any = by_last
    return typed


class Program:
    """A verified module, which may not have been built yet, and the kernels that were compiled from it."""

    def __init__(self, module: ModuleOp | LazyModule) -> None:
        self._lazy = module if isinstance(module, LazyModule) else lazy_module.from_module(module)
        self._compiled: dict[tuple[str, str, Options], Compiled] = {}
        self._host: dict[tuple[str, Options], HostKernel] = {}
        self._cuda: dict[tuple[str, Options], CudaKernel] = {}
        self._ready: dict[tuple[object, ...], Prepared] = {}
        """By all that was said of launches but their arguments, streams and outputs."""
        self.last: tuple[str | None, dict[str, object], Prepared] | None = None
        """Entry, options and kernel of the last launch: to compare what is the same takes less time than to look for it."""

    @property
    def level(self) -> str:
        """The level of the text: "source", "split", "sm" or "rt"."""
        return self._lazy.level

    def entry_name(self, entry: str | None = None) -> str:
        """The kernel that is meant: `entry`, else the only one, else main."""
        return self._lazy.entry_name(entry)

    @property
    def extra(self) -> str:
        """What `lazy` was told of the module beside it; empty for other programs."""
        return self._lazy.extra

    def result_types(self, entry: str | None = None) -> tuple[str, ...]:
        """The types of a kernel's results as MLIR writes them: "i32", "index", "f16"."""
        return self._lazy.result_types(self.entry_name(entry))

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
        stream: object = None,
        isolated: bool = False,
    ) -> Outcome:
        """
        Runs a kernel to its end.

        `entry` is a kernel's name, None the only one; `args` are scalars and C-contiguous arrays, which are written in place: NumPy's,
        what hands itself over by DLPack or `__array_interface__`, and for the GPU arrays that lie there, by DLPack or
        `__cuda_array_interface__`. `target` "auto" is the GPU if there is one, else the CPU. `instances` roots are started; `deadline` is
        in seconds; `width` is the lanes of a warp on the reference; `output` takes what the program prints.

        Capacities: `arena` is the bytes for frames, channels and allocations, `queue` the tasks that can be ready at once, `stack`
        the 4-byte words of a lane's stack; what runs out is a ResourceError that names the option.

        `policy` lays frames out (docs/layout-policies.md), `dispatch` chooses what warps run next (docs/dispatch-policies.md).

        `deterministic` runs on one worker, of which one lane takes tasks, in an order that `seed` and the program alone decide, the
        same on CPU and GPU; `seed` is also the order of tasks on the reference.

        `stream` is as in `launch`. `isolated` runs the kernel in a process of its own, which takes arrays of the host alone: what it does
        to that process is an IsolationError here.

        Raises InputError (arguments, target), TaskError (a task failed), DeadlockError, DeadlineError.
        """
        where = self._target(target)
        if where != "reference" and not isolated:
            key = (entry, where, instances, seed, executor, deadline, stats, elide, arena, queue, stack, workers, deterministic)
            launch = self._prepared(*key, policy, remat, dispatch, pipeline)(*args, stream=stream, output=output)
            return Outcome(launch.wait(), launch.stats(), where)
        limits = launching.Options(instances, Asked(arena, queue, stack), workers, deadline, deterministic, seed, stream)
        options = Options(_executor(executor, deterministic), elide, stats, policy, remat, pipeline=pipeline, dispatch=dispatch)
        if where == "reference":
            _check_for_reference(stream, isolated)
            return self._interpret(entry, args, options, limits, width, output)
        return self._run_isolated(where, self.entry_name(entry), args, options, limits, output)

    @_as_the_last
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
        stream: object = None,
    ) -> Launch:
        """
        Starts a kernel, or puts it in line, and returns at once: as `run`, with `wait`, `stop`, `stats`, `view` and `future` on what it
        returns, which can be awaited.

        A few launches run at once, others wait for their turn; without `stream` they are in no order. Those on the same `asyncir.Stream`
        run one behind the other. On the GPU `stream` may be one of CUDA's too, as an int or an object with `__cuda_stream__`.
        """
        key = (entry, target, instances, seed, executor, deadline, stats, elide, arena, queue, stack, workers, deterministic)
        return self._prepared(*key, policy, remat, dispatch, pipeline)(*args, stream=stream, output=output)

    def prepare(
        self,
        entry: str | None = None,
        *,
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
        policy: str | None = None,
        remat: str | None = None,
        dispatch: str | None = None,
        pipeline: str | None = None,
    ) -> Prepared:
        """
        The kernel, compiled, with options as `launch` takes them: a function of its arguments and `stream` that starts it. Kernels that are
        *plain* (asyncir/runtime/prepared.py) begin fastest in a stream of CUDA, with arrays that lie on the GPU.
        """
        key = (entry, target, instances, seed, executor, deadline, stats, elide, arena, queue, stack, workers, deterministic)
        return self._prepared(*key, policy, remat, dispatch, pipeline)

    def _prepared(
        self,
        entry: str | None,
        target: Target,
        instances: int,
        seed: int,
        executor: str | None,
        deadline: float | None,
        stats: bool,
        elide: bool,
        arena: int | None,
        queue: int | None,
        stack: int | None,
        workers: int | None,
        deterministic: bool,
        *code: str | None,
    ) -> Prepared:
        """Made once for the same options; `code` is policy, remat, dispatch and pipeline."""
        key = (entry, target, instances, seed, executor, deadline, stats, elide, arena, queue, stack, workers, deterministic, *code)
        if (found := self._ready.get(key)) is not None:
            return found
        where = self._target(target)
        if where == "reference":
            raise InputError("the reference has no launches that go on by themselves", help="use run(), or target='cpu'")
        policy, remat, dispatch, pipeline = code
        limits = launching.Options(instances, Asked(arena, queue, stack), workers, deadline, deterministic, seed)
        options = Options(_executor(executor, deterministic), elide, stats, policy, remat, pipeline=pipeline, dispatch=dispatch)
        made = self._prepare(where, self.entry_name(entry), options, limits)
        if len(self._ready) >= _MOST_PREPARED:
            del self._ready[next(iter(self._ready))]
        self._ready[key] = made
        return made

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
        from asyncir import compiler, reference

        module = self._lazy.module
        if options.pipeline is not None:
            module = compiler.Lowering(module, entry, "cpu", options).module
        name = compiler.entry_name(module, compiler.level_of(module), entry)
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
        types = [str(type_) for type_ in compiler.result_types(module, name)]
        results = outcome.results if limits.instances == 1 else _over_instances(types, outcome.results)
        return Outcome(tuple(results), outcome.stats, "reference")

    def _prepare(self, target: CodeTarget, entry: str, options: Options, limits: launching.Options) -> Prepared:
        if target == "cuda":
            return self._prepare_for_cuda(entry, options, limits)
        from asyncir.runtime.host_launch import HostKernel, launch_on_host

        compiled = self.compiled(entry, "cpu", options)
        kernel = self._host.get((entry, options))
        if kernel is None:
            assert compiled.image is not None
            kernel = self._host[entry, options] = HostKernel(compiled.image, compiled.entry.name)
        return Prepared("cpu", compiled.entry, limits, partial(launch_on_host, kernel, compiled.entry))

    def _prepare_for_cuda(self, entry: str, options: Options, limits: launching.Options) -> Prepared:
        from asyncir.runtime.cuda import CudaKernel, device_capability
        from asyncir.runtime.prepared_cuda import CudaPrepared

        options = with_arch(options, chip_of_capability(*device_capability()).arch)
        compiled = self.compiled(entry, "cuda", options)
        kernel = self._cuda.get((entry, options))
        if kernel is None:
            assert compiled.ptx is not None
            kernel = self._cuda[entry, options] = CudaKernel(compiled.ptx, compiled.entry.name)
        return CudaPrepared(kernel, compiled.entry, limits)

    def _run_isolated(
        self,
        target: Literal["cpu", "cuda"],
        entry: str,
        args: Sequence[object],
        options: Options,
        limits: launching.Options,
        output: Callable[[str], None] | None,
    ) -> Outcome:
        """What is compiled here is loaded and run there."""
        from asyncir.runtime.isolation import Code, run_isolated

        if target == "cuda" and (capability := devices.capability()) is not None:
            options = with_arch(options, chip_of_capability(*capability).arch)
        compiled = self.compiled(entry, target, options)
        data = compiled.image if target == "cpu" else (compiled.ptx or "").encode()
        assert data is not None
        results, stats = run_isolated(Code(compiled.entry, target, data), args, limits, output)
        return Outcome(results, stats, target)

    # ------------------------------------------------------------------------------------------------------- looking inside

    def compiled(self, entry: str | None = None, target: CodeTarget = "cpu", options: Options | None = None) -> Compiled:
        """The code of a kernel; compiled once for the same entry, target and options."""
        options = options or Options()
        key = (self.entry_name(entry) if options.pipeline is None else entry or "", target, options)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._lazy.compile(entry, target, options)
        return found

    def ptx(self, entry: str | None = None, *, arch: str = DEFAULT_ARCH, executor: str | None = None, elide: bool = True) -> str:
        """The PTX text of a kernel. Needs no GPU."""
        code = self.compiled(entry, "cuda", Options(executor=executor or "auto", elide=elide, arch=arch)).ptx
        assert code is not None
        return code

    def dump(
        self,
        stage: str,
        entry: str | None = None,
        *,
        target: CodeTarget = "cpu",
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
        from asyncir import compiler

        options = Options(executor or "auto", elide, stats, policy, remat, arch, pipeline, debug, dispatch=dispatch)
        return compiler.dump(self._lazy.module, entry, stage, target, options)

    def task_graph(self, entry: str | None = None) -> TaskGraph:
        """A kernel's tasks, channels and waits, with what they cost; print it, or take its `to_json()`, `to_dot()` or networkx `graph`."""
        from asyncir import compiler

        return compiler.draw(self._lazy.module, entry)

    def explain(self, entry: str | None = None, *, options: Options | None = None) -> Explanation:
        """How a kernel is run and why, what its tasks cost, and what the GPU's assembler says of it, if there is one."""
        from asyncir.explain import explain

        return explain(self._lazy.module, entry, options or Options())
