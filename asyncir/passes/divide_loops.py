"""
divide-loops: a loop that only starts tasks, which are then awaited as a group, becomes a task that halves the loop's range.

Requires: outline-execute, convert-awaiting-funcs. Ensures: a loop of the form below is run by a task that starts one child, or two
tasks like itself with half of the range each; nothing else changes.

    a group made for n, an scf.for that only computes, starts one task a turn and adds it, and an await of the group; nothing but pure
    operations between them, and no other use of the group

One task that starts n others is a queue for all who look for work: half of a range can be taken as one task, each task waits for two
others that it started itself, and no group is needed. A child's error still fails the awaiter when all have ended; where several fail,
it is the first one's in the range.

The group says how many tasks it takes, and more or less of them is an error or a deadlock. So the range is halved where the loop has n
turns, which is known for `0 to n step 1`, and asked before else; where it does not, the loop is left as it is written.

A task that awaits a group and is cancelled leaves the group's members alone, while children that it awaits are cancelled first: in a
program that cancels, loops stay.

What the loop's body computes is computed where a child is started, so a load there may come later than before. It is moved only if the
program writes elements of that type nowhere else (analysis/written_elements.py).

The place in the pipeline: the pass needs `scf.for`, so it comes before scf-to-cf. elide-awaited-calls comes after that and would not
have removed these starts, as a handle that goes into a group has to be a real one: where there is such a loop, the executor is dynamic.
What elision does find is the start of the child, awaited at once: the child's body becomes that of the task that has one turn.

    async.func @child(%i: index, %a: memref<?xi32>) -> !async.token {
      async.return
    }
    func.func @main(%n: index, %a: memref<?xi32>) attributes {task.kernel} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %g = async.create_group %n : !async.group
      scf.for %i = %c0 to %n step %c1 {
        %t = async.call @child(%i, %a) : (index, memref<?xi32>) -> !async.token
        %rank = async.add_to_group %t, %g : !async.token
      }
      async.await_all %g
      return
    }

becomes

    func.func @main(%n: index, %a: memref<?xi32>) attributes {task.kernel} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %zero = arith.constant 0 : index
      %some = arith.cmpi sgt, %n, %zero : index
      scf.if %some {
        %range = async.call @main_range_0(%c0, %n, %a) : (index, index, memref<?xi32>) -> !async.token
        async.await %range : !async.token
      } else {
        %negative = arith.cmpi slt, %n, %zero : index
        scf.if %negative {
          %g = async.create_group %n : !async.group
        }
      }
      return
    }
    async.func private @main_range_0(%i: index, %count: index, %a: memref<?xi32>) -> !async.token {
      %one = arith.constant 1 : index
      %single = arith.cmpi eq, %count, %one : index
      scf.if %single {
        %t = async.call @child(%i, %a) : (index, memref<?xi32>) -> !async.token
        async.await %t : !async.token
      } else {
        %half = arith.shrui %count, %one : index
        %rest = arith.subi %count, %half : index
        %middle = arith.addi %i, %half : index
        %first = async.call @main_range_0(%i, %half, %a) : (index, index, memref<?xi32>) -> !async.token
        %second = async.call @main_range_0(%middle, %rest, %a) : (index, index, memref<?xi32>) -> !async.token
        %kind, %code = task.try_await %first : !async.token
        %kind_1, %code_1 = task.try_await %second : !async.token
        async.await %first : !async.token
        async.await %second : !async.token
      }
      async.return
    }

(Making a group for less than none is an error.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xdsl.context import Context
from xdsl.dialects import func
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import ModulePass

from asyncir.analysis.symbols import Names
from asyncir.analysis.written_elements import WrittenElements
from asyncir.dialects import async_
from asyncir.dialects.remarks import remark
from asyncir.dialects.task_cancel import CANCELLING
from asyncir.passes.divisible_loops import DivisibleLoop, divisible_loop
from asyncir.passes.range_tasks import divide


@dataclass(frozen=True)
class DivideLoopsPass(ModulePass):
    """Loops that only start tasks become tasks that halve their range."""

    name = "divide-loops"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        if any(each.name in CANCELLING for each in op.walk()):
            return
        functions = [function for function in op.ops if isinstance(function, func.FuncOp | async_.FuncOp)]
        written = WrittenElements(op)
        names = Names(op)
        for function in functions:
            for found in list(_loops(function, written)):
                name = names.fresh(f"{function.sym_name.data}_range_")
                remark(found.loop, "divide-loops", "divided", f"the loop becomes @{name}")
                task = divide(found, name)
                assert function.parent is not None
                function.parent.insert_op_after(task, function)


def _loops(function: func.FuncOp | async_.FuncOp, written: WrittenElements) -> Iterator[DivisibleLoop]:
    for op in function.walk():
        if isinstance(op, async_.CreateGroupOp) and (found := divisible_loop(function, op, written)) is not None:
            yield found
