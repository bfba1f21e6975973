"""One `llvm.func` as LLVM IR text.

Two passes. The first gives every value and block its name, because a block may be printed before the block that dominates it, and
collects for every block what each incoming edge passes. The second prints. Block arguments become phi nodes; a terminator with several
edges to one block that pass different values gets an edge block for each but the first, as one predecessor can pass only one value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from xdsl.dialects.llvm import LLVMVoidType
from xdsl.ir import Attribute, Block, Operation, SSAValue

from asyncir.dialects import llvm_ext as llvm
from asyncir.lowering.llvm_text.attributes import check_attributes, parameter_attributes
from asyncir.lowering.llvm_text.context import ModuleText
from asyncir.lowering.llvm_text.type_text import unsupported


@dataclass
class Edges:
    """What arrives at one block: for each edge the label it comes from and the values it passes."""

    arriving: list[tuple[str, Sequence[SSAValue]]] = field(default_factory=list[tuple[str, Sequence[SSAValue]]])


Emitter = Callable[["FunctionText", Operation], None]
"""Prints one operation into a function."""


class FunctionText:
    """The text of one function while it grows."""

    def __init__(self, module: ModuleText, func: llvm.FuncOp, emitters: dict[type[Operation], Emitter]) -> None:
        self.module = module
        self.types = module.types
        self.is_gpu = module.target.is_gpu
        self.func = func
        self.names: dict[SSAValue, str] = {}
        self.lines: list[str] = []
        self.debug = ""
        self._emitters = emitters
        self._labels: dict[Block, str] = {}
        self._edges: dict[Block, Edges] = {}
        self._edge_blocks: list[tuple[str, Block]] = []
        self._edge_labels: dict[tuple[Operation, int], str] = {}
        self._fresh = 0

    # What emitters use.

    def line(self, text: str) -> None:
        """Add an instruction, with the current operation's location."""
        self.lines.append(f"  {text}{self.debug}")

    def assign(self, op: Operation, text: str) -> None:
        """Add the instruction that makes the operation's one result."""
        self.lines.append(f"  {self.names[op.results[0]]} = {text}{self.debug}")

    def value(self, value: SSAValue) -> str:
        """A value without its type."""
        return self.names[value]

    def typed(self, op: Operation, value: SSAValue) -> str:
        """A value with its type."""
        return f"{self.types(op, value.type)} {self.names[value]}"

    def type(self, op: Operation, type_: Attribute) -> str:
        return self.types(op, type_)

    def fresh(self) -> str:
        """A new local name, for an operation that needs several instructions."""
        self._fresh += 1
        return f"%t{self._fresh}"

    def successor(self, op: Operation, index: int) -> str:
        """`label %x` for the index-th successor of a terminator."""
        label = self._edge_labels.get((op, index)) or self._labels[op.successors[index]]
        return f"label %{label}"

    # The function.

    def print(self) -> list[str]:
        """The lines of the definition."""
        blocks = list(self.func.body.blocks)
        self._name_blocks(blocks)
        self._name_values(blocks)
        subprogram = self.module.debug.enter(self.func) if self.module.debug else ""
        header = f"{self._header(blocks[0])}{subprogram} {{"
        for block in blocks:
            self._print_block(block)
        self.debug = ""
        for label, target in self._edge_blocks:
            self.lines += [f"{label}:", f"  br label %{self._labels[target]}"]
        return [header, *self.lines, "}"]

    def _header(self, entry: Block) -> str:
        func = self.func
        parameters = [
            f"{self.types(func, argument.type)}{parameter_attributes(func, index)} {self.names[argument]}"
            for index, argument in enumerate(entry.args)
        ]
        return self.module.function_header("define", func, parameters)

    def _name_blocks(self, blocks: Sequence[Block]) -> None:
        for index, block in enumerate(blocks):
            self._labels[block] = f"b{index}"
            self._edges[block] = Edges()
        for block in blocks:
            terminator = block.last_op
            if terminator is None:
                raise unsupported(self.func, "a block without a terminator")
            if terminator.successors:
                self._collect_edges(terminator, self._labels[block])
        if self._edges[blocks[0]].arriving:
            raise unsupported(self.func, "the entry block is the target of a branch; branch to a block behind it")

    def _collect_edges(self, terminator: Operation, label: str) -> None:
        passed: dict[Block, Sequence[SSAValue]] = {}
        for index, (target, values) in enumerate(edges_of(terminator)):
            if target not in self._labels:
                raise unsupported(terminator, "branches out of its function")
            if len(values) != len(target.args):
                raise unsupported(terminator, f"passes {len(values)} values to a block with {len(target.args)} arguments")
            source = label
            if target in passed and tuple(values) != tuple(passed[target]):
                source = f"e{len(self._edge_blocks)}"
                self._edge_blocks.append((source, target))
                self._edge_labels[(terminator, index)] = source
            passed.setdefault(target, values)
            self._edges[target].arriving.append((source, values))

    def _name_values(self, blocks: Sequence[Block]) -> None:
        names, module, count = self.names, self.module, 0
        for block in blocks:
            reached = block is blocks[0] or bool(self._edges[block].arriving)
            for argument in block.args:
                names[argument] = f"%v{count}" if reached else "poison"
                count += 1
            for op in block.ops:
                if not op.results:
                    continue
                if len(op.results) > 1:
                    raise unsupported(op, "an operation of the llvm level has at most one result")
                constant = module.constant_of(op)
                names[op.results[0]] = f"%v{count}" if constant is None else constant
                count += constant is None

    def _print_block(self, block: Block) -> None:
        self.lines.append(f"{self._labels[block]}:")
        self._print_phis(block)
        emitters, debug = self._emitters, self.module.debug
        for op in block.ops:
            emit = emitters.get(type(op))
            if emit is None:
                raise unsupported(op, "has no LLVM IR form here; lower it to the llvm or nvvm dialect first")
            if op.attributes:
                check_attributes(op)
            if debug:
                self.debug = debug.suffix(op)
            emit(self, op)

    def _print_phis(self, block: Block) -> None:
        arriving = self._edges[block].arriving
        if not arriving:
            return
        for index, argument in enumerate(block.args):
            sources: list[str] = []
            for label, values in arriving:
                if values[index].type != argument.type:
                    raise unsupported(
                        self.func, f"a branch passes a value of type {values[index].type} for an argument of type {argument.type}"
                    )
                sources.append(f"[ {self.names[values[index]]}, %{label} ]")
            self.lines.append(f"  {self.names[argument]} = phi {self.types(self.func, argument.type)} {', '.join(sources)}")


def edges_of(terminator: Operation) -> list[tuple[Block, Sequence[SSAValue]]]:
    """The successors of a terminator with the values each is passed, in the order of `successors`."""
    match terminator:
        case llvm.BrOp():
            return [(terminator.successor, terminator.arguments)]
        case llvm.CondBrOp():
            return [
                (terminator.then_block, tuple(terminator.then_arguments)),
                (terminator.else_block, tuple(terminator.else_arguments)),
            ]
        case llvm.SwitchOp():
            cases = zip(terminator.case_destinations, terminator.operands_by_case(), strict=True)
            return [(terminator.default_destination, tuple(terminator.default_operands)), *cases]
        case _:
            raise unsupported(terminator, "a terminator with successors that is not llvm.br, llvm.cond_br or llvm.switch")


def returns_nothing(func: llvm.FuncOp) -> bool:
    return isinstance(func.function_type.output, LLVMVoidType)
