// Objects in the arena: allocation, headers, faults, statistics.
//
// Names in dollar braces are constants of asyncir/abi.py. A function is linked only where it is used.

// Counts events, in code built with statistics (the other body is empty).
func.func private @rt.count(%c: !rt.ptr, %offset: i64, %number: i64) {
  %counter = rt.ptr_add %c, %offset
  %old = rt.atomic_rmw add relaxed device %number, %counter[0 : i64] pairs "nothing: a count, read after the launch" : i64 -> i64
  return
}

// The address of an object.
func.func private @rt.object(%c: !rt.ptr, %handle: i32) -> !rt.ptr {
  %arena = rt.load %c[${Control.ARENA} : i64] : !rt.ptr
  %mask = arith.constant ${HANDLE_MASK} : i32
  %offset32 = arith.andi %handle, %mask : i32
  %offset = arith.extui %offset32 : i32 to i64
  %object = rt.ptr_add %arena, %offset
  return %object : !rt.ptr
}

// The address of the result that a value names.
func.func private @rt.result(%c: !rt.ptr, %handle: i32) -> !rt.ptr {
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %mask = arith.constant ${RESULT_MASK} : i32
  %number32 = arith.andi %handle, %mask : i32
  %number = arith.extui %number32 : i32 to i64
  %unit = arith.constant ${RESULT_UNIT} : i64
  %header = arith.constant ${HEADER_BYTES} : i64
  %distance = arith.muli %number, %unit : i64
  %offset = arith.addi %distance, %header : i64
  %result = rt.ptr_add %object, %offset
  return %result : !rt.ptr
}

// Records the first fault of the launch.
func.func private @rt.fault(%c: !rt.ptr, %kind: i32, %code: i32, %site: i32, %instance: i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %old, %first = rt.cmpxchg relaxed device %zero, %one, %c[${Control.FAULT_CLAIM} : i64] pairs "the other faults' claims" : i32
  cf.cond_br %first, ^write, ^end
^write:
  rt.store %kind, %c[${Control.FAULT_KIND} : i64] : i32
  rt.store %code, %c[${Control.FAULT_CODE} : i64] : i32
  rt.store %site, %c[${Control.FAULT_SITE} : i64] : i32
  rt.store %instance, %c[${Control.FAULT_INSTANCE} : i64] : i32
  cf.br ^end
^end:
  return
}

// Records a fault that ends the whole launch: all workers leave.
func.func private @rt.exhausted(%c: !rt.ptr, %kind: i32, %code: i32, %site: i32, %instance: i32) {
  func.call @rt.fault(%c, %kind, %code, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> ()
  %one = arith.constant 1 : i32
  rt.atomic_store relaxed device %one, %c[${Control.HALT} : i64] pairs "the workers' loads of HALT" : i32
  return
}

// An object with a whole header: nothing waits for it, no error. 0: exhausted.
func.func private @rt.new_object(%c: !rt.ptr, %bytes: i64, %machine: i32, %flags: i32, %site: i32, %instance: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %handle = func.call @rt.alloc(%c, %bytes, %machine, %site, %instance) : (!rt.ptr, i64, i32, i32, i32) -> i32
  %none = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %none, ^end, ^write
^write:
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %object[${Header.STATE} : i64] : i32
  rt.store %zero, %object[${Header.STATUS} : i64] : i32
  rt.store %zero64, %object[${Header.WAITERS} : i64] : i64
  rt.store %zero, %object[${Header.NEXT} : i64] : i32
  rt.store %site, %object[${Header.WHERE} : i64] : i32
  rt.store %zero, %object[${Header.WAITS_ON} : i64] : i32
  rt.store %instance, %object[${Header.INSTANCE} : i64] : i32
  rt.store %zero, %object[${Header.ERROR_KIND} : i64] : i32
  rt.store %zero, %object[${Header.ERROR_CODE} : i64] : i32
  rt.store %zero, %object[${Header.ERROR_SITE} : i64] : i32
  rt.store %flags, %object[${Header.FLAGS} : i64] : i32
  rt.store %zero64, %object[${Header.ITEM} : i64] : i64
  cf.br ^end
^end:
  return %handle : i32
}

// Whether the launch is being stopped. Looks at the host's word when that is due, and tells the others.
func.func private @rt.stopped(%c: !rt.ptr) -> i1 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %halt = rt.atomic_load relaxed device %c[${Control.HALT} : i64] pairs "exhausted's and stopped's stores" : i32
  %halted = arith.cmpi ne, %halt, %zero : i32
  cf.cond_br %halted, ^end(%halted : i1), ^due
^due:
  %due = rt.poll_due : i1
  cf.cond_br %due, ^poll, ^end(%halted : i1)
^poll:
  %word = rt.load %c[${Control.STOP} : i64] : !rt.ptr
  %stop = rt.atomic_load relaxed system %word[0 : i64] pairs "the host's store" : i32
  %stopped = arith.cmpi ne, %stop, %zero : i32
  cf.cond_br %stopped, ^tell, ^end(%stopped : i1)
^tell:
  rt.atomic_store relaxed device %one, %c[${Control.HALT} : i64] pairs "the workers' loads of HALT" : i32
  cf.br ^end(%stopped : i1)
^end(%result: i1):
  return %result : i1
}

// A safepoint on the back edge of a loop without a bound: says where the task is, and whether it must leave.
func.func private @rt.safepoint(%c: !rt.ptr, %self: i32, %site: i32) -> i1 {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %site, %frame[${Header.WHERE} : i64] : i32
  %stopped = func.call @rt.stopped(%c) : (!rt.ptr) -> i1
  return %stopped : i1
}

// The same where tasks have no frame (inline executor): on leaving, says which task was where.
func.func private @rt.safepoint_inline(%c: !rt.ptr, %instance: i32, %site: i32) -> i1 {
  %stopped = func.call @rt.stopped(%c) : (!rt.ptr) -> i1
  cf.cond_br %stopped, ^tell, ^end
^tell:
  rt.store %site, %c[${Control.STOPPED_SITE} : i64] : i32
  rt.store %instance, %c[${Control.STOPPED_INSTANCE} : i64] : i32
  cf.br ^end
^end:
  return %stopped : i1
}

// A root of the inline executor failed.
func.func private @rt.fail_inline(%c: !rt.ptr, %kind: i32, %code: i32, %site: i32, %instance: i32) {
  %one = arith.constant 1 : i64
  func.call @rt.fault(%c, %kind, %code, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> ()
  %old = rt.atomic_rmw add relaxed device %one, %c[${Control.FAILED_ROOTS} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  return
}
