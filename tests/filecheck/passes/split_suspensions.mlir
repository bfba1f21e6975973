// split-suspensions makes machines in which every suspension ends a block.
// RUN: asyncir-opt %s --split-input-file -p split-suspensions | filecheck %s

// Each kind, numbered in the order of the text. What an operation carries stays on the suspension.

async.func @kinds(%h: !async.value<i32>, %t: !async.token, %g: !async.group, %ch: !task.channel<f32>, %n: i64) -> (!async.token, !async.value<i32>)
    attributes {task.scope = "lane", other} {
  %v = async.await %h : !async.value<i32>
  async.await %t : !async.token {mark}
  async.runtime.await %h : !async.value<i32>
  %w, %kind, %code = task.try_await %h : !async.value<i32>
  async.await_all %g
  %x, %ok = task.recv %ch : !task.channel<f32>
  task.send %x, %ch : !task.channel<f32>
  task.yield_now
  task.sleep %n : i64
  async.return %v : i32
}

// CHECK-LABEL: sm.machine @kinds(%h: !async.value<i32>, %t: !async.token, %g: !async.group, %ch: !task.channel<f32>, %n: i64) -> i32 attributes {scope = "lane", other} {
// CHECK-NEXT:    sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^[[B1:.*]]]
// CHECK-NEXT:  ^[[B1]]([[V:%.*]]: i32):
// CHECK-NEXT:    sm.suspend await(%t) 2 {mark} : (!async.token) -> () [^[[B2:.*]]]
// CHECK-NEXT:  ^[[B2]]:
// CHECK-NEXT:    sm.suspend await_raw(%h) 3 : (!async.value<i32>) -> () [^[[B3:.*]]]
// CHECK-NEXT:  ^[[B3]]:
// CHECK-NEXT:    sm.suspend try_await(%h) 4 : (!async.value<i32>) -> (i32, i32, i32) [^[[B4:.*]]]
// CHECK-NEXT:  ^[[B4]]({{.*}}: i32, {{.*}}: i32, {{.*}}: i32):
// CHECK-NEXT:    sm.suspend await_all(%g) 5 : (!async.group) -> () [^[[B5:.*]]]
// CHECK-NEXT:  ^[[B5]]:
// CHECK-NEXT:    sm.suspend recv(%ch) 6 : (!task.channel<f32>) -> (f32, i1) [^[[B6:.*]]]
// CHECK-NEXT:  ^[[B6]]([[X:%.*]]: f32, {{.*}}: i1):
// CHECK-NEXT:    sm.suspend send([[X]], %ch) 7 : (f32, !task.channel<f32>) -> () [^[[B7:.*]]]
// CHECK-NEXT:  ^[[B7]]:
// CHECK-NEXT:    sm.suspend yield() 8 : () -> () [^[[B8:.*]]]
// CHECK-NEXT:  ^[[B8]]:
// CHECK-NEXT:    sm.suspend sleep(%n) 9 : (i64) -> () [^[[B9:.*]]]
// CHECK-NEXT:  ^[[B9]]:
// CHECK-NEXT:    sm.return [[V]] : i32

// -----

// A kernel; a start; a loop; other values cross by dominance. A leaf stays a function, a block that nobody reaches goes.

func.func @leaf(%x: i32) -> i32 {
  return %x : i32
}
func.func @k(%x: i32, %c: i1, %a: memref<?xi32> {task.host_visible}) -> i32 attributes {task.kernel, task.scope = "warp", task.executor = "dynamic"} {
  cf.br ^loop
^loop:
  %h = async.call @t(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %w = func.call @leaf(%v) : (i32) -> i32
  cf.cond_br %c, ^loop, ^end
^never:
  task.yield_now
  cf.br ^end
^end:
  return %w : i32
}
async.func @t(%x: i32) -> !async.value<i32> attributes {task.scope = "lane"} {
  async.return %x : i32
}

// CHECK-LABEL: func.func @leaf
// CHECK-NEXT:    func.return
// CHECK:       sm.machine @k(%x: i32, %c: i1, %a: memref<?xi32> {task.host_visible}) -> i32 attributes {scope = "warp", kernel, task.executor = "dynamic"} {
// CHECK-NEXT:    cf.br ^[[LOOP:.*]]
// CHECK-NEXT:  ^[[LOOP]]:
// CHECK-NEXT:    [[H:%.*]] = sm.start @t(%x) : (i32) -> !async.value<i32>
// CHECK-NEXT:    sm.suspend await([[H]]) 1 : (!async.value<i32>) -> i32 [^[[NEXT:.*]]]
// CHECK-NEXT:  ^[[NEXT]]([[V:%.*]]: i32):
// CHECK-NEXT:    [[W:%.*]] = func.call @leaf([[V]])
// CHECK-NEXT:    cf.cond_br %c, ^[[LOOP]], ^[[END:.*]]
// CHECK-NEXT:  ^[[END]]:
// CHECK-NEXT:    sm.return [[W]] : i32
// CHECK:       sm.machine @t(%x: i32) -> i32 attributes {scope = "lane"} {
// CHECK-NEXT:    sm.return %x : i32

// -----

// Machines are left as they are.

sm.machine @m() attributes {scope = "lane"} {
  sm.suspend yield() 7 : () -> () [^next]
^next:
  sm.return
}

// CHECK-LABEL: sm.machine @m() attributes {scope = "lane"} {
// CHECK-NEXT:    sm.suspend yield() 7 : () -> () [^[[NEXT:.*]]]

// -----

// Waiting for events, locks and the first of several things; what does not suspend stays.

async.func @others(%t: !async.token, %ch: !task.channel<f32>, %n: i64) -> !async.value<f32> attributes {task.scope = "lane"} {
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  task.wait %e
  task.acquire %l {mark}
  task.release %l
  %first = task.select(%t) after %n : !async.token
  %case, %item, %ok = task.select(%ch, %t) : !task.channel<f32>, !async.token
  task.cancel %t : !async.token
  async.return %item : f32
}

// CHECK-LABEL: sm.machine @others(%t: !async.token, %ch: !task.channel<f32>, %n: i64) -> f32 attributes {scope = "lane"} {
// CHECK-NEXT:    [[E:%.*]] = task.event : !task.event
// CHECK-NEXT:    [[L:%.*]] = task.lock : !task.lock
// CHECK-NEXT:    sm.suspend wait([[E]]) 1 : (!task.event) -> () [^[[B1:.*]]]
// CHECK-NEXT:  ^[[B1]]:
// CHECK-NEXT:    sm.suspend acquire([[L]]) 2 {mark} : (!task.lock) -> () [^[[B2:.*]]]
// CHECK-NEXT:  ^[[B2]]:
// CHECK-NEXT:    task.release [[L]]
// CHECK-NEXT:    sm.suspend select(%t, %n) 3 : (!async.token, i64) -> i32 [^[[B3:.*]]]
// CHECK-NEXT:  ^[[B3]]({{.*}}: i32):
// CHECK-NEXT:    sm.suspend select(%ch, %t) 4 : (!task.channel<f32>, !async.token) -> (i32, f32, i1) [^[[B4:.*]]]
// CHECK-NEXT:  ^[[B4]]({{.*}}: i32, [[ITEM:%.*]]: f32, {{.*}}: i1):
// CHECK-NEXT:    task.cancel %t : !async.token
// CHECK-NEXT:    sm.return [[ITEM]] : f32

// -----

// A suspension that catches a cancellation produces whether it did, which is what task.cancelled asks; also where nobody asks.

async.func @catches(%t: !async.token, %ch: !task.channel<f32>) -> !async.value<i1> attributes {task.scope = "lane"} {
  async.await %t : !async.token {task.catches}
  %x, %ok = task.recv %ch {task.catches} : !task.channel<f32>
  %cancelled = task.cancelled : i1
  async.return %cancelled : i1
}

// CHECK-LABEL: sm.machine @catches(%t: !async.token, %ch: !task.channel<f32>) -> i1 attributes {scope = "lane"} {
// CHECK-NEXT:    sm.suspend await(%t) 1 {task.catches} : (!async.token) -> i1 [^[[B1:.*]]]
// CHECK-NEXT:  ^[[B1]]({{.*}}: i1):
// CHECK-NEXT:    sm.suspend recv(%ch) 2 {task.catches} : (!task.channel<f32>) -> (f32, i1, i1) [^[[B2:.*]]]
// CHECK-NEXT:  ^[[B2]]({{.*}}: f32, {{.*}}: i1, [[CANCELLED:%.*]]: i1):
// CHECK-NEXT:    sm.return [[CANCELLED]] : i1
