// elide-awaited-calls puts the callee's body in place of a call that is only awaited.
// RUN: asyncir-opt %s --split-input-file -p elide-awaited-calls | filecheck %s

// Tasks that only compute are elided, also where one awaits the other's handle; then nobody calls them.

async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
async.func @add(%x: i32, %h: !async.value<i32>) -> (!async.token, !async.value<i32>) {
  %v = async.await %h : !async.value<i32>
  %0 = arith.addi %x, %v : i32
  async.return %0 : i32
}
func.func @compute(%x: i32) -> (i32, i32, i1) attributes {task.kernel} {
  %h = async.call @double(%x) : (i32) -> !async.value<i32>
  %t, %s = async.call @add(%x, %h) : (i32, !async.value<i32>) -> (!async.token, !async.value<i32>)
  %failed = async.runtime.is_error %t : !async.token
  async.await %t : !async.token
  %a = async.await %h : !async.value<i32>
  %b = async.await %s : !async.value<i32>
  return %a, %b, %failed : i32, i32, i1
}

// CHECK-LABEL: func.func @compute
// CHECK-NEXT:    [[A:%.*]] = arith.addi %x, %x : i32
// CHECK-NEXT:    [[B:%.*]] = arith.addi %x, [[A]] : i32
// CHECK-NEXT:    [[FALSE:%.*]] = arith.constant false
// CHECK-NEXT:    func.return [[A]], [[B]], [[FALSE]]
// CHECK-NEXT:  }
// CHECK-NEXT:}

// -----

// Awaited at once: anything may be elided, for the caller waits and fails anyway. Its branches become the caller's.

async.func @anything(%x: i32, %c: i1) -> !async.value<i32> {
  cf.assert %c, "no"
  task.yield_now
  cf.cond_br %c, ^a, ^b
^a:
  async.return %x : i32
^b:
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
func.func @at_once(%x: i32, %c: i1) -> i32 attributes {task.kernel} {
  %h = async.call @anything(%x, %c) : (i32, i1) -> !async.value<i32>
  %y = arith.addi %x, %x : i32
  %v = async.await %h : !async.value<i32>
  %w = arith.addi %v, %y : i32
  return %w : i32
}

// CHECK-LABEL: func.func @at_once
// CHECK-NEXT:    cf.assert %c, "no"
// CHECK-NEXT:    task.yield_now
// CHECK-NEXT:    cf.cond_br %c, ^[[A:.*]], ^[[B:.*]]
// CHECK-NEXT:  ^[[A]]:
// CHECK-NEXT:    cf.br ^[[JOIN:.*]](%x : i32)
// CHECK-NEXT:  ^[[B]]:
// CHECK-NEXT:    [[D:%.*]] = arith.addi %x, %x
// CHECK-NEXT:    cf.br ^[[JOIN]]([[D]] : i32)
// CHECK-NEXT:  ^[[JOIN]]([[V:%.*]]: i32):
// CHECK-NEXT:    [[Y:%.*]] = arith.addi %x, %x
// CHECK-NEXT:    [[W:%.*]] = arith.addi [[V]], [[Y]]
// CHECK-NEXT:    func.return [[W]]

// -----

// Not awaited at once: a task that may fail, suspend, start or loop for ever stays.

async.func @fails(%c: i1) -> !async.token {
  cf.assert %c, "no"
  async.return
}
async.func @suspends() -> !async.token {
  task.yield_now
  async.return
}
async.func @starts() -> !async.token {
  %0 = async.call @suspends() : () -> !async.token
  async.return
}
async.func @loops(%c: i1) -> !async.token {
  cf.br ^loop
^loop:
  cf.cond_br %c, ^loop, ^end
^end:
  async.return
}
func.func @later(%c: i1) attributes {task.kernel} {
  %0 = async.call @fails(%c) : (i1) -> !async.token
  %1 = async.call @suspends() : () -> !async.token
  %2 = async.call @starts() : () -> !async.token
  %3 = async.call @loops(%c) : (i1) -> !async.token
  async.await %0 : !async.token
  async.await %1 : !async.token
  async.await %2 : !async.token
  async.await %3 : !async.token
  return
}

// CHECK-LABEL: func.func @later
// CHECK-NEXT:    async.call @fails
// CHECK-NEXT:    async.call @suspends
// CHECK-NEXT:    async.call @starts
// CHECK-NEXT:    async.call @loops

// -----

// A handle that goes elsewhere stays a real one; so does that of a task whose argument must be waited for, and all recursion.

async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
async.func @add(%x: i32, %h: !async.value<i32>) -> !async.value<i32> {
  %v = async.await %h : !async.value<i32>
  %0 = arith.addi %x, %v : i32
  async.return %0 : i32
}
async.func @recursive(%x: i32, %c: i1) -> !async.value<i32> {
  cf.cond_br %c, ^again, ^end
^again:
  %h = async.call @recursive(%x, %c) : (i32, i1) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  async.return %v : i32
^end:
  async.return %x : i32
}
func.func @escapes(%x: i32, %c: i1, %n: index) -> i32 attributes {task.kernel} {
  %group = async.create_group %n : !async.group
  %h = async.call @double(%x) : (i32) -> !async.value<i32>
  %rank = async.add_to_group %h, %group : !async.value<i32>
  %r = async.call @recursive(%x, %c) : (i32, i1) -> !async.value<i32>
  %s = async.call @add(%x, %r) : (i32, !async.value<i32>) -> !async.value<i32>
  task.yield_now
  %v = async.await %s : !async.value<i32>
  return %v : i32
}

// CHECK-LABEL: func.func @escapes
// CHECK:         [[H:%.*]] = async.call @double
// CHECK-NEXT:    async.add_to_group [[H]]
// CHECK-NEXT:    [[R:%.*]] = async.call @recursive
// CHECK-NEXT:    async.call @add(%x, [[R]])

// -----

// Awaited at once, and used elsewhere too: a ready handle.

async.func @double(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
func.func @ready(%x: i32, %n: index) -> i32 attributes {task.kernel} {
  %group = async.create_group %n : !async.group
  %h = async.call @double(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %rank = async.add_to_group %h, %group : !async.value<i32>
  return %v : i32
}

// CHECK-LABEL: func.func @ready
// CHECK:         [[D:%.*]] = arith.addi %x, %x
// CHECK-NEXT:    [[H:%.*]] = task.ready [[D]] : !async.value<i32>
// CHECK-NEXT:    async.add_to_group [[H]]
// CHECK-NEXT:    func.return [[D]]

// -----

// Who runs a task together stays: a lane's task goes into a warp's only if it touches no memory.

async.func @pure(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
async.func @store(%x: i32, %m: memref<i32>) -> !async.token {
  memref.store %x, %m[] : memref<i32>
  async.return
}
func.func @warp(%x: i32, %m: memref<i32>) -> i32 attributes {task.kernel} {
  %all = gpu.subgroup_reduce add %x : (i32) -> i32
  %h = async.call @pure(%all) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %t = async.call @store(%v, %m) : (i32, memref<i32>) -> !async.token
  async.await %t : !async.token
  return %v : i32
}

// CHECK-LABEL: func.func @warp
// CHECK-NEXT:    gpu.subgroup_reduce
// CHECK-NEXT:    arith.addi
// CHECK-NEXT:    async.call @store

// -----

// Without a kernel nothing is dropped.

async.func @leaf() -> !async.token {
  async.return
}
async.func @user() -> !async.token {
  %t = async.call @leaf() : () -> !async.token
  async.await %t : !async.token
  async.return
}

// CHECK-LABEL: async.func @leaf
// CHECK:       async.func @user() -> !async.token {
// CHECK-NEXT:    async.return

// -----

// A task that cannot wait cannot be cancelled either; one that a select looks at stays.

async.func @quiet(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
func.func @cancels(%x: i32) -> i32 attributes {task.kernel} {
  %h = async.call @quiet(%x) : (i32) -> !async.value<i32>
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  %g = async.call @quiet(%x) : (i32) -> !async.value<i32>
  %case = task.select(%g) : !async.value<i32>
  return %v : i32
}

// CHECK-LABEL: func.func @cancels
// CHECK-NEXT:    arith.addi
// CHECK-NEXT:    [[G:%.*]] = async.call @quiet
// CHECK-NEXT:    task.select([[G]])
// CHECK-NEXT:    func.return

// -----

// An await that catches a cancellation stays, as the flag behind it is its own; so does the call.

async.func @quiet(%x: i32) -> !async.value<i32> {
  %0 = arith.addi %x, %x : i32
  async.return %0 : i32
}
func.func @catches(%x: i32) -> i1 attributes {task.kernel} {
  %h = async.call @quiet(%x) : (i32) -> !async.value<i32>
  %v = async.await %h : !async.value<i32> {task.catches}
  %c = task.cancelled : i1
  return %c : i1
}

// CHECK-LABEL: func.func @catches
// CHECK-NEXT:    [[H:%.*]] = async.call @quiet
// CHECK-NEXT:    async.await [[H]] : !async.value<i32> {task.catches}
// CHECK-NEXT:    [[C:%.*]] = task.cancelled : i1
// CHECK-NEXT:    func.return [[C]] : i1
