"""Programs for tests of the passes: what they do is known to the reference, before and after each pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A program, its entry's scalar arguments, and how many elements its i32 array argument has, if it has one as the last."""

    name: str
    text: str
    scalars: tuple[int | bool, ...] = ()
    array: int = 0
    widths: tuple[int, ...] = (1, 4)


CAPTURES = """
func.func @main(%n: index, %x: i32, %m: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  linalg.fill ins(%one : i32) outs(%m : memref<?xi32>)
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> (i32) {
    %h = async.call @double(%a) : (i32) -> !async.value<i32>
    %t, %v = async.execute (%h as %y: !async.value<i32>) -> !async.value<i32> {
      %inner = async.execute {
        memref.store %y, %m[%i] : memref<?xi32>
        task.yield_now
        async.yield
      }
      %z = arith.addi %y, %one : i32
      async.await %inner : !async.token
      async.yield %z : i32
    }
    %late = async.execute [%t] {
      %p = memref.load %m[%i] : memref<?xi32>
      %q = arith.addi %p, %one : i32
      memref.store %q, %m[%i] : memref<?xi32>
      async.yield
    }
    %w = async.await %v : !async.value<i32>
    async.await %late : !async.token
    %odd = arith.remsi %w, %x : i32
    %c = arith.cmpi eq, %odd, %one : i32
    %s = scf.if %c -> (i32) {
      task.yield_now
      scf.yield %w : i32
    } else {
      %u = arith.addi %w, %odd : i32
      scf.yield %u : i32
    }
    scf.yield %s : i32
  }
  return %r : i32
}
async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
"""

RECURSION = """
func.func @main(%n: i32) -> (i32, i1) {
  %r, %ok = func.call @collatz(%n) : (i32) -> (i32, i1)
  %s, %ok2 = func.call @bump(%r, %ok) : (i32, i1) -> (i32, i1)
  return %s, %ok2 : i32, i1
}
func.func @collatz(%n: i32) -> (i32, i1) {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %three = arith.constant 3 : i32
  %zero = arith.constant 0 : i32
  %true = arith.constant true
  %end = arith.cmpi sle, %n, %one : i32
  %r:2 = scf.if %end -> (i32, i1) {
    scf.yield %zero, %true : i32, i1
  } else {
    %bit = arith.andi %n, %one : i32
    %even = arith.cmpi eq, %bit, %zero : i32
    %half = arith.divsi %n, %two : i32
    %triple = arith.muli %n, %three : i32
    %up = arith.addi %triple, %one : i32
    %next = arith.select %even, %half, %up : i32
    %steps:2 = func.call @collatz(%next) : (i32) -> (i32, i1)
    %more = arith.addi %steps#0, %one : i32
    scf.yield %more, %steps#1 : i32, i1
  }
  return %r#0, %r#1 : i32, i1
}
func.func @bump(%x: i32, %ok: i1) -> (i32, i1) {
  cf.assert %ok, "must be ok"
  %one = arith.constant 1 : i32
  %limit = arith.constant 7 : i32
  %r = scf.while (%i = %x) : (i32) -> i32 {
    %rest = arith.remsi %i, %limit : i32
    %zero = arith.constant 0 : i32
    %go = arith.cmpi ne, %rest, %zero : i32
    scf.condition(%go) %i : i32
  } do {
  ^bb0(%i: i32):
    %j = arith.addi %i, %one : i32
    scf.yield %j : i32
  }
  return %r, %ok : i32, i1
}
"""

HANDLES = """
func.func @main(%x: i32, %c: i1) -> (i32, i32, i32, i1) {
  %yes = arith.constant true
  %t = func.call @start(%x) : (i32) -> !async.value<i32>
  %f = async.call @checked(%x, %c) : (i32, i1) -> !async.value<i32>
  %v, %kind, %code = task.try_await %f : !async.value<i32>
  %h = scf.if %c -> (!async.value<i32>) {
    scf.yield %t : !async.value<i32>
  } else {
    %g = async.call @checked(%v, %c) : (i32, i1) -> !async.value<i32>
    scf.yield %g : !async.value<i32>
  }
  async.runtime.await %h : !async.value<i32>
  %bad = async.runtime.is_error %h : !async.value<i32>
  %two = arith.constant 2 : index
  %group = async.create_group %two : !async.group
  %rank = async.add_to_group %t, %group : !async.value<i32>
  %ready = async.call @checked(%x, %yes) : (i32, i1) -> !async.value<i32>
  %again = async.await %ready : !async.value<i32>
  %rank2 = async.add_to_group %ready, %group : !async.value<i32>
  async.await_all %group
  %w = async.await %t : !async.value<i32>
  return %w, %kind, %again, %bad : i32, i32, i32, i1
}
func.func @start(%x: i32) -> !async.value<i32> {
  %yes = arith.constant true
  %h = async.call @checked(%x, %yes) : (i32, i1) -> !async.value<i32>
  return %h : !async.value<i32>
}
async.func @checked(%x: i32, %ok: i1) -> !async.value<i32> {
  task.yield_now
  cf.assert %ok, "not ok"
  async.return %x : i32
}
"""

SWITCH = """
func.func @main(%n: index, %m: memref<?xi32>) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %five = arith.constant 5 : i32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %five) -> (i32) {
    %k = arith.remsi %i, %c4 : index
    %b = scf.index_switch %k -> i32
    case 0 {
      %0 = arith.addi %a, %five : i32
      scf.yield %0 : i32
    }
    case 2 {
      task.yield_now
      %0 = arith.muli %a, %five : i32
      scf.yield %0 : i32
    }
    default {
      %0 = scf.execute_region -> i32 {
        %odd = arith.cmpi eq, %k, %c1 : index
        cf.cond_br %odd, ^yes, ^no(%a : i32)
      ^yes:
        %1 = arith.subi %a, %five : i32
        task.yield_now
        cf.br ^no(%1 : i32)
      ^no(%2: i32):
        scf.yield %2 : i32
      }
      scf.yield %0 : i32
    }
    scf.parallel (%p) = (%c0) to (%i) step (%c1) {
      memref.store %b, %m[%p] : memref<?xi32>
      scf.reduce
    }
    scf.yield %b : i32
  }
  return %r : i32
}
"""

LANES = """
func.func private @element(%m: memref<?xi32>) -> (index, i32) {
  %lane = gpu.lane_id
  %x = memref.load %m[%lane] : memref<?xi32>
  return %lane, %x : index, i32
}
async.func @scale(%lane: index, %x: i32, %f: i32, %m: memref<?xi32>) -> !async.value<i32> {
  task.yield_now
  %y = arith.muli %x, %f : i32
  memref.store %y, %m[%lane] : memref<?xi32>
  task.yield_now
  %all = gpu.subgroup_reduce maxsi %y : (i32) -> i32
  async.return %all : i32
}
async.func @single(%x: i32, %m: memref<?xi32>) -> !async.token {
  %last = arith.constant 7 : index
  memref.store %x, %m[%last] : memref<?xi32>
  async.return
}
func.func @main(%f: i32, %m: memref<?xi32>) -> i32 {
  %lane, %x = func.call @element(%m) : (memref<?xi32>) -> (index, i32)
  %h = async.call @scale(%lane, %x, %f, %m) : (index, i32, i32, memref<?xi32>) -> !async.value<i32>
  %max = async.await %h : !async.value<i32>
  %big = arith.cmpi sgt, %max, %f : i32
  scf.if %big {
    task.yield_now
    %t = async.call @single(%max, %m) : (i32, memref<?xi32>) -> !async.token
    async.await %t : !async.token
  }
  %less = arith.cmpi slt, %x, %f : i32
  %y = scf.if %less -> (i32) {
    scf.yield %x : i32
  } else {
    scf.yield %f : i32
  }
  task.yield_now
  %sum = gpu.subgroup_reduce add %y : (i32) -> i32
  %smallest = gpu.subgroup_reduce minsi %sum : (i32) -> i32
  return %smallest : i32
}
"""

CHANNELS = """
func.func @main(%n: index, %capacity: index) -> (i32, i32) {
  %ch = task.channel %capacity : !task.channel<i32>
  %p = async.call @produce(%n, %ch) : (index, !task.channel<i32>) -> !async.token
  %c0 = arith.constant 0 : i32
  %true = arith.constant true
  %sum:2 = scf.while (%a = %c0, %k = %c0, %go = %true) : (i32, i32, i1) -> (i32, i32) {
    scf.condition(%go) %a, %k : i32, i32
  } do {
  ^bb0(%a: i32, %k: i32):
    %v, %ok = task.recv %ch : !task.channel<i32>
    %b = arith.addi %a, %v : i32
    %one = arith.extui %ok : i1 to i32
    %l = arith.addi %k, %one : i32
    scf.yield %b, %l, %ok : i32, i32, i1
  }
  async.await %p : !async.token
  return %sum#0, %sum#1 : i32, i32
}
async.func @produce(%n: index, %ch: !task.channel<i32>) -> !async.token {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = arith.index_cast %i : index to i32
    task.send %x, %ch : !task.channel<i32>
  }
  task.close %ch : !task.channel<i32>
  async.return
}
"""

EXAMPLES = (
    Example("captures", CAPTURES, (6, 3), 8),
    Example("recursion", RECURSION, (27,)),
    Example("handles", HANDLES, (4, True)),
    Example("handles-failing", HANDLES, (4, False)),
    Example("switch", SWITCH, (9,), 9),
    Example("lanes", LANES, (3,), 8, (1, 4, 8)),
    Example("channels", CHANNELS, (10, 3)),
)
