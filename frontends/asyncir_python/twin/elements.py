"""
Which types an array or a channel may hold, and how NumPy calls them.

Python's own `int` and `float` stand for i64 and f64, as in annotations. NumPy has no bf16 of its own: arrays made here keep bf16
values in float32, which holds them exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asyncir_python.scalars import bf16, f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64

Element = type[Any]
"""One of the package's scalar classes, or bool."""

_NUMPY_NAMES: dict[str, Element] = {
    "bool": bool,
    "int8": i8,
    "int16": i16,
    "int32": i32,
    "int64": i64,
    "uint8": u8,
    "uint16": u16,
    "uint32": u32,
    "uint64": u64,
    "float16": f16,
    "bfloat16": bf16,
    "float32": f32,
    "float64": f64,
}

_STORED_AS: dict[Element, str] = {element: name for name, element in _NUMPY_NAMES.items()} | {bf16: "float32"}

_ELEMENTS: dict[Any, Element] = {element: element for element in _NUMPY_NAMES.values()} | {int: i64, float: f64}

SUPPORTED = ", ".join(element.__name__ for element in _NUMPY_NAMES.values())


def element_of(named: Any, what: str) -> Element:
    """
    The element type that a program names: `int` is i64, `float` is f64. `what` is what it is the element of, for the message.
    Raises TypeError for anything that is no element type.
    """
    found = _ELEMENTS.get(named) if isinstance(named, type) else None
    if found is None:
        raise TypeError(f"{what} holds {SUPPORTED}, int (i64) or float (f64), not {getattr(named, '__name__', None) or repr(named)}")
    return found


def element_of_dtype(dtype: Any) -> Element:
    """The element type of a dtype, NumPy's or of another package that uses its names. Raises TypeError if there is none."""
    found = _NUMPY_NAMES.get(getattr(dtype, "name", None) or str(dtype).rsplit(".", 1)[-1])
    if found is None or not getattr(dtype, "isnative", True):
        raise TypeError(f"an array of dtype '{dtype}' is not supported: use one of {SUPPORTED} in the machine's byte order")
    return found


def stored_as(element: Element) -> str:
    """The name of the NumPy dtype in which arrays made by a task keep this element."""
    return _STORED_AS[element]


def is_float(element: Element) -> bool:
    return issubclass(element, float)


def maker(element: Element) -> Callable[[Element, Any], Any]:
    """What makes an object of the element type from a value that the type holds: quicker than the type itself, which converts."""
    if is_float(element):
        return float.__new__
    return bool.__new__ if element is bool else int.__new__


def converted(element: Element, value: Any) -> Any:
    """
    A value as it is stored: integers wrap, floats are rounded. Raises TypeError where the conversion must be written, as in `i32(x)`: from
    a float to an integer or a bool, and from an integer to a bool; and for what is no number.
    """
    if type(value) is element:
        return value
    if not isinstance(value, int | float):
        value = _plain(element, value)
    if isinstance(value, float) and not is_float(element):
        raise TypeError(f"a float does not become {element.__name__} by itself: write {element.__name__}(x)")
    if element is bool and not isinstance(value, bool):
        raise TypeError("a number does not become bool by itself: write x != 0")
    return element(value)


def _plain(element: Element, value: Any) -> int | float:
    """NumPy's scalars as Python's: those of integers and of small floats are no subclasses of int and float."""
    item = getattr(value, "item", None)
    number = item() if callable(item) else None
    if not isinstance(number, int | float):
        raise TypeError(f"{element.__name__} expected, got {type(value).__name__}")
    return number
