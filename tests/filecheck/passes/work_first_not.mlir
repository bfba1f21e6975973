// Machines that are not fork-join stay as they are, with who is started by them; each case says why.
// RUN: asyncir-opt %s --split-input-file -p work-first | filecheck %s

// Nothing starts anything: no machine is marked.

sm.machine @alone(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NEXT:    sm.machine @alone(%n: i32) -> i32 attributes {scope = "lane"} {
// CHECK-NEXT:      sm.return %n : i32
// CHECK-NEXT:    }
// CHECK-NEXT:  }

// -----

// It waits for a handle that it was given.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @waits_for_others(%h: !async.value<i32>, %n: i32) -> i32 attributes {scope = "lane"} {
  %own = sm.start @g(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%own) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  sm.suspend await(%h) 2 : (!async.value<i32>) -> i32 [^end]
^end(%w: i32):
  sm.return %w : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     fork_join
// CHECK-NOT:     suspend call
// CHECK:         sm.machine @waits_for_others(%h: !async.value<i32>, %n: i32) -> i32 attributes {scope = "lane"} {
// CHECK-NEXT:      %own = sm.start @g(%n) : (i32) -> !async.value<i32>
// CHECK-NEXT:      sm.suspend await(%own) 1 : (
// CHECK-NOT:     fork_join

// -----

// It waits for a channel: neither it nor who awaits it is fork-join.

sm.machine @receives(%ch: !task.channel<i32>) -> i32 attributes {scope = "lane"} {
  sm.suspend recv(%ch) 1 : (!task.channel<i32>) -> (i32, i1) [^got]
^got(%v: i32, %ok: i1):
  sm.return %v : i32
}
sm.machine @awaits(%ch: !task.channel<i32>) -> i32 attributes {scope = "lane"} {
  %h = sm.start @receives(%ch) : (!task.channel<i32>) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  sm.return %v : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     fork_join
// CHECK:         sm.machine @awaits(%ch: !task.channel<i32>) -> i32 attributes {scope = "lane"} {
// CHECK-NEXT:      %h = sm.start @receives(%ch) : (
// CHECK-NOT:     fork_join

// -----

// One handle escapes, to another task: that start stays one. The machine awaits only the other.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @takes(%h: !async.value<i32>) attributes {scope = "lane"} {
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  sm.return
}
sm.machine @gives(%n: i32) -> i32 attributes {scope = "lane"} {
  %h = sm.start @g(%n) : (i32) -> !async.value<i32>
  %t = sm.start @takes(%h) : (!async.value<i32>) -> !async.token
  %own = sm.start @g(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%own) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  sm.return %v : i32
}

// CHECK-LABEL: builtin.module
// CHECK-LABEL: sm.machine @takes
// CHECK-SAME:    attributes {scope = "lane"} {
// CHECK-LABEL: sm.machine @gives(%n: i32) -> i32 attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    %h = sm.start @g(%n) : (i32) -> !async.value<i32>
// CHECK-NEXT:    %t = sm.start @takes(%h) : (!async.value<i32>) -> !async.token
// CHECK-NEXT:    sm.suspend call @g(%n) 2 {tail} : (

// -----

// A group with a member that is not local is not local either, and so its other members are not.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @mixes(%h: !async.value<i32>, %n: i32, %two: index) attributes {scope = "lane"} {
  %group = async.create_group %two : !async.group
  %own = sm.start @g(%n) : (i32) -> !async.value<i32>
  %r0 = async.add_to_group %own, %group : !async.value<i32>
  %r1 = async.add_to_group %h, %group : !async.value<i32>
  sm.suspend await_all(%group) 1 : (!async.group) -> () [^end]
^end:
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     fork_join
// CHECK:         %own = sm.start @g(%n) : (i32) -> !async.value<i32>
// CHECK-NOT:     suspend call

// -----

// An array of its own is live behind the start.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @keeps_array(%n: i32) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %m = memref.alloc() : memref<4xi32>
  %h = sm.start @g(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  memref.store %v, %m[%c0] : memref<4xi32>
  sm.return %v : i32
}

// CHECK-LABEL: builtin.module
// CHECK-LABEL: sm.machine @keeps_array(%n: i32) -> i32 attributes {scope = "lane"} {
// CHECK:         %h = sm.start @g(%n) : (i32) -> !async.value<i32>
// CHECK-NOT:     suspend call

// -----

// The same with a parameter of the kernel, which is named again where it is used.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @names_array(%n: i32) -> i32 attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %m = task.kernel_argument {index = 0} : memref<4xi32>
  %h = sm.start @g(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  memref.store %v, %m[%c0] : memref<4xi32>
  sm.return %v : i32
}
sm.machine @k(%m: memref<4xi32>) attributes {scope = "lane", kernel} {
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK-LABEL: sm.machine @names_array(%n: i32) -> i32 attributes {scope = "lane", fork_join} {
// CHECK:         sm.suspend call @g(%n) 2 {tail} : (
// CHECK-LABEL: sm.machine @k
// CHECK-SAME:    attributes {scope = "lane", kernel} {

// -----

// Sixteen words of arguments are handed over in registers, one more are not; nor are arrays.

sm.machine @sixteen(%a: i64, %b: i64, %c: i64, %d: i64, %e: i64, %f: i64, %g: i64, %h: i64) attributes {scope = "lane"} {
  sm.return
}
sm.machine @seventeen(%a: i64, %b: i64, %c: i64, %d: i64, %e: i64, %f: i64, %g: i64, %h: i64, %p: i1) attributes {scope = "lane"} {
  sm.return
}
sm.machine @array(%m: memref<4xi32>) attributes {scope = "lane"} {
  sm.return
}
sm.machine @starts(%a: i64, %p: i1) attributes {scope = "lane"} {
  %s = sm.start @sixteen(%a, %a, %a, %a, %a, %a, %a, %a) : (i64, i64, i64, i64, i64, i64, i64, i64) -> !async.token
  %t = sm.start @seventeen(%a, %a, %a, %a, %a, %a, %a, %a, %p) : (i64, i64, i64, i64, i64, i64, i64, i64, i1) -> !async.token
  %m = memref.alloc() : memref<4xi32>
  %u = sm.start @array(%m) : (memref<4xi32>) -> !async.token
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK-LABEL: sm.machine @sixteen
// CHECK-SAME:    attributes {scope = "lane", fork_join} {
// CHECK-LABEL: sm.machine @seventeen
// CHECK-SAME:    attributes {scope = "lane"} {
// CHECK-LABEL: sm.machine @array
// CHECK-SAME:    attributes {scope = "lane"} {
// CHECK-LABEL: sm.machine @starts(%a: i64, %p: i1) attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    sm.suspend call @sixteen(
// CHECK:         %t = sm.start @seventeen(
// CHECK:         %u = sm.start @array(

// -----

// A warp shares one stack with nobody.

sm.machine @warp(%n: i32) -> i32 attributes {scope = "warp"} {
  sm.return %n : i32
}
sm.machine @starts_warp(%n: i32) -> i32 attributes {scope = "lane"} {
  %h = sm.start @warp(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^end]
^end(%v: i32):
  sm.return %v : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     fork_join
// CHECK:         %h = sm.start @warp(%n) : (i32) -> !async.value<i32>
// CHECK-NOT:     suspend call

// -----

// Machines that are laid out are too late.

sm.machine @g(%n: i32) attributes {scope = "lane", frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  sm.return
}
sm.machine @late(%n: i32) attributes {scope = "lane", frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  %h = sm.start @g(%n) : (i32) -> !async.token
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK-LABEL: sm.machine @late
// CHECK-NOT:     fork_join
// CHECK:         %h = sm.start @g(%n) : (i32) -> !async.token

// -----

// A task that catches a cancellation where it waits for its child goes on then, which no task on a stack can.

sm.machine @leaf(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @catches(%n: i32) -> i32 attributes {scope = "lane"} {
  %h = sm.start @leaf(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 {task.catches} : (!async.value<i32>) -> (i32, i1) [^end]
^end(%v: i32, %c: i1):
  sm.return %v : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:     fork_join
// CHECK:         %h = sm.start @leaf(%n) : (i32) -> !async.value<i32>
// CHECK-NOT:     suspend call
