// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `gpu` reject, one message a case.

func.func @shuf(%x: vector<4xf32>, %i: i32) {
  // expected-error @+1 {{'gpu.shuffle' op value must be an integer or float of at most 64 bits, got 'vector<4xf32>'}}
  %0, %1 = gpu.shuffle xor %x, %i, %i : vector<4xf32>
  return
}

// -----

func.func @shuf(%x: i32, %i: i32) {
  // expected-error @+1 {{Expected `xor`, `up`, `down`, or `idx`.}}
  %0, %1 = gpu.shuffle foo %x, %i, %i : i32
  return
}

// -----

func.func @shuf(%x: index, %i: i32) {
  // expected-error @+1 {{'gpu.shuffle' op value must be an integer or float of at most 64 bits, got 'index'}}
  %0, %1 = gpu.shuffle xor %x, %i, %i : index
  return
}

// -----

func.func @shuf(%x: i32, %i: i32) {
  // expected-error @+1 {{'gpu.shuffle' op result type 'f32' is not its value's 'i32'}}
  %0, %1 = "gpu.shuffle"(%x, %i, %i) <{mode = #gpu<shuffle_mode xor>}> : (i32, i32, i32) -> (f32, i1)
  return
}

// -----

func.func @red(%x: f32, %i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op reduction 'minsi' does not apply to 'f32'}}
  %0 = gpu.subgroup_reduce minsi %x : (f32) -> f32
  return
}

// -----

func.func @red(%x: f32, %i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op reduction 'maxnumf' does not apply to 'i32'}}
  %0 = gpu.subgroup_reduce maxnumf %i : (i32) -> i32
  return
}

// -----

func.func @red(%x: f32, %i: index) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op value must be an integer or float of at most 64 bits, got 'index'}}
  %0 = gpu.subgroup_reduce add %i : (index) -> index
  return
}

// -----

func.func @red(%x: f32, %i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op result type 'f32' is not its value's 'i32'}}
  %0 = gpu.subgroup_reduce add %i : (i32) -> f32
  return
}

// -----

func.func @red(%x: f32, %i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op: reductions over clusters of lanes are not supported}}
  %0 = gpu.subgroup_reduce add %i cluster(size = 4) : (i32) -> i32
  return
}

// -----

func.func @red(%x: f32, %i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op takes one value and gives one}}
  %0 = gpu.subgroup_reduce add %i : (i32, i32) -> i32
  return
}

// -----

func.func @red(%i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op: reductions over clusters of lanes are not supported}}
  %0 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op add>, cluster_size = 4 : i32}> : (i32) -> i32
  return
}

// -----

func.func @red(%i: i32) {
  // expected-error @+1 {{'gpu.subgroup_reduce' op result type 'i64' is not its value's 'i32'}}
  %0 = "gpu.subgroup_reduce"(%i) <{op = #gpu<all_reduce_op add>}> : (i32) -> i64
  return
}

// -----

func.func @red(%i: i32) {
  // expected-error @+1 {{Expected `add`, `mul`, `minui`, `minsi`, `minnumf`, `maxui`, `maxsi`, `maxnumf`, `and`, `or`, `xor`, `minimumf`, or `maximumf`.}}
  %0 = gpu.subgroup_reduce average %i : (i32) -> i32
  return
}

// -----

func.func @mma(%i: i32) {
  // expected-error @+1 {{unknown operation 'gpu.barrier'}}
  gpu.barrier
  return
}
