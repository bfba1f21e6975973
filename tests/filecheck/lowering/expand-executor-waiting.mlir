// How tasks wait for events, locks, time and the first of several things, and how they are cancelled.
// RUN: asyncir-opt %s --split-input-file -p expand-executor | filecheck %s

// Events and locks in a program without select and cancel: nobody else touches the parked task, so its status is a plain store.

sm.machine @objects() attributes {scope = "lane", kernel, frame = #sm.frame<task 16 rows 0 policy "bound">, arg_slots = []} {
  %e = task.event : !task.event
  %l = task.lock : !task.lock
  sm.suspend wait(%e) 1 : (!task.event) -> () [^ready, ^park]
^park:
  sm.save %l at <task 0> : !task.lock
  sm.park wait(%e) 1 : (!task.event) -> () [^resume]
^resume:
  %l1 = sm.reload at <task 0> : !task.lock
  cf.br ^next(%l1 : !task.lock)
^ready:
  cf.br ^next(%l : !task.lock)
^next(%l2: !task.lock):
  sm.suspend acquire(%l2) 2 : (!task.lock) -> () [^ready2, ^park2]
^park2:
  sm.save %l2 at <task 0> : !task.lock
  sm.park acquire(%l2) 2 : (!task.lock) -> () [^resume2]
^resume2:
  %l3 = sm.reload at <task 0> : !task.lock
  cf.br ^held(%l3 : !task.lock)
^ready2:
  cf.br ^held(%l2 : !task.lock)
^held(%l4: !task.lock):
  task.release %l4
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK-NOT:   @rt.serve_timers
// CHECK:       func.func private @objects.step
// Its segments have no loop: nobody can see them run.
// CHECK-NOT:     rt.store {{.*}}[12 : i64] : i32
// CHECK:         %e = func.call @rt.new_event
// CHECK:         %l = func.call @rt.new_lock
// CHECK:         [[SET:%.*]] = func.call @rt.is_done(%control, %e)
// CHECK-NEXT:    cf.cond_br [[SET]], ^ready, ^park
// CHECK:       ^park:
// CHECK:         rt.store %e, %frame[32 : i64] : i32
// CHECK-NEXT:    [[WAITING:%.*]] = arith.constant 2 : i32
// CHECK-NEXT:    rt.store [[WAITING]], %frame[12 : i64] : i32
// CHECK-NEXT:    [[WAITS:%.*]] = func.call @rt.wait(%control, %self, %e)
// CHECK-NEXT:    cf.cond_br [[WAITS]]
// CHECK:         [[MINE:%.*]] = func.call @rt.take_lock
// CHECK-NEXT:    cf.cond_br [[MINE]], ^ready2, ^park2
// CHECK:         func.call @rt.wait_for_lock(%control, %self
// The lock is free: the task fails (kind 6).
// CHECK:         [[HELD:%.*]] = func.call @rt.release_lock
// CHECK:         cf.cond_br [[HELD]], ^[[FINE:.*]], ^[[BAD:.*]]
// CHECK:       ^[[BAD]]:
// CHECK-NEXT:    arith.constant 6 : i32
// CHECK-NOT:   @rt.begin_wait
// CHECK-NOT:   @rt.claim_entry
// CHECK:       func.func private @rt.claim_waiter(%c: !rt.ptr, %entry: i32) -> i32 {
// CHECK-NEXT:    func.return %entry : i32

// -----

// A sleep: the frame is armed as a timer, which workers serve when they are idle and every so many rounds. Nobody polls the task.

sm.machine @sleeps(%ns: i64) attributes {scope = "lane", kernel, frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  sm.suspend sleep(%ns) 1 : (i64) -> () [^next, ^park]
^park:
  sm.park sleep(%ns) 1 : (i64) -> () [^next]
^next:
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK:       rt.kernel @sleeps
// CHECK:         func.call @rt.serve_timers
// CHECK:         func.call @rt.serve_timers
// CHECK:         func.call @rt.pause_for_timers
// CHECK:       func.func private @sleeps.step
// CHECK:         [[NOW:%.*]] = rt.clock : i64
// CHECK-NEXT:    [[DUE:%.*]] = arith.addi [[NOW]], {{.*}} : i64
// CHECK-NEXT:    rt.store [[DUE]], %frame[56 : i64] : i64
// CHECK:         func.call @rt.arm(%control, %self)
// CHECK-NEXT:    cf.br

// -----

// A select looks at its cases in order, then registers with each in turn under one claim, and takes the timeout back if another case won.

sm.machine @selects(%ns: i64) attributes {scope = "lane", kernel, frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<i32>
  %t = task.ready : !async.token
  sm.suspend select(%t, %ch, %ns) 1 : (!async.token, !task.channel<i32>, i64) -> (i32, i32, i1) [^ready, ^park]
^park:
  sm.park select(%t, %ch, %ns) 1 : (!async.token, !task.channel<i32>, i64) -> (i32, i32, i1) [^resume]
^resume(%k: i32, %v: i32, %ok: i1):
  cf.br ^next
^ready(%k1: i32, %v1: i32, %ok1: i1):
  cf.br ^next
^next:
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK:       func.func private @selects.step
// CHECK:         func.call @rt.begin_segment(%control, %self)
// The case that won, and the item: state 1.
// CHECK:         [[CASE:%.*]] = func.call @rt.fired_case(%control, %self)
// CHECK:         func.call @rt.end_timeout(%control, %self)
// CHECK:         rt.load %frame[56 : i64] : i64
// CHECK:         rt.load %frame[24 : i64] : i32
// CHECK:         func.call @rt.is_done(%control, %t)
// CHECK:         func.call @rt.recv(%control, %ch, {{.*}})
// CHECK:         arith.cmpi sle
// CHECK:         func.call @rt.begin_wait(%control, %self)
// CHECK:         func.call @rt.select_token(%control, %self, %t
// CHECK:         func.call @rt.finish_wait(%control, %self)
// CHECK:         func.call @rt.select_recv(%control, %self, %ch
// CHECK:         func.call @rt.select_timeout(%control, %self
// CHECK:       func.func private @rt.claim_waiter
// CHECK:         func.call @rt.claim_task

// -----

// In a program with cancel every wait can end the task: a segment that finds it killed, a wait that begins cancelled.

sm.machine @cancels() attributes {scope = "lane", kernel, frame = #sm.frame<task 0 rows 0 policy "bound">, arg_slots = []} {
  %h = sm.start @child() : () -> !async.token
  task.cancel %h : !async.token
  sm.suspend await_raw(%h) 1 : (!async.token) -> () [^next, ^park]
^park:
  sm.park await_raw(%h) 1 : (!async.token) -> () [^next]
^next:
  sm.return
}
sm.machine @child() attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "bound">, arg_slots = []} {
  sm.suspend yield() 1 : () -> () [^next, ^park]
^park:
  sm.park yield() 1 : () -> () [^next]
^next:
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK:       func.func private @cancels.step
// CHECK:         [[KILLED:%.*]] = func.call @rt.begin_segment(%control, %self)
// CHECK-NEXT:    cf.cond_br [[KILLED]], ^[[CANCELLED:[a-z0-9]*]], ^
// CHECK:       ^[[CANCELLED]]:
// CHECK-NEXT:    func.call @rt.end_cancelled(%control, %self)
// CHECK:         func.call @rt.adopt(%control, [[CHILD:%.*]], %self)
// CHECK:         func.call @rt.cancel(%control, [[CHILD]])
// CHECK:         [[DOOMED:%.*]] = func.call @rt.begin_wait(%control, %self)
// CHECK-NEXT:    func.call @rt.await_source(%control, %self, [[CHILD]], [[DOOMED]])
// CHECK:       func.func private @child.step
// CHECK:         [[ENDS:%.*]] = func.call @rt.yield_task(%control, %self)
// CHECK-NEXT:    cf.cond_br [[ENDS]]

// -----

// In a program without cancel a suspension that catches is an ordinary one, and nothing has been cancelled. References travel as i32.

sm.machine @catches_nothing() attributes {scope = "lane", kernel, frame = #sm.frame<task 0 rows 0 policy "bound">, arg_slots = []} {
  %c1 = arith.constant 1 : index
  %ch = task.channel %c1 : !task.channel<!task.event>
  sm.suspend recv(%ch) 1 {task.catches} : (!task.channel<!task.event>) -> (!task.event, i1, i1) [^ready, ^park]
^park:
  sm.park recv(%ch) 1 {task.catches} : (!task.channel<!task.event>) -> (!task.event, i1, i1) [^resume]
^resume(%e: !task.event, %ok: i1, %c: i1):
  cf.br ^next(%c : i1)
^ready(%e1: !task.event, %ok1: i1, %d: i1):
  cf.br ^next(%d : i1)
^next(%any: i1):
  cf.assert %any, "cancelled"
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK:       func.func private @catches_nothing.step
// CHECK:         [[WORD:%.*]] = rt.load %frame[56 : i64] : i64
// CHECK-NEXT:    [[EVENT:%.*]] = arith.trunci [[WORD]] : i64 to i32
// CHECK:         [[NO:%.*]] = arith.constant false
// CHECK-NEXT:    cf.br ^resume([[EVENT]], {{.*}}, [[NO]] : i32, i1, i1)
// CHECK:       ^park:
// CHECK:         rt.store {{.*}}[12 : i64] : i32
// CHECK-NEXT:    func.call @rt.recv(%control, %ch, %self)
// CHECK-NOT:   @rt.catch

// -----

// In one with cancel a wait that catches registers by a node; its task goes on where another ends: zeros, and true.

sm.machine @presses(%e: !task.event) attributes {scope = "lane", kernel, frame = #sm.frame<task 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  %h = sm.start @catches(%e) : (!task.event) -> !async.token
  task.cancel %h : !async.token
  task.set %e
  sm.return
}
sm.machine @catches(%e: !task.event) attributes {scope = "lane", frame = #sm.frame<task 4 rows 0 policy "bound">, arg_slots = [#sm.slot<task 0>]} {
  sm.suspend wait(%e) 1 {task.catches} : (!task.event) -> i1 [^ready, ^park]
^park:
  sm.park wait(%e) 1 {task.catches} : (!task.event) -> i1 [^resume]
^resume(%c: i1):
  cf.br ^next(%c : i1)
^ready(%d: i1):
  cf.br ^next(%d : i1)
^next(%any: i1):
  cf.assert %any, "cancelled"
  sm.return
}

// CHECK-LABEL: builtin.module
// CHECK:       func.func private @catches.step
// CHECK:         [[STATE:%.*]] = rt.load %frame[8 : i64] : i32
// CHECK-NEXT:    [[KILLED:%.*]] = func.call @rt.begin_segment(%control, %self)
// CHECK-NEXT:    cf.cond_br [[KILLED]], ^[[ENDS:[a-z0-9]*]], ^
// CHECK:       ^[[CANCELLED:[a-z0-9]*]]:
// CHECK-NEXT:    func.call @rt.end_cancelled
// CHECK:       ^[[CAUGHT:[a-z0-9]*]]:
// CHECK-NEXT:    func.call @rt.catch(%control, %self)
// CHECK-NEXT:    [[SOURCE:%.*]] = rt.load %frame[32 : i64] : i32
// CHECK-NEXT:    func.call @rt.leave_event(%control, %self, [[SOURCE]])
// CHECK-NEXT:    [[YES:%.*]] = arith.constant true
// CHECK-NEXT:    cf.br ^resume([[YES]] : i1)
// CHECK-NEXT:  ^[[ENDS]]:
// CHECK-NEXT:    cf.switch [[STATE]] : i32, [
// CHECK-NEXT:    default: ^[[CANCELLED]],
// CHECK-NEXT:      1: ^[[CAUGHT]]
// CHECK:       ^park:
// CHECK:         [[DOOMED:%.*]] = func.call @rt.begin_wait(%control, %self)
// CHECK-NEXT:    cf.cond_br [[DOOMED]], ^[[CAUGHT]], ^
// CHECK:         func.call @rt.wait_caught(%control, {{.*}}, %self
// CHECK:         func.call @rt.finish_wait(%control, %self)
// The canceller, and who sets the event, are those of a program in which a cancelled task goes on.
// CHECK:       func.func private @rt.cancel(
// CHECK:         func.call @rt.lock_word
// CHECK:       func.func private @rt.set_event(
// CHECK:         func.call @rt.lock_word
