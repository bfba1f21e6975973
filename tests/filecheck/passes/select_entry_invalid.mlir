// What select-entry rejects.
// RUN: asyncir-opt %s --split-input-file --verify-diagnostics -p select-entry

// expected-error @below {{no entry: no function is marked task.kernel, and there is no @main}}
func.func @f() {
  return
}

// -----

// expected-error @below {{which kernel? There are 2: @a, @b}}
func.func @a() attributes {task.kernel} {
  return
}
// expected-note @below {{@b is another}}
func.func @b() attributes {task.kernel} {
  return
}

// -----

// expected-error @below {{the entry @main is only declared: it has no body}}
func.func private @main()

// -----

// expected-error @below {{parameter #1 of the kernel @main has type vector<4xf32>}}
func.func @main(%x: i32, %v: vector<4xf32>) {
  return
}

// -----

// expected-error @below {{parameter #0 of the kernel @main has type memref<4xf32, strided<[2]>>}}
func.func @main(%m: memref<4xf32, strided<[2]>>) {
  return
}

// -----

// expected-error @below {{result #0 of the kernel @main has type !async.token}}
func.func @main(%t: i32) -> !async.token {
  %0 = async.execute {
    async.yield
  }
  return %0 : !async.token
}

// -----

// expected-error @below {{result #0 of the kernel @main has type memref<4xf32>}}
async.func @main(%m: memref<4xf32>) -> !async.value<memref<4xf32>> {
  async.return %m : memref<4xf32>
}
