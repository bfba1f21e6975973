// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// Every op of `sm` in both forms, split and laid out.

// A machine without suspension; attributes.
sm.machine @double(%x: i32) -> i32 attributes {scope = "lane"} {
  %0 = arith.addi %x, %x : i32
  sm.return %0 : i32
}
// CHECK:        sm.machine @double(%x: i32) -> i32 attributes {scope = "lane"} {
// CHECK-NEXT:     %0 = arith.addi %x, %x : i32
// CHECK-NEXT:     sm.return %0 : i32
// CHECK-NEXT:   }

// A kernel, split, with every kind of suspension; values cross by dominance.
sm.machine @kinds(%h: !async.value<i32>, %t: !async.token, %g: !async.group, %ch: !task.channel<f32>, %f: f32, %ns: i64) -> i32 attributes {scope = "warp", kernel} {
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^b1]
^b1(%v1: i32):
  sm.suspend await(%t) 2 : (!async.token) -> () [^b2]
^b2:
  sm.suspend await_raw(%g) 3 : (!async.group) -> () [^b3]
^b3:
  sm.suspend try_await(%h) 4 : (!async.value<i32>) -> (i32, i32, i32) [^b4]
^b4(%v4: i32, %kind4: i32, %code4: i32):
  sm.suspend try_await(%t) 5 : (!async.token) -> (i32, i32) [^b5]
^b5(%kind5: i32, %code5: i32):
  sm.suspend await_all(%g) 6 : (!async.group) -> () [^b6]
^b6:
  sm.suspend send(%f, %ch) 7 : (f32, !task.channel<f32>) -> () [^b7]
^b7:
  sm.suspend recv(%ch) 8 : (!task.channel<f32>) -> (f32, i1) [^b8]
^b8(%item: f32, %ok: i1):
  sm.suspend yield() 9 : () -> () [^b9]
^b9:
  sm.suspend sleep(%ns) 10 {note} : (i64) -> () [^b10]
^b10:
  sm.return %v1 : i32
}
// CHECK:        sm.machine @kinds(%h: !async.value<i32>, %t: !async.token, %g: !async.group, %ch: !task.channel<f32>, %f: f32, %ns: i64) -> i32 attributes {scope = "warp", kernel} {
// CHECK-NEXT:     sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^b1]
// CHECK-NEXT:   ^b1(%v1: i32):
// CHECK-NEXT:     sm.suspend await(%t) 2 : (!async.token) -> () [^b2]
// CHECK-NEXT:   ^b2:
// CHECK-NEXT:     sm.suspend await_raw(%g) 3 : (!async.group) -> () [^b3]
// CHECK-NEXT:   ^b3:
// CHECK-NEXT:     sm.suspend try_await(%h) 4 : (!async.value<i32>) -> (i32, i32, i32) [^b4]
// CHECK-NEXT:   ^b4(%v4: i32, %kind4: i32, %code4: i32):
// CHECK-NEXT:     sm.suspend try_await(%t) 5 : (!async.token) -> (i32, i32) [^b5]
// CHECK-NEXT:   ^b5(%kind5: i32, %code5: i32):
// CHECK-NEXT:     sm.suspend await_all(%g) 6 : (!async.group) -> () [^b6]
// CHECK-NEXT:   ^b6:
// CHECK-NEXT:     sm.suspend send(%f, %ch) 7 : (f32, !task.channel<f32>) -> () [^b7]
// CHECK-NEXT:   ^b7:
// CHECK-NEXT:     sm.suspend recv(%ch) 8 : (!task.channel<f32>) -> (f32, i1) [^b8]
// CHECK-NEXT:   ^b8(%item: f32, %ok: i1):
// CHECK-NEXT:     sm.suspend yield() 9 : () -> () [^b9]
// CHECK-NEXT:   ^b9:
// CHECK-NEXT:     sm.suspend sleep(%ns) 10 {note} : (i64) -> () [^b10]
// CHECK-NEXT:   ^b10:
// CHECK-NEXT:     sm.return %v1 : i32
// CHECK-NEXT:   }

// Laid out: the ready edge and the resume edge differ.
sm.machine @laid_out(%x: f32) -> f32 attributes {scope = "lane", frame = #sm.frame<task 16 rows 2 policy "per-value">, arg_slots = [#sm.slot<task 0>]} {
  %h = sm.start @double_f(%x) : (f32) -> !async.value<f32>
  sm.suspend await(%h) 1 : (!async.value<f32>) -> f32 [^ready, ^park]
^ready(%v0: f32):
  cf.br ^next(%v0, %x : f32, f32)
^park:
  sm.save %x at <task 8> : f32
  sm.park await(%h) 1 : (!async.value<f32>) -> f32 [^resume]
^resume(%v1: f32):
  %x1 = sm.reload at <task 8> : f32
  cf.br ^next(%v1, %x1 : f32, f32)
^next(%v: f32, %x2: f32):
  %s = arith.addf %v, %x2 : f32
  sm.return %s : f32
}
// CHECK:        sm.machine @laid_out(%x: f32) -> f32 attributes {scope = "lane", frame = #sm.frame<task 16 rows 2 policy "per-value">, arg_slots = [#sm.slot<task 0>]} {
// CHECK-NEXT:     %h = sm.start @double_f(%x) : (f32) -> !async.value<f32>
// CHECK-NEXT:     sm.suspend await(%h) 1 : (!async.value<f32>) -> f32 [^ready, ^park]
// CHECK-NEXT:   ^ready(%v0: f32):
// CHECK-NEXT:     cf.br ^next(%v0, %x : f32, f32)
// CHECK-NEXT:   ^park:
// CHECK-NEXT:     sm.save %x at <task 8> : f32
// CHECK-NEXT:     sm.park await(%h) 1 : (!async.value<f32>) -> f32 [^resume]
// CHECK-NEXT:   ^resume(%v1: f32):
// CHECK-NEXT:     %x1 = sm.reload at <task 8> : f32
// CHECK-NEXT:     cf.br ^next(%v1, %x1 : f32, f32)
// CHECK-NEXT:   ^next(%v: f32, %x2: f32):
// CHECK-NEXT:     %s = arith.addf %v, %x2 : f32
// CHECK-NEXT:     sm.return %s : f32
// CHECK-NEXT:   }

// Starts with a token, values, both; slots in rows.
sm.machine @double_f(%x: f32) -> f32 attributes {scope = "warp"} {
  %c = arith.constant 1 : i32
  %t = sm.start @nothing() : () -> !async.token
  %t1, %v = sm.start @double(%c) {note} : (i32) -> (!async.token, !async.value<i32>)
  sm.save %x at <rows 1> : f32
  %y = sm.reload at <rows 1> : f32
  sm.return %y : f32
}
// CHECK:        sm.machine @double_f(%x: f32) -> f32 attributes {scope = "warp"} {
// CHECK-NEXT:     %c = arith.constant 1 : i32
// CHECK-NEXT:     %t = sm.start @nothing() : () -> !async.token
// CHECK-NEXT:     %t1, %v = sm.start @double(%c) {note} : (i32) -> (!async.token, !async.value<i32>)
// CHECK-NEXT:     sm.save %x at <rows 1> : f32
// CHECK-NEXT:     %y = sm.reload at <rows 1> : f32
// CHECK-NEXT:     sm.return %y : f32
// CHECK-NEXT:   }

// Nothing to return.
sm.machine @nothing() attributes {scope = "lane"} {
  sm.return
}
// CHECK:        sm.machine @nothing() attributes {scope = "lane"} {
// CHECK-NEXT:     sm.return
// CHECK-NEXT:   }

// GENERIC:        "sm.machine"() <{sym_name = "double", function_type = (i32) -> i32, scope = "lane"}> ({
// GENERIC-NEXT:   ^bb0(%x: i32):
// GENERIC-NEXT:     %0 = "arith.addi"(%x, %x) <{overflowFlags = #arith.overflow<none>}> : (i32, i32) -> i32
// GENERIC-NEXT:     "sm.return"(%0) : (i32) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "sm.machine"() <{sym_name = "kinds", function_type = (!async.value<i32>, !async.token, !async.group, !task.channel<f32>, f32, i64) -> i32, scope = "warp", kernel}> ({
// GENERIC-NEXT:   ^bb0(%h: !async.value<i32>, %t: !async.token, %g: !async.group, %ch: !task.channel<f32>, %f: f32, %ns: i64):
// GENERIC-NEXT:     "sm.suspend"(%h) [^b1] <{kind = #sm<kind await>, state = 1 : i32}> : (!async.value<i32>) -> ()
// GENERIC-NEXT:   ^b1(%v1: i32):
// GENERIC-NEXT:     "sm.suspend"(%t) [^b2] <{kind = #sm<kind await>, state = 2 : i32}> : (!async.token) -> ()
// GENERIC-NEXT:   ^b2:
// GENERIC-NEXT:     "sm.suspend"(%g) [^b3] <{kind = #sm<kind await_raw>, state = 3 : i32}> : (!async.group) -> ()
// GENERIC-NEXT:   ^b3:
// GENERIC-NEXT:     "sm.suspend"(%h) [^b4] <{kind = #sm<kind try_await>, state = 4 : i32}> : (!async.value<i32>) -> ()
// GENERIC-NEXT:   ^b4(%v4: i32, %kind4: i32, %code4: i32):
// GENERIC-NEXT:     "sm.suspend"(%t) [^b5] <{kind = #sm<kind try_await>, state = 5 : i32}> : (!async.token) -> ()
// GENERIC-NEXT:   ^b5(%kind5: i32, %code5: i32):
// GENERIC-NEXT:     "sm.suspend"(%g) [^b6] <{kind = #sm<kind await_all>, state = 6 : i32}> : (!async.group) -> ()
// GENERIC-NEXT:   ^b6:
// GENERIC-NEXT:     "sm.suspend"(%f, %ch) [^b7] <{kind = #sm<kind send>, state = 7 : i32}> : (f32, !task.channel<f32>) -> ()
// GENERIC-NEXT:   ^b7:
// GENERIC-NEXT:     "sm.suspend"(%ch) [^b8] <{kind = #sm<kind recv>, state = 8 : i32}> : (!task.channel<f32>) -> ()
// GENERIC-NEXT:   ^b8(%item: f32, %ok: i1):
// GENERIC-NEXT:     "sm.suspend"() [^b9] <{kind = #sm<kind yield>, state = 9 : i32}> : () -> ()
// GENERIC-NEXT:   ^b9:
// GENERIC-NEXT:     "sm.suspend"(%ns) [^b10] <{kind = #sm<kind sleep>, state = 10 : i32}> {note} : (i64) -> ()
// GENERIC-NEXT:   ^b10:
// GENERIC-NEXT:     "sm.return"(%v1) : (i32) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "sm.machine"() <{sym_name = "laid_out", function_type = (f32) -> f32, scope = "lane", frame = #sm.frame<task 16 rows 2 policy "per-value">, arg_slots = [#sm.slot<task 0>]}> ({
// GENERIC-NEXT:   ^bb0(%x: f32):
// GENERIC-NEXT:     %h = "sm.start"(%x) <{callee = @double_f}> : (f32) -> !async.value<f32>
// GENERIC-NEXT:     "sm.suspend"(%h) [^ready, ^park] <{kind = #sm<kind await>, state = 1 : i32}> : (!async.value<f32>) -> ()
// GENERIC-NEXT:   ^ready(%v0: f32):
// GENERIC-NEXT:     "cf.br"(%v0, %x) [^next] : (f32, f32) -> ()
// GENERIC-NEXT:   ^park:
// GENERIC-NEXT:     "sm.save"(%x) <{slot = #sm.slot<task 8>}> : (f32) -> ()
// GENERIC-NEXT:     "sm.park"(%h) [^resume] <{kind = #sm<kind await>, state = 1 : i32}> : (!async.value<f32>) -> ()
// GENERIC-NEXT:   ^resume(%v1: f32):
// GENERIC-NEXT:     %x1 = "sm.reload"() <{slot = #sm.slot<task 8>}> : () -> f32
// GENERIC-NEXT:     "cf.br"(%v1, %x1) [^next] : (f32, f32) -> ()
// GENERIC-NEXT:   ^next(%v: f32, %x2: f32):
// GENERIC-NEXT:     %s = "arith.addf"(%v, %x2) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
// GENERIC-NEXT:     "sm.return"(%s) : (f32) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "sm.machine"() <{sym_name = "double_f", function_type = (f32) -> f32, scope = "warp"}> ({
// GENERIC-NEXT:   ^bb0(%x: f32):
// GENERIC-NEXT:     %c = "arith.constant"() <{value = 1 : i32}> : () -> i32
// GENERIC-NEXT:     %t = "sm.start"() <{callee = @nothing}> : () -> !async.token
// GENERIC-NEXT:     %t1, %v = "sm.start"(%c) <{callee = @double}> {note} : (i32) -> (!async.token, !async.value<i32>)
// GENERIC-NEXT:     "sm.save"(%x) <{slot = #sm.slot<rows 1>}> : (f32) -> ()
// GENERIC-NEXT:     %y = "sm.reload"() <{slot = #sm.slot<rows 1>}> : () -> f32
// GENERIC-NEXT:     "sm.return"(%y) : (f32) -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "sm.machine"() <{sym_name = "nothing", function_type = () -> (), scope = "lane"}> ({
// GENERIC-NEXT:     "sm.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
