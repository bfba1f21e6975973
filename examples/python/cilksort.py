"""
Merge sort, with parallel merges: a task sorts the halves of its keys by two children and merges them by a third. A merge cuts its output
in two, finds where that cuts its inputs, and starts a child for each half. Up to `leaf` keys are sorted, and outputs up to `piece` are
merged, by one task. The scheme is that of Cilk's cilksort (Akl, Santoro 1987).

    python examples/python/cilksort.py 1000
    [0 1 2 3 4 5 6 7] ... 999
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np

from asyncir_python import Array, device, empty, i32, kernel, task


@device
def sort_leaf(keys: Array[i32], out: Array[i32]) -> None:
    """Insertion sort of `keys` to `out`, which may be the same."""
    for i in range(len(keys)):
        x = keys[i]
        place = i
        while place > 0 and out[place - 1] > x:
            out[place] = out[place - 1]
            place -= 1
        out[place] = x


@device
def merge_leaf(a: Array[i32], b: Array[i32], out: Array[i32]) -> None:
    i, j = 0, 0
    for place in range(len(out)):
        if j == len(b) or (i < len(a) and a[i] <= b[j]):
            out[place] = a[i]
            i += 1
        else:
            out[place] = b[j]
            j += 1


@device
def split(count: int, a: Array[i32], b: Array[i32]) -> int:
    """How many of the first `count` keys of the merge of a and b are of a, by binary search."""
    low, high = max(count - len(b), 0), min(count, len(a))
    while low < high:
        middle = (low + high) // 2
        if a[middle] <= b[count - middle - 1]:
            low = middle + 1
        else:
            high = middle
    return low


@task
async def merge(a: Array[i32], b: Array[i32], out: Array[i32], piece: int) -> None:
    if len(out) <= piece:
        merge_leaf(a, b, out)
        return
    half = len(out) // 2
    of_a = split(half, a, b)
    of_b = half - of_a
    await asyncio.gather(
        merge(a[:of_a], b[:of_b], out[:half], piece),
        merge(a[of_a:], b[of_b:], out[half:], piece),
    )


@task
async def sort(keys: Array[i32], other: Array[i32], to_other: bool, leaf: int, piece: int) -> None:
    """Sorts the keys in place, or to `other`; each of the two is where the halves are sorted to when the result goes to the other one."""
    if len(keys) <= leaf:
        if to_other:
            sort_leaf(keys, other)
        else:
            sort_leaf(keys, keys)
        return
    half = len(keys) // 2
    await asyncio.gather(
        sort(keys[:half], other[:half], not to_other, leaf, piece),
        sort(keys[half:], other[half:], not to_other, leaf, piece),
    )
    if to_other:
        await merge(keys[:half], keys[half:], other, piece)
    else:
        await merge(other[:half], other[half:], keys, piece)


@kernel
async def cilksort(keys: Array[i32], leaf: int, piece: int) -> None:
    assert leaf >= 1 and piece >= 1, "a task sorts and merges one key at least"
    await sort(keys, empty(len(keys), i32), False, leaf, piece)


if __name__ == "__main__":
    keys = np.arange(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, dtype=np.int32)[::-1].copy()
    cilksort(keys, 16, 64)
    print(keys[:8], "...", keys[-1])
