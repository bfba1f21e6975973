// The task.* attributes stand where they have a meaning.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics

func.func @fine(%a: memref<4xi32> {task.host_visible}) attributes {task.kernel, task.executor = "dynamic", task.scope = "warp"} {
  return
}

// -----

// expected-error @below {{unknown attribute 'task.kernle'}}
func.func @misspelt() attributes {task.kernle} {
  return
}

// -----

// expected-error @below {{'async.func' op cannot have the attribute 'task.kernel': it belongs on func.func}}
async.func @not_a_function() -> !async.token attributes {task.kernel} {
  return
}

// -----

// expected-error @below {{'task.scope' must be one of lane, warp, warpgroup, block, got "thread"}}
func.func @scope() attributes {task.scope = "thread"} {
  return
}

// -----

// expected-error @below {{'task.executor' must be one of inline, static, dynamic, got "fast"}}
func.func @executor() attributes {task.kernel, task.executor = "fast"} {
  return
}

// -----

// expected-error @below {{'task.executor' on a function that is no kernel}}
func.func @no_kernel() attributes {task.executor = "inline"} {
  return
}

// -----

// expected-error @below {{'task.placement' must be a dictionary, got 3 : i64}}
func.func @placement() attributes {task.placement = 3} {
  return
}

// -----

// expected-error @below {{'task.kernel' takes no value, got 1 : i64}}
func.func @value() attributes {task.kernel = 1} {
  return
}

// -----

// expected-error @below {{'task.host_visible' on argument 1 of type i32: only memrefs are visible to the host}}
func.func @scalar(%a: memref<4xi32> {task.host_visible}, %b: i32 {task.host_visible}) attributes {task.kernel} {
  return
}

// -----

func.func @roles() attributes {task.kernel, task.scope = "warp", task.warps = 32 : i32, task.block_bytes = 0 : i64, task.blocks_per_processor = 1 : i32} {
  return
}

// -----

// expected-error @below {{'task.warps' must be an integer between 1 and 32, got 33 : i32}}
func.func @many_warps() attributes {task.kernel, task.warps = 33 : i32} {
  return
}

// -----

// expected-error @below {{'task.block_bytes' must be an integer between 0 and 1048576, got "much"}}
func.func @much_memory() attributes {task.kernel, task.block_bytes = "much"} {
  return
}

// -----

// expected-error @below {{'async.func' op cannot have the attribute 'task.warps': it belongs on func.func or sm.machine or rt.kernel}}
async.func @no_kernel_of_roles() -> !async.token attributes {task.warps = 2 : i32} {
  return
}
