// Channels: a ring and two lists of parked tasks, all under one lock. The lock is held for a few dozen instructions, never
// while user code runs, and its holder waits for nobody.
//
// What stands in a list of parked tasks is claimed before it is given or asked for an item; a stale entry (claims.mlir) is dropped.
//
// Results of send and recv: 0 the task must park (or, with self != 0, is parked: touch nothing of it), 1 done, 2 closed.

// An open, empty channel. 0: exhausted.
func.func private @rt.new_channel(%c: !rt.ptr, %capacity: i64, %site: i32, %instance: i32) -> i32 {
  %fixed = arith.constant ${Channel.BYTES} : i64
  %machine = arith.constant ${ObjectKind.CHANNEL} : i32
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %c3 = arith.constant 3 : i64
  %ring = arith.shli %capacity, %c3 : i64
  %bytes = arith.addi %ring, %fixed : i64
  %handle = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %none = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %none, ^end, ^write
^write:
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %object[${Channel.LOCK} : i64] : i32
  rt.store %zero, %object[${Channel.CLOSED} : i64] : i32
  rt.store %capacity, %object[${Channel.CAPACITY} : i64] : i64
  rt.store %zero64, %object[${Channel.HEAD} : i64] : i64
  rt.store %zero64, %object[${Channel.COUNT} : i64] : i64
  rt.store %zero, %object[${Channel.RECV_HEAD} : i64] : i32
  rt.store %zero, %object[${Channel.RECV_TAIL} : i64] : i32
  rt.store %zero, %object[${Channel.SEND_HEAD} : i64] : i32
  rt.store %zero, %object[${Channel.SEND_TAIL} : i64] : i32
  cf.br ^end
^end:
  return %handle : i32
}

// Tries to take the lock; on failure others get time.
func.func private @rt.try_lock(%object: !rt.ptr) -> i1 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %old, %mine = rt.cmpxchg acquire device %zero, %one, %object[${Channel.LOCK} : i64] pairs "unlock's release store" : i32
  cf.cond_br %mine, ^end, ^wait
^wait:
  rt.pause 100 : i64
  cf.br ^end
^end:
  return %mine : i1
}

func.func private @rt.unlock(%object: !rt.ptr) {
  %zero = arith.constant 0 : i32
  rt.atomic_store release device %zero, %object[${Channel.LOCK} : i64] pairs "try_lock's acquire exchange" : i32
  return
}

// Appends a parked task to the list whose head and tail words stand at `list`.
func.func private @rt.enqueue(%c: !rt.ptr, %list: !rt.ptr, %handle: i32) {
  %zero = arith.constant 0 : i32
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %frame[${Header.NEXT} : i64] : i32
  %tail = rt.load %list[4 : i64] : i32
  rt.store %handle, %list[4 : i64] : i32
  %empty = arith.cmpi eq, %tail, %zero : i32
  cf.cond_br %empty, ^first, ^behind
^first:
  rt.store %handle, %list[0 : i64] : i32
  return
^behind:
  %last = func.call @rt.object(%c, %tail) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %handle, %last[${Header.NEXT} : i64] : i32
  return
}

// Takes the first parked task out of a list that has one.
func.func private @rt.dequeue(%c: !rt.ptr, %list: !rt.ptr) -> i32 {
  %zero = arith.constant 0 : i32
  %head = rt.load %list[0 : i64] : i32
  %frame = func.call @rt.object(%c, %head) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %frame[${Header.NEXT} : i64] : i32
  rt.store %next, %list[0 : i64] : i32
  %empty = arith.cmpi eq, %next, %zero : i32
  cf.cond_br %empty, ^last, ^end
^last:
  rt.store %zero, %list[4 : i64] : i32
  cf.br ^end
^end:
  return %head : i32
}

// Hands an item and ok to a task that was parked on the channel, and wakes it.
func.func private @rt.deliver(%c: !rt.ptr, %handle: i32, %item: i64, %ok: i32) {
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %item, %frame[${Header.ITEM} : i64] : i64
  rt.store %ok, %frame[${Header.NEXT} : i64] : i32
  func.call @rt.wake(%c, %handle) : (!rt.ptr, i32) -> ()
  return
}

// The address of the ring cell `distance` items behind the oldest.
func.func private @rt.ring_cell(%object: !rt.ptr, %distance: i64) -> !rt.ptr {
  %capacity = rt.load %object[${Channel.CAPACITY} : i64] : i64
  %head = rt.load %object[${Channel.HEAD} : i64] : i64
  %c3 = arith.constant 3 : i64
  %sum = arith.addi %head, %distance : i64
  %over = arith.cmpi sge, %sum, %capacity : i64
  %less = arith.subi %sum, %capacity : i64
  %position = arith.select %over, %less, %sum : i64
  %bytes = arith.shli %position, %c3 : i64
  %cell = rt.ptr_add %object, %bytes
  return %cell : !rt.ptr
}

func.func private @rt.send(%c: !rt.ptr, %channel: i32, %item: i64, %self: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %one64 = arith.constant 1 : i64
  %object = func.call @rt.object(%c, %channel) : (!rt.ptr, i32) -> !rt.ptr
  %recv_offset = arith.constant ${Channel.RECV_HEAD} : i64
  %send_offset = arith.constant ${Channel.SEND_HEAD} : i64
  %receivers = rt.ptr_add %object, %recv_offset
  %senders = rt.ptr_add %object, %send_offset
  cf.br ^try
^try:
  %mine = func.call @rt.try_lock(%object) : (!rt.ptr) -> i1
  cf.cond_br %mine, ^locked, ^try
^locked:
  %closed_word = rt.load %object[${Channel.CLOSED} : i64] : i32
  %closed = arith.cmpi ne, %closed_word, %zero : i32
  cf.cond_br %closed, ^end(%two : i32), ^open
^open:
  %receiver = rt.load %receivers[0 : i64] : i32
  %waiting = arith.cmpi ne, %receiver, %zero : i32
  cf.cond_br %waiting, ^hand_over, ^store
^hand_over:
  %entry = func.call @rt.dequeue(%c, %receivers) : (!rt.ptr, !rt.ptr) -> i32
  %first = func.call @rt.claim_waiter(%c, %entry) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %first, %zero : i32
  cf.cond_br %stale, ^open, ^give
^give:
  func.call @rt.deliver(%c, %first, %item, %one) : (!rt.ptr, i32, i64, i32) -> ()
  cf.br ^end(%one : i32)
^store:
  %count = rt.load %object[${Channel.COUNT} : i64] : i64
  %capacity = rt.load %object[${Channel.CAPACITY} : i64] : i64
  %room = arith.cmpi slt, %count, %capacity : i64
  cf.cond_br %room, ^append, ^full
^append:
  %cell = func.call @rt.ring_cell(%object, %count) : (!rt.ptr, i64) -> !rt.ptr
  rt.store %item, %cell[${Channel.RING} : i64] : i64
  %more = arith.addi %count, %one64 : i64
  rt.store %more, %object[${Channel.COUNT} : i64] : i64
  cf.br ^end(%one : i32)
^full:
  %parks = arith.cmpi ne, %self, %zero : i32
  cf.cond_br %parks, ^park, ^end(%zero : i32)
^park:
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %item, %frame[${Header.ITEM} : i64] : i64
  func.call @rt.enqueue(%c, %senders, %self) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^end(%zero : i32)
^end(%result: i32):
  func.call @rt.unlock(%object) : (!rt.ptr) -> ()
  return %result : i32
}

// Takes the oldest item, under the lock: 1 and the item. Who has waited longest to send puts its item in. 2: closed and empty, 0: empty.
func.func private @rt.take_item(%c: !rt.ptr, %object: !rt.ptr) -> (i32, i64) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %zero64 = arith.constant 0 : i64
  %one64 = arith.constant 1 : i64
  %send_offset = arith.constant ${Channel.SEND_HEAD} : i64
  %senders = rt.ptr_add %object, %send_offset
  %count = rt.load %object[${Channel.COUNT} : i64] : i64
  %some = arith.cmpi sgt, %count, %zero64 : i64
  cf.cond_br %some, ^take, ^empty
^take:
  %cell = func.call @rt.ring_cell(%object, %zero64) : (!rt.ptr, i64) -> !rt.ptr
  %item = rt.load %cell[${Channel.RING} : i64] : i64
  %capacity = rt.load %object[${Channel.CAPACITY} : i64] : i64
  %head = rt.load %object[${Channel.HEAD} : i64] : i64
  %after = arith.addi %head, %one64 : i64
  %wraps = arith.cmpi sge, %after, %capacity : i64
  %new_head = arith.select %wraps, %zero64, %after : i64
  rt.store %new_head, %object[${Channel.HEAD} : i64] : i64
  %less = arith.subi %count, %one64 : i64
  rt.store %less, %object[${Channel.COUNT} : i64] : i64
  cf.br ^sender
^sender:
  %sender = rt.load %senders[0 : i64] : i32
  %waiting = arith.cmpi ne, %sender, %zero : i32
  cf.cond_br %waiting, ^offer, ^taken
^offer:
  %entry = func.call @rt.dequeue(%c, %senders) : (!rt.ptr, !rt.ptr) -> i32
  %first = func.call @rt.claim_waiter(%c, %entry) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %first, %zero : i32
  cf.cond_br %stale, ^sender, ^refill
^refill:
  %frame = func.call @rt.object(%c, %first) : (!rt.ptr, i32) -> !rt.ptr
  %sent = rt.load %frame[${Header.ITEM} : i64] : i64
  %last = func.call @rt.ring_cell(%object, %less) : (!rt.ptr, i64) -> !rt.ptr
  rt.store %sent, %last[${Channel.RING} : i64] : i64
  rt.store %count, %object[${Channel.COUNT} : i64] : i64
  func.call @rt.deliver(%c, %first, %sent, %one) : (!rt.ptr, i32, i64, i32) -> ()
  cf.br ^taken
^taken:
  return %one, %item : i32, i64
^empty:
  %closed_word = rt.load %object[${Channel.CLOSED} : i64] : i32
  %closed = arith.cmpi ne, %closed_word, %zero : i32
  %status = arith.select %closed, %two, %zero : i32
  return %status, %zero64 : i32, i64
}

func.func private @rt.recv(%c: !rt.ptr, %channel: i32, %self: i32) -> (i32, i64) {
  %zero = arith.constant 0 : i32
  %object = func.call @rt.object(%c, %channel) : (!rt.ptr, i32) -> !rt.ptr
  %recv_offset = arith.constant ${Channel.RECV_HEAD} : i64
  %receivers = rt.ptr_add %object, %recv_offset
  cf.br ^try
^try:
  %mine = func.call @rt.try_lock(%object) : (!rt.ptr) -> i1
  cf.cond_br %mine, ^locked, ^try
^locked:
  %status, %item = func.call @rt.take_item(%c, %object) : (!rt.ptr, !rt.ptr) -> (i32, i64)
  %none = arith.cmpi eq, %status, %zero : i32
  %parks = arith.cmpi ne, %self, %zero : i32
  %waits = arith.andi %none, %parks : i1
  cf.cond_br %waits, ^park, ^end
^park:
  func.call @rt.enqueue(%c, %receivers, %self) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^end
^end:
  func.call @rt.unlock(%object) : (!rt.ptr) -> ()
  return %status, %item : i32, i64
}

// How many items are in the ring.
func.func private @rt.length(%c: !rt.ptr, %channel: i32) -> i64 {
  %object = func.call @rt.object(%c, %channel) : (!rt.ptr, i32) -> !rt.ptr
  cf.br ^try
^try:
  %mine = func.call @rt.try_lock(%object) : (!rt.ptr) -> i1
  cf.cond_br %mine, ^locked, ^try
^locked:
  %count = rt.load %object[${Channel.COUNT} : i64] : i64
  func.call @rt.unlock(%object) : (!rt.ptr) -> ()
  return %count : i64
}

func.func private @rt.close(%c: !rt.ptr, %channel: i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %zero64 = arith.constant 0 : i64
  %object = func.call @rt.object(%c, %channel) : (!rt.ptr, i32) -> !rt.ptr
  %recv_offset = arith.constant ${Channel.RECV_HEAD} : i64
  %send_offset = arith.constant ${Channel.SEND_HEAD} : i64
  %receivers = rt.ptr_add %object, %recv_offset
  %senders = rt.ptr_add %object, %send_offset
  cf.br ^try
^try:
  %mine = func.call @rt.try_lock(%object) : (!rt.ptr) -> i1
  cf.cond_br %mine, ^locked, ^try
^locked:
  rt.store %one, %object[${Channel.CLOSED} : i64] : i32
  cf.br ^receivers
^receivers:
  %receiver = rt.load %receivers[0 : i64] : i32
  %some_receiver = arith.cmpi ne, %receiver, %zero : i32
  cf.cond_br %some_receiver, ^tell_receiver, ^senders
^tell_receiver:
  %receiver_entry = func.call @rt.dequeue(%c, %receivers) : (!rt.ptr, !rt.ptr) -> i32
  %first_receiver = func.call @rt.claim_waiter(%c, %receiver_entry) : (!rt.ptr, i32) -> i32
  %stale_receiver = arith.cmpi eq, %first_receiver, %zero : i32
  cf.cond_br %stale_receiver, ^receivers, ^wake_receiver
^wake_receiver:
  func.call @rt.deliver(%c, %first_receiver, %zero64, %zero) : (!rt.ptr, i32, i64, i32) -> ()
  cf.br ^receivers
^senders:
  %sender = rt.load %senders[0 : i64] : i32
  %some_sender = arith.cmpi ne, %sender, %zero : i32
  cf.cond_br %some_sender, ^tell_sender, ^end
^tell_sender:
  %sender_entry = func.call @rt.dequeue(%c, %senders) : (!rt.ptr, !rt.ptr) -> i32
  %first_sender = func.call @rt.claim_waiter(%c, %sender_entry) : (!rt.ptr, i32) -> i32
  %stale_sender = arith.cmpi eq, %first_sender, %zero : i32
  cf.cond_br %stale_sender, ^senders, ^wake_sender
^wake_sender:
  func.call @rt.deliver(%c, %first_sender, %zero64, %zero) : (!rt.ptr, i32, i64, i32) -> ()
  cf.br ^senders
^end:
  func.call @rt.unlock(%object) : (!rt.ptr) -> ()
  return
}
