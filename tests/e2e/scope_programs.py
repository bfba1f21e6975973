"""
A storm of requests by scopes and by handles, at times that are about the same: each function counts how often what it saw does not add up.

What a function claims holds for every order in which requests, ends of children and its own segments can come, however long any of them
takes: a device under contention may need more time from one operation to the next than the sleeps here last.
"""

from __future__ import annotations

STORM = """\
async.func @late(%s: !task.cancel_scope, %ns: i64) -> !async.token {
  task.sleep %ns : i64
  task.cancel_scope %s
  return
}
async.func @leaf(%ns: i64) -> !async.value<i32> {
  %five = arith.constant 5 : i32
  task.sleep %ns : i64
  return %five : i32
}
async.func @catcher(%ns: i64) -> !async.value<i32> {
  task.sleep %ns {task.catches} : i64
  %c = task.cancelled : i1
  %w = arith.extui %c : i1 to i32
  return %w : i32
}

// Times are about the same. A scope in a scope, left behind a child that leaves its requests to this task: how often something was wrong.
// The outer one is cancelled only when the inner one is entered, so that its request is always one of others to that.
async.func @nested(%a: i64, %b: i64, %d: i64) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %true = arith.constant true
  %out = task.enter_scope : !task.cancel_scope
  %in = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%out, %a) : (!task.cancel_scope, i64) -> !async.token
  %u = async.call @late(%in, %b) : (!task.cancel_scope, i64) -> !async.token
  %h = async.call @leaf(%d) : (i64) -> !async.value<i32>
  %v, %k, %e = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %in : i32
  task.yield_now {task.catches}
  %c2 = task.cancelled : i1
  %ro = task.leave_scope %out : i32
  async.await %t : !async.token
  async.await %u : !async.token
  // Not cancelled, and something has come of the inner scope.
  %some = arith.cmpi ne, %r, %zero : i32
  %not_c = arith.xori %c, %true : i1
  %w0 = arith.andi %not_c, %some : i1
  // Something has come of the outer scope if and only if there was a cancellation that the inner one does not account for.
  %inner_only = arith.cmpi eq, %r, %one : i32
  %not_inner = arith.xori %inner_only, %true : i1
  %others = arith.andi %c, %not_inner : i1
  %any = arith.ori %others, %c2 : i1
  %met = arith.cmpi eq, %ro, %one : i32
  %w1 = arith.xori %any, %met : i1
  %w = arith.ori %w0, %w1 : i1
  %wrong = arith.extui %w : i1 to i32
  return %wrong : i32
}

// The outer scope is cancelled before the inner one is entered, to which that is no request of others: it is met once, alone or with the
// inner one's.
async.func @before(%b: i64, %d: i64) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %two = arith.constant 2 : i32
  %true = arith.constant true
  %out = task.enter_scope : !task.cancel_scope
  task.cancel_scope %out
  %in = task.enter_scope : !task.cancel_scope
  %u = async.call @late(%in, %b) : (!task.cancel_scope, i64) -> !async.token
  %h = async.call @leaf(%d) : (i64) -> !async.value<i32>
  %v, %k, %e = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %in : i32
  task.yield_now {task.catches}
  %c2 = task.cancelled : i1
  %ro = task.leave_scope %out : i32
  async.await %u : !async.token
  // Not cancelled, and something has come of the inner scope; or something of others.
  %some = arith.cmpi ne, %r, %zero : i32
  %not_c = arith.xori %c, %true : i1
  %w0 = arith.andi %not_c, %some : i1
  %w1 = arith.cmpi eq, %r, %two : i32
  // Not cancelled once, or nothing has come of the outer scope.
  %w2 = arith.cmpi eq, %c, %c2 : i1
  %w3 = arith.cmpi ne, %ro, %one : i32
  %inner = arith.ori %w0, %w1 : i1
  %outer = arith.ori %w2, %w3 : i1
  %w = arith.ori %inner, %outer : i1
  %wrong = arith.extui %w : i1 to i32
  return %wrong : i32
}

// A child that catches the request: the task has met it if the child has, or where the child left it.
async.func @by_child(%a: i64, %d: i64) -> !async.value<i32> {
  %one = arith.constant 1 : i32
  %s = task.enter_scope : !task.cancel_scope
  %t = async.call @late(%s, %a) : (!task.cancel_scope, i64) -> !async.token
  %h = async.call @catcher(%d) : (i64) -> !async.value<i32>
  %v, %k, %e = task.try_await %h {task.catches} : !async.value<i32>
  %c = task.cancelled : i1
  %r = task.leave_scope %s : i32
  task.yield_now
  async.await %t : !async.token
  %caught = arith.cmpi eq, %v, %one : i32
  %any = arith.ori %caught, %c : i1
  %met = arith.cmpi eq, %r, %one : i32
  %w = arith.xori %any, %met : i1
  %wrong = arith.extui %w : i1 to i32
  return %wrong : i32
}

// Others cancel it as well: what it goes on with is theirs if there is nothing left of the scope.
async.func @asked(%ready: !task.event, %a: i64, %d: i64) -> !async.value<i32> {
  %zero = arith.constant 0 : i32
  %s = task.enter_scope : !task.cancel_scope
  task.set %ready
  %t = async.call @late(%s, %a) : (!task.cancel_scope, i64) -> !async.token
  task.sleep %d {task.catches} : i64
  %r = task.leave_scope %s : i32
  task.yield_now {task.catches}
  task.yield_now {task.catches}
  %k0, %e0 = task.try_await %t {task.catches} : !async.token
  %k1, %e1 = task.try_await %t {task.catches} : !async.token
  return %zero : i32
}
async.func @user(%a: i64, %d: i64, %m: i64) -> !async.value<i32> {
  %ready = task.event : !task.event
  %h = async.call @asked(%ready, %a, %d) : (!task.event, i64, i64) -> !async.value<i32>
  task.wait %ready
  task.sleep %m : i64
  task.cancel %h : !async.value<i32>
  %v = async.await %h : !async.value<i32>
  return %v : i32
}

async.func @turns(%n: index, %number: index) -> !async.value<i32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %base = arith.constant 30000 : i64
  %seven = arith.constant 7 : i64
  %step = arith.constant 4000 : i64
  %x = arith.index_cast %number : index to i64
  %wrong = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> (i32) {
    %j = arith.index_cast %i : index to i64
    %ij = arith.addi %j, %x : i64
    %p = arith.remui %ij, %seven : i64
    %q = arith.muli %p, %step : i64
    %a = arith.addi %base, %q : i64
    %j3 = arith.muli %j, %x : i64
    %p2 = arith.remui %j3, %seven : i64
    %q2 = arith.muli %p2, %step : i64
    %b = arith.addi %base, %q2 : i64
    %h = async.call @nested(%a, %b, %base) : (i64, i64, i64) -> !async.value<i32>
    %v = async.await %h : !async.value<i32>
    %g = async.call @by_child(%a, %b) : (i64, i64) -> !async.value<i32>
    %w = async.await %g : !async.value<i32>
    %f = async.call @user(%a, %b, %base) : (i64, i64, i64) -> !async.value<i32>
    %y = async.await %f : !async.value<i32>
    %m = async.call @before(%q2, %q) : (i64, i64) -> !async.value<i32>
    %z = async.await %m : !async.value<i32>
    %s0 = arith.addi %sum, %v : i32
    %s1 = arith.addi %s0, %w : i32
    %s2 = arith.addi %s1, %y : i32
    %s3 = arith.addi %s2, %z : i32
    scf.yield %s3 : i32
  }
  return %wrong : i32
}
func.func @main(%tasks: index, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %ch = task.channel %tasks : !task.channel<!async.value<i32>>
  scf.for %i = %c0 to %tasks step %c1 {
    %h = async.call @turns(%n, %i) : (index, index) -> !async.value<i32>
    task.send %h, %ch : !task.channel<!async.value<i32>>
  }
  %wrong = scf.for %i = %c0 to %tasks step %c1 iter_args(%sum = %zero) -> (i32) {
    %h, %ok = task.recv %ch : !task.channel<!async.value<i32>>
    %v = async.await %h : !async.value<i32>
    %s = arith.addi %sum, %v : i32
    scf.yield %s : i32
  }
  return %wrong : i32
}
"""
