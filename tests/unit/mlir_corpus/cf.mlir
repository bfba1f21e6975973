// br
func.func @f(%a: i32) {
  cf.br ^b(%a : i32)
^b(%x: i32):
  cf.br ^c
^c:
  return
}

// -----

// cond br
func.func @f(%c: i1, %a: i32) {
  cf.cond_br %c, ^b(%a : i32), ^c(%a, %c : i32, i1)
^b(%x: i32):
  cf.cond_br %c, ^d, ^d
^c(%y: i32, %z: i1):
  cf.br ^d
^d:
  return
}

// -----

// switch
func.func @f(%a: i32, %v: f32) {
  cf.switch %a : i32, [
    default: ^b(%v : f32),
    42: ^b(%v : f32),
    -7: ^c
  ]
^b(%x: f32):
  return
^c:
  return
}

// -----

// switch default only
func.func @f(%a: i32) {
  cf.switch %a : i32, [
    default: ^b
  ]
^b:
  return
}

// -----

// switch i64
func.func @f(%a: i64) {
  cf.switch %a : i64, [
    default: ^b,
    9223372036854775807: ^b,
    -1: ^c
  ]
^b:
  return
^c:
  return
}

// -----

// switch i8
func.func @f(%a: i8) {
  cf.switch %a : i8, [
    default: ^b,
    200: ^b,
    1: ^c
  ]
^b:
  return
^c:
  return
}

// -----

// switch many operands
func.func @f(%a: i32, %v: f32) {
  cf.switch %a : i32, [
    default: ^b(%v, %a : f32, i32),
    1: ^b(%v, %a : f32, i32),
    2: ^b(%v, %a : f32, i32)
  ]
^b(%x: f32, %y: i32):
  return
}

// -----

// assert
func.func @f(%c: i1) {
  cf.assert %c, "a message with \22quotes\22, \\ and \0A newline"
  return
}

// -----

// assert unicode
func.func @f(%c: i1) {
  cf.assert %c, "Grüße → 世界"
  return
}

// -----

// assert attrs
func.func @f(%c: i1) {
  cf.assert %c, "m" {a.b = 1 : i32}
  return
}
