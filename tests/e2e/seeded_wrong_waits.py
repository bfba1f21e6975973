"""Wrong versions (seeded_wrong.py) of the functions for memory, events, locks, timers, select, cancel and steals."""

from __future__ import annotations

from explored_programs import Mutation
from seeded_wrong_kinds import ANY, DEEPER, LOST, RACE, wrong_order

MEMORY = (
    wrong_order("rt.put_free", "an object is freed without release", "%old, %mine = rt.cmpxchg", "release", "relaxed", "reuse"),
    wrong_order("rt.drop", "a drop does not acquire", "%word = rt.atomic_rmw or", "acq_rel", "release", "forgets"),
    wrong_order("rt.drop", "a drop does not release", "%word = rt.atomic_rmw or", "acq_rel", "acquire", "forgets"),
    Mutation(
        "a freed object is taken without acquire",
        "rt.take_free",
        "%word = rt.atomic_load acquire device",
        "%word = rt.atomic_load relaxed device",
        "reuse",
        RACE,
    ),
    Mutation(
        "a dropped object is freed before its end",
        "rt.drop",
        "cf.cond_br %available, ^release, ^end",
        "cf.cond_br %available, ^release, ^release",
        "forgets",
        ANY,
    ),
    Mutation(
        "an object is freed at its end though handles are left",
        "rt.ended",
        "cf.cond_br %dropped, ^release, ^end",
        "cf.cond_br %dropped, ^release, ^release",
        "start",
        ANY,
    ),
    Mutation(
        "a frame is touched behind its end",
        "rt.finish_for_tasks",
        "  cf.br ^tell(%head : i32)\n",
        """\
  %me = func.call @rt.object(%c, %handle) : (!rt.ptr, i32) -> !rt.ptr
  rt.store %zero, %me[${Header.NEXT} : i64] : i32
  cf.br ^tell(%head : i32)
""",
        "start",
        ANY,
    ),
)

EVENTS_AND_LOCKS = (
    Mutation(
        "clear forgets who waits",
        "rt.clear_event",
        "%old, %cleared = rt.cmpxchg acq_rel device %bit, %zero, %object",
        "rt.atomic_store release device %zero, %object",
        "event-cleared-early",
        LOST,
    ),
    Mutation(
        "operands of clear's exchange swapped",
        "rt.clear_event",
        "device %bit, %zero, %object",
        "device %zero, %bit, %object",
        "event-cleared",
        ANY,
    ),
    wrong_order("rt.take_lock", "a free lock is taken without acquire", "rt.cmpxchg", "acquire", "relaxed", "lock"),
    wrong_order("rt.release_lock", "a lock is freed without release", "%seen, %gone = rt.cmpxchg", "release", "relaxed", "lock"),
    wrong_order("rt.release_lock", "the newcomers are taken without acquire", "%found, %begun = rt.cmpxchg", "acq_rel", "release", "lock"),
    wrong_order("rt.wait_for_lock", "a newcomer registers without release", "%old, %added = rt.cmpxchg", "release", "relaxed", "lock"),
    Mutation(
        "a newcomer forgets the one before",
        "rt.wait_for_lock",
        "rt.store %newest, %frame",
        "%nobody = arith.constant 0 : i32\n  rt.store %nobody, %frame",
        "lock",
        LOST,
    ),
    Mutation(
        "a lock is freed without looking for newcomers",
        "rt.release_lock",
        "cf.cond_br %nobody, ^let_go, ^begin",
        "cf.cond_br %nobody, ^let_go, ^let_go",
        "lock",
        LOST,
    ),
    Mutation(
        "a lock is handed to two",
        "rt.release_lock",
        "%change = arith.select %more, %change_queued, %releasing : i64",
        "%change = arith.ori %busy, %free : i64",
        "lock",
        ANY,
    ),
)

TIMERS = (
    wrong_order("rt.lock_timers", "the timers are locked without acquire", "rt.cmpxchg", "acquire", "relaxed", "sleep"),
    wrong_order("rt.unlock_timers", "the timers are unlocked without release", "rt.atomic_store", "release", "relaxed", "sleep"),
    Mutation(
        "workers are not told when a timer is due",
        "rt.set_timer_root",
        "cf.br ^tell(%at_least : i64)",
        "cf.br ^tell(%none64 : i64)",
        "sleep",
        LOST,
    ),
    Mutation(
        "an armed timer is not counted",
        "rt.arm",
        "%active = rt.atomic_rmw add relaxed device %one, %c",
        "%none = arith.constant 0 : i64\n  %active = rt.atomic_rmw add relaxed device %none, %c",
        "sleep",
        ("termination", *LOST),
    ),
    Mutation(
        "fired timers are subtracted before their tasks are woken",
        "rt.fire_timers",
        "  func.call @rt.unlock_timers(%heap) : (!rt.ptr) -> ()\n",
        "  func.call @rt.unlock_timers(%heap) : (!rt.ptr) -> ()\n  func.call @rt.uncount_timers(%c, %number) : (!rt.ptr, i64) -> ()\n",
        "sleep",
        ("termination", *LOST),
    ),
)

SELECTS = (
    wrong_order("rt.wake_claimed", "a waker brings without release", "rt.atomic_rmw xor", "release", "relaxed", "select"),
    wrong_order("rt.finish_wait_as", "what was brought is seen without acquire", "%word = rt.atomic_load", "acquire", "relaxed", "select"),
    Mutation(
        "a task is claimed without exchange",
        "rt.claim_task",
        "%old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame",
        "%mine = arith.constant true\n  rt.atomic_store release device %new, %frame",
        "select-twice",
        ANY,
    ),
    Mutation(
        "a task parks without exchange",
        "rt.finish_wait_as",
        "%old, %mine = rt.cmpxchg acq_rel device %word, %new, %frame",
        "%mine = arith.constant true\n  rt.atomic_store release device %new, %frame",
        "select",
        ANY,
    ),
    Mutation(
        "a waker wakes a select that is over",
        "rt.claim_entry",
        "func.call @rt.claim_task(%c, %task, %generation, %all)",
        "func.call @rt.claim_task(%c, %task, %zero, %zero)",
        "select-stale",
        ANY,
    ),
    Mutation(
        "a select registers outside of the channel's lock",
        "rt.select_recv",
        "^register:\n",
        "^register:\n  func.call @rt.unlock(%ring) : (!rt.ptr) -> ()\n",
        "select",
        ANY,
    ),
    Mutation(
        "a select does not ask a token again",
        "rt.wait",
        "cf.cond_br %done, ^available, ^add",
        "cf.cond_br %done, ^add(%word : i64), ^add",
        "select",
        ANY,
    ),
    Mutation(
        "a node that was taken out stays linked",
        "rt.claim_entry",
        "rt.atomic_store release device %zero, %object[${SelectNode.SOURCE}",
        """\
%kept = rt.atomic_load relaxed device %object[${SelectNode.SOURCE} : i64] pairs "wrong" : i32
  rt.atomic_store release device %kept, %object[${SelectNode.SOURCE}""",
        "select-again",
        LOST,
    ),
    Mutation(
        "a select takes an item before it has claimed the task",
        "rt.select_recv",
        "cf.cond_br %mine, ^take, ^lost",
        "cf.cond_br %mine, ^take, ^take",
        "select-both",
        ANY,
        DEEPER,
    ),
)

CANCELS = (
    Mutation(
        "who registers does not see that it was cancelled",
        "rt.finish_wait_as",
        "cf.cond_br %news, ^cancelled, ^wait",
        "cf.cond_br %news, ^wait, ^wait",
        "cancel",
        LOST,
        DEEPER,
    ),
    Mutation(
        "who waits is not woken by its cancellation",
        "rt.cancel",
        "cf.cond_br %waits, ^claim, ^end",
        "cf.cond_br %waits, ^end, ^end",
        "cancel",
        LOST,
    ),
    Mutation(
        "a cancelled parent does not ask its child",
        "rt.cancel",
        "cf.cond_br %in_child, ^child, ^try",
        "cf.cond_br %in_child, ^try, ^try",
        "cancel-child",
        LOST,
    ),
    Mutation(
        "a cancelled task is claimed without exchange",
        "rt.cancel",
        "%old, %mine = rt.cmpxchg acq_rel device %now, %new, %frame",
        "%mine = arith.constant true\n  rt.atomic_store release device %new, %frame",
        "cancel-or-send",
        ANY,
        DEEPER,
    ),
    Mutation(
        "a cancelled sleeper stays armed",
        "rt.cancel",
        "cf.cond_br %timer, ^disarm, ^ready",
        "cf.cond_br %timer, ^ready, ^ready",
        "cancel-sleeper",
        ANY,
        DEEPER,
    ),
)

CATCHES = (
    Mutation(
        "who has caught a cancellation is still asked to end",
        "rt.catch",
        "%both = arith.ori %cancel, %caught : i32",
        "%both = arith.ori %caught, %caught : i32",
        "catch-recv",
        ANY,
    ),
    Mutation(
        "a parent is cancelled though its child has caught that",
        "rt.claim_parent_of_catcher",
        "arith.select %is_used, %goes_on, %to_killed",
        "arith.select %is_used, %to_killed, %to_killed",
        "catch-child",
        LOST,
    ),
    Mutation(
        "a task that parks keeps the request that it should hand on",
        "rt.await_child_in_turn",
        "%killed = func.call @rt.ask_to_end(%c, %child) : (!rt.ptr, i32) -> i32",
        "%killed = arith.constant 0 : i32",
        "catch-child",
        LOST,
        DEEPER,
    ),
    Mutation(
        "a request stops at a task that waits for its child",
        "rt.ask_to_end",
        "cf.cond_br %in_child, ^child, ^end(%zero : i32)",
        "cf.cond_br %in_child, ^end(%zero : i32), ^end(%zero : i32)",
        "catch-child",
        LOST,
    ),
    Mutation(
        "a request is handed on without its turn",
        "rt.cancel_in_turn",
        "  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()\n",
        "",
        "catch-soon",
        ANY,
    ),
    Mutation(
        "who has left a list is still its end",
        "rt.unlink",
        "rt.store %before, %list[4 : i64] : i32",
        "%tail = rt.load %list[4 : i64] : i32",
        "catch-recv",
        ANY,
    ),
    Mutation(
        "a lock's list is left without asking for it",
        "rt.leave_lock",
        "%found, %begun = rt.cmpxchg acq_rel device %word, %busy, %object",
        "%begun = arith.constant true\n  rt.atomic_store release device %busy, %object",
        "catch-lock",
        ANY,
    ),
    Mutation(
        "a node is armed for no wait",
        "rt.catch_node",
        "rt.atomic_store relaxed device %stamp, %armed",
        "%never = arith.constant 0 : i64\n  rt.atomic_store relaxed device %never, %armed",
        "catch-recv",
        LOST,
    ),
    Mutation(
        "who leaves a lock takes the newcomers without acquire",
        "rt.leave_lock",
        "%found, %begun = rt.cmpxchg acq_rel device",
        "%found, %begun = rt.cmpxchg release device",
        "catch-lock",
        RACE,
    ),
    wrong_order("rt.lock_word", "a word is locked without acquire", "rt.cmpxchg", "acquire", "relaxed", "catch-event"),
    wrong_order("rt.unlock_word", "a word is unlocked without release", "rt.atomic_store", "release", "relaxed", "catch-event"),
)

STEALS = (
    Mutation(
        "exported tasks are not counted as active",
        "rt.activate",
        "%old = rt.atomic_rmw add relaxed device %number",
        "%none = arith.constant 0 : i64\n  %old = rt.atomic_rmw add relaxed device %none",
        "fork",
        LOST,
    ),
    Mutation(
        "exported tasks are subtracted from LIVE though not counted",
        "rt.stack_task",
        "%uncounted = arith.constant ${FrameFlags.UNCOUNTED} : i32",
        "%uncounted = arith.constant 0 : i32",
        "fork",
        LOST,
    ),
    Mutation(
        "an exported frame does not wait for its child",
        "rt.write_frame",
        "  rt.store %waiter, %awaited[${Header.WAITERS} : i64] : i64\n",
        "",
        "fork-fails",
        LOST,
    ),
    Mutation("a state is not exported", "rt.write_frame", "  rt.store %state, %frame[${Header.STATE} : i64] : i32\n", "", "fork", ANY),
)
