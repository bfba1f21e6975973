// Cancel scopes: calls of the library with the task's own handle, and functions that count in place of those that only hand requests on.
// RUN: asyncir-opt %s -p expand-executor | filecheck %s

sm.machine @scope() -> i32 attributes {scope = "lane", kernel, frame = #sm.frame<task 8 rows 0 policy "bound">, arg_slots = []} {
  %s = task.enter_scope : !task.cancel_scope
  task.cancel_scope %s
  %r = task.leave_scope %s : i32
  sm.return %r : i32
}

// CHECK-LABEL: builtin.module
// CHECK:       func.func private @scope.step
// CHECK:         func.call @rt.begin_segment(%control, %self)
// CHECK:         %s = func.call @rt.enter_scope(%control, %self, {{.*}}) : (!rt.ptr, i32, i32, i32) -> i32
// CHECK:         func.call @rt.cancel_scope(%control, %s) : (!rt.ptr, i32) -> ()
// CHECK-NEXT:    %r = func.call @rt.leave_scope(%control, %self, %s) : (!rt.ptr, i32, i32) -> i32
// CHECK:         [[OURS:%.*]] = arith.cmpi sge, %r, {{.*}} : i32
// CHECK:         cf.cond_br [[OURS]]
// A frame has the words of abi.Requests in front of its extension.
// CHECK:       func.func private @rt.new_object
// CHECK:         rt.store {{.*}}[-16 : i64] : i32
