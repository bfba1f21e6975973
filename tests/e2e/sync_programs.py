"""
Programs of events, locks, timers, select and cancellation: text, arguments, and what each gives under every schedule.

Where order depends on times they are far apart: some milliseconds, written 15MS. The reference counts virtual time and gets shorter ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Case(NamedTuple):
    """A program, and what it gives."""

    name: str
    program: str
    args: tuple[Any, ...]
    expected: tuple[Any, ...]

    def text(self, target: str) -> str:
        """The program with the times that a target needs."""
        return self.program.replace("MS", "0000" if target == "reference" else "000000")


EVENTS = """\
async.func @waiter(%e: !task.event, %x: i32) -> !async.value<i32> {
  task.wait %e
  return %x : i32
}
func.func @main() -> (i32, i1, i1, i1, i32) {
  %c5 = arith.constant 5 : i32
  %c7 = arith.constant 7 : i32
  %e = task.event : !task.event
  %before = task.is_set %e
  %a = async.call @waiter(%e, %c5) : (!task.event, i32) -> !async.value<i32>
  %b = async.call @waiter(%e, %c7) : (!task.event, i32) -> !async.value<i32>
  task.yield_now
  task.set %e
  task.set %e
  %set = task.is_set %e
  %c = async.call @waiter(%e, %c5) : (!task.event, i32) -> !async.value<i32>
  %x = async.await %a : !async.value<i32>
  %y = async.await %b : !async.value<i32>
  %z = async.await %c : !async.value<i32>
  task.clear %e
  task.clear %e
  %cleared = task.is_set %e
  %d = async.call @waiter(%e, %c7) : (!task.event, i32) -> !async.value<i32>
  task.yield_now
  task.set %e
  %w = async.await %d : !async.value<i32>
  %xy = arith.addi %x, %y : i32
  %sum = arith.addi %xy, %z : i32
  return %sum, %before, %set, %cleared, %w : i32, i1, i1, i1, i32
}
"""

COUNTER = """\
async.func @add(%l: !task.lock, %m: memref<1xi32>, %n: index) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  scf.for %i = %c0 to %n step %c1 {
    task.acquire %l
    %v = memref.load %m[%c0] : memref<1xi32>
    task.yield_now
    %w = arith.addi %v, %one : i32
    memref.store %w, %m[%c0] : memref<1xi32>
    task.release %l
  }
  return
}
func.func @main(%n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0 : i32
  %m = memref.alloc() : memref<1xi32>
  memref.store %z, %m[%c0] : memref<1xi32>
  %l = task.lock : !task.lock
  %a = async.call @add(%l, %m, %n) : (!task.lock, memref<1xi32>, index) -> !async.token
  %b = async.call @add(%l, %m, %n) : (!task.lock, memref<1xi32>, index) -> !async.token
  %c = async.call @add(%l, %m, %n) : (!task.lock, memref<1xi32>, index) -> !async.token
  %d = async.call @add(%l, %m, %n) : (!task.lock, memref<1xi32>, index) -> !async.token
  async.await %a : !async.token
  async.await %b : !async.token
  async.await %c : !async.token
  async.await %d : !async.token
  %r = memref.load %m[%c0] : memref<1xi32>
  return %r : i32
}
"""

TIMERS = """\
async.func @nap(%ns: i64, %x: i32, %ch: !task.channel<i32>) -> !async.token {
  task.sleep %ns : i64
  task.send %x, %ch : !task.channel<i32>
  return
}
func.func @main() -> (i32, i32, i32, i32, i1) {
  %c4 = arith.constant 4 : index
  %n0 = arith.constant -5 : i64
  %n1 = arith.constant 15MS : i64
  %n2 = arith.constant 30MS : i64
  %n3 = arith.constant 45MS : i64
  %long = arith.constant 3600000000000 : i64
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c3 = arith.constant 3 : i32
  %ch = task.channel %c4 : !task.channel<i32>
  %a = async.call @nap(%n3, %c3, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %b = async.call @nap(%n1, %c1, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %c = async.call @nap(%n2, %c2, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %d = async.call @nap(%n0, %c0, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  %w, %ok0 = task.recv %ch : !task.channel<i32>
  %x, %ok1 = task.recv %ch : !task.channel<i32>
  %y, %ok2 = task.recv %ch : !task.channel<i32>
  %z, %ok3 = task.recv %ch : !task.channel<i32>
  return %w, %x, %y, %z, %ok3 : i32, i32, i32, i32, i1
}
"""

MANY_TIMERS = """\
async.func @nap(%i: index) -> !async.value<i32> {
  %c37 = arith.constant 37 : index
  %c101 = arith.constant 101 : index
  %c1000 = arith.constant 1000 : index
  %a = arith.muli %i, %c37 : index
  %b = arith.remui %a, %c101 : index
  %c = arith.muli %b, %c1000 : index
  %ns = arith.index_cast %c : index to i64
  task.sleep %ns : i64
  task.sleep %ns : i64
  %x = arith.index_cast %i : index to i32
  return %x : i32
}
async.func @add(%h: !async.value<i32>, %rest: !async.value<i32>) -> !async.value<i32> {
  %x = async.await %h : !async.value<i32>
  %y = async.await %rest : !async.value<i32>
  %z = arith.addi %x, %y : i32
  return %z : i32
}
async.func @naps(%n: index) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i32
  %none = arith.cmpi eq, %n, %c0 : index
  cf.cond_br %none, ^end(%z : i32), ^more
^more:
  %m = arith.subi %n, %c1 : index
  %h = async.call @nap(%m) : (index) -> !async.value<i32>
  %r = async.call @naps(%m) : (index) -> !async.value<i32>
  %s = async.call @add(%h, %r) : (!async.value<i32>, !async.value<i32>) -> !async.value<i32>
  %v = async.await %s : !async.value<i32>
  cf.br ^end(%v : i32)
^end(%result: i32):
  return %result : i32
}
func.func @main(%n: index) -> i32 {
  %h = async.call @naps(%n) : (index) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
"""

SELECT_CASES = """\
async.func @late(%ns: i64, %x: i32) -> !async.value<i32> {
  task.sleep %ns : i64
  return %x : i32
}
async.func @give(%ns: i64, %x: i32, %ch: !task.channel<i32>) -> !async.token {
  task.sleep %ns : i64
  task.send %x, %ch : !task.channel<i32>
  return
}
func.func @main() -> (i32, i32, i32, i1, i32, i32, i32, i32, i32, i1) {
  %c4 = arith.constant 4 : index
  %soon = arith.constant 15MS : i64
  %later = arith.constant 30MS : i64
  %last = arith.constant 45MS : i64
  %none = arith.constant 0 : i64
  %c11 = arith.constant 11 : i32
  %c22 = arith.constant 22 : i32
  %ch = task.channel %c4 : !task.channel<i32>
  %v = async.call @late(%later, %c11) : (i64, i32) -> !async.value<i32>
  %g = async.call @give(%last, %c22, %ch) : (i64, i32, !task.channel<i32>) -> !async.token
  // The timeout wins, then the value; the receive that lost leaves the item.
  %look, %i, %o = task.select(%v, %ch) after %none : !async.value<i32>, !task.channel<i32>
  %timeout, %j, %p = task.select(%v, %ch, %ch) after %soon : !async.value<i32>, !task.channel<i32>, !task.channel<i32>
  %value, %item, %ok = task.select(%ch, %v, %v) : !task.channel<i32>, !async.value<i32>, !async.value<i32>
  %again, %l, %r = task.select(%ch, %v) : !task.channel<i32>, !async.value<i32>
  %x, %okx = task.recv %ch : !task.channel<i32>
  %y = async.await %v : !async.value<i32>
  async.await %g : !async.token
  task.send %c22, %ch : !task.channel<i32>
  %there, %k, %q = task.select(%v, %ch) : !async.value<i32>, !task.channel<i32>
  %sent, %m, %s = task.select(%ch, %v) : !task.channel<i32>, !async.value<i32>
  task.close %ch : !task.channel<i32>
  %closed, %n, %t = task.select(%ch) after %soon : !task.channel<i32>
  %a = arith.addi %sent, %m : i32
  %b = arith.addi %there, %closed : i32
  return %look, %timeout, %value, %ok, %x, %y, %again, %a, %b, %t : i32, i32, i32, i1, i32, i32, i32, i32, i32, i1
}
"""

SELECT_LOOP = """\
async.func @produce(%n: index, %ch: !task.channel<i32>, %ns: i64) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = arith.index_cast %i : index to i32
    task.sleep %ns : i64
    task.send %x, %ch : !task.channel<i32>
  }
  return
}
async.func @consume(%a: !task.channel<i32>, %b: !task.channel<i32>, %stop: !async.token) -> !async.value<i32> {
  %z = arith.constant 0 : i32
  %long = arith.constant 3600000000000 : i64
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %r:2 = scf.while (%s = %z, %go = %one) : (i32, i32) -> (i32, i32) {
    %c = arith.cmpi ne, %go, %z : i32
    scf.condition(%c) %s, %go : i32, i32
  } do {
  ^bb0(%s: i32, %go: i32):
    %k, %x, %ok = task.select(%a, %b, %stop) after %long : !task.channel<i32>, !task.channel<i32>, !async.token
    %t = arith.addi %s, %x : i32
    %e = arith.cmpi eq, %k, %two : i32
    %g = arith.select %e, %z, %one : i32
    scf.yield %t, %g : i32, i32
  }
  return %r#0 : i32
}
async.func @both(%p: !async.token, %q: !async.token) -> !async.token {
  async.await %p : !async.token
  async.await %q : !async.token
  return
}
func.func @main(%n: index) -> i32 {
  %c1 = arith.constant 1 : index
  %n1 = arith.constant 1000 : i64
  %n2 = arith.constant 1500 : i64
  %a = task.channel %c1 : !task.channel<i32>
  %b = task.channel %c1 : !task.channel<i32>
  %p = async.call @produce(%n, %a, %n1) : (index, !task.channel<i32>, i64) -> !async.token
  %q = async.call @produce(%n, %b, %n2) : (index, !task.channel<i32>, i64) -> !async.token
  %s = async.call @both(%p, %q) : (!async.token, !async.token) -> !async.token
  %x = async.call @consume(%a, %b, %s) : (!task.channel<i32>, !task.channel<i32>, !async.token) -> !async.value<i32>
  %y = async.call @consume(%a, %b, %s) : (!task.channel<i32>, !task.channel<i32>, !async.token) -> !async.value<i32>
  %v = async.await %x : !async.value<i32>
  %w = async.await %y : !async.value<i32>
  // The last items of the channels may be left: both consumers may have seen the end first.
  %k0, %i0, %o0 = task.select(%a) after %n1 : !task.channel<i32>
  %k1, %i1, %o1 = task.select(%b) after %n1 : !task.channel<i32>
  %r = arith.addi %v, %w : i32
  %r1 = arith.addi %r, %i0 : i32
  %r2 = arith.addi %r1, %i1 : i32
  return %r2 : i32
}
"""

_CANCEL = """\
async.func @on_event(%e: !task.event) -> !async.token {
  task.wait %e
  return
}
async.func @on_lock(%l: !task.lock) -> !async.token {
  task.acquire %l
  task.release %l
  return
}
async.func @on_recv(%ch: !task.channel<i32>) -> !async.token {
  %v, %ok = task.recv %ch : !task.channel<i32>
  return
}
async.func @on_send(%ch: !task.channel<i32>) -> !async.token {
  %c = arith.constant 99 : i32
  task.send %c, %ch : !task.channel<i32>
  return
}
async.func @on_sleep(%ns: i64) -> !async.token {
  task.sleep %ns : i64
  return
}
async.func @on_select(%ch: !task.channel<i32>, %ns: i64) -> !async.token {
  %k, %v, %ok = task.select(%ch) after %ns : !task.channel<i32>
  return
}
async.func @on_child(%ns: i64) -> !async.token {
  %h = async.call @on_sleep(%ns) : (i64) -> !async.token
  %k, %c = task.try_await %h : !async.token
  return
}
async.func @forever() -> !async.token {
  cf.br ^loop
^loop:
  task.yield_now
  cf.br ^loop
}
func.func @main() -> (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) {
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %short = arith.constant 2MS : i64
  %long = arith.constant 3600000000000 : i64
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  %empty = task.channel %c1 : !task.channel<i32>
  %full = task.channel %c1 : !task.channel<i32>
  task.send %one, %full : !task.channel<i32>
  task.acquire %l
  %h0 = async.call @on_event(%e) : (!task.event) -> !async.token
  %h1 = async.call @on_lock(%l) : (!task.lock) -> !async.token
  %h2 = async.call @on_recv(%empty) : (!task.channel<i32>) -> !async.token
  %h3 = async.call @on_send(%full) : (!task.channel<i32>) -> !async.token
  %h4 = async.call @on_sleep(%long) : (i64) -> !async.token
  %h5 = async.call @on_select(%empty, %long) : (!task.channel<i32>, i64) -> !async.token
  %h6 = async.call @on_child(%long) : (i64) -> !async.token
  %h7 = async.call @forever() : () -> !async.token
  %other = async.call @on_lock(%l) : (!task.lock) -> !async.token
  DELAY
  task.cancel %h0 : !async.token
  task.cancel %h1 : !async.token
  task.cancel %h2 : !async.token
  task.cancel %h3 : !async.token
  task.cancel %h4 : !async.token
  task.cancel %h5 : !async.token
  task.cancel %h6 : !async.token
  task.cancel %h7 : !async.token
  task.cancel %h7 : !async.token
  %k0, %d0 = task.try_await %h0 : !async.token
  %k1, %d1 = task.try_await %h1 : !async.token
  %k2, %d2 = task.try_await %h2 : !async.token
  %k3, %d3 = task.try_await %h3 : !async.token
  %k4, %d4 = task.try_await %h4 : !async.token
  %k5, %d5 = task.try_await %h5 : !async.token
  %k6, %d6 = task.try_await %h6 : !async.token
  %k7, %d7 = task.try_await %h7 : !async.token
  task.cancel %h7 : !async.token
  // What the cancelled tasks waited for goes to others: the lock, the item, the room.
  task.set %e
  task.release %l
  async.await %other : !async.token
  task.send %one, %empty : !task.channel<i32>
  %v, %ok = task.recv %empty : !task.channel<i32>
  %w, %okw = task.recv %full : !task.channel<i32>
  %k8, %v8, %ok8 = task.select(%full) after %short : !task.channel<i32>
  %sum = arith.addi %v, %w : i32
  return %k0, %k1, %k2, %k3, %k4, %k5, %k6, %k7, %sum, %k8 : i32, i32, i32, i32, i32, i32, i32, i32, i32, i32
}
"""

CANCEL_RACE = """\
async.func @waits(%l: !task.lock, %ch: !task.channel<i32>) -> !async.value<i32> {
  task.acquire %l
  task.release %l
  %v, %ok = task.recv %ch : !task.channel<i32>
  return %v : i32
}
async.func @cancels(%h: !async.value<i32>) -> !async.token {
  task.cancel %h : !async.value<i32>
  return
}
async.func @sends(%ch: !task.channel<i32>) -> !async.token {
  %c = arith.constant 7 : i32
  task.send %c, %ch : !task.channel<i32>
  return
}
func.func @main() -> (i1, i32) {
  %c1 = arith.constant 1 : index
  %three = arith.constant 3 : i32
  %z = arith.constant 0 : i32
  %l = task.lock : !task.lock
  %ch = task.channel %c1 : !task.channel<i32>
  task.acquire %l
  %a = async.call @waits(%l, %ch) : (!task.lock, !task.channel<i32>) -> !async.value<i32>
  %b = async.call @waits(%l, %ch) : (!task.lock, !task.channel<i32>) -> !async.value<i32>
  %c = async.call @cancels(%a) : (!async.value<i32>) -> !async.token
  %d = async.call @sends(%ch) : (!task.channel<i32>) -> !async.token
  %e = async.call @sends(%ch) : (!task.channel<i32>) -> !async.token
  task.release %l
  %va, %ka, %da = task.try_await %a : !async.value<i32>
  %vb = async.await %b : !async.value<i32>
  async.await %c : !async.token
  async.await %d : !async.token
  async.await %e : !async.token
  %short = arith.constant 1 : i64
  %k, %left, %ok = task.select(%ch) after %short : !task.channel<i32>
  // The first got an item, or it was cancelled and the item is left. Never both, never neither.
  %s0 = arith.addi %va, %left : i32
  %s = arith.addi %s0, %vb : i32
  %i = arith.cmpi eq, %ka, %three : i32
  %j = arith.cmpi eq, %ka, %z : i32
  %ij = arith.ori %i, %j : i1
  return %ij, %s : i1, i32
}
"""

CANCEL_CHILDREN = """\
async.func @leaf(%ns: i64) -> !async.value<i32> {
  %x = arith.constant 5 : i32
  task.sleep %ns : i64
  return %x : i32
}
async.func @middle(%ns: i64) -> !async.value<i32> {
  %h = async.call @leaf(%ns) : (i64) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
async.func @top(%ns: i64, %m: memref<1xi32>) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %h = async.call @middle(%ns) : (i64) -> !async.value<i32>
  %v, %k, %c = task.try_await %h : !async.value<i32>
  memref.store %k, %m[%c0] : memref<1xi32>
  return %v : i32
}
async.func @stranger(%h: !async.value<i32>) -> !async.value<i32> {
  %v = async.await %h : !async.value<i32>
  return %v : i32
}
func.func @main() -> (i32, i32, i32, i32) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0 : i32
  %soon = arith.constant 5MS : i64
  %brief = arith.constant 1MS : i64
  %long = arith.constant 3600000000000 : i64
  %m = memref.alloc() : memref<1xi32>
  memref.store %z, %m[%c0] : memref<1xi32>
  // Down to the leaf; the tasks above end when their children have, and do not go on.
  %t = async.call @top(%long, %m) : (i64, memref<1xi32>) -> !async.value<i32>
  // A task that waits for somebody else's ends at once and leaves it alone.
  %o = async.call @leaf(%soon) : (i64) -> !async.value<i32>
  %s = async.call @stranger(%o) : (!async.value<i32>) -> !async.value<i32>
  task.sleep %brief : i64
  task.cancel %t : !async.value<i32>
  task.cancel %s : !async.value<i32>
  %vt, %kt, %ct = task.try_await %t : !async.value<i32>
  %vs, %ks, %cs = task.try_await %s : !async.value<i32>
  %vo = async.await %o : !async.value<i32>
  %written = memref.load %m[%c0] : memref<1xi32>
  return %kt, %ks, %vo, %written : i32, i32, i32, i32
}
"""

WARP = """\
async.func @sum(%e: !task.event, %l: !task.lock, %m: memref<1xi32>, %ch: !task.channel<i32>, %h: !async.token) -> !async.token
    attributes {task.scope = "warp"} {
  %c0 = arith.constant 0 : index
  %ns = arith.constant 1000 : i64
  %long = arith.constant 3600000000000 : i64
  %lane = gpu.lane_id
  %x = arith.index_cast %lane : index to i32
  task.wait %e
  task.acquire %l
  %v = memref.load %m[%c0] : memref<1xi32>
  task.sleep %ns : i64
  %s = gpu.subgroup_reduce add %x uniform : (i32) -> i32
  %w = arith.addi %v, %s : i32
  %one = arith.constant 1 : i32
  %u = arith.addi %w, %one : i32
  memref.store %u, %m[%c0] : memref<1xi32>
  task.release %l
  %k, %item, %ok = task.select(%h, %ch) after %long : !async.token, !task.channel<i32>
  %after = gpu.subgroup_reduce add %x uniform : (i32) -> i32
  %less = arith.subi %after, %s : i32
  %all = arith.addi %item, %less : i32
  task.acquire %l
  %p = memref.load %m[%c0] : memref<1xi32>
  %q = arith.addi %p, %all : i32
  memref.store %q, %m[%c0] : memref<1xi32>
  task.release %l
  return
}
async.func @hang(%e: !task.event) -> !async.token attributes {task.scope = "warp"} {
  task.wait %e
  return
}
async.func @never(%e: !task.event) -> !async.token {
  task.wait %e
  return
}
func.func @main() -> (i1, i32, i32) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %z = arith.constant 0 : i32
  %hundred = arith.constant 1000 : i32
  %m = memref.alloc() : memref<1xi32>
  memref.store %z, %m[%c0] : memref<1xi32>
  %e = task.event : !task.event
  %f = task.event : !task.event
  %l = task.lock : !task.lock
  %ch = task.channel %c2 : !task.channel<i32>
  %n = async.call @never(%f) : (!task.event) -> !async.token
  %a = async.call @sum(%e, %l, %m, %ch, %n)
    : (!task.event, !task.lock, memref<1xi32>, !task.channel<i32>, !async.token) -> !async.token
  %b = async.call @sum(%e, %l, %m, %ch, %n)
    : (!task.event, !task.lock, memref<1xi32>, !task.channel<i32>, !async.token) -> !async.token
  %c = async.call @hang(%f) : (!task.event) -> !async.token
  task.yield_now
  task.set %e
  task.send %hundred, %ch : !task.channel<i32>
  task.send %hundred, %ch : !task.channel<i32>
  async.await %a : !async.token
  async.await %b : !async.token
  task.cancel %n : !async.token
  task.cancel %c : !async.token
  %kn, %dn = task.try_await %n : !async.token
  %kc, %dc = task.try_await %c : !async.token
  %r = memref.load %m[%c0] : memref<1xi32>
  %two_thousand = arith.constant 2000 : i32
  %enough = arith.cmpi sgt, %r, %two_thousand : i32
  return %enough, %kn, %kc : i1, i32, i32
}
"""

FORK_JOIN = """\
func.func @fib(%n: i32) -> i32 {
  %c2 = arith.constant 2 : i32
  %c1 = arith.constant 1 : i32
  %small = arith.cmpi slt, %n, %c2 : i32
  cf.cond_br %small, ^base, ^rec
^base:
  return %n : i32
^rec:
  %a = arith.subi %n, %c1 : i32
  %b = arith.subi %n, %c2 : i32
  %x = async.call @fibt(%a) : (i32) -> !async.value<i32>
  %y = async.call @fibt(%b) : (i32) -> !async.value<i32>
  %p = async.await %x : !async.value<i32>
  %q = async.await %y : !async.value<i32>
  %r = arith.addi %p, %q : i32
  return %r : i32
}
async.func @fibt(%n: i32) -> !async.value<i32> {
  %r = func.call @fib(%n) : (i32) -> i32
  return %r : i32
}
async.func @ticks(%n: index, %ch: !task.channel<i32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %ns = arith.constant 1000 : i64
  scf.for %i = %c0 to %n step %c1 {
    task.sleep %ns : i64
    task.send %one, %ch : !task.channel<i32>
  }
  return
}
async.func @never(%e: !task.event) -> !async.token {
  task.wait %e
  return
}
func.func @main(%n: i32, %k: index) -> (i1, i32, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0 : i32
  %e = task.event : !task.event
  %long = arith.constant 3600000000000 : i64
  %ch = task.channel %c1 : !task.channel<i32>
  %v = async.call @never(%e) : (!task.event) -> !async.token
  %f = async.call @fibt(%n) : (i32) -> !async.value<i32>
  %t = async.call @ticks(%k, %ch) : (index, !task.channel<i32>) -> !async.token
  %s = scf.for %i = %c0 to %k step %c1 iter_args(%a = %z) -> (i32) {
    %case, %x, %okx = task.select(%v, %ch) after %long : !async.token, !task.channel<i32>
    %b = arith.addi %a, %x : i32
    scf.yield %b : i32
  }
  task.cancel %v : !async.token
  task.cancel %f : !async.value<i32>
  %kv, %dv = task.try_await %v : !async.token
  %r, %kr, %dr = task.try_await %f : !async.value<i32>
  %three = arith.constant 3 : i32
  %want = arith.constant 21 : i32
  %gone = arith.cmpi eq, %kr, %three : i32
  %right = arith.cmpi eq, %r, %want : i32
  %ok = arith.ori %gone, %right : i1
  return %ok, %s, %kv : i1, i32, i32
}
"""

CASES = [
    Case("events", EVENTS, (), (17, False, True, False, 7)),
    Case("counter", COUNTER, (3,), (12,)),
    Case("timers", TIMERS, (), (0, 1, 2, 3, True)),
    Case("many-timers", MANY_TIMERS, (12,), (66,)),
    Case("select-cases", SELECT_CASES, (), (2, 3, 1, False, 22, 11, 1, 22, 0, False)),
    Case("select-loop", SELECT_LOOP, (5,), (20,)),
    Case("cancel-waiting", _CANCEL.replace("DELAY", "task.sleep %short : i64"), (), (*[3] * 8, 2, 1)),
    Case("cancel-any-time", _CANCEL.replace("DELAY", ""), (), (*[3] * 8, 2, 1)),
    Case("cancel-race", CANCEL_RACE, (), (True, 14)),
    Case("cancel-children", CANCEL_CHILDREN, (), (3, 3, 5, 0)),
    Case("fork-join", FORK_JOIN, (8, 6), (True, 6, 3)),
    Case("warp", WARP, (), (True, 3, 3)),
]
