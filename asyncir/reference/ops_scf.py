"""Decoders of `scf`: structured control flow, each in a form that never waits and one that may."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from xdsl.dialects import scf
from xdsl.ir import Operation, Region

from asyncir.reference.decode import (
    Decoded,
    Decoder,
    Ends,
    OpDecoder,
    Plain,
    RegionCode,
    Registers,
    Running,
    Suspends,
    Values,
    assigner,
    run_plain,
    run_suspending,
    stop_at,
    store_values,
)
from asyncir.reference.faults import broken, unsupported


def values_end(op: Operation, d: Decoder) -> Decoded:
    """A terminator that ends its region with its operands."""
    sources = d.registers(op.operands)
    if len(sources) == 1:
        source = sources[0]
        return Ends(lambda r: (r[source],))
    return Ends(lambda r: tuple([r[source] for source in sources]))


def _chosen(choose: Callable[[Registers], RegionCode | None], regions: Sequence[RegionCode], results: tuple[int, ...]) -> Decoded:
    """Runs the region that `choose` names, if any."""
    store = store_values(results)

    def plain(r: Registers) -> None:
        region = choose(r)
        if region is not None:
            store(r, run_plain(region, r))

    def suspends(r: Registers) -> Running:
        region = choose(r)
        if region is not None:
            store(r, (yield from run_suspending(region, r)))

    return Plain(plain) if all(region.plain for region in regions) else Suspends(suspends)


def _optional(region: Region, d: Decoder) -> RegionCode | None:
    return d.region(region) if region.blocks.first is not None else None


def _if(op: scf.IfOp, d: Decoder) -> Decoded:
    condition = d.register(op.cond)
    then, otherwise = d.region(op.true_region), _optional(op.false_region, d)
    regions = [region for region in (then, otherwise) if region is not None]
    return _chosen(lambda r: then if r[condition] else otherwise, regions, d.registers(op.results))


def _execute_region(op: scf.ExecuteRegionOp, d: Decoder) -> Decoded:
    region = d.region(op.regions[0])
    return _chosen(lambda r: region, [region], d.registers(op.results))


def _index_switch(op: scf.IndexSwitchOp, d: Decoder) -> Decoded:
    flag, default = d.register(op.arg), d.region(op.default_region)
    regions = [d.region(region) for region in op.case_regions]
    cases = dict(reversed(list(zip(op.cases.get_values(), regions, strict=True))))
    return _chosen(lambda r: cases.get(r[flag], default), [default, *regions], d.registers(op.results))


def _for(op: scf.ForOp, d: Decoder) -> Decoded:
    low, high, step = d.registers((op.lb, op.ub, op.step))
    begin, results = d.registers(op.iter_args), d.registers(op.results)
    region = d.region(op.body)
    induction, carried = region.entry.arguments[0], region.entry.arguments[1:]
    enter, carry = assigner(begin, carried), store_values(carried)
    leave = assigner(carried, results)

    def span(r: Registers) -> range:
        if r[step] <= 0:
            raise broken("undefined", op, f"'scf.for' needs a positive step, got {r[step]}")
        return range(r[low], r[high], r[step])

    def plain(r: Registers) -> None:
        steps, launch = span(r), r[0].launch
        enter(r)
        for index in steps:
            r[induction] = index
            carry(r, run_plain(region, r))
            if launch.stopped:
                stop_at(r, None, op)
        leave(r)

    def suspends(r: Registers) -> Running:
        steps, launch = span(r), r[0].launch
        enter(r)
        for index in steps:
            r[induction] = index
            carry(r, (yield from run_suspending(region, r)))
            if launch.stopped:
                stop_at(r, None, op)
        leave(r)

    return Plain(plain) if region.plain else Suspends(suspends)


def _while(op: scf.WhileOp, d: Decoder) -> Decoded:
    begin, results = d.registers(op.arguments), store_values(d.registers(op.results))
    before, after = d.region(op.before_region), d.region(op.after_region)
    enter = assigner(begin, before.entry.arguments)
    to_after, to_before = store_values(after.entry.arguments), store_values(before.entry.arguments)

    def plain(r: Registers) -> None:
        launch = r[0].launch
        enter(r)
        while (values := run_plain(before, r))[0]:
            to_after(r, values[1:])
            to_before(r, run_plain(after, r))
            if launch.stopped:
                stop_at(r, None, op)
        results(r, values[1:])

    def suspends(r: Registers) -> Running:
        launch = r[0].launch
        enter(r)
        while (values := (yield from run_suspending(before, r)))[0]:
            to_after(r, values[1:])
            to_before(r, (yield from run_suspending(after, r)))
            if launch.stopped:
                stop_at(r, None, op)
        results(r, values[1:])

    return Plain(plain) if before.plain and after.plain else Suspends(suspends)


def _parallel(op: scf.ParallelOp, d: Decoder) -> Decoded:
    """One iteration after the other, in row-major order: one of the orders that are allowed."""
    lows, highs, steps = d.registers(op.lowerBound), d.registers(op.upperBound), d.registers(op.step)
    begin, store = assigner(d.registers(op.initVals), d.registers(op.results)), store_values(d.registers(op.results))
    results = d.registers(op.results)
    reduce = op.body.block.last_op
    if not isinstance(reduce, scf.ReduceOp):
        raise unsupported(op, "without scf.reduce at its end")
    body = d.region(op.body)
    combiners = [d.region(region) for region in reduce.reductions]

    def spans(r: Registers) -> list[range]:
        if any(r[step] <= 0 for step in steps):
            raise broken("undefined", op, "'scf.parallel' needs positive steps")
        return [range(r[a], r[b], r[c]) for a, b, c in zip(lows, highs, steps, strict=True)]

    def set_indices(r: Registers, point: tuple[int, ...]) -> None:
        for argument, index in zip(body.entry.arguments, point, strict=True):
            r[argument] = index

    def combine(r: Registers, values: Values) -> None:
        combined: list[Any] = []
        for result, value, region in zip(results, values, combiners, strict=True):
            left, right = region.entry.arguments
            r[left], r[right] = r[result], value
            combined.append(run_plain(region, r)[0])
        store(r, combined)

    def plain(r: Registers) -> None:
        begin(r)
        for point in itertools.product(*spans(r)):
            set_indices(r, point)
            combine(r, run_plain(body, r))
            if r[0].launch.stopped:
                stop_at(r, None, op)

    def suspends(r: Registers) -> Running:
        begin(r)
        for point in itertools.product(*spans(r)):
            set_indices(r, point)
            combine(r, (yield from run_suspending(body, r)))
            if r[0].launch.stopped:
                stop_at(r, None, op)

    return Plain(plain) if body.plain else Suspends(suspends)


DECODERS: dict[str, OpDecoder] = {
    "scf.if": _if,
    "scf.execute_region": _execute_region,
    "scf.index_switch": _index_switch,
    "scf.for": _for,
    "scf.while": _while,
    "scf.parallel": _parallel,
    "scf.yield": values_end,
    "scf.condition": values_end,
    "scf.reduce": values_end,
    "scf.reduce.return": values_end,
}
