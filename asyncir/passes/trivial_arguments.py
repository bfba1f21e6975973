"""
Block arguments that always stand for one value are replaced by it.

A merge hides from which values an argument comes, so nothing can be computed again behind it from what those came from. Where all
edges into some blocks pass one value, or arguments of theirs that stand for it, that value dominates them and may stand there itself
(Braun, Buchwald, Hack, Leissa, Mallon and Zwinkau, "Simple and Efficient Construction of Static Single Assignment Form", 2013).

    ^a: %y = arith.addi %x, %c : i32                        ^a: %y = arith.addi %x, %c : i32
        cf.br ^b(%y : i32)                           ->         cf.br ^b
    ^b(%z: i32): …                                          ^b: …
        cf.cond_br %p, ^b(%z : i32), ^c                         cf.cond_br %p, ^b, ^c
    ^c: … %z …                                              ^c: … %y …
"""

from __future__ import annotations

from xdsl.dialects import cf
from xdsl.dialects.builtin import DenseArrayBase, i32
from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.analysis.cfg import predecessor_edges, reverse_postorder
from asyncir.dialects.interfaces import successor_operands

_Edges = list[tuple[Operation, int]]


def replace_trivial_arguments(region: Region) -> None:
    """Replaces the arguments of blocks into which only `cf.br` and `cf.cond_br` lead, but the entry's. All blocks are reachable."""
    edges = predecessor_edges(region)
    merging = [block for block in reverse_postorder(region)[1:] if block.args and _only_branches(edges[block])]
    meaning = _meanings(merging, edges)
    trivial = {argument: value for argument, value in meaning.items() if value is not argument}
    for argument, value in trivial.items():
        argument.replace_all_uses_with(value)
    for block in merging:
        kept = [index for index, argument in enumerate(block.args) if argument not in trivial]
        if len(kept) < len(block.args):
            for source, index in edges[block]:
                _pass_only(source, index, kept)
            for argument in [argument for argument in block.args if argument in trivial]:
                block.erase_arg(argument)


def _only_branches(edges: _Edges) -> bool:
    return all(isinstance(op, cf.BranchOp | cf.ConditionalBranchOp) for op, _ in edges)


def _meanings(merging: list[Block], edges: dict[Block, _Edges]) -> dict[SSAValue, SSAValue]:
    """
    What each argument stands for, itself where values meet. An argument that nothing is known of yet agrees with every value, so arguments
    that only pass a value round a loop are found too; what was found is looked at again until it holds everywhere.
    """
    known: dict[SSAValue, SSAValue] = {}
    unknown = {argument for block in merging for argument in block.args}
    changed = True
    while changed:
        changed = False
        for block in merging:
            passed = [successor_operands(op, index) or () for op, index in edges[block]]
            for position, argument in enumerate(block.args):
                if known.get(argument) is argument:
                    continue
                operands = (operands[position] for operands in passed)
                values = {known.get(value, value) for value in operands if value in known or value not in unknown}
                found = next(iter(values)) if len(values) == 1 else argument
                if values and known.get(argument) is not found:
                    known[argument], changed = found, True
    return known


def _pass_only(branch: Operation, index: int, kept: list[int]) -> None:
    """Lets a branch pass only the operands at these positions to one of its successors."""
    if isinstance(branch, cf.BranchOp):
        branch.operands = [branch.arguments[position] for position in kept]
        return
    assert isinstance(branch, cf.ConditionalBranchOp)
    passed = [list(branch.then_arguments), list(branch.else_arguments)]
    passed[index] = [passed[index][position] for position in kept]
    branch.operands = [branch.cond, *passed[0], *passed[1]]
    branch.properties["operandSegmentSizes"] = DenseArrayBase.from_list(i32, [1, *map(len, passed)])
