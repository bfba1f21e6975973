"""
The user's arguments against a kernel's parameters, and their bit patterns.

Whatever does not fit is an InputError that names the argument, what was expected and what was given; a value is never
truncated and an array never copied to make it fit. Arrays are NumPy's, or anything that hands itself over by a protocol (buffers.py).
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from asyncir.abi import Array, Entry
from asyncir.errors import InputError
from asyncir.runtime.buffers import UNKNOWN_DEVICE, Buffer, BufferFault, from_cuda_array_interface, item_bytes, on_host
from asyncir.runtime.dlpack import from_dlpack, speaks_dlpack
from asyncir.runtime.scalars import DTYPES, to_bits
from asyncir.runtime.sites import location_of_entry

if TYPE_CHECKING:
    import numpy

    AnyArray = numpy.ndarray[Any, numpy.dtype[Any]]


@dataclass(frozen=True)
class ScalarArgument:
    """A scalar as its bit pattern."""

    type: str
    bits: int


@dataclass(frozen=True)
class ArrayArgument:
    """A C-contiguous array of the host that fits its parameter."""

    parameter: Array
    array: AnyArray

    @property
    def address(self) -> int:
        return int(self.array.ctypes.data)

    @property
    def dynamic_sizes(self) -> tuple[int, ...]:
        """The sizes that the code takes: those its type leaves open."""
        return _open_sizes(self.parameter, self.array.shape)


@dataclass(frozen=True)
class DeviceArgument:
    """A C-contiguous array in the GPU's memory that fits its parameter: the kernel gets its address."""

    parameter: Array
    buffer: Buffer

    @property
    def address(self) -> int:
        return self.buffer.address

    @property
    def dynamic_sizes(self) -> tuple[int, ...]:
        return _open_sizes(self.parameter, self.buffer.shape)


def _open_sizes(parameter: Array, shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(size for size, static in zip(shape, parameter.shape, strict=True) if static is None)


Argument = ScalarArgument | ArrayArgument | DeviceArgument


@dataclass(frozen=True)
class Gpu:
    """Where a launch on a GPU runs: the device's number, and the stream in which arrays of other packages are to be ready."""

    device: int
    stream: int


def check_arguments(entry: Entry, values: Sequence[object], gpu: Gpu | None = None) -> tuple[Argument, ...]:
    """
    The arguments of a launch of `entry`, on the CPU unless it runs on a `gpu`.

    Raises InputError for a wrong number, type, range or shape, for an array that is not contiguous, that is read-only, or on another
    device.
    """
    if len(values) != len(entry.parameters):
        raise InputError(
            f"@{entry.name} takes {_count(len(entry.parameters))}, got {len(values)}",
            location_of_entry(entry),
            help=f"its parameters are ({', '.join(type_text(parameter) for parameter in entry.parameters)})",
        )
    return tuple(_check(entry, index, value, gpu) for index, value in enumerate(values))


def pack_slots(arguments: Sequence[Argument], pointers: Sequence[int]) -> bytes:
    """Consecutive 8-byte slots: the arguments (an array as address and dynamic sizes), then `pointers`."""
    slots: list[int] = []
    for argument in arguments:
        if isinstance(argument, ScalarArgument):
            slots.append(argument.bits)
        else:
            slots += [argument.address, *argument.dynamic_sizes]
    slots += pointers
    return struct.pack(f"<{len(slots)}Q", *slots)


def type_text(parameter: str | Array) -> str:
    """A parameter's type as the program writes it."""
    if isinstance(parameter, str):
        return parameter
    sizes = "".join(f"{'?' if size is None else size}x" for size in parameter.shape)
    return f"memref<{sizes}{parameter.element}>"


def _count(number: int) -> str:
    return "no arguments" if number == 0 else f"{number} argument{'s' if number > 1 else ''}"


def _check(entry: Entry, index: int, value: object, gpu: Gpu | None) -> Argument:
    parameter = entry.parameters[index]
    if isinstance(parameter, str):
        return _check_scalar(entry, index, parameter, value)
    try:
        return _check_array(parameter, value, gpu)
    except BufferFault as fault:
        expected = f"{type_text(parameter)} (a C-contiguous {_dtype_names(parameter.element)} array of rank {len(parameter.shape)})"
        raise _mismatch(entry, index, expected, str(fault)) from None


def _check_scalar(entry: Entry, index: int, type_: str, value: object) -> ScalarArgument:
    try:
        return ScalarArgument(type_, to_bits(type_, value))
    except TypeError:
        raise _mismatch(entry, index, type_, _describe(value)) from None
    except OverflowError as error:
        raise _mismatch(entry, index, type_, f"{_describe(value)}, {_range_text(error)}") from None


def _range_text(error: OverflowError) -> str:
    text = str(error)
    return text if text.startswith("out of range") else "out of range"


def _check_array(parameter: Array, value: object, gpu: Gpu | None) -> ArrayArgument | DeviceArgument:
    """The argument that an object is; raises BufferFault."""
    given = _array_of(value, gpu)
    if isinstance(given, Buffer) and given.device is not None:
        _check_device(parameter, given, gpu)
        _check_layout(parameter, given.dtype, given.shape, _buffer_fault(given))
        return DeviceArgument(parameter, given)
    if isinstance(given, Buffer):
        _check_layout(parameter, given.dtype, given.shape, None)
        given = on_host(given)
    _check_layout(parameter, given.dtype.name, given.shape, _array_fault(given))
    return ArrayArgument(parameter, given)


def _array_of(value: object, gpu: Gpu | None) -> AnyArray | Buffer:
    """What an object hands over. NumPy is not loaded to ask whether it is NumPy's: if it is not loaded, nobody can have made one."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        return cast("AnyArray", value)
    if speaks_dlpack(value):
        return from_dlpack(value, None if gpu is None else gpu.stream)
    if hasattr(value, "__cuda_array_interface__"):
        return from_cuda_array_interface(value)
    if hasattr(value, "__array_interface__") and not (numpy is not None and isinstance(value, numpy.generic)):
        return _by_array_interface(value)
    raise BufferFault(_describe(value))


def _by_array_interface(value: object) -> AnyArray:
    import numpy

    try:
        return numpy.asarray(value)
    except (TypeError, ValueError) as error:
        raise BufferFault(f"an object whose __array_interface__ cannot be read ({error})") from error


def _check_device(parameter: Array, given: Buffer, gpu: Gpu | None) -> None:
    where = "the GPU" if given.device == UNKNOWN_DEVICE else f"GPU {given.device}"
    if gpu is None:
        raise BufferFault(f"an array on {where}, where the CPU cannot reach it: copy it to the host, or run with target='cuda'")
    if given.device not in (UNKNOWN_DEVICE, gpu.device):
        raise BufferFault(f"an array on {where}, while the kernel runs on GPU {gpu.device}: copy it there")
    if parameter.host_visible:
        raise BufferFault(f"an array on {where}, where the host cannot see it: what is marked task.host_visible is an array of the host")


def _check_layout(parameter: Array, dtype: str, shape: tuple[int, ...], fault: str | None) -> None:
    """`fault` is what is wrong with the array apart from its type and shape, which tell by themselves what is wrong with them."""
    fits = dtype in DTYPES[parameter.element] and len(shape) == len(parameter.shape)
    fits = fits and all(static is None or static == size for static, size in zip(parameter.shape, shape, strict=True))
    if not fits or fault is not None:
        raise BufferFault(f"{dtype} array of shape {shape}{fault if fits else ''}")


_FOREIGN = " in foreign byte order"
_NOT_ALIGNED = " that is not aligned"
_READ_ONLY = " that is read-only: pass a copy"


def _array_fault(array: AnyArray) -> str | None:
    if not array.dtype.isnative:
        return _FOREIGN
    if not array.flags.c_contiguous:
        return " that is not C-contiguous: pass numpy.ascontiguousarray(…)"
    if not array.flags.aligned:
        return _NOT_ALIGNED
    return None if array.flags.writeable else _READ_ONLY


def _buffer_fault(buffer: Buffer) -> str | None:
    if not buffer.native:
        return _FOREIGN
    if not buffer.c_contiguous:
        return " that is not C-contiguous: pass a contiguous copy"
    if buffer.address % item_bytes(buffer.dtype):
        return _NOT_ALIGNED
    return _READ_ONLY if buffer.read_only else None


def _dtype_names(element: str) -> str:
    return " or ".join(DTYPES[element])


def _mismatch(entry: Entry, index: int, expected: str, got: str) -> InputError:
    return InputError(f"argument {index} of @{entry.name}: expected {expected}, got {got}", location_of_entry(entry))


def _describe(value: object) -> str:
    text = repr(value)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return f"{shown} ({type(value).__name__})"
