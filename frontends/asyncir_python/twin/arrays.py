"""
`Array`: the annotation of array parameters, and what they are in the asyncio run: a view over a NumPy array.

    async def scale(a: Array[f32], by: f32) -> None: ...        # one dimension
    async def matmul(a: Array[f32, 2], b: Array2[f32]) -> None: ...   # two; type checkers know the second spelling

Reading gives the package's scalar, storing converts to it: integers wrap, floats are rounded. Indices are Python's, negative ones too, and
one that is out of range raises IndexError. Slices and rows are views of the same elements.

`HostVisible` is an array that the host looks into while the kernel runs: `publish` stores what it is to see, see publishing.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, SupportsIndex, TypeVar, get_args, get_origin, overload

from asyncir_python.scalars import Scalar
from asyncir_python.twin.elements import Element, converted, element_of, element_of_dtype, maker
from asyncir_python.twin.indexing import checked_index, element_index

if TYPE_CHECKING:
    import numpy as np
    from typing_extensions import TypeVar as TypeVarWithDefault

    Rank = TypeVarWithDefault("Rank", default=Literal[1])
else:
    Rank = TypeVar("Rank")

T = TypeVar("T")
I = SupportsIndex
"""What an index is: an int, or one of the package's integers."""

MAX_RANK = 8


OUT_OF_RANGE = "array index out of range"
"""The text of an IndexError, here and in compiled code."""


@dataclass(frozen=True)
class ArrayType:
    """What `Array[element, rank]` is when it is evaluated: an annotation that the compiler and the twin read."""

    element: Element
    rank: int = 1
    visible: bool = False
    """Whether it is `HostVisible[element, rank]`."""

    def __str__(self) -> str:
        return array_text(self.element.__name__, self.rank, self.visible)

    __repr__ = __str__

    def of(self, values: np.ndarray[Any, Any]) -> Array[Any, Any]:
        """`Array.of`, with the array's type and rank checked: raises TypeError."""
        array = array_view(values, viewed_element(values), visible=self.visible)
        self.check(array)
        return array

    def check(self, array: Array[Any, Any]) -> None:
        """Raises TypeError if the array is of another type or rank."""
        if (array.element, array.rank) != (self.element, self.rank):
            raise TypeError(f"{self} expected, got {ArrayType(array.element, array.rank, array.visible)}")


class Array(Generic[T, Rank]):
    """
    An array of numbers or bools, of `Rank` dimensions; see the module. Arrays come from `Array.of`, and in tasks from `zeros` and `empty`.
    """

    __slots__ = ("_data", "_make", "element")
    visible: ClassVar[bool] = False
    """Whether the host looks into it while a kernel runs."""

    _data: np.ndarray[Any, Any]
    _make: Callable[[Element, Any], Any]
    element: Element

    def __init__(self) -> None:
        raise TypeError("an array is made by Array.of(numpy_array), zeros(shape, type) or empty(shape, type)")

    if not TYPE_CHECKING:

        def __class_getitem__(cls, arguments: object) -> object:
            given = arguments if isinstance(arguments, tuple) else (arguments,)
            if isinstance(given[0], TypeVar):  # as a base class
                return super().__class_getitem__(arguments)
            return array_type(*given, visible=cls.visible)

    @classmethod
    def of(cls, values: np.ndarray[Any, Any]) -> Self:
        """
        A view of a NumPy array: nothing is copied. `Array[f32].of(values)` tells type checkers what it is, and checks it.

        Raises TypeError for anything else, and for elements that are not supported.
        """
        return cls.view(values, viewed_element(values))

    @classmethod
    def view(cls, data: np.ndarray[Any, Any], element: Element) -> Self:
        """A view of a NumPy array whose elements, whatever its dtype, stand for `element`."""
        array = object.__new__(cls)
        array._data, array.element, array._make = data, element, maker(element)
        return array

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of the dimensions."""
        return self._data.shape

    @property
    def rank(self) -> int:
        """The number of dimensions."""
        return self._data.ndim

    @property
    def ndim(self) -> int:
        """The number of dimensions, as NumPy calls it."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    def numpy(self) -> np.ndarray[Any, Any]:
        """The NumPy array that this one looks at. Only on the host: a compiled program has no such thing."""
        return self._data

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return f"{ArrayType(self.element, self.rank, self.visible)}({self._data.tolist()})"

    @overload
    def __getitem__(self: Array[T, Literal[1]], index: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self: Array[T, Literal[2]], index: SupportsIndex) -> Array[T, Literal[1]]: ...
    @overload
    def __getitem__(self: Array[T, Literal[3]], index: SupportsIndex) -> Array[T, Literal[2]]: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    @overload
    def __getitem__(self: Array[T, Literal[2]], index: tuple[I, I]) -> T: ...
    @overload
    def __getitem__(self: Array[T, Literal[2]], index: tuple[I, slice] | tuple[slice, I]) -> Array[T, Literal[1]]: ...
    @overload
    def __getitem__(self, index: tuple[slice, slice] | tuple[slice, slice, slice]) -> Self: ...
    @overload
    def __getitem__(self: Array[T, Literal[3]], index: tuple[I, I, I]) -> T: ...
    @overload
    def __getitem__(self: Array[T, Literal[3]], index: tuple[I, I]) -> Array[T, Literal[1]]: ...
    def __getitem__(self, index: Any) -> Any:
        data = self._data
        try:
            if type(index) is int and data.ndim == 1:
                return self._make(self.element, data.item(index))
            found: Any = data[checked_index(index, data.ndim)]
        except IndexError:
            raise IndexError(OUT_OF_RANGE) from None
        return type(self).view(found, self.element) if getattr(found, "ndim", 0) else self._make(self.element, found.item())

    @overload
    def __setitem__(self: Array[T, Literal[1]], index: SupportsIndex, value: float | Scalar) -> None: ...
    @overload
    def __setitem__(self: Array[T, Literal[2]], index: tuple[I, I], value: float | Scalar) -> None: ...
    @overload
    def __setitem__(self: Array[T, Literal[3]], index: tuple[I, I, I], value: float | Scalar) -> None: ...
    def __setitem__(self, index: Any, value: Any) -> None:
        try:
            self._data[element_index(index, self._data.ndim)] = converted(self.element, value)
        except IndexError:
            raise IndexError(OUT_OF_RANGE) from None

    @overload
    def __iter__(self: Array[T, Literal[1]]) -> Iterator[T]: ...
    @overload
    def __iter__(self: Array[T, Literal[2]]) -> Iterator[Array[T, Literal[1]]]: ...
    @overload
    def __iter__(self: Array[T, Literal[3]]) -> Iterator[Array[T, Literal[2]]]: ...
    def __iter__(self) -> Iterator[Any]:
        here: Any = self
        return (here[i] for i in range(len(self._data)))


class HostVisible(Array[T, Rank]):
    """
    An array of the host that it looks into while the kernel runs: the annotation of a kernel's parameter, and of those that it is handed on
    to. The GPU has such an array in memory that both see; `Running.view` is how the host sees it. `publish` stores what it is to see.
    """

    __slots__ = ()
    visible = True


def array_text(element: str, rank: int, visible: bool) -> str:
    """An array's type as programs write it."""
    return f"{'HostVisible' if visible else 'Array'}[{element}{f', {rank}' if rank > 1 else ''}]"


def viewed_element(values: Any) -> Element:
    """The element type of a NumPy array that a view is wanted of. Raises TypeError if there can be none."""
    if not (hasattr(values, "ndim") and hasattr(values, "dtype") and hasattr(values, "strides")):
        raise TypeError(f"Array.of takes a NumPy array, got {type(values).__name__}: see numpy.asarray")
    if not 1 <= values.ndim <= MAX_RANK:
        raise TypeError(f"Array.of takes an array of 1 to {MAX_RANK} dimensions, got {values.ndim}")
    return element_of_dtype(values.dtype)


def array_view(data: np.ndarray[Any, Any], element: Element, *, visible: bool = False) -> Array[Any, Any]:
    """`Array.view`, for what knows the types at run time only."""
    made: Any = HostVisible if visible else Array
    return made.view(data, element)


def array_type(element: Any, rank: Any = 1, *, visible: bool = False) -> ArrayType:
    """`Array[element, rank]`; the rank is a number, or a Literal of one. Raises TypeError."""
    number = get_args(rank)[0] if get_origin(rank) is Literal else rank
    if type(number) is not int or not 1 <= number <= MAX_RANK:
        raise TypeError(f"Array[element, rank] expects a rank of 1 to {MAX_RANK}, got {number!r}")
    return ArrayType(element_of(element, "an array"), number, visible)


if TYPE_CHECKING:
    Array2 = Array[T, Literal[2]]
    Array3 = Array[T, Literal[3]]
else:

    class _OfRank:
        """`Array2`, `Array3`: for type checkers, to which a number is no type argument."""

        def __init__(self, rank: int) -> None:
            self.rank = rank

        def __getitem__(self, element: object) -> ArrayType:
            return array_type(element, self.rank)

    Array2 = _OfRank(2)
    Array3 = _OfRank(3)
