"""
The passes by name: ours, xDSL's that are useful between ours, and those that other packages register.

Names stand for strings until they are used, so that neither a pass nor what it imports is loaded before it runs. Other packages
add passes by the entry-point group `asyncir.passes` (name: the pass's, value: "module:Class").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points

from xdsl.passes import ModulePass

from asyncir.errors import InputError

GROUP = "asyncir.passes"

_targets: dict[str, str] = {
    "select-entry": "asyncir.passes.select_entry:SelectEntryPass",
    "sink-unranked-casts": "asyncir.passes.sink_unranked_casts:SinkUnrankedCastsPass",
    "outline-execute": "asyncir.passes.outline_execute:OutlineExecutePass",
    "convert-awaiting-funcs": "asyncir.passes.convert_awaiting_funcs:ConvertAwaitingFuncsPass",
    "scf-to-cf": "asyncir.passes.scf_to_cf:ScfToCfPass",
    "elide-awaited-calls": "asyncir.passes.elide_awaited_calls:ElideAwaitedCallsPass",
    "infer-scope": "asyncir.passes.infer_scope:InferScopePass",
    "form-roles": "asyncir.passes.form_roles:FormRolesPass",
    "lower-tiles": "asyncir.passes.lower_tiles:LowerTilesPass",
    "split-suspensions": "asyncir.passes.split_suspensions:SplitSuspensionsPass",
    "divide-loops": "asyncir.passes.divide_loops:DivideLoopsPass",
    "kernel-arguments": "asyncir.passes.kernel_arguments:KernelArgumentsPass",
    "work-first": "asyncir.passes.work_first:WorkFirstPass",
    "drop-handles": "asyncir.passes.drop_handles:DropHandlesPass",
    "layout-frames": "asyncir.passes.layout_frames:LayoutFramesPass",
    "layout-frames-checked": "asyncir.passes.check_layout:LayoutFramesCheckedPass",
    "check-layout": "asyncir.passes.check_layout:CheckLayoutPass",
    "expand-executor": "asyncir.lowering.expand_executor:ExpandExecutorPass",
    "rt-to-llvm": "asyncir.lowering.rt_to_llvm:RtToLlvmPass",
    "canonicalize": "xdsl.transforms.canonicalize:CanonicalizePass",
    "cse": "xdsl.transforms.common_subexpression_elimination:CommonSubexpressionElimination",
    "dce": "xdsl.transforms.dead_code_elimination:DeadCodeElimination",
    "licm": "xdsl.transforms.loop_invariant_code_motion:LoopInvariantCodeMotionPass",
}


_ours = dict(_targets)


def register(name: str, target: str) -> None:
    """Make a pass known by its name; `target` is "module:Class". A name that is taken is replaced."""
    _targets[name] = target


def is_changed() -> bool:
    """Whether a pass was registered in this process: then programs may come out other than from asyncir alone."""
    return _targets != _ours


class _Passes(Mapping[str, type[ModulePass]]):
    """Names and classes; a class is loaded when it is looked up, other packages are searched when a name is not ours."""

    def __getitem__(self, name: str) -> type[ModulePass]:
        return load(_targets.get(name) or _others()[name], name)

    def __iter__(self) -> Iterator[str]:
        return iter(_others() | _targets)

    def __len__(self) -> int:
        return len(_others() | _targets)


def _others() -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=GROUP)}


def available_passes() -> Mapping[str, type[ModulePass]]:
    """All passes by name. Names of ours, or registered, win over entry points of the same name."""
    return _Passes()


def load(target: str, name: str) -> type[ModulePass]:
    """The class that "module:Class" stands for. Raises InputError if it cannot be loaded or is no pass."""
    module, _, attribute = target.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InputError(f"pass '{name}' ({target}) cannot be loaded: {error}") from error
    if not (isinstance(found, type) and issubclass(found, ModulePass)):
        raise InputError(f"pass '{name}' ({target}) is not a ModulePass")
    return found
