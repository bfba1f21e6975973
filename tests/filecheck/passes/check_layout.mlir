// layout-frames-checked lays out and checks; check-layout compares laid-out machines with the split ones of a file.
// RUN: asyncir-opt %s -p "layout-frames-checked{policy=union}" | filecheck %s
// RUN: asyncir-opt %s -p 'layout-frames{policy=bound remat=free},check-layout{before="%s"}' | filecheck %s --check-prefix=BOUND
// RUN: asyncir-opt %s -p 'layout-frames{policy="per-value"}' | sed '/sm.save/d' | not asyncir-opt -p 'check-layout{before="%s"}' 2>&1 | filecheck %s --check-prefix=BROKEN
// RUN: not asyncir-opt %s -p 'check-layout{before="nowhere.mlir"}' 2>&1 | filecheck %s --check-prefix=NOWHERE

sm.machine @f(%h: !async.value<i32>, %x: i32) -> i32 attributes {scope = "lane"} {
  %y = arith.addi %x, %x : i32
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %r = arith.addi %v, %y : i32
  sm.return %r : i32
}

// CHECK:   policy "union"
// BOUND:   policy "bound"
// BROKEN:  error: @f, state 1: slot <task 8> must hold %y for 'sm.return', but slot <task 8> is not saved on every way there
// NOWHERE: error: check-layout cannot read 'nowhere.mlir'
