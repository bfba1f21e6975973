// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `async` reject, one message a case.

// expected-error @+1 {{'async.func' op result is expected to be at least of size 1, but got 0}}
async.func @noresults() {
  return
}

// -----

// expected-error @+1 {{'async.func' op result type must be async value type or async token type, but got 'i32'}}
async.func @notasync() -> i32 {
  %c = arith.constant 1 : i32
  return %c : i32
}

// -----

// expected-error @+1 {{'async.func' op results' (optional) async token type is expected to appear as the 1st return value, but got 2}}
async.func @tokenlast() -> (!async.value<i32>, !async.token) {
  %c = arith.constant 1 : i32
  return %c : i32
}

// -----

async.func @wrongreturn() -> !async.value<i32> {
  %c = arith.constant 1.0 : f32
  // expected-error @+1 {{'async.return' op operand types do not match the types returned from the parent FuncOp: expected (i32), got (f32)}}
  return %c : f32
}

// -----

async.func @wrongreturn2() -> (!async.token, !async.value<i32>) {
  // expected-error @+1 {{'async.return' op operand types do not match the types returned from the parent FuncOp: expected (i32), got ()}}
  return
}

// -----

func.func @awaitscalar(%x: i32) {
  // expected-error @+1 {{'async.await' op operand #0 must be async value type or async token type, but got 'i32'}}
  async.await %x : i32
  return
}

// -----

func.func @awaittype(%x: !async.value<i32>) {
  // expected-error @+1 {{'async.await' op result type 'f32' does not match async value type 'i32'}}
  %0 = "async.await"(%x) : (!async.value<i32>) -> f32
  return
}

// -----

func.func @awaittoken(%x: !async.token) {
  // expected-error @+1 {{'async.await' op awaiting on a token must have empty result}}
  %0 = "async.await"(%x) : (!async.token) -> f32
  return
}

// -----

func.func @awaitnone(%x: !async.value<i32>) {
  // expected-error @+1 {{'async.await' op awaiting on a value must have a result of type 'i32'}}
  "async.await"(%x) : (!async.value<i32>) -> ()
  return
}

// -----

func.func @awaitgroup(%x: !async.group) {
  // expected-error @+1 {{'async.await' op operand #0 must be async value type or async token type, but got '!async.group'}}
  "async.await"(%x) : (!async.group) -> ()
  return
}

// -----

func.func @execargs(%x: !async.value<i32>) {
  // expected-error @+1 {{'async.execute' op body arguments must be its unwrapped operands: expected (i32), got (f32)}}
  %0 = "async.execute"(%x) <{operandSegmentSizes = array<i32: 0, 1>}> ({
  ^bb0(%arg: f32):
    async.yield
  }) : (!async.value<i32>) -> !async.token
  return
}

// -----

func.func @execargs2(%x: !async.value<i32>) {
  // expected-error @+1 {{'async.execute' op body arguments must be its unwrapped operands: expected (i32), got ()}}
  %0 = "async.execute"(%x) <{operandSegmentSizes = array<i32: 0, 1>}> ({
    async.yield
  }) : (!async.value<i32>) -> !async.token
  return
}

// -----

func.func @exectok(%x: !async.token) {
  // expected-error @+1 {{'async.execute' op body arguments must be its unwrapped operands: expected (), got ()}}
  %0 = "async.execute"(%x) <{operandSegmentSizes = array<i32: 0, 1>}> ({
    async.yield
  }) : (!async.token) -> !async.token
  return
}

// -----

func.func @execscalar(%x: i32) {
  // expected-error @+1 {{'async.execute' op expects an async value type, got 'i32'}}
  %0 = async.execute (%x as %y : i32) {
    async.yield
  }
  return
}

// -----

func.func @execscalarg(%x: i32) {
  // expected-error @+1 {{'async.execute' op operand #0 must be async value type or async token type, but got 'i32'}}
  %0 = "async.execute"(%x) <{operandSegmentSizes = array<i32: 0, 1>}> ({
    async.yield
  }) : (i32) -> !async.token
  return
}

// -----

func.func @execdep(%x: !async.value<i32>) {
  // expected-error @+1 {{'async.execute' does not verify: operand 'dependencies' at position 0 does not verify: !async.value<i32> should be of base attribute async.token}}
  %0 = "async.execute"(%x) <{operandSegmentSizes = array<i32: 1, 0>}> ({
    async.yield
  }) : (!async.value<i32>) -> !async.token
  return
}

// -----

func.func @execresult() {
  // expected-error @+1 {{'async.execute' does not verify: result 'body_results' at position 1 does not verify: i32 should be of base attribute async.value}}
  %0:2 = "async.execute"() <{operandSegmentSizes = array<i32: 0, 0>}> ({
    async.yield
  }) : () -> (!async.token, i32)
  return
}

// -----

func.func @yieldtypes(%x: i32) {
  // expected-error @+1 {{'async.execute' op yields (i32), but its results hold (f32)}}
  %t, %v = async.execute -> !async.value<f32> {
    async.yield %x : i32
  }
  return
}

// -----

func.func @yieldcount(%x: i32) {
  // expected-error @+1 {{'async.execute' op yields (), but its results hold (f32)}}
  %t, %v = async.execute -> !async.value<f32> {
    async.yield
  }
  return
}

// -----

func.func @yieldparent(%x: i32) {
  // expected-error @+1 {{'async.yield' op expects parent op 'async.execute'}}
  async.yield
}

// -----

func.func @execblocks(%x: i32) {
  // expected-error @+1 {{'async.execute' op expects its region to have one block}}
  %t = async.execute {
    cf.br ^a
  ^a:
    async.yield
  }
  return
}

// -----

func.func @returnparent() {
  // expected-error @+1 {{'async.return' expects parent op 'async.func'}}
  async.return
}

// -----

func.func @groupsize(%x: i32) {
  // expected-error @+1 {{'%x' is used with type index, but has type i32}}
  %g = async.create_group %x : !async.group
  return
}

// -----

func.func @addscalar(%x: i32, %g: !async.group) {
  // expected-error @+1 {{'async.add_to_group' op operand #0 must be async value type or async token type, but got 'i32'}}
  %r = async.add_to_group %x, %g : i32
  return
}

// -----

func.func @awaitall(%x: !async.token) {
  // expected-error @+1 {{'async.await_all' does not verify: operand 'operand' at position 0 does not verify: !async.token should be of base attribute async.group}}
  "async.await_all"(%x) : (!async.token) -> ()
  return
}

// -----

func.func @callunknown(%x: !async.token) {
  // expected-error @+1 {{'async.call' names @nobody, which is not defined in this module}}
  %0 = async.call @nobody() : () -> !async.token
  return
}

// -----

async.func private @f(%x: f32) -> !async.value<i32>
func.func @callargs(%x: i32) {
  // expected-error @+1 {{operand #0 of 'async.call' has type i32: @f has f32}}
  %0 = async.call @f(%x) : (i32) -> !async.value<i32>
  return
}

// -----

async.func private @f(%x: f32) -> !async.value<i32>
func.func @callcount(%x: i32) {
  // expected-error @+1 {{'async.call' has 0 operands: @f has 1}}
  %0 = async.call @f() : () -> !async.value<i32>
  return
}

// -----

async.func private @f(%x: f32) -> !async.value<i32>
func.func @callres(%x: f32) {
  // expected-error @+1 {{result #0 of 'async.call' has type !async.token: @f has !async.value<i32>}}
  %0 = async.call @f(%x) : (f32) -> !async.token
  return
}

// -----

func.func private @f(%x: f32) -> i32
func.func @callfunc(%x: f32) {
  // expected-error @+1 {{'async.call' names @f, which is a 'func.func': expected 'async.func'}}
  %0 = async.call @f(%x) : (f32) -> !async.value<i32>
  return
}

// -----

async.func private @f(%x: f32) -> !async.value<i32>
func.func @funccall(%x: f32) {
  // expected-error @+1 {{'func.call' names @f, which is a 'async.func': expected 'func.func'}}
  %0 = func.call @f(%x) : (f32) -> !async.value<i32>
  return
}

// -----

func.func @rawait(%x: i32) {
  // expected-error @+1 {{'async.runtime.await' op operand #0 must be async value type or async token type or async group type, but got 'i32'}}
  async.runtime.await %x : i32
  return
}

// -----

func.func @rawaiterr(%x: i32) {
  // expected-error @+1 {{'async.runtime.is_error' op operand #0 must be async value type or async token type or async group type, but got 'i32'}}
  %0 = async.runtime.is_error %x : i32
  return
}

// -----

// expected-error @+1 {{'async.func' op entry block has argument types (i32), expected (f32)}}
"async.func"() <{function_type = (f32) -> !async.token, sym_name = "entry"}> ({
^bb0(%z: i32):
  async.return
}) : () -> ()

// -----

func.func @awaitall(%x: !async.token) {
  // expected-error @+1 {{'%x' is used with type !async.group, but has type !async.token}}
  async.await_all %x
  return
}

// -----

// expected-error @+1 {{'<' expected}}
func.func @valuetype(%x: !async.value) {
  return
}

// -----

func.func @call_result() {
  // expected-error @+1 {{'async.call' op result #0 must be async value type or async token type, but got 'i32'}}
  %0 = "async.call"() <{callee = @f}> : () -> i32
  return
}
async.func private @f() -> !async.token
