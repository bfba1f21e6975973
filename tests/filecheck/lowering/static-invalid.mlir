// Kernels that the static executor rejects, and the others that reject kernels of roles.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p expand-executor{executor=static}

// expected-error @below {{@plain cannot run with the static executor: it is not divided into roles of warps}}
sm.machine @plain() attributes {scope = "warp", kernel, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}

// -----

// expected-error @below {{@lane has roles of warps, but scope 'lane'}}
sm.machine @lane() attributes {scope = "lane", kernel, task.warps = 2 : i32, task.block_bytes = 0 : i64, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}

// -----

// expected-error @below {{@memory has 'task.warps', but not 'task.block_bytes'}}
sm.machine @memory() attributes {scope = "warp", kernel, task.warps = 2 : i32, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}

// -----

sm.machine @waits() attributes {scope = "warp", kernel, task.warps = 2 : i32, task.block_bytes = 0 : i64, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  // expected-error @below {{@waits cannot run with the static executor: the suspension 'yield'}}
  sm.suspend yield() 1 : () -> () [^ready, ^park]
^park:
  sm.park yield() 1 : () -> () [^ready]
^ready:
  sm.return
}
