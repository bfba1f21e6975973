// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What suspensions on events, locks and several things reject, one message a case.

sm.machine @wait_lock(%l: !task.lock) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op wait: expects one event}}
  sm.suspend wait(%l) 1 : (!task.lock) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @acquire_two(%l: !task.lock) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op acquire: expects one lock}}
  sm.suspend acquire(%l, %l) 1 : (!task.lock, !task.lock) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @select_nothing(%n: i64) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op select: expects at least one token, value or channel}}
  sm.suspend select(%n) 1 : (i64) -> i32 [^a]
^a(%c: i32):
  sm.return
}

// -----

sm.machine @select_lock(%l: !task.lock, %t: !async.token) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op select: expects tokens, values and channels, got '!task.lock'}}
  sm.suspend select(%t, %l) 1 : (!async.token, !task.lock) -> i32 [^a]
^a(%c: i32):
  sm.return
}

// -----

sm.machine @select_types(%c: !task.channel<i8>, %d: !task.channel<i16>) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op select: expects channels of one type, got 'i8' and 'i16'}}
  sm.suspend select(%c, %d) 1 : (!task.channel<i8>, !task.channel<i16>) -> (i32, i8, i1) [^a]
^a(%n: i32, %i: i8, %ok: i1):
  sm.return
}

// -----

sm.machine @select_produces(%c: !task.channel<i8>) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op select: produces (i32, i8, i1), but the text says (i32)}}
  sm.suspend select(%c) 1 : (!task.channel<i8>) -> i32 [^a]
^a(%n: i32):
  sm.return
}

// -----

sm.machine @catches_without_flag(%e: !task.event) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op wait: produces (i1), but the text says ()}}
  sm.suspend wait(%e) 1 {task.catches} : (!task.event) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @flag_without_catching(%e: !task.event) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op wait: produces (), but the text says (i1)}}
  sm.suspend wait(%e) 1 : (!task.event) -> i1 [^a]
^a(%c: i1):
  sm.return
}

// -----

sm.machine @leaf() -> i32 attributes {scope = "lane"} {
  %0 = arith.constant 0 : i32
  sm.return %0 : i32
}
sm.machine @catches_call() -> i32 attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op call: a task on a stack cannot catch a cancellation}}
  sm.suspend call @leaf() 1 {task.catches} : () -> (i1, !async.value<i32>, i32) [^a]
^a(%pending: i1, %h: !async.value<i32>, %v: i32):
  sm.return %v : i32
}
