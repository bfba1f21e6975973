// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers reject of suspension `call` and of `sm.part_group`, one message a case.

// expected-error @+2 {{'sm.suspend' op callee @nobody is not defined in this module: expected an 'sm.machine'}}
sm.machine @f() attributes {scope = "lane"} {
  sm.suspend call @nobody() 1 : () -> (i1, !async.token) [^called]
^called(%p: i1, %t: !async.token):
  sm.return
}

// -----

func.func @plain() {
  return
}
sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op callee @plain is a 'func.func': expected an 'sm.machine'}}
  sm.suspend call @plain() 1 : () -> (i1, !async.token) [^called]
^called(%p: i1, %t: !async.token):
  sm.return
}

// -----

sm.machine @g(%x: i32) attributes {scope = "lane"} {
  sm.return
}
sm.machine @f(%x: f32) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op has operand types (f32): @g has (i32)}}
  sm.suspend call @g(%x) 1 : (f32) -> (i1, !async.token) [^called]
^called(%p: i1, %t: !async.token):
  sm.return
}

// -----

sm.machine @g() -> i32 attributes {scope = "lane"} {
  %0 = arith.constant 0 : i32
  sm.return %0 : i32
}
sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op has handles of (f32): @g has results (i32)}}
  sm.suspend call @g() 1 : () -> (i1, !async.value<f32>, f32) [^called]
^called(%p: i1, %h: !async.value<f32>, %v: f32):
  sm.return
}

// -----

// A token alone stands for no result.

sm.machine @g() -> i32 attributes {scope = "lane"} {
  %0 = arith.constant 0 : i32
  sm.return %0 : i32
}
sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op has handles of (): @g has results (i32)}}
  sm.suspend call @g() 1 : () -> (i1, !async.token) [^called]
^called(%p: i1, %t: !async.token):
  sm.return
}

// -----

// The values do not follow from the handles.

sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op call: produces (i1), but the text says (i1, !async.value<i32>, f32)}}
  sm.suspend call @f() 1 : () -> (i1, !async.value<i32>, f32) [^called]
^called(%p: i1, %h: !async.value<i32>, %v: f32):
  sm.return
}

// -----

// A call says whom.

sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{expect symbol name}}
  sm.suspend call() 1 : () -> (i1, !async.token) [^called]
^called(%p: i1, %t: !async.token):
  sm.return
}

// -----

sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op has a callee and the types of its handles if and only if its kind is call}}
  "sm.suspend"() [^next] <{kind = #sm<kind yield>, state = 1 : i32, callee = @f, handles = []}> : () -> ()
^next:
  sm.return
}

// -----

sm.machine @f() attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.suspend' op has a callee and the types of its handles if and only if its kind is call}}
  "sm.suspend"() [^next] <{kind = #sm<kind call>, state = 1 : i32}> : () -> ()
^next:
  sm.return
}

// -----

sm.machine @f(%n: index, %count: index) attributes {scope = "lane"} {
  // expected-error @+1 {{'sm.part_group' does not verify: operand 'count' at position 1 does not verify: Expected attribute i32 but got index}}
  %g = "sm.part_group"(%n, %count) : (index, index) -> !async.group
  sm.return
}
