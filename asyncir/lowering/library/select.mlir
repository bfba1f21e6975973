// Select: one task waits in several lists at once, by a node in each; the first waker that claims it wins (claims.mlir).
//
// A node (abi.SelectNode) stands in a task's place in a channel's list of receivers, among a token's waiters, or in the timers. It is armed for
// one wait: STAMP says which (the generation of the task's claim word) and for which case. A waker claims the task of that generation, and
// writes CASE; it fails if the select is over, and drops the node.
//
// Nodes stay where they are when their select is over, and are armed again in place when the task selects on the same source again; so
// a loop around a select makes no more nodes than it has sources. A task's nodes are linked from its frame's extension.
//
// Who may write what: TASK, FOLLOWING: constant. STAMP: the task, in a channel's list under the channel's lock. SOURCE: the task sets it
// before it links the node; who takes the node out of a list zeroes it as the last thing (claim_entry), and then the task may link it
// elsewhere. NEXT: who owns the list. The timer's node is in no list: arm and disarm say where it is.
//
// Registering (status REGISTERING, rt.begin_wait) asks each source again, under its lock or by its exchange, so nothing is missed; a source that is
// there by now claims the task itself, and the cases behind it are not registered. A source that stands in two cases has a node for the
// first alone. Results: 0 registered, 1 somebody has fired (finish_wait says what), -1 the arena is exhausted.

// A node for a source: the one that is linked with it, else one that is free, else a new one. 0: exhausted.
func.func private @rt.select_node(%c: !rt.ptr, %self: i32, %source: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %head = rt.load %extension[${Extension.NODES} : i64] : i32
  cf.br ^look(%head, %zero : i32, i32)
^look(%node: i32, %free: i32):
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^searched, ^compare
^compare:
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %linked = rt.atomic_load acquire device %object[${SelectNode.SOURCE} : i64] pairs "claim_entry's release store: who took the node out is done with it" : i32
  %next = rt.load %object[${SelectNode.FOLLOWING} : i64] : i32
  %same = arith.cmpi eq, %linked, %source : i32
  cf.cond_br %same, ^found(%node : i32), ^unlinked
^unlinked:
  %is_free = arith.cmpi eq, %linked, %zero : i32
  %candidate = arith.select %is_free, %node, %free : i32
  cf.br ^look(%next, %candidate : i32, i32)
^searched:
  %some_free = arith.cmpi ne, %free, %zero : i32
  cf.cond_br %some_free, ^found(%free : i32), ^new
^new:
  %made = func.call @rt.new_select_node(%c, %self, %site, %instance) : (!rt.ptr, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %made, %zero : i32
  cf.cond_br %exhausted, ^found(%zero : i32), ^link
^link:
  %made_object = func.call @rt.object(%c, %made) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %head, %made_object[${SelectNode.FOLLOWING} : i64] : i32
  rt.store %made, %extension[${Extension.NODES} : i64] : i32
  cf.br ^found(%made : i32)
^found(%result: i32):
  return %result : i32
}

// A node that is linked nowhere. 0: exhausted.
func.func private @rt.new_select_node(%c: !rt.ptr, %self: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %bytes = arith.constant ${SelectNode.BYTES} : i64
  %machine = arith.constant ${ObjectKind.SELECT_NODE} : i32
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %node = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^end, ^write
^write:
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %self, %object[${SelectNode.TASK} : i64] : i32
  rt.store %zero, %object[${SelectNode.FOLLOWING} : i64] : i32
  rt.store %zero64, %object[${SelectNode.STAMP} : i64] : i64
  rt.store %zero, %object[${SelectNode.SOURCE} : i64] : i32
  cf.br ^end
^end:
  return %node : i32
}

// The stamp of this wait's case: generation << 32 | case.
func.func private @rt.select_stamp(%c: !rt.ptr, %self: i32, %case: i32) -> i64 {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %all = arith.constant ${Claim.GENERATION_MASK} : i32
  %c32 = arith.constant 32 : i64
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "begin_wait's addition, by this worker: others leave the generation" : i32
  %generation = arith.andi %word, %all : i32
  %generation64 = arith.extui %generation : i32 to i64
  %high = arith.shli %generation64, %c32 : i64
  %case64 = arith.extui %case : i32 to i64
  %stamp = arith.ori %high, %case64 : i64
  return %stamp : i64
}

// Whether a node is armed for this wait already: its source stands in an earlier case too.
func.func private @rt.is_armed(%node: !rt.ptr, %stamp: i64) -> i1 {
  %c32 = arith.constant 32 : i64
  %armed = rt.atomic_load relaxed device %node[${SelectNode.STAMP} : i64] pairs "this task's own stores" : i64
  %old = arith.shrui %armed, %c32 : i64
  %new = arith.shrui %stamp, %c32 : i64
  %same = arith.cmpi eq, %old, %new : i64
  return %same : i1
}

// A case is there while the task registers: the worker at it claims it as any waker does. False: another waker was faster.
func.func private @rt.select_self(%c: !rt.ptr, %self: i32, %case: i32) -> i1 {
  %zero = arith.constant 0 : i32
  %mine = func.call @rt.claim_task(%c, %self, %zero, %zero) : (!rt.ptr, i32, i32, i32) -> i1
  cf.cond_br %mine, ^fire, ^end
^fire:
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  rt.store %case, %extension[${Extension.CASE} : i64] : i32
  cf.br ^end
^end:
  return %mine : i1
}

// A token or value. Its waiters leave together at its end, so a node that is linked with it and sees it not DONE by a read-modify-write of
// WAITERS is among those that its end takes, and its new stamp is seen there.
func.func private @rt.select_token(%c: !rt.ptr, %self: i32, %token: i32, %case: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %one = arith.constant 1 : i32
  %minus = arith.constant -1 : i32
  %names = arith.constant ${HANDLE_MASK} : i32
  %bit = arith.constant ${DONE_BIT} : i64
  %source = arith.andi %token, %names : i32
  %node = func.call @rt.select_node(%c, %self, %source, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %exhausted, ^none, ^have
^have:
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %stamp = func.call @rt.select_stamp(%c, %self, %case) : (!rt.ptr, i32, i32) -> i64
  %linked = rt.atomic_load acquire device %object[${SelectNode.SOURCE} : i64] pairs "claim_entry's release store: who took the node out is done with it" : i32
  %in_place = arith.cmpi eq, %linked, %source : i32
  cf.cond_br %in_place, ^armed, ^link
^armed:
  %twice = func.call @rt.is_armed(%object, %stamp) : (!rt.ptr, i64) -> i1
  cf.cond_br %twice, ^registered, ^again
^again:
  rt.atomic_store relaxed device %stamp, %object[${SelectNode.STAMP} : i64] pairs "claim_entry's acquire load, by way of the exchange below" : i64
  %target = func.call @rt.object(%c, %source) : (!rt.ptr, i32) -> !rt.ptr
  %word = rt.atomic_rmw or acq_rel device %zero64, %target[${Header.WAITERS} : i64] pairs "take_waiters' exchange: it comes later and sees the stamp, or this sees DONE" : i64 -> i64
  %masked = arith.andi %word, %bit : i64
  %done = arith.cmpi ne, %masked, %zero64 : i64
  cf.cond_br %done, ^there, ^registered
^link:
  rt.atomic_store release device %stamp, %object[${SelectNode.STAMP} : i64] pairs "claim_entry's acquire load" : i64
  rt.atomic_store relaxed device %source, %object[${SelectNode.SOURCE} : i64] pairs "select_node's load, by this task; wait's exchange orders it before claim_entry's store" : i32
  %waits = func.call @rt.wait(%c, %node, %source) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %waits, ^registered, ^unlink
^unlink:
  rt.atomic_store relaxed device %zero, %object[${SelectNode.SOURCE} : i64] pairs "select_node's load, by this task" : i32
  cf.br ^there
^there:
  %mine = func.call @rt.select_self(%c, %self, %case) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %mine, ^deliver, ^fired
^deliver:
  func.call @rt.wake(%c, %self) : (!rt.ptr, i32) -> ()
  cf.br ^fired
^registered:
  return %zero : i32
^fired:
  return %one : i32
^none:
  return %minus : i32
}

// A receive. All under the channel's lock, as wakers of its receivers are; the task is claimed before the item is taken.
func.func private @rt.select_recv(%c: !rt.ptr, %self: i32, %channel: i32, %case: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %minus = arith.constant -1 : i32
  %zero64 = arith.constant 0 : i64
  %recv_offset = arith.constant ${Channel.RECV_HEAD} : i64
  %node = func.call @rt.select_node(%c, %self, %channel, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %exhausted, ^none, ^have
^have:
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %stamp = func.call @rt.select_stamp(%c, %self, %case) : (!rt.ptr, i32, i32) -> i64
  %ring = func.call @rt.object(%c, %channel) : (!rt.ptr, i32) -> !rt.ptr
  %receivers = rt.ptr_add %ring, %recv_offset
  cf.br ^try
^try:
  %locked = func.call @rt.try_lock(%ring) : (!rt.ptr) -> i1
  cf.cond_br %locked, ^look, ^try
^look:
  %count = rt.load %ring[${Channel.COUNT} : i64] : i64
  %closed = rt.load %ring[${Channel.CLOSED} : i64] : i32
  %some = arith.cmpi sgt, %count, %zero64 : i64
  %is_closed = arith.cmpi ne, %closed, %zero : i32
  %ready = arith.ori %some, %is_closed : i1
  cf.cond_br %ready, ^claim, ^register
^claim:
  %mine = func.call @rt.select_self(%c, %self, %case) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %mine, ^take, ^lost
^take:
  %status, %item = func.call @rt.take_item(%c, %ring) : (!rt.ptr, !rt.ptr) -> (i32, i64)
  %got = arith.cmpi eq, %status, %one : i32
  %ok = arith.select %got, %one, %zero : i32
  func.call @rt.unlock(%ring) : (!rt.ptr) -> ()
  func.call @rt.deliver(%c, %self, %item, %ok) : (!rt.ptr, i32, i64, i32) -> ()
  return %one : i32
^lost:
  func.call @rt.unlock(%ring) : (!rt.ptr) -> ()
  return %one : i32
^register:
  %linked = rt.atomic_load acquire device %object[${SelectNode.SOURCE} : i64] pairs "claim_entry's release store: who took the node out is done with it" : i32
  %in_place = arith.cmpi eq, %linked, %channel : i32
  cf.cond_br %in_place, ^armed, ^link
^armed:
  %twice = func.call @rt.is_armed(%object, %stamp) : (!rt.ptr, i64) -> i1
  cf.cond_br %twice, ^registered, ^again
^again:
  rt.atomic_store relaxed device %stamp, %object[${SelectNode.STAMP} : i64] pairs "claim_entry's acquire load, under the same lock" : i64
  cf.br ^registered
^link:
  rt.atomic_store relaxed device %stamp, %object[${SelectNode.STAMP} : i64] pairs "claim_entry's acquire load, under the same lock" : i64
  rt.atomic_store relaxed device %channel, %object[${SelectNode.SOURCE} : i64] pairs "select_node's load, by this task; the lock orders it before claim_entry's store" : i32
  func.call @rt.enqueue(%c, %receivers, %node) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^registered
^registered:
  func.call @rt.unlock(%ring) : (!rt.ptr) -> ()
  return %zero : i32
^none:
  return %minus : i32
}

// The timeout: arms the task's timer node, which is in no heap.
func.func private @rt.select_timeout(%c: !rt.ptr, %self: i32, %due: i64, %case: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %minus = arith.constant -1 : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %known = rt.load %extension[${Extension.TIMER} : i64] : i32
  %is_known = arith.cmpi ne, %known, %zero : i32
  cf.cond_br %is_known, ^have(%known : i32), ^new
^new:
  %made = func.call @rt.new_select_node(%c, %self, %site, %instance) : (!rt.ptr, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %made, %zero : i32
  cf.cond_br %exhausted, ^none, ^keep
^keep:
  rt.store %made, %extension[${Extension.TIMER} : i64] : i32
  cf.br ^have(%made : i32)
^have(%node: i32):
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %stamp = func.call @rt.select_stamp(%c, %self, %case) : (!rt.ptr, i32, i32) -> i64
  rt.atomic_store relaxed device %stamp, %object[${SelectNode.STAMP} : i64] pairs "claim_entry's acquire load, under the timers' lock" : i64
  rt.store %due, %object[${Timer.DUE} : i64] : i64
  func.call @rt.arm(%c, %node) : (!rt.ptr, i32) -> ()
  return %zero : i32
^none:
  return %minus : i32
}

// A select is over, and a case other than its timeout won: the timer is taken back.
func.func private @rt.end_timeout(%c: !rt.ptr, %self: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %timer = rt.load %extension[${Extension.TIMER} : i64] : i32
  %none = arith.cmpi eq, %timer, %zero : i32
  cf.cond_br %none, ^end, ^disarm
^disarm:
  func.call @rt.disarm(%c, %timer) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// The case that won.
func.func private @rt.fired_case(%c: !rt.ptr, %self: i32) -> i32 {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %case = rt.load %extension[${Extension.CASE} : i64] : i32
  return %case : i32
}
