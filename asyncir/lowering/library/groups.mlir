// Groups: linked where a program makes one; `rt.finish` here replaces that of a program without groups.
// A group is a count of members that ended; whoever makes it the group's size makes the group available.

// A group that takes `size` members. 0: exhausted.
func.func private @rt.new_group(%c: !rt.ptr, %size: i64, %site: i32, %instance: i32) -> i32 {
  %bytes = arith.constant ${Group.BYTES} : i64
  %machine = arith.constant ${ObjectKind.GROUP} : i32
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %handle = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %none = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %none, ^end, ^write
^write:
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %size, %object[${Group.SIZE} : i64] : i64
  rt.store %zero64, %object[${Group.ADDED} : i64] : i64
  rt.store %zero64, %object[${Group.ARRIVED} : i64] : i64
  rt.store %zero, %object[${Group.CLAIM} : i64] : i32
  %empty = arith.cmpi eq, %size, %zero64 : i64
  cf.cond_br %empty, ^available, ^end
^available:
  %bit = arith.constant ${DONE_BIT} : i64
  rt.store %bit, %object[${Header.WAITERS} : i64] : i64
  cf.br ^end
^end:
  return %handle : i32
}

// A group of `size` members, `count` of which were added and have ended without an error. 0: exhausted.
func.func private @rt.new_part_group(%c: !rt.ptr, %size: i64, %count: i64, %site: i32, %instance: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %handle = func.call @rt.new_group(%c, %size, %site, %instance) : (!rt.ptr, i64, i32, i32) -> i32
  %none = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %none, ^end, ^count
^count:
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %count, %object[${Group.ADDED} : i64] : i64
  rt.store %count, %object[${Group.ARRIVED} : i64] : i64
  %full = arith.cmpi eq, %count, %size : i64
  cf.cond_br %full, ^available, ^end
^available:
  %bit = arith.constant ${DONE_BIT} : i64
  rt.store %bit, %object[${Header.WAITERS} : i64] : i64
  cf.br ^end
^end:
  return %handle : i32
}

// Adds a token or value; its rank, or -1 when the group is full already, or -2 when the arena is exhausted.
func.func private @rt.add_to_group(%c: !rt.ptr, %member: i32, %group: i32, %site: i32, %instance: i32) -> i64 {
  %one = arith.constant 1 : i64
  %zero = arith.constant 0 : i32
  %object = func.call @rt.object(%c, %group) : (!rt.ptr, i32) -> !rt.ptr
  %rank = rt.atomic_rmw add relaxed device %one, %object[${Group.ADDED} : i64] pairs "the other additions: each rank once" : i64 -> i64
  %size = rt.load %object[${Group.SIZE} : i64] : i64
  %room = arith.cmpi slt, %rank, %size : i64
  cf.cond_br %room, ^link, ^over
^link:
  %bytes = arith.constant ${GroupLink.BYTES} : i64
  %machine = arith.constant ${ObjectKind.GROUP_LINK} : i32
  %link = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %none = arith.cmpi eq, %link, %zero : i32
  cf.cond_br %none, ^exhausted, ^register
^register:
  %link_object = func.call @rt.object(%c, %link) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %group, %link_object[${GroupLink.GROUP} : i64] : i32
  %waits = func.call @rt.wait(%c, %link, %member) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %waits, ^end, ^already
^already:
  func.call @rt.free_object(%c, %link) : (!rt.ptr, i32) -> ()
  %kind, %code, %origin = func.call @rt.error_of(%c, %member) : (!rt.ptr, i32) -> (i32, i32, i32)
  func.call @rt.arrive(%c, %group, %kind, %code, %origin) : (!rt.ptr, i32, i32, i32, i32) -> ()
  cf.br ^end
^end:
  return %rank : i64
^over:
  %minus1 = arith.constant -1 : i64
  return %minus1 : i64
^exhausted:
  %minus2 = arith.constant -2 : i64
  return %minus2 : i64
}

// A member ended, with that error. The first error becomes the group's. Behind the addition to ARRIVED, only the last one touches the group.
func.func private @rt.arrive(%c: !rt.ptr, %group: i32, %kind: i32, %code: i32, %site: i32) {
  %one = arith.constant 1 : i64
  %zero = arith.constant 0 : i32
  %one32 = arith.constant 1 : i32
  %object = func.call @rt.object(%c, %group) : (!rt.ptr, i32) -> !rt.ptr
  %size = rt.load %object[${Group.SIZE} : i64] : i64
  %failed = arith.cmpi ne, %kind, %zero : i32
  cf.cond_br %failed, ^claim, ^count
^claim:
  %old, %first = rt.cmpxchg relaxed device %zero, %one32, %object[${Group.CLAIM} : i64] pairs "the other failed members' claims" : i32
  cf.cond_br %first, ^error, ^count
^error:
  rt.store %kind, %object[${Header.ERROR_KIND} : i64] : i32
  rt.store %code, %object[${Header.ERROR_CODE} : i64] : i32
  rt.store %site, %object[${Header.ERROR_SITE} : i64] : i32
  cf.br ^count
^count:
  %before = rt.atomic_rmw add acq_rel device %one, %object[${Group.ARRIVED} : i64] pairs "the other arrivals: the last one sees what all members did" : i64 -> i64
  %arrived = arith.addi %before, %one : i64
  %last = arith.cmpi eq, %arrived, %size : i64
  cf.cond_br %last, ^available, ^end
^available:
  func.call @rt.finish_for_tasks(%c, %group) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// Makes a task's handle available: wakes tasks, and tells groups of which it is a member. Its error is read before: who is woken, or
// drops the last handle, frees the frame.
func.func private @rt.finish(%c: !rt.ptr, %handle: i32) {
  %zero = arith.constant 0 : i32
  %link = arith.constant ${ObjectKind.GROUP_LINK} : i32
  %self = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %kind = rt.load %self[${Header.ERROR_KIND} : i64] : i32
  %code = rt.load %self[${Header.ERROR_CODE} : i64] : i32
  %site = rt.load %self[${Header.ERROR_SITE} : i64] : i32
  %fine = arith.cmpi eq, %kind, %zero : i32
  cf.cond_br %fine, ^fine, ^failed
^fine:
  %first_fine, %dropped_fine = func.call @rt.take_waiters(%c, %handle) : (!rt.ptr, i32) -> (i32, i1)
  cf.br ^tell(%first_fine, %dropped_fine : i32, i1)
^failed:
  %first_failed, %dropped_failed = func.call @rt.take_waiters_of_failed(%c, %handle) : (!rt.ptr, i32) -> (i32, i1)
  cf.br ^tell(%first_failed, %dropped_failed : i32, i1)
^tell(%first: i32, %dropped: i1):
  %some = arith.cmpi ne, %first, %zero : i32
  cf.cond_br %some, ^one, ^end
^one:
  %object = func.call @rt.object(%c, %first) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %object[${Header.NEXT} : i64] : i32
  %machine = rt.load %object[${Header.MACHINE} : i64] : i32
  %is_link = arith.cmpi eq, %machine, %link : i32
  cf.cond_br %is_link, ^group, ^task
^group:
  %group = rt.load %object[${GroupLink.GROUP} : i64] : i32
  func.call @rt.free_object(%c, %first) : (!rt.ptr, i32) -> ()
  func.call @rt.arrive(%c, %group, %kind, %code, %site) : (!rt.ptr, i32, i32, i32, i32) -> ()
  cf.br ^tell(%next, %dropped : i32, i1)
^task:
  %task = func.call @rt.claim_waiter(%c, %first) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %task, %zero : i32
  cf.cond_br %stale, ^tell(%next, %dropped : i32, i1), ^wake
^wake:
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^tell(%next, %dropped : i32, i1)
^end:
  func.call @rt.ended(%c, %handle, %dropped) : (!rt.ptr, i32, i1) -> ()
  return
}

// `take_waiters` of a task with an error: a group among those who wait will have seen it, which is said before the task is available.
func.func private @rt.take_waiters_of_failed(%c: !rt.ptr, %handle: i32) -> (i32, i1) {
  %zero = arith.constant 0 : i32
  %link = arith.constant ${ObjectKind.GROUP_LINK} : i32
  %observed = arith.constant ${FrameFlags.OBSERVED} : i32
  %done = arith.constant ${Status.DONE} : i32
  %bit = arith.constant ${DONE_BIT} : i64
  %self = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  func.call @rt.mark_done(%self) : (!rt.ptr) -> ()
  cf.br ^try
^try:
  %word = rt.atomic_load acquire device %self[${Header.WAITERS} : i64] pairs "wait's exchange: it sees the waiters' headers" : i64
  %head = arith.trunci %word : i64 to i32
  cf.br ^look(%head : i32)
^look(%waiter: i32):
  %some = arith.cmpi ne, %waiter, %zero : i32
  cf.cond_br %some, ^one, ^take
^one:
  %object = func.call @rt.object(%c, %waiter) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %object[${Header.NEXT} : i64] : i32
  %machine = rt.load %object[${Header.MACHINE} : i64] : i32
  %is_link = arith.cmpi eq, %machine, %link : i32
  cf.cond_br %is_link, ^mark, ^look(%next : i32)
^mark:
  %flags = rt.load %self[${Header.FLAGS} : i64] : i32
  %marked = arith.ori %flags, %observed : i32
  rt.store %marked, %self[${Header.FLAGS} : i64] : i32
  cf.br ^take
^take:
  %old, %mine = rt.cmpxchg acq_rel device %word, %bit, %self[${Header.WAITERS} : i64] pairs "wait's exchange and drop's or (acquire), is_done's load (release)" : i64
  cf.cond_br %mine, ^end, ^try
^end:
  %first, %dropped = func.call @rt.oldest_first(%c, %word) : (!rt.ptr, i64) -> (i32, i1)
  return %first, %dropped : i32, i1
}
