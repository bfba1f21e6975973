// if
func.func @f(%c: i1) {
  scf.if %c {
    scf.if %c {
    } else {
    }
  }
  return
}

// -----

// if results
func.func @f(%c: i1, %a: i32, %b: f32) {
  %r:2 = scf.if %c -> (i32, f32) {
    scf.yield %a, %b : i32, f32
  } else {
    %x = arith.addi %a, %a : i32
    scf.yield %x, %b : i32, f32
  }
  return
}

// -----

// if attrs
func.func @f(%c: i1) {
  scf.if %c {
  } {my.x = 1 : i32}
  return
}

// -----

// for
func.func @f(%a: index) {
  scf.for %i = %a to %a step %a {
  }
  return
}

// -----

// for i32
func.func @f(%a: i32) {
  scf.for %i = %a to %a step %a : i32 {
    %x = arith.addi %i, %a : i32
  }
  return
}

// -----

// for iter
func.func @f(%a: index, %b: f32, %c: i32) {
  %r:2 = scf.for %i = %a to %a step %a iter_args(%x = %b, %y = %c) -> (f32, i32) {
    scf.yield %x, %y : f32, i32
  }
  return
}

// -----

// for iter i64
func.func @f(%a: i64, %b: f32) {
  %r = scf.for %i = %a to %a step %a iter_args(%x = %b) -> (f32) : i64 {
    scf.yield %x : f32
  } {my.attr}
  return
}

// -----

// while
func.func @f(%a: i32, %n: i32) {
  %r = scf.while (%x = %a) : (i32) -> i32 {
    %c = arith.cmpi slt, %x, %n : i32
    scf.condition(%c) %x : i32
  } do {
  ^bb0(%y: i32):
    %z = arith.addi %y, %y : i32
    scf.yield %z : i32
  }
  return
}

// -----

// while empty
func.func @f(%c: i1) {
  scf.while : () -> () {
    scf.condition(%c)
  } do {
    scf.yield
  }
  return
}

// -----

// while no args
func.func @f(%c: i1, %v: i32) {
  %r:2 = scf.while : () -> (i32, i32) {
    scf.condition(%c) %v, %v : i32, i32
  } do {
  ^bb0(%p: i32, %q: i32):
    scf.yield
  }
  return
}

// -----

// while no results
func.func @f(%c: i1, %v: i32) {
  scf.while (%x = %v, %w = %v) : (i32, i32) -> () {
    scf.condition(%c)
  } do {
    scf.yield %v, %v : i32, i32
  } attributes {my.x}
  return
}

// -----

// execute region
func.func @f(%c: i1, %v: i32) {
  %r = scf.execute_region -> i32 {
    cf.cond_br %c, ^a, ^b
  ^a:
    scf.yield %v : i32
  ^b:
    scf.yield %v : i32
  }
  scf.execute_region {
    scf.yield
  }
  return
}

// -----

// execute region no inline
func.func @f(%c: i1, %v: i32) {
  %r:2 = scf.execute_region -> (i32, i32) no_inline {
    scf.yield %v, %v : i32, i32
  }
  return
}

// -----

// execute region attrs
func.func @f() {
  scf.execute_region {
    scf.yield
  } {my.x}
  return
}

// -----

// index switch
func.func @f(%i: index, %v: i32) {
  %r = scf.index_switch %i -> i32
  case 2 {
    scf.yield %v : i32
  }
  case 5 {
    scf.yield %v : i32
  }
  default {
    scf.yield %v : i32
  }
  return
}

// -----

// index switch no results
func.func @f(%i: index) {
  scf.index_switch %i
  case 2 {
    scf.yield
  }
  default {
  }
  return
}

// -----

// index switch negative
func.func @f(%i: index) {
  scf.index_switch %i
  case -2 {
    scf.yield
  }
  default {
  }
  return
}

// -----

// index switch two
func.func @f(%i: index, %v: i32) {
  %r:2 = scf.index_switch %i {my.x} -> i32, i32
  default {
    scf.yield %v, %v : i32, i32
  }
  return
}

// -----

// parallel
func.func @f(%a: index) {
  scf.parallel (%i, %j) = (%a, %a) to (%a, %a) step (%a, %a) {
  }
  return
}

// -----

// parallel reduce
func.func @f(%a: index, %z: f32) {
  %r = scf.parallel (%i) = (%a) to (%a) step (%a) init (%z) -> f32 {
    scf.reduce(%z : f32) {
    ^bb0(%x: f32, %y: f32):
      %s = arith.addf %x, %y : f32
      scf.reduce.return %s : f32
    }
  }
  return
}

// -----

// parallel reduce two
func.func @f(%a: index, %z: f32, %k: i32) {
  %r:2 = scf.parallel (%i) = (%a) to (%a) step (%a) init (%z, %k) -> (f32, i32) {
    scf.reduce(%z, %k : f32, i32) {
    ^bb0(%x: f32, %y: f32):
      %s = arith.addf %x, %y : f32
      scf.reduce.return %s : f32
    }, {
    ^bb0(%x: i32, %y: i32):
      scf.reduce.return %x : i32
    }
  } {my.x}
  return
}
