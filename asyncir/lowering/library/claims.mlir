// Claims: who may wake a waiting task, where more than one can: programs with select (several sources) or cancel.
//
// One word of the frame decides, STATUS (abi.Status, abi.Claim): generation | CANCEL | status. Everybody changes it by atomic operations.
//
//                   begin_segment                 rt.begin_wait                finish_wait
//     READY ─────────────────────────► RUNNING ───────────────► REGISTERING ───────────────► WAITING (or WAITING_FOR_CHILD)
//       ▲                                 ▲ ▲   generation + 1    │      │                       │
//       │                                 │ └───── not_waiting ───┘      │ claim_task            │ claim_task
//       │                                 │                              ▼                       │
//       │                     finish_wait └───────── FIRED ◄── wake ── CLAIMED                   │
//       └──────────────────────────────────────────────────────────── wake ──────────────────────┘
//     KILLED ◄── rt.cancel (from WAITING), claim_task (from WAITING_FOR_CHILD with CANCEL); begin_segment says so, and the task ends, or
//                goes on where it catches that (catch.mlir)
//
// Who may write what when. RUNNING, REGISTERING, FIRED: the worker at the task owns it; others only set CANCEL. A waker owns the task from its
// successful claim (WAITING to READY or KILLED, REGISTERING to CLAIMED) until rt.wake; in between it writes ITEM, NEXT and CASE. It
// claims before it takes the item that it brings, so a waker that fails takes nothing and offers the item to the next.
// A task that is claimed while it registers is not pushed: the worker at it finds FIRED and goes on; CLAIMED lasts a few instructions of
// a waker that waits for nobody, so the worker waits for FIRED.
//
// Stale entries. A list may hold a node that is armed for another wait, or a frame that was cancelled: claim_task refuses both, for the
// generation is another or the status is none of waiting (a cancelled task whose frame is in a list never waits again: where it would
// catch that, it registers by a node). Who meets one drops it and goes on. Such
// objects may be named after their task has ended: rt.free_unnamed keeps the frames. After 2^24 waits generations repeat; a
// waker would have to sleep that long between reading a node and claiming.
//
// In a program without select and cancel `claim_waiter` and `wake` are the plain ones (scheduler.mlir): what is in a list waits.

// The address of a frame's extension (abi.Extension).
func.func private @rt.extension(%frame: !rt.ptr) -> !rt.ptr {
  %units = rt.load %frame[${Header.BYTES} : i64] : i32
  %units64 = arith.extui %units : i32 to i64
  %c4 = arith.constant 4 : i64
  %size = arith.constant ${Extension.BYTES} : i64
  %bytes = arith.shli %units64, %c4 : i64
  %offset = arith.subi %bytes, %size : i64
  %extension = rt.ptr_add %frame, %offset
  return %extension : !rt.ptr
}

// rt.new_object in a program with claims: task frames (and only they have a machine of 1 or more) get an extension.
func.func private @rt.new_extended_object(%c: !rt.ptr, %bytes: i64, %machine: i32, %flags: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %size = arith.constant ${Extension.BYTES} : i64
  %task = arith.cmpi sgt, %machine, %zero : i32
  %more = arith.select %task, %size, %zero64 : i64
  %all = arith.addi %bytes, %more : i64
  %handle = func.call @rt.new_plain_object(%c, %all, %machine, %flags, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %some = arith.cmpi ne, %handle, %zero : i32
  %write = arith.andi %some, %task : i1
  cf.cond_br %write, ^write, ^end
^write:
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  rt.store %zero, %extension[${Extension.PARENT} : i64] : i32
  rt.store %zero, %extension[${Extension.NODES} : i64] : i32
  rt.store %zero, %extension[${Extension.TIMER} : i64] : i32
  rt.store %zero, %extension[${Extension.CASE} : i64] : i32
  cf.br ^end
^end:
  return %handle : i32
}

// rt.release (memory.mlir) in a program with claims: keeps a frame that lists may still name: one that was cancelled, or has select nodes.
func.func private @rt.free_unnamed(%c: !rt.ptr, %handle: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %frame[${Header.MACHINE} : i64] : i32
  %task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %task, ^task, ^free
^task:
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "cancel's CANCEL, set before this task ended or too late to reach it" : i32
  %bit = arith.constant ${Claim.CANCEL} : i32
  %masked = arith.andi %word, %bit : i32
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %nodes = rt.load %extension[${Extension.NODES} : i64] : i32
  %named = arith.ori %masked, %nodes : i32
  %unnamed = arith.cmpi eq, %named, %zero : i32
  cf.cond_br %unnamed, ^free, ^end
^free:
  func.call @rt.release_object(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// ---------------------------------------------------------------------------------------------- the worker at the task

// A segment begins. True: the task was cancelled while it waited, and ends.
func.func private @rt.begin_segment(%c: !rt.ptr, %self: i32) -> i1 {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %killed = arith.constant ${Status.KILLED} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %true = arith.constant true
  %false = arith.constant false
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "claim_task's and cancel's exchange, which the ready queue has ordered before" : i32
  %status = arith.andi %word, %mask : i32
  %ends = arith.cmpi eq, %status, %killed : i32
  cf.cond_br %ends, ^ends, ^runs
^ends:
  return %true : i1
^runs:
  %old = rt.atomic_rmw xor relaxed device %running, %frame[${Header.STATUS} : i64] pairs "cancel's or: READY is 0, and the bits of others stay" : i32 -> i32
  return %false : i1
}

// The task is about to register with what it waits for; its frame is whole. True: it was cancelled, and must not wait.
func.func private @rt.begin_wait(%c: !rt.ptr, %self: i32) -> i1 {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %generation = arith.constant ${Claim.GENERATION} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %registering = arith.constant ${Status.REGISTERING} : i32
  %bit = arith.constant ${Claim.CANCEL} : i32
  %zero = arith.constant 0 : i32
  %step = arith.subi %registering, %running : i32
  %change = arith.addi %generation, %step : i32
  %old = rt.atomic_rmw add acq_rel device %change, %frame[${Header.STATUS} : i64] pairs "cancel's or: it sees REGISTERING, or is seen here or by finish_wait" : i32 -> i32
  %masked = arith.andi %old, %bit : i32
  %doomed = arith.cmpi ne, %masked, %zero : i32
  return %doomed : i1
}

// Registering found what the task needs: it does not wait, and is in no list.
func.func private @rt.not_waiting(%c: !rt.ptr, %self: i32) {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %registering = arith.constant ${Status.REGISTERING} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %change = arith.xori %registering, %running : i32
  %old = rt.atomic_rmw xor relaxed device %change, %frame[${Header.STATUS} : i64] pairs "cancel's or: the bits of others stay" : i32 -> i32
  return
}

// The task is registered. 0: it waits: touch nothing of it. 1: it goes on, a waker came meanwhile. 2: it was cancelled, and ends.
func.func private @rt.finish_wait(%c: !rt.ptr, %self: i32) -> i32 attributes {rt.no_inline} {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %waiting = arith.constant ${Status.WAITING} : i32
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %registering = arith.constant ${Status.REGISTERING} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %zero = arith.constant 0 : i32
  %two = arith.constant 2 : i32
  cf.br ^try
^try:
  %result = func.call @rt.finish_wait_as(%c, %self, %waiting, %zero) : (!rt.ptr, i32, i32, i32) -> i32
  %cancelled = arith.cmpi eq, %result, %two : i32
  cf.cond_br %cancelled, ^leave, ^end
^leave:
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "the exchange below, which fails if the word has changed" : i32
  %status = arith.andi %word, %mask : i32
  %still = arith.cmpi eq, %status, %registering : i32
  %flip = arith.xori %registering, %running : i32
  %new = arith.xori %word, %flip : i32
  cf.cond_br %still, ^exchange, ^try
^exchange:
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "claim_task's exchange: from here on nobody can claim the task and bring it what it would lose" : i32
  cf.cond_br %mine, ^end, ^try
^end:
  return %result : i32
}

// The same, with the status in which it waits and CANCEL as the caller has seen it. 2: CANCEL was set meanwhile; the task is still registering.
func.func private @rt.finish_wait_as(%c: !rt.ptr, %self: i32, %waiting: i32, %known: i32) -> i32 attributes {rt.no_inline} {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %registering = arith.constant ${Status.REGISTERING} : i32
  %fired = arith.constant ${Status.FIRED} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  cf.br ^try
^try:
  %word = rt.atomic_load acquire device %frame[${Header.STATUS} : i64] pairs "wake's exchange: what the waker brought is seen" : i32
  %status = arith.andi %word, %mask : i32
  %still = arith.cmpi eq, %status, %registering : i32
  cf.cond_br %still, ^park, ^claimed
^claimed:
  %delivered = arith.cmpi eq, %status, %fired : i32
  cf.cond_br %delivered, ^go_on, ^pause
^pause:
  rt.pause 100 : i64
  cf.br ^try
^go_on:
  %change = arith.xori %fired, %running : i32
  %before = rt.atomic_rmw xor relaxed device %change, %frame[${Header.STATUS} : i64] pairs "cancel's or: the bits of others stay" : i32 -> i32
  return %one : i32
^park:
  %bit = arith.andi %word, %cancel : i32
  %news = arith.cmpi ne, %bit, %known : i32
  cf.cond_br %news, ^cancelled, ^wait
^cancelled:
  return %two : i32
^wait:
  %flip = arith.xori %registering, %waiting : i32
  %new = arith.xori %word, %flip : i32
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "claim_task's and cancel's exchange: they see the whole frame" : i32
  cf.cond_br %mine, ^end, ^try
^end:
  return %zero : i32
}

// A task that yields becomes ready at once. True: it was cancelled, and ends.
func.func private @rt.yield_task(%c: !rt.ptr, %self: i32) -> i1 {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %running = arith.constant ${Status.RUNNING} : i32
  %bit = arith.constant ${Claim.CANCEL} : i32
  %zero = arith.constant 0 : i32
  %true = arith.constant true
  %false = arith.constant false
  %word = rt.atomic_load acquire device %frame[${Header.STATUS} : i64] pairs "cancel's or" : i32
  %masked = arith.andi %word, %bit : i32
  %doomed = arith.cmpi ne, %masked, %zero : i32
  cf.cond_br %doomed, ^ends, ^yields
^ends:
  return %true : i1
^yields:
  %old = rt.atomic_rmw xor relaxed device %running, %frame[${Header.STATUS} : i64] pairs "cancel's or: READY is 0, and the bits of others stay" : i32 -> i32
  func.call @rt.ready(%c, %self) : (!rt.ptr, i32) -> ()
  return %false : i1
}

// ------------------------------------------------------------------------------------------------------------ wakers

// Claims what stands behind an entry of a list: its task, or 0 if the entry is stale. A select's node is out of the list from here on.
func.func private @rt.claim_entry(%c: !rt.ptr, %entry: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %object = func.call @rt.object(%c, %entry) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %object[${Header.MACHINE} : i64] : i32
  %is_task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %is_task, ^task, ^node
^task:
  %whole = func.call @rt.claim_task(%c, %entry, %zero, %zero) : (!rt.ptr, i32, i32, i32) -> i1
  %found = arith.select %whole, %entry, %zero : i32
  return %found : i32
^node:
  %stamp = rt.atomic_load acquire device %object[${SelectNode.STAMP} : i64] pairs "the task's store when it armed the node" : i64
  %task = rt.load %object[${SelectNode.TASK} : i64] : i32
  %c32 = arith.constant 32 : i64
  %generation64 = arith.shrui %stamp, %c32 : i64
  %generation = arith.trunci %generation64 : i64 to i32
  %case = arith.trunci %stamp : i64 to i32
  %all = arith.constant ${Claim.GENERATION_MASK} : i32
  %mine = func.call @rt.claim_task(%c, %task, %generation, %all) : (!rt.ptr, i32, i32, i32) -> i1
  cf.cond_br %mine, ^fire, ^out(%zero : i32)
^fire:
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  rt.store %case, %extension[${Extension.CASE} : i64] : i32
  cf.br ^out(%task : i32)
^out(%result: i32):
  rt.atomic_store release device %zero, %object[${SelectNode.SOURCE} : i64] pairs "select_node's acquire load: the task may link the node elsewhere" : i32
  return %result : i32
}

// Claims a task that waits or registers, of that generation where the mask asks for one. False: it is not the caller's to wake.
func.func private @rt.claim_task(%c: !rt.ptr, %task: i32, %generation: i32, %generation_mask: i32) -> i1 attributes {rt.no_inline} {
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %ready = arith.constant ${Status.READY} : i32
  %waiting = arith.constant ${Status.WAITING} : i32
  %registering = arith.constant ${Status.REGISTERING} : i32
  %claimed = arith.constant ${Status.CLAIMED} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %zero = arith.constant 0 : i32
  %false = arith.constant false
  %true = arith.constant true
  cf.br ^try
^try:
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "the exchange below, which fails if the word has changed" : i32
  %differs = arith.xori %word, %generation : i32
  %wrong = arith.andi %differs, %generation_mask : i32
  %right = arith.cmpi eq, %wrong, %zero : i32
  cf.cond_br %right, ^look, ^no
^look:
  %status = arith.andi %word, %mask : i32
  %waits = arith.cmpi eq, %status, %waiting : i32
  cf.cond_br %waits, ^claim(%ready : i32), ^other
^other:
  %registers = arith.cmpi eq, %status, %registering : i32
  cf.cond_br %registers, ^claim(%claimed : i32), ^child
^child:
  %waits_for_child = arith.cmpi eq, %status, %for_child : i32
  cf.cond_br %waits_for_child, ^ended_child, ^no
^ended_child:
  %got = func.call @rt.claim_parent(%c, %frame, %word) : (!rt.ptr, !rt.ptr, i32) -> i1
  cf.cond_br %got, ^yes, ^try
^claim(%next: i32):
  %flip = arith.xori %status, %next : i32
  %new = arith.xori %word, %flip : i32
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame is whole; the other wakers' and cancel's exchange: one gets it" : i32
  cf.cond_br %mine, ^yes, ^try
^yes:
  return %true : i1
^no:
  return %false : i1
}

// The same for a task that waits for its child, which has ended; `word` is its claim word. False: the word has changed meanwhile.
func.func private @rt.claim_parent(%c: !rt.ptr, %frame: !rt.ptr, %word: i32) -> i1 {
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %ready = arith.constant ${Status.READY} : i32
  %killed = arith.constant ${Status.KILLED} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %zero = arith.constant 0 : i32
  %bit = arith.andi %word, %cancel : i32
  %cancelled = arith.cmpi ne, %bit, %zero : i32
  %becomes = arith.select %cancelled, %killed, %ready : i32
  %flip = arith.xori %for_child, %becomes : i32
  %new = arith.xori %word, %flip : i32
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame is whole; cancel's or: it is seen, or finds the task ready" : i32
  return %mine : i1
}

// Lets a claimed task go on: makes it ready, or tells the worker that is registering it. The waker's last act for it.
func.func private @rt.wake_claimed(%c: !rt.ptr, %task: i32) attributes {rt.no_inline} {
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %claimed = arith.constant ${Status.CLAIMED} : i32
  %fired = arith.constant ${Status.FIRED} : i32
  %one = arith.constant 1 : i64
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "claim_task's exchange, by this thread" : i32
  %status = arith.andi %word, %mask : i32
  %registering = arith.cmpi eq, %status, %claimed : i32
  cf.cond_br %registering, ^tell, ^push
^tell:
  %change = arith.xori %claimed, %fired : i32
  %old = rt.atomic_rmw xor release device %change, %frame[${Header.STATUS} : i64] pairs "finish_wait's acquire load: what was brought is seen" : i32 -> i32
  return
^push:
  %wakes = arith.constant ${STAT.wakes} : i64
  func.call @rt.count(%c, %wakes, %one) : (!rt.ptr, i64, i64) -> ()
  func.call @rt.ready(%c, %task) : (!rt.ptr, i32) -> ()
  return
}

// Says, for reports and for who comes with a claim, that an object is done: a task that was running, or an object that never is.
func.func private @rt.mark_task_done(%object: !rt.ptr) {
  %done = arith.constant ${Status.DONE} : i32
  %old = rt.atomic_rmw or relaxed device %done, %object[${Header.STATUS} : i64] pairs "claim_task's and cancel's: they find no status that waits; CANCEL stays, for free_unnamed" : i32 -> i32
  return
}

// rt.set_status in a program with claims: what others have put into the word stays. WAITING: exported behind its child, which it waits for.
func.func private @rt.set_claim_status(%c: !rt.ptr, %frame: !rt.ptr, %status: i32) {
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %waiting = arith.constant ${Status.WAITING} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %waits = arith.cmpi eq, %status, %waiting : i32
  %next = arith.select %waits, %for_child, %status : i32
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "this task's own changes: others only set CANCEL while it is on a stack" : i32
  %old = arith.andi %word, %mask : i32
  %change = arith.xori %old, %next : i32
  %before = rt.atomic_rmw xor release device %change, %frame[${Header.STATUS} : i64] pairs "cancel's or: it sees WAITS_ON, or its bit stays" : i32 -> i32
  return
}
