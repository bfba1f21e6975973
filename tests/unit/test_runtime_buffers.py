"""Arrays of other packages: DLPack, the CUDA array interface and NumPy's, with producers written by hand. No GPU is needed."""

from __future__ import annotations

import ctypes
import gc
import weakref
from typing import Any

import numpy
import pytest
from runtime_kernels import entry

from asyncir.abi import Array
from asyncir.errors import InputError
from asyncir.runtime.arguments import ArrayArgument, DeviceArgument, Gpu, check_arguments
from asyncir.runtime.cuda_streams import cuda_stream
from asyncir.runtime.dlpack import CPU, CUDA, CUDA_HOST, CUDA_MANAGED, _Managed, _Tensor, _Versioned  # pyright: ignore[reportPrivateUsage]
from asyncir.runtime.slots import Stream

VECTOR = Array("f32", (None,))
GPU = Gpu(0, 77)
INT, UINT, FLOAT, BFLOAT, BOOL = 0, 1, 2, 4, 6


class Memory:
    """Bytes that somebody owns."""

    def __init__(self, data: bytes) -> None:
        self.block = (ctypes.c_char * len(data)).from_buffer_copy(data)
        self.address = ctypes.addressof(self.block)


class Producer:
    """An array that is handed over by DLPack alone; `old` producers know no versions and cannot say that it is read-only."""

    def __init__(
        self,
        memory: Memory,
        shape: tuple[int, ...],
        type_: tuple[int, int] = (FLOAT, 32),
        *,
        device: tuple[int, int] = (CPU, 0),
        strides: tuple[int, ...] | None = None,
        offset: int = 0,
        lanes: int = 1,
        read_only: bool = False,
        old: bool = False,
        major: int = 1,
        address: int | None = None,
    ) -> None:
        self.memory, self.device, self.old = memory, device, old
        self.sizes = (ctypes.c_int64 * max(len(shape), 1))(*shape)
        self.steps = (ctypes.c_int64 * max(len(shape), 1))(*(strides or ()))
        tensor = _Tensor(
            memory.address if address is None else address,
            *device,
            len(shape),
            *type_,
            lanes,
            self.sizes,
            self.steps if strides else None,
            offset,
        )
        managed: Any = _Managed(tensor, None, None) if old else _Versioned(major, 0, None, None, int(read_only), tensor)
        self.managed = managed
        self.name = ctypes.c_char_p(b"dltensor" if old else b"dltensor_versioned")
        self.asked: list[dict[str, Any]] = []

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.device

    def __dlpack__(self, **given: Any) -> object:
        self.asked.append(given)
        if self.old and "max_version" in given:
            raise TypeError("__dlpack__() got an unexpected keyword argument 'max_version'")
        make = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(("PyCapsule_New", ctypes.pythonapi))
        self.capsule = make(ctypes.addressof(self.managed), self.name, None)
        return self.capsule


def floats(*values: float) -> Memory:
    return Memory(numpy.array(values, numpy.float32).tobytes())


def host(value: object, parameter: Array = VECTOR) -> numpy.ndarray:
    (argument,) = check_arguments(entry((parameter,)), [value])
    assert isinstance(argument, ArrayArgument)
    return argument.array


def on_gpu(value: object, parameter: Array = VECTOR) -> DeviceArgument:
    (argument,) = check_arguments(entry((parameter,)), [value], GPU)
    assert isinstance(argument, DeviceArgument)
    return argument


def said(value: object, parameter: Array = VECTOR, gpu: Gpu | None = None) -> str:
    with pytest.raises(InputError) as caught:
        check_arguments(entry((parameter,)), [value], gpu)
    start = "argument 0 of @k: expected memref<"
    assert caught.value.message.startswith(start)
    return caught.value.message.split(", got ", 1)[1]


# --------------------------------------------------------------------------------------------------------- DLPack on the host


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("device", [CPU, CUDA_HOST, CUDA_MANAGED])
def test_dlpack_arrays_of_the_host_are_used_where_they_are(old: bool, device: int) -> None:
    memory = floats(1, 2, 3)
    array = host(Producer(memory, (2,), device=(device, 0), old=old, offset=4))
    assert array.tolist() == [2, 3] and array.ctypes.data == memory.address + 4
    array[0] = 7
    assert numpy.frombuffer(memory.block, numpy.float32).tolist() == [1, 7, 3]


def test_numpy_arrays_inside_other_objects() -> None:
    class Wrapped:
        def __init__(self, array: numpy.ndarray) -> None:
            self.array = array

        def __dlpack__(self, **given: Any) -> object:
            return self.array.__dlpack__(**given)

        def __dlpack_device__(self) -> tuple[int, int]:
            return self.array.__dlpack_device__()

    array = numpy.zeros((2, 3), numpy.float64)
    found = host(Wrapped(array), Array("f64", (None, 3)))
    found[1, 2] = 5
    assert array[1, 2] == 5
    array.flags.writeable = False
    assert said(Wrapped(array), Array("f64", (None, 3))) == "float64 array of shape (2, 3) that is read-only: pass a copy"


@pytest.mark.parametrize(
    ("element", "type_", "dtype"),
    [
        ("i1", (BOOL, 8), "bool"),
        ("i8", (UINT, 8), "uint8"),
        ("i16", (INT, 16), "int16"),
        ("index", (INT, 64), "int64"),
        ("f16", (FLOAT, 16), "float16"),
        ("bf16", (BFLOAT, 16), "uint16"),
        ("f64", (FLOAT, 64), "float64"),
    ],
)
def test_dlpack_types(element: str, type_: tuple[int, int], dtype: str) -> None:
    assert host(Producer(Memory(bytes(16)), (2,), type_), Array(element, (None,))).dtype.name == dtype


def test_memory_of_numpy_by_dlpack_lives_as_long_as_the_argument() -> None:
    class Once:
        def __init__(self, array: numpy.ndarray) -> None:
            self.array = array

        def __dlpack__(self, **given: Any) -> object:
            return self.array.__dlpack__(**given)

        def __dlpack_device__(self) -> tuple[int, int]:
            return (CPU, 0)

    array = numpy.ones(3, numpy.float32)
    kept = weakref.ref(array)
    found = host(Once(array))
    del array
    gc.collect()
    assert kept() is not None and found.tolist() == [1, 1, 1]
    del found
    gc.collect()
    assert kept() is None


def test_dlpack_that_does_not_fit() -> None:
    memory = floats(*range(8))
    assert said(Producer(memory, (4,), (INT, 32))) == "int32 array of shape (4,)"
    assert said(Producer(memory, (2, 2))) == "float32 array of shape (2, 2)"
    assert said(Producer(memory, (4,), (BFLOAT, 16)), Array("i16", (None,))) == "bfloat16 array of shape (4,)"
    assert said(Producer(memory, (4,), (UINT, 4)), Array("i8", (None,))) == "uint4 array of shape (4,)"
    assert said(Producer(memory, (2,), lanes=2)) == "float32 x 2 array of shape (2,)"
    assert said(Producer(memory, (4,), (11, 8)), Array("i8", (None,))) == "type-11-8 array of shape (4,)"
    assert said(Producer(memory, (4,), strides=(2,))).endswith("that is not C-contiguous: pass numpy.ascontiguousarray(…)")
    assert said(Producer(memory, (4,), offset=2)).endswith("that is not aligned")
    assert said(Producer(memory, (4,), read_only=True)).endswith("that is read-only: pass a copy")
    assert said(Producer(memory, (4,), major=2)) == "an array described by version 2 of DLPack, not 1"
    assert said(Producer(memory, (4,), device=(10, 0))) == "an array on a device of DLPack's kind 10"


def test_a_producer_that_refuses() -> None:
    class Refusing(Producer):
        def __dlpack__(self, **given: Any) -> object:
            raise BufferError("Can't export tensors that require gradient")

    class Empty(Producer):
        def __dlpack__(self, **given: Any) -> object:
            return object()

    assert said(Refusing(floats(1), (1,))) == ("an array that its package does not hand over (Can't export tensors that require gradient)")
    assert said(Empty(floats(1), (1,))) == "an object whose __dlpack__ gives no DLPack capsule that is still unused"


def test_empty_arrays_and_sizes_of_one() -> None:
    memory = floats(1, 2)
    assert host(Producer(memory, (0,), address=0)).shape == (0,)
    assert host(Producer(memory, (2, 1), strides=(1, 99)), Array("f32", (None, None))).tolist() == [[1], [2]]
    assert host(Producer(memory, ()), Array("f32", ())).item() == 1


# -------------------------------------------------------------------------------------------------------- DLPack on the GPU


def test_dlpack_arrays_of_the_gpu_are_addresses_that_are_ready_on_the_launchs_stream() -> None:
    producer = Producer(floats(), (5, 3), device=(CUDA, 0), address=4096, offset=64)
    argument = on_gpu(producer, Array("f32", (None, 3)))
    assert (argument.address, argument.dynamic_sizes, argument.buffer.ready_on) == (4160, (5,), 77)
    assert producer.asked == [{"max_version": (1, 0), "stream": 77}]
    assert argument.buffer.owner is producer.capsule
    old = Producer(floats(), (5,), device=(CUDA, 0), address=4096, old=True)
    assert on_gpu(old).address == 4096
    assert old.asked[-1] == {"stream": 77}


def test_arrays_of_the_host_are_not_asked_for_a_stream() -> None:
    producer = Producer(floats(1), (1,))
    (argument,) = check_arguments(entry((VECTOR,)), [producer], GPU)
    assert isinstance(argument, ArrayArgument)
    assert producer.asked == [{"max_version": (1, 0)}]


def test_arrays_that_are_elsewhere() -> None:
    there = Producer(floats(), (5,), device=(CUDA, 0), address=4096)
    assert said(there) == "an array on GPU 0, where the CPU cannot reach it: copy it to the host, or run with target='cuda'"
    assert there.asked == []
    second = Producer(floats(), (5,), device=(CUDA, 1), address=4096)
    assert said(second, gpu=GPU) == "an array on GPU 1, while the kernel runs on GPU 0: copy it there"
    visible = Array("f32", (None,), host_visible=True)
    assert said(there, visible, GPU) == (
        "an array on GPU 0, where the host cannot see it: what is marked task.host_visible is an array of the host"
    )


# ---------------------------------------------------------------------------------------------------- CUDA array interface


class OnGpu:
    """An array with `__cuda_array_interface__` alone."""

    def __init__(self, **changed: Any) -> None:
        interface = {"version": 3, "shape": (4,), "typestr": "<f4", "data": (4096, False), "strides": None, "stream": None} | changed
        self.__cuda_array_interface__ = {name: value for name, value in interface.items() if value != "absent"}


def test_cuda_array_interface() -> None:
    argument = on_gpu(OnGpu(shape=(2, 4)), Array("f32", (None, 4)))
    assert (argument.address, argument.dynamic_sizes, argument.buffer.ready_on) == (4096, (2,), None)
    assert on_gpu(OnGpu(version=2, strides="absent", stream="absent")).address == 4096
    assert on_gpu(OnGpu(strides=(4,), stream=2)).buffer.ready_on == 2
    assert on_gpu(OnGpu(shape=(0,), data=(0, False))).address == 0
    assert on_gpu(OnGpu(typestr="|b1"), Array("i1", (None,))).buffer.dtype == "bool"
    assert on_gpu(OnGpu(typestr="<f2"), Array("f16", (None,))).buffer.dtype == "float16"
    assert on_gpu(OnGpu(typestr="<u2"), Array("bf16", (None,))).buffer.dtype == "uint16"


def test_cuda_array_interface_that_does_not_fit() -> None:
    assert said(OnGpu(typestr="<f8"), gpu=GPU) == "float64 array of shape (4,)"
    assert said(OnGpu(strides=(8,)), gpu=GPU) == "float32 array of shape (4,) that is not C-contiguous: pass a contiguous copy"
    assert said(OnGpu(data=(4096, True)), gpu=GPU).endswith("that is read-only: pass a copy")
    assert said(OnGpu(data=(4098, False)), gpu=GPU).endswith("that is not aligned")
    assert said(OnGpu(typestr=">f4"), gpu=GPU).endswith("in foreign byte order")
    assert said(OnGpu(mask=object()), gpu=GPU) == "an array of the GPU with a mask"
    assert said(OnGpu(stream=0), gpu=GPU).endswith("names the stream 0, which the protocol forbids")
    assert "cannot be read (KeyError: 'typestr')" in said(OnGpu(typestr="absent"), gpu=GPU)
    assert "cannot be read (ValueError: " in said(OnGpu(typestr="f4"), gpu=GPU)
    assert said(OnGpu()) == "an array on the GPU, where the CPU cannot reach it: copy it to the host, or run with target='cuda'"


# -------------------------------------------------------------------------------------------------- NumPy's array interface


def test_array_interface() -> None:
    class Described:
        def __init__(self, array: numpy.ndarray) -> None:
            self.array = array
            self.__array_interface__ = array.__array_interface__

    array = numpy.zeros(3, numpy.float32)
    host(Described(array))[1] = 4
    assert array.tolist() == [0, 4, 0]
    array.flags.writeable = False
    assert said(Described(array)).endswith("that is read-only: pass a copy")
    broken = Described(array)
    broken.__array_interface__ = {"version": 3}
    assert "an object whose __array_interface__ cannot be read" in said(broken)


def test_scalars_of_numpy_are_no_arrays() -> None:
    assert said(numpy.float32(1), Array("f32", ())) == "np.float32(1.0) (float32)"


# ----------------------------------------------------------------------------------------------------------------- streams


def test_streams_of_cuda() -> None:
    class Named:
        def __init__(self, said: object) -> None:
            self.said = said

        def __cuda_stream__(self) -> object:
            return self.said

    class Attribute:
        __cuda_stream__ = (0, 12)

    assert [cuda_stream(given) for given in (None, Stream(), 5, 0, Named((0, 9)), Attribute())] == [None, None, 5, 1, 9, 12]
    for wrong, message in [
        ("s", "stream is str: it must be an int, have __cuda_stream__, or be an asyncir.Stream"),
        (True, "stream is bool"),
        (-1, "stream is -1: no handle"),
        (Named((1, 9)), "is of version 1, not 0"),
        (Named(9), "gives 9, not a version and a handle"),
    ]:
        with pytest.raises(InputError, match=message):
            cuda_stream(wrong)
