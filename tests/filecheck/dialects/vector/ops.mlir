// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// `vector.print`, with MLIR's text.

// Values, strings, punctuation.
func.func @print(%x: f32, %i: i1, %n: index) {
  vector.print %x : f32
  vector.print %i : i1 punctuation <comma>
  vector.print %n : index punctuation <no_punctuation> {note}
  vector.print str "a \22string\22\0A"
  vector.print punctuation <open>
  vector.print punctuation <close>
  vector.print
  func.return
}
// CHECK:        func.func @print(%x: f32, %i: i1, %n: index) {
// CHECK-NEXT:     vector.print %x : f32
// CHECK-NEXT:     vector.print %i : i1 punctuation <comma>
// CHECK-NEXT:     vector.print %n : index punctuation <no_punctuation> {note}
// CHECK-NEXT:     vector.print str "a \22string\22\0A"
// CHECK-NEXT:     vector.print punctuation <open>
// CHECK-NEXT:     vector.print punctuation <close>
// CHECK-NEXT:     vector.print
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "func.func"() <{sym_name = "print", function_type = (f32, i1, index) -> ()}> ({
// GENERIC-NEXT:   ^bb0(%x: f32, %i: i1, %n: index):
// GENERIC-NEXT:     "vector.print"(%x) <{punctuation = #vector<punctuation<newline>>}> : (f32) -> ()
// GENERIC-NEXT:     "vector.print"(%i) <{punctuation = #vector<punctuation<comma>>}> : (i1) -> ()
// GENERIC-NEXT:     "vector.print"(%n) <{punctuation = #vector<punctuation<no_punctuation>>}> {note} : (index) -> ()
// GENERIC-NEXT:     "vector.print"() <{punctuation = #vector<punctuation<newline>>, stringLiteral = "a \22string\22\0A"}> : () -> ()
// GENERIC-NEXT:     "vector.print"() <{punctuation = #vector<punctuation<open>>}> : () -> ()
// GENERIC-NEXT:     "vector.print"() <{punctuation = #vector<punctuation<close>>}> : () -> ()
// GENERIC-NEXT:     "vector.print"() <{punctuation = #vector<punctuation<newline>>}> : () -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
