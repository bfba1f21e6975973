"""
From a module at any level to code: the pipeline as one visible list, and what each stage gives.

    text ─► source ─► split ─► sm ─► rt ─► llvm-dialect ─► llvm ─┬─► object code (CPU)
                                                                 └─► ptx ─► cubin (GPU)

A module that is at a later level already starts there. The module given is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass
from xdsl.utils.arg_spec import ArgSpec, ParameterListType, parse_pipeline
from xdsl.utils.exceptions import ArgSpecParseError, PassFailedException

from asyncir import abi
from asyncir.analysis.verify import verify_module
from asyncir.cache.records import Outline
from asyncir.chips import chip
from asyncir.compiled import DEFAULT_ARCH, Compiled, Options, Target
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.dialects.printing import print_module
from asyncir.dialects.rt_block import COPY_UNIT
from asyncir.dialects.task_tiles import NO_BLOCKS, OLD_BLOCKS
from asyncir.errors import InputError, InternalError
from asyncir.levels import LEVELS, RT, SOURCE, default_entry, entries_of, entry_name, level_of, result_types
from asyncir.lowering.dispatch import find_policy as find_dispatch_policy
from asyncir.passes.registry import available_passes, is_changed

if TYPE_CHECKING:
    from asyncir.analysis.task_graph import TaskGraph

LLVM_DIALECT = "llvm-dialect"
STAGES = (*LEVELS, LLVM_DIALECT, "llvm", "ptx", "cubin")
"""What can be asked for by name, in the order of lowering."""

Value = str | bool | int


@dataclass(frozen=True)
class Job:
    """One compilation, as the steps of the pipeline see it."""

    entry: str
    target: Target
    options: Options

    @property
    def arch(self) -> str:
        return self.options.arch or DEFAULT_ARCH


@dataclass(frozen=True)
class Step:
    """A pass of the pipeline: the level it takes, the stage it leaves, its options, and whether it runs at all."""

    name: str
    takes: str
    leaves: str
    options: Callable[[Job], Mapping[str, Value | None]] = lambda job: {}
    runs: Callable[[Job], bool] = lambda job: True


PIPELINE = (
    Step("select-entry", "source", "source", lambda job: {"entry": job.entry}),
    Step("sink-unranked-casts", "source", "source"),
    Step("outline-execute", "source", "source"),
    Step("convert-awaiting-funcs", "source", "source"),
    Step("divide-loops", "source", "source", runs=lambda job: job.options.executor != "inline"),
    Step("scf-to-cf", "source", "source"),
    Step("form-roles", "source", "source", lambda job: _roles(job)),
    Step("elide-awaited-calls", "source", "source", runs=lambda job: job.options.elide),
    Step("infer-scope", "source", "source"),
    Step("lower-tiles", "source", "source"),
    Step("split-suspensions", "source", "split"),
    Step("kernel-arguments", "split", "split"),
    Step("work-first", "split", "split", runs=lambda job: job.options.executor != "inline"),
    Step("drop-handles", "split", "split"),
    Step("layout-frames", "split", "sm", lambda job: {"policy": job.options.policy, "remat": job.options.remat}),
    Step("expand-executor", "sm", "rt", lambda job: _expansion(job)),
    Step("rt-to-llvm", "rt", LLVM_DIALECT, lambda job: {"target": job.target, "arch": job.arch if job.target == "cuda" else None}),
)
"""All of lowering in MLIR's form. An option that is None keeps the pass's default."""


CHECKED = {"layout-frames": "layout-frames-checked"}
"""Passes that prove what they did, in the place of those that do not, where each pass is verified."""


def _roles(job: Job) -> dict[str, Value | None]:
    """Blocks have barriers that bulk copies complete on from sm_90 on."""
    if job.target != "cuda":
        return {"executor": job.options.executor, "blocks": NO_BLOCKS}
    chip_ = chip(job.arch)
    blocks = OLD_BLOCKS if chip_.number < 90 else None
    return {"executor": job.options.executor, "blocks": blocks, "memory": chip_.shared_per_block_optin - COPY_UNIT}


def _expansion(job: Job) -> dict[str, Value | None]:
    is_default = job.options.executor == "auto" or (job.options.executor == "static" and job.target != "cuda")
    executor = None if is_default else job.options.executor
    return {"executor": executor, "statistics": job.options.statistics or None, "dispatch": job.options.dispatch}


def read(text: str | bytes, filename: str) -> ModuleOp:
    """The verified module in a text. Raises InputError."""
    return verified(parse_module(text, filename, make_context()))


def verified(module: ModuleOp) -> ModuleOp:
    """The module itself. Raises InputError if it does not verify."""
    verify_module(module)
    return module


def outline(module: ModuleOp) -> Outline:
    """What a host asks of a module before it runs one of its kernels. Raises InputError for a module of mixed levels."""
    level = level_of(module)
    results = {name: tuple(str(type_) for type_ in result_types(module, name)) for name in entries_of(module, level)}
    return Outline(level, default_entry(module, level), results)


def compile_module(module: ModuleOp, entry: str | None, target: Target, options: Options | None = None) -> Compiled:
    """
    The code of a kernel; `entry` None is the module's only kernel, or main. `module` must verify, and is not changed.

    Raises InputError, located, for what the program may not do on that target.
    """
    lowering = Lowering(module, entry, target, options or Options())
    lowering.run_to(RT)
    description = _describe(lowering.module, lowering.job.entry)
    lowering.run_to(LLVM_DIALECT)
    llvm_text = lowering.llvm_text()
    if target == "cuda":
        return Compiled(description, target, lowering.job.arch, llvm_text, _ptx(llvm_text, lowering.job.arch), None)
    return Compiled(description, target, None, llvm_text, None, _object(llvm_text))


def is_own(options: Options) -> bool:
    """Whether all that makes code under these options is part of this package: what others registered may be different tomorrow."""
    from asyncir.passes.layout import find_policy as find_layout_policy

    policies: list[Callable[..., object]] = []
    if options.policy is not None:
        policies.append(find_layout_policy(options.policy))
    if options.dispatch is not None:
        policies.append(find_dispatch_policy(options.dispatch))
    ours = all(policy.__module__.startswith("asyncir.") for policy in policies)
    return ours and options.pipeline is None and not is_changed()


def dump(module: ModuleOp, entry: str | None, stage: str, target: Target, options: Options | None = None) -> str | bytes:
    """
    The program at a stage, as text (`cubin`: bytes). PTX and cubin are the GPU's, whatever `target` says.

    Raises InputError for an unknown stage, or one that the module is past already.
    """
    if stage not in STAGES:
        raise InputError(f"unknown stage '{stage}'", help=f"the stages are {', '.join(STAGES)}")
    lowering = Lowering(module, entry, "cuda" if stage in ("ptx", "cubin") else target, options or Options())
    lowering.run_to(stage if stage in (*LEVELS, LLVM_DIALECT) else LLVM_DIALECT)
    if stage in (*LEVELS, LLVM_DIALECT):
        return print_module(lowering.module)
    text = lowering.llvm_text()
    if stage == "llvm":
        return text
    ptx = _ptx(text, lowering.job.arch)
    if stage == "ptx":
        return ptx
    from asyncir.lowering.ptxas import assemble

    return assemble(ptx, lowering.job.arch).data


def draw(module: ModuleOp, entry: str | None) -> TaskGraph:
    """The task graph of a kernel. Raises InputError for a module that is past the source level."""
    lowering = Lowering(module, entry, "cuda", Options(executor="dynamic"))
    if lowering.level != SOURCE:
        raise InputError(f"the program is at the level '{lowering.level}': its task graph is that of its source")
    lowering.run_through("scf-to-cf")
    from asyncir.analysis.task_graph import task_graph

    return task_graph(lowering.module, lowering.job.entry)


class Lowering:
    """A clone of a module on its way down."""

    def __init__(self, module: ModuleOp, entry: str | None, target: Target, options: Options) -> None:
        self.module = module.clone()
        self.context = make_context()
        self._passes = available_passes()
        if options.pipeline is not None:
            for one in parse_passes(options.pipeline, self._passes):
                self._apply(one, options.verify_each)
            verify_module(self.module)
        self.level = level_of(self.module)
        """The level or stage the module is at."""
        self.job = Job(entry_name(self.module, self.level, entry), target, options)
        self._steps = [step for step in PIPELINE if STAGES.index(step.takes) >= STAGES.index(self.level)]

    def run_to(self, stage: str) -> None:
        """Runs the steps up to the one that leaves the module at `stage`."""
        if STAGES.index(stage) < STAGES.index(self.level):
            raise InputError(f"the program is at the level '{self.level}': there is no '{stage}' of it any more")
        if stage == SOURCE:
            return
        while self._steps and STAGES.index(self._steps[0].leaves) <= STAGES.index(stage):
            step = self._steps.pop(0)
            if step.runs(self.job):
                self._apply(self._make(step), self.job.options.verify_each)
            self.level = step.leaves

    def run_through(self, name: str) -> None:
        """Runs the steps up to the pass of that name, and it; but loops of starts stay loops."""
        while self._steps:
            step = self._steps.pop(0)
            if step.name != "divide-loops":
                self._apply(self._make(step), self.job.options.verify_each)
            if step.name == name:
                return

    def llvm_text(self) -> str:
        """The LLVM IR text of a module at the llvm level."""
        from asyncir.lowering.llvm_text import module_to_llvm_ir

        options = {} if self.job.target == "cuda" else {"triple": ""}
        return module_to_llvm_ir(self.module, debug=self.job.options.debug, **options)

    def _make(self, step: Step) -> ModulePass:
        options: dict[str, ParameterListType] = {name: (value,) for name, value in step.options(self.job).items() if value is not None}
        name = CHECKED.get(step.name, step.name) if self.job.options.verify_each else step.name
        return self._passes[name].from_spec(ArgSpec(name, options))

    def _apply(self, one: ModulePass, verify: bool) -> None:
        apply_pass(one, self.context, self.module)
        if verify:
            verify_result(self.module, one.name)


def parse_passes(text: str, passes: Mapping[str, type[ModulePass]]) -> list[ModulePass]:
    """The passes of `a,b{option=1}`; raises InputError for one that is unknown or does not take its options."""
    try:
        specs = list(parse_pipeline(text))
    except ArgSpecParseError as error:  # Not an Exception: it would end the process.
        raise InputError(f"malformed pipeline '{text}': {' '.join(str(error).split())}") from error
    made: list[ModulePass] = []
    for spec in specs:
        if spec.name not in passes:
            raise InputError(f"unknown pass '{spec.name}'", help="asyncir-opt --list-passes lists them")
        try:
            made.append(passes[spec.name].from_spec(spec))
        except ValueError as error:
            raise InputError(f"pass '{spec.name}': {error}") from error
    return made


def apply_pass(one: ModulePass, context: Context, module: ModuleOp) -> None:
    """Runs a pass; that it does not take this input is the input's fault."""
    try:
        one.apply(context, module)
    except PassFailedException as error:
        raise InputError(f"pass '{one.name}': {error}") from error


def verify_result(module: ModuleOp, pass_name: str) -> None:
    """Verifies what a pass has made; a fault is the pass's, not the input's."""
    try:
        verify_module(module)
    except InputError as error:
        message = f"after pass '{pass_name}' the module does not verify: {error.message}"
        raise InternalError(message, error.location, notes=error.notes) from error


def _describe(module: ModuleOp, entry: str) -> abi.Entry:
    from asyncir.lowering.entry import entry_of

    return entry_of(module, entry)


# LLVM is loaded when code is generated: what only looks at IR answers at once.


def _ptx(llvm_text: str, arch: str) -> str:
    from asyncir.lowering.codegen import compile_ptx

    return compile_ptx(llvm_text, arch)


def _object(llvm_text: str) -> bytes:
    from asyncir.lowering.codegen import compile_object

    return compile_object(llvm_text)
