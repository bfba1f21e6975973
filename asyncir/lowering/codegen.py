"""LLVM IR text to PTX or to optimised host code, by llvmlite; levels are chosen so that time stays near-linear in the program.

Measured with llvmlite 0.50 (LLVM 22.1), sm_90, seconds on one core; "get/load/add/store" and "mul/xor/add chain" are one block,
"diamonds" are n times compare, branch, multiply, store, join ("-": not run):

    program (n)                        middle end O3   O1      code generation 3   0
    get/load/add/store 1,000           0.07            0.01    0.9                 0.01
    get/load/add/store 4,000           0.2-0.4         0.04    11                  0.03
    get/load/add/store 10,000          0.6             0.13    -                   0.08
    mul/xor/add chain 250              0.01            0.01    0.26                0.00
    mul/xor/add chain 1,000            0.03            0.03    4.3                 0.01
    mul/xor/add chain 4,000            0.13            0.11    67                  0.05
    1,000 chained adds                 0.03 (folds)    0.03    0.00                0.00
    diamonds 250                       0.13            0.1     0.03                0.01
    diamonds 1,000                     0.76            0.40    0.14                0.03
    diamonds 4,000                     7.3             1.7     0.62                0.15
    diamonds 10,000                    58              4.4     -                   0.55

Two traps, both quadratic. Code generation above 0 runs straight-line strength reduction, which compares the adds, multiplications and
addresses of a whole function with each other, about 5 us a pair, across blocks too. So code generation runs at 0 once the squares of
their numbers, summed over functions, pass PAIR_LIMIT (0.1 s); ptxas optimises after it: for straight-line programs its code has the same
size and registers from either level; loops gain addressing modes at 3. And O2 and O3 run constraint elimination, which is quadratic in
conditional branches: beyond BRANCH_LIMIT of them in one function the middle end runs at O1, which is linear.
"""

# llvmlite has no types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import llvmlite.binding as llvm

from asyncir.chips import Chip, chip
from asyncir.errors import InputError, InternalError
from asyncir.lowering.intrinsics import LIBDEVICE_PREFIX, MINIMUM_ARCH, MINIMUM_PTX
from asyncir.lowering.llvm_target import NVPTX
from asyncir.lowering.toolkit import libdevice

PAIR_LIMIT = 20_000
"""Pairs of strength-reduction candidates up to which code generation optimises (about 5 us a pair)."""

BRANCH_LIMIT = 600
"""Conditional branches of one function up to which the middle end runs at O3."""

PTX_VERSIONS = ((6, 0), (6, 1), (6, 3), (6, 4), (6, 5), (7, 0), (7, 1), (7, 2), (7, 3), (7, 4), (7, 5), (7, 6), (7, 7), (7, 8), (8, 0),
                (8, 1), (8, 2), (8, 3), (8, 4), (8, 5), (8, 6), (8, 7), (8, 8), (9, 0))  # fmt: skip
"""The PTX versions LLVM 22 can write; it takes an unknown one for the oldest, with a word on stderr only."""

_DEFINITION = re.compile(r"^define [^@\n]*@(\"[^\"\n]*\"|[-\w$.]+)\(", re.MULTILINE)
_KERNEL = re.compile(r"^define [^@\n]*\bptx_kernel\b[^@\n]*@(\"[^\"\n]*\"|[-\w$.]+)\(", re.MULTILINE)
_USED_LIBRARY = re.compile(rf"^declare [^@\n]*@{LIBDEVICE_PREFIX}", re.MULTILINE)
_INTRINSIC = re.compile(r"^declare [^@\n]*@(llvm\.nvvm\.[\w.]+)\(", re.MULTILINE)
_CANDIDATE = re.compile(r"^\s*%[^=\n]+ = (?:add|mul|sub|shl|getelementptr)\b")
_BRANCH = re.compile(r"^\s*br i1 |^\s*%[^=\n]+ = select ")
_PARSE_ERROR = re.compile(r"<string>:(\d+):(\d+): (?:error: )?(.*)")


@cache
def _initialise() -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    llvm.initialize_native_asmparser()


@dataclass(frozen=True)
class Levels:
    """Optimisation levels for one module."""

    middle_end: int
    code_generation: int


def levels_for(llvm_ir: str, *, is_gpu: bool) -> Levels:
    """Levels that keep the time near-linear; see the head of the file."""
    candidates, branches = _function_sizes(llvm_ir)
    pairs = sum(count * count for count in candidates.values())
    middle_end = 1 if max(branches.values(), default=0) > BRANCH_LIMIT else 3
    return Levels(middle_end, 0 if is_gpu and pairs > PAIR_LIMIT else 3)


def _function_sizes(llvm_ir: str) -> tuple[Counter[int], Counter[int]]:
    """Strength-reduction candidates and conditional branches of each function, by its number."""
    candidates, branches = Counter[int](), Counter[int]()
    function = 0
    for line in llvm_ir.splitlines():
        if line.startswith("define "):
            function += 1
        elif _CANDIDATE.match(line):
            candidates[function] += 1
        elif _BRANCH.match(line):
            branches[function] += 1
    return candidates, branches


def parse(llvm_ir: str) -> llvm.ModuleRef:
    """Parse and verify LLVM IR text; an error is ours, so it is internal, and shows the line."""
    _initialise()
    try:
        module = llvm.parse_assembly(llvm_ir)
        module.verify()
    except RuntimeError as error:
        raise _internal(llvm_ir, str(error)) from error
    return module


def _internal(llvm_ir: str, message: str) -> InternalError:
    found = _PARSE_ERROR.search(message)
    if found is None:
        return InternalError(f"LLVM refuses the module: {message.strip()}")
    line = llvm_ir.splitlines()[int(found.group(1)) - 1 :][:1]
    return InternalError(f"LLVM refuses line {found.group(1)} of the module: {found.group(3)}\n  {''.join(line).strip()}")


def _optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine, level: int, *, vectorise: bool) -> None:
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    options.loop_vectorization = options.slp_vectorization = vectorise
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)


def compile_ptx(llvm_ir: str, arch: str, *, ptx_version: tuple[int, int] | None = None) -> str:
    """PTX for `arch` ("sm_90a") from a module for NVPTX; kernels are what is kept.

    `ptx_version` raises the version from the first one that has the architecture and the intrinsics. Raises InputError for an unsupported
    architecture or version, an intrinsic the architecture lacks, or missing libdevice where a program needs it.
    """
    target_chip = chip(arch)
    features = _features(target_chip, ptx_version or _needed_version(llvm_ir, target_chip))
    _check_intrinsics(llvm_ir, target_chip)
    module = parse(llvm_ir)
    _link_libdevice(module, llvm_ir)
    _keep_kernels(module, llvm_ir)
    target = llvm.Target.from_triple(NVPTX.triple)
    _optimise(
        module,
        target.create_target_machine(cpu=arch, features=features, opt=3),
        levels_for(llvm_ir, is_gpu=True).middle_end,
        vectorise=False,
    )
    level = levels_for(str(module), is_gpu=True).code_generation
    return target.create_target_machine(cpu=arch, features=features, opt=level).emit_assembly(module)


def _features(target: Chip, version: tuple[int, int] | None) -> str:
    """LLVM's feature string. A version too low for the architecture would end the process, so it is refused here."""
    if version is None:
        return ""
    if version not in PTX_VERSIONS or version < target.ptx_isa_min:
        known = ", ".join(f"{major}.{minor}" for major, minor in PTX_VERSIONS if (major, minor) >= target.ptx_isa_min)
        raise InputError(f"PTX version {version[0]}.{version[1]} does not fit {target.arch}", help=f"these do: {known}")
    return f"+ptx{version[0]}{version[1]}"


def _needed_version(llvm_ir: str, target: Chip) -> tuple[int, int] | None:
    """The PTX version that the intrinsics need; None if the architecture's own first one has them all."""
    names = _INTRINSIC.findall(llvm_ir)
    needed = [version for prefix, version in MINIMUM_PTX.items() if any(name.startswith(prefix) for name in names)]
    return max(needed, default=None) if max(needed, default=(0, 0)) > target.ptx_isa_min else None


def _check_intrinsics(llvm_ir: str, target: Chip) -> None:
    """Refuse what the architecture lacks: LLVM ends the process on some of these."""
    for name in _INTRINSIC.findall(llvm_ir):
        for prefix, (number, specific) in MINIMUM_ARCH.items():
            if name.startswith(prefix) and (target.number < number or (specific and not target.is_specific)):
                raise InputError(f"{target.arch} has no {name}: it needs sm_{number}{'a' if specific else ' or later'}")


def _link_libdevice(module: llvm.ModuleRef, llvm_ir: str) -> None:
    """Link libdevice where the program calls it (8 ms); what it does not use is dropped with the other internal functions."""
    if _USED_LIBRARY.search(llvm_ir) is None:
        return
    path = libdevice()
    try:
        library = llvm.parse_bitcode(path.read_bytes())
    except RuntimeError as error:
        raise InputError(f"{path} is no bitcode that LLVM can read: {error}") from error
    library.triple, library.data_layout = module.triple, module.data_layout
    module.link_in(library)
    for function in module.functions:
        if function.is_declaration and function.name.startswith(LIBDEVICE_PREFIX):
            raise InputError(f"{path} has no function {function.name}")


def _keep_kernels(module: llvm.ModuleRef, llvm_ir: str) -> None:
    """Everything but kernels becomes internal, so that the middle end inlines it and drops what is left."""
    kernels = {name.strip('"') for name in _KERNEL.findall(llvm_ir)}
    for function in module.functions:
        if not function.is_declaration and function.name not in kernels:
            function.linkage = llvm.Linkage.internal


@cache
def _host_machine() -> llvm.TargetMachine:
    _initialise()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=3, reloc="pic", codemodel="default")


def optimise_host(llvm_ir: str) -> str:
    """Optimised LLVM IR text for this machine, for a JIT that adds nothing but code generation."""
    machine = _host_machine()
    module = parse(llvm_ir)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    _optimise(module, machine, levels_for(llvm_ir, is_gpu=False).middle_end, vectorise=True)
    return str(module)


def compile_object(llvm_ir: str) -> bytes:
    """A position-independent object file for this machine, for `JITLibraryBuilder.add_object_img`."""
    machine = _host_machine()
    module = parse(llvm_ir)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    _optimise(module, machine, levels_for(llvm_ir, is_gpu=False).middle_end, vectorise=True)
    return machine.emit_object(module)
