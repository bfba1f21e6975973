// private
func.func private @f(i32, f32) -> (i32, f32)

// -----

// private one result
func.func private @f(memref<*xf32>) -> i32

// -----

// emit c
func.func private @f(memref<*xf32>) attributes {llvm.emit_c_interface}

// -----

// nested visibility
func.func nested @f() {
  return
}

// -----

// public
func.func public @f() {
  return
}

// -----

// arg attrs
func.func @f(%a: i32 {x.foo = 1 : i32}, %b: memref<4xf32> {llvm.noalias}) -> (i32 {llvm.signext}, f32) {
  %c = arith.constant 1.0 : f32
  return %a, %c : i32, f32
}

// -----

// one res attr
func.func @f(%a: i32) -> (i32 {llvm.signext}) {
  return %a : i32
}

// -----

// fn attrs
func.func @f() attributes {passthrough = ["inlinehint"], x.y = 1 : i8} {
  return
}

// -----

// call
func.func private @g(i32) -> (i32, f32)
func.func @f(%a: i32) {
  %r:2 = func.call @g(%a) : (i32) -> (i32, f32)
  %s:2 = call @g(%r#0) : (i32) -> (i32, f32)
  return
}

// -----

// call no inline
func.func private @g()
func.func @f() {
  call @g() {no_inline} : () -> ()
  return
}

// -----

// no inline
func.func @g() attributes {no_inline} {
  return
}

// -----

// call arg attrs
func.func private @g(i32) -> i32
func.func @f(%a: i32) {
  %0 = call @g(%a) {arg_attrs = [{llvm.noundef}]} : (i32) -> i32
  return
}

// -----

// quoted symbol
func.func @"a name with spaces"() {
  return
}
func.func @g() {
  call @"a name with spaces"() : () -> ()
  return
}

// -----

// dotted symbol
func.func @a.b$c_1() {
  return
}

// -----

// module visibility
module {
  module @inner {
    func.func @f() {
      return
    }
  }
}

// -----

// multi block unreachable
func.func @f() {
  return
^b:
  return
}

// -----

// names with odd characters
func.func @f(%a-b$c.d_e: i32, %0: i32) {
  %x.1 = arith.addi %a-b$c.d_e, %0 : i32
  return
}

// -----

// numbered pack
func.func private @g() -> (i32, i32, i32)
func.func @f() -> i32 {
  %0:3 = call @g() : () -> (i32, i32, i32)
  %a, %b:2 = call @g() : () -> (i32, i32, i32)
  %1 = arith.addi %0#2, %b#1 : i32
  return %1 : i32
}

// -----

// types
func.func private @f(index, i1, i8, i16, i64, si32, ui8, f16, bf16, f32, f64, f80, f128, tf32, f8E5M2, complex<f32>, none, (i32) -> f32, tuple<i32, f32>, vector<4xf32>, vector<[4]xf32>, tensor<?x4xf32>, tensor<*xf32>)

// -----

// memref types
func.func private @f(memref<f32>, memref<?xf32>, memref<4x?x2xi8>, memref<*xf32>, memref<4xf32, 1>, memref<4xf32, 3 : i32>, memref<4xindex>, memref<4xf32, strided<[2]>>, memref<4xf32, strided<[2], offset: 3>>, memref<?xf32, strided<[?], offset: ?>>, memref<?xf32, strided<[?], offset: ?>, 1>, memref<*xf32, 1>, memref<4xmemref<4xf32>>, memref<4xvector<2xf32>>, memref<4xcomplex<f32>>)

// -----

// memref string space
func.func private @f(memref<4xf32, "l1">)

// -----

// memref map
#map = affine_map<(d0, d1) -> (d1, d0)>
func.func private @f(memref<4x4xf32, #map>)

// -----

// memref map sym
#map = affine_map<(d0)[s0] -> (d0 + s0)>
func.func private @f(memref<?xf32, #map>)

// -----

// aliases
#a = {x = 1 : i32}
!t = memref<4xf32>
func.func private @f(!t) attributes {my.a = #a}

// -----

// locations
func.func @f() {
  return loc("x.mlir":3:4)
} loc(fused["a", "b"("c")])

// -----

// locations call
func.func @f() {
  return loc(callsite("a" at "b.c":1:2))
}

// -----

// attributes
func.func private @f() attributes {
  a.a0 = [1, 2.5, "s", @sym, @sym::@nested, unit, i32, [], {}, true],
  a.a1 = dense<0> : tensor<2xi32>,
  a.a2 = array<i32: 1, 2>,
  a.a3 = array<f32: 1.5>,
  a.a4 = array<i1: true>,
  a.a5 = affine_map<(d0) -> (d0)>,
  a.a6 = -1 : i8,
  a.a7 = 1 : ui8,
  a.a8 = -1 : si8,
  a.a9 = array<i64>,
  a.a10 = strided<[1], offset: 2>,
  a.a11 = 0x7FC00000 : f32,
  a.a12 = dense<[0x7F800000, 1.0]> : tensor<2xf32>,
  a.a13 = dense<> : tensor<0xi32>,
  a.a14 = affine_set<(d0) : (d0 >= 0)>,
  a.a15 = "tab\09 nl\0A quote\22 bs\5C byte\FF",
  a.a16 = "ünï",
  a.a17 = 1 : index,
  a.a18 = dense<(1.0, 2.0)> : tensor<2xcomplex<f32>>,
  a.a19 = tensor<4xf32>,
  a.a20 = vector<4xf32>,
  a.a21 = () -> (),
  a.a22 = (i32) -> (i32, f32),
  a.a23 = none,
  a.a24 = 1.0 : f8E4M3FN
}
