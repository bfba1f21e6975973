"""
Arrays that other packages hand over by DLPack (https://dmlc.github.io/dlpack), read without their help.

`__dlpack__` gives a capsule: a pointer to a struct that describes the array. It is looked at and kept, not consumed: as long as the capsule
lives so does the memory, and when it goes its own destructor frees what there is to free.

NumPy's reader knows no bfloat16 and takes arrays of older producers for read-only, and no reader of a GPU's arrays is always there.
"""

from __future__ import annotations

import ctypes
from typing import Any

from asyncir.runtime.buffers import Buffer, BufferFault

CPU, CUDA, CUDA_HOST, CUDA_MANAGED = 1, 2, 3, 13
"""Kinds of devices, as DLPack numbers them. Memory that a kernel and the host share counts as the host's."""

_READ_ONLY = 1
_MAJOR = 1
_TYPES = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 6: "bool"}


class _Tensor(ctypes.Structure):
    """DLTensor."""

    _fields_ = [
        ("data", ctypes.c_uint64),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("offset", ctypes.c_uint64),
    ]


class _Managed(ctypes.Structure):
    """DLManagedTensor, in capsules named "dltensor"."""

    _fields_ = [("tensor", _Tensor), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p)]


class _Versioned(ctypes.Structure):
    """DLManagedTensorVersioned, in capsules named "dltensor_versioned"."""

    _fields_ = [
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("tensor", _Tensor),
    ]


def speaks_dlpack(value: object) -> bool:
    return hasattr(type(value), "__dlpack__") and hasattr(type(value), "__dlpack_device__")


def from_dlpack(value: Any, stream: int | None) -> Buffer:
    """
    The array that `value` hands over. `stream` is the stream of CUDA in which it will be used: its producer makes that stream wait.

    Raises BufferFault for what cannot be used, with what the producer says of it.
    """
    kind, device = (int(part) for part in value.__dlpack_device__())
    if kind not in (CPU, CUDA, CUDA_HOST, CUDA_MANAGED):
        raise BufferFault(f"an array on a device of DLPack's kind {kind}")
    on_gpu = kind == CUDA
    if on_gpu and stream is None:
        # For the message it is enough to know where it is.
        return Buffer(0, (), "", device=device, owner=value)
    capsule = _capsule(value, stream if on_gpu else None)
    tensor, read_only = _tensor(capsule)
    shape = tuple(tensor.shape[: tensor.rank])
    strides = tuple(tensor.strides[: tensor.rank]) if tensor.strides else None
    dtype = _dtype(tensor)
    return Buffer(
        int(tensor.data) + int(tensor.offset),
        shape,
        dtype,
        strides=None if strides is None else tuple(stride * (tensor.bits // 8) for stride in strides),
        read_only=read_only,
        device=device if on_gpu else None,
        ready_on=stream if on_gpu else None,
        owner=capsule,
    )


def _capsule(value: Any, stream: int | None) -> object:
    given = {} if stream is None else {"stream": stream}
    try:
        try:
            return value.__dlpack__(max_version=(_MAJOR, 0), **given)
        except TypeError:
            # Producers from before 2024 know no versions.
            return value.__dlpack__(**given)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise BufferFault(f"an array that its package does not hand over ({' '.join(str(error).split())})") from error


def _tensor(capsule: object) -> tuple[_Tensor, bool]:
    """The description in a capsule, and whether the array is read-only: older producers cannot say that it is."""
    if (address := _pointer(capsule, b"dltensor_versioned")) is not None:
        versioned = _Versioned.from_address(address)
        if versioned.major != _MAJOR:
            raise BufferFault(f"an array described by version {versioned.major} of DLPack, not {_MAJOR}")
        return versioned.tensor, bool(versioned.flags & _READ_ONLY)
    if (address := _pointer(capsule, b"dltensor")) is not None:
        return _Managed.from_address(address).tensor, False
    raise BufferFault("an object whose __dlpack__ gives no DLPack capsule that is still unused")


def _pointer(capsule: object, name: bytes) -> int | None:
    api = ctypes.pythonapi
    is_valid = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_IsValid", api))
    get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", api))
    return get_pointer(capsule, name) if is_valid(capsule, name) else None


def _dtype(tensor: _Tensor) -> str:
    name = _TYPES.get(tensor.code, f"type-{tensor.code}-")
    if tensor.lanes != 1:
        return f"{name}{tensor.bits} x {tensor.lanes}"
    return "bool" if name == "bool" and tensor.bits == 8 else f"{name}{tensor.bits}"
