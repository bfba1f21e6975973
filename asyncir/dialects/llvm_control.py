"""The `llvm` dialect's switch and inline assembly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from xdsl.dialects.builtin import (
    I32,
    DenseArrayBase,
    DenseIntElementsAttr,
    IntegerType,
    StringAttr,
    UnitAttr,
    VectorType,
    i32,
)
from xdsl.dialects.llvm import (
    TailCallKind,
    TailCallKindAttr,
)
from xdsl.ir import Attribute, Block, Operation, SSAValue
from xdsl.irdl import (
    AttrSizedOperandSegments,
    IRDLOperation,
    irdl_op_definition,
    operand_def,
    opt_prop_def,
    opt_result_def,
    prop_def,
    successor_def,
    traits_def,
    var_operand_def,
    var_successor_def,
)
from xdsl.traits import IsTerminator
from xdsl.utils.exceptions import VerifyException
from xdsl.utils.hints import isa


@lru_cache(maxsize=64)
def _starts(segments: DenseArrayBase[I32]) -> tuple[int, ...]:
    """Where each segment starts, and the sum of all at the end; kept, as asking case by case would be quadratic."""
    return (0, *accumulate(segments.get_values()))


@irdl_op_definition
class SwitchOp(IRDLOperation):
    """`llvm.switch`: a branch by integer value, with a default. Each case has its own block arguments."""

    name = "llvm.switch"

    value = operand_def(IntegerType)
    default_operands = var_operand_def()
    case_operands = var_operand_def()
    case_values = opt_prop_def(DenseIntElementsAttr)
    case_operand_segments = prop_def(DenseArrayBase[I32])
    branch_weights = opt_prop_def(DenseArrayBase.constr(i32))
    default_destination = successor_def()
    case_destinations = var_successor_def()

    traits = traits_def(IsTerminator())
    irdl_options = (AttrSizedOperandSegments(as_property=True),)

    def __init__(
        self,
        value: SSAValue | Operation,
        default: tuple[Block, Sequence[SSAValue]],
        cases: Sequence[tuple[int, Block, Sequence[SSAValue]]],
    ) -> None:
        value = SSAValue.get(value)
        values = [number for number, _, _ in cases]
        element = value.type
        assert isa(element, IntegerType)
        super().__init__(
            operands=[value, default[1], [operand for _, _, operands in cases for operand in operands]],
            successors=[default[0], [block for _, block, _ in cases]],
            properties={
                "case_values": DenseIntElementsAttr.from_list(VectorType(element, [len(values)]), values) if values else None,
                "case_operand_segments": DenseArrayBase.from_list(i32, [len(operands) for _, _, operands in cases]),
            },
        )

    def values(self) -> tuple[int, ...]:
        """The case values, in the order of the case destinations."""
        return () if self.case_values is None else tuple(int(number) for number in self.case_values.get_values())

    def operands_by_case(self) -> list[Sequence[SSAValue]]:
        """The block arguments of each case, in the order of the case destinations."""
        return [self.successor_operands(index) for index in range(1, len(self.successors))]

    def successor_operands(self, successor_index: int) -> Sequence[SSAValue]:
        """The operands passed to successor `successor_index`: the default is 0, the cases follow."""
        starts = _starts(self.case_operand_segments)
        # The operands are the value, the default's, and those of the cases.
        first_case = len(self.operands) - starts[-1]
        if successor_index == 0:
            return self.operands[1:first_case]
        return self.operands[first_case + starts[successor_index - 1] : first_case + starts[successor_index]]

    def produced_block_arg_types(self, successor_index: int) -> tuple[Attribute, ...]:
        """A switch produces no values of its own."""
        return ()

    def verify_(self) -> None:
        if not len(self.values()) == len(self.case_destinations) == len(self.case_operand_segments):
            raise VerifyException(
                f"llvm.switch: {len(self.case_destinations)} case blocks need as many values and operand segments, "
                f"got {len(self.values())} and {len(self.case_operand_segments)}"
            )
        if len(set(self.values())) != len(self.values()):
            raise VerifyException("llvm.switch: a case value occurs twice")


@irdl_op_definition
class InlineAsmOp(IRDLOperation):
    """`llvm.inline_asm`; several results come as a struct.

    Assembly that needs its lanes together (a ballot, a shuffle) must be `convergent`, else LLVM may duplicate or sink it. MLIR has no
    property for that; it is a discardable attribute, which xDSL's op would print where MLIR's parser refuses it.
    """

    name = "llvm.inline_asm"

    args = var_operand_def()
    res = opt_result_def()
    asm_string = prop_def(StringAttr)
    constraints = prop_def(StringAttr)
    has_side_effects = opt_prop_def(UnitAttr)
    is_align_stack = opt_prop_def(UnitAttr)
    tail_call_kind = prop_def(TailCallKindAttr, default_value=TailCallKindAttr(TailCallKind.NONE))

    def __init__(
        self,
        asm_string: str,
        constraints: str,
        args: Sequence[SSAValue | Operation],
        result_type: Attribute | None = None,
        *,
        side_effects: bool = True,
        convergent: bool = False,
    ) -> None:
        super().__init__(
            operands=[args],
            result_types=[[] if result_type is None else [result_type]],
            properties={
                "asm_string": StringAttr(asm_string),
                "constraints": StringAttr(constraints),
                "has_side_effects": UnitAttr() if side_effects else None,
            },
            attributes={"convergent": UnitAttr()} if convergent else {},
        )

    @property
    def is_convergent(self) -> bool:
        return "convergent" in self.attributes
