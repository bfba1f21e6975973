"""
Unbalanced tree search: how many nodes has a tree of which nobody knows the shape before? Each node is a task; it finds out how many
children it has and starts a task for each. The benchmark of Olivier, Huan, Liu, Prins, Dinan, Sadayappan and Tseng ("UTS: An Unbalanced
Tree Search Benchmark", 2006), with its generator: a node is 20 bytes, and child i of a node is the SHA-1 of the node's bytes and i. The
node's last word, as a number u in [0, 1), decides how many children it has:

- geometric: floor(log(1 - u) / log(1 - p)), p = 1 / (1 + b), at most 100, above depth `limit`; below it none;
- binomial: `many` if u < q, else none; the root has `b`.

    python examples/python/uts.py
    254 77
"""

from __future__ import annotations

import asyncio
import math

from asyncir_python import Array, atomic_add, device, i64, kernel, task, u32, zeros

COUNTERS = 256
END = 1 << 31
"""Behind a message stands one bit."""
START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)

State = tuple[u32, u32, u32, u32, u32]


@device
def rotated(x: u32, count: int) -> u32:
    return x << count | x >> 32 - count


@device
def mixed(i: int, b: u32, c: u32, d: u32) -> u32:
    """What round i of SHA-1 (FIPS 180-4) adds beside the word of the message: a function of three words, and a constant."""
    if i < 20:
        return (b & (c ^ d) ^ d) + 0x5A827999
    if i < 40:
        return (b ^ c ^ d) + 0x6ED9EBA1
    if i < 60:
        return (b & (c | d) | c & d) + 0x8F1BBCDC
    return (b ^ c ^ d) + 0xCA62C1D6


@device
def sha1(p: State, w5: u32, w6: u32, bits: u32) -> State:
    """The SHA-1 of a message of one block: the words p and w5, w6, zeros, and its length in bits."""
    none = u32(0)
    w = (*p, w5, w6, none, none, none, none, none, none, none, none, bits)
    a, b, c, d, e = u32(START[0]), u32(START[1]), u32(START[2]), u32(START[3]), u32(START[4])
    for i in range(80):
        a, b, c, d, e = rotated(a, 5) + mixed(i, b, c, d) + e + w[0], a, rotated(b, 30), c, d
        w = (w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11], w[12], w[13], w[14], w[15],
             rotated(w[13] ^ w[8] ^ w[2] ^ w[0], 1))  # fmt: skip
    return a + START[0], b + START[1], c + START[2], d + START[3], e + START[4]


@device
def state_of(parent: State, child: u32, depth: int) -> State:
    """The state of a child of a node of depth `depth` - 1. The root, of depth 0, is the SHA-1 of the parent's five words alone."""
    if depth == 0:
        return sha1(parent, u32(END), u32(0), u32(160))
    return sha1(parent, child, u32(END), u32(192))


@device
def uniform(state: State) -> float:
    """A node's number in [0, 1)."""
    return float(state[4] & 0x7FFFFFFF) / 2147483648.0


@device
def count(children: int, state: State, counts: Array[i64]) -> None:
    """Nodes are counted by their parents. Which of the counters takes them is as good as random: tasks rarely meet at one."""
    if children > 0:
        atomic_add(counts, int(state[4] % COUNTERS), children)


@device
def nodes(counts: Array[i64]) -> i64:
    """The root, and what was counted."""
    total = i64(1)
    for one in counts:
        total += one
    return total


@device
def geometric_children(state: State, depth: int, b: float, limit: int) -> int:
    if depth >= limit and depth > 0:
        return 0
    p = 1 / (1 + b)
    return min(math.floor(math.log(1 - uniform(state)) / math.log(1 - p)), 100)


@task
async def geometric_node(parent: State, child: u32, depth: int, b: float, limit: int, counts: Array[i64]) -> None:
    """A node and all below it."""
    state = state_of(parent, child, depth)
    children = geometric_children(state, depth, b, limit)
    count(children, state, counts)
    async with asyncio.TaskGroup() as group:
        for i in range(children):
            group.create_task(geometric_node(state, u32(i), depth + 1, b, limit, counts))


@kernel
async def geometric(seed: u32, b: float, limit: int) -> i64:
    counts = zeros(COUNTERS, i64)
    await geometric_node((u32(0), u32(0), u32(0), u32(0), seed), u32(0), 0, b, limit, counts)
    return nodes(counts)


@task
async def binomial_node(parent: State, child: u32, depth: int, b: int, q: float, many: int, counts: Array[i64]) -> None:
    """A node and all below it."""
    state = state_of(parent, child, depth)
    children = b if depth == 0 else many if uniform(state) < q else 0
    count(children, state, counts)
    async with asyncio.TaskGroup() as group:
        for i in range(children):
            group.create_task(binomial_node(state, u32(i), depth + 1, b, q, many, counts))


@kernel
async def binomial(seed: u32, b: int, q: float, many: int) -> i64:
    counts = zeros(COUNTERS, i64)
    await binomial_node((u32(0), u32(0), u32(0), u32(0), seed), u32(0), 0, b, q, many, counts)
    return nodes(counts)


if __name__ == "__main__":
    print(geometric(19, 4.0, 3), binomial(7, 20, 0.1, 8))
