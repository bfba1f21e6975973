// Locks: first come, first served, handed over directly: a lock that somebody waits for is never free in between.
//
// The state is one word, the header's WAITERS (abi.Lock): the newcomers (a stack, linked by NEXT) and three flags.
//
//     0 ──take──► HELD ──release──► 0                          nobody waits: one exchange each
//                  │ ▲
//       newcomers  │ │ handed over: HELD, and QUEUED if HEAD is not 0
//                  ▼ │
//     HELD|QUEUED? + newcomers ──release──► HELD|RELEASING (+ newcomers that come meanwhile)
//
// Who may change it: who takes or waits exchanges what it read (rt.take_lock, rt.wait_for_lock), never while that would pass a waiter: a
// lock is taken only at 0. The releaser that sets RELEASING owns HEAD and TAIL, takes the newcomers, puts them behind those, oldest first,
// and hands over to the first that can still be claimed; then it clears RELEASING. A second releaser (a program's mistake, or one that
// got the lock from the first and is fast) waits a moment for that. Newcomers only come in front and leave all together (no ABA).

// A free lock. 0: exhausted.
func.func private @rt.new_lock(%c: !rt.ptr, %site: i32, %instance: i32) -> i32 {
  %bytes = arith.constant ${Lock.BYTES} : i64
  %machine = arith.constant ${ObjectKind.LOCK} : i32
  %zero = arith.constant 0 : i32
  %handle = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %none = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %none, ^end, ^write
^write:
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %object[${Lock.HEAD} : i64] : i32
  rt.store %zero, %object[${Lock.TAIL} : i64] : i32
  cf.br ^end
^end:
  return %handle : i32
}

// Takes the lock if it is free.
func.func private @rt.take_lock(%c: !rt.ptr, %lock: i32) -> i1 {
  %object = func.call @rt.object(%c, %lock) : (!rt.ptr, i32) -> !rt.ptr
  %free = arith.constant 0 : i64
  %held = arith.constant ${Lock.HELD} : i64
  %old, %mine = rt.cmpxchg acquire device %free, %held, %object[${Header.WAITERS} : i64] pairs "release_lock's exchange: what the last holder did is seen" : i64
  return %mine : i1
}

// Takes the lock if it is free (false), else makes the task wait for it (true): then the caller touches nothing of it.
func.func private @rt.wait_for_lock(%c: !rt.ptr, %self: i32, %lock: i32) -> i1 attributes {rt.no_inline} {
  %object = func.call @rt.object(%c, %lock) : (!rt.ptr, i32) -> !rt.ptr
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %free = arith.constant 0 : i64
  %held = arith.constant ${Lock.HELD} : i64
  %c32 = arith.constant 32 : i64
  %self64 = arith.extui %self : i32 to i64
  %false = arith.constant false
  %true = arith.constant true
  cf.br ^try
^try:
  %word = rt.atomic_load relaxed device %object[${Header.WAITERS} : i64] pairs "the exchange below, which fails if the word has changed" : i64
  %is_free = arith.cmpi eq, %word, %free : i64
  cf.cond_br %is_free, ^take, ^add
^take:
  %seen, %mine = rt.cmpxchg acquire device %free, %held, %object[${Header.WAITERS} : i64] pairs "release_lock's exchange: what the last holder did is seen" : i64
  cf.cond_br %mine, ^taken, ^try
^add:
  %newest = arith.trunci %word : i64 to i32
  rt.store %newest, %frame[${Header.NEXT} : i64] : i32
  %flags_low = arith.shrui %word, %c32 : i64
  %flags = arith.shli %flags_low, %c32 : i64
  %new = arith.ori %flags, %self64 : i64
  %old, %added = rt.cmpxchg release device %word, %new, %object[${Header.WAITERS} : i64] pairs "release_lock's acquire exchange: it sees the waiter's frame" : i64
  cf.cond_br %added, ^parked, ^try
^taken:
  return %false : i1
^parked:
  return %true : i1
}

// Hands the lock to who has waited longest, or frees it. False: it was free.
func.func private @rt.release_lock(%c: !rt.ptr, %lock: i32) -> i1 attributes {rt.no_inline} {
  %object = func.call @rt.object(%c, %lock) : (!rt.ptr, i32) -> !rt.ptr
  %zero = arith.constant 0 : i32
  %free = arith.constant 0 : i64
  %held = arith.constant ${Lock.HELD} : i64
  %busy = arith.constant ${Lock.BUSY} : i64
  %releasing = arith.constant ${Lock.RELEASING} : i64
  %held_queued = arith.constant ${Lock.HELD_QUEUED} : i64
  %false = arith.constant false
  %true = arith.constant true
  cf.br ^try
^try:
  %word = rt.atomic_load relaxed device %object[${Header.WAITERS} : i64] pairs "the exchanges below, which fail if the word has changed" : i64
  %is_free = arith.cmpi eq, %word, %free : i64
  cf.cond_br %is_free, ^was_free, ^look
^was_free:
  return %false : i1
^look:
  %masked = arith.andi %word, %releasing : i64
  %other = arith.cmpi ne, %masked, %free : i64
  cf.cond_br %other, ^pause, ^alone
^pause:
  rt.pause 100 : i64
  cf.br ^try
^alone:
  %nobody = arith.cmpi eq, %word, %held : i64
  cf.cond_br %nobody, ^let_go, ^begin
^let_go:
  %seen, %gone = rt.cmpxchg release device %held, %free, %object[${Header.WAITERS} : i64] pairs "take_lock's and wait_for_lock's acquire exchange: the next holder sees what this one did" : i64
  cf.cond_br %gone, ^end, ^try
^begin:
  %found, %begun = rt.cmpxchg acq_rel device %word, %busy, %object[${Header.WAITERS} : i64] pairs "wait_for_lock's release exchange, and the last releaser's release of HEAD and TAIL" : i64
  cf.cond_br %begun, ^append(%word : i64), ^try
^append(%taken: i64):
  %newest = arith.trunci %taken : i64 to i32
  func.call @rt.queue_newcomers(%c, %object, %newest) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^next
^next:
  %first = rt.load %object[${Lock.HEAD} : i64] : i32
  %none = arith.cmpi eq, %first, %zero : i32
  cf.cond_br %none, ^nobody_left, ^offer
^offer:
  %head_offset = arith.constant ${Lock.HEAD} : i64
  %list = rt.ptr_add %object, %head_offset
  %entry = func.call @rt.dequeue(%c, %list) : (!rt.ptr, !rt.ptr) -> i32
  %task = func.call @rt.claim_waiter(%c, %entry) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %task, %zero : i32
  cf.cond_br %stale, ^next, ^hand_over
^hand_over:
  %rest = rt.load %object[${Lock.HEAD} : i64] : i32
  %more = arith.cmpi ne, %rest, %zero : i32
  %change_queued = arith.xori %busy, %held_queued : i64
  %change = arith.select %more, %change_queued, %releasing : i64
  %before = rt.atomic_rmw xor release device %change, %object[${Header.WAITERS} : i64] pairs "the next releaser's acquire exchange: HEAD and TAIL are its own" : i64 -> i64
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^end
^nobody_left:
  %same, %freed = rt.cmpxchg release device %busy, %free, %object[${Header.WAITERS} : i64] pairs "take_lock's and wait_for_lock's acquire exchange: the next holder sees what this one did" : i64
  cf.cond_br %freed, ^end, ^again
^again:
  %now = rt.atomic_rmw xchg acq_rel device %busy, %object[${Header.WAITERS} : i64] pairs "wait_for_lock's release exchange: the newcomers' frames are seen" : i64 -> i64
  cf.br ^append(%now : i64)
^end:
  return %true : i1
}

// Puts a stack of newcomers, newest first, behind those in HEAD and TAIL, oldest first.
func.func private @rt.queue_newcomers(%c: !rt.ptr, %object: !rt.ptr, %newest: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %some = arith.cmpi ne, %newest, %zero : i32
  cf.cond_br %some, ^reverse(%newest, %zero : i32, i32), ^end
^reverse(%rest: i32, %reversed: i32):
  %frame = func.call @rt.object(%c, %rest) : (!rt.ptr, i32) -> !rt.ptr
  %following = rt.load %frame[${Header.NEXT} : i64] : i32
  rt.store %reversed, %frame[${Header.NEXT} : i64] : i32
  %more = arith.cmpi ne, %following, %zero : i32
  cf.cond_br %more, ^reverse(%following, %rest : i32, i32), ^link
^link:
  %tail = rt.load %object[${Lock.TAIL} : i64] : i32
  rt.store %newest, %object[${Lock.TAIL} : i64] : i32
  %empty = arith.cmpi eq, %tail, %zero : i32
  cf.cond_br %empty, ^first, ^behind
^first:
  rt.store %rest, %object[${Lock.HEAD} : i64] : i32
  cf.br ^end
^behind:
  %last = func.call @rt.object(%c, %tail) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %rest, %last[${Header.NEXT} : i64] : i32
  cf.br ^end
^end:
  return
}
