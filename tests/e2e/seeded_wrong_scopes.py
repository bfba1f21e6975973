"""Wrong versions (seeded_wrong.py) of the functions for cancel scopes."""

from __future__ import annotations

from explored_programs import Mutation
from seeded_wrong_kinds import ANY, LOST, RACE

SCOPES = (
    Mutation(
        "a request is not taken back",
        "rt.leave_scope",
        "cf.cond_br %none, ^clear, ^end(%zero : i32)",
        "cf.br ^end(%zero : i32)",
        "scope",
        ANY,
    ),
    Mutation(
        "leaving takes back the requests of other scopes",
        "rt.leave_scope",
        "%none = arith.cmpi eq, %rest, %zero : i32",
        "%none = arith.constant true",
        "scope-inner",
        ANY,
    ),
    Mutation(
        "a scope that was left is cancelled",
        "rt.cancel_scope",
        "%open = arith.cmpi eq, %state, %open_state : i32",
        "%open = arith.constant true",
        "scope",
        ANY,
    ),
    Mutation(
        "a scope is cancelled without the lock",
        "rt.cancel_scope",
        "  func.call @rt.lock_word(%lock) : (!rt.ptr) -> ()\n",
        "",
        "scope",
        RACE,
    ),
    Mutation(
        "requests that are met are not counted",
        "rt.catch_and_count",
        "  func.call @rt.delivered(%frame) : (!rt.ptr) -> ()\n",
        "",
        "scope",
        LOST,
    ),
    Mutation(
        "what a child catches its parent has not met",
        "rt.claim_parent_and_count",
        "  func.call @rt.delivered(%frame) : (!rt.ptr) -> ()\n",
        "",
        "scope-caught",
        LOST,
    ),
    Mutation(
        "a scope makes its task's parent's request unused",
        "rt.cancel_scope",
        "func.call @rt.ask_each(%c, %owner, %zero) : (!rt.ptr, i32, i32) -> i32",
        "func.call @rt.ask_to_end(%c, %owner) : (!rt.ptr, i32) -> i32",
        "scope-kept",
        ANY,
    ),
    Mutation(
        "the requests of others are not told from the scope's",
        "rt.leave_scope",
        "%alone = arith.cmpi sle, %others, %known : i32",
        "%alone = arith.constant true",
        "scope-others",
        LOST,
    ),
    Mutation(
        "requests from before a scope count as others'",
        "rt.enter_scope",
        "rt.store %asked, %scope[${CancelScope.ASKED} : i64] : i32",
        "rt.store %zero, %scope[${CancelScope.ASKED} : i64] : i32",
        "scope-before",
        LOST,
    ),
)
