// A kernel of roles has no form for another executor.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p expand-executor{executor=dynamic}

// expected-error @below {{@roles has roles of warps: only the static executor runs them, not dynamic}}
sm.machine @roles() attributes {scope = "warp", kernel, task.warps = 2 : i32, task.block_bytes = 0 : i64, frame = #sm.frame<task 0 rows 0 policy "per-value">, arg_slots = []} {
  sm.return
}
