// What the choice of the executor and the expansion of machines give.
// RUN: asyncir-opt %s --split-input-file -p expand-executor | filecheck %s

// Nothing suspends: straight code, guarded by the number of instances. No scheduler, no table of machines.

sm.machine @twice(%x: i32) -> i32 attributes {scope = "lane", kernel, frame = #sm.frame<task 4 rows 0 policy "per-value">, arg_slots = [#sm.slot<task 0>]} {
  %0 = arith.addi %x, %x : i32
  sm.return %0 : i32
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:   rt.machine
// CHECK:       rt.kernel @twice(%x: i32, %result: !rt.ptr, %control: !rt.ptr, %instances: index) attributes {executor = "inline", why = "nothing in it suspends or starts a task"
// CHECK-NEXT:    [[T:%.*]] = rt.thread_id : index
// CHECK-NEXT:    [[IN:%.*]] = arith.cmpi ult, [[T]], %instances : index
// CHECK-NEXT:    cf.cond_br [[IN]], ^[[BODY:.*]], ^[[END:.*]]
// CHECK:         [[V:%.*]] = arith.addi
// CHECK:         rt.store [[V]], %{{.*}}[0 : i64] : i32
// CHECK-NEXT:    rt.return
// CHECK-NOT:   func.func

// -----

// A start and an await: a kernel that is a worker loop, and a step function for each machine.

sm.machine @k(%n: i32) -> i32 attributes {scope = "lane", kernel, frame = #sm.frame<task 4 rows 0 policy "per-value">, arg_slots = [#sm.slot<task 0>]} {
  %h = sm.start @child(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> (i32) [^ready, ^park]
^park:
  sm.park await(%h) 1 : (!async.value<i32>) -> (i32) [^resume]
^resume(%a: i32):
  cf.br ^end(%a : i32)
^ready(%b: i32):
  cf.br ^end(%b : i32)
^end(%x: i32):
  sm.return %x : i32
}
sm.machine @child(%n: i32) -> i32 attributes {scope = "lane", frame = #sm.frame<task 4 rows 0 policy "per-value">, arg_slots = [#sm.slot<task 0>]} {
  sm.return %n : i32
}

// CHECK-LABEL: builtin.module
// CHECK:       "rt.machine"() <{number = 1 : i64, machine = "k", scope = "lane", frame_bytes = 80 : i64
// CHECK:       "rt.machine"() <{number = 2 : i64, machine = "child"
// CHECK:       "rt.site"() <{number = {{.*}}, what = "await"
// CHECK:       rt.kernel @k({{.*}}executor = "dynamic", why = "starting @child at {{.*}} needs a scheduler"
// CHECK:         func.call @rt.stopped
// CHECK:         func.call @rt.claim
// CHECK:         func.call @rt.take_root
// CHECK:         func.call @k.step
// CHECK:         func.call @child.step
// CHECK:         func.call @rt.idle
// The step: state 0 is the entry, state 1 what comes after the await.
// CHECK:       func.func private @k.step(%control: !rt.ptr, %self: i32) -> i32 {
// CHECK:         [[FRAME:%.*]] = func.call @rt.object(%control, %self)
// CHECK-NEXT:    [[STATE:%.*]] = rt.load [[FRAME]][8 : i64] : i32
// CHECK:         cf.switch [[STATE]] : i32, [
// CHECK-NEXT:    default:
// CHECK-NEXT:      0: ^{{.*}},
// CHECK-NEXT:      1: ^{{.*}}
// The child's frame is made, gets its argument, and is put into the queue.
// CHECK:         [[CHILD:%.*]] = func.call @rt.new_object
// CHECK:         func.call @rt.born
// CHECK-NEXT:    func.call @rt.ready(%control, [[CHILD]])
// CHECK:         func.call @rt.is_done(%control, [[CHILD]])
// Parking: state, place, source and status are written before the task is registered.
// CHECK:         rt.store {{.*}}[8 : i64] : i32
// CHECK:         rt.store {{.*}}[28 : i64] : i32
// CHECK-NEXT:    rt.store [[CHILD]], {{.*}}[32 : i64] : i32
// CHECK:         rt.store {{.*}}[12 : i64] : i32
// CHECK-NEXT:    func.call @rt.wait(%control, %self, [[CHILD]])
// A program without groups and channels has no code for them.
// CHECK-NOT:   @rt.arrive
// CHECK-NOT:   @rt.send
