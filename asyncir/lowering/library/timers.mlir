// Timers: sleeping tasks and the timeouts of selects, in pairing heaps (Fredman et al. 1986): arming costs O(1), firing and
// disarming O(log n) amortised. Nobody polls a sleeper: workers look at one word, TIMER_SOONEST, and at the heaps only when it has passed.
//
// A node is an object whose header holds abi.Timer's words: the frame of a sleeping task, or a select's timer node. Links, ROOT and DUE
// of armed nodes belong to who holds the heap's LOCK (abi.Timers); it is held for a few dozen instructions (firing: a batch) and its holder
// waits for nobody. A node always goes to the same heap, by its handle; there are as many heaps as shards (one on the CPU), so that many
// tasks can go to sleep, and many workers fire, at the same time.
//
//     out ──rt.arm──► in its heap ──rt.serve_timers, due──► out: its task is claimed and woken, if nothing else has claimed it
//                          └──────────rt.disarm───────────► out: a select that went on otherwise, a cancelled sleeper
//
// No timer is forgotten: a heap's DUE is stored (under its lock) before it is announced to SOONEST by a maximum (times are inverted, so that
// zeroed memory means none). Who finds SOONEST passed takes it (exchange for 0), reads every heap's DUE and announces what it saw. An
// announcement before the exchange has made its DUE visible to those reads; one behind it stays in SOONEST.
//
// An armed timer counts 1 in ACTIVE and in TIMERS. rt.arm adds it before the node can be found; who takes the node out of the heap
// subtracts it, after waking. So ACTIVE is not 0 while a timer is armed, and equal to TIMERS while nothing else can happen.

// The heap of a node.
func.func private @rt.timer_heap(%c: !rt.ptr, %node: i32) -> !rt.ptr {
  %c6 = arith.constant 6 : i32
  %mix = arith.constant 40503 : i32
  %c8 = arith.constant 8 : i32
  %units = arith.shrui %node, %c6 : i32
  %mixed = arith.muli %units, %mix : i32
  %high = arith.shrui %mixed, %c8 : i32
  %number = arith.extui %high : i32 to i64
  %heap = func.call @rt.heap_number(%c, %number) : (!rt.ptr, i64) -> !rt.ptr
  return %heap : !rt.ptr
}

// The heap of a number, modulo their number.
func.func private @rt.heap_number(%c: !rt.ptr, %number: i64) -> !rt.ptr {
  %last = func.call @rt.last_heap(%c) : (!rt.ptr) -> i64
  %c6 = arith.constant 6 : i64
  %heaps = arith.constant ${Control.TIMER_HEAPS} : i64
  %index = arith.andi %number, %last : i64
  %distance = arith.shli %index, %c6 : i64
  %offset = arith.addi %heaps, %distance : i64
  %heap = rt.ptr_add %c, %offset
  return %heap : !rt.ptr
}

// The number of heaps, a power of two, less 1.
func.func private @rt.last_heap(%c: !rt.ptr) -> i64 {
  %one = arith.constant 1 : i64
  %most = arith.constant ${Timers.HEAPS} : i64
  %shards = rt.load %c[${Control.SHARD_MASK} : i64] : i64
  %mask = arith.subi %most, %one : i64
  %last = arith.andi %shards, %mask : i64
  return %last : i64
}

// Arms a node whose DUE is written; it is in no heap.
func.func private @rt.arm(%c: !rt.ptr, %node: i32) attributes {rt.no_inline} {
  %one = arith.constant 1 : i64
  %zero = arith.constant 0 : i32
  %active = rt.atomic_rmw add relaxed device %one, %c[${Control.ACTIVE} : i64] pairs "retire's subtraction; unlock_timers' release orders it before the node is found" : i64 -> i64
  %armed = rt.atomic_rmw add relaxed device %one, %c[${Control.TIMERS} : i64] pairs "pause_for_timers' load" : i64 -> i64
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %due = rt.load %object[${Timer.DUE} : i64] : i64
  %heap = func.call @rt.timer_heap(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  func.call @rt.lock_timers(%heap) : (!rt.ptr) -> ()
  rt.store %zero, %object[${Timer.CHILD} : i64] : i32
  rt.store %zero, %object[${Timer.SIBLING} : i64] : i32
  rt.store %zero, %object[${Timer.PREVIOUS} : i64] : i32
  %root = rt.load %heap[${Timers.ROOT} : i64] : i32
  %new_root = func.call @rt.meld(%c, %root, %node) : (!rt.ptr, i32, i32) -> i32
  func.call @rt.set_timer_root(%c, %heap, %new_root) : (!rt.ptr, !rt.ptr, i32) -> ()
  func.call @rt.unlock_timers(%heap) : (!rt.ptr) -> ()
  func.call @rt.announce_timer(%c, %due) : (!rt.ptr, i64) -> ()
  return
}

// Takes a node out of its heap, if it is there. When this returns nobody else uses the node as a timer.
func.func private @rt.disarm(%c: !rt.ptr, %node: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %heap = func.call @rt.timer_heap(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  func.call @rt.lock_timers(%heap) : (!rt.ptr) -> ()
  %root = rt.load %heap[${Timers.ROOT} : i64] : i32
  %previous = rt.load %object[${Timer.PREVIOUS} : i64] : i32
  %is_root = arith.cmpi eq, %root, %node : i32
  %linked = arith.cmpi ne, %previous, %zero : i32
  %armed = arith.ori %is_root, %linked : i1
  cf.cond_br %armed, ^remove, ^end
^remove:
  %child = rt.load %object[${Timer.CHILD} : i64] : i32
  %rest = func.call @rt.merge_pairs(%c, %child) : (!rt.ptr, i32) -> i32
  cf.cond_br %is_root, ^was_root, ^inner
^was_root:
  func.call @rt.set_timer_root(%c, %heap, %rest) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^removed
^inner:
  func.call @rt.cut(%c, %node) : (!rt.ptr, i32) -> ()
  %melded = func.call @rt.meld(%c, %root, %rest) : (!rt.ptr, i32, i32) -> i32
  func.call @rt.set_timer_root(%c, %heap, %melded) : (!rt.ptr, !rt.ptr, i32) -> ()
  cf.br ^removed
^removed:
  rt.store %zero, %object[${Timer.CHILD} : i64] : i32
  rt.store %zero, %object[${Timer.PREVIOUS} : i64] : i32
  func.call @rt.unlock_timers(%heap) : (!rt.ptr) -> ()
  func.call @rt.uncount_timers(%c, %one) : (!rt.ptr, i64) -> ()
  return
^end:
  func.call @rt.unlock_timers(%heap) : (!rt.ptr) -> ()
  return
}

// In a program without timers.
func.func private @rt.disarm_nothing(%c: !rt.ptr, %node: i32) {
  return
}

// Fires timers that are due: their tasks become ready. Nanoseconds until the next one is due: 0 where some were fired, -1 when none is
// armed, or another worker is finding that out. For one thread of a warp; never waits for longer than a heap is locked.
func.func private @rt.serve_timers(%c: !rt.ptr) -> i64 {
  %zero = arith.constant 0 : i64
  %minus = arith.constant -1 : i64
  %never = arith.constant ${Timers.NEVER} : i64
  %soonest = rt.atomic_load relaxed device %c[${Control.TIMER_SOONEST} : i64] pairs "announce_timer's maximum" : i64
  %none = arith.cmpi eq, %soonest, %zero : i64
  cf.cond_br %none, ^nothing, ^look
^look:
  %now = rt.clock : i64
  %due = arith.subi %never, %soonest : i64
  %left = arith.subi %due, %now : i64
  %early = arith.cmpi sgt, %left, %zero : i64
  cf.cond_br %early, ^wait, ^serve
^serve:
  func.call @rt.serve_heaps(%c, %now) : (!rt.ptr, i64) -> ()
  return %zero : i64
^wait:
  return %left : i64
^nothing:
  return %minus : i64
}

// Reads every heap's DUE, announces them, and fires from one heap that is due; others that are keep SOONEST in the past, for other workers.
func.func private @rt.serve_heaps(%c: !rt.ptr, %now: i64) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %minus = arith.constant -1 : i64
  %c8 = arith.constant 8 : i64
  %never = arith.constant ${Timers.NEVER} : i64
  %taken = rt.atomic_rmw xchg acq_rel device %zero, %c[${Control.TIMER_SOONEST} : i64] pairs "announce_timer's maximum: the DUE that it announced is seen below" : i64 -> i64
  %last = func.call @rt.last_heap(%c) : (!rt.ptr) -> i64
  %start = arith.shrui %now, %c8 : i64
  cf.br ^look(%zero, %never, %minus : i64, i64, i64)
^look(%step: i64, %soonest: i64, %mine: i64):
  %more = arith.cmpi sle, %step, %last : i64
  cf.cond_br %more, ^heap, ^seen
^heap:
  %number = arith.addi %start, %step : i64
  %next = arith.addi %step, %one : i64
  %heap = func.call @rt.heap_number(%c, %number) : (!rt.ptr, i64) -> !rt.ptr
  %due = rt.atomic_load relaxed device %heap[${Timers.DUE} : i64] pairs "set_timer_root's store" : i64
  %empty = arith.cmpi eq, %due, %zero : i64
  cf.cond_br %empty, ^look(%next, %soonest, %mine : i64, i64, i64), ^armed
^armed:
  %is_due = arith.cmpi sle, %due, %now : i64
  %nobody = arith.cmpi slt, %mine, %zero : i64
  %takes = arith.andi %is_due, %nobody : i1
  %sooner = arith.minsi %soonest, %due : i64
  %others = arith.select %takes, %soonest, %sooner : i64
  %chosen = arith.select %takes, %number, %mine : i64
  cf.br ^look(%next, %others, %chosen : i64, i64, i64)
^seen:
  %any = arith.cmpi slt, %soonest, %never : i64
  cf.cond_br %any, ^announce, ^fire
^announce:
  func.call @rt.announce_timer(%c, %soonest) : (!rt.ptr, i64) -> ()
  cf.br ^fire
^fire:
  %found = arith.cmpi sge, %mine, %zero : i64
  cf.cond_br %found, ^take, ^end
^take:
  %own = func.call @rt.heap_number(%c, %mine) : (!rt.ptr, i64) -> !rt.ptr
  func.call @rt.fire_timers(%c, %own, %now) : (!rt.ptr, !rt.ptr, i64) -> ()
  cf.br ^end
^end:
  return
}

// Takes up to 64 due nodes out of a heap, and wakes the tasks that it could claim. Announces when the heap is due next.
func.func private @rt.fire_timers(%c: !rt.ptr, %heap: !rt.ptr, %now: i64) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %zero64 = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %most = arith.constant 64 : i64
  func.call @rt.lock_timers(%heap) : (!rt.ptr) -> ()
  cf.br ^look(%zero, %zero, %zero64 : i32, i32, i64)
^look(%first: i32, %last: i32, %taken: i64):
  %root = rt.load %heap[${Timers.ROOT} : i64] : i32
  %some = arith.cmpi ne, %root, %zero : i32
  %room = arith.cmpi slt, %taken, %most : i64
  %go_on = arith.andi %some, %room : i1
  cf.cond_br %go_on, ^check, ^done(%first, %taken : i32, i64)
^check:
  %node = func.call @rt.object(%c, %root) : (!rt.ptr, i32) -> !rt.ptr
  %due = rt.load %node[${Timer.DUE} : i64] : i64
  %is_due = arith.cmpi sle, %due, %now : i64
  cf.cond_br %is_due, ^take, ^done(%first, %taken : i32, i64)
^take:
  %child = rt.load %node[${Timer.CHILD} : i64] : i32
  %rest = func.call @rt.merge_pairs(%c, %child) : (!rt.ptr, i32) -> i32
  rt.store %rest, %heap[${Timers.ROOT} : i64] : i32
  rt.store %zero, %node[${Timer.CHILD} : i64] : i32
  rt.store %zero, %node[${Timer.PREVIOUS} : i64] : i32
  %more = arith.addi %taken, %one : i64
  %task = func.call @rt.claim_waiter(%c, %root) : (!rt.ptr, i32) -> i32
  %stale = arith.cmpi eq, %task, %zero : i32
  cf.cond_br %stale, ^look(%first, %last, %more : i32, i32, i64), ^chain
^chain:
  %frame = func.call @rt.object(%c, %task) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %frame[${Header.NEXT} : i64] : i32
  %empty = arith.cmpi eq, %last, %zero : i32
  cf.cond_br %empty, ^look(%task, %task, %more : i32, i32, i64), ^behind
^behind:
  %tail = func.call @rt.object(%c, %last) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %task, %tail[${Header.NEXT} : i64] : i32
  cf.br ^look(%first, %task, %more : i32, i32, i64)
^done(%head: i32, %number: i64):
  %new_root = rt.load %heap[${Timers.ROOT} : i64] : i32
  func.call @rt.set_timer_root(%c, %heap, %new_root) : (!rt.ptr, !rt.ptr, i32) -> ()
  %next_due = rt.atomic_load relaxed device %heap[${Timers.DUE} : i64] pairs "set_timer_root's store, by this thread" : i64
  func.call @rt.unlock_timers(%heap) : (!rt.ptr) -> ()
  %armed = arith.cmpi ne, %next_due, %zero64 : i64
  cf.cond_br %armed, ^announce, ^wake(%head : i32)
^announce:
  func.call @rt.announce_timer(%c, %next_due) : (!rt.ptr, i64) -> ()
  cf.br ^wake(%head : i32)
^wake(%next: i32):
  %is_task = arith.cmpi ne, %next, %zero : i32
  cf.cond_br %is_task, ^one, ^end
^one:
  %woken = func.call @rt.object(%c, %next) : (!rt.ptr, i32) -> !rt.ptr
  %following = rt.load %woken[${Header.NEXT} : i64] : i32
  rt.store %zero, %woken[${Header.NEXT} : i64] : i32
  func.call @rt.wake(%c, %next) : (!rt.ptr, i32) -> ()
  cf.br ^wake(%following : i32)
^end:
  %any = arith.cmpi sgt, %number, %zero64 : i64
  cf.cond_br %any, ^uncount, ^leave
^uncount:
  func.call @rt.uncount_timers(%c, %number) : (!rt.ptr, i64) -> ()
  cf.br ^leave
^leave:
  return
}

// Those timers are armed no more, and what they woke is counted.
func.func private @rt.uncount_timers(%c: !rt.ptr, %number: i64) {
  %left = rt.atomic_rmw sub relaxed device %number, %c[${Control.TIMERS} : i64] pairs "pause_for_timers' load" : i64 -> i64
  func.call @rt.retire(%c, %number) : (!rt.ptr, i64) -> ()
  return
}

// Where nothing but timers can make a task ready, pauses for a while that ends before the next one is due, and says true. `left` is what
// serve_timers gave.
func.func private @rt.pause_for_timers(%c: !rt.ptr, %left: i64) -> i1 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i64
  %long = arith.constant 200000 : i64
  %middle = arith.constant 20000 : i64
  %short = arith.constant 2000 : i64
  %false = arith.constant false
  %true = arith.constant true
  %armed = arith.cmpi sgt, %left, %zero : i64
  cf.cond_br %armed, ^ask, ^no
^ask:
  %active = rt.atomic_load relaxed device %c[${Control.ACTIVE} : i64] pairs "arm's and ready's additions; a stale value costs one pause" : i64
  %timers = rt.atomic_load relaxed device %c[${Control.TIMERS} : i64] pairs "arm's addition and uncount_timers' subtraction; a stale value costs one pause" : i64
  %only = arith.cmpi sle, %active, %timers : i64
  cf.cond_br %only, ^far, ^no
^far:
  %is_long = arith.cmpi sge, %left, %long : i64
  cf.cond_br %is_long, ^pause_long, ^near
^pause_long:
  rt.pause 100000 : i64
  return %true : i1
^near:
  %is_middle = arith.cmpi sge, %left, %middle : i64
  cf.cond_br %is_middle, ^pause_middle, ^soon
^pause_middle:
  rt.pause 10000 : i64
  return %true : i1
^soon:
  %is_short = arith.cmpi sge, %left, %short : i64
  cf.cond_br %is_short, ^pause_short, ^now
^pause_short:
  rt.pause 1000 : i64
  return %true : i1
^now:
  rt.pause 200 : i64
  return %true : i1
^no:
  return %false : i1
}

// A timer of a heap is due then; its heap's DUE says so already, or says something sooner.
func.func private @rt.announce_timer(%c: !rt.ptr, %due: i64) {
  %never = arith.constant ${Timers.NEVER} : i64
  %soonest = arith.subi %never, %due : i64
  %old = rt.atomic_rmw maxs acq_rel device %soonest, %c[${Control.TIMER_SOONEST} : i64] pairs "serve_heaps' exchange: it sees the heap's DUE; serve_timers' load" : i64 -> i64
  return
}

func.func private @rt.lock_timers(%heap: !rt.ptr) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  cf.br ^try
^try:
  %old, %mine = rt.cmpxchg acquire device %zero, %one, %heap[${Timers.LOCK} : i64] pairs "unlock_timers' release store" : i32
  cf.cond_br %mine, ^end, ^wait
^wait:
  rt.pause 100 : i64
  cf.br ^try
^end:
  return
}

func.func private @rt.unlock_timers(%heap: !rt.ptr) {
  %zero = arith.constant 0 : i32
  rt.atomic_store release device %zero, %heap[${Timers.LOCK} : i64] pairs "lock_timers' acquire exchange" : i32
  return
}

// ----------------------------------------------------------------------------------------------- a heap, under its lock

// A heap's root, and with it the word that others look at. A time of 0 would say that there is none.
func.func private @rt.set_timer_root(%c: !rt.ptr, %heap: !rt.ptr, %root: i32) attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %none64 = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  rt.store %root, %heap[${Timers.ROOT} : i64] : i32
  %none = arith.cmpi eq, %root, %zero : i32
  cf.cond_br %none, ^tell(%none64 : i64), ^some
^some:
  %object = func.call @rt.object(%c, %root) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %object[${Timer.PREVIOUS} : i64] : i32
  rt.store %zero, %object[${Timer.SIBLING} : i64] : i32
  %due = rt.load %object[${Timer.DUE} : i64] : i64
  %at_least = arith.maxsi %due, %one : i64
  cf.br ^tell(%at_least : i64)
^tell(%when: i64):
  rt.atomic_store relaxed device %when, %heap[${Timers.DUE} : i64] pairs "serve_heaps' load" : i64
  return
}

// One heap of two, either of which may be empty: the root that is due later becomes the other's first child. Of equals the first stays.
func.func private @rt.meld(%c: !rt.ptr, %a: i32, %b: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  %no_a = arith.cmpi eq, %a, %zero : i32
  cf.cond_br %no_a, ^only(%b : i32), ^have_a
^have_a:
  %no_b = arith.cmpi eq, %b, %zero : i32
  cf.cond_br %no_b, ^only(%a : i32), ^both
^both:
  %left = func.call @rt.object(%c, %a) : (!rt.ptr, i32) -> !rt.ptr
  %right = func.call @rt.object(%c, %b) : (!rt.ptr, i32) -> !rt.ptr
  %left_due = rt.load %left[${Timer.DUE} : i64] : i64
  %right_due = rt.load %right[${Timer.DUE} : i64] : i64
  %right_first = arith.cmpi slt, %right_due, %left_due : i64
  cf.cond_br %right_first, ^hang(%b, %right, %a, %left : i32, !rt.ptr, i32, !rt.ptr), ^hang(%a, %left, %b, %right : i32, !rt.ptr, i32, !rt.ptr)
^hang(%winner: i32, %parent: !rt.ptr, %loser: i32, %child: !rt.ptr):
  %sibling = rt.load %parent[${Timer.CHILD} : i64] : i32
  rt.store %sibling, %child[${Timer.SIBLING} : i64] : i32
  rt.store %winner, %child[${Timer.PREVIOUS} : i64] : i32
  rt.store %loser, %parent[${Timer.CHILD} : i64] : i32
  %alone = arith.cmpi eq, %sibling, %zero : i32
  cf.cond_br %alone, ^only(%winner : i32), ^next
^next:
  %second = func.call @rt.object(%c, %sibling) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %loser, %second[${Timer.PREVIOUS} : i64] : i32
  cf.br ^only(%winner : i32)
^only(%root: i32):
  return %root : i32
}

// One heap of a list of siblings: melds them in pairs from the left, then the pairs from the right.
func.func private @rt.merge_pairs(%c: !rt.ptr, %first: i32) -> i32 attributes {rt.no_inline} {
  %zero = arith.constant 0 : i32
  cf.br ^pair(%first, %zero : i32, i32)
^pair(%a: i32, %pairs: i32):
  %none = arith.cmpi eq, %a, %zero : i32
  cf.cond_br %none, ^collect(%pairs, %zero : i32, i32), ^partner
^partner:
  %left = func.call @rt.object(%c, %a) : (!rt.ptr, i32) -> !rt.ptr
  %b = rt.load %left[${Timer.SIBLING} : i64] : i32
  %alone = arith.cmpi eq, %b, %zero : i32
  cf.cond_br %alone, ^push(%a, %zero : i32, i32), ^meld
^meld:
  %right = func.call @rt.object(%c, %b) : (!rt.ptr, i32) -> !rt.ptr
  %rest = rt.load %right[${Timer.SIBLING} : i64] : i32
  %melded = func.call @rt.meld(%c, %a, %b) : (!rt.ptr, i32, i32) -> i32
  cf.br ^push(%melded, %rest : i32, i32)
^push(%root: i32, %remaining: i32):
  %top = func.call @rt.object(%c, %root) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %pairs, %top[${Timer.SIBLING} : i64] : i32
  cf.br ^pair(%remaining, %root : i32, i32)
^collect(%stack: i32, %heap: i32):
  %empty = arith.cmpi eq, %stack, %zero : i32
  cf.cond_br %empty, ^end, ^pop
^pop:
  %object = func.call @rt.object(%c, %stack) : (!rt.ptr, i32) -> !rt.ptr
  %below = rt.load %object[${Timer.SIBLING} : i64] : i32
  %both = func.call @rt.meld(%c, %stack, %heap) : (!rt.ptr, i32, i32) -> i32
  cf.br ^collect(%below, %both : i32, i32)
^end:
  return %heap : i32
}

// Unlinks a node that is not the root, with all below it, from its parent or sibling.
func.func private @rt.cut(%c: !rt.ptr, %node: i32) {
  %zero = arith.constant 0 : i32
  %object = func.call @rt.object(%c, %node) : (!rt.ptr, i32) -> !rt.ptr
  %previous = rt.load %object[${Timer.PREVIOUS} : i64] : i32
  %next = rt.load %object[${Timer.SIBLING} : i64] : i32
  %before = func.call @rt.object(%c, %previous) : (!rt.ptr, i32) -> !rt.ptr
  %child = rt.load %before[${Timer.CHILD} : i64] : i32
  %is_parent = arith.cmpi eq, %child, %node : i32
  cf.cond_br %is_parent, ^parent, ^sibling
^parent:
  rt.store %next, %before[${Timer.CHILD} : i64] : i32
  cf.br ^behind
^sibling:
  rt.store %next, %before[${Timer.SIBLING} : i64] : i32
  cf.br ^behind
^behind:
  %last = arith.cmpi eq, %next, %zero : i32
  cf.cond_br %last, ^end, ^link
^link:
  %after = func.call @rt.object(%c, %next) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %previous, %after[${Timer.PREVIOUS} : i64] : i32
  cf.br ^end
^end:
  return
}
