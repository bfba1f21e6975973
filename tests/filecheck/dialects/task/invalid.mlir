// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `task` reject, one message a case.

func.func @channel_of_memref(%c: index) {
  // expected-error @+1 {{'task.channel' element type must be a reference, or an integer, index or float of at most 64 bits, got 'memref<4xf32>'}}
  %0 = task.channel %c : !task.channel<memref<4xf32>>
  return
}

// -----

func.func @channel_of_i128(%c: index) {
  // expected-error @+1 {{'task.channel' element type must be a reference, or an integer, index or float of at most 64 bits, got 'i128'}}
  %0 = task.channel %c : !task.channel<i128>
  return
}

// -----

func.func @channel_of_vector(%c: index) {
  // expected-error @+1 {{'task.channel' element type must be a reference, or an integer, index or float of at most 64 bits, got 'vector<4xf32>'}}
  %0 = task.channel %c : !task.channel<vector<4xf32>>
  return
}

// -----

func.func @capacity(%c: i32) {
  // expected-error @+1 {{'%c' is used with type index, but has type i32}}
  %0 = task.channel %c : !task.channel<i32>
  return
}

// -----

func.func @not_a_channel(%c: index) {
  // expected-error @+1 {{i32 should be of base attribute task.channel}}
  %0 = task.channel %c : i32
  return
}

// -----

func.func @sleep(%c: i32) {
  // expected-error @+1 {{malformed 'task.sleep': Expected attribute i64 but got i32}}
  task.sleep %c : i32
  return
}

// -----

func.func @try_await_scalar(%c: i32) {
  // expected-error @+1 {{'task.try_await' op operand must be async value type or async token type, but got 'i32'}}
  %0, %1 = "task.try_await"(%c) : (i32) -> (i32, i32)
  return
}

// -----

func.func @try_await_group(%c: !async.group) {
  // expected-error @+1 {{'task.try_await' op operand must be async value type or async token type, but got '!async.group'}}
  %0, %1 = task.try_await %c : !async.group
  return
}

// -----

func.func @try_await_type(%c: !async.value<f32>) {
  // expected-error @+1 {{'task.try_await' op yields a value of type 'f64', expected a value of type 'f32'}}
  %0, %1, %2 = "task.try_await"(%c) : (!async.value<f32>) -> (f64, i32, i32)
  return
}

// -----

func.func @try_await_missing(%c: !async.value<f32>) {
  // expected-error @+1 {{'task.try_await' op yields no value, expected a value of type 'f32'}}
  %1, %2 = "task.try_await"(%c) : (!async.value<f32>) -> (i32, i32)
  return
}

// -----

func.func @try_await_token(%c: !async.token) {
  // expected-error @+1 {{'task.try_await' op yields a value of type 'f64', expected no value}}
  %0, %1, %2 = "task.try_await"(%c) : (!async.token) -> (f64, i32, i32)
  return
}

// -----

func.func @fail_code(%c: i64) {
  // expected-error @+1 {{malformed 'task.fail': Expected attribute i32 but got i64}}
  task.fail %c, "why" : i64
  return
}

// -----

func.func @fail_message(%c: i32) {
  // expected-error @+1 {{Expected ':'}}
  task.fail %c, why : i32
  return
}

// -----

func.func @ready_type(%c: i32) {
  // expected-error @+1 {{'task.ready' op makes '!async.value<f32>' of a value of type 'i32', expected a value of type 'f32'}}
  %0 = "task.ready"(%c) : (i32) -> !async.value<f32>
  return
}

// -----

func.func @ready_token(%c: i32) {
  // expected-error @+1 {{'task.ready' op with a value makes an async value, got '!async.token'}}
  %0 = task.ready %c : !async.token
  return
}

// -----

func.func @ready_nothing() {
  // expected-error @+1 {{'task.ready' op makes '!async.value<i32>' of no value, expected a value of type 'i32'}}
  %0 = task.ready : !async.value<i32>
  return
}

// -----

func.func @ready_scalar(%c: i32) {
  // expected-error @+1 {{'task.ready' op result must be async value type or async token type, but got 'i32'}}
  %0 = "task.ready"(%c) : (i32) -> i32
  return
}

// -----

func.func @ready_two(%c: i32) {
  // expected-error @+1 {{'task.ready' op takes at most one value, got 2}}
  %0 = "task.ready"(%c, %c) : (i32, i32) -> !async.value<i32>
  return
}

// -----

func.func @ballot_result(%c: i1) {
  // expected-error @+1 {{'task.ballot' op result must be i32 or i64, got 'i16'}}
  %0 = task.ballot %c : i16
  return
}

// -----

func.func @ballot_operand(%c: i32) {
  // expected-error @+1 {{'%c' is used with type i1, but has type i32}}
  %0 = task.ballot %c : i32
  return
}

// -----

func.func @send_type(%c: !task.channel<i32>, %v: f32) {
  // expected-error @+1 {{'task.send' op item has type 'f32', expected 'i32'}}
  "task.send"(%v, %c) : (f32, !task.channel<i32>) -> ()
  return
}

// -----

func.func @send_text(%c: !task.channel<i32>, %v: f32) {
  // expected-error @+1 {{'%v' is used with type i32, but has type f32}}
  task.send %v, %c : !task.channel<i32>
  return
}

// -----

func.func @send_no_channel(%c: i32, %v: f32) {
  // expected-error @+1 {{'task.send' op expects a channel type, got 'i32'}}
  task.send %v, %c : i32
  return
}

// -----

func.func @recv_type(%c: !task.channel<i32>) {
  // expected-error @+1 {{'task.recv' op value has type 'f32', expected 'i32'}}
  %0, %1 = "task.recv"(%c) : (!task.channel<i32>) -> (f32, i1)
  return
}

// -----

func.func @recv_ok(%c: !task.channel<i32>) {
  // expected-error @+1 {{'task.recv' does not verify: result 'ok' at position 1 does not verify: Expected attribute i1 but got i32}}
  %0, %1 = "task.recv"(%c) : (!task.channel<i32>) -> (i32, i32)
  return
}

// -----

func.func @close(%c: !async.token) {
  // expected-error @+1 {{'task.close' op closes a channel or a tile channel, got '!async.token'}}
  "task.close"(%c) : (!async.token) -> ()
  return
}

// -----

func.func @instance() {
  // expected-error @+1 {{malformed 'task.instance': i32 should be of base attribute index}}
  %0 = task.instance : i32
  return
}

// -----

func.func @num_instances() {
  // expected-error @+1 {{malformed 'task.num_instances': i64 should be of base attribute index}}
  %0 = task.num_instances : i64
  return
}

// -----

func.func @publish_type(%a: memref<?xi32>, %i: index, %v: f32) {
  // expected-error @+1 {{'task.publish' op value has type 'f32', expected 'i32'}}
  "task.publish"(%v, %a, %i) : (f32, memref<?xi32>, index) -> ()
  return
}

// -----

func.func @publish_rank(%a: memref<?xi32>, %i: index, %v: i32) {
  // expected-error @+1 {{'task.publish' op has 2 indices, expected 1}}
  task.publish %v, %a[%i, %i] : memref<?xi32>
  return
}

// -----

func.func @publish_element(%a: memref<?xi8>, %i: index, %v: i8) {
  // expected-error @+1 {{'task.publish' op value must be i32, i64, index, f32 or f64, got 'i8'}}
  task.publish %v, %a[%i] : memref<?xi8>
  return
}

// -----

func.func @publish_no_memref(%a: i32, %i: index, %v: i8) {
  // expected-error @+1 {{'task.publish' op expects a memref type, got 'i32'}}
  task.publish %v, %a[%i] : i32
  return
}
