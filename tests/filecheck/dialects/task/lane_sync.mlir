// RUN: asyncir-opt %s | filecheck %s
// RUN: asyncir-opt %s | asyncir-opt | filecheck %s
// RUN: asyncir-opt --print-op-generic %s | filecheck %s --check-prefix=GENERIC
// RUN: asyncir-opt --print-op-generic %s | asyncir-opt | filecheck %s

// A meeting of lanes, in both forms.

func.func @meet() {
  task.lane_sync
  task.lane_sync {note}
  func.return
}
// CHECK:        func.func @meet() {
// CHECK-NEXT:     task.lane_sync
// CHECK-NEXT:     task.lane_sync {note}
// CHECK-NEXT:     func.return
// CHECK-NEXT:   }

// GENERIC:        "func.func"() <{sym_name = "meet", function_type = () -> ()}> ({
// GENERIC-NEXT:     "task.lane_sync"() : () -> ()
// GENERIC-NEXT:     "task.lane_sync"() {note} : () -> ()
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
