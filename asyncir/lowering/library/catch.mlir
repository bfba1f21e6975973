// Catching cancellations: a program with task.cancel in which suspensions catch (`task.catches`; dialects/task_cancel.py).
//
// A task that catches goes on, and may wait again. Three things differ from a program in which cancelled tasks end:
//
// 1. No list may go on naming the task's wait. So a wait that catches registers by a node (abi.SelectNode), armed for its generation
//    as a select's: a waker that meets it later fails to claim. A task that has caught takes its node out of the list that it waited in
//    (rt.leave_channel, leave_event, leave_lock: a walk under the list's lock), so that it keeps no place there and its nodes are used again.
//    Waiters of tokens and groups leave together and in any order; there a node stays and is armed again in place. For the same reason events
//    have a list under a lock here (abi.Event). A sleeper's timer is disarmed before it goes on, as ever.
//
// 2. A request is used up: rt.catch clears CANCEL and sets CAUGHT.
//
// 3. What a parent hands on to its child is the child's to use up: when the child has ended, its parent is KILLED if CANCEL is still set
//    there, unless the child has CAUGHT. Handing on sets CANCEL and clears CAUGHT in every task from the one that is asked down to one
//    that waits for no child, in one step for all who ask whether a child has CAUGHT: under CANCEL_LOCK. It is held by cancellers, by a task
//    that parks on its child and has a request to hand on, and by the end of a child whose parent has CANCEL. It is a leaf but for the
//    exchanges of claim words: whoever holds it waits for nobody but a waker between CLAIMED and FIRED, which takes no lock there.
//    So, while the lock is held, a task in WAITING_FOR_CHILD with CANCEL stays there, and its WAITS_ON may be read.

// ------------------------------------------------------------------------------------------------------------------ locks

func.func private @rt.lock_word(%word: !rt.ptr) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  cf.br ^try
^try:
  %old, %mine = rt.cmpxchg acquire device %zero, %one, %word[0 : i64] pairs "unlock_word's release store" : i32
  cf.cond_br %mine, ^end, ^wait
^wait:
  rt.pause 100 : i64
  cf.br ^try
^end:
  return
}

func.func private @rt.unlock_word(%word: !rt.ptr) {
  %zero = arith.constant 0 : i32
  rt.atomic_store release device %zero, %word[0 : i64] pairs "lock_word's acquire exchange" : i32
  return
}

// The word of CANCEL_LOCK.
func.func private @rt.cancel_lock(%c: !rt.ptr) -> !rt.ptr {
  %offset = arith.constant ${Control.CANCEL_LOCK} : i64
  %word = rt.ptr_add %c, %offset
  return %word : !rt.ptr
}

// The lock of an event.
func.func private @rt.event_lock(%event: !rt.ptr) -> !rt.ptr {
  %offset = arith.constant ${Event.LOCK} : i64
  %word = rt.ptr_add %event, %offset
  return %word : !rt.ptr
}

// --------------------------------------------------------------------------------------------------------------- requests

// rt.cancel in a program that catches.
func.func private @rt.cancel_in_turn(%c: !rt.ptr, %handle: i32) attributes {rt.no_inline} {
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %killed = func.call @rt.ask_to_end(%c, %handle) : (!rt.ptr, i32) -> i32
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  func.call @rt.wake_killed(%c, %killed) : (!rt.ptr, i32) -> ()
  return
}

// Hands a request down, under CANCEL_LOCK. The task that waited where it arrived, which is the caller's to wake; 0: none.
func.func private @rt.ask_to_end(%c: !rt.ptr, %handle: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %names = arith.constant ${HANDLE_MASK} : i32
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %caught = arith.constant ${Claim.CAUGHT} : i32
  %waiting = arith.constant ${Status.WAITING} : i32
  %killed = arith.constant ${Status.KILLED} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %claim = arith.xori %waiting, %killed : i32
  cf.br ^ask(%handle : i32)
^ask(%task_or_value: i32):
  %task = arith.andi %task_or_value, %names : i32
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %frame[${Header.MACHINE} : i64] : i32
  %is_task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %is_task, ^try, ^end(%zero : i32)
^try:
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "the exchange below, which fails if the word has changed" : i32
  %status = arith.andi %word, %mask : i32
  %waits = arith.cmpi eq, %status, %waiting : i32
  %flip = arith.select %waits, %claim, %zero : i32
  %changed = arith.xori %word, %flip : i32
  %with = arith.ori %changed, %cancel : i32
  %used = arith.andi %with, %caught : i32
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
  cf.br ^ask(%child : i32)
^end(%result: i32):
  return %result : i32
}

// Makes a task ready that was claimed as KILLED; 0: none. A sleeper's timer is taken back before.
func.func private @rt.wake_killed(%c: !rt.ptr, %task: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %none = arith.cmpi eq, %task, %zero : i32
  cf.cond_br %none, ^end, ^look
^look:
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %source = rt.load %frame[${Header.WAITS_ON} : i64] : i32
  %timer = arith.cmpi eq, %source, %zero : i32
  cf.cond_br %timer, ^disarm, ^ready
^disarm:
  func.call @rt.disarm(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^ready
^ready:
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// rt.claim_parent in a program that catches: a parent whose request its child has caught goes on, and has caught it too.
func.func private @rt.claim_parent_of_catcher(%c: !rt.ptr, %frame: !rt.ptr, %word: i32) -> i1 attributes {rt.no_inline} {
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
  %old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame is whole; ask_to_end's: it is seen, or finds the task ready" : i32
  return %mine : i1
^asked:
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %handle = rt.load %frame[${Header.WAITS_ON} : i64] : i32
  %child = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %ended = rt.atomic_load relaxed device %child[${Header.STATUS} : i64] pairs "catch's exclusive or, before the child's end; ask_to_end's exchange, under the lock" : i32
  %used = arith.andi %ended, %caught : i32
  %is_used = arith.cmpi ne, %used, %zero : i32
  %both = arith.ori %cancel, %caught : i32
  %goes_on = arith.ori %to_ready, %both : i32
  %change = arith.select %is_used, %goes_on, %to_killed : i32
  %before = rt.atomic_rmw xor acq_rel device %change, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame is whole; others change nothing here: CANCEL is set, CAUGHT is not, and this is the only waker" : i32 -> i32
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return %true : i1
}

// rt.await_child in a program that catches: a task that has to wait parks, and hands on a request that it has. Results as there; never 2.
func.func private @rt.await_child_in_turn(%c: !rt.ptr, %self: i32, %child: i32, %doomed: i1) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %bit = arith.constant ${Claim.CANCEL} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  %waits = func.call @rt.wait(%c, %self, %child) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %waits, ^park, ^available
^available:
  func.call @rt.not_waiting(%c, %self) : (!rt.ptr, i32) -> ()
  return %one : i32
^park:
  %result = func.call @rt.finish_wait_as(%c, %self, %for_child, %zero) : (!rt.ptr, i32, i32, i32) -> i32
  %asked = arith.cmpi eq, %result, %two : i32
  cf.cond_br %asked, ^hand_on, ^settled
^settled:
  return %result : i32
^hand_on:
  %lock = func.call @rt.cancel_lock(%c) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %parked = func.call @rt.finish_wait_as(%c, %self, %for_child, %bit) : (!rt.ptr, i32, i32, i32) -> i32
  %fired = arith.cmpi eq, %parked, %one : i32
  cf.cond_br %fired, ^went_on, ^ask
^went_on:
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return %one : i32
^ask:
  %killed = func.call @rt.ask_to_end(%c, %child) : (!rt.ptr, i32) -> i32
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  func.call @rt.wake_killed(%c, %killed) : (!rt.ptr, i32) -> ()
  return %zero : i32
}

// The task has caught a request, wherever it came to it: it runs.
func.func private @rt.catch(%c: !rt.ptr, %self: i32) attributes {rt.no_inline} {
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %caught = arith.constant ${Claim.CAUGHT} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "this task's own changes, or its canceller's claim: CANCEL is set, so nobody else makes any" : i32
  %status = arith.andi %word, %mask : i32
  %flip = arith.xori %status, %running : i32
  %both = arith.ori %cancel, %caught : i32
  %change = arith.ori %flip, %both : i32
  %old = rt.atomic_rmw xor acq_rel device %change, %frame[${Header.STATUS} : i64] pairs "ask_to_end's exchange: from here on it sets CANCEL anew" : i32 -> i32
  return
}

// ----------------------------------------------------------------------------------------------------------------- waiting

// A node that is in no list, armed for this wait, of which `source` is the only case. 0: exhausted.
func.func private @rt.catch_node(%c: !rt.ptr, %self: i32, %source: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %names = arith.constant ${HANDLE_MASK} : i32
  %linked = arith.andi %source, %names : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %head = rt.load %extension[${Extension.NODES} : i64] : i32
  cf.br ^look(%head : i32)
^look(%node: i32):
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^new, ^compare
^compare:
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %where = rt.atomic_load acquire device %object[${SelectNode.SOURCE} : i64] pairs "claim_entry's release store: who took the node out is done with it" : i32
  %next = rt.load %object[${SelectNode.FOLLOWING} : i64] : i32
  %free = arith.cmpi eq, %where, %zero : i32
  cf.cond_br %free, ^arm(%node : i32), ^look(%next : i32)
^new:
  %made = func.call @rt.new_select_node(%c, %self, %site, %instance) : (!rt.ptr, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %made, %zero : i32
  cf.cond_br %exhausted, ^end(%zero : i32), ^link
^link:
  %made_object = func.call @rt.object(%c, %made) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %head, %made_object[${SelectNode.FOLLOWING} : i64] : i32
  rt.store %made, %extension[${Extension.NODES} : i64] : i32
  cf.br ^arm(%made : i32)
^arm(%mine: i32):
  %armed = func.call @rt.object(%c, %mine) : (!rt.ptr, i32) -> !rt.ptr
  %stamp = func.call @rt.select_stamp(%c, %self, %zero) : (!rt.ptr, i32, i32) -> i64
  rt.atomic_store relaxed device %stamp, %armed[${SelectNode.STAMP} : i64] pairs "claim_entry's acquire load, by way of the list's lock" : i64
  rt.atomic_store relaxed device %linked, %armed[${SelectNode.SOURCE} : i64] pairs "catch_node's load, by this task; the list's lock orders it before claim_entry's store" : i32
  cf.br ^end(%mine : i32)
^end(%result: i32):
  return %result : i32
}

// The node was not put into a list after all.
func.func private @rt.spare_node(%c: !rt.ptr, %node: i32) {
  %zero = arith.constant 0 : i32
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  rt.atomic_store relaxed device %zero, %object[${SelectNode.SOURCE} : i64] pairs "catch_node's load, by this task" : i32
  return
}

// The ways to register by a node, between begin_wait and finish_wait. 0: registered. 1: what the task needs is there, it is in no list.
// 2: closed. -1: the arena is exhausted.

func.func private @rt.send_caught(%c: !rt.ptr, %channel: i32, %item: i64, %self: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %minus = arith.constant -1 : i32
  %node = func.call @rt.catch_node(%c, %self, %channel, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %exhausted, ^none, ^send
^send:
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %item, %frame[${Header.ITEM} : i64] : i64
  %status = func.call @rt.send(%c, %channel, %item, %node) : (!rt.ptr, i32, i64, i32) -> i32
  %waits = arith.cmpi eq, %status, %zero : i32
  cf.cond_br %waits, ^end, ^spare
^spare:
  func.call @rt.spare_node(%c, %node) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return %status : i32
^none:
  return %minus : i32
}

func.func private @rt.recv_caught(%c: !rt.ptr, %channel: i32, %self: i32, %site: i32, %instance: i32) -> (i32, i64) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %minus = arith.constant -1 : i32
  %node = func.call @rt.catch_node(%c, %self, %channel, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %exhausted, ^none, ^recv
^recv:
  %status, %item = func.call @rt.recv(%c, %channel, %node) : (!rt.ptr, i32, i32) -> (i32, i64)
  %waits = arith.cmpi eq, %status, %zero : i32
  cf.cond_br %waits, ^end, ^spare
^spare:
  func.call @rt.spare_node(%c, %node) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return %status, %item : i32, i64
^none:
  return %minus, %zero64 : i32, i64
}

func.func private @rt.wait_caught(%c: !rt.ptr, %event: i32, %self: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %minus = arith.constant -1 : i32
  %node = func.call @rt.catch_node(%c, %self, %event, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %exhausted, ^end(%minus : i32), ^wait
^wait:
  %waits = func.call @rt.wait_for_event(%c, %node, %event) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %waits, ^end(%zero : i32), ^spare
^spare:
  func.call @rt.spare_node(%c, %node) : (!rt.ptr, i32) -> ()
  cf.br ^end(%one : i32)
^end(%status: i32):
  return %status : i32
}

func.func private @rt.acquire_caught(%c: !rt.ptr, %lock: i32, %self: i32, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %minus = arith.constant -1 : i32
  %node = func.call @rt.catch_node(%c, %self, %lock, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %exhausted, ^end(%minus : i32), ^wait
^wait:
  %waits = func.call @rt.wait_for_lock(%c, %node, %lock) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %waits, ^end(%zero : i32), ^spare
^spare:
  func.call @rt.spare_node(%c, %node) : (!rt.ptr, i32) -> ()
  cf.br ^end(%one : i32)
^end(%status: i32):
  return %status : i32
}

// Waits for a token, value or group; between begin_wait and here nothing; `doomed` is what that said. 0: it waits, touch nothing of it. 1: it
// goes on, what it waits for is available. 2: it was cancelled. -1: the arena is exhausted.
func.func private @rt.await_caught(%c: !rt.ptr, %source: i32, %self: i32, %doomed: i1, %site: i32, %instance: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %two = arith.constant 2 : i32
  %ours = func.call @rt.is_child(%c, %self, %source) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %ours, ^child, ^stranger
^child:
  %outcome = func.call @rt.await_child(%c, %self, %source, %doomed) : (!rt.ptr, i32, i32, i1) -> i32
  return %outcome : i32
^stranger:
  cf.cond_br %doomed, ^end(%two : i32), ^register
^register:
  %registered = func.call @rt.select_token(%c, %self, %source, %zero, %site, %instance) : (!rt.ptr, i32, i32, i32, i32, i32) -> i32
  %exhausted = arith.cmpi slt, %registered, %zero : i32
  cf.cond_br %exhausted, ^end(%registered : i32), ^finish
^finish:
  %result = func.call @rt.finish_wait(%c, %self) : (!rt.ptr, i32) -> i32
  cf.br ^end(%result : i32)
^end(%status: i32):
  return %status : i32
}

// ----------------------------------------------------------------------------------------------------------------- leaving

// The node by which the task waits, or has waited last, for a source; 0: it is in no list.
func.func private @rt.armed_node(%c: !rt.ptr, %self: i32, %source: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %head = rt.load %extension[${Extension.NODES} : i64] : i32
  %wanted = func.call @rt.select_stamp(%c, %self, %zero) : (!rt.ptr, i32, i32) -> i64
  cf.br ^look(%head : i32)
^look(%node: i32):
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^end, ^compare
^compare:
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %linked = rt.atomic_load acquire device %object[${SelectNode.SOURCE} : i64] pairs "claim_entry's release store: who took the node out is done with it" : i32
  %stamp = rt.atomic_load relaxed device %object[${SelectNode.STAMP} : i64] pairs "this task's own stores" : i64
  %next = rt.load %object[${SelectNode.FOLLOWING} : i64] : i32
  %there = arith.cmpi eq, %linked, %source : i32
  %now = arith.cmpi eq, %stamp, %wanted : i64
  %found = arith.andi %there, %now : i1
  cf.cond_br %found, ^end, ^look(%next : i32)
^end:
  return %node : i32
}

// Takes a node out of the list whose head and tail words stand at `list`, if it is there. Under the list's lock.
func.func private @rt.unlink(%c: !rt.ptr, %list: !rt.ptr, %node: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %head = rt.load %list[0 : i64] : i32
  cf.br ^look(%zero, %head : i32, i32)
^look(%before: i32, %entry: i32):
  %none = arith.cmpi eq, %entry, %zero : i32
  cf.cond_br %none, ^end, ^compare
^compare:
  %object = func.call @rt.object(%c, %entry) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %object[${Header.NEXT} : i64] : i32
  %same = arith.cmpi eq, %entry, %node : i32
  cf.cond_br %same, ^remove, ^look(%entry, %next : i32, i32)
^remove:
  rt.atomic_store relaxed device %zero, %object[${SelectNode.SOURCE} : i64] pairs "catch_node's load, by this task" : i32
  %first = arith.cmpi eq, %before, %zero : i32
  cf.cond_br %first, ^at_head, ^inside
^at_head:
  rt.store %next, %list[0 : i64] : i32
  cf.br ^removed
^inside:
  %previous = func.call @rt.object(%c, %before) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %next, %previous[${Header.NEXT} : i64] : i32
  cf.br ^removed
^removed:
  %last = arith.cmpi eq, %next, %zero : i32
  cf.cond_br %last, ^at_tail, ^end
^at_tail:
  rt.store %before, %list[4 : i64] : i32
  cf.br ^end
^end:
  return
}

// The task has caught a cancellation: it waits for this channel no more.
func.func private @rt.leave_channel(%c: !rt.ptr, %self: i32, %channel: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %recv_offset = arith.constant ${Channel.RECV_HEAD} : i64
  %send_offset = arith.constant ${Channel.SEND_HEAD} : i64
  %node = func.call @rt.armed_node(%c, %self, %channel) : (!rt.ptr, i32, i32) -> i32
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^end, ^have
^have:
  %object = func.call @rt.object(%c, %channel) : (!rt.ptr, i32) -> !rt.ptr
  %receivers = rt.ptr_add %object, %recv_offset
  %senders = rt.ptr_add %object, %send_offset
  cf.br ^try
^try:
  %locked = func.call @rt.try_lock(%object) : (!rt.ptr) -> i1
  cf.cond_br %locked, ^leave, ^try
^leave:
  func.call @rt.unlink(%c, %receivers, %node) : (!rt.ptr, !rt.ptr, i32) -> ()
  func.call @rt.unlink(%c, %senders, %node) : (!rt.ptr, !rt.ptr, i32) -> ()
  func.call @rt.unlock(%object) : (!rt.ptr) -> ()
  cf.br ^end
^end:
  return
}

// … for this lock no more. It works on the list as who releases does (locks.mlir), and hands nothing over.
func.func private @rt.leave_lock(%c: !rt.ptr, %self: i32, %lock: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %free = arith.constant 0 : i64
  %busy = arith.constant ${Lock.BUSY} : i64
  %releasing = arith.constant ${Lock.RELEASING} : i64
  %held_queued = arith.constant ${Lock.HELD_QUEUED} : i64
  %head_offset = arith.constant ${Lock.HEAD} : i64
  %object = func.call @rt.object(%c, %lock) : (!rt.ptr, i32) -> !rt.ptr
  %node = func.call @rt.armed_node(%c, %self, %lock) : (!rt.ptr, i32, i32) -> i32
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^end, ^try
^try:
  %word = rt.atomic_load relaxed device %object[${Header.WAITERS} : i64] pairs "the exchange below, which fails if the word has changed" : i64
  %is_free = arith.cmpi eq, %word, %free : i64
  cf.cond_br %is_free, ^end, ^look
^look:
  %masked = arith.andi %word, %releasing : i64
  %other = arith.cmpi ne, %masked, %free : i64
  cf.cond_br %other, ^pause, ^begin
^pause:
  rt.pause 100 : i64
  cf.br ^try
^begin:
  %found, %begun = rt.cmpxchg acq_rel device %word, %busy, %object[${Header.WAITERS} : i64] pairs "wait_for_lock's release exchange, and the last releaser's release of HEAD and TAIL" : i64
  cf.cond_br %begun, ^leave, ^try
^leave:
  %newest = arith.trunci %word : i64 to i32
  func.call @rt.queue_newcomers(%c, %object, %newest) : (!rt.ptr, !rt.ptr, i32) -> ()
  %list = rt.ptr_add %object, %head_offset
  func.call @rt.unlink(%c, %list, %node) : (!rt.ptr, !rt.ptr, i32) -> ()
  %rest = rt.load %object[${Lock.HEAD} : i64] : i32
  %more = arith.cmpi ne, %rest, %zero : i32
  %change_queued = arith.xori %busy, %held_queued : i64
  %change = arith.select %more, %change_queued, %releasing : i64
  %before = rt.atomic_rmw xor release device %change, %object[${Header.WAITERS} : i64] pairs "the next releaser's acquire exchange: HEAD and TAIL are its own" : i64 -> i64
  cf.br ^end
^end:
  return
}

// … for this event no more. A setter that has taken the list already will find the node stale.
func.func private @rt.leave_event(%c: !rt.ptr, %self: i32, %event: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %head_offset = arith.constant ${Event.HEAD} : i64
  %node = func.call @rt.armed_node(%c, %self, %event) : (!rt.ptr, i32, i32) -> i32
  %none = arith.cmpi eq, %node, %zero : i32
  cf.cond_br %none, ^end, ^leave
^leave:
  %object = func.call @rt.object(%c, %event) : (!rt.ptr, i32) -> !rt.ptr
  %lock = func.call @rt.event_lock(%object) : (!rt.ptr) -> !rt.ptr
  %list = rt.ptr_add %object, %head_offset
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  func.call @rt.unlink(%c, %list, %node) : (!rt.ptr, !rt.ptr, i32) -> ()
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  cf.br ^end
^end:
  return
}

// ------------------------------------------------------------------------------------------------- events with a list

// Adds `waiter` to those that the event wakes when it is set. False: it is set, and nothing was added.
func.func private @rt.wait_for_event(%c: !rt.ptr, %waiter: i32, %event: i32) -> i1 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i64
  %bit = arith.constant ${DONE_BIT} : i64
  %head_offset = arith.constant ${Event.HEAD} : i64
  %object = func.call @rt.object(%c, %event) : (!rt.ptr, i32) -> !rt.ptr
  %lock = func.call @rt.event_lock(%object) : (!rt.ptr) -> !rt.ptr
  %list = rt.ptr_add %object, %head_offset
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %word = rt.atomic_load acquire device %object[${Header.WAITERS} : i64] pairs "set_event_list's release store: what the setter did is seen" : i64
  %masked = arith.andi %word, %bit : i64
  %unset = arith.cmpi eq, %masked, %zero : i64
  cf.cond_br %unset, ^add, ^end
^add:
  func.call @rt.enqueue(%c, %list, %waiter) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^end
^end:
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return %unset : i1
}

// rt.set_event in a program that catches: takes the list under the lock, and wakes without it.
func.func private @rt.set_event_list(%c: !rt.ptr, %event: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %bit = arith.constant ${DONE_BIT} : i64
  %object = func.call @rt.object(%c, %event) : (!rt.ptr, i32) -> !rt.ptr
  %lock = func.call @rt.event_lock(%object) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  %head = rt.load %object[${Event.HEAD} : i64] : i32
  rt.store %zero, %object[${Event.HEAD} : i64] : i32
  rt.store %zero, %object[${Event.TAIL} : i64] : i32
  rt.atomic_store release device %bit, %object[${Header.WAITERS} : i64] pairs "is_done's and wait_for_event's acquire loads: what the setter did is seen" : i64
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  cf.br ^tell(%head : i32)
^tell(%first: i32):
  %some = arith.cmpi ne, %first, %zero : i32
  cf.cond_br %some, ^one, ^end
^one:
  %entry = func.call @rt.object(%c, %first) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %entry[${Header.NEXT} : i64] : i32
  %task = func.call @rt.claim_waiter(%c, %first) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %task, %zero : i32
  cf.cond_br %stale, ^tell(%next : i32), ^wake
^wake:
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^tell(%next : i32)
^end:
  return
}

// rt.clear_event in a program that catches.
func.func private @rt.clear_event_list(%c: !rt.ptr, %event: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i64
  %object = func.call @rt.object(%c, %event) : (!rt.ptr, i32) -> !rt.ptr
  %lock = func.call @rt.event_lock(%object) : (!rt.ptr) -> !rt.ptr
  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()
  rt.atomic_store release device %zero, %object[${Header.WAITERS} : i64] pairs "is_done's and wait_for_event's acquire loads" : i64
  func.call @rt.unlock_word(%lock) : (!rt.ptr) -> ()
  return
}
