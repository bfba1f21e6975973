// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `sm` reject, one message a case.

// expected-error @+1 {{'sm.machine' op needs attributes {scope = "lane" | "warp" | …}}}
sm.machine @no_scope() {
  sm.return
}

// -----

// expected-error @+1 {{'sm.machine' op scope must be lane, warp, warpgroup or block, got 'grid'}}
sm.machine @bad_scope() attributes {scope = "grid"} {
  sm.return
}

// -----

// expected-error @+1 {{'sm.machine' op has no body}}
"sm.machine"() <{sym_name = "no_body", function_type = () -> (), scope = "lane"}> ({}) : () -> ()

// -----

// expected-error @+1 {{'sm.machine' op entry block has argument types (f32), expected (i32) -> ()}}
"sm.machine"() <{sym_name = "entry", function_type = (i32) -> (), scope = "lane"}> ({
^bb0(%x: f32):
  sm.return
}) : () -> ()

// -----

// expected-error @+1 {{'sm.machine' op has one of frame and arg_slots, expected both (laid out) or none (split)}}
sm.machine @frame_only() attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "p">} {
  sm.return
}

// -----

// expected-error @+1 {{'sm.machine' op has one of frame and arg_slots, expected both (laid out) or none (split)}}
sm.machine @slots_only(%x: i32) attributes {scope = "lane", arg_slots = [#sm.slot<task 0>]} {
  sm.return
}

// -----

// expected-error @+1 {{'sm.machine' op has 0 arg_slots for 1 arguments}}
sm.machine @too_few_slots(%x: i32) attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "p">, arg_slots = []} {
  sm.return
}

// -----

// expected-error @+1 {{'sm.machine' op has two suspensions with state 1}}
sm.machine @same_state() attributes {scope = "lane"} {
  sm.suspend yield() 1 : () -> () [^a]
^a:
  sm.suspend yield() 1 : () -> () [^b]
^b:
  sm.return
}

// -----

sm.machine @park_in_split() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.park' op in a machine without a frame: run layout-frames}}
  sm.park yield() 1 : () -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @two_successors_in_split() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op has 2 successors, expected one, as the machine has no frame}}
  sm.suspend yield() 1 : () -> () [^a, ^a]
^a:
  sm.return
}

// -----

sm.machine @one_successor_laid_out() attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "p">, arg_slots = []} {
  // expected-error @+1 {{'sm.suspend' op has 1 successors, expected ready and park, as the machine has a frame}}
  sm.suspend yield() 1 : () -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @state_zero() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op state must be 1 or more, got 0}}
  sm.suspend yield() 0 : () -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @await_group(%g: !async.group) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op await: expects one async token or value}}
  sm.suspend await(%g) 1 : (!async.group) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @await_raw_scalar(%g: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op await_raw: expects one async token, value or group}}
  sm.suspend await_raw(%g) 1 : (i32) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @await_all_token(%g: !async.token) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op await_all: expects one async group}}
  sm.suspend await_all(%g) 1 : (!async.token) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @send_type(%v: i32, %c: !task.channel<f32>) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op send: expects an item and a channel of its type}}
  sm.suspend send(%v, %c) 1 : (i32, !task.channel<f32>) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @recv_two(%c: !task.channel<f32>) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op recv: expects one channel}}
  sm.suspend recv(%c, %c) 1 : (!task.channel<f32>, !task.channel<f32>) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @yield_operand(%c: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op yield: expects no operand}}
  sm.suspend yield(%c) 1 : (i32) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @sleep_i32(%c: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op sleep: expects an i64 of nanoseconds}}
  sm.suspend sleep(%c) 1 : (i32) -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @produces(%h: !async.value<i32>) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op await: produces (i32), but the text says (f32)}}
  sm.suspend await(%h) 1 : (!async.value<i32>) -> f32 [^a]
^a(%v: f32):
  sm.return
}

// -----

sm.machine @generic(%h: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op await: expects one async token or value, got (i32)}}
  "sm.suspend"(%h)[^a] <{kind = #sm<kind await>, state = 1 : i32}> : (i32) -> ()
^a:
  sm.return
}

// -----

sm.machine @block_args(%h: !async.value<i32>) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' passes a value of type i32 to argument #0 of successor: expected f32}}
  sm.suspend await(%h) 1 : (!async.value<i32>) -> i32 [^a]
^a(%v: f32):
  sm.return
}

// -----

sm.machine @unknown_kind() attributes {scope = "lane"} {
  // expected-error @+1 {{Expected `await`, `await_raw`, `try_await`, `await_all`, `send`, `recv`, `yield`, `sleep`, `wait`, `acquire`, `select`, or `call`.}}
  sm.suspend poll() 1 : () -> () [^a]
^a:
  sm.return
}

// -----

sm.machine @return_type(%x: f32) -> i32 attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.return' op has types (f32), expected (i32)}}
  sm.return %x : f32
}

// -----

func.func @return_parent() {
  // expected-error @+1 {{'sm.return' expects parent op 'sm.machine'}}
  sm.return
}

// -----

func.func @suspend_parent() {
  // expected-error @+1 {{'sm.suspend' expects parent op 'sm.machine'}}
  sm.suspend yield() 1 : () -> () [^a]
^a:
  return
}

// -----

sm.machine @start_results() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.start' op result #0 must be async value type or async token type, got 'i32'}}
  %0 = sm.start @start_results() : () -> i32
  sm.return
}

// -----

sm.machine @token_last(%x: i32) -> i32 attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.start' op: the token is expected to be the first result}}
  %0, %1 = sm.start @token_last(%x) : (i32) -> (!async.value<i32>, !async.token)
  sm.return %x : i32
}

// -----

sm.machine @start_unknown() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.start' op callee @nobody is not defined in this module: expected an 'sm.machine'}}
  %0 = sm.start @nobody() : () -> !async.token
  sm.return
}

// -----

sm.machine @start_arguments(%x: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.start' op has operand types (): @start_arguments has (i32)}}
  %0 = sm.start @start_arguments() : () -> !async.token
  sm.return
}

// -----

sm.machine @slot_section(%x: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{Expected `task`, or `rows`.}}
  sm.save %x at <stack 0> : i32
  sm.return
}

// -----

func.func private @f()
sm.machine @start_function() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.start' op callee @f is a 'func.func': expected an 'sm.machine'}}
  %0 = sm.start @f() : () -> !async.token
  sm.return
}

// -----

sm.machine @start_handles(%x: i32) -> i32 attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.start' op has handles of (f32): @start_handles has results (i32)}}
  %0 = sm.start @start_handles(%x) : (i32) -> !async.value<f32>
  sm.return %x : i32
}

// -----

sm.machine @drops_no_handle(%x: i32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.drop' op expects one async token, value or group, got 'i32'}}
  sm.drop %x : i32
  sm.return
}
