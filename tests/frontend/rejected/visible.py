"""What cannot be published, and elements that are updated with values that are no elements."""

from __future__ import annotations

from asyncir_python import Array, HostVisible, atomic_add, i16, i32, i64, kernel, publish, task, zeros


@task
async def show(shown: HostVisible[i64], n: i64) -> None:
    publish(shown, 0, n)


# ----------------------------------------------------------------------------------------------------------------------
@kernel
async def publishes_to_an_array(a: Array[i32, 2]) -> None:
    publish(a, (0, 0), 1)


#| line 3:5: publish() takes an array that the host sees, got Array[i32, 2]
#|       publish(a, (0, 0), 1)
#|       ^
#| help: give the kernel a parameter for it: HostVisible[i32, 2]
@kernel
async def publishes_to_its_own() -> None:
    own = zeros(4, i32)
    publish(own, 0, 1)


#| line 4:5: publish() takes an array that the host sees, got Array[i32]
#|       publish(own, 0, 1)
#|       ^
#| help: give the kernel a parameter for it: HostVisible[i32]
@kernel
async def hands_on_what_is_hidden(a: Array[i64]) -> None:
    await show(a, i64(1))


#| line 3:11: expected HostVisible[i64], got Array[i64]
#|       await show(a, i64(1))
#|             ^
#| help: give the kernel a parameter for it: HostVisible[i64]
@kernel
async def may_be_hidden(a: HostVisible[i64], b: Array[i64], flag: bool) -> None:
    chosen = a if flag else b
    publish(chosen, 0, 1)


#| line 4:5: publish() takes an array that the host sees, got Array[i64]
#|       publish(chosen, 0, 1)
#|       ^
#| help: give the kernel a parameter for it: HostVisible[i64]
@kernel
async def publishes_small_numbers(a: HostVisible[i16]) -> None:
    publish(a, 0, 1)


#| line 3:5: publish() stores i32, i64, u32, u64, f32, f64, not an element of HostVisible[i16]
#|       publish(a, 0, 1)
#|       ^
@kernel
async def publishes_bools(a: HostVisible[bool]) -> None:
    publish(a, 0, True)


#| line 3:5: publish() stores i32, i64, u32, u64, f32, f64, not an element of HostVisible[bool]
#|       publish(a, 0, True)
#|       ^
@kernel
async def publishes_a_float(a: HostVisible[i32], x: float) -> None:
    publish(a, 0, x)


#| line 3:5: a value of type float does not become i32 by itself
#|       publish(a, 0, x)
#|       ^
#| help: write i32(…)
@kernel
async def publishes_a_tuple(a: HostVisible[i32]) -> None:
    publish(a, 0, (1, 2))


#| line 3:5: an array of i32 holds no tuple[int, int]
#|       publish(a, 0, (1, 2))
#|       ^
@kernel
async def publishes_without_an_index(a: HostVisible[i32, 2]) -> None:
    publish(a, 0, 1)


#| line 3:5: 1 index for an array of 2 dimensions
#|       publish(a, 0, 1)
#|       ^
@kernel
async def publishes_at_a_bool(a: HostVisible[i32], flag: bool) -> None:
    publish(a, flag, 1)


#| line 3:5: an index is an integer, got bool
#|       publish(a, flag, 1)
#|       ^
@kernel
async def publishes_nothing(a: HostVisible[i32]) -> None:
    publish(a, 0)


#| line 3:5: publish() needs an argument 'value'
#|       publish(a, 0)
#|       ^
@kernel
async def adds_a_float_to_an_integer(a: Array[i32], x: float) -> None:
    atomic_add(a, 0, x)


#| line 3:5: a value of type float does not become i32 by itself
#|       atomic_add(a, 0, x)
#|       ^
#| help: write i32(…)
@kernel
async def adds_at_a_bool(a: Array[i32], flag: bool) -> None:
    atomic_add(a, flag, 1)


#| line 3:5: an index is an integer, got bool
#|       atomic_add(a, flag, 1)
#|       ^
