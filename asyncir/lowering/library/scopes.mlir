// Cancel scopes (dialects/task_scopes.py): requests to end that may be taken back, because they are counted.
//
// A program with scopes is one that catches (catch.mlir), in which functions that hand requests on or use them up also count, in words in front
// of each frame's extension (abi.Requests). All of that, and the scopes themselves (abi.CancelScope), belongs to who holds CANCEL_LOCK:
//
//     a request arrives at a task        ASKED + 1, PENDING + 1                 ask_and_count
//     the task meets what is pending     PENDING = 0, DELIVERIES + 1            catch_and_count; claim_parent_and_count, if its child has caught it
//     it leaves a scope that asked       ASKED - 1; if DELIVERIES is as it was then, PENDING - 1, and with the last CANCEL is cleared
//
// So CANCEL is cleared only where the task itself leaves: it runs, and no other request is pending.
//
// Lifetime. A scope is never freed. It names its task's frame only while it is OPEN: cancelling and leaving are under one lock, so behind
// leave_scope nobody comes to the frame by it. The frame of a task that has ended with scopes open is kept (free_unscoped).
//
// CAUGHT. It tells a parent whether its child has used up the last request that the parent handed on, so a request by a scope must not clear
// it in the scope's own task, whose parent has asked nothing: there, and only there, CANCEL and CAUGHT may stand together. If the task
// catches the request CAUGHT is set, as it was or for nobody.

// rt.new_extended_object in a program with scopes.
func.func private @rt.new_scoped_object(%c: !rt.ptr, %bytes: i64, %machine: i32, %flags: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %extension_size = arith.constant ${Extension.BYTES} : i64
  %requests_size = arith.constant ${Requests.BYTES} : i64
  %size = arith.addi %extension_size, %requests_size : i64
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
  rt.store %zero, %extension[${Requests.ASKED} : i64] : i32
  rt.store %zero, %extension[${Requests.PENDING} : i64] : i32
  rt.store %zero, %extension[${Requests.DELIVERIES} : i64] : i32
  rt.store %zero, %extension[${Requests.OPEN} : i64] : i32
  cf.br ^end
^end:
  return %handle : i32
}

// rt.free_unnamed in a program with scopes: keeps a frame that an open scope names.
func.func private @rt.free_unscoped(%c: !rt.ptr, %handle: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %frame[${Header.MACHINE} : i64] : i32
  %task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %task, ^task, ^free
^task:
  %requests = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %open = rt.load %requests[${Requests.OPEN} : i64] : i32
  %closed = arith.cmpi eq, %open, %zero : i32
  cf.cond_br %closed, ^free, ^end
^free:
  func.call @rt.release_unscoped(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// ------------------------------------------------------------------------------------------------------- counting requests

// The task has met all requests that it was given. Under CANCEL_LOCK.
func.func private @rt.delivered(%frame: !rt.ptr) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %requests = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %before = rt.load %requests[${Requests.DELIVERIES} : i64] : i32
  %now = arith.addi %before, %one : i32
  rt.store %now, %requests[${Requests.DELIVERIES} : i64] : i32
  rt.store %zero, %requests[${Requests.PENDING} : i64] : i32
  return
}

// rt.ask_to_end in a program with scopes.
func.func private @rt.ask_and_count(%c: !rt.ptr, %handle: i32) -> i32 {
  %caught = arith.constant ${Claim.CAUGHT} : i32
  %killed = func.call @rt.ask_each(%c, %handle, %caught) : (!rt.ptr, i32, i32) -> i32
  return %killed : i32
}

// The same; `forgets` are the bits that are cleared in the first task: CAUGHT, or 0 if it is a scope of that task that asks.
func.func private @rt.ask_each(%c: !rt.ptr, %handle: i32, %forgets: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %names = arith.constant ${HANDLE_MASK} : i32
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %caught = arith.constant ${Claim.CAUGHT} : i32
  %waiting = arith.constant ${Status.WAITING} : i32
  %killed = arith.constant ${Status.KILLED} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %claim = arith.xori %waiting, %killed : i32
  cf.br ^ask(%handle, %forgets : i32, i32)
^ask(%task_or_value: i32, %cleared: i32):
  %task = arith.andi %task_or_value, %names : i32
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %frame[${Header.MACHINE} : i64] : i32
  %is_task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %is_task, ^count, ^end(%zero : i32)
^count:
  %requests = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %asked_before = rt.load %requests[${Requests.ASKED} : i64] : i32
  %asked_now = arith.addi %asked_before, %one : i32
  rt.store %asked_now, %requests[${Requests.ASKED} : i64] : i32
  %pending_before = rt.load %requests[${Requests.PENDING} : i64] : i32
  %pending_now = arith.addi %pending_before, %one : i32
  rt.store %pending_now, %requests[${Requests.PENDING} : i64] : i32
  cf.br ^try
^try:
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "the exchange below, which fails if the word has changed" : i32
  %status = arith.andi %word, %mask : i32
  %waits = arith.cmpi eq, %status, %waiting : i32
  %flip = arith.select %waits, %claim, %zero : i32
  %changed = arith.xori %word, %flip : i32
  %with = arith.ori %changed, %cancel : i32
  %used = arith.andi %with, %cleared : i32
  %new = arith.xori %with, %used : i32
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame of a task that waits is seen; begin_wait's and yield_task's load: the bit is; claim_task's: one gets the task" : i32
  cf.cond_br %mine, ^asked, ^try
^asked:
  cf.cond_br %waits, ^end(%task : i32), ^look
^look:
  %in_child = arith.cmpi eq, %status, %for_child : i32
  cf.cond_br %in_child, ^child, ^end(%zero : i32)
^child:
  %child = rt.load %frame[${Header.WAITS_ON} : i64] : i32
  cf.br ^ask(%child, %caught : i32, i32)
^end(%result: i32):
  return %result : i32
}

// rt.claim_parent in a program with scopes.
func.func private @rt.claim_parent_and_count(%c: !rt.ptr, %frame: !rt.ptr, %word: i32) -> i1 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %true = arith.constant true
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %caught = arith.constant ${Claim.CAUGHT} : i32
  %ready = arith.constant ${Status.READY} : i32
  %killed = arith.constant ${Status.KILLED} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %to_ready = arith.xori %for_child, %ready : i32
  %to_killed = arith.xori %for_child, %killed : i32
  %bit = arith.andi %word, %cancel : i32
  %cancelled = arith.cmpi ne, %bit, %zero : i32
  cf.cond_br %cancelled, ^asked, ^unasked
^unasked:
  %new = arith.xori %word, %to_ready : i32
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame is whole; ask_each's: it is seen, or finds the task ready" : i32
  return %mine : i1
^asked:
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %handle = rt.load %frame[${Header.WAITS_ON} : i64] : i32
  %child = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %ended = rt.atomic_load relaxed device %child[${Header.STATUS} : i64] pairs "catch_and_count's exclusive or, before the child's end; ask_each's exchange, under the lock" : i32
  %used = arith.andi %ended, %caught : i32
  %is_used = arith.cmpi ne, %used, %zero : i32
  cf.cond_br %is_used, ^goes_on, ^change(%to_killed : i32)
^goes_on:
  func.call @rt.delivered(%frame) : (!rt.ptr) -> ()
  %now = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "ask_each's exchange, under the lock: CANCEL is set, so nobody else changes the word" : i32
  %had = arith.andi %now, %caught : i32
  %sets = arith.xori %had, %caught : i32
  %bits = arith.ori %cancel, %sets : i32
  %both = arith.ori %to_ready, %bits : i32
  cf.br ^change(%both : i32)
^change(%flip: i32):
  %before = rt.atomic_rmw xor acq_rel device %flip, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame is whole; others change nothing here: CANCEL is set, and this is the only waker" : i32 -> i32
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return %true : i1
}

// rt.catch in a program with scopes: the task has met all that was pending.
func.func private @rt.catch_and_count(%c: !rt.ptr, %self: i32) attributes {rt.no_inline} {
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %caught = arith.constant ${Claim.CAUGHT} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  func.call @rt.delivered(%frame) : (!rt.ptr) -> ()
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "this task's own changes, or its canceller's claim, under the lock: CANCEL is set, so nobody else makes any" : i32
  %status = arith.andi %word, %mask : i32
  %flip = arith.xori %status, %running : i32
  %had = arith.andi %word, %caught : i32
  %sets = arith.xori %had, %caught : i32
  %bits = arith.ori %cancel, %sets : i32
  %change = arith.ori %flip, %bits : i32
  %old = rt.atomic_rmw xor acq_rel device %change, %frame[${Header.STATUS} : i64] pairs "ask_each's exchange: from here on it sets CANCEL anew" : i32 -> i32
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return
}

// ------------------------------------------------------------------------------------------------------------------ scopes

// A scope of the task `self`. 0: exhausted.
func.func private @rt.enter_scope(%c: !rt.ptr, %self: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %bytes = arith.constant ${HEADER_BYTES} : i64
  %machine = arith.constant ${ObjectKind.CANCEL_SCOPE} : i32
  %open_state = arith.constant ${CancelScope.OPEN} : i32
  %handle = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %exhausted, ^end, ^write
^write:
  %scope = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %requests = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %asked = rt.load %requests[${Requests.ASKED} : i64] : i32
  rt.store %asked, %scope[${CancelScope.ASKED} : i64] : i32
  rt.store %self, %scope[${CancelScope.OWNER} : i64] : i32
  rt.store %open_state, %scope[${CancelScope.STATE} : i64] : i32
  %open = rt.load %requests[${Requests.OPEN} : i64] : i32
  %more = arith.addi %open, %one : i32
  rt.store %more, %requests[${Requests.OPEN} : i64] : i32
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  cf.br ^end
^end:
  return %handle : i32
}

// Asks the scope's task to end, once, if it is in the scope still.
func.func private @rt.cancel_scope(%c: !rt.ptr, %handle: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %open_state = arith.constant ${CancelScope.OPEN} : i32
  %cancelled_state = arith.constant ${CancelScope.CANCELLED} : i32
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  %scope = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %state = rt.load %scope[${CancelScope.STATE} : i64] : i32
  %open = arith.cmpi eq, %state, %open_state : i32
  cf.cond_br %open, ^ask, ^end(%zero : i32)
^ask:
  rt.store %cancelled_state, %scope[${CancelScope.STATE} : i64] : i32
  %owner = rt.load %scope[${CancelScope.OWNER} : i64] : i32
  %frame = func.call @rt.object(%c, %owner) : (!rt.ptr, i32) -> !rt.ptr
  %requests = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %when = rt.load %requests[${Requests.DELIVERIES} : i64] : i32
  rt.store %when, %scope[${CancelScope.WHEN} : i64] : i32
  %asked = func.call @rt.ask_each(%c, %owner, %zero) : (!rt.ptr, i32, i32) -> i32
  cf.br ^end(%asked : i32)
^end(%killed: i32):
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  func.call @rt.wake_killed(%c, %killed) : (!rt.ptr, i32) -> ()
  return
}

// The task `self` leaves a scope. 0: nothing has come of it, nor will. 1: the task has met its request. 2: and others have asked as well.
// -1: it is another task's.
func.func private @rt.leave_scope(%c: !rt.ptr, %self: i32, %handle: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %minus = arith.constant -1 : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %cancelled_state = arith.constant ${CancelScope.CANCELLED} : i32
  %left_state = arith.constant ${CancelScope.LEFT} : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %requests = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %scope = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %owner = rt.load %scope[${CancelScope.OWNER} : i64] : i32
  %ours = arith.cmpi eq, %owner, %self : i32
  cf.cond_br %ours, ^look, ^end(%minus : i32)
^look:
  %state = rt.load %scope[${CancelScope.STATE} : i64] : i32
  %left = arith.cmpi eq, %state, %left_state : i32
  cf.cond_br %left, ^end(%zero : i32), ^leave
^leave:
  rt.store %left_state, %scope[${CancelScope.STATE} : i64] : i32
  %open = rt.load %requests[${Requests.OPEN} : i64] : i32
  %fewer = arith.subi %open, %one : i32
  rt.store %fewer, %requests[${Requests.OPEN} : i64] : i32
  %cancelled = arith.cmpi eq, %state, %cancelled_state : i32
  cf.cond_br %cancelled, ^uncount, ^end(%zero : i32)
^uncount:
  %asked = rt.load %requests[${Requests.ASKED} : i64] : i32
  %others = arith.subi %asked, %one : i32
  rt.store %others, %requests[${Requests.ASKED} : i64] : i32
  %when = rt.load %scope[${CancelScope.WHEN} : i64] : i32
  %now = rt.load %requests[${Requests.DELIVERIES} : i64] : i32
  %still = arith.cmpi eq, %when, %now : i32
  cf.cond_br %still, ^take_back, ^met
^take_back:
  %pending = rt.load %requests[${Requests.PENDING} : i64] : i32
  %rest = arith.subi %pending, %one : i32
  rt.store %rest, %requests[${Requests.PENDING} : i64] : i32
  %none = arith.cmpi eq, %rest, %zero : i32
  cf.cond_br %none, ^clear, ^end(%zero : i32)
^clear:
  %before = rt.atomic_rmw xor relaxed device %cancel, %frame[${Header.STATUS} : i64] pairs "ask_each's exchange, under the lock: CANCEL is set; the bits of others stay" : i32 -> i32
  cf.br ^end(%zero : i32)
^met:
  %known = rt.load %scope[${CancelScope.ASKED} : i64] : i32
  %alone = arith.cmpi sle, %others, %known : i32
  %result = arith.select %alone, %one, %two : i32
  cf.br ^end(%result : i32)
^end(%outcome: i32):
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return %outcome : i32
}
