// vector.print of every kind of scalar, of punctuation and of strings.
func.func @main() {
  %i1 = arith.constant true
  %i8 = arith.constant -7 : i8
  %i16 = arith.constant -300 : i16
  %i32 = arith.constant -70000 : i32
  %i64 = arith.constant -5000000000 : i64
  %index = arith.constant 123 : index
  %f32 = arith.constant 3.14159274 : f32
  %f64 = arith.constant 2.718281828 : f64
  %large = arith.constant 1.0e+20 : f32
  %small = arith.constant 1.0e-7 : f64
  %inf = arith.constant 0x7F800000 : f32
  vector.print %i1 : i1
  vector.print %i8 : i8
  vector.print %i16 : i16
  vector.print %i32 : i32
  vector.print %i64 : i64
  vector.print %index : index
  vector.print %f32 : f32
  vector.print %f64 : f64
  vector.print %large : f32
  vector.print %small : f64
  vector.print %inf : f32
  vector.print punctuation <open>
  vector.print %i32 : i32 punctuation <comma>
  vector.print %i1 : i1 punctuation <no_punctuation>
  vector.print punctuation <close>
  vector.print
  vector.print str "text"
  vector.print punctuation <newline>
  return
}
