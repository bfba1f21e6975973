// Export: frames of a lane's stack become frames on the heap. Linked where a program has fork-join machines.
//
// A stack (lowering/stacks.py; only its own lane touches it) is, from the bottom:
//
//     FINISH word | frame | frame | …   ◄ sp         frame = payload words, state word
//
// A state word holds its own frame's size in words, itself included, in bits 12 to 30; 0 is a FINISH word. Bit 31 (TAIL): the task has
// nothing to do before it waits for its child, so taking it on would be no help.
//
// The frame's payload is a prefix of the heap frame's payload, so it is copied as it lies. The child of the topmost exported frame,
// which goes on running on this stack, gets a heap frame too: the lane's new home, where its results will go.
//
//     before    home = H      FINISH | A (TAIL) | B | C | …        A waits for B, B for C
//     after     home = C'     FINISH | C | …                       H = A's frame, waits for B'; B' waits for nothing: it is the loot

// Exports the oldest frame that is not TAIL and all below it or, with `all`, every frame. Yields the loot, which nobody else knows yet
// (0: nothing to export, or memory exhausted), and the lane's new home. Other frames with something to do are made ready here.
func.func private @rt.export(%c: !rt.ptr, %place: !rt.stack, %sp: !rt.stack, %home: i32, %all: i1) -> (i32, i32) {
  %false = arith.constant false
  %true = arith.constant true
  %zero = arith.constant 0 : i32
  cf.br ^find(%sp, %sp, %false : !rt.stack, !rt.stack, i1)
^find(%p: !rt.stack, %best: !rt.stack, %found: i1):
  %word = rt.stack_load %p[-1] : i32
  %size = func.call @rt.frame_words(%c, %word) : (!rt.ptr, i32) -> i32
  %bottom = arith.cmpi eq, %size, %zero : i32
  cf.cond_br %bottom, ^begin, ^older
^older:
  %works = arith.cmpi sge, %word, %zero : i32
  %better = arith.select %works, %p, %best : !rt.stack
  %any = arith.ori %found, %works : i1
  %down = arith.subi %zero, %size : i32
  %below = rt.stack_add %p, %down
  cf.br ^find(%below, %better, %any : !rt.stack, !rt.stack, i1)
^begin:
  %start = arith.select %all, %sp, %best : !rt.stack
  %more = rt.stack_above %sp, %p
  %wanted = arith.andi %all, %more : i1
  %something = arith.ori %wanted, %found : i1
  cf.cond_br %something, ^child, ^nothing
^child:
  %top = rt.stack_load %start[-1] : i32
  %m0, %b0, %callee, %callee_bytes, %s0, %site = func.call @stack.describe(%top) : (i32) -> (i32, i64, i32, i64, i32, i32)
  %leaves = arith.cmpi eq, %callee, %zero : i32
  cf.cond_br %leaves, ^frame(%start, %zero, %zero, %false, %zero : !rt.stack, i32, i32, i1, i32), ^make
^make:
  %child = func.call @rt.stack_task(%c, %place, %home, %callee, %callee_bytes, %site) : (!rt.ptr, !rt.stack, i32, i32, i64, i32) -> i32
  %full = arith.cmpi eq, %child, %zero : i32
  cf.cond_br %full, ^nothing, ^running
^running:
  %child_object = func.call @rt.object(%c, %child) : (!rt.ptr, i32) -> !rt.ptr
  %is_running = arith.constant ${Status.RUNNING} : i32
  func.call @rt.set_status(%c, %child_object, %is_running) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^frame(%start, %child, %zero, %false, %child : !rt.stack, i32, i32, i1, i32)
^frame(%q: !rt.stack, %awaited: i32, %loot: i32, %publish: i1, %runs: i32):
  %x = rt.stack_load %q[-1] : i32
  %words = func.call @rt.frame_words(%c, %x) : (!rt.ptr, i32) -> i32
  %last = arith.cmpi eq, %words, %zero : i32
  cf.cond_br %last, ^done, ^place
^place:
  %machine, %bytes, %m1, %b1, %state, %where = func.call @stack.describe(%x) : (i32) -> (i32, i64, i32, i64, i32, i32)
  %back = arith.subi %zero, %words : i32
  %first = rt.stack_add %q, %back
  %under = rt.stack_load %first[-1] : i32
  %under_words = func.call @rt.frame_words(%c, %under) : (!rt.ptr, i32) -> i32
  %is_home = arith.cmpi eq, %under_words, %zero : i32
  cf.cond_br %is_home, ^write(%home : i32), ^new
^new:
  %fresh = func.call @rt.stack_task(%c, %place, %home, %machine, %bytes, %where) : (!rt.ptr, !rt.stack, i32, i32, i64, i32) -> i32
  %none = arith.cmpi eq, %fresh, %zero : i32
  cf.cond_br %none, ^nothing, ^write(%fresh : i32)
^write(%own: i32):
  %tail = arith.cmpi slt, %x, %zero : i32
  func.call @rt.write_frame(%c, %own, %first, %words, %state, %where, %awaited, %tail) : (!rt.ptr, i32, !rt.stack, i32, i32, i32, i32, i1) -> ()
  %called = arith.cmpi ne, %awaited, %zero : i32
  %left = arith.extui %called : i1 to i32
  %frames = arith.constant ${INDEX.frames} : i32
  func.call @rt.count_here(%c, %place, %frames, %left) : (!rt.ptr, !rt.stack, i32, i32) -> ()
  cf.cond_br %publish, ^tell, ^next
^tell:
  func.call @rt.ready(%c, %awaited) : (!rt.ptr, i32) -> ()
  cf.br ^next
^next:
  %no_loot = arith.cmpi eq, %loot, %zero : i32
  %active = arith.xori %tail, %true : i1
  %is_loot = arith.andi %no_loot, %active : i1
  %now = arith.select %is_loot, %own, %loot : i32
  %is_taken = arith.xori %is_loot, %true : i1
  %later = arith.andi %active, %is_taken : i1
  cf.br ^frame(%first, %own, %now, %later, %runs : !rt.stack, i32, i32, i1, i32)
^done:
  rt.stack_store %callee, %start[-1] : i32
  cf.cond_br %publish, ^tell_last, ^end
^tell_last:
  func.call @rt.ready(%c, %awaited) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return %loot, %runs : i32, i32
^nothing:
  return %zero, %home : i32, i32
}

// Whether a task that stands on a stack, its frame's beginning given, must leave. Then all below it are on the heap, where the host finds
// them, and it has a frame there too, which says where it is.
func.func private @rt.safepoint_on_stack(%c: !rt.ptr, %place: !rt.stack, %floor: !rt.stack, %home: i32, %site: i32) -> i1 {
  %true = arith.constant true
  %leaves = func.call @rt.safepoint(%c, %home, %site) : (!rt.ptr, i32, i32) -> i1
  cf.cond_br %leaves, ^show, ^end
^show:
  %loot, %below = func.call @rt.export(%c, %place, %floor, %home, %true) : (!rt.ptr, !rt.stack, !rt.stack, i32, i1) -> (i32, i32)
  %frame = func.call @rt.object(%c, %below) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %site, %frame[${Header.WHERE} : i64] : i32
  cf.br ^end
^end:
  return %leaves : i1
}

// The size of the frame under a state word, in words; 0 for a FINISH word.
func.func private @rt.frame_words(%c: !rt.ptr, %word: i32) -> i32 {
  %c1 = arith.constant 1 : i32
  %c13 = arith.constant 13 : i32
  %left = arith.shli %word, %c1 : i32
  %size = arith.shrui %left, %c13 : i32
  return %size : i32
}

// A heap frame for a task that runs on the stack whose home is given. 0: exhausted.
func.func private @rt.stack_task(%c: !rt.ptr, %own: !rt.stack, %home: i32, %machine: i32, %bytes: i64, %site: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %frame = func.call @rt.object(%c, %home) : (!rt.ptr, i32) -> !rt.ptr
  %instance = rt.load %frame[${Header.INSTANCE} : i64] : i32
  %uncounted = arith.constant ${FrameFlags.UNCOUNTED} : i32
  %handle = func.call @rt.new_task_here(%c, %own, %bytes, %machine, %uncounted, %site, %instance) : (!rt.ptr, !rt.stack, i64, i32, i32, i32, i32) -> i32
  %exports_index = arith.constant ${INDEX.exports} : i32
  %exports_one = arith.constant 1 : i32
  func.call @rt.count_here(%c, %own, %exports_index, %exports_one) : (!rt.ptr, !rt.stack, i32, i32) -> ()
  return %handle : i32
}

// Writes a stack frame of that many words, its state word included, to its heap frame. A TAIL frame waits for the child from now
// on, which nobody else knows yet.
func.func private @rt.write_frame(%c: !rt.ptr, %own: i32, %first: !rt.stack, %words: i32, %state: i32, %site: i32, %child: i32, %tail: i1) {
  %frame = func.call @rt.object(%c, %own) : (!rt.ptr, i32) -> !rt.ptr
  %awaited = func.call @rt.object(%c, %child) : (!rt.ptr, i32) -> !rt.ptr
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %c4 = arith.constant 4 : i64
  %start = arith.constant ${HEADER_BYTES} : i64
  %payload = rt.ptr_add %frame, %start
  %waiting = arith.constant ${Status.WAITING} : i32
  %ready = arith.constant ${Status.READY} : i32
  %status = arith.select %tail, %waiting, %ready : i32
  rt.store %state, %frame[${Header.STATE} : i64] : i32
  rt.store %site, %frame[${Header.WHERE} : i64] : i32
  rt.store %child, %frame[${Header.WAITS_ON} : i64] : i32
  %last = arith.subi %words, %one : i32
  cf.br ^copy(%zero, %first, %payload : i32, !rt.stack, !rt.ptr)
^copy(%k: i32, %from: !rt.stack, %to: !rt.ptr):
  %more = arith.cmpi slt, %k, %last : i32
  cf.cond_br %more, ^word, ^copied
^word:
  %value = rt.stack_load %from[0] {maybe_unwritten} : i32  // The payload may have holes.
  rt.store %value, %to[0 : i64] : i32
  %next = arith.addi %k, %one : i32
  %source = rt.stack_add %from, %one
  %target = rt.ptr_add %to, %c4
  cf.br ^copy(%next, %source, %target : i32, !rt.stack, !rt.ptr)
^copied:
  func.call @rt.adopt(%c, %child, %own) : (!rt.ptr, i32, i32) -> ()
  func.call @rt.set_status(%c, %frame, %status) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.cond_br %tail, ^wait, ^end
^wait:
  %waiter = arith.extui %own : i32 to i64
  rt.store %waiter, %awaited[${Header.WAITERS} : i64] : i64
  rt.store %zero, %frame[${Header.NEXT} : i64] : i32
  cf.br ^end
^end:
  return
}

// Takes on the oldest request of a worker that has no task. The worker's number + 1; 0: there is none. Who takes it on must put tasks into
// the worker's box, or ask again in its place.
//
// By additions: nobody fails because another was faster, so as many can be taken on in the time of one as memory adds numbers. (By one
// exchange of SERVED it was one in a round trip, and 2,000 workers had to wait for their first task for 0.8 ms.) OPEN grants no more
// than there are, and SERVED deals out their cells.
func.func private @rt.serves(%c: !rt.ptr) -> i32 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %open = rt.atomic_load relaxed device %c[${Control.OPEN} : i64] pairs "the additions of those who ask, the subtractions of those who serve" : i32
  %some = arith.cmpi sgt, %open, %zero : i32
  cf.cond_br %some, ^take, ^none
^take:
  %left = rt.atomic_rmw sub relaxed device %one, %c[${Control.OPEN} : i64] pairs "the others who serve: no more than there are requests" : i32 -> i32
  %granted = arith.cmpi sgt, %left, %zero : i32
  cf.cond_br %granted, ^number, ^back
^back:
  %back = rt.atomic_rmw add relaxed device %one, %c[${Control.OPEN} : i64] pairs "this worker's own subtraction" : i32 -> i32
  cf.br ^none
^number:
  %served = rt.atomic_rmw add relaxed device %one, %c[${Control.SERVED} : i64] pairs "the others who serve: each request once" : i32 -> i32
  cf.br ^cell
^cell:
  %ring = func.call @rt.request(%c, %served) : (!rt.ptr, i32) -> !rt.ptr
  cf.br ^try
^try:
  %worker = rt.atomic_load acquire device %ring[0 : i64] pairs "ask's release store, which is under way" : i32
  %there = arith.cmpi ne, %worker, %zero : i32
  cf.cond_br %there, ^got, ^try
^got:
  rt.atomic_store relaxed device %zero, %ring[0 : i64] pairs "ask's store a lap later, by a worker that has had its answer since" : i32
  return %worker : i32
^none:
  return %zero : i32
}

// The cell of a request.
func.func private @rt.request(%c: !rt.ptr, %number: i32) -> !rt.ptr {
  %mail = rt.load %c[${Control.MAIL} : i64] : !rt.ptr
  %workers = arith.constant ${Mail.WORKERS} : i32
  %one = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %mask = arith.subi %workers, %one : i32
  %index = arith.andi %number, %mask : i32
  %distance32 = arith.shli %index, %c2 : i32
  %distance = arith.extui %distance32 : i32 to i64
  %cell = rt.ptr_add %mail, %distance
  return %cell : !rt.ptr
}

// Asks for tasks. A worker has one request at a time: the next only when the answer to the last is out of its box.
func.func private @rt.ask(%c: !rt.ptr, %worker: i32) {
  %one = arith.constant 1 : i32
  %ticket = rt.atomic_rmw add relaxed device %one, %c[${Control.ASKED} : i64] pairs "the others who ask: each cell once" : i32 -> i32
  %cell = func.call @rt.request(%c, %ticket) : (!rt.ptr, i32) -> !rt.ptr
  %named = arith.addi %worker, %one : i32
  rt.atomic_store release device %named, %cell[0 : i64] pairs "serves' acquire load: the box is empty by then" : i32
  %open = rt.atomic_rmw add relaxed device %one, %c[${Control.OPEN} : i64] pairs "serves' subtraction; the cell is read behind its own store" : i32 -> i32
  return
}

// A worker's box.
func.func private @rt.box(%c: !rt.ptr, %worker: i32) -> !rt.ptr {
  %mail = rt.load %c[${Control.MAIL} : i64] : !rt.ptr
  %first = arith.constant ${Mail.BOXES} : i64
  %size = arith.constant ${Mail.BOX_BYTES} : i64
  %wide = arith.extui %worker : i32 to i64
  %distance = arith.muli %wide, %size : i64
  %offset = arith.addi %distance, %first : i64
  %box = rt.ptr_add %mail, %offset
  return %box : !rt.ptr
}

// How many tasks lie in a box.
func.func private @rt.mail(%c: !rt.ptr, %worker: i32) -> i32 {
  %box = func.call @rt.box(%c, %worker) : (!rt.ptr, i32) -> !rt.ptr
  %count = rt.atomic_load acquire device %box[${Mail.COUNT} : i64] pairs "answer's release store: the tasks and their frames are seen" : i32
  return %count : i32
}

// Whether there are any. Who waits looks by this: each acquire on a GPU empties the cache of all who share it.
func.func private @rt.has_mail(%c: !rt.ptr, %worker: i32) -> i1 {
  %zero = arith.constant 0 : i32
  %box = func.call @rt.box(%c, %worker) : (!rt.ptr, i32) -> !rt.ptr
  %count = rt.atomic_load relaxed device %box[${Mail.COUNT} : i64] pairs "answer's release store; what it published is read behind mail's acquire load" : i32
  %some = arith.cmpi ne, %count, %zero : i32
  return %some : i1
}

// The tasks stand in the box: their number makes them the owner's.
func.func private @rt.answer(%c: !rt.ptr, %worker: i32, %count: i32) {
  %box = func.call @rt.box(%c, %worker) : (!rt.ptr, i32) -> !rt.ptr
  rt.atomic_store release device %count, %box[${Mail.COUNT} : i64] pairs "mail's acquire load" : i32
  return
}

// The tasks are out of the box.
func.func private @rt.empty_box(%c: !rt.ptr, %worker: i32) {
  %zero = arith.constant 0 : i32
  %box = func.call @rt.box(%c, %worker) : (!rt.ptr, i32) -> !rt.ptr
  rt.atomic_store relaxed device %zero, %box[${Mail.COUNT} : i64] pairs "answer's store, by who takes on the owner's next request: ask's release comes between" : i32
  return
}

// The word of a task in a box.
func.func private @rt.box_task(%c: !rt.ptr, %worker: i32, %index: i32) -> !rt.ptr {
  %box = func.call @rt.box(%c, %worker) : (!rt.ptr, i32) -> !rt.ptr
  %c2 = arith.constant 2 : i32
  %first = arith.constant ${Mail.TASKS} : i64
  %distance32 = arith.shli %index, %c2 : i32
  %distance = arith.extui %distance32 : i32 to i64
  %offset = arith.addi %distance, %first : i64
  %word = rt.ptr_add %box, %offset
  return %word : !rt.ptr
}

// More tasks are active: those that were exported and are about to be handed on.
func.func private @rt.activate(%c: !rt.ptr, %number: i64) {
  %old = rt.atomic_rmw add relaxed device %number, %c[${Control.ACTIVE} : i64] pairs "retire's subtraction, which for these tasks comes later in this warp or behind a push" : i64 -> i64
  return
}

// A lane's own words, at the bottom of its workspace: [0] the task that it runs next, 0 none; [1] how many more tasks it made active than
// ACTIVE says; [2] the first of the freed frames that it keeps, in units of 16 bytes, 0 none: a stack of objects of @stack.units units, linked by
// MACHINE as on the shared lists; [3] a task whose segment in this lane is over but for what others see of it, 0 none; [4] what that task
// waits for, 0: it has ended. A lane adds to [1] before it subtracts its own segment from ACTIVE, so that counts of both meet first.

// Counts events in the lane's own words, from [5] on, in code built with statistics (the other body is empty).
func.func private @rt.count_here(%c: !rt.ptr, %own: !rt.stack, %index: i32, %number: i32) {
  %word = rt.stack_add %own, %index
  %old = rt.stack_load %word[5] : i32
  %new = arith.addi %old, %number : i32
  rt.stack_store %new, %word[5] : i32
  return
}

// A task's frame, out of those that this lane keeps if there is one. 0: exhausted.
func.func private @rt.new_task_here(%c: !rt.ptr, %own: !rt.stack, %bytes: i64, %machine: i32, %flags: i32, %site: i32, %instance: i32) -> i32 {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %c4 = arith.constant 4 : i32
  %c15 = arith.constant 15 : i64
  %c4wide = arith.constant 4 : i64
  %offset_mask = arith.constant 268435455 : i32
  %kept = rt.stack_load %own[2] : i32
  %up = arith.addi %bytes, %c15 : i64
  %units = arith.shrui %up, %c4wide : i64
  %size = func.call @stack.units() : () -> i64
  %same = arith.cmpi eq, %units, %size : i64
  %some = arith.cmpi ne, %kept, %zero : i32
  %take = arith.andi %same, %some : i1
  cf.cond_br %take, ^take(%kept : i32), ^other
^other:
  cf.cond_br %same, ^stock, ^any
^any:
  %new = func.call @rt.new_object(%c, %bytes, %machine, %flags, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  return %new : i32
^stock:
  %stocked = func.call @rt.stock(%c, %own, %units) : (!rt.ptr, !rt.stack, i64) -> i1
  cf.cond_br %stocked, ^again, ^any
^again:
  %first = rt.stack_load %own[2] : i32
  cf.br ^take(%first : i32)
^take(%place: i32):
  %handle = arith.shli %place, %c4 : i32
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %link = rt.atomic_load relaxed device %object[${Header.MACHINE} : i64] pairs "this lane's own store in release_here" : i32
  %next = arith.andi %link, %offset_mask : i32
  rt.stack_store %next, %own[2] : i32
  rt.atomic_store relaxed device %machine, %object[${Header.MACHINE} : i64] pairs "take_free's load of an object that was on a shared list once: its exchange fails" : i32
  func.call @rt.begin_life(%object) : (!rt.ptr) -> ()
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
  return %handle : i32
}

// Takes several frames of that many units from the end of the arena for this lane. False: they do not fit; then there may be freed ones. In a
// small arena it looks first: what does not fit is lost.
func.func private @rt.stock(%c: !rt.ptr, %own: !rt.stack, %units: i64) -> i1 {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %number = arith.constant 4 : i32
  %number64 = arith.constant 4 : i64
  %c4 = arith.constant 4 : i64
  %false = arith.constant false
  %true = arith.constant true
  %free = arith.constant ${ObjectKind.FREE} : i32
  %limit = rt.load %c[${Control.ARENA_BYTES} : i64] : i64
  %all = arith.muli %units, %number64 : i64
  %size = arith.shli %all, %c4 : i64
  %least = arith.constant 33554432 : i64
  %large = arith.cmpi uge, %limit, %least : i64
  cf.cond_br %large, ^take, ^look
^look:
  %seen = rt.atomic_load relaxed device %c[${Control.BUMP} : i64] pairs "the additions of those who allocate" : i64
  %hoped = arith.addi %seen, %size : i64
  %room = arith.cmpi ule, %hoped, %limit : i64
  cf.cond_br %room, ^take, ^no
^take:
  %start = rt.atomic_rmw add relaxed device %size, %c[${Control.BUMP} : i64] pairs "nothing: only the sum matters, the objects are published later" : i64 -> i64
  %end = arith.addi %start, %size : i64
  %fits = arith.cmpi ule, %end, %limit : i64
  cf.cond_br %fits, ^cut, ^late
^late:
  %before = rt.atomic_rmw minu relaxed device %start, %c[${Control.END} : i64] pairs "nothing: read by the host after the launch" : i64 -> i64
  cf.br ^no
^cut:
  %units32 = arith.trunci %units : i64 to i32
  %first64 = arith.shrui %start, %c4 : i64
  %first = arith.trunci %first64 : i64 to i32
  cf.br ^one(%zero, %first, %zero : i32, i32, i32)
^one(%k: i32, %place: i32, %list: i32):
  %more = arith.cmpi slt, %k, %number : i32
  cf.cond_br %more, ^write, ^done
^write:
  %c4narrow = arith.constant 4 : i32
  %handle = arith.shli %place, %c4narrow : i32
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %link = arith.ori %list, %free : i32
  rt.atomic_store relaxed device %link, %object[${Header.MACHINE} : i64] pairs "this lane's own load in new_task_here" : i32
  rt.store %units32, %object[${Header.BYTES} : i64] : i32
  %next = arith.addi %place, %units32 : i32
  %count = arith.addi %k, %one : i32
  cf.br ^one(%count, %next, %place : i32, i32, i32)
^done:
  rt.stack_store %list, %own[2] : i32
  return %true : i1
^no:
  return %false : i1
}

func.func private @rt.new_task_anywhere(%c: !rt.ptr, %own: !rt.stack, %bytes: i64, %machine: i32, %flags: i32, %site: i32, %instance: i32) -> i32 {
  %new = func.call @rt.new_object(%c, %bytes, %machine, %flags, %site, %instance) : (!rt.ptr, i64, i32, i32, i32, i32) -> i32
  return %new : i32
}

// Frees an object that nobody names any more; this lane keeps it if it has the size of its tasks' frames.
func.func private @rt.release_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %zero = arith.constant 0 : i32
  %c4 = arith.constant 4 : i32
  %free = arith.constant ${ObjectKind.FREE} : i32
  %object = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %kind = rt.load %object[${Header.ERROR_KIND} : i64] : i32
  %none = arith.cmpi eq, %kind, %zero : i32
  %observed = arith.constant ${FrameFlags.OBSERVED} : i32
  %flags = rt.load %object[${Header.FLAGS} : i64] : i32
  %bit = arith.andi %flags, %observed : i32
  %seen = arith.cmpi ne, %bit, %zero : i32
  %fine = arith.ori %none, %seen : i1
  %units32 = rt.load %object[${Header.BYTES} : i64] : i32
  %units = arith.extui %units32 : i32 to i64
  %size = func.call @stack.units() : () -> i64
  %same = arith.cmpi eq, %units, %size : i64
  %keeps = arith.andi %fine, %same : i1
  cf.cond_br %keeps, ^keep, ^other
^other:
  func.call @rt.release(%c, %handle) : (!rt.ptr, i32) -> ()
  return
^keep:
  func.call @rt.end_life(%object) : (!rt.ptr) -> ()
  %first = rt.stack_load %own[2] : i32
  %link = arith.ori %first, %free : i32
  %place = arith.shrui %handle, %c4 : i32
  rt.atomic_store relaxed device %link, %object[${Header.MACHINE} : i64] pairs "this lane's own load in new_task_here" : i32
  rt.stack_store %place, %own[2] : i32
  return
}

func.func private @rt.release_anywhere(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  func.call @rt.release(%c, %handle) : (!rt.ptr, i32) -> ()
  return
}

// The same as drop_awaited.
func.func private @rt.drop_awaited_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %null = arith.constant 0 : i32
  %some = arith.cmpi ne, %handle, %null : i32
  cf.cond_br %some, ^release, ^end
^release:
  func.call @rt.release_here(%c, %own, %handle) : (!rt.ptr, !rt.stack, i32) -> ()
  cf.br ^end
^end:
  return
}

func.func private @rt.ended_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32, %dropped: i1) {
  cf.cond_br %dropped, ^release, ^end
^release:
  func.call @rt.release_here(%c, %own, %handle) : (!rt.ptr, !rt.stack, i32) -> ()
  cf.br ^end
^end:
  return
}

// Makes a task the next one of this lane. One that was next goes to the ready queue.
func.func private @rt.ready_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %old = rt.stack_load %own[0] : i32
  %more = rt.stack_load %own[1] : i32
  %count = arith.addi %more, %one : i32
  rt.stack_store %handle, %own[0] : i32
  rt.stack_store %count, %own[1] : i32
  %displaced = arith.cmpi ne, %old, %zero : i32
  cf.cond_br %displaced, ^push, ^end
^push:
  %wide = arith.extui %count : i32 to i64
  func.call @rt.activate(%c, %wide) : (!rt.ptr, i64) -> ()
  rt.stack_store %zero, %own[1] : i32
  func.call @rt.push(%c, %old) : (!rt.ptr, i32) -> ()
  cf.br ^end
^end:
  return
}

// Leaves the end of a task, or its wait for a source, to the worker: it does that for all lanes together (StackWorker._settle_all), so that
// one barrier of memory serves them all, whatever code they came from. Until then nobody knows of it, and ACTIVE counts the task.
func.func private @rt.leave_over(%c: !rt.ptr, %own: !rt.stack, %self: i32, %source: i32) {
  rt.stack_store %self, %own[3] : i32
  rt.stack_store %source, %own[4] : i32
  return
}

// Ends a task, as `complete`; of those that waited for it, this lane runs one next. A root ends at once, others when the lanes meet.
func.func private @rt.complete_here(%c: !rt.ptr, %own: !rt.stack, %self: i32) {
  %frame = func.call @rt.object(%c, %self) : (!rt.ptr, i32) -> !rt.ptr
  %flags = rt.load %frame[${Header.FLAGS} : i64] : i32
  %root_bit = arith.constant ${FrameFlags.ROOT} : i32
  %zero = arith.constant 0 : i32
  %masked = arith.andi %flags, %root_bit : i32
  %root = arith.cmpi ne, %masked, %zero : i32
  cf.cond_br %root, ^root, ^task
^root:
  func.call @rt.complete(%c, %self) : (!rt.ptr, i32) -> ()
  return
^task:
  func.call @rt.uncount(%c, %flags) : (!rt.ptr, i32) -> ()
  func.call @rt.leave_over(%c, %own, %self, %zero) : (!rt.ptr, !rt.stack, i32, i32) -> ()
  return
}

func.func private @rt.complete_anywhere(%c: !rt.ptr, %own: !rt.stack, %self: i32) {
  func.call @rt.complete(%c, %self) : (!rt.ptr, i32) -> ()
  return
}

// Wakes one that waited: here, if this lane can run it.
func.func private @rt.wake_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %flags = rt.load %frame[${Header.FLAGS} : i64] : i32
  %warp_bit = arith.constant ${FrameFlags.WARP} : i32
  %zero = arith.constant 0 : i32
  %masked = arith.andi %flags, %warp_bit : i32
  %warp = arith.cmpi ne, %masked, %zero : i32
  cf.cond_br %warp, ^far, ^here
^far:
  func.call @rt.wake(%c, %handle) : (!rt.ptr, i32) -> ()
  return
^here:
  func.call @rt.wake_lane_here(%c, %own, %handle) : (!rt.ptr, !rt.stack, i32) -> ()
  return
}

// The same where all tasks are of lanes, or where this one is.
func.func private @rt.wake_lane_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %frame = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %ready = arith.constant ${Status.READY} : i32
  %wakes_index = arith.constant ${INDEX.wakes} : i32
  %wakes_one = arith.constant 1 : i32
  rt.store %ready, %frame[${Header.STATUS} : i64] : i32
  func.call @rt.count_here(%c, %own, %wakes_index, %wakes_one) : (!rt.ptr, !rt.stack, i32, i32) -> ()
  func.call @rt.ready_here(%c, %own, %handle) : (!rt.ptr, !rt.stack, i32) -> ()
  return
}

func.func private @rt.finish_here(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %zero = arith.constant 0 : i32
  %link = arith.constant ${ObjectKind.GROUP_LINK} : i32
  %self = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  %kind = rt.load %self[${Header.ERROR_KIND} : i64] : i32
  %code = rt.load %self[${Header.ERROR_CODE} : i64] : i32
  %site = rt.load %self[${Header.ERROR_SITE} : i64] : i32
  %head, %dropped = func.call @rt.take_waiters(%c, %handle) : (!rt.ptr, i32) -> (i32, i1)
  cf.br ^tell(%head : i32)
^tell(%first: i32):
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
  cf.br ^tell(%next : i32)
^task:
  func.call @rt.wake_here(%c, %own, %first) : (!rt.ptr, !rt.stack, i32) -> ()
  cf.br ^tell(%next : i32)
^end:
  func.call @rt.ended_here(%c, %own, %handle, %dropped) : (!rt.ptr, !rt.stack, i32, i1) -> ()
  return
}

func.func private @rt.finish_here_for_tasks(%c: !rt.ptr, %own: !rt.stack, %handle: i32) {
  %zero = arith.constant 0 : i32
  %head, %dropped = func.call @rt.take_waiters(%c, %handle) : (!rt.ptr, i32) -> (i32, i1)
  cf.br ^tell(%head : i32)
^tell(%first: i32):
  %some = arith.cmpi ne, %first, %zero : i32
  cf.cond_br %some, ^one, ^end
^one:
  %object = func.call @rt.object(%c, %first) : (!rt.ptr, i32) -> !rt.ptr
  %next = rt.load %object[${Header.NEXT} : i64] : i32
  func.call @rt.wake_here(%c, %own, %first) : (!rt.ptr, !rt.stack, i32) -> ()
  cf.br ^tell(%next : i32)
^end:
  func.call @rt.ended_here(%c, %own, %handle, %dropped) : (!rt.ptr, !rt.stack, i32, i1) -> ()
  return
}
