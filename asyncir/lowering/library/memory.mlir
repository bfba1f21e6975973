// Allocation in the arena, and who frees what.
//
// Ownership. An object is freed as soon as nobody can touch it any more; there is no count of references. Handles to it are *dropped*
// once: `sm.drop`, as an operation or on the suspension that is their last use, says that no handle to the object will be used again; the pass
// drop-handles writes that where the creating machine can prove it (analysis/handles.py). A handle that escapes (argument of a start that
// others share, result, select, choice) is never dropped: its object lives until the launch ends.
//
//   task frame, group   freed by whoever comes second: its end sets DONE, its drop DROPPED in WAITERS. Each is one atomic that is there
//                       anyway (end: take_waiters' exchange; await: the load that saw DONE, so an await that drops frees at once).
//   ready handle        is DONE from the start: its drop frees it.
//   group link          freed by whoever takes it out of the member's list.
//   root                nobody has a handle: the worker frees it behind the delivery of its results.
//   array               memref.dealloc.
//   channel             never.
//
// Behind the exchange that sets DONE the one who ends a task touches nothing of its frame; so does the worker that ran the segment
// (what it needs of the header, such as ROOT, it has read before). A task that somebody else may still name (a select's or a cancel's
// registration) must be unnamed before its end. A frame with an error that nobody saw is kept: the host counts those. Tasks that
// fail, or leave with the launch, drop nothing: what they held is kept too.
//
// Memory. Objects are taken from lists of freed ones, else from the end of the arena (BUMP). Classes: each multiple of 16 bytes up to
// 512, then eight to each doubling, up to 1 MiB; sizes are rounded up to their class, so an object is used again for any size of its
// class, and memory stays below its high-water mark a class. Larger ones have their own size and come back only as the newest object.
// When the arena's end is reached, free objects of larger classes are taken, and those in others' shards.
//
// Lists. One a class is shared by all; before it, on devices with many threads, stands a shard: lists of at most SHARD_LIMIT objects that few
// threads share (`rt.shard`), so that those who free and allocate in turn do not meet at one word. What a shard does not take goes to
// the shared list, where everybody finds it. A list is a stack: its word holds the first object and a count of changes, so that an
// exchange cannot mistake a list that was changed and changed back (ABA). The links stand in the MACHINE words, which are written
// atomically only: one who is late may read the link of an object that is in use again; its exchange then fails. BYTES never changes.

// The size of an object in units of 16 bytes, rounded up to its class.
func.func private @rt.units(%bytes: i64) -> i64 {
  %one = arith.constant 1 : i64
  %c3 = arith.constant 3 : i64
  %c4 = arith.constant 4 : i64
  %c15 = arith.constant 15 : i64
  %c60 = arith.constant 60 : i64
  %exact_limit = arith.constant ${SizeClass.EXACT} : i64
  %class_limit = arith.constant ${SizeClass.LARGEST} : i64
  %up = arith.addi %bytes, %c15 : i64
  %units = arith.shrui %up, %c4 : i64
  %small = arith.cmpi ule, %units, %exact_limit : i64
  %huge = arith.cmpi ugt, %units, %class_limit : i64
  %as_is = arith.ori %small, %huge : i1
  cf.cond_br %as_is, ^end(%units : i64), ^round
^round:
  %less = arith.subi %units, %one : i64
  %zeros = math.ctlz %less : i64
  %shift = arith.subi %c60, %zeros : i64
  %steps = arith.shrui %less, %shift : i64
  %next = arith.addi %steps, %one : i64
  %rounded = arith.shli %next, %shift : i64
  cf.br ^end(%rounded : i64)
^end(%result: i64):
  return %result : i64
}

// The number of the class of that many units.
func.func private @rt.size_class(%units: i64) -> i64 {
  %one = arith.constant 1 : i64
  %c3 = arith.constant 3 : i64
  %c5 = arith.constant 5 : i64
  %c7 = arith.constant 7 : i64
  %c60 = arith.constant 60 : i64
  %c63 = arith.constant 63 : i64
  %exact_limit = arith.constant ${SizeClass.EXACT} : i64
  %small = arith.cmpi ule, %units, %exact_limit : i64
  cf.cond_br %small, ^end(%units : i64), ^large
^large:
  %less = arith.subi %units, %one : i64
  %zeros = math.ctlz %less : i64
  %log = arith.subi %c63, %zeros : i64
  %octave = arith.subi %log, %c5 : i64
  %before = arith.shli %octave, %c3 : i64
  %shift = arith.subi %c60, %zeros : i64
  %steps = arith.shrui %less, %shift : i64
  %step = arith.andi %steps, %c7 : i64
  %first = arith.addi %before, %exact_limit : i64
  %second = arith.addi %first, %step : i64
  %number = arith.addi %second, %one : i64
  cf.br ^end(%number : i64)
^end(%class: i64):
  return %class : i64
}

// The list of free objects of that many units, which all threads share.
func.func private @rt.free_list(%c: !rt.ptr, %units: i64) -> !rt.ptr {
  %c3 = arith.constant 3 : i64
  %lists = arith.constant ${Control.FREE_LISTS} : i64
  %class = func.call @rt.size_class(%units) : (i64) -> i64
  %distance = arith.shli %class, %c3 : i64
  %offset = arith.addi %distance, %lists : i64
  %list = rt.ptr_add %c, %offset
  return %list : !rt.ptr
}

// This thread's list of free objects of that many units, which others with an equal number share; false: it has none.
func.func private @rt.shard_list(%c: !rt.ptr, %units: i64) -> (!rt.ptr, i1) {
  %c3 = arith.constant 3 : i64
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %last = arith.constant 7 : i64
  %limit = arith.constant ${SizeClass.SHARDED} : i64
  %shards = rt.load %c[${Control.SHARDS} : i64] : !rt.ptr
  %mask = rt.load %c[${Control.SHARD_MASK} : i64] : i64
  %address = rt.address %shards
  %any = arith.cmpi ne, %address, %zero : i64
  %small = arith.cmpi ule, %units, %limit : i64
  %has = arith.andi %any, %small : i1
  %number32 = rt.shard : i32
  %number = arith.extui %number32 : i32 to i64
  %shard = arith.andi %number, %mask : i64
  %count = arith.addi %mask, %one : i64
  %word = arith.andi %units, %last : i64
  %row = arith.muli %word, %count : i64
  %place = arith.addi %row, %shard : i64
  %distance = arith.shli %place, %c3 : i64
  %list = rt.ptr_add %shards, %distance
  return %list, %has : !rt.ptr, i1
}

// Takes an object of that many units, or else one at least so large, off a list; 0 if the first is none such. A list's word: the first object's offset in units (28
// bits, 0: the list is empty), how many there are (4 bits, only in shards), how often it was changed (32 bits).
func.func private @rt.take_free(%c: !rt.ptr, %list: !rt.ptr, %units: i64, %sharded: i1, %exactly: i1) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i32
  %c28 = arith.constant 28 : i32
  %offset_mask = arith.constant 268435455 : i32
  %low = arith.constant 4294967295 : i64
  %counted = arith.extui %sharded : i1 to i32
  %step = arith.shli %counted, %c28 : i32
  cf.br ^try
^try:
  %word = rt.atomic_load acquire device %list[0 : i64] pairs "put_free's exchange: what was done to the object before" : i64
  %place = arith.trunci %word : i64 to i32
  %first = arith.andi %place, %offset_mask : i32
  %empty = arith.cmpi eq, %first, %zero : i32
  cf.cond_br %empty, ^none, ^look
^look:
  %head = arith.shli %first, %c4 : i32
  %object = func.call @rt.object(%c, %head) : (!rt.ptr, i32) -> !rt.ptr
  %has32 = rt.load %object[${Header.BYTES} : i64] : i32
  %has = arith.extui %has32 : i32 to i64
  %same = arith.cmpi eq, %has, %units : i64
  %large = arith.cmpi uge, %has, %units : i64
  %fits = arith.select %exactly, %same, %large : i1
  %link = rt.atomic_load relaxed device %object[${Header.MACHINE} : i64] pairs "put_free's store; alloc's, where another was faster: then the exchange fails" : i32
  cf.cond_br %fits, ^take, ^none
^take:
  %next = arith.andi %link, %offset_mask : i32
  %count = arith.subi %place, %first : i32
  %fewer = arith.subi %count, %step : i32
  %new_place = arith.ori %next, %fewer : i32
  %new_low = arith.extui %new_place : i32 to i64
  %filled = arith.ori %word, %low : i64
  %changed = arith.addi %filled, %one : i64
  %new = arith.ori %changed, %new_low : i64
  %old, %mine = rt.cmpxchg relaxed device %word, %new, %list[0 : i64] pairs "the others' exchanges of the list; what put_free released stays so behind an exchange" : i64
  cf.cond_br %mine, ^end, ^try
^end:
  return %head : i32
^none:
  return %zero : i32
}

// Puts a free object of that many units on a list. False: it is a shard's, and full, or holds others.
func.func private @rt.put_free(%c: !rt.ptr, %list: !rt.ptr, %handle: i32, %units: i64, %sharded: i1) -> i1 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i32
  %c28 = arith.constant 28 : i32
  %true = arith.constant true
  %false = arith.constant false
  %offset_mask = arith.constant 268435455 : i32
  %low = arith.constant 4294967295 : i64
  %limit = arith.constant ${SHARD_LIMIT} : i32
  %free = arith.constant ${ObjectKind.FREE} : i32
  %counted = arith.extui %sharded : i1 to i32
  %step = arith.shli %counted, %c28 : i32
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %own = arith.shrui %handle, %c4 : i32
  cf.br ^try
^try:
  %word = rt.atomic_load acquire device %list[0 : i64] pairs "put_free's exchange: the first object's size" : i64
  %place = arith.trunci %word : i64 to i32
  %first = arith.andi %place, %offset_mask : i32
  %empty = arith.cmpi eq, %first, %zero : i32
  %open = arith.xori %sharded, %true : i1
  %any = arith.ori %empty, %open : i1
  cf.cond_br %any, ^put, ^look
^look:
  %head = arith.shli %first, %c4 : i32
  %other = func.call @rt.object(%c, %head) : (!rt.ptr, i32) -> !rt.ptr
  %has32 = rt.load %other[${Header.BYTES} : i64] : i32
  %has = arith.extui %has32 : i32 to i64
  %same = arith.cmpi eq, %has, %units : i64
  %number = arith.shrui %place, %c28 : i32
  %room = arith.cmpi ult, %number, %limit : i32
  %fits = arith.andi %same, %room : i1
  cf.cond_br %fits, ^put, ^no
^put:
  %link = arith.ori %first, %free : i32
  rt.atomic_store relaxed device %link, %object[${Header.MACHINE} : i64] pairs "take_free's load, by way of the exchange below" : i32
  %count = arith.subi %place, %first : i32
  %more = arith.addi %count, %step : i32
  %new_place = arith.ori %own, %more : i32
  %new_low = arith.extui %new_place : i32 to i64
  %filled = arith.ori %word, %low : i64
  %changed = arith.addi %filled, %one : i64
  %new = arith.ori %changed, %new_low : i64
  %old, %mine = rt.cmpxchg release device %word, %new, %list[0 : i64] pairs "take_free's acquire load" : i64
  cf.cond_br %mine, ^end, ^try
^end:
  return %true : i1
^no:
  return %false : i1
}

// A freed object of that many units; 0 if there is none, or none is ever freed in this program (then the other body is linked).
func.func private @rt.reuse(%c: !rt.ptr, %units: i64) -> i32 {
  %zero = arith.constant 0 : i32
  %true = arith.constant true
  %false = arith.constant false
  %limit = arith.constant ${SizeClass.LARGEST} : i64
  %has_class = arith.cmpi ule, %units, %limit : i64
  cf.cond_br %has_class, ^look, ^none
^look:
  %near, %has = func.call @rt.shard_list(%c, %units) : (!rt.ptr, i64) -> (!rt.ptr, i1)
  cf.cond_br %has, ^near, ^shared
^near:
  %own = func.call @rt.take_free(%c, %near, %units, %true, %true) : (!rt.ptr, !rt.ptr, i64, i1, i1) -> i32
  %empty = arith.cmpi eq, %own, %zero : i32
  cf.cond_br %empty, ^shared, ^found
^found:
  return %own : i32
^shared:
  %list = func.call @rt.free_list(%c, %units) : (!rt.ptr, i64) -> !rt.ptr
  %handle = func.call @rt.take_free(%c, %list, %units, %false, %true) : (!rt.ptr, !rt.ptr, i64, i1, i1) -> i32
  return %handle : i32
^none:
  return %zero : i32
}

func.func private @rt.reuse_nothing(%c: !rt.ptr, %units: i64) -> i32 {
  %zero = arith.constant 0 : i32
  return %zero : i32
}

// A freed object of that many units or more, for an arena that is full: out of any list that holds some; 0 if there is none.
func.func private @rt.reuse_larger(%c: !rt.ptr, %units: i64) -> i32 {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %words = arith.constant ${SHARD_WORDS} : i64
  %true = arith.constant true
  %false = arith.constant false
  %limit = arith.constant ${SizeClass.LARGEST} : i64
  %has_class = arith.cmpi ule, %units, %limit : i64
  cf.cond_br %has_class, ^shared, ^none
^shared:
  %list = func.call @rt.free_list(%c, %units) : (!rt.ptr, i64) -> !rt.ptr
  %first = func.call @rt.size_class(%units) : (i64) -> i64
  %last = func.call @rt.size_class(%limit) : (i64) -> i64
  %fewer = arith.subi %last, %first : i64
  %lists = arith.addi %fewer, %one : i64
  %found = func.call @rt.take_any(%c, %list, %lists, %units, %false) : (!rt.ptr, !rt.ptr, i64, i64, i1) -> i32
  %nothing = arith.cmpi eq, %found, %zero : i32
  cf.cond_br %nothing, ^sharded, ^some
^some:
  return %found : i32
^sharded:
  %shards = rt.load %c[${Control.SHARDS} : i64] : !rt.ptr
  %mask = rt.load %c[${Control.SHARD_MASK} : i64] : i64
  %address = rt.address %shards
  %there = arith.cmpi ne, %address, %zero64 : i64
  %count = arith.addi %mask, %one : i64
  %all = arith.muli %count, %words : i64
  cf.cond_br %there, ^look, ^none
^look:
  %own = func.call @rt.take_any(%c, %shards, %all, %units, %true) : (!rt.ptr, !rt.ptr, i64, i64, i1) -> i32
  return %own : i32
^none:
  return %zero : i32
}

// An object of that many units or more, out of one of so many lists in a row; 0 if there is none.
func.func private @rt.take_any(%c: !rt.ptr, %first: !rt.ptr, %number: i64, %units: i64, %sharded: i1) -> i32 {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %c8 = arith.constant 8 : i64
  %false = arith.constant false
  cf.br ^look(%first, %zero64 : !rt.ptr, i64)
^look(%list: !rt.ptr, %index: i64):
  %more = arith.cmpi slt, %index, %number : i64
  cf.cond_br %more, ^take, ^end(%zero : i32)
^take:
  %handle = func.call @rt.take_free(%c, %list, %units, %sharded, %false) : (!rt.ptr, !rt.ptr, i64, i1, i1) -> i32
  %none = arith.cmpi eq, %handle, %zero : i32
  cf.cond_br %none, ^next, ^end(%handle : i32)
^next:
  %following = rt.ptr_add %list, %c8
  %after = arith.addi %index, %one : i64
  cf.br ^look(%following, %after : !rt.ptr, i64)
^end(%result: i32):
  return %result : i32
}

// Takes bytes and writes the object's MACHINE and BYTES, by which the host walks the arena. 0: exhausted.
func.func private @rt.alloc(%c: !rt.ptr, %bytes: i64, %machine: i32, %site: i32, %instance: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i64
  %units = func.call @rt.units(%bytes) : (i64) -> i64
  %freed = func.call @rt.reuse(%c, %units) : (!rt.ptr, i64) -> i32
  %none = arith.cmpi eq, %freed, %zero : i32
  cf.cond_br %none, ^new, ^again(%freed : i32)
^new:
  %size = arith.shli %units, %c4 : i64
  %start = rt.atomic_rmw add relaxed device %size, %c[${Control.BUMP} : i64] pairs "nothing: only the sum matters, the object is published later" : i64 -> i64
  %end = arith.addi %start, %size : i64
  %limit = rt.load %c[${Control.ARENA_BYTES} : i64] : i64
  %fits = arith.cmpi ule, %end, %limit : i64
  %sane = arith.cmpi ule, %size, %limit : i64
  %ok = arith.andi %fits, %sane : i1
  %units32 = arith.trunci %units : i64 to i32
  %place = arith.trunci %start : i64 to i32
  cf.cond_br %ok, ^write, ^full
^write:
  %fresh = func.call @rt.object(%c, %place) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %units32, %fresh[${Header.BYTES} : i64] : i32
  cf.br ^end(%place : i32)
^again(%old: i32):
  %reused = arith.constant ${STAT.reused} : i64
  func.call @rt.count(%c, %reused, %one) : (!rt.ptr, i64, i64) -> ()
  cf.br ^end(%old : i32)
^end(%handle: i32):
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.atomic_store relaxed device %machine, %object[${Header.MACHINE} : i64] pairs "take_free's load, where another was faster" : i32
  func.call @rt.begin_life(%object) : (!rt.ptr) -> ()
  return %handle : i32
^full:
  %before = rt.atomic_rmw minu relaxed device %start, %c[${Control.END} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  %larger = func.call @rt.reuse_larger(%c, %units) : (!rt.ptr, i64) -> i32
  %nothing = arith.cmpi eq, %larger, %zero : i32
  cf.cond_br %nothing, ^exhausted, ^again(%larger : i32)
^exhausted:
  %kind = arith.constant ${ErrorKind.OUT_OF_MEMORY} : i32
  func.call @rt.exhausted(%c, %kind, %units32, %site, %instance) : (!rt.ptr, i32, i32, i32, i32) -> ()
  return %zero : i32
}

// From here on to `end_life` the object's bytes are somebody's; those of MACHINE and BYTES always are the allocator's.
func.func private @rt.begin_life(%object: !rt.ptr) {
  %size = func.call @rt.life_bytes(%object) : (!rt.ptr) -> i64
  rt.lifetime_start %object[${SizeClass.OWN} : i64], %size
  return
}

// From here on nobody reads or writes them.
func.func private @rt.end_life(%object: !rt.ptr) {
  %size = func.call @rt.life_bytes(%object) : (!rt.ptr) -> i64
  rt.lifetime_end %object[${SizeClass.OWN} : i64], %size
  return
}

func.func private @rt.life_bytes(%object: !rt.ptr) -> i64 {
  %c4 = arith.constant 4 : i64
  %own = arith.constant ${SizeClass.OWN} : i64
  %units = rt.load %object[${Header.BYTES} : i64] : i32
  %units64 = arith.extui %units : i32 to i64
  %bytes = arith.shli %units64, %c4 : i64
  %size = arith.subi %bytes, %own : i64
  return %size : i64
}

// Frees an object. The caller is the last who knows it: nobody else reads, writes or waits for it, nor will.
func.func private @rt.free_object(%c: !rt.ptr, %handle: i32) {
  %c4 = arith.constant 4 : i64
  %true = arith.constant true
  %false = arith.constant false
  %mask = arith.constant ${HANDLE_MASK} : i32
  %free = arith.constant ${ObjectKind.FREE} : i32
  %limit = arith.constant ${SizeClass.LARGEST} : i64
  %start = arith.andi %handle, %mask : i32
  %start64 = arith.extui %start : i32 to i64
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %units32 = rt.load %object[${Header.BYTES} : i64] : i32
  %units = arith.extui %units32 : i32 to i64
  func.call @rt.end_life(%object) : (!rt.ptr) -> ()
  %has_class = arith.cmpi ule, %units, %limit : i64
  cf.cond_br %has_class, ^list, ^newest
^list:
  %near, %has = func.call @rt.shard_list(%c, %units) : (!rt.ptr, i64) -> (!rt.ptr, i1)
  cf.cond_br %has, ^near, ^shared
^near:
  %kept = func.call @rt.put_free(%c, %near, %start, %units, %true) : (!rt.ptr, !rt.ptr, i32, i64, i1) -> i1
  cf.cond_br %kept, ^end, ^shared
^shared:
  %list = func.call @rt.free_list(%c, %units) : (!rt.ptr, i64) -> !rt.ptr
  %put = func.call @rt.put_free(%c, %list, %start, %units, %false) : (!rt.ptr, !rt.ptr, i32, i64, i1) -> i1
  cf.br ^end
^newest:
  rt.atomic_store relaxed device %free, %object[${Header.MACHINE} : i64] pairs "nothing: read by the host after the launch" : i32
  %bytes = arith.shli %units, %c4 : i64
  %behind = arith.addi %start64, %bytes : i64
  %found, %back = rt.cmpxchg acq_rel device %behind, %start64, %c[${Control.BUMP} : i64] pairs "alloc's addition: only an untouched end is taken back" : i64
  cf.br ^end
^end:
  return
}

// Frees an object that is available and dropped; one with an error that nobody saw is kept for the host, which counts them.
func.func private @rt.release(%c: !rt.ptr, %handle: i32) {
  %zero = arith.constant 0 : i32
  %observed = arith.constant ${FrameFlags.OBSERVED} : i32
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %kind = rt.load %object[${Header.ERROR_KIND} : i64] : i32
  %failed = arith.cmpi ne, %kind, %zero : i32
  cf.cond_br %failed, ^failed, ^free
^failed:
  %flags = rt.load %object[${Header.FLAGS} : i64] : i32
  %bit = arith.andi %flags, %observed : i32
  %seen = arith.cmpi ne, %bit, %zero : i32
  cf.cond_br %seen, ^free, ^end
^free:
  func.call @rt.free_object(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// No handle to the object will be used again: frees it if it is available, else leaves that to its end. 0 is no object.
func.func private @rt.drop(%c: !rt.ptr, %handle: i32) {
  %null = arith.constant 0 : i32
  %zero = arith.constant 0 : i64
  %done = arith.constant ${DONE_BIT} : i64
  %dropped = arith.constant ${DROPPED_BIT} : i64
  %some = arith.cmpi ne, %handle, %null : i32
  cf.cond_br %some, ^drop, ^end
^drop:
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %word = rt.atomic_rmw or acq_rel device %dropped, %object[${Header.WAITERS} : i64] pairs "take_waiters' exchange: who comes second sees all that the other did" : i64 -> i64
  %bit = arith.andi %word, %done : i64
  %available = arith.cmpi ne, %bit, %zero : i64
  cf.cond_br %available, ^release, ^end
^release:
  func.call @rt.release(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// The same behind an await: the object is known to be available, and nobody else drops it.
func.func private @rt.drop_awaited(%c: !rt.ptr, %handle: i32) {
  %null = arith.constant 0 : i32
  %some = arith.cmpi ne, %handle, %null : i32
  cf.cond_br %some, ^release, ^end
^release:
  func.call @rt.release(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// An object has become available; `dropped`: its handles were before. All that was to be read of it has been read.
func.func private @rt.ended(%c: !rt.ptr, %handle: i32, %dropped: i1) {
  cf.cond_br %dropped, ^release, ^end
^release:
  func.call @rt.release(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// In a program that drops nothing.
func.func private @rt.ended_undropped(%c: !rt.ptr, %handle: i32, %dropped: i1) {
  return
}

// An array of that many bytes, behind a header of its own. 0: exhausted.
func.func private @rt.alloc_array(%c: !rt.ptr, %bytes: i64, %site: i32, %instance: i32) -> i32 {
  %header = arith.constant ${HEADER_BYTES} : i64
  %machine = arith.constant ${ObjectKind.MEMORY} : i32
  %size = arith.addi %bytes, %header : i64
  %handle = func.call @rt.alloc(%c, %size, %machine, %site, %instance) : (!rt.ptr, i64, i32, i32, i32) -> i32
  return %handle : i32
}

// Frees an array, given its first element. What is no array of the arena is left alone.
func.func private @rt.free_array(%c: !rt.ptr, %data: !rt.ptr) {
  %memory = arith.constant ${ObjectKind.MEMORY} : i32
  %arena = rt.load %c[${Control.ARENA} : i64] : i64
  %address = rt.address %data
  %distance = arith.subi %address, %arena : i64
  %header = arith.constant ${HEADER_BYTES} : i64
  %start = arith.subi %distance, %header : i64
  %first = arith.constant ${ARENA_START} : i64
  %limit = rt.load %c[${Control.ARENA_BYTES} : i64] : i64
  %behind = arith.cmpi sge, %start, %first : i64
  %before = arith.cmpi slt, %start, %limit : i64
  %ours = arith.andi %behind, %before : i1
  cf.cond_br %ours, ^ours, ^end
^ours:
  %handle = arith.trunci %start : i64 to i32
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %machine = rt.load %object[${Header.MACHINE} : i64] : i32
  %array = arith.cmpi eq, %machine, %memory : i32
  cf.cond_br %array, ^free, ^end
^free:
  func.call @rt.free_object(%c, %handle) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}
