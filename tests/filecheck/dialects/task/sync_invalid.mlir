// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of events, locks, cancellation and select reject, one message a case.

func.func @event_type() {
  // expected-error @+1 {{Expected attribute !task.event but got !task.lock}}
  %e = task.event : !task.lock
  return
}

// -----

func.func @lock_type() {
  // expected-error @+1 {{Expected attribute !task.lock but got i32}}
  %l = task.lock : i32
  return
}

// -----

func.func @set(%l: !task.lock) {
  // expected-error @+1 {{'%l' is used with type !task.event, but has type !task.lock}}
  task.set %l
  return
}

// -----

func.func @clear(%l: !task.lock) {
  // expected-error @+1 {{'%l' is used with type !task.event, but has type !task.lock}}
  task.clear %l
  return
}

// -----

func.func @is_set(%t: !async.token) {
  // expected-error @+1 {{'%t' is used with type !task.event, but has type !async.token}}
  %b = task.is_set %t
  return
}

// -----

func.func @is_set_result(%e: !task.event) {
  // expected-error @+1 {{'task.is_set' does not verify: result 'result' at position 0 does not verify: Expected attribute i1 but got i32}}
  %b = "task.is_set"(%e) : (!task.event) -> i32
  return
}

// -----

func.func @wait(%l: !task.lock) {
  // expected-error @+1 {{'task.wait' does not verify: operand 'event' at position 0 does not verify: Expected attribute !task.event but got !task.lock}}
  "task.wait"(%l) : (!task.lock) -> ()
  return
}

// -----

func.func @acquire(%e: !task.event) {
  // expected-error @+1 {{'%e' is used with type !task.lock, but has type !task.event}}
  task.acquire %e
  return
}

// -----

func.func @release(%e: !task.event) {
  // expected-error @+1 {{'task.release' does not verify: operand 'lock' at position 0 does not verify: Expected attribute !task.lock but got !task.event}}
  "task.release"(%e) : (!task.event) -> ()
  return
}

// -----

func.func @cancel_group(%g: !async.group) {
  // expected-error @+1 {{'task.cancel' op operand must be async value type or async token type, but got '!async.group'}}
  task.cancel %g : !async.group
  return
}

// -----

func.func @select_nothing(%n: i64) {
  // expected-error @+1 {{'task.select' op expects at least one token, value or channel}}
  %case = "task.select"(%n) : (i64) -> i32
  return
}

// -----

func.func @select_event(%t: !async.token, %e: !task.event) {
  // expected-error @+1 {{'task.select' op expects tokens, values and channels, got '!task.event'}}
  %case = task.select(%t, %e) : !async.token, !task.event
  return
}

// -----

func.func @select_scalar_first(%t: !async.token, %n: i64) {
  // expected-error @+1 {{'task.select' op expects tokens, values and channels, got 'i64'}}
  %case = "task.select"(%n, %t) : (i64, !async.token) -> i32
  return
}

// -----

func.func @select_two_types(%c: !task.channel<i32>, %d: !task.channel<f32>) {
  // expected-error @+1 {{'task.select' op expects channels of one type, got 'i32' and 'f32'}}
  %case, %item, %ok = task.select(%c, %d) : !task.channel<i32>, !task.channel<f32>
  return
}

// -----

func.func @select_timeout(%t: !async.token, %n: i32) {
  // expected-error @+1 {{'%n' is used with type i64, but has type i32}}
  %case = task.select(%t) after %n : !async.token
  return
}

// -----

func.func @select_results(%c: !task.channel<i32>) {
  // expected-error @+1 {{'task.select' op yields (i32), expected (i32, i32, i1)}}
  %case = "task.select"(%c) : (!task.channel<i32>) -> i32
  return
}

// -----

func.func @select_item(%c: !task.channel<i32>) {
  // expected-error @+1 {{'task.select' op yields (i32, f32, i1), expected (i32, i32, i1)}}
  %case, %item, %ok = "task.select"(%c) : (!task.channel<i32>) -> (i32, f32, i1)
  return
}

// -----

func.func @select_text(%c: !task.channel<i32>, %t: !async.token) {
  // expected-error @+1 {{'%t' is used with type !task.channel<i32>, but has type !async.token}}
  %case, %item, %ok = task.select(%t) : !task.channel<i32>
  return
}

// -----

func.func @cancelled_of_nothing(%e: !task.event) {
  task.wait %e
  // expected-error @+1 {{'task.cancelled' op must stand directly behind a suspension with 'task.catches'}}
  %c = task.cancelled : i1
  return
}

// -----

func.func @cancelled_late(%e: !task.event) {
  task.wait %e {task.catches}
  task.clear %e
  // expected-error @+1 {{'task.cancelled' op must stand directly behind a suspension with 'task.catches'}}
  %c = task.cancelled : i1
  return
}

// -----

func.func @cancelled_first() {
  // expected-error @+1 {{'task.cancelled' op must stand directly behind a suspension with 'task.catches'}}
  %c = task.cancelled : i1
  return
}

// -----

func.func @catches_elsewhere(%e: !task.event) {
  // expected-error @+1 {{'task.set' op cannot have the attribute 'task.catches': it belongs on async.await or}}
  task.set %e {task.catches}
  return
}

// -----

func.func @catches_value(%e: !task.event) {
  // expected-error @+1 {{'task.catches' takes no value, got true}}
  task.wait %e {task.catches = true}
  return
}

// -----

func.func @catches_no_zero(%v: !async.value<memref<4xf32>>) {
  // expected-error @+1 {{'async.await' op with 'task.catches' gives zero where the task was cancelled: a value of type memref<4xf32> has none}}
  %m = async.await %v : !async.value<memref<4xf32>> {task.catches}
  return
}

// -----

func.func @rethrow_type(%k: i64, %c: i32) {
  // expected-error @+1 {{'%k' is used with type i32, but has type i64}}
  task.rethrow %k, %c : i32
  return
}

// -----

func.func @try_send_no_channel(%e: !task.event, %x: i32) {
  // expected-error @+1 {{'task.try_send' op expects a channel type, got '!task.event'}}
  %s = task.try_send %x, %e : !task.event
  return
}

// -----

func.func @try_send_item(%c: !task.channel<i8>, %x: i32) {
  // expected-error @+1 {{'task.try_send' op item has type 'i32', expected 'i8'}}
  %s = "task.try_send"(%x, %c) : (i32, !task.channel<i8>) -> i1
  return
}
