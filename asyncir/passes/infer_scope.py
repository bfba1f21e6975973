"""
infer-scope: writes on every task who runs it together, and checks the rules that follow.

Requires: scf-to-cf, convert-awaiting-funcs. Ensures: each kernel and each `async.func` has `task.scope`, "lane" or "warp", and obeys
the rules of passes/scope_rules.py; no plain function has lane ops (they are inlined).

A task is a warp's if it has a lane op, or if a call passes it an operand that differs between the caller's lanes; else a lane's.
What is written is kept.

    async.func @sum(%x: f32) -> !async.value<f32> {
      %s = gpu.subgroup_reduce add %x : (f32) -> f32
      async.return %s : f32
    }
    async.func @double(%x: f32) -> !async.value<f32> {
      %d = arith.addf %x, %x : f32
      async.return %d : f32
    }

becomes

    async.func @sum(%x: f32) -> !async.value<f32> attributes {task.scope = "warp"} {
      %s = gpu.subgroup_reduce add %x : (f32) -> f32
      async.return %s : f32
    }
    async.func @double(%x: f32) -> !async.value<f32> attributes {task.scope = "lane"} {
      %d = arith.addf %x, %x : f32
      async.return %d : f32
    }
"""

from __future__ import annotations

from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp, StringAttr
from xdsl.passes import ModulePass

from asyncir.analysis.scopes import Scopes
from asyncir.dialects import sm, task
from asyncir.dialects.remarks import remark
from asyncir.passes.lane_functions import inline_lane_functions
from asyncir.passes.require import require_cfg
from asyncir.passes.scope_rules import check_scopes


@dataclass(frozen=True)
class InferScopePass(ModulePass):
    """Writes `task.scope` on every task; enforces the scope rules."""

    name = "infer-scope"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        require_cfg(op)
        inline_lane_functions(op)
        scopes = Scopes(op)
        check_scopes(scopes)
        for name, function in scopes.tasks.items():
            if isinstance(function, sm.MachineOp):
                continue
            function.attributes[task.SCOPE] = StringAttr(scopes.scope[name])
            if (why := scopes.why.get(name)) is not None:
                remark(why, "infer-scope", "warp", f"a warp runs @{name} together because of '{why.name}'")
