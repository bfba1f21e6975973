// drop-handles says where a handle is used for the last time; handles that escape are left alone.
// RUN: asyncir-opt %s --split-input-file -p drop-handles | filecheck %s

// An await that is the last use drops; an addition to a group is followed by the drop of the member.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @last_uses(%x: i32, %n: index) attributes {scope = "lane"} {
  %group = async.create_group %n : !async.group
  %h = sm.start @g(%x) : (i32) -> !async.value<i32>
  %t = sm.start @g(%x) : (i32) -> !async.value<i32>
  %rank = async.add_to_group %t, %group : !async.value<i32>
  sm.suspend try_await(%h) 1 : (!async.value<i32>) -> (i32, i32, i32) [^again]
^again(%v: i32, %kind: i32, %code: i32):
  sm.suspend await(%h) 2 : (!async.value<i32>) -> i32 [^all]
^all(%w: i32):
  sm.suspend await_all(%group) 3 : (!async.group) -> () [^end]
^end:
  sm.return
}

// CHECK-LABEL: sm.machine @last_uses
// CHECK:         %rank = async.add_to_group %t, %group : !async.value<i32>
// CHECK-NEXT:    sm.drop %t : !async.value<i32>
// CHECK-NEXT:    sm.suspend try_await(%h) 1 : (
// CHECK:         sm.suspend await(%h) 2 {sm.drop} : (
// CHECK:         sm.suspend await_all(%group) 3 {sm.drop} : (

// -----

// The token and the values of a start name one frame; a start whose handles nobody uses drops at once.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @one_frame(%x: i32) attributes {scope = "lane"} {
  %t, %v = sm.start @g(%x) : (i32) -> (!async.token, !async.value<i32>)
  %unused = sm.start @g(%x) : (i32) -> !async.value<i32>
  sm.suspend await(%t) 1 : (!async.token) -> () [^next]
^next:
  sm.suspend await(%v) 2 : (!async.value<i32>) -> i32 [^end]
^end(%w: i32):
  sm.return
}

// CHECK-LABEL: sm.machine @one_frame
// CHECK:         %unused = sm.start @g(%x) {sm.drop} : (i32) -> !async.value<i32>
// CHECK-NEXT:    sm.suspend await(%t) 1 : (
// CHECK:         sm.suspend await(%v) 2 {sm.drop} : (

// -----

// On ways on which it is not used, a handle is dropped where they begin: in the block, if all edges to it are such, else on the edge.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @ways(%x: i32, %p: i1) attributes {scope = "lane"} {
  %h = sm.start @g(%x) : (i32) -> !async.value<i32>
  %k = sm.start @g(%x) : (i32) -> !async.value<i32>
  cf.cond_br %p, ^use, ^other
^use:
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^used]
^used(%v: i32):
  cf.cond_br %p, ^more, ^end
^more:
  sm.suspend await(%k) 2 : (!async.value<i32>) -> i32 [^used_too]
^used_too(%w: i32):
  cf.br ^end
^other:
  sm.suspend await(%k) 3 : (!async.value<i32>) -> i32 [^end_too]
^end_too(%u: i32):
  cf.br ^end
^end:
  sm.return
}

// CHECK-LABEL: sm.machine @ways
// CHECK:       ^use:
// CHECK-NEXT:    sm.suspend await(%h) 1 {sm.drop} : (!async.value<i32>) -> i32 [^used]
// CHECK:       ^used(%v: i32):
// CHECK-NEXT:    cf.cond_br %p, ^more, ^[[edge:bb[0-9]+]]
// CHECK:         sm.suspend await(%k) 2 {sm.drop}
// CHECK:       ^other:
// CHECK-NEXT:    sm.drop %h : !async.value<i32>
// CHECK-NEXT:    sm.suspend await(%k) 3 {sm.drop}
// CHECK:       ^[[edge]]:
// CHECK-NEXT:    sm.drop %k : !async.value<i32>
// CHECK-NEXT:    cf.br ^end

// -----

// Handles move through block arguments, around loops too.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @pipeline(%x: i32, %p: i1) attributes {scope = "lane"} {
  %first = sm.start @g(%x) : (i32) -> !async.value<i32>
  cf.br ^loop(%first : !async.value<i32>)
^loop(%h: !async.value<i32>):
  %next = sm.start @g(%x) : (i32) -> !async.value<i32>
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^more]
^more(%v: i32):
  cf.cond_br %p, ^loop(%next : !async.value<i32>), ^end
^end:
  sm.return
}

// CHECK-LABEL: sm.machine @pipeline
// CHECK:         sm.suspend await(%h) 1 {sm.drop} : (
// CHECK:       ^end:
// CHECK-NEXT:    sm.drop %next : !async.value<i32>
// CHECK-NEXT:    sm.return

// -----

// A start takes over the handle that it is the last to be given: then the callee drops it.

sm.machine @wait(%h: !async.token) attributes {scope = "lane"} {
  sm.suspend await(%h) 1 : (!async.token) -> () [^end]
^end:
  sm.return
}
sm.machine @chain() attributes {scope = "lane"} {
  %a = sm.start @nothing() : () -> !async.token
  %b = sm.start @wait(%a) : (!async.token) -> !async.token
  sm.suspend await(%b) 1 : (!async.token) -> () [^end]
^end:
  sm.return
}
sm.machine @nothing() attributes {scope = "lane"} {
  sm.return
}

// CHECK-LABEL: sm.machine @wait
// CHECK:         sm.suspend await(%h) 1 {sm.drop} : (
// CHECK-LABEL: sm.machine @chain
// CHECK-NOT:     sm.drop %
// CHECK:         sm.suspend await(%b) 1 {sm.drop} : (

// -----

// If it is used afterwards, or another start shares its handle, nobody drops it.

sm.machine @wait(%h: !async.token) attributes {scope = "lane"} {
  sm.suspend await(%h) 1 : (!async.token) -> () [^end]
^end:
  sm.return
}
sm.machine @shares() attributes {scope = "lane"} {
  %a = sm.start @nothing() : () -> !async.token
  %b = sm.start @wait(%a) : (!async.token) -> !async.token
  sm.suspend await(%a) 1 : (!async.token) -> () [^next]
^next:
  %c = sm.start @nothing() : () -> !async.token
  %d = sm.start @wait(%c) : (!async.token) -> !async.token
  sm.return
}
sm.machine @nothing() attributes {scope = "lane"} {
  sm.return
}

// CHECK-LABEL: sm.machine @wait
// CHECK:         sm.suspend await(%h) 1 : (
// CHECK-LABEL: sm.machine @shares
// CHECK:         %b = sm.start @wait(%a) {sm.drop} :
// CHECK-NEXT:    sm.suspend await(%a) 1 : (
// CHECK:         %d = sm.start @wait(%c) {sm.drop} :

// -----

// Results and choices let a handle escape; what others hand out is not the machine's.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @hands_out(%x: i32) -> !async.value<i32> attributes {scope = "lane"} {
  %result = sm.start @g(%x) : (i32) -> !async.value<i32>
  sm.return %result : !async.value<i32>
}
sm.machine @escapes(%x: i32, %p: i1) attributes {scope = "lane"} {
  %left = sm.start @g(%x) : (i32) -> !async.value<i32>
  %right = sm.start @g(%x) : (i32) -> !async.value<i32>
  %chosen = arith.select %p, %left, %right : !async.value<i32>
  sm.suspend await(%chosen) 1 : (!async.value<i32>) -> i32 [^next]
^next(%v: i32):
  %h = sm.start @hands_out(%x) : (i32) -> !async.value<!async.value<i32>>
  sm.suspend await(%h) 2 : (!async.value<!async.value<i32>>) -> !async.value<i32> [^got]
^got(%inner: !async.value<i32>):
  sm.suspend await(%inner) 3 : (!async.value<i32>) -> i32 [^end]
^end(%w: i32):
  sm.return
}

// CHECK-LABEL: sm.machine @hands_out
// CHECK-NOT:     sm.drop
// CHECK-LABEL: sm.machine @escapes
// CHECK:         sm.suspend await(%chosen) 1 : (
// CHECK:         sm.suspend await(%h) 2 {sm.drop} : (
// CHECK:         sm.suspend await(%inner) 3 : (

// -----

// A call's handles name nothing where it is not pending: nothing is dropped there.

sm.machine @g(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.return %x : i32
}
sm.machine @called(%x: i32) -> i32 attributes {scope = "lane"} {
  sm.suspend call @g(%x) 1 : (i32) -> (i1, !async.value<i32>, i32) [^called]
^called(%pending: i1, %h: !async.value<i32>, %v: i32):
  cf.cond_br %pending, ^slow, ^fast
^fast:
  sm.return %v : i32
^slow:
  sm.suspend await(%h) 2 : (!async.value<i32>) -> i32 [^slow_end]
^slow_end(%w: i32):
  sm.return %w : i32
}

// CHECK-LABEL: sm.machine @called
// CHECK-NOT:     sm.drop %
// CHECK:         sm.suspend await(%h) 2 {sm.drop} : (

// -----

// A machine that selects may be named by what it waits for: starts of it are not dropped. Nor is anything where tasks are cancelled.

sm.machine @selects(%a: !task.channel<i32>) attributes {scope = "lane"} {
  sm.suspend select(%a) 1 : (!task.channel<i32>) -> (i32, i32, i1) [^end]
^end(%case: i32, %item: i32, %ok: i1):
  sm.return
}
sm.machine @starts(%a: !task.channel<i32>) attributes {scope = "lane"} {
  %t = sm.start @selects(%a) : (!task.channel<i32>) -> !async.token
  sm.suspend await(%t) 1 : (!async.token) -> () [^end]
^end:
  sm.return
}

// CHECK-LABEL: sm.machine @starts
// CHECK-NOT:     sm.drop
// CHECK:         sm.return
