"""
Arguments of a prepared launch: read in a short way where their classes are known, else as of any launch.

A *reading* belongs to the classes of the arguments: the text of statements that check what has to be right every time (an array's dtype,
rank, fixed sizes, contiguity, device and alignment; a number's range is checked where it is packed), and of the values of the cells, of 8
bytes each. The statements raise one of UNFIT for what they find wrong or do not know: the arguments are then read as of any launch, which
takes them or tells what is wrong. An array whose package works in another stream than the launch's is not for a reading either: the launch
has to wait for that stream.

It is text, for calls and loops would take longer than what they do; prepared_start.py puts it into the function that starts a launch. That
of (memref<?xf32>, memref<8x?xf32>, i32), for two of PyTorch's tensors and an int:

    [v0, v1, v2] = values
    if type(v0) is not class0 or type(v1) is not class0 or type(v2) is not class2 or (stream_of_torch(device) or 1) != stream:
        raise Unfit
    a0 = v0.data_ptr()
    if v0.dtype not in dtypes0 or v0.get_device() != device or not v0.is_contiguous() or v0.requires_grad or a0 & 3:
        raise Unfit
    [n0_0] = v0.shape
    a1 = ...
    [n1_0, n1_1] = v1.shape
    if n1_0 != 8:
        raise Unfit

and the cells are a0, n0_0, a1, n1_1, v2.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncir.abi import SCALAR_BYTES, Array, Entry
from asyncir.runtime.buffers import item_bytes
from asyncir.runtime.cuda_streams import LEGACY_DEFAULT
from asyncir.runtime.scalars import DTYPES


class Unfit(Exception):
    """An argument that the short way does not take. It may be right all the same."""


UNFIT = (Unfit, struct.error, OverflowError, ValueError, TypeError, LookupError, RuntimeError, AttributeError)
"""
What a reading raises: struct.error and OverflowError for numbers out of range, ValueError for a wrong rank or number of arguments, the
others for arrays that their package does not hand out.
"""

_CODES = {"i1": "?7x", "i8": "b7x", "i16": "h6x", "i32": "i4x", "i64": "q", "index": "q", "f16": "e6x", "f32": "f4x", "f64": "d"}
"""A scalar in its cell. There is none for bf16, which no code of `struct` rounds to."""

_CLASSES: dict[str, tuple[type, ...]] = {"i1": (bool,), "f16": (float, int), "f32": (float, int), "f64": (float, int)}
"""Of Python's numbers those that a type takes; the other types take int. Not bool where a number is wanted, which is of another class."""


def cell_counts(entry: Entry) -> list[int]:
    """How many cells each parameter takes."""
    return [1 if isinstance(parameter, str) else 1 + parameter.shape.count(None) for parameter in entry.parameters]


@dataclass
class Reading:
    """How arguments of some classes are read and checked, as text; see above."""

    names: dict[str, Any]
    """What the text uses beside the arguments."""
    lines: list[str] = field(default_factory=list[str])
    """Statements; `values` are the arguments."""
    codes: str = "<"
    """Of the cells' values, for `struct`."""
    cells: list[str] = field(default_factory=list[str])
    """The values, as expressions."""


@dataclass(frozen=True)
class Package:
    """How arrays of a class are asked, as texts in which {v} is the array."""

    address: str
    wrong: str
    """Whether it is not contiguous, writable, and on the GPU `device`."""
    dtypes: Callable[[str], Sequence[object]]
    """What it may say its element type of NumPy's name is."""
    stream: str = ""
    """The one that its package works in now, {f} being `asked_for_stream`. Empty: the array says it itself, which `wrong` looks at."""
    asked_for_stream: Callable[..., Any] | None = None
    first: str = ""
    """A statement before the others."""
    dtype: str = "{v}.dtype"
    shape: str = "{v}.shape"


def reading_of(entry: Entry, values: Sequence[object], device: int, stream: int) -> Reading | None:
    """
    How launches of `entry` on the GPU of that number, in `stream`, read arguments of the same classes; None where that is not known.
    """
    if len(values) != len(entry.parameters):
        return None
    found, lines, streams = Reading({"Unfit": Unfit, "stream": stream, "device": device}), list[str](), dict[str, None]()
    for index, (parameter, value) in enumerate(zip(entry.parameters, values, strict=True)):
        found.names[f"class{index}"] = class_ = type(value)
        if isinstance(parameter, str):
            if parameter not in _CODES or class_ not in _CLASSES.get(parameter, (int,)):
                return None
            found.codes += _CODES[parameter]
            found.cells.append(f"v{index}")
            continue
        package = _package(value)
        if package is None or parameter.host_visible:
            return None
        if package.stream:
            name = class_.__module__.partition(".")[0]
            found.names[f"stream_of_{name}"] = package.asked_for_stream
            streams[f"({package.stream.format(f=f'stream_of_{name}')} or {LEGACY_DEFAULT}) != stream"] = None
        found.names[f"dtypes{index}"] = tuple(said for name in DTYPES[parameter.element] for said in package.dtypes(name))
        lines += _array_lines(index, parameter, package)
        found.codes += f"Q{parameter.shape.count(None)}q"
        found.cells += [f"a{index}", *(f"n{index}_{axis}" for axis, size in enumerate(parameter.shape) if size is None)]
    wrong = " or ".join([*(f"type(v{index}) is not class{index}" for index in range(len(values))), *streams]) or "False"
    given = ", ".join(f"v{index}" for index in range(len(values)))
    found.lines = [f"[{given}] = values", f"if {wrong}:", "    raise Unfit", *lines]
    return found


def _array_lines(index: int, parameter: Array, package: Package) -> list[str]:
    value, address, aligned = f"v{index}", f"a{index}", SCALAR_BYTES[parameter.element] - 1
    misaligned = f" or {address} & {aligned}" if aligned else ""
    lines = [
        *([package.first.format(v=value)] if package.first else []),
        f"{address} = {package.address.format(v=value)}",
        f"if {package.dtype.format(v=value)} not in dtypes{index} or {package.wrong.format(v=value)}{misaligned}:",
        "    raise Unfit",
        f"[{', '.join(f'n{index}_{axis}' for axis in range(len(parameter.shape)))}] = {package.shape.format(v=value)}",
    ]
    fixed = [f"n{index}_{axis} != {size}" for axis, size in enumerate(parameter.shape) if size is not None]
    return [*lines, f"if {' or '.join(fixed)}:", "    raise Unfit"] if fixed else lines


def _package(value: object) -> Package | None:
    """How arrays of exactly the class of this one are asked; None: as those of any launch are."""
    class_ = type(value)
    make = _PACKAGES.get(class_.__module__.partition(".")[0])
    if make is not None:
        return make(class_)
    # What speaks DLPack is asked by DLPack.
    return _DESCRIBED if hasattr(value, "__cuda_array_interface__") and not hasattr(class_, "__dlpack__") else None


def _torch(class_: type) -> Package | None:
    torch: Any = sys.modules.get("torch")
    current_stream: Any = getattr(getattr(torch, "_C", None), "_cuda_getCurrentRawStream", None)
    if current_stream is None or class_ is not torch.Tensor:
        return None

    def dtypes(name: str) -> Sequence[object]:
        return [getattr(torch, name)] if hasattr(torch, name) else []

    wrong = "{v}.get_device() != device or not {v}.is_contiguous() or {v}.requires_grad"
    return Package("{v}.data_ptr()", wrong, dtypes, "{f}(device)", current_stream)


def _cupy(class_: type) -> Package | None:
    cupy: Any = sys.modules.get("cupy")
    if cupy is None or class_ is not cupy.ndarray:
        return None

    def dtypes(name: str) -> Sequence[object]:
        # Its element types are NumPy's, which has no bfloat16.
        return [] if name == "bfloat16" else [cupy.dtype(name)]

    # The public property makes an object each time, which takes as long as all else that is asked.
    contiguous = "{v}._c_contiguous" if hasattr(class_, "_c_contiguous") else "{v}.flags.c_contiguous"
    wrong = f"d_{{v}}.device_id != device or not {contiguous}"
    return Package("d_{v}.ptr", wrong, dtypes, "{f}().ptr", cupy.cuda.get_current_stream, first="d_{v} = {v}.data")


def _type_strings(name: str) -> Sequence[object]:
    """How `__cuda_array_interface__` says NumPy's element type, in this machine's byte order."""
    if name == "bfloat16":
        return []
    kind = "b" if name == "bool" else name[0]
    return [f"{order}{kind}{item_bytes(name)}" for order in "<|="]


_DESCRIBED = Package(
    address="r_{v}[0]",
    wrong="r_{v}[1] or not (d_{v}.get('strides') is d_{v}.get('mask') is None) or d_{v}.get('stream') not in (None, stream)",
    dtypes=_type_strings,
    first="d_{v} = {v}.__cuda_array_interface__; r_{v} = d_{v}['data']",
    dtype="d_{v}['typestr']",
    shape="d_{v}['shape']",
)

_PACKAGES: dict[str, Callable[[type], Package | None]] = {"torch": _torch, "cupy": _cupy}
