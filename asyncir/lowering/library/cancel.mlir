// Cancellation: asks a task to end at the suspension where it waits, or at the next where it has to wait (`task.cancel`).
//
// CANCEL in the task's claim word (claims.mlir) is set once; who sets it does what there is to do. (A program that catches cancellations
// has other functions for this, which may find it set and cleared again: catch.mlir.)
//
//     WAITING             claims the task (KILLED), takes it out of the timers and makes it ready: it ends when it runs. In other lists its
//                         frame stays as a stale entry: who meets it fails to claim it and goes on to the next.
//     WAITING_FOR_CHILD   asks the child in the same way, and so on down; the child's end claims the task (KILLED, because of CANCEL)
//     REGISTERING         finish_wait sees the bit and ends the task; one that registers with its child: rt.await_child asks the child
//     RUNNING, READY, …   nothing: begin_wait and yield_task see the bit when the task has to wait
//
// A waker that claims first wins: the task keeps what it was woken with, and ends at the next suspension where it has to wait.

func.func private @rt.cancel(%c: !rt.ptr, %handle: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %cancel = arith.constant ${Claim.CANCEL} : i32
  %waiting = arith.constant ${Status.WAITING} : i32
  %killed = arith.constant ${Status.KILLED} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  cf.br ^ask(%handle : i32)
^ask(%task_or_value: i32):
  %names = arith.constant ${HANDLE_MASK} : i32
  %task = arith.andi %task_or_value, %names : i32
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %frame[${Header.MACHINE} : i64] : i32
  %is_task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %is_task, ^mark, ^end
^mark:
  %word = rt.atomic_rmw or acq_rel device %cancel, %frame[${Header.STATUS} : i64] pairs "finish_wait's exchange: the frame of a task that waits is seen; begin_wait's and yield_task's load: the bit is" : i32 -> i32
  %before = arith.andi %word, %cancel : i32
  %first = arith.cmpi eq, %before, %zero : i32
  cf.cond_br %first, ^look, ^end
^look:
  %status = arith.andi %word, %mask : i32
  %in_child = arith.cmpi eq, %status, %for_child : i32
  cf.cond_br %in_child, ^child, ^try
^child:
  %child = rt.load %frame[${Header.WAITS_ON} : i64] : i32
  cf.br ^ask(%child : i32)
^try:
  %now = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "the exchange below, which fails if the word has changed" : i32
  %current = arith.andi %now, %mask : i32
  %waits = arith.cmpi eq, %current, %waiting : i32
  cf.cond_br %waits, ^claim, ^end
^claim:
  %flip = arith.xori %waiting, %killed : i32
  %new = arith.xori %now, %flip : i32
  %old, %mine = rt.cmpxchg acq_rel device %now, %new, %frame[${Header.STATUS} : i64] pairs "claim_task's exchange: one gets the task" : i32
  cf.cond_br %mine, ^wake, ^try
^wake:
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

// A task that its starter may wait for as its child.
func.func private @rt.adopt(%c: !rt.ptr, %child: i32, %parent: i32) {
  %frame = func.call @rt.object(%c, %child) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  rt.store %parent, %extension[${Extension.PARENT} : i64] : i32
  return
}

// In a program without cancel.
func.func private @rt.adopt_nothing(%c: !rt.ptr, %child: i32, %parent: i32) {
  return
}

// Whether a token or value is that of a task that `self` started.
func.func private @rt.is_child(%c: !rt.ptr, %self: i32, %handle: i32) -> i1 {
  %zero = arith.constant 0 : i32
  %false = arith.constant false
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %frame[${Header.MACHINE} : i64] : i32
  %is_task = arith.cmpi sgt, %machine, %zero : i32
  cf.cond_br %is_task, ^task, ^end(%false : i1)
^task:
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %parent = rt.load %extension[${Extension.PARENT} : i64] : i32
  %ours = arith.cmpi eq, %parent, %self : i32
  cf.br ^end(%ours : i1)
^end(%result: i1):
  return %result : i1
}

// Waits for a token, value or group in a program with cancel. Between begin_wait and here nothing; `doomed` is what that said.
// 0: it waits, touch nothing of it. 1: it goes on, what it waits for is available. 2: it was cancelled, and ends.
func.func private @rt.await_source(%c: !rt.ptr, %self: i32, %source: i32, %doomed: i1) -> i32 attributes {rt.no_inline} {
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %ours = func.call @rt.is_child(%c, %self, %source) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %ours, ^child, ^stranger
^stranger:
  cf.cond_br %doomed, ^ends, ^register
^register:
  %waits = func.call @rt.wait(%c, %self, %source) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %waits, ^finish, ^available
^finish:
  %result = func.call @rt.finish_wait(%c, %self) : (!rt.ptr, i32) -> i32
  return %result : i32
^available:
  func.call @rt.not_waiting(%c, %self) : (!rt.ptr, i32) -> ()
  return %one : i32
^child:
  %outcome = func.call @rt.await_child(%c, %self, %source, %doomed) : (!rt.ptr, i32, i32, i1) -> i32
  return %outcome : i32
^ends:
  return %two : i32
}

// The same for a child: a cancelled task asks it to end and waits for that.
func.func private @rt.await_child(%c: !rt.ptr, %self: i32, %child: i32, %doomed: i1) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %bit = arith.constant ${Claim.CANCEL} : i32
  %for_child = arith.constant ${Status.WAITING_FOR_CHILD} : i32
  cf.cond_br %doomed, ^ask_first, ^register
^ask_first:
  func.call @rt.cancel(%c, %child) : (!rt.ptr, i32) -> ()
  cf.br ^register
^register:
  %waits = func.call @rt.wait(%c, %self, %child) : (!rt.ptr, i32, i32) -> i1
  %known = arith.select %doomed, %bit, %zero : i32
  cf.cond_br %waits, ^park(%known : i32), ^available
^available:
  func.call @rt.not_waiting(%c, %self) : (!rt.ptr, i32) -> ()
  cf.br ^went_on(%known : i32)
^park(%seen: i32):
  %result = func.call @rt.finish_wait_as(%c, %self, %for_child, %seen) : (!rt.ptr, i32, i32, i32) -> i32
  %asked = arith.cmpi eq, %result, %two : i32
  cf.cond_br %asked, ^ask, ^parked
^ask:
  func.call @rt.cancel(%c, %child) : (!rt.ptr, i32) -> ()
  cf.br ^park(%bit : i32)
^parked:
  %fired = arith.cmpi eq, %result, %one : i32
  cf.cond_br %fired, ^went_on(%seen : i32), ^waits
^waits:
  return %result : i32
^went_on(%had_asked: i32):
  %ends = arith.cmpi ne, %had_asked, %zero : i32
  %outcome = arith.select %ends, %two, %one : i32
  return %outcome : i32
}

// Ends a task with an error that it names itself. That of a cancellation counts as observed.
func.func private @rt.fail_again(%c: !rt.ptr, %self: i32, %kind: i32, %code: i32, %site: i32) attributes {rt.no_inline} {
  %cancelled = arith.constant ${ErrorKind.CANCELLED} : i32
  %observed = arith.constant ${FrameFlags.OBSERVED} : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %known = arith.cmpi eq, %kind, %cancelled : i32
  cf.cond_br %known, ^mark, ^fail
^mark:
  %old = rt.atomic_rmw or relaxed device %observed, %frame[${Header.FLAGS} : i64] pairs "nothing: read by the host after the launch" : i32 -> i32
  cf.br ^fail
^fail:
  func.call @rt.fail(%c, %self, %kind, %code, %site) : (!rt.ptr, i32, i32, i32, i32) -> ()
  return
}

// Ends a task that was cancelled: at the place where it waited or would have to wait. What its selects armed is taken back.
func.func private @rt.end_cancelled(%c: !rt.ptr, %self: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %kind = arith.constant ${ErrorKind.CANCELLED} : i32
  %observed = arith.constant ${FrameFlags.OBSERVED} : i32
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %extension = func.call @rt.extension(%frame) : (!rt.ptr) -> !rt.ptr
  %timer = rt.load %extension[${Extension.TIMER} : i64] : i32
  %none = arith.cmpi eq, %timer, %zero : i32
  cf.cond_br %none, ^end, ^disarm
^disarm:
  func.call @rt.disarm(%c, %timer) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  %mask = arith.constant ${Claim.STATUS_MASK} : i32
  %running = arith.constant ${Status.RUNNING} : i32
  %word = rt.atomic_load relaxed device %frame[${Header.STATUS} : i64] pairs "this task's own changes: CANCEL is set, so nobody else makes any" : i32
  %status = arith.andi %word, %mask : i32
  %others = arith.xori %word, %status : i32
  %now = arith.ori %others, %running : i32
  rt.atomic_store relaxed device %now, %frame[${Header.STATUS} : i64] pairs "claim_task's and cancel's: they find no status that waits" : i32
  %site = rt.load %frame[${Header.WHERE} : i64] : i32
  %old = rt.atomic_rmw or relaxed device %observed, %frame[${Header.FLAGS} : i64] pairs "nothing: read by the host after the launch" : i32 -> i32
  func.call @rt.fail(%c, %self, %kind, %zero, %site) : (!rt.ptr, i32, i32, i32, i32) -> ()
  return
}
