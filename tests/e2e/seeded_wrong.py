"""
Wrong versions of the scheduler's functions, each a change of text. The explorer must catch every one (tests/e2e/test_explorer.py).

A mutation names the function of asyncir/lowering/library/, the text that it replaces (there exactly once, or the test fails), a
program of explored_programs.py on which it is caught, and the kinds of error as which it may be reported.
"""

from __future__ import annotations

from explored_programs import Mutation
from seeded_wrong_kinds import ANY, LOST, RACE, wrong_order
from seeded_wrong_scopes import SCOPES
from seeded_wrong_waits import CANCELS, CATCHES, EVENTS_AND_LOCKS, MEMORY, SELECTS, STEALS, TIMERS

ORDERS = (
    wrong_order("rt.push", "push publishes relaxed", "rt.atomic_store", "release", "relaxed", "start"),
    wrong_order("rt.take", "take looks relaxed", "%sequence = rt.atomic_load", "acquire", "relaxed", "start"),
    wrong_order("rt.take", "take gives the cell back relaxed", "rt.atomic_store", "release", "relaxed", "senders", queue_shift=2),
    wrong_order("rt.push", "push looks at the cell relaxed", "%sequence = rt.atomic_load", "acquire", "relaxed", "senders", queue_shift=2),
    wrong_order("rt.wait", "wait registers without release", "rt.cmpxchg", "acq_rel", "acquire", "two-waiters"),
    wrong_order("rt.wait", "wait sees DONE without acquire", "rt.cmpxchg", "acq_rel", "release", "start"),
    wrong_order("rt.is_done", "is_done relaxed", "%word = rt.atomic_load", "acquire", "relaxed", "start"),
    wrong_order("rt.take_waiters", "DONE without release", "rt.atomic_rmw xchg", "acq_rel", "acquire", "start"),
    wrong_order("rt.take_waiters", "waiters taken without acquire", "rt.atomic_rmw xchg", "acq_rel", "release", "start"),
    wrong_order("rt.try_lock", "lock without acquire", "rt.cmpxchg", "acquire", "relaxed", "channel"),
    wrong_order("rt.unlock", "unlock without release", "rt.atomic_store", "release", "relaxed", "channel"),
    wrong_order("rt.arrive", "arrival without release", "rt.atomic_rmw add", "acq_rel", "acquire", "group"),
    wrong_order("rt.arrive", "arrival without acquire", "rt.atomic_rmw add", "acq_rel", "release", "group"),
    Mutation(
        "push publishes to its block only",
        "rt.push",
        "rt.atomic_store release device",
        "rt.atomic_store release workgroup",
        "start",
        RACE,
    ),
    Mutation(
        "unlock tells its block only", "rt.unlock", "rt.atomic_store release device", "rt.atomic_store release workgroup", "channel", RACE
    ),
)

QUEUE = (
    Mutation(
        "push publishes the cell before its value",
        "rt.push",
        """\
  rt.store %handle, %cell[${Cell.VALUE} : i64] : i32
  %full_mark = arith.addi %free, %one32 : i32
""",
        "  %full_mark = arith.addi %free, %one32 : i32\n",
        "start",
        ("uninitialised-read", *ANY),
    ),
    Mutation(
        "consumers deal themselves positions without an atomic addition",
        "rt.claim",
        "%first = rt.atomic_rmw add relaxed device %number, %head[0 : i64] pairs "
        '"the other consumers\' additions: each position once" : i64 -> i64\n',
        '%first = rt.atomic_load relaxed device %head[0 : i64] pairs "nothing" : i64\n'
        '  %next = arith.addi %first, %number : i64\n  rt.atomic_store relaxed device %next, %head[0 : i64] pairs "nothing" : i64\n',
        "senders",
        ANY,
    ),
    Mutation(
        "consumers take more than there is",
        "rt.claim",
        "%number = arith.minsi %there, %wanted : i64",
        "%number = arith.minsi %wanted, %wanted : i64",
        "senders",
        ANY,
    ),
    Mutation(
        "take gives the cell back before it reads it",
        "rt.take",
        """\
  %handle = rt.load %cell[${Cell.VALUE} : i64] : i32
  %next_free = arith.addi %free, %two32 : i32
""",
        """\
  %next_free = arith.addi %free, %two32 : i32
  rt.atomic_store release device %next_free, %cell[${Cell.SEQUENCE} : i64] pairs "wrong" : i32
  %handle = rt.load %cell[${Cell.VALUE} : i64] : i32
""",
        "senders",
        ANY,
        {"queue_shift": 2},
    ),
    Mutation(
        "producers take positions without exchange",
        "rt.push",
        "%position = rt.atomic_rmw add relaxed device %one, %tail",
        """\
%position = rt.atomic_load relaxed device %tail[0 : i64] pairs "wrong" : i64
  %behind = arith.addi %position, %one : i64
  rt.atomic_store relaxed device %behind, %tail[0 : i64] pairs "wrong" : i64
  %nowhere = arith.constant ${Control.ENDED_ROOTS} : i64
  %else = rt.ptr_add %c, %nowhere
  %ignored = rt.atomic_rmw add relaxed device %one, %else""",
        "two-waiters",
        ANY,
    ),
)

_COUNT = (
    "  %old = rt.atomic_rmw add relaxed device %one, %c[${Control.ACTIVE} : i64] "
    "pairs \"retire's subtraction; push's release orders it before the task is seen\" : i64 -> i64\n"
)
_PUSH = "  func.call @rt.push(%c, %handle) : (!rt.ptr, i32) -> ()\n"

TERMINATION = (
    Mutation("a task is counted behind its publication", "rt.ready", _COUNT + _PUSH, _PUSH + _COUNT, "unawaited", ("termination", *ANY)),
    Mutation("a task is not counted", "rt.ready", _COUNT, "", "unawaited", ("termination", *ANY)),
    Mutation(
        "the end is subtracted before others are woken",
        "rt.finish_for_tasks",
        "  %zero = arith.constant 0 : i32\n",
        """\
  %zero = arith.constant 0 : i32
  %more = arith.constant 1 : i64
  %before = rt.atomic_rmw sub acq_rel device %more, %c[${Control.ACTIVE} : i64] pairs "wrong" : i64 -> i64
  func.call @rt.finish_late(%c, %handle) : (!rt.ptr, i32) -> ()
  %behind = rt.atomic_rmw add acq_rel device %more, %c[${Control.ACTIVE} : i64] pairs "wrong" : i64 -> i64
  return
}
func.func private @rt.finish_late(%c: !rt.ptr, %handle: i32) {
  %zero = arith.constant 0 : i32
""",
        "start",
        LOST,
    ),
    Mutation(
        "workers leave while one task is active",
        "rt.idle",
        "%zero = arith.constant 0 : i64",
        "%zero = arith.constant 1 : i64",
        "start",
        LOST,
    ),
    Mutation("a root is started twice", "rt.take_root", "cf.cond_br %mine, ^got, ^none", "cf.cond_br %mine, ^got, ^got", "start", ANY),
    Mutation(
        "an exhausted arena does not end the launch",
        "rt.exhausted",
        '  rt.atomic_store relaxed device %one, %c[${Control.HALT} : i64] pairs "the workers\' loads of HALT" : i32\n',
        "",
        "small-arena-endless",
        LOST,
    ),
)

WAITERS = (
    Mutation(
        "a waiter forgets who waits already",
        "rt.wait",
        "rt.store %head, %me[${Header.NEXT} : i64] : i32",
        "%nobody = arith.constant 0 : i32\n  rt.store %nobody, %me[${Header.NEXT} : i64] : i32",
        "two-waiters",
        LOST,
    ),
    Mutation(
        "operands of wait's exchange swapped",
        "rt.wait",
        "device %expected, %new, %object",
        "device %new, %expected, %object",
        "start",
        ("hang",),
        {"workers": 1},
    ),
    Mutation(
        "wait registers without exchange",
        "rt.wait",
        "%old, %added = rt.cmpxchg acq_rel device %expected, %new, %object[${Header.WAITERS} : i64]",
        """\
%old = rt.atomic_load acquire device %object[${Header.WAITERS} : i64] pairs "wrong" : i64
  %added = arith.cmpi eq, %old, %expected : i64
  %kept = arith.select %added, %new, %old : i64
  rt.atomic_store release device %kept, %object[${Header.WAITERS} : i64]""",
        "start",
        LOST,
    ),
    Mutation("wait does not look for DONE", "rt.wait", "%done, ^available, ^add", "%done, ^add(%word : i64), ^add", "start", ANY),
    Mutation(
        "the waiter's link is written behind its registration",
        "rt.wait",
        "^parked:\n",
        "^parked:\n  rt.store %head, %me[${Header.NEXT} : i64] : i32\n",
        "two-waiters",
        ANY,
    ),
    Mutation(
        "a waiter is woken twice",
        "rt.finish_for_tasks",
        "  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()\n",
        "  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()\n" * 2,
        "start",
        ANY,
    ),
    Mutation(
        "only the first waiter is woken",
        "rt.finish_for_tasks",
        """\
  cf.br ^tell(%next : i32)
^end:""",
        """\
  cf.br ^end
^end:""",
        "two-waiters",
        LOST,
    ),
    Mutation(
        "the next waiter is read behind the wake",
        "rt.finish_for_tasks",
        """\
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  cf.br ^tell(%next : i32)
""",
        """\
  func.call @rt.wake(%c, %task) : (!rt.ptr, i32) -> ()
  %late = rt.load %object[${Header.NEXT} : i64] : i32
  cf.br ^tell(%late : i32)
""",
        "two-waiters",
        ANY,
    ),
    Mutation(
        "a woken task is touched behind its publication",
        "rt.wake",
        "  func.call @rt.ready(%c, %handle) : (!rt.ptr, i32) -> ()\n",
        """\
  func.call @rt.ready(%c, %handle) : (!rt.ptr, i32) -> ()
  rt.store %ready, %frame[${Header.STATUS} : i64] : i32
""",
        "start",
        RACE,
    ),
    Mutation(
        "DONE is set before the error is written",
        "rt.fail",
        "  rt.store %kind, %frame[${Header.ERROR_KIND} : i64] : i32\n",
        """\
  func.call @rt.complete(%c, %self) : (!rt.ptr, i32) -> ()
  rt.store %kind, %frame[${Header.ERROR_KIND} : i64] : i32
  return
}
func.func private @rt.fail_late(%c: !rt.ptr, %self: i32, %kind: i32, %code: i32, %site: i32, %frame: !rt.ptr) {
""",
        "failure",
        ANY,
    ),
)

CHANNELS = (
    Mutation(
        "the lock is always free", "rt.try_lock", "return %mine : i1", "%yes = arith.constant true\n  return %yes : i1", "channel", RACE
    ),
    Mutation("send keeps the lock", "rt.send", "  func.call @rt.unlock(%object) : (!rt.ptr) -> ()\n", "", "channel", ("hang",)),
    Mutation(
        "a receiver is woken before it has its item",
        "rt.deliver",
        "  rt.store %item, %frame[${Header.ITEM} : i64] : i64\n",
        """\
  func.call @rt.wake(%c, %handle) : (!rt.ptr, i32) -> ()
  rt.store %item, %frame[${Header.ITEM} : i64] : i64
  return
}
func.func private @rt.deliver_late(%c: !rt.ptr, %handle: i32, %item: i64, %ok: i32, %frame: !rt.ptr) {
""",
        "channel",
        ANY,
    ),
    Mutation(
        "a receiver that finds nothing unlocks before it parks",
        "rt.recv",
        "^park:\n",
        "^park:\n  func.call @rt.unlock(%object) : (!rt.ptr) -> ()\n",
        "channel",
        ANY,
    ),
    Mutation(
        "a receiver that finds nothing does not park",
        "rt.recv",
        "  func.call @rt.enqueue(%c, %receivers, %self) : (!rt.ptr, !rt.ptr, i32) -> ()\n",
        "",
        "channel",
        LOST,
    ),
    Mutation(
        "close tells one receiver only",
        "rt.close",
        """\
  func.call @rt.deliver(%c, %first_receiver, %zero64, %zero) : (!rt.ptr, i32, i64, i32) -> ()
  cf.br ^receivers
""",
        """\
  func.call @rt.deliver(%c, %first_receiver, %zero64, %zero) : (!rt.ptr, i32, i64, i32) -> ()
  cf.br ^senders
""",
        "closed",
        LOST,
    ),
    Mutation(
        "a parked sender's item is not taken over",
        "rt.take_item",
        "cf.cond_br %waiting, ^offer, ^taken",
        "cf.cond_br %waiting, ^taken, ^taken",
        "senders",
        LOST,
    ),
    Mutation(
        "the second parked sender is lost",
        "rt.enqueue",
        "  rt.store %handle, %last[${Header.NEXT} : i64] : i32\n",
        "",
        "senders",
        LOST,
    ),
)

GROUPS = (
    Mutation(
        "the first error is claimed without exchange",
        "rt.arrive",
        "cf.cond_br %first, ^error, ^count",
        "cf.cond_br %first, ^error, ^error",
        "group-error",
        RACE,
    ),
    Mutation(
        "arrivals are counted without exchange",
        "rt.arrive",
        "%before = rt.atomic_rmw add acq_rel device %one, %object[${Group.ARRIVED} : i64]",
        """\
%before = rt.atomic_load acquire device %object[${Group.ARRIVED} : i64] pairs "wrong" : i64
  %then = arith.addi %before, %one : i64
  rt.atomic_store release device %then, %object[${Group.ARRIVED} : i64] pairs "wrong" : i64
  %ignored = rt.atomic_rmw add relaxed device %one, %c[${Control.ENDED_ROOTS} : i64]""",
        "group",
        ANY,
    ),
    Mutation(
        "the member is told of the group behind its end",
        "rt.add_to_group",
        "  rt.store %group, %link_object[${GroupLink.GROUP} : i64] : i32\n",
        "",
        "group",
        ("uninitialised-read", *ANY),
    ),
)

MUTATIONS: tuple[Mutation, ...] = (
    *ORDERS,
    *QUEUE,
    *TERMINATION,
    *WAITERS,
    *CHANNELS,
    *GROUPS,
    *MEMORY,
    *EVENTS_AND_LOCKS,
    *TIMERS,
    *SELECTS,
    *CANCELS,
    *CATCHES,
    *SCOPES,
    *STEALS,
)
