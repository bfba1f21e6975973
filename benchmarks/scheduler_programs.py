"""Programs that only benchmarks/scheduler.py runs: what the examples do not isolate."""

from __future__ import annotations

PING_PONG = """
// Two tasks that wake each other by events. The first one computes for `steps` multiplications before it wakes the other, so that all
// other workers have been idle for so long. With `both` false it is alone: what it computes takes by itself.
async.func private @pong(%rounds: i32, %there: !task.event, %back: !task.event) -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  scf.for %round = %zero to %rounds step %one : i32 {
    task.wait %there
    task.clear %there
    task.set %back
  }
  return
}

async.func private @ping(%rounds: i32, %steps: i32, %both: i1, %there: !task.event, %back: !task.event, %sink: memref<1xf32>)
    -> !async.token {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %c0 = arith.constant 0 : index
  %a = arith.constant 0.999 : f32
  %b = arith.constant 0.001 : f32
  scf.for %round = %zero to %rounds step %one : i32 {
    %start = memref.load %sink[%c0] : memref<1xf32>
    %end = scf.for %step = %zero to %steps step %one iter_args(%x = %start) -> (f32) : i32 {
      %y = math.fma %x, %a, %b : f32
      scf.yield %y : f32
    }
    memref.store %end, %sink[%c0] : memref<1xf32>
    scf.if %both {
      task.set %there
      task.wait %back
      task.clear %back
    }
  }
  return
}

func.func @ping_pong(%rounds: i32, %steps: i32, %both: i1, %sink: memref<1xf32>) attributes {task.kernel} {
  %zero = arith.constant 0 : i32
  %there = task.event : !task.event
  %back = task.event : !task.event
  %answers = arith.select %both, %rounds, %zero : i32
  %pong = async.call @pong(%answers, %there, %back) : (i32, !task.event, !task.event) -> !async.token
  %ping = async.call @ping(%rounds, %steps, %both, %there, %back, %sink)
    : (i32, i32, i1, !task.event, !task.event, memref<1xf32>) -> !async.token
  async.await %pong : !async.token
  async.await %ping : !async.token
  return
}
"""

FMA = """
// A chain of multiplications and additions for each root: 10 us, if a wave of them fills an H200.
func.func @fma(%out: memref<?xf32>, %steps: i32) attributes {task.kernel} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %a = arith.constant 0.999 : f32
  %b = arith.constant 0.001 : f32
  %i = task.instance : index
  %start = memref.load %out[%i] : memref<?xf32>
  %end = scf.for %step = %zero to %steps step %one iter_args(%x = %start) -> (f32) : i32 {
    %y = math.fma %x, %a, %b : f32
    scf.yield %y : f32
  }
  memref.store %end, %out[%i] : memref<?xf32>
  return
}
"""

TRIAD = """
// a = b + s c, a strided share of it for each root.
func.func @triad(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %s: f32) attributes {task.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %i = task.instance : index
  %roots = task.num_instances : index
  %size = memref.dim %a, %c0 : memref<?xf32>
  %rounds = arith.divui %size, %roots : index
  scf.for %round = %c0 to %rounds step %c1 {
    %base = arith.muli %round, %roots : index
    %at = arith.addi %base, %i : index
    %x = memref.load %b[%at] : memref<?xf32>
    %y = memref.load %c[%at] : memref<?xf32>
    %sum = math.fma %y, %s, %x : f32
    memref.store %sum, %a[%at] : memref<?xf32>
  }
  return
}
"""

FIB_IN_MLIR = """
func.func private @rtclock() -> f64

func.func @main() {
  %n = arith.constant NUMBER : i32
  %t0 = func.call @rtclock() : () -> f64
  %h = async.call @fib_task(%n) : (i32) -> !async.value<i32>
  %f = async.await %h : !async.value<i32>
  %t1 = func.call @rtclock() : () -> f64
  %t = arith.subf %t1, %t0 : f64
  vector.print %f : i32
  vector.print %t : f64
  return
}
"""
"""What stands in place of the kernel of examples/fib.mlir where MLIR's runner runs it: it prints the result and the seconds."""
