"""
Arrays that are not NumPy's, by the protocols with which packages hand them to each other. Nothing is copied.

    __dlpack__, __dlpack_device__     any device                    dlpack.py
    __cuda_array_interface__          the GPU                       here
    __array_interface__               the host                      NumPy reads it

An object that speaks several is asked for the first of them: DLPack knows more types, and says on which device an array is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from asyncir.errors import InternalError

if TYPE_CHECKING:
    import numpy

    AnyArray = numpy.ndarray[Any, numpy.dtype[Any]]


class BufferFault(Exception):
    """Why an object is no array that a kernel could be given: what it is, as the end of a sentence "expected …, got"."""


@dataclass(frozen=True)
class Buffer:
    """An array that somebody else owns."""

    address: int
    shape: tuple[int, ...]
    dtype: str
    """NumPy's name of the element type; bfloat16 too."""
    strides: tuple[int, ...] | None = None
    """In bytes; None: C-contiguous."""
    read_only: bool = False
    native: bool = True
    """Whether its elements have this machine's byte order."""
    device: int | None = None
    """The GPU's number; UNKNOWN_DEVICE if it is not said; None: memory of the host."""
    ready_on: int | None = None
    """The stream of CUDA behind whose present end the contents are there; None: they are."""
    owner: object = None
    """What keeps the memory alive."""

    @property
    def c_contiguous(self) -> bool:
        if self.strides is None or 0 in self.shape:
            return True
        step = item_bytes(self.dtype)
        for size, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if size != 1 and stride != step:
                return False
            step *= size
        return True

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * item_bytes(self.dtype)


UNKNOWN_DEVICE = -1


def item_bytes(dtype: str) -> int:
    """Bytes of an element: its name ends in its bits."""
    digits = dtype[len(dtype.rstrip("0123456789")) :]
    return 1 if dtype == "bool" or not digits else max(int(digits) // 8, 1)


_KINDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}


def from_cuda_array_interface(value: Any) -> Buffer:
    """The array of an object with `__cuda_array_interface__` (versions 2 and 3); raises BufferFault if its description is not one."""
    described = value.__cuda_array_interface__
    try:
        address, read_only = described["data"]
        shape = tuple(int(size) for size in described["shape"])
        order, dtype = _type(described["typestr"])
        strides = described.get("strides")
        stream = described.get("stream")
        masked = described.get("mask") is not None
        strides = None if strides is None else tuple(int(stride) for stride in strides)
    except (KeyError, TypeError, ValueError) as error:
        raise BufferFault(f"an object whose __cuda_array_interface__ cannot be read ({type(error).__name__}: {error})") from error
    if masked:
        raise BufferFault("an array of the GPU with a mask")
    if stream == 0:
        raise BufferFault("an object whose __cuda_array_interface__ names the stream 0, which the protocol forbids")
    return Buffer(
        int(address or 0),
        shape,
        dtype,
        strides=strides,
        read_only=bool(read_only),
        native=order in "<|=",
        device=UNKNOWN_DEVICE,
        ready_on=None if stream is None else int(stream),
        owner=value,
    )


def _type(text: str) -> tuple[str, str]:
    """Byte order and name of a type string such as "<f4"; raises ValueError."""
    order, kind, size = text[0], text[1], int(text[2:])
    if order not in "<>|=":
        raise ValueError(f"type string '{text}'")
    return order, "bool" if kind == "b" else f"{_KINDS.get(kind, kind)}{8 * size}"


@dataclass(frozen=True)
class _Described:
    """What NumPy makes an array of; the array keeps it, and it keeps the memory."""

    __array_interface__: dict[str, Any]
    owner: object


_TYPE_STRINGS = {"bool": "|b1", "bfloat16": "<u2"}


def on_host(buffer: Buffer) -> AnyArray:
    """A NumPy array over the same memory. bfloat16 is given as its bits, uint16."""
    import numpy

    if 0 in buffer.shape:
        return numpy.empty(buffer.shape, numpy.dtype(_type_string(buffer.dtype)))
    described = {
        "version": 3,
        "shape": buffer.shape,
        "typestr": _type_string(buffer.dtype),
        "strides": buffer.strides,
        "data": (buffer.address, buffer.read_only),
    }
    array = numpy.asarray(_Described(described, buffer.owner))
    if array.__array_interface__["data"][0] != buffer.address:
        raise InternalError("NumPy has copied an array instead of looking at it")
    return array


def _type_string(dtype: str) -> str:
    if (special := _TYPE_STRINGS.get(dtype)) is not None:
        return special
    letters = {"int": "i", "uint": "u", "float": "f", "complex": "c"}
    name = dtype.rstrip("0123456789")
    if name not in letters:
        raise BufferFault(f"an array of {dtype}")
    return f"<{letters[name]}{item_bytes(dtype)}"
