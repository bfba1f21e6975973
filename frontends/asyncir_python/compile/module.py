"""The module that a kernel becomes: the specialisations that it reaches, and the table of errors that they may raise."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xdsl.dialects import arith, cf, func, scf
from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, FunctionType, ModuleOp, UnitAttr, i64
from xdsl.ir import Block, Operation, Region, SSAValue

from asyncir.dialects import async_
from asyncir.dialects.locations import to_attribute
from asyncir.dialects.task import HOST_VISIBLE, KERNEL
from asyncir.errors import Location
from asyncir_python.compile.awaiting import await_task
from asyncir_python.compile.emitter import SETTLED, Again, Emitter, Unknown
from asyncir_python.compile.error_classes import matcher
from asyncir_python.compile.functions import Function, NestedFunction, Specialisation
from asyncir_python.compile.lane_effects import called_apart, check_call
from asyncir_python.compile.signature import type_of_annotation
from asyncir_python.compile.source import CompileError
from asyncir_python.compile.structure import joined
from asyncir_python.compile.sync_types import Queue
from asyncir_python.compile.types import NONE, Array, Awaitable, Static, Task, Tuple, Type
from asyncir_python.compile.values import NOTHING, Value, cut
from asyncir_python.error_codes import CLASS_SHIFT, MAX_CLASSES, MAX_SITES, ErrorSite


class Cancels(Exception):
    """The program cancels tasks, which was not known when it was begun: it is to be emitted with `cancels`."""


class Counts(Exception):
    """The program asks which items of queues are done, which was not known when it was begun: it is to be emitted with `counts`."""


MAX_ROUNDS = 200
"""How often a function is emitted until its types are wide enough: each time one of them is widened."""


@dataclass(frozen=True)
class _Search:
    """What a function was like when it was first found that it does not say a type where it is asked for, and what to say then."""

    error: CompileError
    spec: Specialisation
    result: Type | None
    loops: dict[tuple[ast.AST, str], Type]


class ModuleBuilder:
    """Collects specialisations; each is emitted when it is first asked for."""

    def __init__(self, *, checks: bool = False, cancels: bool = False, counts: bool = False) -> None:
        self.checks = checks
        """Whether compiled code looks at the range of indices."""
        self.cancels = cancels
        """Whether the program cancels tasks: then suspensions inside try statements catch that."""
        self.counts = counts
        """Whether queues count the items that are not done: the program calls task_done or join."""
        self.failing_groups: set[ast.AST] = set()
        """The task groups of which a task may fail, by the calls that make them."""
        self.waiting_groups: set[ast.AST] = set()
        """Those in whose body the program waits, too."""
        self._searches = 0
        """How many functions that are being emitted look for a type."""
        self.module = ModuleOp([])
        self.errors: list[ErrorSite] = []
        self.classes: list[type[BaseException]] = []
        self._codes: dict[ErrorSite, int] = {}
        self._made: list[tuple[Specialisation, Operation]] = []
        """In the order in which they were finished: callees first."""
        self._specialisations: dict[object, Specialisation] = {}
        self._symbols: dict[str, int] = {}
        self._matchers: dict[tuple[tuple[type[BaseException], ...], bool], str] = {}

    # ------------------------------------------------------------------------------------------------------------- errors

    def error_code(self, error: type[BaseException], message: str, location: Location) -> int:
        """The code of an error raised at a place."""
        site = ErrorSite(error, message, location)
        if site not in self._codes:
            self.errors.append(site)
            if len(self.errors) > MAX_SITES:
                raise CompileError(f"a kernel raises errors at {MAX_SITES} places at most", location)
            self._codes[site] = self.class_number(error) << CLASS_SHIFT | len(self.errors) - 1
        return self._codes[site]

    def class_number(self, error: type[BaseException]) -> int:
        """The number of a class of errors; what is its base is found through the classes themselves."""
        if error not in self.classes:
            self.classes.append(error)
            assert len(self.classes) < MAX_CLASSES
        return self.classes.index(error)

    def note_cancelling(self) -> None:
        """Some construct cancels tasks. Raises Cancels where the module was begun without that."""
        if not self.cancels:
            raise Cancels

    def note_counting(self) -> None:
        """Some construct asks which items are done. Raises Counts where the module was begun without that."""
        if not self.counts:
            raise Counts

    def matcher(self, classes: tuple[type[BaseException], ...], *, inner: bool) -> str:
        """
        The symbol of the function that tells whether an error, a kind and a code, is of one of these classes; with `inner`, what groups
        contain is looked at.
        """
        key = (classes, inner)
        if key not in self._matchers:
            self._matchers[key] = self._symbol(("has_" if inner else "is_") + "_or_".join(class_.__name__ for class_ in classes))
        return self._matchers[key]

    def _make_matchers(self) -> None:
        for (classes, inner), symbol in self._matchers.items():
            self.module.body.block.add_op(matcher(symbol, classes, self.classes, inner=inner))

    # ----------------------------------------------------------------------------------------------------- specialisations

    def kernel(self, function: Function, types: Sequence[Type]) -> Specialisation:
        """Emits a kernel for the types of its parameters, and all that it reaches."""
        spec = Specialisation(function, self._symbol(function.symbol), tuple(types), as_task=False)
        self._emit(spec)
        for _, op in self._made:
            self.module.body.block.add_op(op)
        self._make_matchers()
        return spec

    def specialise(self, function: Function, types: tuple[Type, ...], as_task: bool, *, together: bool = False) -> Specialisation:
        """The specialisation for these types of parameters and captured variables; `together` if all lanes of its task run it together."""
        key = (function.key, types, as_task, together)
        spec = self._specialisations.get(key)
        if spec is None:
            suffix = "_task" if as_task and function.kind == "device" else ""
            spec = Specialisation(function, self._symbol(function.symbol + suffix), types, as_task, together=together)
            self._specialisations[key] = spec
            try:
                self._emit(spec)
            except (Again, Unknown):  # of a function that calls this one
                del self._specialisations[key]
                raise
        return spec

    def _symbol(self, name: str) -> str:
        number = self._symbols.get(name, 0)
        self._symbols[name] = number + 1
        return name if number == 0 else self._symbol(f"{name}_{number}")

    def _emit(self, spec: Specialisation) -> None:
        annotation = spec.function.annotations.get("return", Any)
        if annotation is not Any:
            spec.result = self.counting(type_of_annotation(annotation))
            spec.annotated = True
            if spec.result is None:
                spec.function.source.fail(
                    spec.function.node, f"the annotation of the result is no type that compiled functions know: {annotation!r}"
                )
        search: _Search | None = None
        for _ in range(MAX_ROUNDS):
            mark = len(self._made)
            try:
                op = self._emitted(spec)
            except Again as again:
                if again.spec is not None:
                    self._forget(mark)
                    if again.spec is not spec:
                        raise
                    self._end_search(search)
                    search = None
                continue
            except Unknown as unknown:
                self._forget(mark)
                if unknown.spec is not spec:
                    raise
                if search is not None:
                    raise search.error from None
                search = self._search(unknown)
                continue
            except CompileError:
                if search is not None:
                    raise search.error from None
                raise
            if search is not None:
                raise search.error
            if spec.may_fail and spec.assumed_safe:
                spec.assumed_safe = False
                self._forget(mark)
                continue
            self._made.append((spec, op))
            spec.done = True
            return
        raise AssertionError(f"the types of '{spec.function.name}' do not settle")

    def _search(self, unknown: Unknown) -> _Search:
        """
        From now on a task whose function asks for what is not known is taken for one without a result, so that statements behind its start
        are seen; whatever comes of that is dropped when one of them has said what is asked for.
        """
        self._searches += 1
        return _Search(unknown.error, unknown.spec, unknown.spec.result, dict(unknown.spec.loops))

    def _end_search(self, search: _Search | None) -> None:
        if search is not None:
            self._searches -= 1
            search.spec.result, search.spec.loops = search.result, search.loops

    def _forget(self, mark: int) -> None:
        """Drops what was compiled since: it took for granted what does not hold."""
        forgotten = {id(spec) for spec, _ in self._made[mark:]}
        del self._made[mark:]
        self._specialisations = {key: spec for key, spec in self._specialisations.items() if id(spec) not in forgotten}

    def _emitted(self, spec: Specialisation) -> Operation:
        f = Emitter(self, spec)
        node = spec.function.node
        with f.at(node):
            entry = f.new_block([part for type_ in spec.types for part in type_.parts])
            f.enter(entry)
            values = cut(spec.types, entry.args)
            names = list(spec.function.signature.parameters)
            captured = list(spec.function.captured) if isinstance(spec.function, NestedFunction) else []
            for name, value in zip([*names, *captured], values, strict=True):
                f.assign(name, value)
            _hint(entry, [*names, *captured], spec.types)
            f.statements(node.body)
            if f.alive:
                self.finish(f, self.returned(f, NOTHING, node))
            if spec.result is None:
                spec.result = NONE
            if spec.endless:
                spec.endless = False
                raise Again
            if f.doubts:
                raise f.doubts[0]
            op = self._function(spec, f.region)
        op.location = to_attribute(f.source.location(node))
        return op

    def _function(self, spec: Specialisation, region: Region) -> Operation:
        assert spec.result is not None
        inputs = [part for type_ in spec.types for part in type_.parts]
        if spec.as_task:
            return async_.FuncOp(spec.symbol, FunctionType.from_lists(inputs, list(Task(spec.result).parts)), region)
        op = func.FuncOp(spec.symbol, (inputs, list(spec.result.parts)), region)
        if spec.function.kind == "kernel":
            op.attributes[KERNEL] = UnitAttr()
            op.arg_attrs = _arguments(spec.types)
        return op

    # ------------------------------------------------------------------------------------------------------------- results

    def returned(self, f: Emitter, value: Value, node: ast.AST) -> Value:
        """A value as the function's result. Raises Again where the result is wider than what was returned before."""
        spec = f.spec
        if isinstance(value.type, Static | Awaitable):
            f.fail(node, f"a function cannot return {value.type}", help="await it first" if isinstance(value.type, Awaitable) else None)
        if isinstance(value.type, Queue) and value.type.element is None and not spec.annotated:
            f.fail(
                node,
                "the type of the queue's items is not known here",
                help="annotate the queue: q: asyncio.Queue[i32] = asyncio.Queue(64)",
            )
        if spec.annotated:
            assert spec.result is not None
            if value is NOTHING and spec.result != NONE:
                f.fail(node, f"'{spec.function.name}' ends without a value here: it returns {spec.result}")
            return f.convert(self.settle(f, value, spec.result, node), spec.result, node)
        if spec.result is None:
            spec.result = value.type
        wide = joined(f, node, "", [spec.result, value.type])
        if wide != spec.result:
            spec.result = wide
            raise Again(spec)  # what it calls may have called it, and taken the narrower result
        return f.convert(value, wide, node)

    def finish(self, f: Emitter, value: Value | None) -> None:
        """Ends the block: the function returns the value, or is dead here and returns anything."""
        spec = f.spec
        if value is None:
            if spec.result is None:
                # Not known yet what it returns: a loop that ends nowhere says as much, until the function is compiled again.
                spec.endless = True
                f.add(cf.BranchOp(self._endless(f)))
                return
            parts = tuple(f.nothing_of(type_) for type_ in spec.result.parts)
        else:
            parts = f.parts(value)
        f.add(async_.ReturnOp(parts) if spec.as_task else func.ReturnOp(*parts))

    @staticmethod
    def _endless(f: Emitter) -> Block:
        """A block that jumps to itself."""
        block = f.new_block()
        origin = f.block
        f.region.add_block(block)
        f.block = block
        f.add(cf.BranchOp(block))
        f.block = origin
        return block

    # --------------------------------------------------------------------------------------------------------------- calls

    def start_task(self, f: Emitter, function: Function, types: tuple[Type, ...], parts: tuple[SSAValue, ...], node: ast.AST) -> Value:
        """Starts a task that runs a function."""
        try:
            spec = self.specialise(function, types, as_task=True)
        except Unknown:
            if not self._searches:
                raise
            return Value(Task(NONE), tuple(f.nothing_of(part) for part in Task(NONE).parts))
        result = self.result_of(f, spec, node)
        if not spec.done and not spec.may_fail:
            spec.assumed_safe = True
        call = f.add(async_.CallOp(spec.symbol, parts, Task(result).parts))
        return Value(Task(result, spec.may_fail), tuple(call.handles))

    def call_device(self, f: Emitter, function: Function, types: tuple[Type, ...], parts: tuple[SSAValue, ...], node: ast.AST) -> Value:
        """Calls a sync function. In a try statement its errors must come back, so it is run as a task that is awaited at once."""
        apart = called_apart(f, parts)
        if f.handlers and not apart:
            return await_task(f, self.start_task(f, function, types, parts, node))
        spec = self.specialise(function, types, as_task=False, together=f.spec.together and not apart)
        result = self.result_of(f, spec, node)
        check_call(f, spec, parts, node)
        if not spec.done and not spec.may_fail:
            spec.assumed_safe = True
        f.spec.may_fail |= spec.may_fail
        f.spec.may_suspend |= spec.may_suspend
        call = f.add(func.CallOp(spec.symbol, parts, result.parts))
        return Value(result, tuple(call.results))

    def result_of(self, f: Emitter, spec: Specialisation, node: ast.AST) -> Type:
        """What a function returns. Of one that is being compiled it must be known: Raises CompileError."""
        if spec.result is None:
            f.fail(node, f"'{spec.function.name}' calls itself before its result is known", help="annotate its result: -> i32")
        return spec.result

    def integer_power(self, f: Emitter, x: SSAValue, count: SSAValue) -> SSAValue:
        """x to a power that is not negative, by a loop of squarings."""
        types = [x.type, x.type, i64]
        head, body = f.new_block(types), f.new_block(types)
        with f.inside(head):
            f.add(scf.ConditionOp(f.compare("ne", head.args[2], f.int64(0)), *head.args))
        with f.inside(body):
            result, square, left = body.args
            odd = f.compare("ne", f.value(arith.AndIOp(left, f.int64(1))), f.int64(0))
            result = f.value(arith.SelectOp(odd, f.value(arith.MuliOp(result, square)), result))
            f.add(scf.YieldOp(result, f.value(arith.MuliOp(square, square)), f.value(arith.ShRUIOp(left, f.int64(1)))))
        return f.add(scf.WhileOp([f.constant(1, x.type), x, count], types, [head], [body])).results[0]

    # ------------------------------------------------------------------------------------------------------------ what is open

    def counting(self, type_: Type | None) -> Type | None:
        """A type of an annotation; queues in it count as those of this module do."""
        match type_:
            case Queue():
                return replace(type_, counted=self.counts)
            case Tuple():
                return Tuple(tuple(self.counting(item) or item for item in type_.items))
            case _:
                return type_

    def settle(self, f: Emitter, value: Value, wanted: Type, node: ast.AST) -> Value:
        """A value whose type was left open, as a queue without a type of items, gets the type that is wanted of it."""
        settled = SETTLED.get(type(value.type))
        return value if settled is None else settled(f, value, wanted, node)

    def unused(self, f: Emitter, value: Value, node: ast.expr) -> None:
        """A value that an expression statement gives, and nobody takes. A coroutine that is not awaited would never run: an error."""
        if isinstance(value.type, Awaitable):
            f.fail(node, f"{value.type} was never awaited", help=f"await {ast.unparse(node)}")


def _hint(block: Block, names: Sequence[str], types: Sequence[Type]) -> None:
    """Names the parameters in the text as the program does."""
    arguments = iter(block.args)
    for name, type_ in zip(names, types, strict=True):
        for _ in type_.parts:
            argument = next(arguments)
            if name.isidentifier() and name.isascii():
                argument.name_hint = name


def _arguments(types: Sequence[Type]) -> ArrayAttr[DictionaryAttr] | None:
    """What is said of the parameters of a kernel, each of one part; None if nothing."""
    visible = [isinstance(type_, Array) and type_.visible for type_ in types]
    if not any(visible):
        return None
    return ArrayAttr([DictionaryAttr({HOST_VISIBLE: UnitAttr()} if seen else {}) for seen in visible])
