"""Layout where every value lives across every suspension: nothing is shared, so all pairs of the two are saves, reloads and merges."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from growth import require_near_linear

from asyncir.analysis.check_layout import check_layouts
from asyncir.dialects import sm
from asyncir.dialects.context import make_context
from asyncir.dialects.parsing import parse_module
from asyncir.passes.layout_frames import LayoutFramesPass

REMAT = ("off", "free", "cost")
AWAIT = "await(%h) {} : (!async.value<i32>) -> i32 [^n{}]", "^n{}(%w{}: i32):"
YIELD = "yield() {} : () -> () [^n{}]", "^n{}:"


def all_live(values: int, suspensions: int, kind: tuple[str, str] = AWAIT) -> str:
    """Loads, then suspensions, then stores."""
    lines = ['sm.machine @m(%h: !async.value<i32>, %p: memref<?xi32>) attributes {scope = "lane"} {', "%c0 = arith.constant 0 : index"]
    lines += [f"%v{value} = memref.load %p[%c0] : memref<?xi32>" for value in range(values)]
    for number in range(suspensions):
        lines += ["sm.suspend " + kind[0].format(number + 1, number), kind[1].format(number, number)]
    lines += [f"memref.store %v{value}, %p[%c0] : memref<?xi32>" for value in range(values)]
    return "\n".join([*lines, "sm.return", "}"])


@pytest.mark.parametrize("remat", REMAT)
@pytest.mark.parametrize("kind", [AWAIT, YIELD])
def test_every_pair_is_saved_unless_its_slot_holds_it(kind: tuple[str, str], remat: str) -> None:
    values, suspensions = 30, 8
    before = parse_module(all_live(values, suspensions, kind), "m.mlir", make_context())
    after = before.clone()
    LayoutFramesPass("bound", remat).apply(make_context(), after)
    check_layouts(before, after)
    saves, reloads = (sum(isinstance(op, one) for op in after.walk()) for one in (sm.SaveOp, sm.ReloadOp))
    handle = suspensions - 1 if kind is AWAIT else 0
    assert reloads == (values + 1) * suspensions + handle
    # Arguments stay in their slots. A yield always parks, so the first one's saves are still there at the others.
    assert saves == values * (suspensions if kind is AWAIT else 1)


@pytest.mark.parametrize("remat", ["off", "cost"])
def test_time_grows_with_the_pairs(remat: str) -> None:
    def prepare(values: int) -> Callable[[], object]:
        module = parse_module(all_live(values, values // 10), "m.mlir", make_context())
        return lambda: LayoutFramesPass("bound", remat).apply(make_context(), module)

    require_near_linear(prepare, 60, 240, work=16)
