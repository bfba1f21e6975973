"""Small programs for the explorer (tests/e2e/test_explorer.py), each about one mechanism, and how a run of each may end."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp

from asyncir.analysis.verify import verify_module
from asyncir.compiler import Lowering, Options
from asyncir.dialects.context import make_context
from asyncir.dialects.locations import location_of
from asyncir.dialects.parsing import parse_module
from asyncir.levels import RT
from asyncir.lowering import library, stack_worker
from asyncir.reference.explore import Capacities, Ending, Report, explore


@dataclass(frozen=True)
class Explored:
    """A program whose kernel is @main, and how it is explored."""

    file: str
    """In the folder `explored`."""
    endings: tuple[Ending, ...]
    options: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Mutation:
    """A wrong version of a library function: `find` is there exactly once."""

    name: str
    function: str
    find: str
    replace: str
    program: str
    kinds: tuple[str, ...]
    """The kinds of error as which it may be caught."""
    options: dict[str, Any] = field(default_factory=dict[str, Any])


TEXTS = Path(__file__).parent / "explored"

NESTED: tuple[Ending, ...] = (
    (True, 1, False, 1),  # before the inner scope is entered: the first wait meets both, and the inner scope counts only its own
    (True, 2, False, 1),  # before the first wait: the same, and the inner scope has seen the other come
    (True, 2, True, 1),  # behind that wait: it is met in the second
    (True, 1, True, 1),  # behind the inner scope: the same, and that has not seen it
    (True, 1, False, 0),  # behind the second wait: it is taken back
)
"""By when the outer scope is cancelled: was the first wait, what came of the inner scope, was the second wait, what came of the outer."""

PROGRAMS: dict[str, Explored] = {
    "start": Explored("yielding", ((2,),)),
    "start-three-workers": Explored("yielding", ((2,),), {"workers": 3}),
    "two-instances": Explored("yielding", (((2, 2),),), {"instances": 2}),
    "two-lanes": Explored("yielding", ((2,),), {"lanes": 2}),
    "warp": Explored("warp", ((3,),), {"lanes": 2}),
    "two-waiters": Explored("two_waiters", ((10,),)),
    "group": Explored("group", ((1,),), {"arrays": 1}),
    "group-error": Explored("group_error", ("fail",)),
    "channel": Explored("channel", ((1, 2, False),)),
    "senders": Explored("senders", ((3,),), {"queue_shift": 3}),
    "closed": Explored("closed", ((False, False),)),
    "failure": Explored("failure", ((7,),)),
    "root-fails": Explored("root_fails", ("fail",)),
    "unawaited": Explored("unawaited", ((5,),), {"arrays": 1}),
    "deadlock": Explored("deadlock", ("deadlock",)),
    "stop": Explored("channel", ((1, 2, False), "stopped"), {"stop": True}),
    "small-arena": Explored("yielding", ("resource",), {"arena_bytes": 160}),
    "small-arena-endless": Explored("endless", ("resource",), {"arena_bytes": 250}),
    "small-queue": Explored("senders", ("resource", (3,)), {"queue_shift": 1}),
    "fork": Explored("fork", ((2,),), {"scalars": (3,)}),
    "fork-three-workers": Explored("fork", ((2,),), {"scalars": (3,), "workers": 3}),
    "fork-two-lanes": Explored("fork", ((2,),), {"scalars": (3,), "lanes": 2}),
    "fork-fails": Explored("fork_fails", ("assert",)),
    "fork-stop": Explored("fork", ((2,), "stopped"), {"scalars": (3,), "stop": True}),
    "event": Explored("event", ((5, 5),), {"arrays": 1}),
    "event-cleared": Explored("cleared", ((5,),), {"arrays": 1}),
    "event-cleared-early": Explored("cleared_early", ((5,),)),
    "reuse": Explored("reuse", ((2,),)),
    "forgets": Explored("forgets", ((1,),)),
    "lock": Explored("lock", ((2,),), {"arrays": 1}),
    "sleep": Explored("sleep", ((5,),)),
    "select": Explored("select", ((7,),)),
    "select-timeout": Explored("select_timeout", ((5,),)),
    "select-twice": Explored("select_loop", ((3,),)),
    "select-both": Explored("select_both", ((7,),)),
    "select-stale": Explored("select_stale", ((8,),)),
    "select-again": Explored("select_again", ((3,),)),
    "cancel": Explored("cancel", ((3,),)),
    "cancel-and-send": Explored("cancel_sent", ((7, 0),)),
    "cancel-or-send": Explored("cancel_or_send", ((3,), (0,))),
    "cancel-child": Explored("cancel_child", ((3,),)),
    "cancel-sleeper": Explored("cancel_sleeper", ((5,),)),
    "catch-recv": Explored("catch_recv", ((7,), (17,))),
    "catch-send": Explored("catch_send", ((10, 0), (10, 1))),
    "catch-lock": Explored("catch_lock", ((0,), (1,))),
    "catch-event": Explored("catch_event", ((5, 5),), {"arrays": 1}),
    "catch-sleep": Explored("catch_sleep", ((5,),)),
    "catch-child": Explored("catch_child", ((6, 0),)),
    "catch-child-again": Explored("catch_child_again", ((2,), (3,), (4,))),
    "catch-own": Explored("catch_own", ((5,), (10,))),
    "catch-soon": Explored("catch_soon", ((0,), (5,))),
    "catch-token": Explored("catch_token", ((1,), (10,))),
    "catch-select": Explored("catch_select", ((7,), (17,))),
    "scope": Explored("scope", ((False, 0), (True, 1))),
    "scope-child": Explored("scope_child", ((0,), (11,), (12,))),
    "scope-caught": Explored("scope_caught", ((0,), (2,), (11,))),
    "scope-kept": Explored("scope_kept", ((7,),)),
    "scope-others": Explored("scope_others", ((2,),)),
    "scope-inner": Explored("scope_inner", ((False, 0, True, 1),)),
    "scope-before": Explored("scope_before", ((True, 0, False, 1), (True, 1, False, 1))),
    "scope-nested": Explored("scope_nested", NESTED),
    "tiles": Explored("tiles", ((12, False),)),
    "tiles-crowd": Explored("tiles_crowd", ((12, 12),), {"queue_shift": 3, "arena_bytes": 8192}),
    "tiles-lanes": Explored("tiles_lanes", ((6,),), {"lanes": 2, "arena_bytes": 8192}),
    "events-sent": Explored("events_sent", ((5,),)),
    "race": Explored("race", (), {"arrays": 1}),
}


@cache
def emitted(name: str) -> ModuleOp:
    """A program at level `rt`, on the dynamic executor. Workers with stacks look up often, so that small programs have steals."""
    text = (TEXTS / f"{PROGRAMS[name].file}.mlir").read_text(encoding="utf-8")
    module = parse_module(text, f"{PROGRAMS[name].file}.mlir", make_context())
    lowering = Lowering(module, "main", "cpu", Options(executor="dynamic", elide=False))
    with patch.object(stack_worker, "ROUNDS", 2):
        lowering.run_to(RT)
    return lowering.module


def run(name: str, mutation: Mutation | None = None, **options: Any) -> Report:
    """Explores a program, perhaps with a wrong library."""
    program = PROGRAMS[name]
    given = {**program.options, **(mutation.options if mutation is not None else {}), **options}
    module = emitted(name) if mutation is None else mutated(emitted(name), mutation)
    arguments = [*given.pop("scalars", ()), *[np.zeros(2, np.int32)] * given.pop("arrays", 0)]
    sizes = Capacities(given.pop("arena_bytes", 4096), given.pop("queue_shift", 3))
    return explore(module, "main", arguments, expected=program.endings or None, capacities=sizes, **given)


def mutated(module: ModuleOp, mutation: Mutation) -> ModuleOp:
    """The module with a wrong function in place of the library's: that which stands where the library has it, under whatever name."""
    right = library.signature(mutation.function)
    text = library._texts()[mutation.function][1]
    assert text.count(mutation.find) == 1, f"{mutation.name}: @{mutation.function} has {text.count(mutation.find)} times {mutation.find!r}"
    changed = text.replace(mutation.find, mutation.replace)
    module = module.clone()
    linked = [op for op in module.body.block.ops if isinstance(op, FuncOp) and location_of(op) == location_of(right)]
    assert linked, f"{mutation.name}: @{mutation.function} is not used in this program"
    for old in linked:
        wrong = parse_module(library._CONSTANT.sub(library._constant, changed), "wrong.mlir", make_context())
        for new in list(wrong.body.block.ops):
            new.detach()
            if new.properties["sym_name"] == right.sym_name:
                new.properties["sym_name"] = old.sym_name
            module.body.block.add_op(new)
        old.detach()
        old.erase()
    verify_module(module)
    return module
