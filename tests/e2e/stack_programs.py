"""
Programs of fork-join tasks: text, arguments, and what each gives under every schedule, at every width, with every size of stack.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Case(NamedTuple):
    """A program, and what it gives."""

    name: str
    program: str
    args: tuple[Any, ...]
    expected: tuple[Any, ...]


FIB = """\
async.func @fib(%n: i32) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %small = arith.cmpi sle, %n, %one : i32
  %result = scf.if %small -> (i32) {
    scf.yield %n : i32
  } else {
    %n1 = arith.subi %n, %one : i32
    %n2 = arith.subi %n, %two : i32
    %h1 = async.call @fib(%n1) : (i32) -> !async.value<i32>
    %h2 = async.call @fib(%n2) : (i32) -> !async.value<i32>
    %f1 = async.await %h1 : !async.value<i32>
    %f2 = async.await %h2 : !async.value<i32>
    %sum = arith.addi %f1, %f2 : i32
    scf.yield %sum : i32
  }
  return %result : i32
}
"""

FIB_MAIN = f"""\
{FIB}
func.func @main(%n: i32) -> i32 {{
  %h = async.call @fib(%n) : (i32) -> !async.value<i32>
  %f = async.await %h : !async.value<i32>
  return %f : i32
}}
"""

# A node writes its place and has as many children as its depth says, all in one group.
GROUPS = """\
async.func @node(%depth: index, %at: index, %out: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %x = arith.index_cast %at : index to i32
  memref.store %x, %out[%at] : memref<?xi32>
  %group = async.create_group %depth : !async.group
  scf.for %i = %c0 to %depth step %c1 {
    %up = arith.muli %at, %c4 : index
    %next = arith.addi %i, %c1 : index
    %child = arith.addi %up, %next : index
    %less = arith.subi %depth, %c1 : index
    %t = async.call @node(%less, %child, %out) : (index, index, memref<?xi32>) -> !async.token
    %rank = async.add_to_group %t, %group : !async.token
  }
  async.await_all %group
  return
}
func.func @main(%depth: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 512 : index
  %zero = arith.constant 0 : i32
  %out = memref.alloc(%n) : memref<?xi32>
  scf.for %i = %c0 to %n step %c1 {
    memref.store %zero, %out[%i] : memref<?xi32>
  }
  %t = async.call @node(%depth, %c0, %out) : (index, index, memref<?xi32>) -> !async.token
  async.await %t : !async.token
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %zero) -> (i32) {
    %x = memref.load %out[%i] : memref<?xi32>
    %next = arith.addi %acc, %x : i32
    scf.yield %next : i32
  }
  memref.dealloc %out : memref<?xi32>
  return %sum : i32
}
"""


def groups(depth: int, at: int = 0) -> int:
    """What GROUPS computes."""
    return at + sum(groups(depth - 1, 4 * at + i + 1) for i in range(depth))


# %size a group's size, %count how many are added.
GROUP_SIZES = """\
async.func @leaf(%x: i32) -> !async.value<i32> {
  return %x : i32
}
async.func @fills(%size: index, %count: index) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %group = async.create_group %size : !async.group
  scf.for %i = %c0 to %count step %c1 {
    %x = arith.index_cast %i : index to i32
    %h = async.call @leaf(%x) : (i32) -> !async.value<i32>
    %rank = async.add_to_group %h, %group : !async.value<i32>
  }
  async.await_all %group
  %n = arith.index_cast %count : index to i32
  return %n : i32
}
func.func @main(%size: index, %count: index) -> (i32, i32, i32) {
  %h = async.call @fills(%size, %count) : (index, index) -> !async.value<i32>
  %n, %kind, %code = task.try_await %h : !async.value<i32>
  return %n, %kind, %code : i32, i32, i32
}
"""

# The leaf number %bad of a tree fails; who looks at it sees the error, with the kind and code of the leaf.
FAILS = """\
async.func @tree(%depth: i32, %at: i32, %bad: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %leaf = arith.cmpi eq, %depth, %zero : i32
  %result = scf.if %leaf -> (i32) {
    %good = arith.cmpi ne, %at, %bad : i32
    cf.assert %good, "a bad leaf"
    scf.yield %one : i32
  } else {
    %less = arith.subi %depth, %one : i32
    %left = arith.shli %at, %one : i32
    %right = arith.addi %left, %one : i32
    %a = async.call @tree(%less, %left, %bad) : (i32, i32, i32) -> !async.value<i32>
    %b = async.call @tree(%less, %right, %bad) : (i32, i32, i32) -> !async.value<i32>
    %x = async.await %a : !async.value<i32>
    %y = async.await %b : !async.value<i32>
    %sum = arith.addi %x, %y : i32
    scf.yield %sum : i32
  }
  return %result : i32
}
func.func @main(%depth: i32, %bad: i32) -> (i32, i32, i32) {
  %zero = arith.constant 0 : i32
  %h = async.call @tree(%depth, %zero, %bad) : (i32, i32, i32) -> !async.value<i32>
  %v, %kind, %code = task.try_await %h : !async.value<i32>
  return %v, %kind, %code : i32, i32, i32
}
"""

# Each node forgives its left child: try_await in a fork-join machine, at every depth.
FORGIVES = """\
async.func @tree(%depth: i32, %at: i32, %bad: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %leaf = arith.cmpi eq, %depth, %zero : i32
  %result = scf.if %leaf -> (i32) {
    %fails = arith.cmpi eq, %at, %bad : i32
    scf.if %fails {
      task.fail %at, "a bad leaf" : i32
    }
    scf.yield %one : i32
  } else {
    %less = arith.subi %depth, %one : i32
    %left = arith.shli %at, %one : i32
    %right = arith.addi %left, %one : i32
    %a = async.call @tree(%less, %left, %bad) : (i32, i32, i32) -> !async.value<i32>
    %b = async.call @tree(%less, %right, %bad) : (i32, i32, i32) -> !async.value<i32>
    %x, %kind, %code = task.try_await %a : !async.value<i32>
    %y = async.await %b : !async.value<i32>
    %hundred = arith.constant 100 : i32
    %failed = arith.muli %code, %hundred : i32
    %xy = arith.addi %x, %y : i32
    %sum = arith.addi %xy, %failed : i32
    scf.yield %sum : i32
  }
  return %result : i32
}
func.func @main(%depth: i32, %bad: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %h = async.call @tree(%depth, %zero, %bad) : (i32, i32, i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""

# One child each: a line as deep as the number, with work behind the child.
LINEAR = """\
async.func @sum(%n: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %end = arith.cmpi sle, %n, %zero : i32
  %result = scf.if %end -> (i32) {
    scf.yield %zero : i32
  } else {
    %less = arith.subi %n, %one : i32
    %h = async.call @sum(%less) : (i32) -> !async.value<i32>
    %rest = async.await %h : !async.value<i32>
    %all = arith.addi %rest, %n : i32
    scf.yield %all : i32
  }
  return %result : i32
}
func.func @main(%n: i32) -> i32 {
  %h = async.call @sum(%n) : (i32) -> !async.value<i32>
  %s = async.await %h : !async.value<i32>
  return %s : i32
}
"""

# Two machines with frames, arguments and results of different sizes that call each other.
MUTUAL = """\
async.func @small(%n: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %end = arith.cmpi sle, %n, %zero : i32
  %result = scf.if %end -> (i32) {
    scf.yield %one : i32
  } else {
    %less = arith.subi %n, %one : i32
    %x = arith.sitofp %n : i32 to f64
    %y = arith.extsi %n : i32 to i64
    %a, %b = async.call @large(%less, %x, %y, %x) : (i32, f64, i64, f64) -> (!async.value<i64>, !async.value<f64>)
    %h = async.call @small(%less) : (i32) -> !async.value<i32>
    %p = async.await %a : !async.value<i64>
    %q = async.await %b : !async.value<f64>
    %r = async.await %h : !async.value<i32>
    %p32 = arith.trunci %p : i64 to i32
    %q32 = arith.fptosi %q : f64 to i32
    %pq = arith.addi %p32, %q32 : i32
    %sum = arith.addi %pq, %r : i32
    scf.yield %sum : i32
  }
  return %result : i32
}
async.func @large(%n: i32, %x: f64, %y: i64, %z: f64) -> (!async.value<i64>, !async.value<f64>) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %end = arith.cmpi sle, %n, %zero : i32
  %p, %q = scf.if %end -> (i64, f64) {
    scf.yield %y, %x : i64, f64
  } else {
    %less = arith.subi %n, %one : i32
    %s = async.call @small(%less) : (i32) -> !async.value<i32>
    %a, %b = async.call @large(%less, %z, %y, %x) : (i32, f64, i64, f64) -> (!async.value<i64>, !async.value<f64>)
    %u = async.await %s : !async.value<i32>
    %v = async.await %a : !async.value<i64>
    %w = async.await %b : !async.value<f64>
    %u64 = arith.extsi %u : i32 to i64
    %more = arith.addi %u64, %v : i64
    %wx = arith.addf %w, %x : f64
    scf.yield %more, %wx : i64, f64
  }
  return %p, %q : i64, f64
}
func.func @main(%n: i32) -> i32 {
  %h = async.call @small(%n) : (i32) -> !async.value<i32>
  %s = async.await %h : !async.value<i32>
  return %s : i32
}
"""


def mutual(n: int) -> int:
    """What MUTUAL computes."""

    def small(n: int) -> int:
        if n <= 0:
            return 1
        p, q = large(n - 1, n, n, n)
        return p + int(q) + small(n - 1)

    def large(n: int, x: float, y: int, z: float) -> tuple[int, float]:
        if n <= 0:
            return y, x
        u = small(n - 1)
        v, w = large(n - 1, z, y, x)
        return u + v, w + x

    return small(n)


# Every type of scalar as argument, result and across an await.
_HANDLES = ", ".join(f"!async.value<{name}>" for name in ("index", "i16", "i8", "i1", "f32", "f64", "i64"))
TYPES = """\
async.func @swap(%n: i32, %a: i64, %b: f64, %c: f32, %d: i1, %e: i8, %f: i16, %g: index)
    -> (HANDLES) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %end = arith.cmpi sle, %n, %zero : i32
  %r0, %r1, %r2, %r3, %r4, %r5, %r6 = scf.if %end -> (index, i16, i8, i1, f32, f64, i64) {
    scf.yield %g, %f, %e, %d, %c, %b, %a : index, i16, i8, i1, f32, f64, i64
  } else {
    %less = arith.subi %n, %one : i32
    %h0, %h1, %h2, %h3, %h4, %h5, %h6 = async.call @swap(%less, %a, %b, %c, %d, %e, %f, %g)
        : (i32, i64, f64, f32, i1, i8, i16, index)
        -> (HANDLES)
    %v0 = async.await %h0 : !async.value<index>
    %v1 = async.await %h1 : !async.value<i16>
    %v2 = async.await %h2 : !async.value<i8>
    %v3 = async.await %h3 : !async.value<i1>
    %v4 = async.await %h4 : !async.value<f32>
    %v5 = async.await %h5 : !async.value<f64>
    %v6 = async.await %h6 : !async.value<i64>
    %s0 = arith.addi %v0, %g : index
    %s1 = arith.addi %v1, %f : i16
    %s2 = arith.addi %v2, %e : i8
    %true = arith.constant true
    %flipped = arith.xori %d, %true : i1
    %s3 = arith.xori %v3, %flipped : i1
    %s4 = arith.addf %v4, %c : f32
    %s5 = arith.addf %v5, %b : f64
    %s6 = arith.addi %v6, %a : i64
    scf.yield %s0, %s1, %s2, %s3, %s4, %s5, %s6 : index, i16, i8, i1, f32, f64, i64
  }
  return %r0, %r1, %r2, %r3, %r4, %r5, %r6 : index, i16, i8, i1, f32, f64, i64
}
func.func @main(%n: i32, %a: i64, %b: f64, %c: f32, %d: i1, %e: i8, %f: i16, %g: index) -> (index, i16, i8, i1, f32, f64, i64) {
  %h0, %h1, %h2, %h3, %h4, %h5, %h6 = async.call @swap(%n, %a, %b, %c, %d, %e, %f, %g)
      : (i32, i64, f64, f32, i1, i8, i16, index)
      -> (HANDLES)
  %v0 = async.await %h0 : !async.value<index>
  %v1 = async.await %h1 : !async.value<i16>
  %v2 = async.await %h2 : !async.value<i8>
  %v3 = async.await %h3 : !async.value<i1>
  %v4 = async.await %h4 : !async.value<f32>
  %v5 = async.await %h5 : !async.value<f64>
  %v6 = async.await %h6 : !async.value<i64>
  return %v0, %v1, %v2, %v3, %v4, %v5, %v6 : index, i16, i8, i1, f32, f64, i64
}
""".replace("HANDLES", _HANDLES)
TYPES_ARGS = (3, -(2**40) - 7, 1.5e300, -0.375, True, -5, 1234, 77)
TYPES_EXPECTED = (77 * 4, 1234 * 4, -20, True, -1.5, 6.0e300, 4 * (-(2**40) - 7))

# Nobody awaits @marks; the launch does not end before all of them have.
UNAWAITED = """\
async.func @marks(%depth: i32, %out: memref<?xi32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %old = memref.atomic_rmw addi %one, %out[%c0] : (i32, memref<?xi32>) -> i32
  %more = arith.cmpi sgt, %depth, %zero : i32
  scf.if %more {
    %less = arith.subi %depth, %one : i32
    %a = async.call @marks(%less, %out) : (i32, memref<?xi32>) -> !async.token
    %b = async.call @marks(%less, %out) : (i32, memref<?xi32>) -> !async.token
    async.await %b : !async.token
  }
  return
}
func.func @main(%depth: i32, %out: memref<?xi32>) {
  %t = async.call @marks(%depth, %out) : (i32, memref<?xi32>) -> !async.token
  return
}
"""

# The kernel is a task like others: it calls itself.
RECURSIVE_KERNEL = """\
func.func @main(%n: i32) -> i32 {
  %one = arith.constant 1 : i32
  %small = arith.cmpi sle, %n, %one : i32
  %result = scf.if %small -> (i32) {
    scf.yield %n : i32
  } else {
    %two = arith.constant 2 : i32
    %n1 = arith.subi %n, %one : i32
    %n2 = arith.subi %n, %two : i32
    %a = func.call @main(%n1) : (i32) -> i32
    %b = func.call @main(%n2) : (i32) -> i32
    %sum = arith.addi %a, %b : i32
    scf.yield %sum : i32
  }
  return %result : i32
}
"""

# Tasks on the heap (channels) start fork-join tasks, and wait for each other.
MIXED = f"""\
{FIB}
async.func @produce(%ch: !task.channel<i32>, %from: i32, %count: index) -> !async.token {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %count step %c1 {{
    %k = arith.index_cast %i : index to i32
    %n = arith.addi %from, %k : i32
    %h = async.call @fib(%n) : (i32) -> !async.value<i32>
    %f = async.await %h : !async.value<i32>
    task.send %f, %ch : !task.channel<i32>
  }}
  return
}}
async.func @consume(%ch: !task.channel<i32>, %count: index) -> !async.value<i32> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %sum = scf.for %i = %c0 to %count step %c1 iter_args(%acc = %zero) -> (i32) {{
    %x, %ok = task.recv %ch : !task.channel<i32>
    %next = arith.addi %acc, %x : i32
    scf.yield %next : i32
  }}
  return %sum : i32
}}
func.func @main(%from: i32) -> i32 {{
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c6 = arith.constant 6 : index
  %ch = task.channel %c1 : !task.channel<i32>
  %a = async.call @produce(%ch, %from, %c3) : (!task.channel<i32>, i32, index) -> !async.token
  %b = async.call @produce(%ch, %from, %c3) : (!task.channel<i32>, i32, index) -> !async.token
  %c = async.call @consume(%ch, %c6) : (!task.channel<i32>, index) -> !async.value<i32>
  %own = async.call @fib(%from) : (i32) -> !async.value<i32>
  async.await %a : !async.token
  async.await %b : !async.token
  %sum = async.await %c : !async.value<i32>
  %f = async.await %own : !async.value<i32>
  %all = arith.addi %sum, %f : i32
  return %all : i32
}}
"""

# Started early, awaited late, twice, on one way only; between them others come and go.
ORDERS = """\
async.func @work(%n: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %end = arith.cmpi sle, %n, %zero : i32
  %result = scf.if %end -> (i32) {
    scf.yield %one : i32
  } else {
    %n1 = arith.subi %n, %one : i32
    %n2 = arith.subi %n, %two : i32
    %early = async.call @work(%n2) : (i32) -> !async.value<i32>
    %sum = scf.for %k = %zero to %two step %one iter_args(%acc = %zero) -> (i32) : i32 {
      %m = arith.subi %n1, %k : i32
      %h = async.call @work(%m) : (i32) -> !async.value<i32>
      %bit = arith.andi %m, %one : i32
      %odd = arith.cmpi eq, %bit, %one : i32
      %got = scf.if %odd -> (i32) {
        %x = async.await %h : !async.value<i32>
        %y = async.await %h : !async.value<i32>
        %xy = arith.addi %x, %y : i32
        scf.yield %xy : i32
      } else {
        scf.yield %m : i32
      }
      %next = arith.addi %acc, %got : i32
      scf.yield %next : i32
    }
    %e = async.await %early : !async.value<i32>
    %all = arith.addi %sum, %e : i32
    scf.yield %all : i32
  }
  return %result : i32
}
func.func @main(%n: i32) -> i32 {
  %h = async.call @work(%n) : (i32) -> !async.value<i32>
  %s = async.await %h : !async.value<i32>
  return %s : i32
}
"""


def orders(n: int) -> int:
    """What ORDERS computes."""
    if n <= 0:
        return 1
    return sum(2 * orders(m) if m & 1 else m for m in (n - 1, n - 2)) + orders(n - 2)


# A root computes something of its own.
INSTANCES = f"""\
{FIB}
func.func @main() -> i32 {{
  %c8 = arith.constant 8 : index
  %i = task.instance : index
  %m = arith.remui %i, %c8 : index
  %n = arith.index_cast %m : index to i32
  %h = async.call @fib(%n) : (i32) -> !async.value<i32>
  %f = async.await %h : !async.value<i32>
  return %f : i32
}}
"""

# Forever: @spins looks at nothing, its parents wait.
ENDLESS = """\
async.func @spins(%depth: i32) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %true = arith.constant true
  %leaf = arith.cmpi eq, %depth, %zero : i32
  %result = scf.if %leaf -> (i32) {
    %last = scf.while (%x = %depth) : (i32) -> i32 {
      scf.condition(%true) %x : i32
    } do {
    ^body(%x: i32):
      %next = arith.addi %x, %one : i32
      scf.yield %next : i32
    }
    scf.yield %last : i32
  } else {
    %less = arith.subi %depth, %one : i32
    %h = async.call @spins(%less) : (i32) -> !async.value<i32>
    %r = async.await %h : !async.value<i32>
    scf.yield %r : i32
  }
  return %result : i32
}
func.func @main(%depth: i32) -> i32 {
  %h = async.call @spins(%depth) : (i32) -> !async.value<i32>
  %r = async.await %h : !async.value<i32>
  return %r : i32
}
"""

ASSERT = 2
"""The kind of a failed assertion's error."""

CASES = (
    Case("fib", FIB_MAIN, (8,), (21,)),
    Case("groups", GROUPS, (3,), (groups(3),)),
    Case("group-full", GROUP_SIZES, (4, 4), (4, 0, 0)),
    Case("group-empty", GROUP_SIZES, (0, 0), (0, 0, 0)),
    Case("fails-nowhere", FAILS, (3, -1), (8, 0, 0)),
    Case("fails-first", FAILS, (3, 0), (0, ASSERT, 0)),
    Case("fails-deep", FAILS, (3, 5), (0, ASSERT, 0)),
    Case("forgives", FORGIVES, (3, 3), (304,)),
    Case("linear", LINEAR, (60,), (1830,)),
    Case("mutual", MUTUAL, (3,), (mutual(3),)),
    Case("types", TYPES, TYPES_ARGS, TYPES_EXPECTED),
    Case("recursive-kernel", RECURSIVE_KERNEL, (7,), (13,)),
    Case("mixed", MIXED, (3,), (22,)),
    Case("orders", ORDERS, (4,), (orders(4),)),
)
