// The first dynamic scheduler: bounded ready queues, waiter lists in the objects waited for, one count of active tasks.
//
// ACTIVE counts tasks that are ready or running, and roots not yet started. Only a running task makes another ready, and it adds
// 1 before it publishes that task; a worker subtracts 1 as its last act for a task that parked or ended. So while anything can
// still happen ACTIVE is at least 1, and once it is 0 it stays 0: workers leave on it, and whoever is parked then is deadlocked.

// Puts a task into the ready queue of its scope. A full queue ends the launch with an error.
// A producer takes a position and then waits, at most, for the consumer that has taken the same cell a lap before to empty it.
func.func private @rt.push(%c: !rt.ptr, %handle: i32) {
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %flags = rt.load %frame[${Header.FLAGS} : i64] : i32
  %warp_bit = arith.constant ${FrameFlags.WARP} : i32
  %zero = arith.constant 0 : i32
  %masked = arith.andi %flags, %warp_bit : i32
  %warp = arith.cmpi ne, %masked, %zero : i32
  %lane_tail = arith.constant ${Control.LANE_TAIL} : i64
  %warp_tail = arith.constant ${Control.WARP_TAIL} : i64
  %lane_head = arith.constant ${Control.LANE_HEAD} : i64
  %warp_head = arith.constant ${Control.WARP_HEAD} : i64
  %lane_queue = arith.constant ${Control.LANE_QUEUE} : i64
  %warp_queue = arith.constant ${Control.WARP_QUEUE} : i64
  %tail_offset = arith.select %warp, %warp_tail, %lane_tail : i64
  %head_offset = arith.select %warp, %warp_head, %lane_head : i64
  %queue_offset = arith.select %warp, %warp_queue, %lane_queue : i64
  %tail = rt.ptr_add %c, %tail_offset
  %head = rt.ptr_add %c, %head_offset
  %one = arith.constant 1 : i64
  %one32 = arith.constant 1 : i32
  %shift = rt.load %c[${Control.QUEUE_SHIFT} : i64] : i64
  %capacity = arith.shli %one, %shift : i64
  %position = rt.atomic_rmw add relaxed device %one, %tail[0 : i64] pairs "the other producers' additions: each position once" : i64 -> i64
  %more = rt.atomic_rmw add relaxed device %one, %tail[${Control.AVAILABLE} : i64] pairs "claim's subtraction" : i64 -> i64
  %cell = func.call @rt.cell(%c, %queue_offset, %position) : (!rt.ptr, i64, i64) -> !rt.ptr
  %lap = arith.shrui %position, %shift : i64
  %twice = arith.shli %lap, %one : i64
  %free = arith.trunci %twice : i64 to i32
  cf.br ^try
^try:
  %sequence = rt.atomic_load acquire device %cell[${Cell.SEQUENCE} : i64] pairs "take's release store, so that its read of VALUE comes before our write" : i32
  %is_free = arith.cmpi eq, %sequence, %free : i32
  cf.cond_br %is_free, ^publish, ^taken
^publish:
  rt.store %handle, %cell[${Cell.VALUE} : i64] : i32
  %full_mark = arith.addi %free, %one32 : i32
  rt.atomic_store release device %full_mark, %cell[${Cell.SEQUENCE} : i64] pairs "take's acquire load: the task's frame and VALUE are seen" : i32
  return
^taken:
  %claimed = rt.atomic_load relaxed device %head[0 : i64] pairs "claim's addition to the head" : i64
  %distance = arith.subi %position, %claimed : i64
  %full = arith.cmpi sge, %distance, %capacity : i64
  cf.cond_br %full, ^full, ^try
^full:
  %kind = arith.constant ${ErrorKind.OUT_OF_QUEUE} : i32
  %capacity32 = arith.trunci %capacity : i64 to i32
  %site = rt.load %frame[${Header.WHERE} : i64] : i32
  %instance = rt.load %frame[${Header.INSTANCE} : i64] : i32
  func.call @rt.exhausted(%c, %kind, %capacity32, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> ()
  return
}

// The cell of a position in the queue whose address stands at that offset.
func.func private @rt.cell(%c: !rt.ptr, %queue_offset: i64, %position: i64) -> !rt.ptr {
  %where = rt.ptr_add %c, %queue_offset
  %ring = rt.load %where[0 : i64] : !rt.ptr
  %shift = rt.load %c[${Control.QUEUE_SHIFT} : i64] : i64
  %one = arith.constant 1 : i64
  %capacity = arith.shli %one, %shift : i64
  %mask = arith.subi %capacity, %one : i64
  %c3 = arith.constant 3 : i64
  %index = arith.andi %position, %mask : i64
  %distance = arith.shli %index, %c3 : i64
  %cell = rt.ptr_add %ring, %distance
  return %cell : !rt.ptr
}

// Claims up to `wanted` positions for this consumer: the first one and how many, oldest first; 0 if the queue is empty, or may be.
// By additions, so that no consumer fails because another was faster: AVAILABLE grants no more than producers have taken positions, so
// the head, which deals out the granted ones, never passes the tail.
func.func private @rt.claim(%c: !rt.ptr, %head_offset: i64, %tail_offset: i64, %wanted: i64) -> (i64, i64) {
  %head = rt.ptr_add %c, %head_offset
  %tail = rt.ptr_add %c, %tail_offset
  %zero = arith.constant 0 : i64
  %seen = rt.atomic_load relaxed device %tail[${Control.AVAILABLE} : i64] pairs "the producers' additions, the consumers' subtractions" : i64
  %hoped = arith.minsi %seen, %wanted : i64
  %some = arith.cmpi sgt, %hoped, %zero : i64
  cf.cond_br %some, ^claim, ^none
^claim:
  %left = rt.atomic_rmw sub relaxed device %wanted, %tail[${Control.AVAILABLE} : i64] pairs "the other consumers' subtractions: no more than there are; VALUE is read behind take's acquire load" : i64 -> i64
  %there = arith.maxsi %left, %zero : i64
  %number = arith.minsi %there, %wanted : i64
  %rest = arith.subi %wanted, %number : i64
  %over = arith.cmpi sgt, %rest, %zero : i64
  cf.cond_br %over, ^back, ^granted
^back:
  %back = rt.atomic_rmw add relaxed device %rest, %tail[${Control.AVAILABLE} : i64] pairs "this consumer's own subtraction" : i64 -> i64
  cf.br ^granted
^granted:
  %got = arith.cmpi sgt, %number, %zero : i64
  cf.cond_br %got, ^deal, ^none
^deal:
  %first = rt.atomic_rmw add relaxed device %number, %head[0 : i64] pairs "the other consumers' additions: each position once" : i64 -> i64
  return %first, %number : i64, i64
^none:
  return %zero, %zero : i64, i64
}

// The task at a claimed position. Its producer has taken the position and is about to publish: the wait is short, and ends with
// 0 if the launch is halted (then a producer may have found the queue full).
func.func private @rt.take(%c: !rt.ptr, %queue_offset: i64, %position: i64) -> i32 {
  %one = arith.constant 1 : i64
  %one32 = arith.constant 1 : i32
  %two32 = arith.constant 2 : i32
  %zero = arith.constant 0 : i32
  %cell = func.call @rt.cell(%c, %queue_offset, %position) : (!rt.ptr, i64, i64) -> !rt.ptr
  %shift = rt.load %c[${Control.QUEUE_SHIFT} : i64] : i64
  %lap = arith.shrui %position, %shift : i64
  %twice = arith.shli %lap, %one : i64
  %free = arith.trunci %twice : i64 to i32
  %full_mark = arith.addi %free, %one32 : i32
  cf.br ^try
^try:
  %sequence = rt.atomic_load acquire device %cell[${Cell.SEQUENCE} : i64] pairs "push's release store: the task's frame and VALUE are seen" : i32
  %is_full = arith.cmpi eq, %sequence, %full_mark : i32
  cf.cond_br %is_full, ^take, ^wait
^wait:
  %halt = rt.atomic_load relaxed device %c[${Control.HALT} : i64] pairs "exhausted's store" : i32
  %halted = arith.cmpi ne, %halt, %zero : i32
  cf.cond_br %halted, ^nothing, ^try
^take:
  %handle = rt.load %cell[${Cell.VALUE} : i64] : i32
  %next_free = arith.addi %free, %two32 : i32
  rt.atomic_store release device %next_free, %cell[${Cell.SEQUENCE} : i64] pairs "push's acquire load, a lap later" : i32
  return %handle : i32
^nothing:
  return %zero : i32
}

// Takes the oldest ready task; 0 if there is none.
func.func private @rt.pop(%c: !rt.ptr, %head_offset: i64, %tail_offset: i64, %queue_offset: i64) -> i32 {
  %one = arith.constant 1 : i64
  %none64 = arith.constant 0 : i64
  %none = arith.constant 0 : i32
  %position, %number = func.call @rt.claim(%c, %head_offset, %tail_offset, %one) : (!rt.ptr, i64, i64, i64) -> (i64, i64)
  %empty = arith.cmpi eq, %number, %none64 : i64
  cf.cond_br %empty, ^empty, ^take
^take:
  %handle = func.call @rt.take(%c, %queue_offset, %position) : (!rt.ptr, i64, i64) -> i32
  return %handle : i32
^empty:
  return %none : i32
}

// Counts a task that is about to be made ready for the first time.
func.func private @rt.born(%c: !rt.ptr) {
  %one = arith.constant 1 : i64
  %old = rt.atomic_rmw add relaxed device %one, %c[${Control.LIVE} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  return
}

// Makes a task ready. The caller is a running task, so ACTIVE is at least 1 here.
func.func private @rt.ready(%c: !rt.ptr, %handle: i32) {
  %one = arith.constant 1 : i64
  %old = rt.atomic_rmw add relaxed device %one, %c[${Control.ACTIVE} : i64] pairs "retire's subtraction; push's release orders it before the task is seen" : i64 -> i64
  func.call @rt.push(%c, %handle) : (!rt.ptr, i32) -> ()
  return
}

// Makes a parked task ready.
func.func private @rt.wake(%c: !rt.ptr, %handle: i32) {
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %ready = arith.constant ${Status.READY} : i32
  rt.store %ready, %frame[${Header.STATUS} : i64] : i32
  %wakes = arith.constant ${STAT.wakes} : i64
  %one = arith.constant 1 : i64
  func.call @rt.count(%c, %wakes, %one) : (!rt.ptr, i64, i64) -> ()
  func.call @rt.ready(%c, %handle) : (!rt.ptr, i32) -> ()
  return
}

// A worker is done with tasks that parked or ended. Its last act for them.
func.func private @rt.retire(%c: !rt.ptr, %number: i64) {
  %old = rt.atomic_rmw sub acq_rel device %number, %c[${Control.ACTIVE} : i64] pairs "the other workers' subtractions: what segments wrote before is seen by those after; idle's acquire load" : i64 -> i64
  return
}

// Whether a token, value or group is available.
func.func private @rt.is_done(%c: !rt.ptr, %handle: i32) -> i1 {
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %word = rt.atomic_load acquire device %object[${Header.WAITERS} : i64] pairs "take_waiters' exchange: results and error are seen" : i64
  %bit = arith.constant ${DONE_BIT} : i64
  %zero = arith.constant 0 : i64
  %masked = arith.andi %word, %bit : i64
  %done = arith.cmpi ne, %masked, %zero : i64
  return %done : i1
}

// Adds `waiter` to those that `source` wakes when it is available. False: it is available already, and nothing was added.
// The waiter's frame is whole before the exchange; after it the caller touches nothing of it.
func.func private @rt.wait(%c: !rt.ptr, %waiter: i32, %source: i32) -> i1 {
  %object = func.call @rt.object(%c, %source) : (!rt.ptr, i32) -> !rt.ptr
  %me = func.call @rt.object(%c, %waiter) : (!rt.ptr, i32) -> !rt.ptr
  %new = arith.extui %waiter : i32 to i64
  %bit = arith.constant ${DONE_BIT} : i64
  %zero = arith.constant 0 : i64
  %false = arith.constant false
  %true = arith.constant true
  cf.br ^add(%zero : i64)
^try(%word: i64):
  %masked = arith.andi %word, %bit : i64
  %done = arith.cmpi ne, %masked, %zero : i64
  cf.cond_br %done, ^available, ^add(%word : i64)
^add(%expected: i64):
  %head = arith.trunci %expected : i64 to i32
  rt.store %head, %me[${Header.NEXT} : i64] : i32
  %old, %added = rt.cmpxchg acq_rel device %expected, %new, %object[${Header.WAITERS} : i64] pairs "take_waiters' exchange: it sees the waiter's frame, we its results and error" : i64
  cf.cond_br %added, ^parked, ^try(%old : i64)
^parked:
  return %true : i1
^available:
  return %false : i1
}

// Says for reports what a task on a stack, or one that comes from there, is doing.
func.func private @rt.set_status(%c: !rt.ptr, %frame: !rt.ptr, %status: i32) {
  rt.store %status, %frame[${Header.STATUS} : i64] : i32
  return
}

// Says for reports that an object is done.
func.func private @rt.mark_done(%object: !rt.ptr) {
  %done = arith.constant ${Status.DONE} : i32
  rt.store %done, %object[${Header.STATUS} : i64] : i32
  return
}

// The task behind an entry of a list of waiters, which is the caller's to wake; 0: the entry is stale. Without select and cancel the
// entry is the task (with them: claims.mlir).
func.func private @rt.claim_waiter(%c: !rt.ptr, %entry: i32) -> i32 {
  return %entry : i32
}

// Marks an object available; its results and error are written already. The first of those who wait for it, oldest first, and
// whether its handles were dropped: then the caller frees it, else whoever drops them may do so from here on.
func.func private @rt.take_waiters(%c: !rt.ptr, %handle: i32) -> (i32, i1) {
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %bit = arith.constant ${DONE_BIT} : i64
  func.call @rt.mark_done(%object) : (!rt.ptr) -> ()
  %word = rt.atomic_rmw xchg acq_rel device %bit, %object[${Header.WAITERS} : i64] pairs "wait's exchange and drop's or (acquire), is_done's load (release)" : i64 -> i64
  %first, %dropped = func.call @rt.oldest_first(%c, %word) : (!rt.ptr, i64) -> (i32, i1)
  return %first, %dropped : i32, i1
}

// Turns round the list of waiters that a WAITERS word begins, which is the caller's alone: its first, and whether DROPPED is set.
func.func private @rt.oldest_first(%c: !rt.ptr, %word: i64) -> (i32, i1) {
  %zero = arith.constant 0 : i32
  %none = arith.constant 0 : i64
  %dropped_bit = arith.constant ${DROPPED_BIT} : i64
  %masked = arith.andi %word, %dropped_bit : i64
  %dropped = arith.cmpi ne, %masked, %none : i64
  %head = arith.trunci %word : i64 to i32
  cf.br ^reverse(%head, %zero : i32, i32)
^reverse(%rest: i32, %reversed: i32):
  %more = arith.cmpi ne, %rest, %zero : i32
  cf.cond_br %more, ^link, ^end
^link:
  %waiter = func.call @rt.object(%c, %rest) : (!rt.ptr, i32) -> !rt.ptr
  %following = rt.load %waiter[${Header.NEXT} : i64] : i32
  %same = arith.cmpi eq, %following, %reversed : i32
  cf.cond_br %same, ^reverse(%following, %rest : i32, i32), ^turn
^turn:
  rt.store %reversed, %waiter[${Header.NEXT} : i64] : i32
  cf.br ^reverse(%following, %rest : i32, i32)
^end:
  return %reversed, %dropped : i32, i1
}

// Makes an object available where only tasks wait: wakes them.
func.func private @rt.finish_for_tasks(%c: !rt.ptr, %handle: i32) {
  %zero = arith.constant 0 : i32
  %head, %dropped = func.call @rt.take_waiters(%c, %handle) : (!rt.ptr, i32) -> (i32, i1)
  cf.br ^tell(%head : i32)
^tell(%first: i32):
  %some = arith.cmpi ne, %first, %zero : i32
  cf.cond_br %some, ^one, ^end
^one:
  %object = func.call @rt.object(%c, %first) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %object[${Header.NEXT} : i64] : i32
  %task = func.call @rt.claim_waiter(%c, %first) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %task, %zero : i32
  cf.cond_br %stale, ^tell(%next : i32), ^wake
^wake:
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^tell(%next : i32)
^end:
  func.call @rt.ended(%c, %handle, %dropped) : (!rt.ptr, i32, i1) -> ()
  return
}

// Ends a task; behind `finish` its frame may be somebody else's. A failed root is counted, and the first fault of the launch recorded.
func.func private @rt.complete(%c: !rt.ptr, %self: i32) {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %flags = rt.load %frame[${Header.FLAGS} : i64] : i32
  %root_bit = arith.constant ${FrameFlags.ROOT} : i32
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %masked = arith.andi %flags, %root_bit : i32
  %root = arith.cmpi ne, %masked, %zero : i32
  cf.cond_br %root, ^root, ^tell
^root:
  %ended = rt.atomic_rmw add relaxed device %one, %c[${Control.ENDED_ROOTS} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  %kind = rt.load %frame[${Header.ERROR_KIND} : i64] : i32
  %failed = arith.cmpi ne, %kind, %zero : i32
  cf.cond_br %failed, ^failed, ^tell
^failed:
  %code = rt.load %frame[${Header.ERROR_CODE} : i64] : i32
  %site = rt.load %frame[${Header.ERROR_SITE} : i64] : i32
  %instance = rt.load %frame[${Header.INSTANCE} : i64] : i32
  func.call @rt.fault(%c, %kind, %code, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> ()
  %count = rt.atomic_rmw add relaxed device %one, %c[${Control.FAILED_ROOTS} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  cf.br ^tell
^tell:
  func.call @rt.uncount(%c, %flags) : (!rt.ptr, i32) -> ()
  func.call @rt.finish(%c, %self) : (!rt.ptr, i32) -> ()
  return
}

// A task with these flags has ended: it is no longer counted in LIVE, if it was.
func.func private @rt.uncount(%c: !rt.ptr, %flags: i32) {
  %bit = arith.constant ${FrameFlags.UNCOUNTED} : i32
  %zero = arith.constant 0 : i32
  %minus = arith.constant -1 : i64
  %masked = arith.andi %flags, %bit : i32
  %counted = arith.cmpi eq, %masked, %zero : i32
  cf.cond_br %counted, ^count, ^end
^count:
  %left = rt.atomic_rmw add relaxed device %minus, %c[${Control.LIVE} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  cf.br ^end
^end:
  return
}

// Ends a task with an error record.
func.func private @rt.fail(%c: !rt.ptr, %self: i32, %kind: i32, %code: i32, %site: i32) {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %kind, %frame[${Header.ERROR_KIND} : i64] : i32
  rt.store %code, %frame[${Header.ERROR_CODE} : i64] : i32
  rt.store %site, %frame[${Header.ERROR_SITE} : i64] : i32
  func.call @rt.complete(%c, %self) : (!rt.ptr, i32) -> ()
  return
}

// The error record of an available object; somebody looked at it. Kind 0: no error.
func.func private @rt.error_of(%c: !rt.ptr, %handle: i32) -> (i32, i32, i32) {
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %kind = rt.load %object[${Header.ERROR_KIND} : i64] : i32
  %code = rt.load %object[${Header.ERROR_CODE} : i64] : i32
  %site = rt.load %object[${Header.ERROR_SITE} : i64] : i32
  %zero = arith.constant 0 : i32
  %failed = arith.cmpi ne, %kind, %zero : i32
  cf.cond_br %failed, ^mark, ^end
^mark:
  %observed = arith.constant ${FrameFlags.OBSERVED} : i32
  %old = rt.atomic_rmw or relaxed device %observed, %object[${Header.FLAGS} : i64] pairs "nothing: read by the host after the launch" : i32 -> i32
  cf.br ^end
^end:
  return %kind, %code, %site : i32, i32, i32
}

// Whether nothing is ready, running or to be started any more.
func.func private @rt.idle(%c: !rt.ptr) -> i1 {
  %zero = arith.constant 0 : i64
  %seen = rt.atomic_load relaxed device %c[${Control.ACTIVE} : i64] pairs "retire's subtraction; where nothing is active it is looked at again" : i64
  %some = arith.cmpi sgt, %seen, %zero : i64
  cf.cond_br %some, ^end(%some : i1), ^again
^again:
  %active = rt.atomic_load acquire device %c[${Control.ACTIVE} : i64] pairs "retire's subtraction" : i64
  %any = arith.cmpi sgt, %active, %zero : i64
  cf.br ^end(%any : i1)
^end(%busy: i1):
  %true = arith.constant true
  %none = arith.xori %busy, %true : i1
  return %none : i1
}

// The index of a root that nobody has started yet, or -1.
func.func private @rt.take_root(%c: !rt.ptr) -> i64 {
  %one = arith.constant 1 : i64
  %minus = arith.constant -1 : i64
  %instances = rt.load %c[${Control.INSTANCES} : i64] : i64
  %seen = rt.atomic_load relaxed device %c[${Control.NEXT_ROOT} : i64] pairs "the other workers' additions" : i64
  %left = arith.cmpi slt, %seen, %instances : i64
  cf.cond_br %left, ^take, ^none
^take:
  %index = rt.atomic_rmw add relaxed device %one, %c[${Control.NEXT_ROOT} : i64] pairs "the other workers' additions" : i64 -> i64
  %mine = arith.cmpi slt, %index, %instances : i64
  cf.cond_br %mine, ^got, ^none
^got:
  return %index : i64
^none:
  return %minus : i64
}

// That many roots have ended that were never tasks of their own.
func.func private @rt.end_roots(%c: !rt.ptr, %number: i64) {
  %a = rt.atomic_rmw add relaxed device %number, %c[${Control.ENDED_ROOTS} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  %b = rt.atomic_rmw sub relaxed device %number, %c[${Control.LIVE} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  %d = rt.atomic_rmw sub relaxed device %number, %c[${Control.ACTIVE} : i64] pairs "nothing: these workers leave when there are no roots" : i64 -> i64
  return
}

// Remembers on which processor a task ran.
func.func private @rt.mark_processor(%c: !rt.ptr, %processor: i32) {
  %c6 = arith.constant 6 : i32
  %c7 = arith.constant 7 : i32
  %c63 = arith.constant 63 : i32
  %one = arith.constant 1 : i64
  %c3 = arith.constant 3 : i64
  %high = arith.shrui %processor, %c6 : i32
  %word = arith.andi %high, %c7 : i32
  %low = arith.andi %processor, %c63 : i32
  %low64 = arith.extui %low : i32 to i64
  %bit = arith.shli %one, %low64 : i64
  %word64 = arith.extui %word : i32 to i64
  %distance = arith.shli %word64, %c3 : i64
  %mask = rt.ptr_add %c, %distance
  %old = rt.atomic_rmw or relaxed device %bit, %mask[${Control.SM_MASK} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  return
}
