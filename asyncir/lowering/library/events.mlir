// Events: a flag and those who wait for it, in one word.
//
// An event is an object whose WAITERS word says all there is to say:
//
//     0 | newest waiter ──set──►  DONE ──clear──►  0
//     (linked by NEXT)            (nobody waits)
//
// Who may change it: a waiter puts itself in front (rt.wait's exchange: only while DONE is clear), a setter exchanges it for DONE and owns
// the waiters that it found, a clearer exchanges exactly DONE for 0. Since flag and list share the word, a waiter is either in the list
// that the setter takes, or sees DONE and does not park: no wake is lost. Waiters only come in front and leave all together, so a word that
// has come back to an old value stands for a list that is right again (no ABA).
//
// rt.wait, rt.is_done and rt.take_waiters (scheduler.mlir) are the same that tokens use; an event's DONE may be taken back, a token's not.

// An event that is not set. 0: exhausted.
func.func private @rt.new_event(%c: !rt.ptr, %site: i32, %instance: i32) -> i32 {
  %bytes = arith.constant ${HEADER_BYTES} : i64
  %machine = arith.constant ${ObjectKind.EVENT} : i32
  %zero = arith.constant 0 : i32
  %handle = func.call @rt.new_object(%c, %bytes, %machine, %zero, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  return %handle : i32
}

// Sets it: all that wait go on.
func.func private @rt.set_event(%c: !rt.ptr, %event: i32) {
  func.call @rt.finish_for_tasks(%c, %event) : (!rt.ptr, i32) -> ()
  return
}

// Makes it unset, if it is set.
func.func private @rt.clear_event(%c: !rt.ptr, %event: i32) {
  %object = func.call @rt.object(%c, %event) : (!rt.ptr, i32) -> !rt.ptr
  %bit = arith.constant ${DONE_BIT} : i64
  %zero = arith.constant 0 : i64
  %old, %cleared = rt.cmpxchg acq_rel device %bit, %zero, %object[${Header.WAITERS} : i64] pairs "take_waiters' exchange, wait's exchange: what the setter did is seen by who sets or waits next" : i64
  return
}
