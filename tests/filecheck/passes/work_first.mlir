// work-first turns starts of fork-join children into calls, and keeps what the machine was for where a child does not end on the stack.
// RUN: asyncir-opt %s --split-input-file -p work-first | filecheck %s

// The header's: one start, awaited at once (tail).

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @f(%n: i32) -> i32 attributes {scope = "lane"} {
  %h = sm.start @g(%n) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  sm.return %v : i32
}

// CHECK:       sm.machine @g(%n: i32) -> i32 attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    sm.return %n : i32
// CHECK-NEXT:  }
// CHECK-NEXT:  sm.machine @f(%n: i32) -> i32 attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    sm.suspend call @g(%n) 2 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^[[CALLED:.*]]]
// CHECK-NEXT:  ^[[CALLED]](%pending: i1, %h: !async.value<i32>, %v: i32):
// CHECK-NEXT:    cf.cond_br %pending, ^[[SLOW:.*]], ^[[FAST:.*]]
// CHECK-NEXT:  ^[[FAST]]:
// CHECK-NEXT:    cf.br ^next
// CHECK-NEXT:  ^next:
// CHECK-NEXT:    sm.return %v : i32
// CHECK-NEXT:  ^[[SLOW]]:
// CHECK-NEXT:    cf.br ^[[WAIT:.*]]
// CHECK-NEXT:  ^[[WAIT]]:
// CHECK-NEXT:    sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^[[SLOW_NEXT:.*]]]
// CHECK-NEXT:  ^[[SLOW_NEXT]]([[W:%.*]]: i32):
// CHECK-NEXT:    sm.return [[W]] : i32
// CHECK-NEXT:  }

// -----

// Two starts, then both awaits: behind the first there is work, so it is not tail; where the second child is pending, the first has ended.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @two(%n: i32) -> i32 attributes {scope = "lane"} {
  %a = sm.start @g(%n) : (i32) -> !async.value<i32>
  %m = arith.muli %n, %n : i32
  %b = sm.start @g(%m) : (i32) -> !async.value<i32>
  sm.suspend await(%a) 1 : (!async.value<i32>) -> i32 [^first]
^first(%x: i32):
  sm.suspend await(%b) 2 : (!async.value<i32>) -> i32 [^second]
^second(%y: i32):
  %s = arith.addi %x, %y : i32
  sm.return %s : i32
}

// CHECK-LABEL: sm.machine @two(%n: i32) -> i32 attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    sm.suspend call @g(%n) 3 : (i32) -> (i1, !async.value<i32>, i32) [^[[CALLED:.*]]]
// CHECK-NEXT:  ^[[CALLED]]([[P:%.*]]: i1, %a: !async.value<i32>, %x: i32):
// CHECK-NEXT:    cf.cond_br [[P]], ^[[SLOW1:.*]], ^[[FAST1:.*]]
// CHECK-NEXT:  ^[[FAST1]]:
// CHECK-NEXT:    %m = arith.muli %n, %n : i32
// CHECK-NEXT:    sm.suspend call @g(%m) 4 {tail} : (i32) -> (i1, !async.value<i32>, i32) [^[[CALLED2:.*]]]
// CHECK-NEXT:  ^[[CALLED2]]([[P2:%.*]]: i1, %b: !async.value<i32>, %y: i32):
// CHECK-NEXT:    cf.cond_br [[P2]], ^[[SLOW2:.*]], ^[[FAST2:.*]]
// CHECK-NEXT:  ^[[FAST2]]:
// CHECK-NEXT:    cf.br ^first
// CHECK-NEXT:  ^first:
// CHECK-NEXT:    cf.br ^second
// CHECK-NEXT:  ^second:
// CHECK-NEXT:    %s = arith.addi %x, %y : i32
// CHECK-NEXT:    sm.return %s : i32
// CHECK-NEXT:  ^[[SLOW1]]:
// CHECK-NEXT:    cf.br ^[[START:.*]]
// CHECK-NEXT:  ^[[SLOW2]]:
// CHECK-NEXT:    [[READY:%.*]] = task.ready %x : !async.value<i32>
// CHECK-NEXT:    cf.br ^[[AWAIT:.*]]([[READY]], %b : !async.value<i32>, !async.value<i32>)
// CHECK-NEXT:  ^[[START]]:
// CHECK-NEXT:    [[M1:%.*]] = arith.muli %n, %n : i32
// CHECK-NEXT:    [[B1:%.*]] = sm.start @g([[M1]]) : (i32) -> !async.value<i32>
// CHECK-NEXT:    cf.br ^[[AWAIT]](%a, [[B1]] : !async.value<i32>, !async.value<i32>)
// CHECK-NEXT:  ^[[AWAIT]]([[A:%.*]]: !async.value<i32>, [[B:%.*]]: !async.value<i32>):
// CHECK-NEXT:    sm.suspend await([[A]]) 1 : (
// CHECK:         sm.suspend await([[B]]) 2 : (

// -----

// A token and a value of one start, with an attribute; a try_await of a child that has ended finds no error.

sm.machine @g(%n: i32) -> i32 attributes {scope = "lane"} {
  sm.return %n : i32
}
sm.machine @tries(%n: i32) -> i32 attributes {scope = "lane"} {
  %t, %h = sm.start @g(%n) {note} : (i32) -> (!async.token, !async.value<i32>)
  sm.suspend await(%t) 1 : (!async.token) -> () [^next]
^next:
  sm.suspend try_await(%h) 7 : (!async.value<i32>) -> (i32, i32, i32) [^end]
^end(%v: i32, %kind: i32, %code: i32):
  %s = arith.addi %v, %code : i32
  sm.return %s : i32
}

// CHECK-LABEL: sm.machine @tries
// CHECK-NEXT:    sm.suspend call @g(%n) 8 {note, tail} : (i32) -> (i1, !async.token, !async.value<i32>, i32) [^[[CALLED:.*]]]
// CHECK-NEXT:  ^[[CALLED]](%pending: i1, %t: !async.token, %h: !async.value<i32>, [[V:%.*]]: i32):
// CHECK-NEXT:    cf.cond_br %pending, ^[[SLOW:.*]], ^[[FAST:.*]]
// CHECK-NEXT:  ^[[FAST]]:
// CHECK-NEXT:    cf.br ^next
// CHECK-NEXT:  ^next:
// CHECK-NEXT:    [[KIND:%.*]] = arith.constant 0 : i32
// CHECK-NEXT:    [[CODE:%.*]] = arith.constant 0 : i32
// CHECK-NEXT:    cf.br ^end
// CHECK-NEXT:  ^end:
// CHECK-NEXT:    {{%.*}} = arith.addi [[V]], [[CODE]] : i32
// CHECK:       ^[[SLOW]]:
// CHECK:         sm.suspend await(%t) 1 : (
// CHECK:         sm.suspend try_await(%h) 7 : (

// -----

// A group is the number of tasks in it. With a negative size, one member too many or too few, the task goes to the heap (yield, to_heap)
// and does there what it did before; where a child is pending, the group gets as many members as there were.

sm.machine @g(%n: i32) attributes {scope = "lane"} {
  sm.return
}
sm.machine @all(%n: index) attributes {scope = "lane"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %g = async.create_group %n : !async.group
  cf.br ^head(%c0 : index)
^head(%i: index):
  %more = arith.cmpi slt, %i, %n : index
  cf.cond_br %more, ^body, ^wait
^body:
  %x = arith.index_cast %i : index to i32
  %t = sm.start @g(%x) : (i32) -> !async.token
  %rank = async.add_to_group %t, %g : !async.token
  %j = arith.addi %i, %c1 : index
  cf.br ^head(%j : index)
^wait:
  sm.suspend await_all(%g) 1 : (!async.group) -> () [^end]
^end:
  sm.return
}

// CHECK-LABEL: sm.machine @all
// CHECK:         [[NEGATIVE:%.*]] = arith.cmpi slt, %n, {{.*}} : index
// CHECK-NEXT:    cf.cond_br [[NEGATIVE]], ^[[LEAVE1:.*]], ^[[MADE:.*]]
// CHECK-NEXT:  ^[[MADE]]:
// CHECK-NEXT:    [[C0:%.*]] = arith.constant 0 : index
// CHECK-NEXT:    [[NONE:%.*]] = arith.constant 0 : i32
// CHECK-NEXT:    cf.br ^head([[C0]], [[NONE]] : index, i32)
// CHECK-NEXT:  ^head(%i: index, [[COUNT:%.*]]: i32):
// CHECK-NEXT:    %more = arith.cmpi slt, %i, %n : index
// CHECK-NEXT:    cf.cond_br %more, ^body, ^wait
// CHECK-NEXT:  ^body:
// CHECK-NEXT:    %x = arith.index_cast %i : index to i32
// CHECK-NEXT:    sm.suspend call @g(%x) 2 : (i32) -> (i1, !async.token) [^[[CALLED:.*]]]
// CHECK-NEXT:  ^[[CALLED]](%pending: i1, %t: !async.token):
// CHECK-NEXT:    cf.cond_br %pending, ^[[SLOW:.*]], ^[[ADD:.*]]
// CHECK-NEXT:  ^[[ADD]]:
// CHECK-NEXT:    [[WIDE:%.*]] = arith.index_cast [[COUNT]] : i32 to index
// CHECK-NEXT:    [[OVER:%.*]] = arith.cmpi sge, [[WIDE]], %n : index
// CHECK-NEXT:    cf.cond_br [[OVER]], ^[[LEAVE2:.*]], ^[[FITS:.*]]
// CHECK-NEXT:  ^[[FITS]]:
// CHECK:         %rank = arith.index_cast [[COUNT]] : i32 to index
// CHECK-NEXT:    [[ONE:%.*]] = arith.constant 1 : i32
// CHECK-NEXT:    [[MORE:%.*]] = arith.addi [[COUNT]], [[ONE]] : i32
// CHECK:         cf.br ^head(%j, [[MORE]] : index, i32)
// CHECK-NEXT:  ^wait:
// CHECK-NEXT:    [[ALL:%.*]] = arith.index_cast [[COUNT]] : i32 to index
// CHECK-NEXT:    [[WRONG:%.*]] = arith.cmpi ne, [[ALL]], %n : index
// CHECK-NEXT:    cf.cond_br [[WRONG]], ^[[LEAVE3:.*]], ^[[RIGHT:.*]]
// CHECK-NEXT:  ^[[RIGHT]]:
// CHECK-NEXT:    cf.br ^end
// CHECK-NEXT:  ^end:
// CHECK-NEXT:    sm.return
// CHECK-NEXT:  ^[[LEAVE1]]:
// CHECK-NEXT:    sm.suspend yield() 3 {to_heap} : () -> () [^[[GONE1:.*]]]
// CHECK-NEXT:  ^[[GONE1]]:
// CHECK-NEXT:    cf.br ^{{[^(]*$}}
// CHECK:       ^[[SLOW]]:
// CHECK-NEXT:    [[PART:%.*]] = sm.part_group %n, [[COUNT]] : !async.group
// CHECK-NEXT:    cf.br ^{{.*}}([[PART]], %i, %t : !async.group, index, !async.token)
// CHECK-NEXT:  ^[[LEAVE2]]:
// CHECK-NEXT:    sm.suspend yield() 4 {to_heap} : () -> () [^[[GONE2:.*]]]
// CHECK-NEXT:  ^[[GONE2]]:
// CHECK-NEXT:    cf.br ^[[SLOW2:.*]]
// CHECK-NEXT:  ^[[SLOW2]]:
// CHECK-NEXT:    {{%.*}} = sm.part_group %n, [[COUNT]] : !async.group
// CHECK-NEXT:    {{%.*}} = task.ready : !async.token
// CHECK:       ^[[LEAVE3]]:
// CHECK-NEXT:    sm.suspend yield() 5 {to_heap} : () -> () [^[[GONE3:.*]]]
// The second half is the machine as it was.
// CHECK:         [[G:%.*]] = async.create_group {{.*}} : !async.group
// CHECK:         {{%.*}} = sm.start @g({{.*}}) : (i32) -> !async.token
// CHECK:         {{%.*}} = async.add_to_group {{.*}} : !async.token
// CHECK:         sm.suspend await_all({{.*}}) 1 : (!async.group) -> ()

// -----

// Children that nobody awaits are called too: the one of two machines that call each other is fork-join if the other is.

sm.machine @ping(%n: i32) attributes {scope = "lane"} {
  %t = sm.start @pong(%n) : (i32) -> !async.token
  sm.return
}
sm.machine @pong(%n: i32) attributes {scope = "lane"} {
  %t = sm.start @ping(%n) : (i32) -> !async.token
  sm.suspend await(%t) 1 : (!async.token) -> () [^end]
^end:
  sm.return
}

// CHECK-LABEL: sm.machine @ping(%n: i32) attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    sm.suspend call @pong(%n) 1 : (
// CHECK-LABEL: sm.machine @pong(%n: i32) attributes {scope = "lane", fork_join} {
// CHECK-NEXT:    sm.suspend call @ping(%n) 2 {tail} : (
