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
