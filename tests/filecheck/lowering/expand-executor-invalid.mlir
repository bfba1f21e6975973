// What expand-executor rejects.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p expand-executor{executor=inline}

// expected-error @below {{has no frame layout: run layout-frames}}
sm.machine @split() attributes {scope = "lane", kernel} {
  sm.return
}

// -----

sm.machine @waits() attributes {scope = "lane", kernel, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  // expected-error @below {{@waits cannot run with the inline executor: the suspension 'yield'}}
  sm.suspend yield() 1 : () -> () [^ready, ^park]
^park:
  sm.park yield() 1 : () -> () [^ready]
^ready:
  sm.return
}

// -----

// expected-error @below {{scope 'block' needs the static executor}}
sm.machine @block() attributes {scope = "block", kernel, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}

// -----

// expected-error @below {{expects exactly one machine marked kernel, got 0}}
sm.machine @nobody() attributes {scope = "lane", frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}

// -----

sm.machine @scope() attributes {scope = "lane", kernel, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  // expected-error @below {{@scope cannot run with the inline executor: 'task.enter_scope'}}
  %s = task.enter_scope : !task.cancel_scope
  sm.return
}
