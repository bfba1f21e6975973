"""Annotations as types, and the arguments of a call in the order of a function's parameters."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from asyncir_python.compile.emitter import Emitter, outside_value, static_of
from asyncir_python.compile.functions import DEFAULT, Function, NestedFunction
from asyncir_python.compile.sync_types import Queue
from asyncir_python.compile.types import NONE, Array, Channel, Event, Lock, Scalar, Tuple, Type
from asyncir_python.compile.values import Value
from asyncir_python.host_types import scalar_of
from asyncir_python.twin.arrays import ArrayType
from asyncir_python.twin.channels import ChannelType

ANNOTATIONS: dict[Any, Any] = {}
"""Further annotations: a class, or the origin of a subscripted one, to a function from its arguments to a Type."""


def type_of_annotation(annotation: Any) -> Type | None:
    """The type that an annotation names, or None if it names none."""
    scalar = scalar_of(annotation)
    if scalar is not None:
        return Scalar(scalar)
    if annotation is None or annotation is type(None):
        return NONE
    if isinstance(annotation, ArrayType):
        element = scalar_of(annotation.element)
        return None if element is None else Array(element, annotation.rank, visible=annotation.visible)
    return _generic(annotation)


def _generic(annotation: Any) -> Type | None:
    if annotation is asyncio.Event:
        return Event()
    if annotation is asyncio.Lock:
        return Lock()
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is tuple and args and Ellipsis not in args:
        items = [type_of_annotation(arg) for arg in args]
        known = [item for item in items if item is not None]
        return Tuple(tuple(known)) if len(known) == len(items) else None
    if isinstance(annotation, ChannelType):
        element = scalar_of(annotation.element)
        return None if element is None else Channel(element)
    make = ANNOTATIONS.get(origin if origin is not None else annotation)
    return None if make is None else make(args)


def annotation_type(f: Emitter, node: ast.expr) -> Type:
    """The type that an annotation in a function's body names."""
    names: dict[str, Any] = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found = static_of(f.lookup(inner))
            if found is None:
                f.fail(node, f"'{ast.unparse(node)}' is no type")
            names[inner.id] = found
    try:
        value = eval(compile(ast.Expression(node), "<annotation>", "eval"), {}, names)
    except Exception as error:
        f.fail(node, f"'{ast.unparse(node)}' is no type: {error}")
    type_ = type_of_annotation(value)
    if type_ is None:
        f.fail(node, f"'{ast.unparse(node)}' is no type that compiled functions know")
    return type_


def bind(f: Emitter, function: Function, args: Sequence[Value], keywords: Mapping[str, Value], node: ast.AST) -> list[Value]:
    """Arguments in the order of the parameters; defaults are the Python objects that they are."""
    parameters = function.signature.parameters
    for parameter in parameters.values():
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            f.fail(node, f"'{function.name}' takes any number of arguments (*{parameter.name}): not supported")
    try:
        bound = function.signature.bind(*args, **keywords)
    except TypeError as error:
        f.fail(node, f"{function.name}(): {error}", help=f"it is {function.name}{_as_written(function.signature)}")
    values: list[Value] = []
    for name, parameter in parameters.items():
        if name in bound.arguments:
            values.append(bound.arguments[name])
        elif parameter.default is DEFAULT:
            values.append(captures_of(f, function)[f"={name}"])
        else:
            values.append(outside_value(parameter.default))
    return values


def captures_of(f: Emitter, function: Function) -> dict[str, Value]:
    """What a nested function takes from outside, as the function that is compiled has it: its definer, itself, or another that took it."""
    if not isinstance(function, NestedFunction):
        return {}
    if function.outer is f.spec.function:
        return function.captured
    prefix = "" if function is f.spec.function else f"{function.name}:"
    return {name: f.scope.values[prefix + name] for name in function.captured}


def _as_written(signature: inspect.Signature) -> str:
    """Annotations that are kept as texts stand without quotes."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(signature))


def parameter_types(f: Emitter, function: Function, values: Sequence[Value], node: ast.AST) -> list[Value]:
    """The arguments converted to the annotated types; without an annotation a parameter has its argument's type."""
    converted: list[Value] = []
    for name, value in zip(function.signature.parameters, values, strict=True):
        annotation = function.annotations.get(name, inspect.Parameter.empty)
        if annotation is inspect.Parameter.empty or annotation is Any:
            converted.append(value)
            continue
        wanted = type_of_annotation(annotation)
        if wanted is None:
            f.fail(
                node, f"the annotation of parameter '{name}' of '{function.name}' is no type that compiled functions know: {annotation!r}"
            )
        converted.append(_converted(f, function, name, value, wanted, node))
    return converted


def _converted(f: Emitter, function: Function, name: str, value: Value, wanted: Type, node: ast.AST) -> Value:
    value = f.module.settle(f, value, wanted, node)
    if wanted == Queue(None) and isinstance(value.type, Queue):
        return value
    if (
        isinstance(wanted, Array)
        and isinstance(value.type, Array)
        and (value.type.element, value.type.rank) == (wanted.element, wanted.rank)
        and (value.type.visible or not wanted.visible)
    ):
        return value  # a slice stays one, and what the host sees too: the function is compiled for it
    if not function.converts and value.type != wanted:
        f.fail(
            node,
            f"parameter '{name}' of '{function.name}' is annotated {wanted}, the argument is {value.type}: "
            "nothing converts it when the function runs as Python",
            help=f"decorate '{function.name}' with @task, or convert the argument",
        )
    return f.convert(value, wanted, node)
