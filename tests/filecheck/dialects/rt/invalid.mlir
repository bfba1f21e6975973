// RUN: asyncir-opt %s --split-input-file --verify-diagnostics
// What the verifiers and parsers of `rt` reject, one message a case.

// expected-error @+1 {{'rt.kernel' op needs the attribute 'why'}}
rt.kernel @no_why(%control: !rt.ptr, %instances: index) attributes {executor = "inline", scope = "lane", results = []} {
  rt.return
}

// -----

// expected-error @+1 {{'rt.kernel' op needs the attribute 'results'}}
rt.kernel @no_results(%control: !rt.ptr, %instances: index) attributes {executor = "inline", why = "", scope = "lane"} {
  rt.return
}

// -----

// expected-error @+1 {{'rt.kernel' op arguments must end in an !rt.ptr for each result, the control block and the instances}}
rt.kernel @missing(%instances: index) attributes {executor = "inline", why = "", scope = "lane", results = []} {
  rt.return
}

// -----

// expected-error @+1 {{'rt.kernel' op arguments must end in an !rt.ptr for each result, the control block and the instances}}
rt.kernel @result_pointer(%control: !rt.ptr, %instances: index) attributes {executor = "inline", why = "", scope = "lane", results = [i32]} {
  rt.return
}

// -----

// expected-error @+1 {{'rt.kernel' op executor must be inline, static or dynamic, got 'magic'}}
rt.kernel @executor(%control: !rt.ptr, %instances: index) attributes {executor = "magic", why = "", scope = "lane", results = []} {
  rt.return
}

// -----

// expected-error @+1 {{'rt.kernel' op entry block arguments do not match its type}}
"rt.kernel"() <{sym_name = "entry", function_type = (!rt.ptr, index) -> (), executor = "inline", why = "", scope = "lane", results = []}> ({
^bb0(%a: !rt.ptr):
  rt.return
}) : () -> ()

// -----

func.func @return_parent() {
  // expected-error @+1 {{'rt.return' expects parent op 'rt.kernel'}}
  rt.return
}

// -----

func.func @thread_id() {
  // expected-error @+1 {{'rt.thread_id' expects parent op 'rt.kernel'}}
  %0 = rt.thread_id : index
  return
}

// -----

func.func @processor_id() {
  // expected-error @+1 {{'rt.processor_id' expects parent op 'rt.kernel'}}
  %0 = rt.processor_id : i32
  return
}

// -----

func.func @load_scalar(%p: i64) {
  // expected-error @+1 {{'%p' is used with type !rt.ptr, but has type i64}}
  %0 = rt.load %p[0 : i64] : i32
  return
}

// -----

func.func @sizes(%p: !rt.ptr) {
  // expected-error @+1 {{'rt.memref' op has 0 sizes, expected 1}}
  %0 = rt.memref %p : memref<?xf32>
  return
}

// -----

func.func @too_many_sizes(%p: !rt.ptr, %n: index) {
  // expected-error @+1 {{'rt.memref' op has 1 sizes, expected 0}}
  %0 = rt.memref %p, %n : memref<4xf32>
  return
}

// -----

func.func @load_release(%p: !rt.ptr) {
  // expected-error @+1 {{'rt.atomic_load' op order must be one of relaxed, acquire, seq_cst, got release}}
  %0 = rt.atomic_load release device %p[0 : i64] pairs "x" : i32
  return
}

// -----

func.func @store_acquire(%p: !rt.ptr, %v: i32) {
  // expected-error @+1 {{'rt.atomic_store' op order must be one of relaxed, release, seq_cst, got acquire}}
  rt.atomic_store acquire device %v, %p[0 : i64] pairs "x" : i32
  return
}

// -----

func.func @load_float(%p: !rt.ptr) {
  // expected-error @+1 {{'rt.atomic_load' op works on i32 or i64, got 'f32'}}
  %0 = rt.atomic_load acquire device %p[0 : i64] pairs "x" : f32
  return
}

// -----

func.func @no_pair(%p: !rt.ptr) {
  // expected-error @+1 {{'rt.atomic_load' op must say in 'pairs' what it pairs with}}
  %0 = rt.atomic_load acquire device %p[0 : i64] pairs " " : i32
  return
}

// -----

func.func @rmw_type(%p: !rt.ptr, %v: i32) {
  // expected-error @+1 {{'rt.atomic_rmw' op result type 'i64' is not its value's 'i32'}}
  %0 = rt.atomic_rmw add relaxed device %v, %p[0 : i64] pairs "x" : i32 -> i64
  return
}

// -----

func.func @rmw_i16(%p: !rt.ptr, %v: i16) {
  // expected-error @+1 {{'rt.atomic_rmw' op works on i32 or i64, got 'i16'}}
  %0 = rt.atomic_rmw add relaxed device %v, %p[0 : i64] pairs "x" : i16 -> i16
  return
}

// -----

func.func @cmpxchg_types(%p: !rt.ptr, %v: i32, %w: i64) {
  // expected-error @+1 {{'rt.cmpxchg' op: expected, replacement and old must have one type}}
  %0, %1 = "rt.cmpxchg"(%v, %w, %p) <{order = #rt<order relaxed>, scope = #rt<sync device>, offset = 0 : i64, pairs = "x"}> : (i32, i64, !rt.ptr) -> (i32, i1)
  return
}

// -----

func.func @relaxed_fence() {
  // expected-error @+1 {{'rt.fence' op order must not be relaxed}}
  rt.fence relaxed device pairs "x"
  return
}

// -----

func.func @fence_without_pair() {
  // expected-error @+1 {{'rt.fence' op must say in 'pairs' what it pairs with}}
  rt.fence acquire device pairs ""
  return
}

// -----

func.func @order(%p: !rt.ptr) {
  // expected-error @+1 {{Expected `relaxed`, `acquire`, `release`, `acq_rel`, or `seq_cst`.}}
  %0 = rt.atomic_load consume device %p[0 : i64] pairs "x" : i32
  return
}

// -----

func.func @scope(%p: !rt.ptr) {
  // expected-error @+1 {{Expected `workgroup`, `device`, or `system`.}}
  %0 = rt.atomic_load acquire grid %p[0 : i64] pairs "x" : i32
  return
}

// -----

func.func @operation(%p: !rt.ptr, %v: i32) {
  // expected-error @+1 {{Expected `add`, `sub`, `and`, `or`, `xor`, `xchg`, `mins`, `maxs`, `minu`, or `maxu`.}}
  %0 = rt.atomic_rmw nand relaxed device %v, %p[0 : i64] pairs "x" : i32 -> i32
  return
}
