"""Kernels for the static executor, written as form-roles leaves them: roles of warps, barriers and copies in block memory."""

from __future__ import annotations

CONSTANTS = """
  %lane = gpu.lane_id
  %zero = arith.constant 0 : index
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %false = arith.constant false
  %true = arith.constant true
  %c8 = arith.constant 8 : i64
  %c256 = arith.constant 256 : i64
  %full = rt.block_memory {offset = 0 : i64} : !rt.ptr
  %empty = rt.block_memory {offset = 16 : i64} : !rt.ptr
  %slots = rt.block_memory {offset = 128 : i64} : !rt.ptr
  %leads = arith.cmpi eq, %lane, %zero : index
  %warp = rt.warp_in_block : i32
  %first = arith.cmpi eq, %warp, %c0 : i32
  %makes = arith.andi %leads, %first : i1
  cf.cond_br %makes, ^make, ^made
^make:
  %full1 = rt.ptr_add %full, %c8
  %empty1 = rt.ptr_add %empty, %c8
  rt.barrier_init %full {count = 1 : i32}
  rt.barrier_init %full1 {count = 1 : i32}
  rt.barrier_init %empty {count = 1 : i32}
  rt.barrier_init %empty1 {count = 1 : i32}
  cf.br ^made
^made:
  rt.block_sync
  cf.cond_br %first, ^produce(%c0, %c0, %true : i32, i32, i1), ^consume(%c0, %c0, %false : i32, i32, i1)
"""
"""Two warps, and a ring of two slots of 256 bytes: a full and an empty barrier each, which take one arrival."""

ATTRIBUTES = 'attributes {task.kernel, task.scope = "warp", task.warps = 2 : i32, task.block_bytes = 640 : i64}'


def wait(tag: str, barrier: str, parity: str, after: str, leave: str, words: str) -> str:
    """A loop in which all lanes wait until they have seen that the phase is over; then `after`, or `leave` where the block has to end."""
    return f"""
  cf.br ^wait{tag}
^wait{tag}:
  %done{tag} = rt.barrier_try_wait {barrier}, {parity} {{task.words = "{words}"}}
  %not{tag} = arith.xori %done{tag}, %true : i1
  %some{tag} = task.ballot %not{tag} : i32
  %all{tag} = arith.cmpi eq, %some{tag}, %c0 : i32
  cf.cond_br %all{tag}, ^{after}, ^look{tag}
^look{tag}:
  %leave{tag} = rt.block_leaves
  %any{tag} = task.ballot %leave{tag} : i32
  %out{tag} = arith.cmpi ne, %any{tag}, %c0 : i32
  cf.cond_br %out{tag}, ^{leave}, ^wait{tag}"""


def role(tag: str, name: str, count: str, end: str, leave: str, body: str) -> str:
    """
    A role that takes `count` slots in turn: `%i<tag>` is the number, `%e<tag>` and `%f<tag>` its slot's barriers, `%p<tag>` its place.
    Each time round the ring it looks whether the block has to end: waits that are over at once do not.
    """
    return f"""
^{name}(%i{tag}: i32, %slot{tag}: i32, %parity{tag}: i1):
  %more{tag} = arith.cmpi slt, %i{tag}, {count} : i32
  cf.cond_br %more{tag}, ^take{tag}, ^{end}
^take{tag}:
  %s{tag} = arith.extui %slot{tag} : i32 to i64
  %b{tag} = arith.muli %s{tag}, %c8 : i64
  %e{tag} = rt.ptr_add %empty, %b{tag}
  %f{tag} = rt.ptr_add %full, %b{tag}
  %o{tag} = arith.muli %s{tag}, %c256 : i64
  %p{tag} = rt.ptr_add %slots, %o{tag}
{body}
^next{tag}:
  %i{tag}n = arith.addi %i{tag}, %c1 : i32
  %slot{tag}n = arith.addi %slot{tag}, %c1 : i32
  %wraps{tag} = arith.cmpi eq, %slot{tag}n, %c2 : i32
  %slot{tag}m = arith.select %wraps{tag}, %c0, %slot{tag}n : i32
  %parity{tag}n = arith.xori %parity{tag}, %wraps{tag} : i1
  cf.cond_br %wraps{tag}, ^turn{tag}, ^again{tag}
^turn{tag}:
  %halt{tag} = rt.block_leaves
  %halts{tag} = task.ballot %halt{tag} : i32
  %going{tag} = arith.cmpi eq, %halts{tag}, %c0 : i32
  cf.cond_br %going{tag}, ^again{tag}, ^{leave}
^again{tag}:
  cf.br ^{name}(%i{tag}n, %slot{tag}m, %parity{tag}n : i32, i32, i1)"""


TILE = "memref<64xf32, #gpu.address_space<workgroup>>"

_SENDER = role(
    "0",
    "produce",
    "%n",
    "end0",
    "end0",
    wait("0", "%e0", "%parity0", "fill", "end0", "an empty slot")
    + f"""
^fill:
  %t0 = rt.memref %p0 : {TILE}
  %l32 = arith.index_cast %lane : index to i32
  %sum = arith.addi %i0, %l32 : i32
  %v = arith.sitofp %sum : i32 to f32
  memref.store %v, %t0[%lane] : {TILE}
  %fine = arith.cmpi ne, %i0, %bad : i32
  cf.assert %fine, "the bad number"
  task.lane_sync
  cf.cond_br %leads, ^commit, ^next0
^commit:
  rt.barrier_arrive %f0
  cf.br ^next0""",
)

_RECEIVER = role(
    "1",
    "consume",
    "%taken",
    "end1",
    "end1",
    wait("1", "%f1", "%parity1", "use", "end1", "a full slot")
    + f"""
^use:
  %t1 = rt.memref %p1 : {TILE}
  %x = memref.load %t1[%lane] : {TILE}
  %row = arith.index_cast %i1 : i32 to index
  memref.store %x, %out[%row, %lane] : memref<?x32xf32>
  task.lane_sync
  cf.cond_br %leads, ^release, ^next1
^release:
  rt.barrier_arrive %e1
  cf.br ^next1""",
)

RING = f"""
func.func @ring(%n: i32, %taken: i32, %bad: i32, %out: memref<?x32xf32>) {ATTRIBUTES} {{{CONSTANTS}
{_SENDER}
^end0:
  return
{_RECEIVER}
^end1:
  return
}}
"""
"""The first warp hands `n` rows of 32 numbers over to the second, which takes `taken` of them; number `bad` fails."""


def drained(tag: str, barrier: str, parity: str, after: str) -> str:
    """A loop that waits for what is sure to come."""
    return f"""
  cf.br ^drain{tag}
^drain{tag}:
  %came{tag} = rt.barrier_try_wait {barrier}, {parity}
  %gone{tag} = arith.xori %came{tag}, %true : i1
  %lack{tag} = task.ballot %gone{tag} : i32
  %full{tag} = arith.cmpi eq, %lack{tag}, %c0 : i32
  cf.cond_br %full{tag}, ^{after}, ^drain{tag}"""


def place(tag: str, array: str) -> str:
    """`%at<tag>`: where the role's row of this instance is."""
    return f"""
  %base{tag} = rt.memref_ptr {array} : memref<?x64xf32>
  %own{tag} = arith.muli %instance, %n : i32
  %row{tag} = arith.addi %own{tag}, %i{tag} : i32
  %wide{tag} = arith.extui %row{tag} : i32 to i64
  %far{tag} = arith.muli %wide{tag}, %c256 : i64
  %at{tag} = rt.ptr_add %base{tag}, %far{tag}
  %size{tag} = arith.constant 256 : i32"""


_LOADER = role(
    "0",
    "produce",
    "%n",
    "leave0(%slot0, %parity0 : i32, i1)",
    "leave0(%slot0m, %parity0n : i32, i1)",
    wait("0", "%e0", "%parity0", "load", "leave0(%slot0, %parity0 : i32, i1)", "an empty slot")
    + """
^load:"""
    + place("0", "%a")
    + """
  cf.cond_br %leads, ^issue, ^next0
^issue:
  rt.barrier_expect %f0, %size0
  rt.bulk_load %p0, %at0, %size0, %f0
  rt.barrier_arrive %f0
  cf.br ^next0
^leave0(%slot: i32, %parity: i1):
  %late = arith.cmpi eq, %slot, %c1 : i32
  %before = arith.xori %parity, %late : i1
  %wide = arith.extui %slot : i32 to i64
  %b = arith.muli %wide, %c8 : i64
  %bx = arith.xori %b, %c8 : i64
  %f = rt.ptr_add %full, %b
  %fx = rt.ptr_add %full, %bx"""
    + drained("a", "%f", "%parity", "second")
    + """
^second:"""
    + drained("b", "%fx", "%before", "end0"),
)

_STORER = role(
    "1",
    "consume",
    "%n",
    "end1",
    "end1",
    wait("1", "%f1", "%parity1", "use", "end1", "a full slot")
    + f"""
^use:
  %t1 = rt.memref %p1 : {TILE}
  %c32 = arith.constant 32 : index
  %upper = arith.addi %lane, %c32 : index
  %x = memref.load %t1[%lane] : {TILE}
  %y = memref.load %t1[%upper] : {TILE}
  %x2 = arith.addf %x, %x : f32
  %y2 = arith.addf %y, %y : f32
  memref.store %x2, %t1[%lane] : {TILE}
  memref.store %y2, %t1[%upper] : {TILE}
  rt.proxy_fence
  task.lane_sync"""
    + place("1", "%out")
    + """
  cf.cond_br %leads, ^store, ^stored
^store:
  rt.bulk_store %at1, %p1, %size1
  rt.bulk_commit
  rt.bulk_wait {pending = 0 : i32}
  rt.barrier_arrive %e1
  cf.br ^stored
^stored:
  task.lane_sync
  %fine = arith.cmpi ne, %i1, %bad : i32
  cf.assert %fine, "the bad tile"
  cf.br ^next1""",
)

TILES = f"""
func.func @tiles(%n: i32, %bad: i32, %a: memref<?x64xf32>, %out: memref<?x64xf32>) {ATTRIBUTES} {{
  %index = task.instance : index
  %instance = arith.index_cast %index : index to i32{CONSTANTS}
{_LOADER}
^end0:
  return
{_STORER}
^end1:
  return
}}
"""
"""
The first warp loads `n` tiles an instance by bulk copies, the second doubles and stores them; behind number `bad` it fails. So the first
one waits for its copies on every way out: who would have waited for them may have left.
"""
