"""Types that do not go together, and numbers that their type does not hold."""
# ruff: noqa: B007, E501, F841, PLE0643, RUF059

from __future__ import annotations

from asyncir_python import Array, Array2, device, f32, i8, i32, i64, kernel, u32, u64, zeros


@device
def half(x: f32) -> f32:
    return x / 2


# ----------------------------------------------------------------------------------------------------------------------
@kernel
async def float_as_integer(x: float) -> i32:
    return x


#| line 3:12: expected i32, got float
#|       return x
#|              ^
#| help: convert it: i32(…)
@kernel
async def narrowed(x: i64) -> i32:
    return x


#| line 3:12: expected i32, got i64
#|       return x
#|              ^
#| help: convert it: i32(…)
@kernel
async def strong_float_as_integer(x: f32) -> int:
    return x + 1


#| line 3:12: expected int, got f32
#|       return x + 1
#|              ^
#| help: convert it: int(…)
@kernel
async def no_common_integer(a: i64, b: u64) -> i64:
    return a + b


#| line 3:12: '+' on i64 and u64: no integer type holds both; convert one of them, as in i64(x) or u64(y)
#|       return a + b
#|              ^
@kernel
async def bits_of_float(x: float) -> float:
    return x & 1


#| line 3:12: '&' works on integers: float and int do not go together; convert first, as in i32(x)
#|       return x & 1
#|              ^
@kernel
async def inverted_float(x: f32) -> f32:
    return ~x


#| line 3:12: '~' works on integers and not on f32; convert first, as in ~i32(x)
#|       return ~x
#|              ^
@kernel
async def shifted_by_float(x: i32) -> i32:
    return x << 0.5


#| line 3:12: '<<' works on integers: i32 and float do not go together; convert first, as in i32(x)
#|       return x << 0.5
#|              ^
@kernel
async def bool_plus_strong(flag: bool, x: i32) -> i32:
    return flag + x


#| line 3:12: '+' on a bool and i32: Python gives its own int here; write i32(flag) + x, or i32 first
#|       return flag + x
#|              ^
@kernel
async def constant_too_large(x: i8) -> i8:
    return x + 200


#| line 3:12: 200 is out of range for i8
#|       return x + 200
#|              ^
#| help: convert the other operand to a wider type
@kernel
async def constant_negative(x: u32) -> u32:
    return x + -1


#| line 3:12: -1 is out of range for u32
#|       return x + -1
#|              ^
#| help: convert the other operand to a wider type
@kernel
async def more_than_64_bits(x: int) -> int:
    return x + 0x1_0000_0000_0000_0000


#| line 3:16: 18446744073709551616 does not fit into 64 bits
#|       return x + 0x1_0000_0000_0000_0000
#|                  ^
@kernel
async def computed_too_large(x: int) -> int:
    return x + (1 << 62) * 2


#| line 3:16: 9223372036854775808 does not fit into the 64 bits of an int
#|       return x + (1 << 62) * 2
#|                  ^
@kernel
async def divided_by_constant_zero(x: int) -> int:
    return x // 0


#| line 3:12: this always divides by zero
#|       return x // 0
#|              ^
@kernel
async def always_fails(x: int) -> int:
    return x + 1 % 0


#| line 3:16: this always fails: integer modulo by zero
#|       return x + 1 % 0
#|                  ^
@kernel
async def negative_shift(x: i32) -> i32:
    return x << -1


#| line 3:12: negative shift count
#|       return x << -1
#|              ^
@kernel
async def weak_power(x: int, n: int) -> int:
    return x**n


#| line 3:12: int ** int needs a constant exponent, as its sign decides the type
#|       return x**n
#|              ^
#| help: use math.pow, or a strong type: i64(x) ** n
@kernel
async def negative_power(x: i32) -> i32:
    return x**-2


#| line 3:12: a negative power of an integer is no integer
#|       return x**-2
#|              ^
#| help: write 1 / x ** n, or convert x to a float
@kernel
async def branches_differ(x: i32, flag: bool) -> i32:
    if flag:
        y = i32(1)
    else:
        y = f32(1)
    return x + i32(y)


#| line 7:20: 'y' may have no value here: it has different types on the ways to here (line 3): i32 on one path and f32 on another have no type in common; convert one of them, as in i32(x)
#|       return x + i32(y)
#|                      ^
@kernel
async def ways_differ(x: i32, y: i64, flag: bool) -> i64:
    return x if flag else y


#| line 3:12: the operands have different types here: i32 on one path and i64 on another have no type in common; convert one of them, as in i64(x)
#|       return x if flag else y
#|              ^
#| help: convert them to one type, or use another name
@kernel
async def loop_changes_type(n: int) -> int:
    x = i32(1)
    for i in range(n):
        x = x * 1.5
    return n


#| line 5:13: 'x' may have no value here: it has no value, or no one type, after a turn of the loop in line 4
#|           x = x * 1.5
#|               ^
@kernel
async def tuples_differ(x: i32, flag: bool) -> i32:
    pair = (x, x) if flag else (x, x, x)
    return pair[0]


#| line 3:12: the operands have different types here: tuple[i32, i32] and tuple[i32, i32, i32]
#|       pair = (x, x) if flag else (x, x, x)
#|              ^
#| help: convert them to one type, or use another name
@kernel
async def returns_differ(flag: bool, x: i32, y: u32):
    if flag:
        return x
    return y


#| line 5:12: the result has different types here: i32 on one path and u32 on another have no type in common; convert one of them, as in i32(x)
#|       return y
#|              ^
#| help: convert them to one type, or use another name
@kernel
async def falls_off_the_end(x: i32) -> i32:
    if x > 0:
        return x


#| line 2:1: 'falls_off_the_end' ends without a value here: it returns i32
#|   async def falls_off_the_end(x: i32) -> i32:
#|   ^
@kernel
async def annotation_disagrees(x: i32) -> i32:
    y: f32 = x * 2
    return x


#| line 3:8: the value has type i32, the annotation says f32
#|       y: f32 = x * 2
#|          ^
#| help: convert it: y = f32(…)
@kernel
async def helper_of_wrong_type(x: i32) -> f32:
    return half(x * 0.5) + half(zeros(4, f32))


#| line 3:28: expected f32, got Array[f32]
#|       return half(x * 0.5) + half(zeros(4, f32))
#|                              ^
@kernel
async def wrong_element_type(a: Array[i32]) -> i32:
    async def first(b: Array[f32]) -> f32:
        return b[0]

    return i32(await first(a))


#| line 6:22: parameter 'b' of 'first' is annotated Array[f32], the argument is Array[i32]: nothing converts it when the function runs as Python
#|       return i32(await first(a))
#|                        ^
#| help: decorate 'first' with @task, or convert the argument
@kernel
async def float_stored_in_integers(a: Array[i8], x: float) -> None:
    a[0] = x


#| line 3:5: a value of type float does not become i8 by itself
#|       a[0] = x
#|       ^
#| help: write i8(…)
@kernel
async def number_stored_in_bools(a: Array[bool], x: int) -> None:
    a[0] = x


#| line 3:5: a value of type int does not become bool by itself
#|       a[0] = x
#|       ^
#| help: write bool(…)
@kernel
async def too_many_indices(a: Array[i32]) -> i32:
    return a[0, 1]


#| line 3:12: 2 indices for an array of 1 dimension
#|       return a[0, 1]
#|              ^
@kernel
async def float_index(a: Array[i32], x: float) -> i32:
    return a[x]


#| line 3:14: an index is an integer, got float
#|       return a[x]
#|                ^
@kernel
async def stepped_slice(a: Array[i32]) -> int:
    return len(a[::2])


#| line 3:20: slices have step 1 here
#|       return len(a[::2])
#|                      ^
@kernel
async def column(a: Array2[i32]) -> int:
    return len(a[:, 0])


#| line 3:16: the last dimension of a part must be whole or a slice: elements that follow one another
#|       return len(a[:, 0])
#|                  ^
#| help: loop over the column
@kernel
async def slice_assigned(a: Array[i32]) -> None:
    a[1:3] = 0


#| line 3:5: only single elements can be assigned
#|       a[1:3] = 0
#|       ^
#| help: loop over the part
@kernel
async def row_added(a: Array2[i32]) -> None:
    a[0] += 1


#| line 3:5: only single elements can be assigned
#|       a[0] += 1
#|       ^
#| help: loop over the part
@kernel
async def dynamic_tuple_index(i: int) -> int:
    return (1, 2, 3)[i]


#| line 3:22: an index of a tuple must be a constant: its items may have different types
#|       return (1, 2, 3)[i]
#|                        ^
@kernel
async def tuple_index_out_of_range(x: int) -> int:
    return (x, x)[2]


#| line 3:12: tuple index 2 is out of range: it has 2 items
#|       return (x, x)[2]
#|              ^
@kernel
async def unpacked_wrongly(x: int) -> int:
    a, b = (x, x, x)
    return a


#| line 3:5: cannot unpack 3 values into 2 names
#|       a, b = (x, x, x)
#|       ^
@kernel
async def number_unpacked(x: int) -> int:
    a, b = x
    return a


#| line 3:5: int cannot be unpacked: it is no tuple
#|       a, b = x
#|       ^
@kernel
async def array_returned(a: Array[i32]) -> Array[i32]:
    return a


#| line 2:1: a kernel returns numbers, bools and tuples of them, not Array[i32]
#|   async def array_returned(a: Array[i32]) -> Array[i32]:
#|   ^
#| help: give it an array to write to
@kernel
async def no_attribute(a: Array[i32]) -> int:
    return a.length


#| line 3:12: Array[i32] has no attribute 'length' here
#|       return a.length
#|              ^
#| help: it has ndim, rank, shape, size
@kernel
async def number_called(x: int) -> int:
    return x(3)


#| line 3:12: int cannot be called
#|       return x(3)
#|              ^
@kernel
async def number_indexed(x: int) -> int:
    return x[0]


#| line 3:12: int has no items
#|       return x[0]
#|              ^
@kernel
async def made_of_no_type(n: int) -> int:
    return len(zeros(n, n))


#| line 3:16: zeros() takes a type of numbers, got int
#|       return len(zeros(n, n))
#|                  ^
#| help: zeros(16, f32)
@kernel
async def negative_size(n: int) -> int:
    return len(zeros(-1, i32))


#| line 3:16: the sizes of an array are not negative, got -1
#|       return len(zeros(-1, i32))
#|                  ^
@kernel
async def text_parameter(x: str) -> int:
    return 1


#| line 2:26: parameter 'x' of 'text_parameter' is no type for kernels: <class 'str'>
#|   async def text_parameter(x: str) -> int:
#|                            ^
@kernel
async def list_parameter(x: list[int]) -> int:
    return len(x)


#| line 2:26: parameter 'x' of 'list_parameter' is no type for kernels: list[int]
#|   async def list_parameter(x: list[int]) -> int:
#|                            ^
@kernel
async def text_result(x: int) -> str:
    return "text"


#| line 2:1: the annotation of the result is no type that compiled functions know: <class 'str'>
#|   async def text_result(x: int) -> str:
#|   ^
@kernel
async def int_or_float_times_i32(flag: bool, a: Array[i32]) -> None:
    x = 1 if flag else 0.5
    a[0] = i32(x * a[1])


#| line 4:16: '*' on a number that is an int on one way and a float on another, and i32: make it a float on both, as in 0.0 for 0, or write float(x)
#|       a[0] = i32(x * a[1])
#|                  ^
@kernel
async def int_or_float_counted(n: int, x: float) -> float:
    total = 0
    for i in range(n):
        total += 1
        if i > 3:
            total += x
    return total


#| line 5:9: '+' on a number that is an int on one way and a float on another, and int: make it a float on both, as in 0.0 for 0, or write float(x)
#|           total += 1
#|           ^
@kernel
async def int_or_float_halved(flag: bool) -> float:
    x = 7 if flag else 0.5
    return x // 2


#| line 4:12: '//' on a number that is an int on one way and a float on another, and int: make it a float on both, as in 0.0 for 0, or write float(x)
#|       return x // 2
#|              ^
@kernel
async def int_or_float_with_itself(flag: bool) -> float:
    x = 7 if flag else 0.5
    return x * x


#| line 4:12: '*' on a number that is an int on one way and a float on another: make it a float on both, as in 0.0 for 0, or write float(x)
#|       return x * x
#|              ^
@kernel
async def int_or_float_negated(flag: bool) -> float:
    x = 0 if flag else 0.5
    return -x


#| line 4:12: '-' on a number that is an int on one way and a float on another: make it a float on both, as in 0.0 for 0, or write float(x)
#|       return -x
#|              ^
@kernel
async def int_or_float_shifted(flag: bool, n: int) -> int:
    x = 7 if flag else 0.5
    return n << x


#| line 4:12: '<<' on a number that is an int on one way and a float on another, and int: make it a float on both, as in 0.0 for 0, or write float(x)
#|       return n << x
#|              ^
@kernel
async def int_or_float_returned(flag: bool):
    return 7 if flag else 0.5


#| line 2:1: the kernel's result is an int on one way and a float on another
#|   async def int_or_float_returned(flag: bool):
#|   ^
#| help: annotate it: -> float
@kernel
async def int_variable_or_float(n: int, flag: bool) -> float:
    x = n
    if flag:
        x = 0.5
    return x


#| line 4:5: 'x' is an int on one way and a float on another
#|       if flag:
#|       ^
#| help: make it a float on both: float(x)
@kernel
async def int_variable_or_float_in_loop(n: int, x: float) -> float:
    total = n
    for _ in range(n):
        total = total * x
    return total


#| line 4:5: 'total' is an int on one way and a float on another
#|       for _ in range(n):
#|       ^
#| help: make it a float on both: float(total)
@kernel
async def int_too_great_or_float(flag: bool) -> float:
    return 9007199254740993 if flag else 0.5


#| line 3:12: this is an int on one way and a float on another
#|       return 9007199254740993 if flag else 0.5
#|              ^
#| help: make it a float on both: float(…)
